"""The tables and the arithmetic of the rails, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.lifecycle import Lifecycle
from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState
from holdfast.programme import RAILS
from holdfast.rails import rows, rules
from holdfast.rails.choice import rail_named
from holdfast.rails.operations import charge
from holdfast.rails.port import Bounced, Captured, Confirmed, Declined, Delayed, Sent
from holdfast.rails.rows import PaymentRow, PayoutRow, RefundRow
from holdfast.rails.rules import Instrument, NothingToRefund, SimulatedRail, split_refund
from holdfast.rails.simulated import CARDS, Simulated

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)  # a Friday
AMOUNTS = st.integers(min_value=0, max_value=10**15)


def payment(*, rail: str = "card", instrument: dict[str, Any] | None = None, **changes: Any) -> PaymentRow:
    payment_id = UUID("01900000-0000-7000-8000-00000000000a")
    asked = PaymentRow(
        id=payment_id,
        order_id=payment_id,
        tranche=1,
        payer_id=payment_id,
        rail=rail,
        state="requested",
        currency="USD",
        due_minor=10_000,
        processing_minor=300,
        amount_minor=10_300,
        captured_minor=0,
        returned_minor=0,
        netted_minor=0,
        settle_days=2,
        reference=rows.reference(payment_id),
        instrument=instrument or {},
        provider_ref=None,
        reason=None,
        external_id=None,
        metadata={},
        requested_at=NOW,
        expires_at=None,
        captured_at=None,
        settles_at=None,
        settled_at=None,
    )
    return replace(asked, **changes)


def by_card(number: str) -> PaymentRow:
    return payment(instrument=Simulated("card").instrument(given={"number": number}))


@pytest.mark.parametrize("table", [rules.PAYMENT, rules.REFUND, rules.PAYOUT, rules.STRAY], ids=lambda one: one.name)
def test_every_cell_leads_where_the_table_says_or_is_refused(table: Lifecycle) -> None:
    for state in table.states:
        for verb in table.verbs:
            for role in table.roles | {"supplier"}:
                row = table.find(state=state, verb=verb)
                if row is not None and role in row.by:
                    assert table.step(state=state, verb=verb, role=role) == row.target
                else:
                    with pytest.raises((NotAllowed, OutOfState)):
                        table.step(state=state, verb=verb, role=role)


@given(
    paid=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=6),
    permille=st.integers(min_value=0, max_value=1000),
)
def test_a_refund_is_split_to_the_cent_and_never_above_what_an_instrument_paid(
    paid: list[tuple[int, int]], permille: int
) -> None:
    instruments = [Instrument(new_id(), max(pair), min(pair)) for pair in paid]
    left = sum(one.left_minor for one in instruments)
    amount = left * permille // 1000
    if amount == 0:
        with pytest.raises(NothingToRefund):
            split_refund(amount_minor=amount, instruments=instruments)
        return
    parts = {part.payment_id: part.amount_minor for part in split_refund(amount_minor=amount, instruments=instruments)}
    assert sum(parts.values()) == amount
    for one in instruments:
        part = parts.get(one.payment_id, 0)
        assert 0 <= part <= one.left_minor
        assert abs(part * left - amount * one.left_minor) < left
    with pytest.raises(NothingToRefund):
        split_refund(amount_minor=left + 1, instruments=instruments)


@given(due=AMOUNTS, processing=AMOUNTS, received=AMOUNTS)
def test_money_that_came_goes_somewhere_to_the_cent(due: int, processing: int, received: int) -> None:
    found = rules.match(due_minor=due, processing_minor=processing, received_minor=received)
    assert found.due_minor + found.processing_minor + found.surplus_minor == received
    assert found.due_minor == min(due, received)
    assert (found.surplus_minor > 0) == (found.reason == "over")
    assert (received < due + processing) == (found.reason == "short")


@given(identifier=st.uuids())
def test_references_are_creditor_references_that_banks_accept(identifier: UUID) -> None:
    reference = rows.reference(identifier)
    assert iso11649.is_valid(reference)
    assert rules.compact(iso11649.format(reference).lower()) == reference


def test_references_differ_where_payments_differ() -> None:
    assert len({rows.reference(new_id()) for _ in range(10_000)}) == 10_000


def test_settlement_counts_weekdays() -> None:
    assert rows.settles_at(NOW, 0) == NOW
    assert rows.settles_at(NOW, 2) == datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_rows_survive_the_way_through_json() -> None:
    row = replace(payment(), captured_at=NOW, external_id="PO-7", metadata={"a": [1]})
    assert PaymentRow.from_json(row.columns()) == row


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("4242424242424242", Captured("sim_pay_0190000000007000800000000000000a", 10_300)),
        ("4000000000000002", Declined("card_declined")),
        ("4000000000009995", Declined("insufficient_funds")),
        ("4000000000000341", Declined("capture_failed")),
        ("4000000000003220", Delayed("sim_pay_0190000000007000800000000000000a")),
        ("4000000000000259", Captured("sim_pay_0190000000007000800000000000000a", 10_300)),
    ],
)
def test_a_test_number_always_does_the_same(number: str, outcome: object) -> None:
    asked = by_card(number)
    assert charge(payment=asked, now=NOW) == charge(payment=asked, now=NOW) == outcome


def test_a_delayed_card_is_decided_an_hour_later() -> None:
    pending = rows.delayed(by_card("4000000000003220"), provider_ref="x")
    assert isinstance(charge(payment=pending, now=NOW + timedelta(minutes=59)), Delayed)
    assert isinstance(charge(payment=pending, now=NOW + timedelta(hours=1)), Captured)


def test_no_card_number_is_kept() -> None:
    for number in CARDS:
        kept = str(Simulated("card").instrument(given={"number": f"{number[:4]} {number[4:]}"}))
        assert number not in kept
        assert number[-4:] in kept


@pytest.mark.parametrize(
    ("rail", "given", "field"),
    [
        ("card", {"number": "4111111111111111"}, "instrument.number"),
        ("card", {"number": ["4242424242424242"]}, "instrument.number"),
        ("card", {}, "instrument.number"),
        ("paypal", {"payer": "somebody@example.com"}, "instrument.payer"),
        ("e_check", {"account": "1"}, "instrument.account"),
    ],
)
def test_only_test_numbers_are_taken(rail: str, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        Simulated(rail).instrument(given=given)
    assert caught.value.field == field
    assert caught.value.accepted


def test_what_the_payers_side_takes_back() -> None:
    charged = rows.captured(by_card("4000000000000259"), now=NOW)
    rail = Simulated("card")
    assert rail.taken_back(payment=charged, now=NOW + timedelta(hours=23)) == ()
    (news,) = rail.taken_back(payment=charged, now=NOW + timedelta(days=1))
    assert (news.kind, news.amount_minor, news.reason, news.state) == ("chargeback", 10_300, "fraudulent", "open")
    half = rows.captured(by_card("4000000000005423"), now=NOW)
    (news,) = rail.taken_back(payment=half, now=NOW + timedelta(days=11))
    assert (news.amount_minor, news.state) == (5_150, "lost")
    e_check = Simulated("e_check")
    returned = rows.captured(
        payment(rail="e_check", instrument=e_check.instrument(given={"account": "000222222227"})), now=NOW
    )
    (news,) = e_check.taken_back(payment=returned, now=NOW + timedelta(days=3))
    assert news.kind == "return"
    fine = rows.captured(by_card("4242424242424242"), now=NOW)
    assert rail.taken_back(payment=fine, now=NOW + timedelta(days=900)) == ()


def test_money_out_is_sent_first_and_its_fate_told_when_asked_again() -> None:
    row = RefundRow(new_id(), new_id(), None, new_id(), "requested", 5, "USD", None, None, NOW, NOW, None, None)
    rail = Simulated("card")
    sent = replace(row, state="sent", sent_at=NOW)
    good, closed = by_card("4242424242424242"), by_card("4000000000005126")
    assert isinstance(rail.refund(refund=row, payment=closed), Sent)
    assert isinstance(rail.refund(refund=sent, payment=good), Confirmed)
    assert rail.refund(refund=sent, payment=closed) == Bounced("instrument_closed")
    asked = PayoutRow(
        new_id(), new_id(), new_id(), {"iban": "DE1"}, "requested", 5, "USD", None, None, None, {}, NOW, None, None
    )
    gone = replace(asked, state="sent", sent_at=NOW)
    assert isinstance(rail.pay_out(payout=asked, now=NOW), Sent)
    assert isinstance(rail.pay_out(payout=gone, now=NOW), Confirmed)
    assert rail.pay_out(payout=replace(gone, destination={"account": "19999"}), now=NOW) == Bounced("account_closed")
    slow = replace(gone, destination={"account": "18888"})
    assert isinstance(rail.pay_out(payout=slow, now=NOW), Sent)
    assert isinstance(rail.pay_out(payout=slow, now=NOW + timedelta(days=1)), Confirmed)


def test_simulated_rails_work_in_a_sandbox_only(settings: Any) -> None:
    assert {rail_named(name).name for name in rules.RAILS} == set(RAILS)
    with pytest.raises(Invalid):
        rail_named("cash")
    settings.SANDBOX = False
    for name in rules.RAILS:
        with pytest.raises(SimulatedRail):
            rail_named(name)


@pytest.mark.parametrize(
    ("state", "currency", "reason"),
    [
        (None, "USD", "unknown_reference"),
        ("requested", "USD", None),
        ("requested", "EUR", "wrong_currency"),
        ("expired", "USD", "late"),
        ("captured", "USD", "paid_already"),
        ("settled", "USD", "paid_already"),
    ],
)
def test_where_a_wire_belongs(state: str | None, currency: str, reason: str | None) -> None:
    assert rules.misplaced(state=state, asked_currency="USD" if state else None, currency=currency) == reason
