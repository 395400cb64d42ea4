"""What Stripe tells: only what it signed is heard, in any order and however often; disputes, settlements, the bank."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from holdfast import jobs
from holdfast.kernel.identifiers import new_id
from holdfast.ledger import audit, book
from holdfast.ledger.chart import of_operator, of_rail
from holdfast.orders.operations import providers
from holdfast.rails import models
from holdfast.rails.models import Dispute, ProviderEvent, Settlement, SettlementLine
from holdfast.rails.operations import settlements
from holdfast.record.act import rail
from holdfast.record.models import Deadline
from tests.fakes.stripe import DISPUTE_FEE, FakeStripe
from tests.rails.stripe_stage import DOOR, Trade, knock, send
from tests.world import World, digest_of_everything

WAITING = {"procrastinate_jobs", "procrastinate_events"}


@pytest.fixture
def trade(world: World, card: FakeStripe) -> Trade:
    return Trade(world, card)


def event(**changes: Any) -> dict[str, Any]:
    about = {"id": "pi_1", "object": "payment_intent"}
    made = {"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "livemode": False}
    return {**made, "data": {"object": about}, **changes}


# --- the door --------------------------------------------------------------------------------------------------------


def test_what_stripe_did_not_sign_lately_is_not_heard(trade: Trade) -> None:
    good, signature = trade.card.signed(event())
    before = digest_of_everything()
    for body, header in (
        (good, None),
        (good, ""),
        (good, "t=1,v1=00"),
        (good, "nonsense"),
        (good.replace(b"pi_1", b"pi_2"), signature),
        trade.card.signed(event(), secret="whsec_somebody_else"),
        trade.card.signed(event(), age=3_600),
        trade.card.signed({"object": "event"}),
        (b"\xff\xfe", signature),
        trade.card.signed([]),  # type: ignore[arg-type]
    ):
        answer = send(body, header)
        assert (answer.status_code, answer.json()["code"]) == (400, "signature_invalid")
    assert send(b"x" * 600_000, signature).status_code == 413
    assert Client().get(DOOR).status_code == 405
    assert digest_of_everything() == before


def test_the_door_is_there_only_with_stripe(world: World) -> None:
    assert send(b"{}", "t=1,v1=00").status_code == 404


def test_a_message_about_nothing_of_ours_is_taken_and_passed_by(trade: Trade, settings: Any) -> None:
    assert knock(trade.card, event(type="customer.created")).json() == {"received": True}
    assert knock(trade.card, event(livemode=True)).status_code == 200
    settings.STRIPE_ACCOUNT = "acct_ours"
    assert knock(trade.card, event(account="acct_other")).status_code == 200
    assert not ProviderEvent.objects.exists()
    settings.STRIPE_ACCOUNT = ""
    trade.card.objects["pi_1"] = {"id": "pi_1", "object": "payment_intent", "metadata": {}, "status": "succeeded"}
    trade.told(event())
    assert ProviderEvent.objects.get().state == "passed"


def test_a_message_wakes_the_worker_once(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = trade.asks(trade.world.signed_order(), {})
    trade.captures(payment)
    trade.card.payer_confirms(trade.intent(payment)["id"])
    for one in [*trade.card.taken(), event(id="evt_more")]:
        knock(trade.card, one)
    assert ProcrastinateJob.objects.filter(task_name="providers").count() == 1
    monkeypatch.setattr(jobs, "_now", lambda: trade.at)
    jobs.act_on_news()
    assert trade.stored(payment).state == "captured"


def test_messages_that_come_twice_late_and_backwards_do_no_harm(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    payment = trade.asks(order_id, {})
    trade.captures(payment)
    trade.card.payer_confirms(trade.intent(payment)["id"], "pm_card_chargeDeclined")
    trade.card.payer_confirms(trade.intent(payment)["id"])
    events = trade.card.taken()
    trade.told(*reversed(events))
    trade.told(*events)
    trade.told(*trade.card.taken(), *events)
    assert trade.stored(payment).state == "captured"
    assert trade.held(order_id) == 1_000_000
    assert ProviderEvent.objects.count() == ProviderEvent.objects.filter(state="handled").count()
    assert [one["amount_received"] for one in trade.card.intents()] == [payment.amount_minor]


def test_a_message_that_cannot_be_acted_on_is_tried_again_and_not_for_ever(trade: Trade) -> None:
    payment = trade.asks(trade.world.signed_order(), {})
    trade.captures(payment)
    knock(trade.card, event(id="evt_gone", data={"object": {"id": "pi_of_nobody"}}))
    providers.carry_on(now=trade.world.now)
    assert ProviderEvent.objects.get(event_id="evt_gone").tries == 1
    for hour in range(1, 30):
        providers.carry_on(now=trade.world.now + timedelta(hours=hour))
    assert ProviderEvent.objects.get(event_id="evt_gone").state == "passed"


def test_what_stripe_never_tells_is_asked_for(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    payment = trade.asks(order_id, {})
    trade.captures(payment)
    trade.card.payer_confirms(trade.intent(payment)["id"])
    trade.passes(hours=6)
    assert trade.stored(payment).state == "captured"
    trade.passes(days=3)
    assert trade.stored(payment).state == "settled"
    trade.card.payer_disputes(str(trade.stored(payment).provider_ref))
    trade.card.sends_to_bank()
    trade.card.taken()
    trade.passes(hours=6)
    assert Dispute.objects.get().state == "open"
    assert Settlement.objects.get().state == "sent"


# --- disputes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", ["won", "lost"])
@pytest.mark.parametrize("in_order", [True, False])
def test_a_dispute_is_opened_and_ends_as_the_network_says(trade: Trade, ends: str, in_order: bool) -> None:
    order_id = trade.world.signed_order()
    payment = trade.pays(order_id)
    trade.told()
    name = trade.card.payer_disputes(str(payment.provider_ref), reason="product_not_received")
    opening = trade.card.taken()
    if in_order:
        trade.told(*opening)
        assert (Dispute.objects.get().state, trade.held(order_id)) == ("open", 0)
    trade.card.dispute_ends(name, ends)
    trade.told(*trade.card.taken(), *opening)
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.amount_minor, dispute.fee_minor) == (ends, payment.amount_minor, DISPUTE_FEE)
    assert dispute.reason == "product_not_received"
    assert (trade.held(order_id) > 0) is (ends == "won")
    assert book.balance(account=of_rail("chargebacks_receivable", "card", "USD")) == 0
    assert list(audit.findings()) == []


def test_an_inquiry_takes_no_money_and_is_no_dispute(trade: Trade) -> None:
    payment = trade.pays(trade.world.signed_order())
    name = trade.card.payer_disputes(str(payment.provider_ref))
    trade.card.objects[name].update(status="warning_needs_response", balance_transactions=[])
    trade.told()
    assert not Dispute.objects.exists()


# --- settlements -----------------------------------------------------------------------------------------------------


def test_a_payment_settles_when_stripe_has_it_ready_and_for_what_it_cost(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    payment = trade.pays(order_id)
    fee = trade.card.fee(payment.amount_minor)
    trade.passes(days=1)
    assert trade.stored(payment).state == "captured"
    trade.passes(days=6)
    assert trade.stored(payment).state == "settled"
    assert book.balance(account=of_operator("client_bank", "USD")) == -(payment.amount_minor - fee)
    assert book.balance(account=of_operator("processing_cost", "USD")) == -fee
    assert book.balance(account=of_rail("rail_clearing", "card", "USD")) == 0


def test_money_that_stripe_converted_is_not_settled(trade: Trade) -> None:
    trade.card.settle_in = "eur"
    payment = trade.pays(trade.world.signed_order())
    trade.passes(days=9)
    assert trade.stored(payment).state == "captured"
    assert book.balance(account=of_operator("client_bank", "USD")) == 0


def sent_to_bank(trade: Trade) -> tuple[Settlement, UUID]:
    """Two payments, a refund and a fee of Stripe's go to the bank in one sum; answers it and the first payment."""
    first = trade.pays(trade.world.signed_order())
    second = trade.pays(trade.world.signed_order())
    trade.passes(days=4)
    trade.card.stripe_charges(200)
    assert trade.card.sends_to_bank() is not None
    trade.told()
    trade.told(*[{**one, "id": "evt_again"} for one in trade.card.taken()])
    assert {first.state, second.state} == {"captured"}
    return Settlement.objects.get(), first.id


