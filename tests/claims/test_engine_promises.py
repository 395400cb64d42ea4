"""What engine 1 promises whatever the case: the same bytes, lines within their limits, nothing that points nowhere."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.claims.engines import EngineUnknown, engine
from holdfast.claims.facts import Complaint, Evidence, Lot, LotLine, Report, from_document
from holdfast.claims.remedy import total
from holdfast.kernel.canonical import canonical
from holdfast.kernel.refusals import Invalid
from holdfast.programme.rules import LateClause
from holdfast.terms import read_term
from tests.claims import engine_recorded
from tests.claims.engine_cases import (
    ACCEPT,
    BROKERAGE,
    CHIP,
    CONTEST,
    INSPECTION,
    SHADE,
    assess,
    at,
    case,
    checked_readings,
    hairbands,
    hats,
    late,
    lot,
    microcontroller,
    money,
    readings,
    shipped,
)


@pytest.mark.parametrize("name", sorted(engine_recorded.CASES))
def test_a_recorded_assessment_comes_out_the_same_for_ever(name: str) -> None:
    """If this fails, the change belongs into a new engine (or, before the first release, into a new recording)."""
    recorded = json.loads(engine_recorded.path(name).read_text(encoding="utf-8"))
    assert engine_recorded.answer(name, from_document(recorded["facts"])) == recorded["assessment"]


def test_no_order_of_hashing_reaches_the_bytes() -> None:
    answers = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-m", "tests.claims.engine_recorded", "--print"]
        answers.add(subprocess.run(command, capture_output=True, check=True, env=environment).stdout)
    assert len(answers) == 1


def test_facts_survive_export_and_the_assessment_is_the_same_bytes() -> None:
    everything = [
        microcontroller(evidence=(INSPECTION, BROKERAGE), answer=CONTEST),
        hats(evidence=(Evidence("ev_4", "message", "buyer", origin="outside", term=read_term(SHADE)),)),
        hairbands(answer=ACCEPT),
        late(6, contract={"late_clause": LateClause(Fraction(1, 2), 1, Fraction(10))}),
    ]
    for facts in everything:
        document = facts.as_document()
        assert from_document(document) == facts
        assert canonical(from_document(document).as_document()) == canonical(document)
        first, second = assess("standard", facts), assess("standard", from_document(document))
        assert first.as_bytes() == second.as_bytes()


def test_an_assessment_names_its_engine_and_programme_and_every_sentence_points_somewhere() -> None:
    found = assess("standard", microcontroller(evidence=(INSPECTION,)))
    document = found.as_document()
    assert document["engine"] == "1"
    assert document["programme"]["digest"] == shipped("standard").digest
    kinds = {"contract", "evidence", "report", "record", "rule"}
    points = [point for finding in found.findings for point in finding.points_to]
    points += [point for line in found.lines for point in line.points_to]
    assert {point.split(":")[0] for point in points} <= kinds
    assert all(line.points_to for line in found.lines)


def test_a_recorded_conversion_factor_decides_on_replay() -> None:
    term = {
        "id": "L",
        "property": "length",
        "kind": "dimension",
        "class": "critical",
        "nominal": "70",
        "unit": "cm",
        "tolerance": {"minus": "1", "plus": "1"},
    }
    report = Report("rep_1", "inspector", date(2026, 3, 4), readings(term, 5, value="27", unit="in"))
    complaint = Complaint("clm_1", "quality", at(6))
    facts = case(
        quantity=100, price_minor=100, complaint=complaint, lots=(lot(1, 100, 100, reports=(report,)),), terms=[term]
    )
    found = assess("standard", facts)
    assert found.outcome == "upheld"
    assert found.as_document()["conversions"] == [{"source": "in", "target": "cm", "factor": "2.54"}]
    recorded = replace(found.conversions[0], factor=Fraction(26, 10))
    assert assess("standard", replace(facts, conversions=(recorded,))).outcome == "denied"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"complaints": []}, "complaints"),
        ({"answer": {"kind": "shrug", "at": "2026-03-01T00:00:00Z"}}, "answer.kind"),
        ({"lots": []}, "complaints.0.lots"),
        ({"surprise": 1}, "surprise"),
        ({"assessed_at": "yesterday"}, "assessed_at"),
    ],
)
def test_a_case_that_does_not_hold_together_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        from_document({**microcontroller().as_document(), **change})
    assert caught.value.field == field


def test_there_is_no_other_engine() -> None:
    with pytest.raises(EngineUnknown):
        engine("0")


REWORK = Evidence("ev_6", "rework_invoice", "buyer", amount_minor=20_000)


@settings(max_examples=150, deadline=None)
@given(
    received=st.integers(0, 120),
    bad=st.integers(0, 20),
    good=st.integers(0, 20),
    days=st.integers(0, 25),
    paid=st.integers(0, 100_000),
    name=st.sampled_from(["standard", "accessories", "apparel", "import", "basic"]),
    remedy=st.sampled_from(["refund", "return_and_refund", "rework_cost", "price_reduction", "replacement"]),
    lots=st.integers(1, 2),
    accepted=st.booleans(),
    before=st.integers(0, 100),
)
def test_whatever_the_case_the_lines_sum_and_stay_within_what_was_paid(
    *,
    received: int,
    bad: int,
    good: int,
    days: int,
    paid: int,
    name: str,
    remedy: str,
    lots: int,
    accepted: bool,
    before: int,
) -> None:
    units = [
        {"id": str(n), "line": 1, "readings": [{"term": "T1", "value": "other" if n < bad else CHIP["nominal"]}]}
        for n in range(min(bad + good, received))
    ]
    report = Report("rep_1", "inspector", date(2026, 3, 4), checked_readings([CHIP], units))
    day = date(2026, 2, 1) + timedelta(days=days)
    first = Lot(
        1,
        (LotLine(1, 100, 100, received, refunded=before),),
        33_300,
        shipped_on=day,
        ship_grade="A",
        delivered_on=date(2026, 3, 1),
        expected_delivery_on=date(2026, 3, 1),
        reports=(report,),
    )
    complaints = (
        Complaint("a", "quality", at(6), lots=(1,), remedy=remedy, amount_minor=5_000, cancel_rest=True),
        Complaint("b", "quantity", at(6), lots=(1,), remedy=remedy),
        Complaint("c", "late_shipment", at(6)),
    )
    facts = case(
        quantity=100 * lots, price_minor=333, freight_minor=1_001, complaint=complaints[0], lots=(first,), terms=[CHIP]
    )
    facts = replace(facts, complaints=complaints, money=money(paid, cap=60_000), evidence=(INSPECTION, REWORK))
    facts = replace(facts, answer=ACCEPT if accepted else None)
    found = assess(name, facts)
    assert total(found.lines) == found.total_minor >= 0
    assert found.refund_minor <= paid
    assert found.total_minor <= found.limits.total_minor
    assert found.as_bytes() == assess(name, from_document(facts.as_document())).as_bytes()
