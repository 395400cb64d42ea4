"""Each line of a preview says for which case it promises and on which condition: the engine grants exactly that, for
five hundred contracts, every reason and every programme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from holdfast import programme
from holdfast.claims import remedy
from holdfast.claims.engines import Assessment
from holdfast.claims.promises import Promise
from holdfast.claims.rules import BUYER_REASONS, SUPPLIER_REASONS
from holdfast.claims.supposing import CONDITIONS
from holdfast.contracts import document as documents
from holdfast.programme.rules import limits
from tests.claims import told_cases
from tests.claims.engine_cases import assess
from tests.claims.test_preview import CONTRACTS, DRAWN, Drawn, drawn, of
from tests.world import contract


@pytest.fixture(scope="module", autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    DRAWN.clear()


def test_the_very_case_that_was_promised_for_is_granted_to_the_cent() -> None:
    seen: set[tuple[str, str, str]] = set()
    for number in range(CONTRACTS):
        one = drawn(number)
        for promise in one.preview.promises:
            condition = promise.condition.code if promise.condition else ""
            seen.add((one.name, promise.reason, condition))
            if condition.startswith("mediator"):
                _as_a_mediator_may(one, promise)
                continue
            for held in (True, False):
                if not held and promise.released_minor is None:
                    continue
                found = assess(one.name, told_cases.told(one.signing, promise, held=held))
                promised = promise.held_minor if held else promise.released_minor
                assert _granted(found) == promised, (promise, found, str(one))
                if held and promised:
                    assert sum(row.units for line in found.lines for row in line.units) == promise.case.units, promise
            if promise.condition is not None:
                without = assess(one.name, told_cases.told(one.signing, promise, met=False))
                assert _granted(without) == promise.condition.otherwise_minor <= promise.held_minor, (promise, without)
    assert {(name, reason) for name, reason, _condition in seen} == {
        (name, reason) for name in programme.names() for reason in (*BUYER_REASONS, *SUPPLIER_REASONS)
    }
    assert {condition for _name, _reason, condition in seen} == {"", *CONDITIONS}


def _granted(found: Assessment) -> int:
    """What an assessment gives without anybody's judgement."""
    return found.total_minor if found.outcome == "upheld" else 0


def _as_a_mediator_may(one: Drawn, promise: Promise) -> None:
    """The assessment gives nothing and leaves it to a person, who may award exactly as much and no cent more."""
    found = assess(one.name, told_cases.told(one.signing, promise))
    # Of a clearance without a word on which it was, the assessment takes the import's.
    denied = promise.case.code == "held_at_export" and one.plain.document["incoterm"] != "DDP"
    outcome = "denied" if denied else "mediator_decides"
    assert (found.outcome, found.total_minor) == (outcome, 0), (promise, found)
    assert promise.condition is not None
    assert promise.condition.otherwise_minor == 0
    if promise.by == "supplier":
        return
    for held in (True, False):
        amount = promise.held_minor if held else promise.released_minor
        if amount is None:
            continue
        most = limits(programme=programme.shipped(one.name), money=one.signing.money(held=held))
        head = "cost" if promise.case.remedy == "rework_cost" else "refund"
        award = remedy.adjustment(exact_minor=amount, reason="as promised", head=head)
        remedy.check(lines=[award], award_minor=amount, limits=most)
        if promise.case.code in ("held_at_export", "held_at_import"):
            as_late = replace(promise, reason="late_shipment", case=replace(promise.case, code=_lateness(one)))
            found = assess(one.name, told_cases.told(one.signing, as_late, held=held))
            assert _granted(found) == amount, (promise, found)
        elif head == "refund":
            more = remedy.adjustment(exact_minor=amount + 1, reason="a cent more", head=head)
            with pytest.raises((remedy.RefundOverPaid, remedy.AwardOverLimit)):
                remedy.check(lines=[more], award_minor=amount + 1, limits=most)


def _lateness(one: Drawn) -> str:
    return "arrived_late" if one.rules["late"]["basis"] == "delivery" else "shipped_late"


def test_a_line_says_for_which_case_it_promises_and_on_which_condition() -> None:
    late = of("standard").of("late_shipment")
    # 0.5% a day behind two days of grace, at most 10%: the twenty-second day costs the most.
    assert (late.case.code, late.case.days_late, late.held_minor) == ("shipped_late", 22, 100_000)
    assert late.case.on == documents.read(contract()).ship.on + timedelta(days=22)  # type: ignore[operator]
    assert late.condition is not None
    assert (late.condition.code, late.condition.otherwise_minor) == ("carrier_record", 0)
    cancelled = of("standard").of("late_shipment", "cancelled")
    assert (cancelled.case.days_late, cancelled.held_minor) == (31, 1_000_000)
    assert cancelled.condition is not None
    assert (cancelled.condition.code, cancelled.condition.otherwise_minor) == ("cancelled_by_buyer", 100_000)
    assert of(ship={"days_after_payment": 30}).of("late_shipment").case.on is None
    assert of().of("subjective").condition is None
    rejected = of().of("wrongful_rejection")
    assert (rejected.case.remedy, rejected.held_minor, rejected.missing) == ("release", 1_000_000, ())


def test_units_that_no_refund_speaks_of_are_promised_nothing_unless_the_supplier_accepts() -> None:
    seal = {"id": "T1", "property": "seal", "kind": "version", "class": "minor", "nominal": "2.1"}
    found = of(specification=[{**seal, "refund_trigger": False}])
    assert (found.of("quality").held_minor, found.of("quality").condition) == (0, None)
    assert found.of("quality", "accepted").held_minor == 1_000_000
    lines = [
        {"number": 1, "product": "Hat", "quantity": 300, "unit": "piece", "unit_price_minor": 1000},
        {"number": 2, "product": "Box", "quantity": 100, "unit": "piece", "unit_price_minor": 500},
    ]
    found = of(lines=lines, specification=[{**seal, "applies_to": {"lines": [2]}}])
    quality = found.of("quality")
    assert (quality.held_minor, quality.case.units, quality.case.code) == (50_000, 100, "every_unit_fails")
