"""A supplier's line needs a guarantee: paid in or kept back from releases, drawn on by claims, topped up or suspended
for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from holdfast.contracts import programmes
from holdfast.contracts.rules import NotEligible
from holdfast.kernel.refusals import NotFound
from holdfast.ledger import book
from holdfast.ledger.chart import of_supplier
from holdfast.orders.operations.signing import propose
from holdfast.parties import operations as parties
from holdfast.parties import queries
from holdfast.parties.guarantees import GuaranteeView, guarantee_by_reference, guarantees_of
from holdfast.parties.models import Guarantee
from holdfast.parties.operations import guarantee
from holdfast.parties.rules import BalanceTooSmall, GuaranteeNeeded, LineTooLong, guarantee_step
from holdfast.programme import Programme
from holdfast.rails import operations as rails
from holdfast.record import deadlines
from tests.claims.stage import accepts, opens
from tests.orders.flows import balance, sound
from tests.world import World, contract, refuses


def programme(name: str = "standard") -> Programme:
    row = programmes.latest(name=name)
    return programmes.programme_of(name=row.name, version=row.version)


def sets_line(world: World, line_minor: int, *, by: str = "standard") -> GuaranteeView:
    """The verifier gives Boris a line in dollars."""
    return guarantee.set_line(
        act=world.operator(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        line_minor=line_minor,
        programme=programme(by),
        reason="ten orders a month",
    )


def pays_in(world: World, amount_minor: int) -> GuaranteeView:
    """A wire of Boris's has come under his reference."""
    return guarantee.paid_in(
        act=world.operator(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        amount_minor=amount_minor,
        source="client_bank",
    )


def stands(world: World) -> GuaranteeView:
    (view,) = guarantees_of(organisation_id=world.boris.organisation_id)
    return view


def standing(world: World) -> str:
    return queries.organisation(organisation_id=world.boris.organisation_id).standing


def order(world: World, days: int = 40, **changes: Any) -> dict[str, Any]:
    return contract(ship={"on": (world.now + timedelta(days=days)).date().isoformat()}, **changes)


def sold(world: World, **changes: Any) -> UUID:
    """An order received whole: 10,000.00 released, the fee of 250.00 taken."""
    order_id = world.delivered(order(world, **changes))
    world.receives(order_id)
    return order_id


def test_a_line_is_bounded_and_says_what_guarantee_it_needs(world: World) -> None:
    # Boris is verified: 50,000.00 an order, ten times that for all of them.
    with refuses(LineTooLong, accepted="0 to 50000000"):
        sets_line(world, 50_000_001)
    view = sets_line(world, 1_000_000)
    assert (view.required_minor, view.missing_minor, view.state, view.by) == (100_000, 100_000, "due", "deposit")
    with refuses(NotFound):
        guarantee.paid_in(
            act=world.operator(),
            organisation_id=world.chen.organisation_id,
            currency="USD",
            amount_minor=1,
            source="suspense",
        )
    assert guarantee_by_reference(view.reference.lower()[:4] + " " + view.reference[4:]) == view
    assert view.reference.startswith("RF")
    met = pays_in(world, 120_000)
    assert (met.state, met.free_minor, met.suspends_at) == ("met", 20_000, None)
    sound()


def test_it_is_withdrawn_down_to_what_is_required_and_paid_in_from_the_balance(world: World) -> None:
    sets_line(world, 1_000_000)
    pays_in(world, 120_000)
    own: dict[str, Any] = {
        "act": world.act(world.boris, "owner"),
        "organisation_id": world.boris.organisation_id,
        "currency": "USD",
    }
    with refuses(GuaranteeNeeded, accepted="1 to 20000"):
        guarantee.withdraw(amount_minor=20_001, **own)
    assert guarantee.withdraw(amount_minor=20_000, **own).free_minor == 0
    assert balance(world) == 20_000
    with refuses(GuaranteeNeeded):
        guarantee.withdraw(amount_minor=1, **own)
    with refuses(BalanceTooSmall, accepted="1 to 20000"):
        guarantee.pay_in_from_balance(amount_minor=20_001, **own)
    assert guarantee.pay_in_from_balance(amount_minor=5_000, **own).deposit_minor == 105_000
    # A shorter line frees the rest; a longer one asks for more.
    assert sets_line(world, 500_000).free_minor == 55_000
    assert sets_line(world, 2_000_000).state == "due"
    sound()


def test_a_credit_hold_takes_its_share_of_each_release_until_it_is_met(world: World) -> None:
    view = sets_line(world, 3_000_000, by="import")
    assert (view.required_minor, view.state, view.by) == (300_000, "building", "credit_hold")
    kept = []
    for number in range(3):
        order_id = world.delivered(order(world), programme="import")
        if number == 2:
            # Three orders stand on the line; shorter, it asks for less.
            assert sets_line(world, 1_200_000, by="import").required_minor == 120_000
        world.receives(order_id)
        sound()
        kept.append(stands(world).deposit_minor)
    # 5% of 10,000.00 each time, and no more than is missing.
    assert kept == [50_000, 100_000, 120_000]
    world.days_pass(0.25)
    assert stands(world).state == "met"
    world.days_pass(1)
    sound()


def test_what_a_claim_draws_is_filled_up_by_the_next_releases_in_full(world: World) -> None:
    sets_line(world, 2_000_000)
    pays_in(world, 200_000)
    order_id = sold(world)
    drains(world)
    accepts(world, opens(world, order_id, "quality", amount_minor=150_000))
    # The fee on it, 37.50, came back first and was drawn before the deposit.
    assert stands(world).deposit_minor == 200_000 - 150_000 + 3_750
    world.days_pass(0.25)
    short = stands(world)
    assert (short.state, short.missing_minor) == ("short", 146_250)
    assert [row.who for row in deadlines.of_subject(subject_id=short.id)] == ["supplier"]
    before = balance(world)
    sold(world)
    assert stands(world).deposit_minor == 200_000
    assert balance(world) - before <= 1_000_000 - 25_000 - 146_250
    world.days_pass(0.25)
    assert (stands(world).state, deadlines.of_subject(subject_id=short.id)) == ("met", [])
    sound()


def drains(world: World) -> None:
    """Boris puts his whole balance where no claim of this test reaches it: it is paid out."""
    account = of_supplier("payable", world.boris.organisation_id, "USD")
    made = parties.add_beneficiary(
        act=world.act(world.boris, "owner"),
        organisation_id=world.boris.organisation_id,
        name="Boris Trading",
        currency="USD",
        account=parties.beneficiaries.Account("DE89370400440532013000", "", "", ""),
    )
    rails.request_payout(
        act=world.supplier(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        destination=rails.Destination(made.id, "Boris Trading", "DE89370400440532013000"),
    )
    assert book.balance(account=account) == 0


def test_a_guarantee_that_stays_short_costs_the_badge_until_it_is_topped_up(world: World) -> None:
    view = sets_line(world, 1_000_000)
    world.days_pass(15)
    assert (Guarantee.objects.get(id=view.id).reminders, standing(world)) == (2, "good")
    pays_in(world, 99_999)
    world.days_pass(7)
    assert (standing(world), stands(world).suspended_at is not None) == ("suspended", True)
    waiting = world.drafted(order(world, days=80))
    with refuses(NotEligible, reasons=["supplier_suspended"]):
        propose(act=world.buyer(), contract_id=waiting)
    pays_in(world, 1)
    assert (stands(world).state, standing(world), stands(world).suspended_at) == ("met", "good", None)
    sound()


def test_a_standing_that_a_person_has_set_is_not_lifted_by_money(world: World) -> None:
    sets_line(world, 1_000_000)
    world.days_pass(22)
    assert standing(world) == "suspended"
    parties.set_standing(
        act=world.operator(), organisation_id=world.boris.organisation_id, standing="suspended", reason="fraud"
    )
    pays_in(world, 100_000)
    assert (stands(world).state, standing(world)) == ("met", "suspended")


def test_a_suspended_supplier_does_not_sign_what_was_proposed_before(world: World) -> None:
    proposed = world.proposed(order(world, days=80))
    world.signs(proposed, world.alma, "buyer")
    parties.set_standing(
        act=world.operator(), organisation_id=world.boris.organisation_id, standing="suspended", reason="fraud"
    )
    with refuses(NotEligible, reasons=["supplier_suspended"]):
        world.signs(proposed, world.boris, "supplier")


@pytest.mark.parametrize(
    ("state", "deposit", "verb"),
    [
        ("building", 99, None),
        ("building", 100, "meet"),
        ("due", 100, "meet"),
        ("short", 99, None),
        ("short", 100, "meet"),
        ("met", 99, "fall_short"),
        ("met", 100, None),
    ],
)
def test_the_figures_ask_for_the_step(state: str, deposit: int, verb: str | None) -> None:
    assert guarantee_step(state=state, deposit_minor=deposit, required_minor=100) == verb
