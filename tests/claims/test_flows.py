"""The life of a claim: answered, settled, decided, reviewed, carried out, taken back; each time money is proved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from holdfast.claims import rules
from holdfast.claims.operations import answering, deciding, executing, opening
from holdfast.claims.operations.case import ClaimStep
from holdfast.claims.remedy import AwardOverLimit, RefundOverPaid
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.orders.operations import cancelling, production, receipt
from holdfast.orders.refusals import BalanceNotOverdue, ClaimOpen
from holdfast.parties import operations as parties
from holdfast.rails import operations as rails
from holdfast.rails.operations.payouts import Destination
from tests.claims.stage import accepts, answers, brings, decides, gives, opens, shows, to_mediator, waives
from tests.orders.flows import awaited, back, balance, sound
from tests.world import DEPOSIT, World, contract, refuses


@pytest.fixture(autouse=True)
def _sound(world: World) -> Any:
    yield
    sound()


def sent_back(world: World, claim: ClaimStep) -> ClaimStep:
    return executing.send_goods_back(
        act=world.buyer(),
        order_id=claim.order_id,
        claim_id=claim.claim_id,
        carrier="DHL",
        number="JD014600003RU",
        sent_on=world.today(world.alma),
    )


def two_lots(world: World) -> UUID:
    """Lot 1 of 400 units and lot 2 of 600, both delivered."""
    order_id = world.funded_order()
    lots = [world.ships(order_id, {1: 400}), world.ships(order_id)]
    world.days_pass(20)
    for lot in lots:
        world.delivers(lot.id)
    return order_id


# --- only what is disputed -------------------------------------------------------------------------------------------


def test_only_the_disputed_lot_is_frozen_and_the_other_goes_on(world: World) -> None:
    order_id = two_lots(world)
    claim = opens(world, order_id, "quality", lots=(1,), amount_minor=150_000)
    assert claim.frozen_minor == 150_000
    assert world.receives(order_id, 2).released_minor == 600_000
    assert world.receives(order_id, 1).released_minor == 250_000
    assert world.order(order_id).frozen_minor == 150_000
    answering.withdraw(act=world.buyer(), order_id=order_id, claim_id=claim.claim_id)
    whole = world.order(order_id)
    assert (whole.order.state, whole.order.released_minor) == ("completed", 1_000_000)


def test_a_claim_on_what_was_released_freezes_nobody_elses_money(world: World) -> None:
    order_id = two_lots(world)
    world.receives(order_id, 1)
    claim = opens(world, order_id, "quality", lots=(1,))
    assert claim.frozen_minor == 0
    assert world.receives(order_id, 2).released_minor == 600_000


def test_after_the_release_the_supplier_pays_from_its_balance_and_gets_its_fee_back(world: World) -> None:
    order_id = world.delivered()
    world.receives(order_id)
    assert balance(world) == 975_000
    claim = opens(world, order_id, "quality", amount_minor=200_000)
    assert claim.frozen_minor == 0
    settled = accepts(world, claim)
    assert (settled.refunded_minor, settled.owed_minor) == (200_000, 200_000)
    # 2.5% of what came back is given back; processing in proportion is the supplier's.
    assert (balance(world), back(order_id)) == (975_000 + 5_000 - 200_000 - 5_806, 205_806)
    assert world.order(order_id).order.fee_minor == 20_000


def test_after_the_balance_was_paid_out_the_award_is_owed(world: World) -> None:
    order_id = world.delivered()
    world.receives(order_id)
    pay_out(world)
    claim = opens(world, order_id, "quality", amount_minor=200_000)
    accepts(world, claim)
    # Only the fee given back was there.
    assert (balance(world), back(order_id)) == (0, 5_000)
    assert world.order(order_id).order.cover_drawn_minor == 200_000


def pay_out(world: World) -> None:
    """Boris has his whole balance sent to his bank."""
    destination = Destination(new_id(), "Boris Trading", "DE89370400440532013000", None, None, None)
    rails.request_payout(
        act=world.supplier(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        destination=destination,
    )
    world.days_pass(1)


def test_two_claims_on_one_lot_never_give_a_unit_back_twice(world: World) -> None:
    order_id = two_lots(world)
    quality = opens(world, order_id, "quality", lots=(1,), units=((1, 1, 300),), return_waived=True)
    wrong = opens(world, order_id, "wrong_goods", lots=(1,))
    assert world.order(order_id).lots[0].frozen_minor == 400_000
    with refuses(rules.AlreadyClaimed):
        opens(world, order_id, "quality", lots=(1,))
    to_mediator(world, quality)
    decides(world, quality, (gives(300_000),))
    with refuses(rules.NothingToClaim):
        decides(world, wrong, (gives(100_001),))
    decides(world, wrong, (gives(100_000),))
    waives(world, wrong)
    waives(world, quality)
    lot = world.order(order_id).lots[0]
    assert (lot.refunded_minor, lot.frozen_minor, lot.state) == (400_000, 0, "settled")


# --- answers and offers ----------------------------------------------------------------------------------------------


def test_an_offer_that_is_accepted_is_carried_out_at_once_on_its_own_lot(world: World) -> None:
    order_id = two_lots(world)
    claim = opens(world, order_id, "quality", lots=(2,))
    with refuses(NotAllowed):
        accepts(world, claim, by="buyer")
    answers(world, claim, "offer", offer_minor=90_000)
    settled = accepts(world, claim, by="buyer")
    assert (settled.state, settled.refunded_minor, settled.released_minor) == ("executed", 90_000, 510_000)
    whole = world.order(order_id)
    assert [lot.refunded_minor for lot in whole.lots] == [0, 90_000]
    assert [lot.state for lot in whole.lots] == ["delivered", "settled"]


def test_misuse_is_alleged_with_documents_or_not_at_all_for_force_majeure(world: World) -> None:
    order_id = world.delivered()
    claim = opens(world, order_id, "quality")
    with refuses(rules.DocumentsNeeded):
        answers(world, claim, "force_majeure")
    with refuses(NotAllowed):
        answering.answer(act=world.buyer(), order_id=order_id, claim_id=claim.claim_id, kind="contest")
    brings(world, claim, "document", by="supplier")
    assert answers(world, claim, "force_majeure").state == "answered"
    with refuses(OutOfState):
        answers(world, claim, "contest")


def test_silence_brings_a_mediator_and_escalation_has_its_first_day(world: World) -> None:
    order_id = world.delivered()
    claim = opens(world, order_id, "quality")
    with refuses(rules.TooEarlyToEscalate):
        answering.escalate(act=world.buyer(), order_id=order_id, claim_id=claim.claim_id)
    world.days_pass(5)
    assert shows(claim).state == "mediating"


def test_when_the_last_window_is_over_the_order_takes_no_claim(world: World) -> None:
    order_id = world.delivered(contract(ship={"on": "2026-03-05"}, transit_days=15))
    world.receives(order_id)
    with refuses(NotAllowed):
        opening.open_claim(act=world.operator(), order_id=order_id, complaint=opening.Complaint(reason="quality"))
    world.days_pass(31)
    with refuses(OutOfState, accepted=["active", "completed", "cancelled"]):
        opens(world, order_id, "quality")


def test_a_window_never_ends_before_receipt(world: World) -> None:
    order_id = two_lots(world)
    world.receives(order_id, 1)
    for act in (world.buyer(), world.supplier()):
        receipt.extend_receipt(act=act, order_id=order_id, lot=2)
    world.days_pass(32)
    with refuses(rules.WindowClosed):
        opens(world, order_id, "quality", lots=(1,))
    assert opens(world, order_id, "quality", lots=(2,)).frozen_minor == 600_000


# --- decisions and their review --------------------------------------------------------------------------------------


def test_nobody_judges_their_own_case_nor_awards_more_than_can_come_back(world: World) -> None:
    order_id = world.delivered()
    claim = opens(world, order_id, "quality")
    to_mediator(world, claim)
    with refuses(RefundOverPaid):
        decides(world, claim, (gives(1_000_001),))
    with refuses(AwardOverLimit):
        decides(world, claim, (gives(1_000_000), gives(1_000_001, head="cost")))
    with refuses(rules.DepartureNeedsReason):
        decides(world, claim, (gives(5),), departure="")
    with refuses(rules.OutcomeDoesNotFit):
        decides(world, claim, (gives(5),), outcome="denied")
    parties.add_member(
        act=world.operator(),
        organisation_id=world.boris.organisation_id,
        email="dana@example.com",
        name="Dana",
        role="viewer",
    )
    with refuses(rules.Conflict):
        decides(world, claim, (gives(5),))


def test_a_decision_is_reviewed_once_by_another_mediator(world: World) -> None:
    order_id = world.delivered()
    claim = opens(world, order_id, "quality")
    to_mediator(world, claim)
    decides(world, claim, (gives(100_000),))
    given: dict[str, Any] = {"order_id": order_id, "claim_id": claim.claim_id, "text": "the other half of the report"}
    with refuses(rules.GroundNotAccepted):
        deciding.appeal(act=world.buyer(), ground="taste", **given)
    assert deciding.appeal(act=world.supplier(), ground="error", **given).state == "appealed"
    with refuses(rules.AnotherMediator):
        decides(world, claim, (gives(50_000),))
    reviewed = decides(world, claim, (gives(50_000),), by=world.emil)
    assert (reviewed.state, reviewed.award_minor, reviewed.refunded_minor) == ("executed", 50_000, 50_000)
    with refuses(rules.AppealedAlready):
        deciding.appeal(act=world.buyer(), ground="error", **given)


def test_without_an_appeal_it_is_final_when_the_time_for_one_is_over(world: World) -> None:
    order_id = world.delivered()
    claim = opens(world, order_id, "quality", amount_minor=100_000)
    to_mediator(world, claim)
    decides(world, claim, (gives(100_000),), supplier_percent=40, outcome="shared")
    world.days_pass(9)
    assert (shows(claim).state, world.order(order_id).order.refunded_minor) == ("executed", 40_000)


def test_a_withdrawn_claim_may_be_opened_again_and_its_shortage_is_held_again(world: World) -> None:
    order_id = world.delivered()
    world.receives(order_id, received={1: 900})
    claim = opens(world, order_id, "quantity")
    with refuses(NotAllowed):
        answering.withdraw(act=world.supplier(), order_id=order_id, claim_id=claim.claim_id)
    answering.withdraw(act=world.buyer(), order_id=order_id, claim_id=claim.claim_id)
    assert (world.order(order_id).lots[0].reserved_minor, awaited(order_id)["lot.reserved"]) == (100_000, "buyer")
    assert opens(world, order_id, "quantity").frozen_minor == 100_000


# --- goods that go back, or come anew --------------------------------------------------------------------------------


def returning(world: World) -> ClaimStep:
    """All of an order's goods are to go back, whose price was awarded in full."""
    order_id = world.delivered()
    receipt.reject(act=world.buyer(), order_id=order_id, lot=1, reason="not what was ordered")
    claim = opens(world, order_id, "wrong_goods")
    to_mediator(world, claim)
    decides(world, claim, (gives(1_000_000),), goods_back=True)
    assert waives(world, claim).state == "returning"
    assert world.order(order_id).frozen_minor == 1_000_000
    return claim