def line(found: Settlement, **changes: Any) -> settlements.Settlement | None:
    given: dict[str, Any] = {
        "statement_line_id": new_id(),
        "text": f"STRIPE {found.trace}",
        "amount_minor": found.amount_minor,
        "currency": found.currency,
        "booked_on": found.arrival_on,
        **changes,
    }
    return settlements.line_confirms(act=rail(found.sent_at), **given)


def test_what_stripe_sends_to_the_bank_is_kept_with_all_it_consists_of(trade: Trade) -> None:
    found, payment_id = sent_to_bank(trade)
    rows = SettlementLine.objects.filter(settlement=found)
    assert sum(row.net_minor for row in rows) == found.amount_minor
    assert sorted(row.kind for row in rows) == ["charge", "charge", "stripe_fee"]
    assert rows.filter(payment_id=payment_id).count() == 1
    assert Deadline.objects.get(subject_id=found.id).kind == "settlement.arrive"
    assert found.state == "sent"


def test_a_line_of_the_bank_confirms_it_once(trade: Trade) -> None:
    found, _payment = sent_to_bank(trade)
    assert line(found, amount_minor=found.amount_minor - 1) is None
    assert line(found, currency="EUR") is None
    assert line(found, text="STRIPE", booked_on=found.arrival_on + timedelta(days=30)) is None
    line_id = new_id()
    arrived = line(found, statement_line_id=line_id)
    assert arrived is not None
    assert (arrived.state, arrived.statement_line_id) == ("arrived", line_id)
    assert line(found, statement_line_id=line_id) == arrived
    assert line(found) is None
    assert not Deadline.objects.filter(subject_id=found.id, state="open").exists()


