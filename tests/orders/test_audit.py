"""The audits of orders and claims find what they are made to find, and are silent otherwise."""

from __future__ import annotations

from django.db import connection, transaction

from holdfast.claims import audit as claim_audit
from holdfast.orders import audit as order_audit
from holdfast.orders.operations import cancelling
from holdfast.rails.models import Payment
from tests.claims.stage import accepts, opens
from tests.orders.disputed import takes_back
from tests.orders.flows import sound
from tests.world import World, contract

# The invariant that must speak, and what breaks it.
BENT = {
    "an order's totals are what the ledger moved": "UPDATE orders_order SET released_minor = released_minor - 1"
    " WHERE released_minor > 0",
    "what was paid is held, frozen, released or refunded": "UPDATE orders_order"
    " SET recourse_minor = recourse_minor + 1",
    "tranches hold what was paid": "UPDATE orders_tranche SET funded_minor = 0, amount_minor = 1 WHERE state = 'due'",
    "places together are the order's refunds": "UPDATE orders_order SET rest_refunded_minor = 5",
    "a lot's refunds and frozen money are what the ledger moved for it": "UPDATE orders_lot SET refunded_minor = 7"
    " WHERE refunded_minor = 0",
    "places together are what is frozen": "UPDATE orders_order SET rest_frozen_minor = 5",
    "lots are never worth more than the order": "UPDATE orders_lot SET price_minor = price_minor + 1",
    "an order that nobody has paid moves nothing": "UPDATE orders_order SET first_paid_at = now()"
    " WHERE state = 'agreed'",
    "money that a rail may take back is still there": "UPDATE orders_order SET unsettled_minor = total_minor * 2",
    "debts are what is awarded and not collected": "UPDATE orders_debt SET collected_minor = collected_minor + 1",
    "what a supplier owes is the sum of its dockets": "UPDATE orders_debt SET collected_minor = collected_minor + 1",
    "what the reserve has paid and not got back is on dockets": "UPDATE orders_debt"
    " SET advanced_minor = 1, reserve_minor = 1",
    "an award that the operator owes waits for it, by a day": "UPDATE orders_debt SET kind = 'award'",
    "held money has somebody to act, by a day": "UPDATE record_deadline SET state = 'void' WHERE state = 'open'",
    "a lot on its way, delivered or rejected waits for somebody, by a day": "UPDATE record_deadline SET state = 'void'"
    " WHERE kind = 'lot.receipt'",
    "a supplier's line stands behind the cover of its open orders": "UPDATE parties_coverline"
    " SET reserved_minor = reserved_minor - 1",
    "a line that was set is the one its guarantee is computed from": "INSERT INTO parties_guarantee"
    " (id, organisation_id, currency, programme_name, programme_version, by, line_minor, required_minor, state,"
    " account_id, reference, set_at, reminders)"
    " SELECT gen_random_uuid(), organisation_id, currency, 'standard', 2, 'deposit', 5, 0, 'building',"
    " gen_random_uuid(), 'RF00', now(), 0 FROM parties_coverline",
    "a tranche that is due waits for its payer, by a day": "UPDATE record_deadline SET state = 'void'"
    " WHERE kind = 'tranche.pay'",
    "refundable money has somebody to act, by a day": "UPDATE record_deadline SET state = 'void'"
    " WHERE kind LIKE 'refund.%'",
    "an order's disputed money is what its open disputes hold of it": "UPDATE orders_order SET disputed_minor = 0",
    "a payment's disputed money is what its disputes took and did not bring back": "UPDATE rails_payment"
    " SET disputed_minor = 0",
    "what networks owe is what their open disputes took": "UPDATE rails_dispute SET rail = 'paypal'",
    "an open dispute waits for somebody, by a day": "UPDATE record_deadline SET state = 'void'"
    " WHERE kind = 'dispute.respond'",
    "an order counts its open claims": "UPDATE orders_order SET claims_open = claims_open + 1",
    "what is frozen at a place is what open claims and disputes froze": "UPDATE claims_claim"
    """ SET frozen = '{"1": 3}'""",
    "an executed award moved what it says": "UPDATE claims_claim SET executed_minor = 3 WHERE state = 'executed'",
    "an open claim waits for somebody, by a day": "UPDATE record_deadline SET state = 'void' WHERE kind LIKE 'claim.%'",
    "a claim that has ended waits for nobody": "UPDATE record_deadline d SET state = 'open', kind = 'claim.x'"
    " FROM claims_claim c WHERE c.id = d.subject_id AND c.state = 'executed' AND d.kind = 'claim.answer'",
}


def market(world: World) -> None:
    """Orders of every sort: unpaid, paid, delivered, claimed, settled, owed for."""
    settled = world.delivered()
    world.receives(settled)
    accepts(world, opens(world, settled, "quality", amount_minor=990_000))
    disputed = world.delivered(contract(ship={"on": "2026-04-12"}))
    opens(world, disputed, "quality", amount_minor=100_000)
    held = world.funded_order(contract(ship={"on": "2026-06-12"}))
    world.delivers(world.ships(held, {1: 400}).id)
    world.signed_order(contract(ship={"on": "2026-06-12"}))
    taken_back = world.funded_order(contract(ship={"on": "2026-06-12"}))
    takes_back(world, Payment.objects.get(order_id=taken_back).id, minor=100)
    ended = world.funded_order(contract(ship={"on": "2026-06-12"}))
    cancelling.cancel(act=world.buyer(), order_id=ended, ground="before_production")


def test_each_invariant_speaks_when_it_is_broken(world: World) -> None:
    market(world)
    sound()
    silent = []
    for what, statement in BENT.items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            found = {one.what for room in (order_audit, claim_audit) for one in room.findings()}
            if cursor.rowcount == 0 or what not in found:
                silent.append(what)
            transaction.set_rollback(True)
    assert not silent, silent
    sound()
    # What no UPDATE can bring about is refused by the database itself.
    refused = {
        "an order that has ended holds nothing",
        "a decided claim has its determination, and one that was taken back none that stands",
        "a claim that moved nothing moved nothing",
        "the lines of a determination sum to its award",
    }
    assert set(BENT) | refused == set(order_audit.INVARIANTS) | set(claim_audit.INVARIANTS)
