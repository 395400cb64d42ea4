"""The readings that decide cases: each row of the programme's table about terms and lots has its example here."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.canonical import canonical
from holdfast.kernel.refusals import Invalid
from holdfast.terms import Verdict, conformity, read_criterion, read_readings, read_specification

LENGTH: dict[str, Any] = {
    "id": "L",
    "property": "length",
    "kind": "dimension",
    "class": "major",
    "nominal": "70",
    "unit": "cm",
    "tolerance": {"minus": "1", "plus": "1"},
}
CHIP: dict[str, Any] = {
    "id": "C",
    "property": "microcontroller",
    "kind": "component",
    "class": "critical",
    "nominal": "STM32F407VGT6",
    "accepted": ["STM32F407VET6"],
}
SHADE: dict[str, Any] = {
    "id": "S",
    "property": "shade",
    "kind": "colour",
    "class": "major",
    "system": "pantone",
    "nominal": "19-4052 TCX",
    "delta_e": "2.0425",
}
CERTIFIED: dict[str, Any] = {
    "kind": "certificate",
    "nominal": "OEKO-TEX STANDARD 100",
    "number": "22.HCN.31",
    "valid_until": "2026-12-31",
}
EVERY = {"kind": "every_unit"}
PLAN = {
    "kind": "plan",
    "plans": [
        {"class": "critical", "n": 20, "ac": 0, "re": 1},
        {"class": "major", "n": 20, "ac": 1, "re": 2},
        {"class": "minor", "n": 20, "ac": 2, "re": 3},
    ],
}


def unit(name: str, *readings: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "line": 1, "readings": list(readings), **more}


def length(text: str, in_unit: str = "cm") -> dict[str, Any]:
    return {"term": "L", "value": text, "unit": in_unit}


def verdict(terms: list[Any], criterion: Any, units: list[Any], lot: dict[int, int] | None = None) -> Verdict:
    specification = read_specification(terms)
    return conformity(
        specification=specification,
        criterion=read_criterion(criterion),
        lot_quantity_by_line=lot or {1: 1000},
        readings=read_readings({"units": units}, specification=specification),
    )


def status(terms: list[Any], *units: dict[str, Any]) -> str:
    return verdict(terms, EVERY, list(units)).terms[0].status


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (length("69"), "met"),
        (length("71.0"), "met"),
        (length("71.0000000000001"), "breached"),
        (length("68.9999999999999"), "breached"),
        (length("27.5", "in"), "met"),  # 69.85 cm
        (length("27", "in"), "breached"),  # 68.58 cm
        (length("0.71", "m"), "met"),
    ],
)
def test_edges_belong_to_the_permitted_side_and_nothing_is_rounded(reading: dict[str, Any], expected: str) -> None:
    assert status([LENGTH], unit("1", reading)) == expected


def test_a_converted_reading_names_its_factor() -> None:
    found = verdict([LENGTH], EVERY, [unit("1", length("27", "in"))])
    assert found.as_document()["conversions"] == [{"source": "in", "target": "cm", "factor": "2.54"}]
    assert found.terms[0].worst == "68.58 cm"


def test_edges_may_be_excluded_and_tolerances_be_in_per_cent() -> None:
    exclusive = {**LENGTH, "tolerance": {"minus": "1", "plus": "1", "edges": "exclusive"}}
    assert status([exclusive], unit("1", length("71"))) == "breached"
    percent = {**LENGTH, "tolerance": {"minus": "2", "plus": "0", "percent": True}}
    assert status([percent], unit("1", length("68.6"))) == "met"
    assert status([percent], unit("1", length("68.59"))) == "breached"


@pytest.mark.parametrize(
    ("term", "good", "bad"),
    [
        (CHIP, {"value": "STM32F407VGT6"}, {"value": "GD32F407VGT6"}),
        (CHIP, {"value": "STM32F407VET6"}, {"value": "stm32f407vgt6"}),
        ({"kind": "weight", "nominal": "1.5", "unit": "kg", "limit": "at_least"}, *(
            {"value": value, "unit": "g"} for value in ("1500", "1499.9")
        )),
        ({"kind": "count", "nominal": "12", "unit": "stitches"}, *(
            {"value": value, "unit": "stitches"} for value in ("12", "11")
        )),
        ({"kind": "packaging", "nominal": "24", "unit": "pieces/carton"}, *(
            {"value": value, "unit": "pieces/carton"} for value in ("24", "20")
        )),
        ({"kind": "packaging", "nominal": "label on the left"}, {"value": "label on the left"}, {"value": "right"}),
        ({"kind": "fastness", "nominal": "4"}, {"value": "4-5"}, {"value": "3-4"}),
        ({"kind": "fabric_weight", "nominal": "180", "unit": "g/m2", "tolerance": {"minus": "5", "plus": "5"}}, *(
            {"value": value, "unit": "oz/yd2"} for value in ("5.3", "5.1")  # 179.7 and 172.9 g/m2
        )),
        ({"kind": "performance", "nominal": "168", "unit": "MHz", "limit": "at_least"}, *(
            {"value": value, "unit": "GHz"} for value in ("0.168", "0.1176")
        )),
        ({"kind": "function", "method": "burn-in 24 h"}, {"passed": True}, {"passed": False}),
        ({"kind": "version", "nominal": "2.4.1", "accepted": ["2.4.2"]}, {"value": "2.4.2"}, {"value": "2.4"}),
        ({"kind": "label", "nominal": "Made in Portugal"}, {"value": "Made in Portugal"}, {"value": "Made in EU"}),
        ({"kind": "logo", "references": ["ab" * 32]}, {"passed": True}, {"passed": False}),
        ({"kind": "sample", "number": "HF-17", "held_by": "Alma Imports"}, {"passed": True}, {"passed": False}),
        ({"kind": "document", "nominal": "Declaration of conformity"}, {"passed": True}, {"passed": False}),
        (CERTIFIED, *({"value": "22.HCN.31", "valid_until": day} for day in ("2026-12-31", "2026-12-30"))),
        (CERTIFIED, *({"value": number, "valid_until": "2027-01-01"} for number in ("22.HCN.31", "22.HCN.13"))),
        ({"kind": "certificate", "nominal": "GOTS", "number": "CU 8"}, {"value": "CU 8"}, {"value": "CU 9"}),
        ({**SHADE, "lab": ["50", "2.6772", "-79.7751"]}, *(
            {"lab": ["50", a, b]} for a, b in (("0", "-82.7485"), ("0", "-82.80"))
        )),
    ],
)  # fmt: skip
def test_each_kind_of_term(term: dict[str, Any], good: dict[str, Any], bad: dict[str, Any]) -> None:
    whole = {"property": "p", "class": "minor", **term, "id": "T"}
    assert status([whole], unit("1", {"term": "T", **good})) == "met"
    assert status([whole], unit("1", {"term": "T", **bad})) == "breached"


def test_pantone_without_a_measured_swatch_is_undecided_until_it_is_measured() -> None:
    read = {"term": "S", "lab": ["50", "0", "-82.7485"]}
    found = verdict([SHADE], EVERY, [unit("1", read)]).terms[0]
    assert (found.status, found.why) == ("undecided", "the swatch of 19-4052 TCX was not measured")
    with_swatch = {**read, "swatch_lab": ["50", "2.6772", "-79.7751"]}
    assert status([SHADE], unit("1", with_swatch)) == "met"
    found = verdict([{**SHADE, "delta_e": "2.0424"}], EVERY, [unit("1", with_swatch)]).terms[0]
    assert (found.status, found.worst) == ("breached", "dE 2.0425")


@pytest.mark.parametrize(
    ("term", "agreed"),
    [
        (CERTIFIED, "OEKO-TEX STANDARD 100 22.HCN.31, valid until 2026-12-31 or later"),
        ({"kind": "sample", "number": "HF-17", "held_by": "Alma"}, "like the sealed sample HF-17, held by Alma"),
        ({"kind": "logo", "references": ["ab" * 32]}, "like the reference image abababababab"),
        ({"kind": "document", "nominal": "Test report"}, "Test report is there"),
    ],
)
def test_what_papers_samples_and_images_permit_is_said(term: dict[str, Any], agreed: str) -> None:
    whole = {"property": "p", "class": "minor", **term, "id": "T"}
    assert verdict([whole], EVERY, []).terms[0].permitted == agreed


def test_a_certificate_that_is_not_all_read_is_refused() -> None:
    whole = {"property": "p", "class": "minor", **CERTIFIED, "id": "T"}
    for reading, field in (({"valid_until": "2027-01-01"}, "value"), ({"value": "22.HCN.31"}, "valid_until")):
        with pytest.raises(Invalid) as caught:
            status([whole], unit("1", {"term": "T", **reading}))
        assert caught.value.field == f"readings.units.0.readings.0.{field}"


def test_points_of_measure_follow_the_size() -> None:
    sized = {**LENGTH, "nominal": "", "by_size": [{"size": "M", "nominal": "70"}, {"size": "L", "nominal": "74"}]}
    assert status([sized], unit("1", length("74.5"), size="L")) == "met"
    assert status([sized], unit("1", length("74.5"), size="M")) == "breached"
    assert status([sized], unit("1", length("74.5"), size="XL")) == "undecided"
    assert status([{**LENGTH, "tolerance": None}], unit("1", length("70"))) == "undecided"
    assert status([LENGTH]) == "undecided"


def lengths(bad: int, good: int) -> list[dict[str, Any]]:
    texts = ["80"] * bad + ["70"] * good
    return [unit(str(place), length(text)) for place, text in enumerate(texts)]


def test_a_lot_accepted_by_its_plan_leaves_the_units_found() -> None:
    found = verdict([LENGTH], PLAN, lengths(1, 19))
    assert (found.lot, found.rule, found.measure) == ("accepted", "plan_accepts", "found_units")
    assert found.as_document()["claimable"] == [{"line": 1, "units": 1}]
    quiet = verdict([{**LENGTH, "refund_trigger": False}], PLAN, lengths(1, 19))
    assert (quiet.terms[0].status, quiet.claimable) == ("breached", ())


def test_a_lot_rejected_by_its_plan_is_the_measure() -> None:
    found = verdict([LENGTH], PLAN, lengths(2, 18))
    assert (found.lot, found.rule, found.measure) == ("rejected", "plan_rejects", "lot")
    assert found.as_document()["claimable"] == [{"line": 1, "units": 1000}]
    assert found.classes[1].defective == 2


def test_units_beyond_the_plans_sample_are_found_but_do_not_decide() -> None:
    found = verdict([LENGTH], PLAN, [*lengths(1, 19), unit("x", length("80")), unit("y", length("80"))])
    assert (found.lot, found.claimable[0].units, found.classes[1].defective) == ("accepted", 3, 1)


def test_a_short_or_undecided_sample_decides_only_what_cannot_turn() -> None:
    assert verdict([LENGTH], PLAN, lengths(1, 9)).rule == "sample_not_complete"
    assert verdict([LENGTH], PLAN, lengths(2, 8)).lot == "rejected"
    unmeasured = [unit(str(n), length("70"), {"term": "S", "lab": ["50", "0", "0"]}) for n in range(20)]
    assert verdict([LENGTH, SHADE], PLAN, unmeasured).lot == "undecided"
    assert verdict([LENGTH], PLAN, []).rule == "nothing_examined"


def test_every_examined_unit_in_breach_of_a_critical_term_rejects_the_lot_under_any_criterion() -> None:
    wrong = [unit("1-13", {"term": "C", "value": "GD32F407VGT6"}, count=13)]
    fraction = {"kind": "fraction", "fraction": "0.5", "sample_size": 80}
    for criterion in (EVERY, PLAN, fraction):
        found = verdict([CHIP], criterion, wrong, {1: 2000})
        assert (found.lot, found.rule, found.claimable[0].units) == (
            "rejected",
            "critical_term_breached_by_every_unit",
            2000,
        )
    one_right = [*wrong, unit("14", {"term": "C", "value": "STM32F407VGT6"})]
    assert verdict([CHIP], EVERY, one_right, {1: 2000}).claimable[0].units == 13
    # A critical term of one line says nothing of the other lines in the lot.
    line_one = {**CHIP, "applies_to": {"lines": [1]}}
    assert verdict([line_one], EVERY, wrong, {1: 2000, 2: 5}).claimable[0].units == 13


def test_whole_lot_examined_leaves_the_defective_units() -> None:
    found = verdict([LENGTH], PLAN, lengths(5, 25), {1: 30})
    assert (found.lot, found.rule, found.claimable[0].units) == ("accepted", "whole_lot_examined", 5)


def test_a_colour_reading_decides_the_lot_only_where_the_term_says_so() -> None:
    shade = {**SHADE, "lab": ["50", "0", "0"]}
    units = [unit("1", {"term": "S", "lab": ["60", "0", "0"]}), unit("2", {"term": "S", "lab": ["50", "0", "0"]})]
    assert verdict([shade], EVERY, units).claimable[0].units == 1
    found = verdict([{**shade, "decides_lot": True}], EVERY, units)
    assert (found.rule, found.claimable[0].units) == ("term_decides_the_lot", 1000)


def test_a_fraction_is_projected_on_the_lot_only_above_the_limit_and_from_a_full_sample() -> None:
    criterion = {"kind": "fraction", "fraction": "0.02", "sample_size": 50}
    assert verdict([LENGTH], criterion, lengths(1, 49)).rule == "fraction_kept"
    above = verdict([LENGTH], criterion, lengths(2, 48), {1: 1013})
    # 2/50 of 1,013 is 40.52
    assert (above.rule, above.claimable[0].units, above.observed_fraction) == (
        "fraction_exceeded",
        41,
        Fraction(1, 25),
    )
    assert verdict([LENGTH], criterion, lengths(5, 5)).rule == "sample_not_complete"


def test_a_unit_counts_once_under_its_worst_class() -> None:
    seam = {"class": "minor", "note": "loose thread"}
    both = unit("a", length("80"), defects=[seam, {"class": "major", "note": "hole"}])
    found = verdict([LENGTH], PLAN, [both, *lengths(0, 19)[1:], unit("z", defects=[seam])])
    assert [(row.severity, row.defective) for row in found.classes] == [("critical", 0), ("major", 1), ("minor", 1)]
    # A defect that names no term is counted by the plan, but gives nobody a refund.
    assert found.claimable[0].units == 1


@pytest.mark.parametrize(
    ("units", "field"),
    [
        ([unit("1", {"term": "X", "value": "1"})], "readings.units.0.readings.0.term"),
        ([unit("1", length("long"))], "readings.units.0.readings.0.value"),
        ([unit("1", length("70", "kg"))], "readings.units.0.readings.0.unit"),
        ([unit("1", {"term": "L", "value": "70"})], "readings.units.0.readings.0.unit"),
        ([unit("1", length("70"), length("71"))], "readings.units.0.readings.1.term"),
        ([unit("1"), unit("1")], "readings.units.1.id"),
        ([unit("1", count=0)], "readings.units.0.count"),
        ([unit("1", count=1001)], "readings.units.0.line"),
        ([unit("1", defects=[{"class": "odd"}])], "readings.units.0.defects.0.class"),
    ],
)
def test_readings_that_decide_nothing_are_refused(units: list[Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        verdict([LENGTH], EVERY, units)
    assert caught.value.field == field


@given(
    bad=st.lists(st.booleans(), min_size=1, max_size=40),
    two_lines=st.booleans(),
    kind=st.sampled_from([EVERY, PLAN, {"kind": "fraction", "fraction": "0.1", "sample_size": 5}]),
)
def test_never_more_claimable_than_the_lot_has_and_the_same_bytes_each_time(
    bad: list[bool], two_lines: bool, kind: Any
) -> None:
    lot = {1: 40, 2: 3} if two_lines else {1: 45}
    units = [
        unit(str(place), length("80" if wrong else "70"), line=2 if two_lines and place < 3 else 1)
        for place, wrong in enumerate(bad)
    ]
    found = verdict([LENGTH], kind, units, lot)
    assert all(row.units <= lot[row.line] for row in found.claimable)
    assert sum(row.units for row in found.defective) == sum(bad)
    again = verdict([LENGTH], kind, units, lot)
    assert canonical(found.as_document()) == canonical(again.as_document())


def test_a_recorded_factor_is_used_on_replay() -> None:
    specification = read_specification([LENGTH])
    readings = read_readings({"units": [unit("1", length("27", "in"))]}, specification=specification)
    found = conformity(
        specification=specification,
        criterion=read_criterion(EVERY),
        lot_quantity_by_line={1: 1},
        readings=readings,
        factors={("in", "cm"): Fraction(26, 10)},
    )
    assert found.terms[0].worst == "70.2 cm"
