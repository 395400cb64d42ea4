"""Terms are read strictly, keep their meaning when written, and say when nothing could ever decide them."""

from typing import Any

import pytest

from holdfast.kernel.canonical import canonical
from holdfast.kernel.refusals import Invalid
from holdfast.terms import read_criterion, read_specification, read_term

CHIP: dict[str, Any] = {
    "id": "T1",
    "property": "microcontroller",
    "kind": "component",
    "class": "critical",
    "nominal": "STM32F407VGT6",
    "accepted": ["STM32F407VET6"],
    "method": "marking on the package",
}
CHEST: dict[str, Any] = {
    "id": "T2",
    "property": "chest width",
    "kind": "dimension",
    "class": "major",
    "unit": "cm",
    "by_size": [{"size": "M", "nominal": "50.0"}, {"size": "L", "nominal": "54"}],
    "tolerance": {"minus": "1.0", "plus": "1.5"},
    "applies_to": {"lines": [1, 2]},
    "references": ["ab" * 32],
}
SHADE: dict[str, Any] = {
    "id": "T3",
    "property": "shade",
    "kind": "colour",
    "class": "critical",
    "system": "pantone",
    "nominal": "19-4052 TCX",
    "lab": ["24.5", "4.1", "-36.20"],
    "delta_e": "2.0",
}
WASH: dict[str, Any] = {
    "id": "T4",
    "property": "colour fastness to washing",
    "kind": "fastness",
    "class": "major",
    "nominal": "4-5",
}
SEALED: dict[str, Any] = {
    "id": "T5",
    "property": "like the sealed sample",
    "kind": "sample",
    "class": "major",
    "number": "HF-17",
    "held_by": "Alma Imports",
}
OEKO: dict[str, Any] = {
    "id": "T6",
    "property": "harmful substances",
    "kind": "certificate",
    "class": "critical",
    "nominal": "OEKO-TEX STANDARD 100",
    "number": " 22.HCN.31 ",
    "valid_until": "2027-03-01",
}


def test_the_canonical_form_reads_back_the_same() -> None:
    specification = read_specification([CHIP, CHEST, SHADE, WASH, SEALED, OEKO], lines=(1, 2))
    written = specification.as_document()
    assert read_specification(written) == specification
    assert canonical(written) == canonical(read_specification(written).as_document())
    chest, shade, wash = written[1], written[2], written[3]
    assert chest["by_size"] == [{"size": "M", "nominal": "50"}, {"size": "L", "nominal": "54"}]
    assert chest["tolerance"] == {"minus": "1", "plus": "1.5", "percent": False, "edges": "inclusive"}
    assert shade["lab"] == ["24.5", "4.1", "-36.2"]
    assert (wash["nominal"], wash["limit"]) == ("4.5", "at_least")
    assert (written[5]["number"], written[5]["valid_until"]) == ("22.HCN.31", "2027-03-01")


