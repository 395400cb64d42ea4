"""A criterion by level and AQL becomes figures with the lot, decides it by them, and the finding records them."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.kernel.canonical import canonical
from holdfast.kernel.refusals import Invalid
from holdfast.terms import Verdict, conformity, read_criterion, read_readings, read_specification
from holdfast.terms.outlook import criterion_document, outlooks

SEAM: dict[str, Any] = {
    "id": "S",
    "property": "seam",
    "kind": "function",
    "class": "major",
    "nominal": "closed",
    "method": "by eye",
    "refund_trigger": True,
}
BY_AQL: dict[str, Any] = {
    "kind": "aql",
    "level": "II",
    "aql": [{"class": "minor", "aql": "4.0"}, {"class": "critical", "aql": "0"}, {"class": "major", "aql": "2.5"}],
}


def verdict(lot: int, bad: int, good: int, criterion: dict[str, Any] | None = None, severity: str = "major") -> Verdict:
    specification = read_specification([SEAM])
    units = [
        {"id": "bad", "line": 1, "count": bad, "readings": [], "defects": [{"class": severity, "note": "open seam"}]},
        {"id": "good", "line": 1, "count": good, "readings": [{"term": "S", "passed": True}]},
    ]
    return conformity(
        specification=specification,
        criterion=read_criterion(criterion or BY_AQL),
        lot_quantity_by_line={1: lot},
        readings=read_readings({"units": [one for one in units if one["count"]]}, specification=specification),
    )


@pytest.mark.parametrize(
    ("lot", "bad", "n", "ac", "fate"),
    [
        (4000, 10, 200, 10, "accepted"),
        (4000, 11, 200, 10, "rejected"),
        (1000, 5, 80, 5, "accepted"),
        (1000, 6, 80, 5, "rejected"),
        (150, 1, 20, 1, "accepted"),
        (150, 2, 20, 1, "rejected"),
    ],
)
def test_the_same_criterion_reads_its_figures_off_the_lot(lot: int, bad: int, n: int, ac: int, fate: str) -> None:
    found = verdict(lot, bad, n - bad)
    assert found.lot == fate
    major = next(row for row in found.classes if row.severity == "major")
    assert (major.examined, major.defective, major.ac, major.re) == (n, bad, ac, ac + 1)
    assert found.measure == ("lot" if fate == "rejected" else "found_units")


def test_the_finding_records_what_the_tables_gave() -> None:
    recorded = verdict(4000, 3, 197).as_document()["sampling"]
    assert (recorded["level"], recorded["lot_size"], recorded["code_letter"]) == ("II", 4000, "L")
    rows = [(row["class"], row["aql"], row["n"], row["ac"], row["re"]) for row in recorded["classes"]]
    assert rows == [("critical", "0", 200, 0, 1), ("major", "2.5", 200, 10, 11), ("minor", "4.0", 200, 14, 15)]
    assert recorded["sources"] == ["mil-std-105e", "qualitycontrolpartners", "gbt-2828.1"]


def test_one_critical_defect_fails_a_lot_whose_limit_is_none() -> None:
    assert verdict(4000, 1, 199, severity="critical").lot == "rejected"


def test_too_few_units_leave_the_lot_undecided() -> None:
    assert (verdict(4000, 9, 41).lot, verdict(4000, 9, 41).rule) == ("undecided", "sample_not_complete")
    # What was found is enough, however many are missing.
    assert verdict(4000, 11, 0).lot == "rejected"


STRICT = {"kind": "aql", "level": "II", "aql": [{"class": "major", "aql": "0.15"}]}
MIXED = {"kind": "aql", "level": "II", "aql": [{"class": "critical", "aql": "0.15"}, {"class": "major", "aql": "2.5"}]}


def test_a_sample_as_large_as_the_lot_asks_for_every_unit_and_rejects_none() -> None:
    some = verdict(50, 4, 40, STRICT)
    assert (some.lot, some.rule) == ("undecided", "sample_not_complete")
    assert "44 of the lot's 50" in some.sentence
    all_ = verdict(50, 4, 46, STRICT)
    assert (all_.lot, all_.rule, all_.measure) == ("accepted", "whole_lot_examined", "found_units")
    assert all_.as_document()["sampling"]["classes"][0] == {
        "class": "major",
        "aql": "0.15",
        "letter": "J",
        "n": 50,
        "ac": None,
        "re": None,
        "whole_lot": True,
    }


def test_a_class_with_a_sample_decides_beside_one_without() -> None:
    # The arrow at AQL 2.5 leads from D to C: five are drawn and none may be bad.
    assert verdict(50, 1, 4, MIXED).lot == "rejected"
    assert verdict(50, 0, 20, MIXED).lot == "undecided"


def test_what_was_written_before_keeps_its_bytes() -> None:
    for criterion in (
        {"kind": "every_unit"},
        {"kind": "fraction", "fraction": "0.02", "sample_size": 100},
        {"kind": "plan", "plans": [{"class": "major", "n": 200, "ac": 10, "re": 11}]},
    ):
        written = read_criterion(criterion).as_document()
        assert set(written) == {"kind", "plans", "fraction", "sample_size"}
        assert "sampling" not in verdict(4000, 3, 197, criterion).as_document()
    named = read_criterion(BY_AQL)
    assert read_criterion(named.as_document()) == named
    assert canonical(read_criterion(named.as_document()).as_document()) == canonical(named.as_document())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"level": "IV"}, "criterion.level"),
        ({"level": None}, "criterion.level"),
        ({"aql": []}, "criterion.aql"),
        ({"aql": [{"class": "major", "aql": "3"}]}, "criterion.aql.0.aql"),
        ({"aql": [{"class": "grave", "aql": "2.5"}]}, "criterion.aql.0.class"),
        ({"aql": [{"class": "major", "aql": "2.5"}] * 2}, "criterion.aql.1.class"),
        ({"inspection": "lax"}, "criterion.inspection"),
        ({"kind": "every_unit"}, "criterion.aql"),
        ({"kind": "plan", "plans": [{"class": "major", "n": 20, "ac": 1, "re": 2}]}, "criterion.aql"),
    ],
)
def test_a_plan_that_cannot_be_read_off_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_criterion({**BY_AQL, **changes})
    assert refusal.value.field == field
    assert refusal.value.accepted


def test_tightened_inspection_accepts_fewer() -> None:
    assert verdict(4000, 8, 192, {**BY_AQL, "inspection": "tightened"}).lot == "accepted"
    assert verdict(4000, 9, 191, {**BY_AQL, "inspection": "tightened"}).lot == "rejected"


def test_every_criterion_tells_what_it_lets_pass() -> None:
    told = criterion_document(criterion=read_criterion(BY_AQL), lot_size=4000)
    chances = {row["class"]: row["chances"][1]["this_lot"] for row in told["classes"]}
    # None, at most 10 and at most 14 bad among 200 drawn from 4,000 of which 400 are.
    assert chances == {"critical": "0.000000", "major": "0.006924", "minor": "0.087338"}
    stated = read_criterion({"kind": "plan", "plans": [{"class": "major", "n": 200, "ac": 10, "re": 11}]})
    assert (
        outlooks(criterion=stated, lot_size=4000)[0].outlook
        == outlooks(criterion=read_criterion(BY_AQL), lot_size=4000)[1].outlook
    )
    share = read_criterion({"kind": "fraction", "fraction": "0.05", "sample_size": 200})
    assert outlooks(criterion=share, lot_size=4000)[0].outlook.ac == 10
    assert outlooks(criterion=read_criterion({"kind": "every_unit"}), lot_size=4000) == ()