def test_goods_come_back_and_the_supplier_says_so(world: World) -> None:
    claim = returning(world)
    sent_back(world, claim)
    with refuses(rules.NothingToSend):
        sent_back(world, claim)
    done = executing.confirm_return(act=world.supplier(), order_id=claim.order_id, claim_id=claim.claim_id)
    assert (done.state, done.refunded_minor) == ("executed", 1_000_000)


def test_goods_come_back_and_the_supplier_is_silent(world: World) -> None:
    claim = returning(world)
    sent_back(world, claim)
    world.days_pass(9)
    assert (shows(claim).state, world.order(claim.order_id).order.refunded_minor) == ("executed", 1_000_000)


def test_goods_that_are_not_sent_back_forfeit_the_award(world: World) -> None:
    claim = returning(world)
    world.days_pass(16)
    assert shows(claim).state == "returning"  # nobody was told: three days more
    world.days_pass(3)
    whole = world.order(claim.order_id)
    assert (shows(claim).state, whole.order.released_minor, whole.order.state) == ("forfeited", 1_000_000, "completed")


def test_used_goods_come_back_and_a_mediator_takes_their_wear_from_the_award(world: World) -> None:
    claim = returning(world)
    sent_back(world, claim)
    wear = opens(world, claim.order_id, "used_goods_returned", by="supplier", remedy="cost", amount_minor=150_000)
    world.days_pass(9)
    assert shows(claim).state == "returning"
    to_mediator(world, wear)
    decides(world, wear, (gives(120_000, head="cost"),))
    waives(world, wear)
    world.days_pass(8)
    whole = world.order(claim.order_id)
    assert (shows(claim).state, whole.order.refunded_minor, whole.order.released_minor) == (
        "executed",
        880_000,
        120_000,
    )


