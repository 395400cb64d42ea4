"""Readings that decide cases, and what parties may change, declare and be marked for: one row for each reading."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import programme
from holdfast.programme import rules
from holdfast.programme.refusals import FixedSampleRefused, FreightRiseTooHigh, ReasonUnknown, ShipDateTooFar

STANDARD, ACCESSORIES, IMPORT = (programme.shipped(name) for name in ("standard", "accessories", "import"))


@pytest.mark.parametrize(
    ("name", "reason", "undisputed", "alone"),
    [
        ("standard", "late_shipment", False, True),
        ("standard", "not_shipped", False, True),
        ("standard", "supplier_cancelled", False, True),
        ("standard", "quantity", True, True),
        ("standard", "quantity", False, False),
        ("standard", "quality", True, False),
        ("standard", "late_delivery", True, False),
    ],
)
def test_what_the_record_may_decide(name: str, reason: str, undisputed: bool, alone: bool) -> None:
    chosen = programme.shipped(name)
    assert rules.may_decide_without_person(programme=chosen, reason=reason, undisputed=undisputed) == alone


@pytest.mark.parametrize(
    ("name", "ordered", "received", "measure", "may_reject"),
    [
        ("standard", 1000, 900, "missing_units", False),
        ("standard", 1000, 501, "missing_units", False),
        ("standard", 1000, 500, "missing_units", True),
        ("standard", 1000, 0, "missing_units", True),
        ("accessories", 1000, 500, "full_refund", False),
        ("accessories", 1000, 501, "missing_units", False),
        ("import", 1000, 500, "missing_units", False),
    ],
)
def test_what_a_short_lot_gives(name: str, ordered: int, received: int, measure: str, may_reject: bool) -> None:
    found = rules.short_delivery(programme=programme.shipped(name), ordered=ordered, received=received)
    assert (found.measure, found.may_reject, found.goods_kept) == (measure, may_reject, True)


@pytest.mark.parametrize(
    ("received", "missing", "over"),
    [(1000, 0, 0), (980, 0, 0), (979, 21, 0), (0, 1000, 0), (1020, 0, 0), (1021, 0, 1), (1500, 0, 480)],
)
def test_edges_belong_to_the_permitted_side(received: int, missing: int, over: int) -> None:
    two = Fraction(2)
    assert rules.missing_units(ordered=1000, received=received, tolerance_percent=two) == missing
    assert rules.overage_units(ordered=1000, received=received, tolerance_percent=two) == over


@given(st.integers(1, 10**6), st.integers(0, 2 * 10**6), st.fractions(0, 50))
def test_a_lot_is_never_both_short_and_over(ordered: int, received: int, tolerance: Fraction) -> None:
    missing = rules.missing_units(ordered=ordered, received=received, tolerance_percent=tolerance)
    over = rules.overage_units(ordered=ordered, received=received, tolerance_percent=tolerance)
    assert min(missing, over) == 0
    assert missing in {0, ordered - received}
    assert over <= max(0, received - ordered)


@pytest.mark.parametrize(
    ("facts", "back"),
    [
        ({}, True),
        ({"full_price": False}, False),
        ({"waived": True}, False),
        ({"counterfeit": True}, False),
        ({"dangerous": True}, False),
    ],
)
def test_goods_refunded_at_full_price_go_back(facts: dict[str, bool], back: bool) -> None:
    given_facts = {"full_price": True, "waived": False, "counterfeit": False, "dangerous": False, **facts}
    assert rules.goods_go_back(programme=STANDARD, **given_facts) == back
    assert not rules.goods_go_back(programme=ACCESSORIES, **given_facts)


def test_a_lot_rejected_whole_frees_the_buyer_of_the_rest() -> None:
    assert rules.may_cancel_rest(programme=STANDARD, lot_rejected_whole=True)
    assert not rules.may_cancel_rest(programme=STANDARD, lot_rejected_whole=False)
    bound = replace(STANDARD, remedies=replace(STANDARD.remedies, cancel_rest=False))
    assert not rules.may_cancel_rest(programme=bound, lot_rejected_whole=True)


@pytest.mark.parametrize(
    ("name", "total", "need"),
    [
        ("standard", 499_999, "none"),
        ("standard", 500_000, "advised"),
        ("standard", 1_999_999, "advised"),
        ("standard", 2_000_000, "required"),
        ("apparel", 1, "advised"),
        ("import", 3_850_000, "required"),
    ],
)
def test_when_goods_are_inspected(name: str, total: int, need: str) -> None:
    assert rules.inspection_need(programme=programme.shipped(name), total_minor=total, currency="USD") == need


@pytest.mark.parametrize(
    ("need", "done", "waived", "blocked"),
    [
        ("required", False, False, True),
        ("required", True, False, False),
        ("required", False, True, False),
        ("advised", False, False, False),
        ("none", False, False, False),
    ],
)
def test_a_required_inspection_holds_the_shipment(
    need: Literal["none", "advised", "required"], done: bool, waived: bool, blocked: bool
) -> None:
    assert rules.shipment_blocked(need=need, done=done, waived_by_both=waived) == blocked


def test_who_bears_the_inspection() -> None:
    assert rules.inspection_bearer(programme=STANDARD, supplier_at_fault=True) == "supplier"
    assert rules.inspection_bearer(programme=STANDARD, supplier_at_fault=False) == "buyer"
    assert rules.inspection_bearer(programme=IMPORT, supplier_at_fault=True) == "buyer"


def test_a_fixed_sample_of_ten_is_refused() -> None:
    rules.check_sample(programme=STANDARD, sample=11, lot=5000)
    rules.check_sample(programme=STANDARD, sample=10, lot=10)
    with pytest.raises(FixedSampleRefused):
        rules.check_sample(programme=STANDARD, sample=10, lot=11)


@pytest.mark.parametrize(
    ("reading", "attested", "states_value", "counts_as"),
    [
        ("both_attest", True, True, "term"),
        ("both_attest", True, False, "message"),
        ("both_attest", False, True, "nothing"),
        ("both_attest", None, True, "nothing"),
        ("never", True, True, "nothing"),
        ("weighed", None, True, "weighed"),
    ],
)
def test_what_a_message_from_outside_counts_as(
    reading: str, attested: bool | None, states_value: bool, counts_as: str
) -> None:
    chosen = replace(STANDARD, claims=replace(STANDARD.claims, outside_evidence=reading))
    assert rules.outside_evidence(programme=chosen) == reading
    assert rules.outside_message(programme=chosen, attested=attested, states_value=states_value) == counts_as


@pytest.mark.parametrize(
    ("name", "reason", "asked"),
    [
        ("standard", "quality", ("refund", "price_reduction", "return_and_refund", "replacement", "rework_cost")),
        ("import", "quality", ("refund", "price_reduction", "return_and_refund")),
        ("basic", "quality", ("refund", "price_reduction", "return_and_refund", "replacement")),
        ("standard", "packaging_labelling", ("price_reduction", "replacement", "rework_cost")),
        ("standard", "late_shipment", ("refund",)),
        ("standard", "subjective", ()),
        ("standard", "balance_unpaid", ("cost", "release")),
    ],
)
def test_what_may_be_asked_for(name: str, reason: str, asked: tuple[str, ...]) -> None:
    assert rules.remedies(programme=programme.shipped(name), reason=reason) == asked


def test_no_remedy_for_an_unknown_reason() -> None:
    with pytest.raises(ReasonUnknown):
        rules.remedies(programme=STANDARD, reason="regret")


def test_who_pays_in_the_end() -> None:
    assert rules.recourse_order(programme=STANDARD, head="refund") == ("held", "balance", "deposit", "reserve")
    for name in programme.names():
        assert "reserve" not in rules.recourse_order(programme=programme.shipped(name), head="cost")
    assert rules.chargeback_bearer(programme=STANDARD, supplier_at_fault=True) == "supplier"
    assert rules.chargeback_bearer(programme=STANDARD, supplier_at_fault=False) == "operator"


def test_the_ship_date_and_the_freight_move_only_so_far() -> None:
    first = date(2026, 1, 1)
    rules.check_ship_date_extension(programme=STANDARD, original_on=first, new_on=first + timedelta(days=90))
    with pytest.raises(ShipDateTooFar) as caught:
        rules.check_ship_date_extension(programme=STANDARD, original_on=first, new_on=first + timedelta(days=91))
    assert caught.value.accepted == {"latest": "2026-04-01"}
    rules.check_freight_rise(programme=STANDARD, original_minor=1_001, new_minor=1_201)
    with pytest.raises(FreightRiseTooHigh):
        rules.check_freight_rise(programme=STANDARD, original_minor=1_001, new_minor=1_202)


BEGAN = date(2026, 2, 1)


@pytest.mark.parametrize(
    ("notice", "lasted", "today", "expected"),
    [
        (5, 20, 30, (True, 20, None)),
        (6, 20, 30, (False, 0, None)),
        (5, None, 10, (True, 10, 61)),
        (5, 60, 70, (True, 60, None)),
        (5, 61, 70, (True, 60, 61)),
        (5, None, 70, (True, 60, 61)),
    ],
)
def test_force_majeure_extends_up_to_a_limit(
    notice: int, lasted: int | None, today: int, expected: tuple[bool, int, int | None]
) -> None:
    found = rules.force_majeure(
        programme=STANDARD,
        began_on=BEGAN,
        noticed_on=BEGAN + timedelta(days=notice),
        ended_on=None if lasted is None else BEGAN + timedelta(days=lasted),
        today=BEGAN + timedelta(days=today),
    )
    accepted, days, cancel = expected
    may_cancel_from = None if cancel is None else BEGAN + timedelta(days=cancel)
    assert (found.accepted, found.days, found.may_cancel_from) == (accepted, days, may_cancel_from)


def test_points_add_up_and_expire() -> None:
    on = date(2026, 6, 1)
    marks = [
        rules.Mark("false_document", on - timedelta(days=365)),
        rules.Mark("undelivered", on - timedelta(days=366)),
        rules.Mark("late_shipment", on),
        rules.Mark("fraud", on + timedelta(days=1)),
    ]
    assert rules.penalty_points(programme=STANDARD, marks=marks, on=on) == rules.Standing(7, suspended=False)
    twelve = [rules.Mark("undelivered", on)] * 4
    assert rules.penalty_points(programme=STANDARD, marks=twelve, on=on) == rules.Standing(12, suspended=True)
    assert rules.penalty_points(programme=STANDARD, marks=twelve[:3], on=on).suspended is False


def test_who_and_what_is_eligible() -> None:
    limited = replace(
        STANDARD,
        eligibility=replace(
            STANDARD.eligibility,
            countries_allowed=("CN", "VN", "US"),
            categories_barred=("weapons",),
            products_barred=("laser-pointer",),
        ),
    )
    facts = {"buyer_country": "US", "supplier_country": "CN", "category": "toys", "product": "kite"}
    assert rules.eligible(programme=limited, **facts) == ()
    against = rules.eligible(
        programme=limited, buyer_country="DE", supplier_country="CN", category="weapons", product="laser-pointer"
    )
    assert against == ("buyer_country_not_eligible", "category_not_eligible", "product_not_eligible")
    assert rules.eligible(programme=STANDARD, **facts) == ()


@pytest.mark.parametrize(
    ("name", "total", "first", "kinds"),
    [
        ("standard", 199_999, True, ["sample_first", "card_or_paypal"]),
        ("standard", 200_000, False, []),
        ("standard", 500_000, False, ["inspection_advised"]),
        ("standard", 5_000_000, True, ["sample_first", "inspection_required", "cargo_insurance"]),
    ],
)
def test_advice_by_size(name: str, total: int, first: bool, kinds: list[str]) -> None:
    found = rules.advice(programme=programme.shipped(name), currency="USD", total_minor=total, first_order=first)
    assert [one.kind for one in found] == kinds


def test_advice_names_only_rails_that_are_offered() -> None:
    found = rules.advice(programme=IMPORT, currency="USD", total_minor=100, first_order=False)
    assert "PayPal" not in found[0].sentence
