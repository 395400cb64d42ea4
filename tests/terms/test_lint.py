"""Each finding is made where it should be, says what would be measurable, and a contract without fault has none."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from holdfast.kernel.refusals import Invalid
from holdfast.terms import read_specification
from holdfast.terms.documents import as_document
from holdfast.terms.lint import Finding, lint
from holdfast.terms.lint.codes import CODES
from tests.terms.lintable import and_term, hats, put_in, terms, with_term

PLAN = hats()["criterion"]
DEAR_LINES = [
    {"number": 1, "product": "Hat", "quantity": 100, "unit": "piece", "unit_price_minor": 900},
    {"number": 2, "product": "Cap", "quantity": 100, "unit": "piece", "unit_price_minor": 100},
]
CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("term_unreadable", "specification.4.nominal", and_term(kind="weight", unit="g", nominal="about 80")),
    ("no_tolerance", "specification.2.tolerance", with_term("dimension", tolerance=None)),
    ("no_colour_limit", "specification.0.delta_e", with_term("colour", delta_e=None)),
    ("swatch_not_measured", "specification.0.lab", with_term("colour", lab=None)),
    ("no_method", "specification.1.method", with_term("composition", method=None)),
    ("no_named_test", "specification.4.method", and_term(kind="function")),
    ("no_number", "specification.4.number", and_term(kind="certificate", nominal="GOTS", valid_until="2027-01-01")),
    ("no_expiry", "specification.4.valid_until", and_term(kind="certificate", nominal="GOTS", number="CU 1")),
    (
        "expired",
        "specification.4.valid_until",
        and_term(kind="certificate", nominal="GOTS", number="CU 1", valid_until="2026-04-09"),
    ),
    ("no_seal", "specification.4.held_by", and_term(kind="sample", number="HF-1")),
    ("no_image", "specification.4.references", and_term(kind="logo")),
    (
        "size_without_value",
        "specification.4.by_size",
        hats(
            lines=[{**hats()["lines"][0], "size": "L"}],
            specification=and_term(
                kind="dimension", unit="cm", tolerance={"plus": "1"}, by_size=[{"size": "M", "nominal": "5"}]
            )["specification"],
        ),
    ),
    ("speaks_of_nothing", "specification.4.applies_to", and_term(kind="label", nominal="A", applies_to={"lines": [7]})),
    ("said_twice", "specification.4", and_term(property="colour", kind="colour", system="ral", nominal="RAL 9005")),
    ("vague_term", "specification.4.nominal", and_term(kind="component", nominal="good quality zipper")),
    ("vague_term", "specification.4.nominal", and_term(kind="component", nominal="YKK or equivalent")),
    ("vague_term", "specification.4.method", and_term(kind="function", method="works well")),
    ("vague_words", "remarks", hats(remarks="High quality, please")),
    ("vague_words", "remarks", hats(remarks="Costuras de buena calidad.")),
    ("vague_words", "remarks", hats(remarks="面料柔软舒适")),
    ("points_elsewhere", "packaging", hats(packaging="Standard export carton")),
    ("points_elsewhere", "remarks", hats(remarks="Logo as per sample")),
    ("points_elsewhere", "remarks", hats(remarks="按样品生产")),
    ("points_elsewhere", "remarks", hats(remarks="Acabado según muestra")),
    ("no_day", "remarks", hats(remarks="Please ship ASAP!")),
    ("no_day", "remarks", hats(remarks="请尽快发货")),
    ("lacks_unit", "remarks", hats(remarks="Brim width 7.5")),
    ("colour_in_words", "lines.0.variant", hats(specification=terms()[1:])),
    ("not_stated", "specification", hats(specification=[terms()[0], *terms()[2:]])),
    ("contradicts_term", "remarks", hats(remarks="The main dimension may be 60 cm")),
    ("contradicts_term", "remarks", hats(remarks="Colour RAL 9005")),
    ("contradicts_term", "packaging", hats(packaging="20 units a carton")),
    (
        "contradicts_term",
        "remarks",
        {**and_term(property="zipper", kind="component", nominal="YKK-5VSC"), "remarks": "Zipper YKK-3CFC is fine"},
    ),
    ("other_incoterm", "remarks", hats(remarks="CIF Hamburg")),
    ("other_day", "remarks", hats(remarks="We leave on 2026-05-01")),
    ("category_unknown", "category", hats(category="toys")),
    ("one_by_one", "criterion", hats(criterion={"kind": "every_unit"})),
    ("class_without_plan", "criterion.plans", hats(criterion={"kind": "plan", "plans": PLAN["plans"][:1]})),
    ("nobody_examines", "inspection", hats(inspection=None)),
    ("waterway_only", "incoterm", hats(mode="air", transit_days=5, documents=[*hats()["documents"], "AWB"])),
    ("place_at_destination", "place", hats(place="Hamburg")),
    ("place_unclear", "place", hats(incoterm="FCA", place="Ningbo")),
    ("place_a_country", "place", hats(place="CN")),
    ("arrival_impossible", "latest_delivery_on", hats(latest_delivery_on="2026-05-11")),
    ("arrival_promised", "latest_delivery_on", hats(latest_delivery_on="2026-05-20")),
    ("no_arrival", "latest_delivery_on", hats(incoterm="DAP", place="Kai 1, Hamburg")),
    ("transit_unusual", "transit_days", hats(transit_days=1)),
    ("no_transport_document", "documents", hats(documents=["factura comercial", "装箱单"])),
    ("no_insurance_document", "documents", hats(incoterm="CIF", place="Hamburg")),
    ("no_usual_document", "documents", hats(documents=["B/L", "packing list"])),
    ("charge_not_due", "charges.0", hats(charges=[{"kind": "freight", "amount_minor": 5, "basis": "value"}])),
    ("certificate_in_words", "documents.3", hats(documents=[*hats()["documents"], "OEKO-TEX certificate"])),
]


def test_a_contract_without_fault_has_no_finding_and_rests_wholly_on_its_terms() -> None:
    report = lint(hats())
    assert report.findings == ()
    assert report.score_percent == 100
    assert report.lines[0].rests_on == tuple(term["id"] for term in terms())


@pytest.mark.parametrize(("code", "where", "document"), CASES)
def test_each_fault_is_found_at_its_place(code: str, where: str, document: dict[str, Any]) -> None:
    found = [one for one in lint(document).findings if one.code == code]
    assert [one.where for one in found] == [where], [(one.code, one.where) for one in lint(document).findings]
    assert "%(" not in found[0].message + found[0].suggestion
    assert found[0].severity == CODES[code][0]


def test_every_finding_there_is_has_its_case() -> None:
    assert {code for code, _where, _document in CASES} == set(CODES)


@pytest.mark.parametrize(("code", "_where", "document"), CASES)
def test_putting_a_suggestion_in_ends_its_finding_and_never_lowers_the_score(
    code: str, _where: str, document: dict[str, Any]
) -> None:
    before = lint(document)
    for one in before.findings:
        if one.code == code and one.change is not None:
            after = lint(put_in(document, as_document(one.change)))
            assert _same(one, after.findings) == [], code
            assert after.score_percent >= before.score_percent


def _same(one: Finding, findings: tuple[Finding, ...]) -> list[Finding]:
    """The finding again; words that a new term holds may stand until they are taken out."""
    words = one.code in ("vague_words", "points_elsewhere", "lacks_unit")
    return [
        other
        for other in findings
        if (other.code, other.where, other.message) == (one.code, one.where, one.message)
        and not (words and other.change is not None and other.change.act == "take")
    ]


def test_the_hat_buyer_is_told_that_colour_is_not_enforceable() -> None:
    """The shade was agreed elsewhere, and no term has it; whether the contract names a colour or not."""
    for lines in (hats()["lines"], [{**hats()["lines"][0], "variant": ""}]):
        report = lint(hats(lines=lines, specification=terms()[1:]))
        told = [one for one in report.warnings if "not enforceable as written" in one.message.casefold()]
        assert len(told) == 1
        assert "colour" in told[0].message.casefold()
        assert "CIEDE2000" in told[0].suggestion
        assert told[0].change is not None
        assert told[0].change.value["kind"] == "colour"


def test_the_score_is_the_share_of_value_by_its_rule() -> None:
    # All expected terms but the colour (major, 2) for line 1, which is nine tenths of the value.
    only_second = {**terms()[0], "applies_to": {"lines": [2]}}
    report = lint(hats(lines=DEAR_LINES, specification=[only_second, *terms()[1:]]))
    # composition 2 + dimension 2 + packaging 1 of 7.
    assert [line.share for line in report.lines] == [Fraction(5, 7), 1]
    assert report.score_percent == (Fraction(5, 7) * 9 + 1) * 10
    shown = report.as_document()
    assert (shown["score_percent"], shown["score_exact"]) == ("74.3", "520/7")
    assert shown["lines"][0]["open"] == [
        {"aspect": "colour", "weight": 2, "where": "specification", "why": "no term states it"}
    ]


def test_papers_and_cartons_alone_carry_no_value() -> None:
    report = lint(hats(category="", specification=[term for term in terms() if term["kind"] == "packaging"]))
    assert report.score_percent == 0
    assert lint(hats(lines=[])).score_percent == 0


def test_words_that_decide_nothing_do_not_raise_the_score_as_terms() -> None:
    worded = {"id": "X", "property": "closure", "kind": "component", "class": "major", "nominal": "YKK or equivalent"}
    report = lint(hats(specification=[*terms(), worded]))
    assert report.score_percent == Fraction(700, 9)
    exact = lint(hats(specification=[*terms(), {**worded, "nominal": "YKK #5 VISLON"}]))
    assert exact.score_percent == 100


def test_a_size_that_is_not_ordered_and_a_reading_in_another_unit_contradict_nothing() -> None:
    for remarks in ("The main dimension is 540 mm", "Main dimension 54.5 cm", "Logo 8 cm wide on the front panel"):
        assert lint(hats(remarks=remarks)).findings == (), remarks


def test_findings_stand_in_one_order_whatever_the_order_of_the_keys() -> None:
    document = hats(remarks="High quality. CIF Hamburg. ASAP.", specification=terms()[2:], documents=[])
    turned = dict(reversed(document.items()))
    assert lint(document).as_document() == lint(turned).as_document()
    wheres = [one.where for one in lint(document).findings]
    assert wheres == sorted(wheres)
    loose = [{**terms()[2], "id": f"D{n}", "property": f"d{n}", "tolerance": None} for n in range(12)]
    many = hats(specification=loose)
    places = [one.where for one in lint(many).findings if one.code == "no_tolerance"]
    assert places == [f"specification.{n}.tolerance" for n in range(12)]


@pytest.mark.parametrize("document", [{}, {"lines": 5, "specification": "none", "ship": []}, {"agreed": hats()}])
def test_half_written_drafts_and_whole_texts_are_read(document: dict[str, Any]) -> None:
    report = lint(document)
    assert report.score_percent == (100 if "agreed" in document else 0)


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        lint([])  # type: ignore[arg-type]
    assert caught.value.field == "document"


def test_the_offered_terms_can_be_read_once_filled_in() -> None:
    document = hats(specification=[], remarks="Nice logo. Good stitching. Strong strap.")
    for one in lint(document).findings:
        if one.change is not None and one.change.path == "specification":
            document = put_in(document, as_document(one.change))
    assert len(read_specification(document["specification"]).terms) >= 4
    assert lint(document).score_percent > 90
