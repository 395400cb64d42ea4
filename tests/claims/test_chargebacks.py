"""A claim and a chargeback about the same money: one waits for the other with the days it had left, and whatever comes
back one way is not paid the other."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from holdfast.claims.models import Claim
from holdfast.claims.operations import answering
from holdfast.claims.operations.case import ClaimStep
from holdfast.kernel.clock import local_day
from holdfast.record import deadlines
from tests.claims.stage import answers, decides, gives, opens, shows, to_mediator, waives
from tests.orders.disputed import dispute, loses, operators_loss, payment, pays_by, receivable, takes_back, wins
from tests.orders.flows import awaited, back, balance, sound
from tests.world import World, contract

pytestmark = pytest.mark.django_db
TOTAL = 1_000_000


def delivered(world: World, *, card_minor: int | None = None) -> tuple[UUID, UUID]:
    """An order paid by card, or by card and wire, delivered; the order's and the card payment's ID."""
    order_id = world.signed_order(contract())
    paid = pays_by(world, order_id, "card", amount_minor=card_minor)
    if card_minor:
        world.wires(order_id)
    world.days_pass(5)
    shipment = world.ships(order_id)
    world.days_pass(5)
    world.delivers(shipment.id)
    return order_id, paid


def due(claim: ClaimStep) -> dict[str, int]:
    """The claim's open deadlines: kind, and on which day of whoever must act."""
    rows = deadlines.of_subject(subject_id=claim.claim_id)
    return {row.kind: local_day(row.due_at, row.zone).toordinal() for row in rows}


def stored(claim: ClaimStep) -> Claim:
    return Claim.objects.get(id=claim.claim_id)


def awarded(world: World, order_id: UUID, minor: int) -> ClaimStep:
    """A claim that a mediator has decided, and both took as it is."""
    claim = opens(world, order_id, "quality", lots=(1,))
    to_mediator(world, claim)
    decides(world, claim, (gives(minor),), goods_back=False)
    waives(world, claim)
    return claim


# --- a chargeback in the middle of a claim -----------------------------------------------------------------------


def test_a_claim_waits_and_goes_on_with_the_days_it_had_left(world: World) -> None:
    order_id, paid = delivered(world)
    claim = opens(world, order_id, "quality", lots=(1,))
    world.days_pass(1)
    before, start = due(claim), world.now
    takes_back(world, paid)
    whole = world.order(order_id)
    assert (whole.frozen_minor, whole.escrow_minor) == (TOTAL, 0), "what the claim froze stands for both"
    assert stored(claim).paused_at == start
    assert set(due(claim)) == {"claim.paused"}
    assert {row["kind"]: row["days_left"] for row in stored(claim).paused} == {
        kind: day - start.date().toordinal() for kind, day in before.items()
    }
    world.days_pass(30)
    assert shows(claim).state == "opened", "nobody's silence counts meanwhile"
    wins(world)
    assert due(claim) == {kind: day + 30 for kind, day in before.items()}
    assert (stored(claim).paused_at, stored(claim).paused) == (None, [])
    to_mediator(world, claim)
    decides(world, claim, (gives(200_000),), goods_back=False)
    waives(world, claim)
    assert world.order(order_id).order.refunded_minor == 200_000
    sound()


def test_what_came_back_by_a_lost_chargeback_is_not_awarded_again(world: World) -> None:
    order_id, paid = delivered(world, card_minor=300_000)
    claim = opens(world, order_id, "quality", lots=(1,), amount_minor=300_000)
    takes_back(world, paid, minor=300_000)
    assert stored(claim).paused_at is not None
    loses(world)
    assert stored(claim).paused_at is None
    assert receivable() == 0
    to_mediator(world, claim)
    decides(world, claim, (gives(500_000),), goods_back=False)
    waives(world, claim)
    whole = world.order(order_id)
    assert (stored(claim).charged_back_minor, stored(claim).executed_minor) == (300_000, 200_000)
    assert whole.order.refunded_minor == 500_000, "the award, and not a cent more"
    world.days_pass(1)
    sound()


def test_a_chargeback_of_a_part_lets_the_claim_go_on(world: World) -> None:
    order_id, paid = delivered(world, card_minor=300_000)
    claim = opens(world, order_id, "quality", lots=(1,))
    takes_back(world, paid, minor=300_000)
    assert stored(claim).paused_at is None
    to_mediator(world, claim)
    decides(world, claim, (gives(500_000),), goods_back=False)
    waives(world, claim)
    sound()
    whole = world.order(order_id)
    assert (whole.order.refunded_minor, whole.frozen_minor) == (200_000, 300_000), "its own amount waits, and only it"
    assert whole.order.released_minor == 500_000, "what is undisputed goes on"
    assert [row["amount_minor"] for row in dispute().promised] == [300_000]


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_the_part_that_waited_is_paid_or_void(world: World, outcome: str) -> None:
    order_id, paid = delivered(world, card_minor=300_000)
    claim = opens(world, order_id, "quality", lots=(1,))
    takes_back(world, paid, minor=300_000)
    to_mediator(world, claim)
    decides(world, claim, (gives(500_000),), goods_back=False)
    waives(world, claim)
    (wins if outcome == "won" else loses)(world)
    whole = world.order(order_id)
    assert whole.order.refunded_minor == 500_000
    assert stored(claim).executed_minor == (500_000 if outcome == "won" else 200_000)
    world.days_pass(5)
    sound()
    whole = world.order(order_id)
    assert whole.order.released_minor == 500_000
    moved, share = (500_000, 2) if outcome == "won" else (200_000, 5)
    processing = payment(paid).captured_minor - 300_000
    assert back(order_id) == moved + processing // share, "and of the processing, what falls on it"


