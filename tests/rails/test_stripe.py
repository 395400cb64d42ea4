"""Cards with Stripe behind them: paid, declined, confirmed by the payer, cut off in the middle, given back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid
from holdfast.ledger import audit
from holdfast.orders.operations import cancelling, paying
from holdfast.orders.operations.funding import Funded
from holdfast.orders.operations.paying import NotFunded
from holdfast.rails import models, queries
from holdfast.rails import operations as rails
from holdfast.rails.choice import (
    StripeAddress,
    StripeIncomplete,
    StripeKeyMismatch,
    UnknownProvider,
    check_settings,
    rail_named,
)
from holdfast.rails.port import Bounced
from holdfast.rails.rows import RefundRow
from holdfast.rails.rules import NothingToConfirm, ProviderSilent, SimulatedRail
from holdfast.rails.stripe.amounts import AmountNotTaken, from_stripe, to_stripe
from tests import passing
from tests.fakes.stripe import FakeStripe
from tests.rails.stripe_stage import METHOD, Trade
from tests.world import World, refuses


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider is asked four times a day here."""
    monkeypatch.setattr(passing, "STEP", timedelta(hours=6))


@pytest.fixture
def trade(world: World, card: FakeStripe) -> Trade:
    return Trade(world, card)


# --- amounts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minor", "currency", "stripe"),
    [
        (1_234, "USD", 1_234),
        (1_234, "JPY", 1_234),
        (5, "ISK", 500),
        (5, "UGX", 500),
        (5_120, "KWD", 5_120),
        (1_234, "HUF", 1_234),
        (1_234, "TWD", 1_234),
        (1_200, "MGA", 12),
    ],
)
def test_amounts_are_said_exactly_as_stripe_counts(minor: int, currency: str, stripe: int) -> None:
    assert to_stripe(minor=minor, currency=currency) == stripe
    assert from_stripe(amount=stripe, currency=currency) == minor


@pytest.mark.parametrize(("minor", "currency"), [(5_124, "KWD"), (1_234, "MGA"), (1_000, "IQD")])
def test_what_stripe_cannot_count_is_refused(minor: int, currency: str) -> None:
    with pytest.raises(AmountNotTaken):
        to_stripe(minor=minor, currency=currency)


def test_a_fraction_of_a_minor_unit_is_a_fault() -> None:
    with pytest.raises(ValueError, match="no whole number"):
        from_stripe(amount=550, currency="ISK")


# --- paying ----------------------------------------------------------------------------------------------------------


def test_a_card_that_stripe_knows_pays_at_once(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    payment = trade.asks(order_id, METHOD)
    assert payment.instrument == {"kind": "card", "provider": "stripe", "payment_method": "pm_card_visa"}
    funded = trade.captures(payment)
    assert isinstance(funded, Funded)
    assert (funded.held_minor, funded.order_state) == (1_000_000, "active")
    intent = trade.intent(payment)
    assert (intent["status"], intent["amount_received"]) == ("succeeded", payment.amount_minor)
    create, capture = [asked for asked in trade.card.asked if asked.method == "POST"]
    assert create.key == f"{intent['metadata']['holdfast_payment']}-intent"
    assert str(capture.key).startswith(f"{intent['metadata']['holdfast_payment']}-capture")


def test_a_platform_acts_for_its_connected_account(trade: Trade, settings: Any) -> None:
    settings.STRIPE_ACCOUNT = "acct_ours"
    trade.pays(trade.world.signed_order())
    assert {asked.account for asked in trade.card.asked} == {"acct_ours"}


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "card_expired"),
        ("pm_card_chargeDeclinedLostCard", "card_declined"),
        ("pm_card_captureFails", "capture_failed"),
        ("pm_nobody", "refused_by_provider"),
    ],
)
def test_a_decline_is_told_in_our_words_and_leaves_nothing_blocked(trade: Trade, method: str, reason: str) -> None:
    order_id = trade.world.signed_order()
    payment = trade.pays(order_id, method)
    assert (payment.state, payment.reason) == ("declined", reason)
    assert trade.held(order_id) == 0
    assert {intent["status"] for intent in trade.card.intents()} <= {"canceled"}
    assert trade.pays(order_id).state == "captured"


