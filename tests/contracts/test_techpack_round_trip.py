"""What is written out as a spreadsheet is read back as the same document; what goes into a draft is all or nothing."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from holdfast.contracts import models, operations, techpack
from holdfast.contracts.document import as_document, read
from holdfast.contracts.techpack import DraftChanged, TechPackUnclear
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.terms.documents import plain
from holdfast.terms.specification import KINDS, Shape
from tests.contracts.conftest import Stage, stored
from tests.contracts.documents import microcontrollers
from tests.contracts.techpacks import book, shirt
from tests.world import refuses

SIGNS = st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff")
PLAIN = ("007", "1,250", "宁波 红", "a\nb", "\tx")
TEXTS = st.one_of(
    st.text(SIGNS, max_size=12),
    st.sampled_from(
        [
            "=1+1",
            "+49",
            "-",
            "'quoted",
            "@SUM(A1)",
            "a; b",
            "[1]",
            "  padded ",
            "007",
            "1,250",
            "宁波 红",
            "a\nb",
            "\tx",
        ]
    ),
)
FILLED = TEXTS.filter(lambda text: bool(text.strip()))
FIGURES = st.one_of(
    st.integers(-(10**6), 10**6).map(Fraction),
    st.fractions(-1000, 1000, max_denominator=64),
    st.decimals(-1000, 1000, places=3).map(Fraction),
)
SIZES = st.lists(
    st.one_of(st.sampled_from(["S", "M", "L", "36", "38", "Quantity", "Unit", ""]), TEXTS), unique=True, max_size=4
)


@st.composite
def lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for place in range(draw(st.integers(1, 4))):
        quantity = draw(st.integers(1, 10**6))
        tolerance = draw(
            st.one_of(
                st.none(),
                st.builds(lambda value: {"percent": plain(abs(value) % 100)}, FIGURES),
                st.builds(lambda units: {"units": units}, st.integers(0, quantity)),
            )
        )
        made.append(
            {
                "number": place + 1,
                "product": draw(FILLED),
                "sku": draw(TEXTS),
                "variant": draw(TEXTS),
                "size": draw(TEXTS),
                "quantity": quantity,
                "unit": draw(FILLED),
                "unit_price_minor": draw(st.integers(1, 10**7)),
                "weight_grams": draw(st.one_of(st.none(), st.integers(1, 10**6))),
                "tolerance": tolerance,
            }
        )
    return made


@st.composite
def terms(draw: st.DrawFn, count: int) -> list[dict[str, Any]]:
    made = []
    for place in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(sorted(KINDS)))
        term: dict[str, Any] = {
            "id": f"{draw(FILLED)}{place}",
            "property": draw(FILLED),
            "kind": kind,
            "class": draw(st.sampled_from(["critical", "major", "minor"])),
            "method": draw(TEXTS),
            "refund_trigger": draw(st.booleans()),
            "decides_lot": draw(st.booleans()),
            "references": draw(st.lists(st.sampled_from(["ab" * 32, "01" * 32]), max_size=2)),
            "applies_to": {
                "lines": draw(st.lists(st.integers(1, count), unique=True, max_size=2)),
                "sizes": draw(st.lists(TEXTS, max_size=2)),
            },
        }
        term |= draw(_of_kind(kind))
        made.append(term)
    return made


@st.composite
def _of_kind(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    shape = KINDS[kind].shape
    if kind == "packaging" and draw(st.booleans()):
        return {"nominal": draw(st.integers(1, 99).map(str)), "unit": "pieces/carton"}
    if shape is Shape.GRADE:
        return {
            "nominal": draw(st.sampled_from(["4", "4.5", "4-5"])),
            "limit": draw(st.sampled_from([None, "at_least"])),
        }
    if shape is Shape.MEASURE:
        term: dict[str, Any] = {"unit": draw(st.sampled_from(KINDS[kind].units))}
        term["by_size"] = [{"size": size, "nominal": plain(draw(FIGURES))} for size in draw(SIZES)]
        if not term["by_size"] or draw(st.booleans()):
            term["nominal"] = plain(draw(FIGURES))
        term["limit"] = draw(st.sampled_from([None, "within", "at_least", "at_most"]))
        if draw(st.booleans()):
            sides = {side: plain(abs(draw(FIGURES))) for side in ("minus", "plus")}
            edges = draw(st.sampled_from(["inclusive", "exclusive"]))
            term["tolerance"] = {**sides, "percent": draw(st.booleans()), "edges": edges}
        return term
    if shape is Shape.COLOUR:
        lab = draw(st.one_of(st.none(), st.just(["32.43", "-1.55", "1/3"])))
        limit = draw(st.sampled_from([None, "2", "1/3"]))
        system = draw(st.sampled_from(["pantone", "ral"]))
        return {"nominal": draw(FILLED), "system": system, "lab": lab, "delta_e": limit}
    if shape is Shape.LISTED:
        return {"nominal": draw(FILLED), "accepted": draw(st.lists(FILLED, max_size=3))}
    named = st.one_of(st.just(""), FILLED)
    match kind:
        case "certificate":
            until = draw(st.sampled_from([None, "2030-01-31"]))
            return {"nominal": draw(FILLED), "number": draw(named), "valid_until": until}
        case "sample":
            return {"nominal": draw(TEXTS), "number": draw(named), "held_by": draw(named)}
        case "document":
            return {"nominal": draw(FILLED)}
    return {"nominal": draw(TEXTS)}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Contracts that can be agreed, in the form they are stored."""
    goods = draw(lines())
    found = microcontrollers(lines=goods, specification=draw(terms(len(goods))), charges=[])
    return as_document(read({**found, "criterion": None}))


