"""Explicit acts about a breach: who signs, what is refused, and what the assessment of a later claim makes of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from holdfast.claims.operations import conceding, talking
from holdfast.claims.operations.conceding import (
    CompensationNotHeld,
    ConcessionOpen,
    LatenessWaived,
    LotsLeftLate,
    NothingToShip,
)
from holdfast.claims.operations.talking import WouldAcceptBreach
from holdfast.claims.queries import assessment
from holdfast.contracts.rules import OtherText, ProveAgain, SignedAlready, Signer
from holdfast.inspection import operations as inspection
from holdfast.inspection.operations import Examination
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState
from holdfast.orders import said
from holdfast.orders.operations import cancelling, correspondence
from holdfast.orders.refusals import ClaimOpen, NotLateEnough
from holdfast.programme.refusals import ShipDateTooFar
from holdfast.record import audit, concessions, files
from holdfast.record import events as story
from holdfast.record.concessions import Concession
from tests.claims.stage import concedes, examines, opens, signer
from tests.orders.flows import awaited, sound
from tests.world import DEPOSIT, World, contract, refuses

OWED, NEW, LAST = date(2026, 4, 10), date(2026, 4, 20), date(2026, 7, 9)
COTTON = {"units": [{"id": "u1", "line": 1, "count": 80, "readings": [{"term": "T1", "value": "cotton"}]}]}


@pytest.fixture(autouse=True)
def _sound(world: World) -> Any:
    yield
    sound()
    assert [str(one) for one in audit.findings()] == []


@pytest.fixture
def order_id(world: World) -> UUID:
    """Ten thousand dollars of hats that should have left six days ago."""
    found = world.funded_order()
    world.days_pass(45)
    return found


def signs(world: World, found: Concession, *, by: str, digest: str | None = None) -> Concession:
    act, party = (world.buyer(), world.alma) if by == "buyer" else (world.supplier(), world.boris)
    return conceding.sign(
        act=act,
        order_id=found.order_id,
        concession_id=found.id,
        digest=digest or found.digest,
        signer=signer(party),
    )


def assessed(world: World, order_id: UUID, reason: str, **more: Any) -> Any:
    claim = opens(world, order_id, reason, **more)
    return assessment(act=world.buyer(), claim_id=claim.claim_id)


def late_by(world: World, order_id: UUID, day: date) -> Any:
    """The rest leaves on that day and arrives twenty days later; what a claim for lateness gives."""
    world.days_pass((day - world.today()).days)
    shipment = world.ships(order_id)
    world.days_pass(20)
    world.delivers(shipment.id)
    return assessed(world, order_id, "late_shipment")


# --- who signs -------------------------------------------------------------------------------------------------------


def test_a_suppliers_wish_waives_nothing_until_the_buyer_has_signed(world: World, order_id: UUID) -> None:
    wish = concedes(world, order_id, "waive", by="supplier")
    assert (wish.state, wish.signatures) == ("proposed", ())
    with refuses(NotAllowed):
        signs(world, wish, by="supplier")
    with refuses(OtherText):
        signs(world, wish, by="buyer", digest="0" * 64)
    weak = Signer("person", world.alma.person_id, "owner", None, None, None, proven_again=False)
    with refuses(ProveAgain):
        conceding.sign(act=world.buyer(), order_id=order_id, concession_id=wish.id, digest=wish.digest, signer=weak)
    viewer = Signer("person", world.alma.person_id, "viewer", None, None, None, proven_again=True)
    with refuses(NotAllowed):
        conceding.sign(act=world.buyer(), order_id=order_id, concession_id=wish.id, digest=wish.digest, signer=viewer)
    assert signs(world, wish, by="buyer").state == "signed"
    with refuses(OutOfState):
        signs(world, wish, by="buyer")


def test_compensation_needs_both_and_moves_money_only_then(world: World, order_id: UUID) -> None:
    half = concedes(world, order_id, "with_compensation", new_on=NEW)
    assert (half.state, half.signed_by, half.compensation_minor) == ("proposed", {"buyer"}, 40_000)
    assert world.order(order_id).order.refunded_minor == 0
    with refuses(SignedAlready):
        signs(world, half, by="buyer")
    signs(world, half, by="supplier")
    whole = world.order(order_id)
    assert (whole.order.refunded_minor, whole.escrow_minor, whole.order.ship_on) == (40_000, 960_000, NEW)
    assert awaited(order_id)["order.ship"] == "supplier"
    assert "order.late" not in awaited(order_id)


def test_it_can_be_declined_or_withdrawn_and_then_means_nothing(world: World, order_id: UUID) -> None:
    first = concedes(world, order_id, "with_compensation", new_on=NEW)
    own = {"order_id": order_id, "concession_id": first.id}
    with refuses(NotAllowed):
        conceding.decline(act=world.buyer(), **own)
    with refuses(NotAllowed):
        conceding.withdraw(act=world.supplier(), **own)
    with refuses(NotAllowed):
        conceding.withdraw(act=world.mediator(), **own)
    assert conceding.decline(act=world.supplier(), reason="too much", **own).state == "declined"
    with refuses(OutOfState):
        signs(world, first, by="supplier")
    second = concedes(world, order_id, "waive", by="supplier")
    assert conceding.withdraw(act=world.supplier(), order_id=order_id, concession_id=second.id).state == "withdrawn"
    assert concessions.in_force(order_id=order_id) == ()
    told = [event.name for event in story.story(chain_id=order_id) if event.name.startswith("concession.")]
    assert told == [
        *("concession.proposed", "concession.signed", "concession.declined"),
        *("concession.proposed", "concession.withdrawn"),
    ]


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        ("forgive", {}, "kind"),
        ("waive", {"breach": "price"}, "breach"),
        ("rights_reserved", {}, "new_on"),
        ("rights_reserved", {"new_on": OWED}, "new_on"),
        ("waive", {"new_on": date(2026, 4, 15)}, "new_on"),
        ("waive", {"new_on": NEW, "compensation_minor": 5}, "compensation_minor"),
        ("waive", {"terms": ("T1",)}, "terms"),
        ("waive", {"lots": (1,)}, "lots"),
        ("waive", {"breach": "term"}, "terms"),
        ("waive", {"breach": "term", "terms": ("T9",)}, "terms"),
        ("waive", {"breach": "term", "terms": ("T1",), "lots": (3,)}, "lots"),
        ("waive", {"breach": "term", "terms": ("T1",), "new_on": NEW}, "new_on"),
        ("with_compensation", {"breach": "term", "terms": ("T1",), "new_on": NEW}, "breach"),
        ("with_compensation", {"new_on": NEW, "compensation_minor": 0}, "compensation_minor"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    world: World, order_id: UUID, kind: str, more: Any, field: str
) -> None:
    with refuses(Invalid, field=field):
        concedes(world, order_id, kind, **more)


def test_the_limits_of_programme_and_money_hold(world: World, order_id: UUID) -> None:
    with refuses(ShipDateTooFar, accepted={"latest": LAST.isoformat()}):
        concedes(world, order_id, "waive", new_on=date(2026, 7, 10))
    with refuses(CompensationNotHeld, accepted={"at_most": 1_000_000}):
        concedes(world, order_id, "with_compensation", new_on=NEW, compensation_minor=1_000_001)
    with refuses(NotAllowed):
        conceding.propose(
            act=world.mediator(),
            order_id=order_id,
            proposal=conceding.Proposal("waive"),
            signer=signer(world.alma),
        )
    concedes(world, order_id, "waive", by="supplier")
    with refuses(ConcessionOpen):
        concedes(world, order_id, "rights_reserved", new_on=NEW)


def test_what_is_left_of_a_deposit_is_all_that_compensation_can_take(world: World) -> None:
    order_id = world.funded_order(contract(payment=DEPOSIT))
    world.days_pass(45)
    with refuses(CompensationNotHeld, accepted={"at_most": 300_000}):
        concedes(world, order_id, "with_compensation", new_on=NEW, compensation_minor=300_001)
    made = concedes(world, order_id, "with_compensation", new_on=NEW, compensation_minor=100_000)
    signs(world, made, by="supplier")
    assert world.order(order_id).order.refunded_minor == 100_000


def test_an_open_claim_is_settled_and_not_conceded(world: World, order_id: UUID) -> None:
    world.ships(order_id, {1: 400})
    opens(world, order_id, "late_shipment", lots=(1,))
    with refuses(ClaimOpen):
        concedes(world, order_id, "waive")


def test_lots_that_left_late_keep_their_lateness(world: World, order_id: UUID) -> None:
    world.ships(order_id, {1: 400})
    for kind in ("waive", "with_compensation"):
        with refuses(LotsLeftLate, lots=[1]):
            concedes(world, order_id, kind, new_on=NEW)
    concedes(world, order_id, "rights_reserved", new_on=NEW)
    world.ships(order_id)
    with refuses(NothingToShip):
        concedes(world, order_id, "rights_reserved", new_on=date(2026, 4, 25))
    assert concedes(world, order_id, "waive").state == "signed"
    with refuses(LatenessWaived):
        concedes(world, order_id, "waive")


def test_an_act_of_another_order_is_not_there(world: World, order_id: UUID) -> None:
    found = concedes(world, order_id, "waive", by="supplier")
    other = world.funded_order(contract(ship={"on": "2026-06-10"}))
    with refuses(NotFound):
        conceding.decline(act=world.buyer(), order_id=other, concession_id=found.id)


# --- what a claim makes of it ----------------------------------------------------------------------------------------


def test_a_date_that_was_moved_is_the_one_that_cancelling_counts_from(world: World, order_id: UUID) -> None:
    made = concedes(world, order_id, "with_compensation", new_on=date(2026, 5, 20))
    signs(world, made, by="supplier")
    world.days_pass(30)  # 16 May: five weeks after the first date, and before the new one.
    with refuses(NotLateEnough):
        cancelling.cancel(act=world.buyer(), order_id=order_id, ground="lateness")


def test_rights_reserved_after_compensation_count_from_the_compensated_date(world: World, order_id: UUID) -> None:
    signs(world, concedes(world, order_id, "with_compensation", new_on=NEW), by="supplier")
    world.days_pass(6)
    concedes(world, order_id, "rights_reserved", new_on=date(2026, 4, 27))
    found = late_by(world, order_id, date(2026, 4, 27))
    # Seven days after 20 April, and no second grace.
    assert found.total_minor == 35_000


def test_a_waived_term_no_longer_counts_and_every_other_reason_does(world: World) -> None:
    order_id = world.delivered()
    examines(world, order_id, 1, COTTON)
    with refuses(WouldAcceptBreach):
        talking.send(act=world.buyer(), order_id=order_id, text="We accept the goods as they are.")
    assert assessed(world, world.delivered(contract(ship={"on": "2026-06-10"})), "quantity").total_minor == 0
    concedes(world, order_id, "waive", breach="term", terms=("T1",))
    found = assessed(world, order_id, "quality", terms=("T1",))
    assert (found.outcome, found.total_minor) == ("denied", 0)
    assert "rule:exclusion.waived" in {point for one in found.findings for point in one.points_to}
    # Nothing of it is broken any more: the same words are now only words.
    assert talking.send(act=world.buyer(), order_id=order_id, text="We accept the goods as they are.").number == 1


def test_a_term_waived_for_one_lot_still_counts_for_the_other(world: World) -> None:
    order_id = world.funded_order()
    shipments = [world.ships(order_id, {1: units}) for units in (400, 600)]
    world.days_pass(20)
    for shipment in shipments:
        world.delivers(shipment.id)
    examines(world, order_id, 1, COTTON)
    inspection.file_report(
        act=world.act(world.ingrid, "inspector"),
        order_id=order_id,
        examination=Examination(kind="after_delivery", lot=2, examined_at=world.now, readings=COTTON),
    )
    concedes(world, order_id, "waive", breach="term", terms=("T1",), lots=(1,))
    assert assessed(world, order_id, "quality", terms=("T1",), lots=(1,)).total_minor == 0
    second = assessed(world, order_id, "quality", terms=("T1",), lots=(2,))
    assert second.refund_minor > 0


# --- messages --------------------------------------------------------------------------------------------------------


def test_a_message_of_whatever_kind_moves_neither_dates_nor_money(world: World, order_id: UUID) -> None:
    before = world.order(order_id)
    text = "We ship on 20 April, and pay to our new account."
    talking.send(act=world.supplier(), order_id=order_id, text=text, is_flagged=True)
    talking.send(act=world.buyer(), order_id=order_id, text="No problem, 20 April works for us.", is_plain=True)
    assert world.order(order_id) == before
    assert late_by(world, order_id, NEW).total_minor == 40_000


def test_everything_the_other_side_said_since_ones_last_word_is_answered(world: World) -> None:
    order_id = world.funded_order()
    for text in ("We can only ship on 20 April.", "Pictures of the felt are in the files."):
        talking.send(act=world.supplier(), order_id=order_id, text=text)
    with refuses(WouldAcceptBreach):
        talking.send(act=world.buyer(), order_id=order_id, text="Fine.")
    talking.send(act=world.buyer(), order_id=order_id, text="Let us talk about it.")
    talking.send(act=world.supplier(), order_id=order_id, text="More pictures.")
    assert talking.send(act=world.buyer(), order_id=order_id, text="Fine.").number == 5


def test_a_file_of_the_other_side_or_of_nobody_is_not_sent(world: World, order_id: UUID) -> None:
    stored = files.store(chunks=[b"a drawing of a hat"])
    kept = correspondence.bring_file(act=world.buyer(), order_id=order_id, stored=stored, name="hat.txt")
    with refuses(Invalid, field="file_ids"):
        talking.send(act=world.supplier(), order_id=order_id, text="see", file_ids=[kept.id])
    with refuses(NotFound, field="file_ids"):
        talking.send(act=world.supplier(), order_id=order_id, text="see", file_ids=[order_id])
    sent = talking.send(act=world.buyer(), order_id=order_id, text="see the drawing", file_ids=[kept.id])
    assert sent.file_ids == (kept.id,)
    for act in (world.mediator(), world.operator()):
        with refuses(NotAllowed):
            talking.send(act=act, order_id=order_id, text="hello")


def test_what_both_attested_outside_is_checked_and_a_signed_date_is_no_drift(world: World, order_id: UUID) -> None:
    brought = correspondence.bring_message(
        act=world.buyer(), order_id=order_id, channel="wechat", said_on=world.today(), text="红色，1200件，4月20日发货"
    )
    assert said.drift_of(order_id=order_id) == ()
    correspondence.answer_message(act=world.supplier(), order_id=order_id, message_id=brought.id, verb="attest")
    found = said.drift_of(order_id=order_id)
    assert [(one.drift.kind, one.source) for one in found] == [
        ("ship_date", "outside"),
        ("quantity", "outside"),
        ("colour", "outside"),
    ]
    concedes(world, order_id, "rights_reserved", new_on=NEW)
    assert [one.drift.kind for one in said.drift_of(order_id=order_id)] == ["quantity", "colour"]
