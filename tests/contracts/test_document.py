"""What a contract's document may say, and what its canonical text makes of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.contracts import document as documents
from holdfast.contracts.document import as_document, read, text, text_digest
from holdfast.contracts.schedule import written_out
from holdfast.contracts.shape import Document, Payment, Tranche
from holdfast.kernel.refusals import Invalid
from holdfast.programme import shipped
from tests.contracts.documents import microcontrollers, with_value

ORDER = UUID("01900000-0000-7000-8000-000000000001")


def canonical_text(found: dict[str, Any]) -> dict[str, Any]:
    return text(
        number="HF-2026-000001",
        order_id=ORDER,
        programme=shipped("standard"),
        buyer=documents.Party(ORDER, "Alma Imports", "DE"),
        supplier=documents.Party(ORDER, "Boris Electronics", "CN"),
        document=read(found),
        cover=None,
    )


def test_totals_and_tranches_are_exact() -> None:
    document = read(microcontrollers())
    assert (document.goods_minor, document.charges_minor, document.total_minor) == (3_850_000, 60_000, 3_910_000)
    assert [(one.due_minor, one.payable, one.release) for one in document.tranches] == [
        (1_173_000, "signature", "receipt"),
        (2_737_000, "ready", "receipt"),
    ]
    assert document.early_minor == 0


def test_a_discount_is_subtracted() -> None:
    charges = [{"kind": "discount", "amount_minor": 50_000}, {"kind": "tax", "amount_minor": 7}]
    assert read(microcontrollers(charges=charges)).total_minor == 3_800_007


def test_reading_what_was_written_changes_nothing() -> None:
    once = as_document(read(microcontrollers()))
    assert as_document(read(once)) == once


def test_the_text_does_not_depend_on_how_it_was_spelled() -> None:
    reordered = dict(reversed(list(microcontrollers().items())))
    reordered["late"] = {"cap_percent": "10.0", "percent_per_day": "0.50", "grace_days": 2}
    assert text_digest(canonical_text(reordered)) == text_digest(canonical_text(microcontrollers()))


def test_any_change_of_substance_changes_the_digest() -> None:
    changes = {
        "lines.0.unit_price_minor": 771,
        "specification.0.nominal": "STM32F407ZGT6",
        "ship.on": "2026-04-11",
        "late.cap_percent": "11",
        "ship_to.city": "Bremen",
        "remarks": "",
        "payment.deposit_percent": "31",
    }
    digests = {text_digest(canonical_text(with_value(path, value))) for path, value in changes.items()}
    digests.add(text_digest(canonical_text(microcontrollers())))
    assert len(digests) == len(changes) + 1


def test_a_size_matrix_becomes_lines() -> None:
    row = {"product": "Cap", "variant": "navy", "unit": "piece", "unit_price_minor": 350, "sizes": {"M": 100, "L": 50}}
    document = read(microcontrollers(lines=[], charges=[], matrix=[row, {**row, "variant": "grey"}]))
    assert [(one.number, one.variant, one.size, one.quantity) for one in document.lines] == [
        (1, "navy", "M", 100),
        (2, "navy", "L", 50),
        (3, "grey", "M", 100),
        (4, "grey", "L", 50),
    ]


MILESTONES = {
    "kind": "milestones",
    "tranches": [
        {"number": 1, "payable": "signature", "release": "production", "percent": "30"},
        {"number": 2, "payable": "ready", "release": "inspection", "percent": "40"},
        {"number": 3, "payable": "shipment", "release": "receipt", "percent": "30"},
    ],
}


def test_milestones_say_what_is_released_early() -> None:
    document = read(microcontrollers(payment=MILESTONES))
    assert sum(one.due_minor for one in document.tranches) == document.total_minor
    assert document.early_minor == 1_173_000 + 1_564_000


WRONG: list[tuple[str, Any, str, Any]] = [
    ("currency", "XXX", "currency", "an ISO 4217 currency in use"),
    ("lines", [], "lines", "1 to 2000 lines"),
    ("lines.0.number", 2, "lines.0.number", 1),
    ("lines.0.quantity", 0, "lines.0.quantity", "1 to 1000000000"),
    ("lines.0.quantity", "5000", "lines.0.quantity", "a whole number"),
    ("lines.0.unit_price_minor", 7.7, "lines.0.unit_price_minor", "a whole number"),
    ("lines.0.product", " ", "lines.0.product", "text"),
    ("lines.0.colour", "red", "lines.0.colour", None),
    ("lines.0.tolerance", {"percent": "1", "units": 3}, "lines.0.tolerance", "either percent or units"),
    ("lines.0.weight_grams", None, "charges.0.basis", "value or unit, or weight_grams on every line"),
    ("charges.0.kind", "bribe", "charges.0.kind", None),
    ("charges.0.amount_minor", -1, "charges.0.amount_minor", None),
    ("charges", [{"kind": "discount", "amount_minor": 3_850_000}], "lines", None),
    ("specification.0.class", "grave", "specification.0.class", ["critical", "major", "minor"]),
    ("specification.0.applies_to", {"lines": [2]}, "specification.0.applies_to.lines", [1]),
    ("criterion.plans.0.re", 2, "criterion.plans.0.re", 1),
    ("inspection.blocks", ["lunch"], "inspection.blocks.0", ["shipment", "balance", "release"]),
    ("incoterm", "FAB", "incoterm", None),
    ("place", "", "place", "text"),
    ("ship_to.country", "Germany", "ship_to.country", "ISO 3166-1 alpha-2, like DE"),
    ("ship", {}, "ship", "either a day (`on`) or `days_after_payment`"),
    ("ship.on", "10 April", "ship.on", "a day like 2026-07-03"),
    ("latest_delivery_on", "2026-04-09", "latest_delivery_on", "2026-04-10 or later"),
    ("transit_days", 401, "transit_days", "0 to 400"),
    ("late.cap_percent", "101", "late.cap_percent", "0 to 100"),
    ("payment.kind", "later", "payment.kind", ["full", "deposit_balance", "milestones"]),
    ("payment.deposit_percent", "100", "payment.deposit_percent", "more than 0, less than 100"),
    ("payment", {"kind": "milestones"}, "payment.tranches", "at least one tranche"),
    ("remarks", "a\x00b", "remarks", "plain text"),
    ("criterion.plans.0.n", 10**16, "criterion.plans.0.n", f"at most {10**15}"),
    ("documents", [[[[[[[[[[[[["deep"]]]]]]]]]]]]], "documents.0.0.0.0.0.0.0.0.0.0.0.0", "at most 12 levels"),
    ("remarks", "x" * 20_001, "remarks", "at most 20000"),
]


@pytest.mark.parametrize(("path", "value", "field", "accepted"), WRONG)
def test_what_does_not_fit_is_named(path: str, value: Any, field: str, accepted: Any) -> None:
    with pytest.raises(Invalid) as caught:
        read(with_value(path, value))
    assert caught.value.field == field
    assert caught.value.accepted is not None
    assert accepted is None or caught.value.accepted == accepted


MILESTONE_FAULTS: list[tuple[str, Any, str, Any]] = [
    ("tranches.0.percent", "31", "payment.tranches", "a percent for each tranche, together 100"),
    ("tranches.0.payable", "ready", "payment.tranches.0.payable", None),
    ("tranches.1.number", 5, "payment.tranches.1.number", 2),
    ("tranches.1.release", "never", "payment.tranches.1.release", None),
    ("tranches.2.amount_minor", 1, "payment.tranches.2.amount_minor", 1_173_000),
]


@pytest.mark.parametrize(("path", "value", "field", "accepted"), MILESTONE_FAULTS)
def test_a_schedule_that_does_not_add_up_is_named(path: str, value: Any, field: str, accepted: Any) -> None:
    payment = with_value(path, value, MILESTONES)
    with pytest.raises(Invalid) as caught:
        read(microcontrollers(payment=payment))
    assert caught.value.field == field
    assert accepted is None or caught.value.accepted == accepted


def test_every_fault_is_listed_at_once() -> None:
    wrong = with_value("place", "", with_value("mode", "rocket", with_value("lines.0.unit", "")))
    with pytest.raises(Invalid) as caught:
        read(wrong)
    assert [error["field"] for error in caught.value.facts["errors"]] == ["lines.0.unit", "place", "mode"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["1", "100", "2026-04-10", "USD"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PLACES = [path for path, _value, _field, _accepted in WRONG if "." in path]
KEYS = [*microcontrollers(), "latest_delivery_on", "matrix", *PLACES]


def reading(found: dict[str, Any]) -> Document | Invalid:
    """The document, or why it is none."""
    try:
        return read(found)
    except Invalid as refusal:
        return refusal


@given(path=st.sampled_from(KEYS), value=JSON)
def test_any_other_value_is_taken_or_refused_by_name(path: str, value: Any) -> None:
    match reading(with_value(path, value)):
        case Invalid() as refusal:
            assert refusal.field
            assert refusal.accepted is not None
        case document:
            once = as_document(document)
            assert as_document(read(once)) == once


@given(
    total=st.integers(min_value=1_000, max_value=10**15),
    weights=st.lists(st.integers(min_value=1, max_value=1000), min_size=1, max_size=8),
)
def test_tranches_sum_to_the_total_whatever_the_percentages(total: int, weights: list[int]) -> None:
    percents = [Fraction(100 * weight, sum(weights)) for weight in weights]
    tranches = tuple(
        Tranche(number, "signature", "receipt", percent) for number, percent in enumerate(percents, start=1)
    )
    smallest = min(total * percent / 100 for percent in percents)
    if smallest < 1:
        return
    written = written_out(payment=Payment("milestones", None, tranches), total_minor=total)
    assert sum(one.due_minor for one in written.tranches) == total
    for one, percent in zip(written.tranches, percents, strict=True):
        assert abs(one.due_minor - total * percent / 100) < 1
    assert written_out(payment=written, total_minor=total) == written