def test_a_number_never_comes_here(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    for given in ({"number": "4242424242424242"}, {"payment_method": "4242424242424242"}, {"page": "ours"}):
        with refuses(Invalid):
            trade.asks(order_id, given)
    assert trade.card.asked == []


def test_the_payer_confirms_in_the_marketplaces_own_page(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    payment = trade.asks(order_id, {})
    with refuses(NothingToConfirm):
        rails.confirmation(payment=payment)
    outcome = trade.captures(payment)
    assert isinstance(outcome, NotFunded)
    assert outcome.payment_state == "pending"
    found = rails.confirmation(payment=trade.stored(payment))
    assert (found.client_secret, found.url) == (trade.intent(payment)["client_secret"], None)
    trade.card.fails("500", times=9)
    with refuses(ProviderSilent):
        rails.confirmation(payment=trade.stored(payment))
    trade.card.troubles.clear()
    # A card that is declined there may be followed by another one.
    trade.card.payer_confirms(trade.intent(payment)["id"], "pm_card_chargeDeclined")
    trade.told()
    assert trade.stored(payment).state == "pending"
    trade.card.payer_confirms(trade.intent(payment)["id"])
    trade.told()
    assert trade.stored(payment).state == "captured"
    with refuses(NothingToConfirm):
        rails.confirmation(payment=trade.stored(payment))


@pytest.mark.parametrize("proves", [True, False])
def test_the_payer_proves_itself_to_its_bank(trade: Trade, proves: bool) -> None:
    order_id = trade.world.signed_order()
    payment = trade.pays(order_id, "pm_card_authenticationRequired")
    assert payment.state == "pending"
    found = rails.confirmation(payment=payment)
    assert found.url == f"{trade.card.address}/prove/{payment.provider_ref}"
    if proves:
        trade.card.payer_confirms(str(payment.provider_ref))
    else:
        trade.card.payer_fails_proof(str(payment.provider_ref))
    trade.told()
    after = trade.stored(payment)
    expected = ("captured", None) if proves else ("declined", "authentication_failed")
    assert (after.state, after.reason) == expected
    assert trade.held(order_id) == (1_000_000 if proves else 0)


def test_the_payer_pays_on_stripes_own_page(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    payment = trade.asks(order_id, {"page": "hosted"})
    trade.captures(payment)
    page = str(trade.stored(payment).provider_ref)
    assert rails.confirmation(payment=trade.stored(payment)).url == f"{trade.card.address}/pay/{page}"
    assert "/payments/pay_" in trade.card.objects[page]["success_url"]
    trade.card.payer_pays_page(page)
    trade.told()
    assert trade.stored(payment).state == "captured"
    assert trade.held(order_id) == 1_000_000
    assert audit_findings() == []


def test_a_page_nobody_used_runs_out(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    payment = trade.asks(order_id, {"page": "hosted"})
    trade.captures(payment)
    trade.card.page_runs_out(str(trade.stored(payment).provider_ref))
    trade.told()
    assert (trade.stored(payment).state, trade.stored(payment).reason) == ("declined", "not_completed")


@pytest.mark.parametrize("instrument", [{}, {"page": "hosted"}])
def test_what_the_payer_does_not_complete_in_time_is_cancelled(trade: Trade, instrument: dict[str, Any]) -> None:
    payment = trade.asks(trade.world.signed_order(), instrument)
    trade.captures(payment)
    ref = str(trade.stored(payment).provider_ref)
    trade.passes(days=12)
    assert (trade.stored(payment).state, trade.stored(payment).reason) in {
        ("declined", "not_completed"),
        ("declined", "not_wanted"),
    }
    assert trade.card.objects[ref]["status"] in {"canceled", "expired"}


def test_money_that_nobody_wants_any_more_is_not_taken(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    payment = trade.asks(order_id, {})
    trade.captures(payment)
    cancelling.cancel(act=trade.world.supplier(), order_id=order_id, ground="withdrawal")
    trade.card.payer_confirms(trade.intent(payment)["id"])
    assert trade.intent(payment)["status"] == "requires_capture"
    trade.told()
    assert (trade.stored(payment).state, trade.stored(payment).reason) == ("declined", "not_wanted")
    assert trade.intent(payment)["status"] == "canceled"


def test_an_authorisation_that_ran_out_is_no_payment(trade: Trade) -> None:
    payment = trade.asks(trade.world.signed_order(), {})
    trade.captures(payment)
    intent_id = str(trade.stored(payment).provider_ref)
    trade.card.fails("500", times=99, path="/capture")
    trade.card.payer_confirms(intent_id)
    trade.told()
    assert trade.stored(payment).state == "pending"
    trade.card.troubles.clear()
    trade.card.authorisation_runs_out(intent_id)
    trade.told()
    assert (trade.stored(payment).state, trade.stored(payment).reason) == ("declined", "authorisation_expired")


# --- cut off in the middle -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["500", "500_after", "429", "cut", "cut_after"])
@pytest.mark.parametrize("path", ["payment_intents", "capture"])
@pytest.mark.parametrize("instrument", [METHOD, {}])
def test_a_provider_that_breaks_costs_nothing_and_takes_nothing_twice(
    trade: Trade, what: str, path: str, instrument: dict[str, Any]
) -> None:
    order_id = trade.world.signed_order()
    payment = trade.asks(order_id, instrument)
    trade.card.fails(what, times=3, path=path)
    trade.captures(payment)
    assert trade.stored(payment).state in {"pending", "captured"}
    trade.card.troubles.clear()
    trade.passes(hours=3)
    if not instrument:
        trade.card.payer_confirms(trade.intent(payment)["id"])
    trade.passes(hours=7)
    assert trade.stored(payment).state == "captured"
    assert trade.held(order_id) == 1_000_000
    taken = [intent["amount_received"] for intent in trade.card.intents() if intent["amount_received"]]
    assert taken == [payment.amount_minor]
    blocked = [intent for intent in trade.card.intents() if intent["status"] == "requires_capture"]
    assert blocked == []


@pytest.mark.parametrize("hours", [0.1, 3, 60])
def test_a_fall_between_asking_and_writing_is_carried_on(trade: Trade, hours: float) -> None:
    """The intent stands at Stripe, captured even, and we know nothing of it: it is found again, not made anew."""
    order_id = trade.world.signed_order()
    payment = trade.asks(order_id, METHOD)
    assert isinstance(rails.charge(payment=payment, now=trade.world.now), paying.Captured)
    assert trade.stored(payment).provider_ref is None
    trade.at = trade.world.now
    trade.passes(hours=hours)
    trade.works()
    assert trade.stored(payment).state == ("settled" if hours > 48 else "captured")
    assert len(trade.card.intents()) == 1
    assert trade.held(order_id) == 1_000_000


def test_a_provider_that_is_waited_for_is_asked_seldom(trade: Trade) -> None:
    payment = trade.asks(trade.world.signed_order(), {})
    trade.captures(payment)
    trade.passes(days=1)
    before = len(trade.card.asked)
    trade.passes(days=1)
    assert len([asked for asked in trade.card.asked[before:] if "payment_intents" in asked.path]) == 4
    assert models.Inquiry.objects.get(subject_id=payment.id).times > 4


# --- giving back -----------------------------------------------------------------------------------------------------


def refunded(trade: Trade, method: str) -> tuple[PaymentRow, Any]:
    """An order paid by card is cancelled by its supplier: all goes back."""
    order_id = trade.world.signed_order()
    payment = trade.pays(order_id, method)
    cancelling.cancel(act=trade.world.supplier(), order_id=order_id, ground="withdrawal")
    trade.works()
    return payment, lambda: queries.refunds_of(order_id=order_id)[0]


PaymentRow = paying.PaymentRow


def test_a_refund_goes_back_to_the_card_and_is_confirmed(trade: Trade) -> None:
    payment, refund = refunded(trade, "pm_card_visa")
    trade.passes(hours=6)
    assert refund().state == "confirmed"
    sent = trade.card.objects[refund().provider_ref]
    assert (sent["amount"], sent["payment_intent"]) == (refund().amount_minor, payment.provider_ref)
    assert audit_findings() == []


def test_a_pending_refund_is_waited_for(trade: Trade) -> None:
    _payment, refund = refunded(trade, "pm_card_pendingRefund")
    trade.passes(days=2)
    assert refund().state == "sent"
    trade.card.refund_becomes(refund().provider_ref, "succeeded")
    trade.told()
    assert refund().state == "confirmed"


def test_a_refund_that_fails_after_it_arrived_is_refundable_again_and_sent_anew(trade: Trade) -> None:
    _payment, refund = refunded(trade, "pm_card_visa")
    trade.passes(hours=6)
    first = refund()
    assert first.state == "confirmed"
    trade.card.refund_becomes(first.provider_ref, "failed", "lost_or_stolen_card")
    trade.told()
    trade.told(*[{**event, "id": "evt_again"} for event in trade.card.taken()])
    assert (refund().state, refund().reason) == ("bounced", "instrument_closed")
    assert audit_findings() == []
    trade.card.objects[trade.intent(_payment)["latest_charge"]]["amount_refunded"] = 0
    rails.resend_refund(act=trade.world.operator(), refund_id=first.id, chain_of=paying.chain_of)
    trade.passes(hours=12)
    assert refund().state == "confirmed"
    assert refund().provider_ref != first.provider_ref
    assert audit_findings() == []


def test_a_refund_that_stripe_refuses_stays_refundable(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    payment = trade.pays(order_id)
    trade.card.objects[trade.intent(payment)["latest_charge"]]["amount_refunded"] = payment.amount_minor
    cancelling.cancel(act=trade.world.supplier(), order_id=order_id, ground="withdrawal")
    trade.works()
    refund = queries.refunds_of(order_id=order_id)[0]
    assert (refund.state, refund.reason) == ("bounced", "refunded_already")
    assert audit_findings() == []


def test_a_part_that_stripe_cannot_count_goes_back_another_way(trade: Trade) -> None:
    payment = trade.pays(trade.world.signed_order())
    part = RefundRow(
        id=new_id(),
        order_id=payment.order_id,
        claim_id=None,
        payment_id=payment.id,
        state="requested",
        amount_minor=5_124,
        currency="KWD",
        provider_ref=None,
        reason=None,
        requested_at=trade.at,
        start_due_at=trade.at,
        sent_at=None,
        ended_at=None,
    )
    assert rail_named("card").refund(refund=part, payment=payment) == Bounced("amount_not_taken")


def test_a_refund_while_stripe_is_silent_waits(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    trade.pays(order_id)
    trade.card.fails("cut_after", times=99, path="refunds")
    cancelling.cancel(act=trade.world.supplier(), order_id=order_id, ground="withdrawal")
    trade.works()
    assert queries.refunds_of(order_id=order_id)[0].state == "requested"
    trade.card.troubles.clear()
    trade.passes(hours=12)
    assert queries.refunds_of(order_id=order_id)[0].state == "confirmed"
    assert len([one for one in trade.card.objects.values() if one["object"] == "refund"]) == 1


def audit_findings() -> list[Any]:
    return list(audit.findings())


# --- settings --------------------------------------------------------------------------------------------------------


def test_nothing_starts_with_half_of_stripe_or_the_wrong_key(settings: Any) -> None:
    check_settings()
    settings.CARD = "barter"
    with pytest.raises(UnknownProvider):
        check_settings()
    settings.CARD = "stripe"
    with pytest.raises(StripeIncomplete):
        check_settings()
    settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_live_1", "whsec_1"
    with pytest.raises(StripeKeyMismatch):
        check_settings()
    settings.SANDBOX = False
    check_settings()
    settings.STRIPE_API = "http://127.0.0.1:1"
    with pytest.raises(StripeAddress):
        check_settings()
    settings.STRIPE_API, settings.STRIPE_KEY = "", "sk_test_1"
    with pytest.raises(StripeKeyMismatch):
        check_settings()
    settings.CARD = "simulated"
    with pytest.raises(StripeIncomplete):
        check_settings()


def test_production_offers_cards_only_with_a_real_provider(settings: Any) -> None:
    settings.SANDBOX = False
    with pytest.raises(SimulatedRail):
        rail_named("card")
    settings.CARD = "stripe"
    assert rail_named("card").waits_for_payer
    with pytest.raises(SimulatedRail):
        rail_named("paypal")