def test_new_goods_keep_the_money_frozen_until_they_are_there(world: World) -> None:
    order_id = world.delivered()
    claim = opens(world, order_id, "wrong_goods", remedy="replacement")
    assert accepts(world, claim).state == "replacing"
    assert world.order(order_id).frozen_minor == 1_000_000
    done = executing.confirm_replacement(act=world.buyer(), order_id=order_id, claim_id=claim.claim_id)
    assert (done.state, done.released_minor, world.order(order_id).order.state) == ("executed", 1_000_000, "completed")


def test_new_goods_that_do_not_come_are_a_refund(world: World) -> None:
    order_id = world.delivered()
    claim = opens(world, order_id, "wrong_goods", remedy="replacement")
    accepts(world, claim)
    world.days_pass(62)
    assert (shows(claim).state, world.order(order_id).order.refunded_minor) == ("executed", 1_000_000)


# --- what was never shipped, and what the supplier claims -------------------------------------------------------------


def test_not_shipped_is_refunded_from_the_record_and_blocks_another_end_meanwhile(world: World) -> None:
    order_id = world.funded_order()
    world.days_pass(39 + 31)
    claim = opens(world, order_id, "not_shipped")
    with refuses(ClaimOpen):
        cancelling.cancel(act=world.buyer(), order_id=order_id, ground="lateness")
    world.days_pass(16)
    whole = world.order(order_id)
    assert (shows(claim).state, whole.order.state, whole.order.refunded_minor) == ("executed", "cancelled", 1_000_000)