# --- a claim in the middle of a chargeback -----------------------------------------------------------------------


def test_a_claim_freezes_what_is_not_frozen_yet(world: World) -> None:
    order_id, paid = delivered(world, card_minor=300_000)
    takes_back(world, paid, minor=300_000)
    claim = opens(world, order_id, "quality", lots=(1,))
    assert (stored(claim).frozen, world.order(order_id).frozen_minor) == ({"1": 700_000}, TOTAL)
    answers(world, claim, "contest", text="as agreed")
    to_mediator(world, claim)
    decides(world, claim, (gives(TOTAL),), goods_back=False, outcome="full")
    waives(world, claim)
    sound()
    whole = world.order(order_id)
    assert (whole.order.refunded_minor, whole.frozen_minor) == (700_000, 300_000)
    loses(world)
    whole = world.order(order_id)
    assert (whole.order.refunded_minor, whole.frozen_minor, whole.escrow_minor) == (TOTAL, 0, 0)
    assert stored(claim).executed_minor == 700_000
    assert operators_loss() == 0
    world.days_pass(2)
    sound()


def test_a_claim_that_is_taken_back_leaves_what_the_chargeback_lacks(world: World) -> None:
    order_id, paid = delivered(world)
    claim = opens(world, order_id, "quality", lots=(1,))
    takes_back(world, paid, minor=400_000)
    assert dispute().frozen == {}, "what the claim froze is enough for both"
    answering.withdraw(act=world.buyer(), order_id=order_id, claim_id=claim.claim_id)
    sound()
    assert dispute().frozen == {"1": 400_000}
    world.receives(order_id)
    assert world.order(order_id).order.released_minor == 600_000
    loses(world)
    assert world.order(order_id).order.state == "completed"
    assert balance(world) == 600_000 - world.order(order_id).order.fee_minor


def test_two_chargebacks_and_a_claim_pay_an_award_once(world: World) -> None:
    order_id = world.signed_order(contract())
    first = pays_by(world, order_id, "card", amount_minor=300_000)
    second = pays_by(world, order_id, "paypal", amount_minor=300_000)
    world.wires(order_id)
    world.days_pass(5)
    shipment = world.ships(order_id)
    world.days_pass(5)
    world.delivers(shipment.id)
    claim = opens(world, order_id, "quality", lots=(1,))
    takes_back(world, first, minor=300_000)
    takes_back(world, second, minor=300_000, ref="dp_2")
    to_mediator(world, claim)
    decides(world, claim, (gives(500_000),), goods_back=False)
    waives(world, claim)
    sound()
    assert world.order(order_id).order.refunded_minor == 0, "all of it may come back by the chargebacks"
    wins(world)
    assert world.order(order_id).order.refunded_minor == 200_000, "the other may still bring 300,000 of it"
    loses(world, "dp_2")
    assert world.order(order_id).order.refunded_minor == 500_000
    assert stored(claim).executed_minor == 200_000
    world.days_pass(2)
    sound()


def test_a_chargeback_after_the_award_was_paid_takes_the_supplier_to_be_at_fault(world: World) -> None:
    order_id, paid = delivered(world)
    awarded(world, order_id, 200_000)
    world.days_pass(10)
    if world.order(order_id).lots[0].state == "delivered":
        world.receives(order_id)
    assert world.order(order_id).order.released_minor == 800_000
    takes_back(world, paid, minor=300_000)
    loses(world)
    found = dispute()
    assert (found.bearer, found.fault, found.recourse_minor) == ("supplier", "decided_against_supplier", 300_000)
    assert world.order(order_id).order.refunded_minor == 500_000
    assert operators_loss() == 0


def test_an_appeal_is_not_lost_while_the_claim_stands_still(world: World) -> None:
    order_id, paid = delivered(world)
    claim = opens(world, order_id, "quality", lots=(1,))
    to_mediator(world, claim)
    decides(world, claim, (gives(200_000),), goods_back=False)
    ends = stored(claim).appeal_ends_at
    assert ends is not None
    world.days_pass(2)
    takes_back(world, paid)
    world.days_pass(20)
    assert shows(claim).state == "determined"
    wins(world)
    assert stored(claim).appeal_ends_at == ends + timedelta(days=20)
    assert awaited(order_id)["claim.final"] == "buyer"
    world.days_pass(6)
    assert shows(claim).state == "executed"
    sound()
