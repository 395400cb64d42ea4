"""Where refunds go that no instrument takes: to the buyer's own account, by the operator's word or, where there is one
answer only, by itself.

It knows orders, their buyers and the bank accounts that were verified as theirs. How money leaves is the rails' affair.
"""

from datetime import datetime
from uuid import UUID

from holdfast.contracts.places import places_for
from holdfast.contracts.programmes import programme_of
from holdfast.kernel.refusals import NotFound
from holdfast.orders.models import Order
from holdfast.orders.operations.paying import chain_of
from holdfast.parties import payees
from holdfast.parties import queries as parties
from holdfast.parties.queries import BeneficiaryView
from holdfast.programme import rules as programme_rules
from holdfast.programme.rules import REFUND_START
from holdfast.rails import operations as rails
from holdfast.rails import rules as rail_rules
from holdfast.rails.models import Refund
from holdfast.rails.operations.refunds import PLACE
from holdfast.rails.operations.turns import alone, in_turn
from holdfast.rails.outgoing import paying_account, without_account
from holdfast.rails.rows import RefundRow
from holdfast.record import deadlines
from holdfast.record.act import Act, clock


def place_refund(
    *, act: Act, order_id: UUID, beneficiary_id: UUID | None = None, amount_minor: int | None = None
) -> RefundRow:
    """Send what no instrument of an order takes to an account of its buyer: the named one, or the one in its own name.

    Refusals: `NotFound`, `NotAllowed`, `NoBeneficiary` for an account that is not the buyer's or may not be paid to,
    `NotPlaceable`.
    """
    order = _order(order_id)
    destination = _to(order, beneficiary_id)
    programme = programme_of(name=order.programme_name, version=order.programme_version)
    places = places_for(programme=programme, contract_id=order.contract_id, key=REFUND_START)
    due_at = programme_rules.refund_start_due(
        programme=programme, final_at=act.now, zone=order.buyer_zone, places=places
    )
    return rails.place_refund(
        act=act,
        order_id=order.id,
        currency=order.currency,
        destination=destination,
        due_at=due_at,
        chain_of=chain_of,
        amount_minor=amount_minor,
    )


def route_refund(*, act: Act, refund_id: UUID, beneficiary_id: UUID | None = None) -> RefundRow:
    """Send a refund that came back to an account of the buyer instead. Refusals: as `place_refund`, `OutOfState`."""
    order_id = Refund.objects.filter(id=refund_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound
    destination = _to(_order(order_id), beneficiary_id)
    return rails.route_refund(act=act, refund_id=refund_id, destination=destination, chain_of=chain_of)


def _order(order_id: UUID) -> Order:
    order = Order.objects.filter(id=order_id).first()
    if order is None:
        raise NotFound
    return order


def _to(order: Order, beneficiary_id: UUID | None) -> rails.Destination:
    if beneficiary_id is None:
        found = payees.beneficiary_in_same_name(organisation_id=order.buyer_id, currency=order.currency)
    else:
        named = parties.beneficiaries(organisation_id=order.buyer_id)
        found = next((one for one in named if one.id == beneficiary_id), None)
    if found is None or found.state != "verified" or found.currency != order.currency:
        raise rail_rules.NoBeneficiary(currency=order.currency)
    return _destination(found)


def _destination(found: BeneficiaryView) -> rails.Destination:
    return rails.Destination(found.id, found.name, found.iban, found.bic, found.account, found.bank)


# --- by itself ---------------------------------------------------------------------------------------------------


def place_due(*, now: datetime) -> int:
    """Place what waits for an account where the buyer has exactly one in its own name, have refunds that came back
    from their instrument go there too, and give refunds by wire the account that paid; answers how many moved."""
    return _place(now) + _reroute(now) + _find_accounts(now)


def _place(now: datetime) -> int:
    placed = 0
    for waiting in deadlines.of_kind(kind=PLACE):
        order = Order.objects.get(id=waiting.subject_id)
        if payees.beneficiary_in_same_name(organisation_id=order.buyer_id, currency=order.currency) is None:
            continue
        with alone("order", order.id):
            place_refund(act=clock(now), order_id=order.id)
            placed += 1
    return placed


def _reroute(now: datetime) -> int:
    """Only from an instrument: what came back from a bank account is for a person to look at."""
    moved = 0
    for refund in in_turn(Refund.objects.filter(state="bounced", destination__isnull=True)):
        order = Order.objects.get(id=refund.order_id)
        if payees.beneficiary_in_same_name(organisation_id=order.buyer_id, currency=order.currency) is None:
            continue
        with alone("refund", refund.id):
            route_refund(act=clock(now), refund_id=refund.id)
            moved += 1
    return moved


def _find_accounts(now: datetime) -> int:
    """A refund by wire goes to the account that paid, if the bank named it; else to the buyer's own."""
    moved = 0
    for refund in in_turn(without_account()):
        order = Order.objects.get(id=refund.order_id)
        paid_from = paying_account(payment_id=refund.payment_id, currency=refund.currency)
        own = payees.beneficiary_in_same_name(organisation_id=order.buyer_id, currency=order.currency)
        destination = paid_from or (_destination(own) if own else None)
        if destination is None:
            continue
        with alone("refund", refund.id):
            rails.route_refund(act=clock(now), refund_id=refund.id, destination=destination, chain_of=chain_of)
            moved += 1
    return moved