def test_a_buyers_default_costs_it_the_evidenced_part_of_the_deposit(world: World) -> None:
    order_id = world.funded_order(contract(payment=DEPOSIT, buyer_default_percent="10"))
    production.start_production(act=world.supplier(), order_id=order_id)
    production.declare_ready(act=world.supplier(), order_id=order_id)
    with refuses(BalanceNotOverdue):
        opens(world, order_id, "balance_unpaid", by="supplier", remedy="cost", amount_minor=80_000)
    world.days_pass(27)
    claim = opens(world, order_id, "balance_unpaid", by="supplier", remedy="cost", amount_minor=80_000)
    to_mediator(world, claim)
    with refuses(rules.AboveDefaultShare, accepted={"most_minor": 0}):
        decides(world, claim, (gives(80_000, head="cost"),))
    brings(world, claim, "document", by="supplier", amount_minor=150_000)
    with refuses(rules.AboveDefaultShare, accepted={"most_minor": 100_000}):
        decides(world, claim, (gives(100_001, head="cost"),))
    decides(world, claim, (gives(80_000, head="cost"),))
    waives(world, claim)
    whole = world.order(order_id)
    assert (whole.order.state, whole.order.released_minor, whole.order.refunded_minor) == ("cancelled", 80_000, 220_000)


def test_goods_rejected_without_cause_are_paid_for(world: World) -> None:
    order_id = world.delivered()
    receipt.reject(act=world.buyer(), order_id=order_id, lot=1, reason="changed my mind")
    claim = opens(world, order_id, "wrongful_rejection", by="supplier", remedy="release", amount_minor=1_000_000)
    settled = accepts(world, claim, by="buyer")
    assert (settled.state, settled.released_minor) == ("executed", 1_000_000)
    assert world.order(order_id).order.state == "completed"