def test_by_its_amount_alone_only_one_that_is_alone_is_confirmed(trade: Trade) -> None:
    found, _payment = sent_to_bank(trade)
    whole = settlements.Sum("po_twin", "sent", found.amount_minor, found.currency, found.arrival_on)
    settlements.told(now=trade.world.now, rail_name="card", whole=whole, lines=())
    assert line(found, text="STRIPE PAYMENTS") is None
    traced = line(found, text=f"STRIPE {found.trace} PAYMENTS")
    assert traced is not None
    assert traced.id == found.id
    alone = line(found, text="STRIPE PAYMENTS")
    assert alone is not None
    assert alone.provider_ref == "po_twin"


def test_what_the_bank_refuses_has_failed(trade: Trade) -> None:
    found, _payment = sent_to_bank(trade)
    trade.card.bank_refuses(found.provider_ref)
    trade.told()
    found.refresh_from_db()
    assert (found.state, found.reason) == ("failed", "account_closed")
    assert not Deadline.objects.filter(subject_id=found.id, state="open").exists()


# --- the whole way over HTTP -----------------------------------------------------------------------------------------


def test_no_answer_of_the_door_says_what_is_known(trade: Trade) -> None:
    """Whoever could sign would learn nothing either: the answer is the same for a new message and an old one."""
    first, again = knock(trade.card, event()), knock(trade.card, event())
    assert first.content == again.content
    assert json.loads(first.content) == {"received": True}
    assert ProviderEvent.objects.count() == 1
    assert models.ProviderEvent.objects.get().object_id == "pi_1"