@pytest.mark.parametrize(
    ("term", "change", "field"),
    [
        (CHIP, {"id": " "}, "term.id"),
        (CHIP, {"kind": "taste"}, "term.kind"),
        (CHIP, {"class": "fatal"}, "term.class"),
        (CHIP, {"nominal": ""}, "term.nominal"),
        (CHIP, {"unit": "cm"}, "term.unit"),
        (CHIP, {"references": ["abc"]}, "term.references.0"),
        (CHIP, {"colour": "blue"}, "term.colour"),
        (CHEST, {"unit": "kg"}, "term.unit"),
        (CHEST, {"unit": None}, "term.unit"),
        (CHEST, {"by_size": []}, "term.nominal"),
        (CHEST, {"by_size": [{"size": "M", "nominal": "about 50"}]}, "term.by_size"),
        (CHEST, {"tolerance": {"minus": "-1"}}, "term.tolerance.minus"),
        (CHEST, {"tolerance": {"plus": "1", "edges": "soft"}}, "term.tolerance.edges"),
        (CHEST, {"limit": "around"}, "term.limit"),
        (CHEST, {"delta_e": "2"}, "term.delta_e"),
        (SHADE, {"system": "ncs"}, "term.system"),
        (SHADE, {"system": "lab", "lab": None}, "term.lab"),
        (SHADE, {"lab": ["124.5", "4", "3"]}, "term.lab.0"),
        (SHADE, {"delta_e": "0"}, "term.delta_e"),
        (WASH, {"nominal": "9"}, "term.nominal"),
        (WASH, {"number": "9"}, "term.number"),
        (SEALED, {"valid_until": "2027-03-01"}, "term.valid_until"),
        (SEALED, {"accepted": ["HF-18"]}, "term.accepted"),
        (OEKO, {"nominal": " "}, "term.nominal"),
        (OEKO, {"held_by": "Alma"}, "term.held_by"),
        (OEKO, {"valid_until": "next year"}, "term.valid_until"),
    ],
)
def test_a_term_that_does_not_fit_is_named(term: dict[str, Any], change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_term({**term, **change})
    assert caught.value.field == field


def test_every_bad_term_is_listed_at_once() -> None:
    bad_line = {**CHEST, "applies_to": {"lines": [7]}}
    with pytest.raises(Invalid) as caught:
        read_specification([CHIP, CHIP, bad_line, {**WASH, "nominal": "x"}], lines=(1, 2))
    fields = [error["field"] for error in caught.value.facts["errors"]]
    assert fields == ["specification.1.id", "specification.2.applies_to.lines", "specification.3.nominal"]
    assert caught.value.field == fields[0]


def test_obstacles_are_said_not_refused() -> None:
    assert read_term({**CHEST, "tolerance": None}).obstacle == "no tolerance was agreed"
    assert read_term({**SHADE, "delta_e": None}).obstacle == "no CIEDE2000 limit was agreed"
    assert read_term({**SHADE, "lab": None}).obstacle is None
    assert read_term({**SEALED, "number": ""}).obstacle == "the sealed sample has no number"
    assert read_term({**SEALED, "held_by": ""}).obstacle == "nobody is named who holds the sealed sample"
    assert read_term({**OEKO, "number": ""}).obstacle == "no certificate number was agreed"
    logo = {"id": "L", "property": "logo", "kind": "logo", "class": "major"}
    assert read_term(logo).obstacle == "no reference image was agreed"
    assert read_term({**logo, "references": ["ab" * 32]}).obstacle is None
    carton = {"id": "P", "property": "units a carton", "kind": "packaging", "class": "minor", "nominal": "24"}
    assert read_term({**carton, "unit": "pieces/carton"}).obstacle is None


@pytest.mark.parametrize(
    ("criterion", "field"),
    [
        ({"kind": "luck"}, "criterion.kind"),
        ({"kind": "plan"}, "criterion.plans"),
        ({"kind": "plan", "plans": [{"class": "odd", "n": 5, "ac": 0, "re": 1}]}, "criterion.plans.0.class"),
        ({"kind": "plan", "plans": [{"class": "major", "n": 0, "ac": 0, "re": 1}]}, "criterion.plans.0.n"),
        ({"kind": "plan", "plans": [{"class": "major", "n": 5, "ac": 5, "re": 6}]}, "criterion.plans.0.ac"),
        ({"kind": "plan", "plans": [{"class": "major", "n": 5, "ac": 1, "re": 3}]}, "criterion.plans.0.re"),
        ({"kind": "fraction", "fraction": "0.02"}, "criterion.sample_size"),
        ({"kind": "fraction", "fraction": "2", "sample_size": 9}, "criterion.fraction"),
        ({"kind": "every_unit", "sample_size": 9}, "criterion.fraction"),
    ],
)
def test_a_criterion_without_its_figures_is_refused(criterion: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_criterion(criterion)
    assert caught.value.field == field