@given(documents(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_written_out_is_read_back_as_the_same_document(agreed: dict[str, Any], as_csv: bool) -> None:
    content = techpack.as_csv(agreed) if as_csv else techpack.as_xlsx(agreed)
    pack = techpack.read(techpack.opened(content), currency=agreed["currency"])
    assert pack.problems == ()
    assert pack.unread == ()
    emptied = {**agreed, "specification": []}
    assert as_document(techpack.merged(pack=pack, agreed=emptied)) == agreed


def test_a_spreadsheet_computes_nothing_of_what_is_written_out() -> None:
    agreed = as_document(read(microcontrollers(remarks="", packaging="")))
    agreed["lines"][0] |= {"product": "=HYPERLINK(1)", "sku": "@cmd", "variant": "+1", "size": "-1"}
    rows = list(csv.reader(io.StringIO(techpack.as_csv(agreed).decode())))
    assert rows[2][1:5] == ["'=HYPERLINK(1)", "'@cmd", "'+1", "'-1"]
    sheet = load_workbook(io.BytesIO(techpack.as_xlsx(agreed)))["Lines"]
    assert [(cell.value, cell.data_type) for cell in sheet[3][1:3]] == [("=HYPERLINK(1)", "s"), ("@cmd", "s")]
    assert (sheet["F3"].value, sheet["H3"].value) == (5000, 7.7)


def test_a_key_that_has_no_column_travels_with_the_others() -> None:
    agreed = as_document(read(microcontrollers()))
    agreed["lines"][0]["incubation"] = {"hours": 36}
    agreed["specification"][0]["seal"] = False
    pack = techpack.read(techpack.opened(techpack.as_xlsx(agreed)), currency="USD")
    assert pack.lines[0]["incubation"] == {"hours": 36}
    assert pack.specification[0]["seal"] is False


# --- into a draft ----------------------------------------------------------------------------------------------------

GOODS = [["Style", "Description", "S", "M", "Unit price (USD)"], ["A1", "Camp shirt", 100, 200, 7.5]]


def pack_of(**sheets: Any) -> techpack.TechPack:
    return techpack.read(techpack.opened(book(**sheets)), currency="USD")


def test_lines_and_terms_replace_those_of_the_draft_and_the_rest_stays(stage: Stage) -> None:
    draft = stage.drafted(charges=[{"kind": "freight", "amount_minor": 60000}])
    page = operations.import_techpack(
        act=stage.act("buyer"), contract_id=draft.id, pack=pack_of(Goods=GOODS, Spec=shirt), digest=draft.digest
    )
    agreed = page.text["agreed"]
    assert [(line["size"], line["quantity"]) for line in agreed["lines"]] == [("S", 100), ("M", 200)]
    assert [term["id"] for term in agreed["specification"]] == ["A", "B", "C", "D"]
    assert page.text["totals"]["goods_minor"] == 300 * 750
    assert sum(one["amount_minor"] for one in agreed["payment"]["tranches"]) == page.total_minor == 300 * 750 + 60000
    kept = ("incoterm", "ship_to", "late", "remarks", "criterion", "packaging")
    assert {key: agreed[key] for key in kept} == {key: draft.text["agreed"][key] for key in kept}


def test_only_terms_leave_the_lines_as_they_are(stage: Stage) -> None:
    draft = stage.drafted()
    page = operations.import_techpack(act=stage.act("buyer"), contract_id=draft.id, pack=pack_of(Spec=shirt))
    assert page.text["agreed"]["lines"] == draft.text["agreed"]["lines"]
    assert page.total_minor == draft.total_minor


def test_one_unclear_cell_and_nothing_is_changed(stage: Stage) -> None:
    draft = stage.drafted()
    wrong = [GOODS[0], GOODS[1], ["A2", "Coat", "some", 1, "free"]]
    with refuses(TechPackUnclear) as refused:
        operations.import_techpack(act=stage.act("buyer"), contract_id=draft.id, pack=pack_of(Goods=wrong, Spec=shirt))
    assert [(one["sheet"], one["row"], one["column"]) for one in refused.value.facts["errors"]] == [
        ("Goods", 3, "E"),
        ("Goods", 3, "C"),
    ]
    assert stored(draft.id).digest == draft.digest


def test_what_the_contract_does_not_take_is_told_by_its_cell(stage: Stage) -> None:
    draft = stage.drafted(charges=[])
    spec = [["ID", "Property", "Kind", "Value", "Unit", "Tol", "Lines"], ["A", "Length", "dimension", 70, "kg", 1, "9"]]
    with refuses(TechPackUnclear) as refused:
        operations.import_techpack(act=stage.act("buyer"), contract_id=draft.id, pack=pack_of(Spec=spec))
    (error,) = refused.value.facts["errors"]
    assert (error["sheet"], error["row"], error["column"], error["field"]) == ("Spec", 2, "E", "specification.0.unit")
    preview = techpack.preview(pack=pack_of(Spec=spec), agreed=draft.text["agreed"], total_minor=draft.total_minor)
    assert [one.field for one in preview.problems] == ["specification.0.unit"]
    assert preview.document is None


@pytest.mark.parametrize("case", ["changed", "proposed", "other side"])
def test_a_draft_that_is_not_there_to_be_changed_stays(stage: Stage, case: str) -> None:
    draft = stage.drafted()
    side, digest, refusal = "buyer", None, OutOfState
    if case == "proposed":
        operations.propose(act=stage.act("buyer"), contract_id=draft.id)
    elif case == "changed":
        digest, refusal = "0" * 64, DraftChanged
    else:
        side, refusal = "supplier", NotAllowed
    with refuses(refusal):
        operations.import_techpack(act=stage.act(side), contract_id=draft.id, pack=pack_of(Goods=GOODS), digest=digest)
    assert models.Contract.objects.get(id=draft.id).total_minor == draft.total_minor
