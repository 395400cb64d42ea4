"""The draft form advises while it is filled in, puts a suggestion in by one click, starts from a template, and loses
nothing of a term on the way there and back."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from holdfast.console.drafting import advising
from holdfast.console.drafting import document as documents
from holdfast.console.drafting.sheet import Sheet
from holdfast.console.drafting.sketch import sketch
from holdfast.contracts import document as contracts
from holdfast.contracts.models import Contract
from holdfast.kernel.identifiers import public
from holdfast.terms.lint import lint
from holdfast.terms.templates import CATEGORIES, template
from tests.console.furnished import Furnished
from tests.console.test_acts import client
from tests.terms.lintable import hats, terms
from tests.world import World


def filled(document: dict[str, Any]) -> Sheet:
    return documents.read(contracts.as_document(contracts.read(document)), programme="standard", external_id=None)


def sent(sheet: Sheet, **more: str) -> QueryDict:
    """What a browser would send of a sheet."""
    data = QueryDict(mutable=True)
    for section, rows in sheet.rows.items():
        data[f"{section}-count"] = str(len(rows))
    for form in (sheet.agreement, *(row for rows in sheet.rows.values() for row in rows)):
        for bound in form:
            value = bound.value()
            if value is True:
                data[bound.html_name] = "on"
            elif value not in (None, False):
                data[bound.html_name] = str(value)
    data.update(more)
    return data


def every_kind() -> list[dict[str, Any]]:
    asked = [one for name in CATEGORIES for one in template(name).terms]
    kinds = {one.term["kind"]: {**one.document(one.example), "id": f"K{n}"} for n, one in enumerate(asked)}
    more = {
        "decides_lot": True,
        "applies_to": {"lines": [1], "sizes": ["M"]},
        "tolerance": {"minus": "1", "plus": "2", "percent": True, "edges": "exclusive"},
        "by_size": [{"size": "M", "nominal": "48"}, {"size": "L", "nominal": "50.5"}],
    }
    sized = {key: value for key, value in kinds["dimension"].items() if key != "nominal"}
    return [*kinds.values(), {**sized, **more, "id": "S", "references": ["ab" * 32, "cd" * 32]}]


def test_no_key_of_a_term_is_lost_in_the_form(world: World) -> None:
    late = {"percent_per_day": "0.5", "grace_days": 2, "cap_percent": "10", "cancel_after_days": 0}
    written = contracts.as_document(contracts.read(hats(specification=every_kind(), late=late)))
    posted = Sheet.posted(sent(documents.read(written, programme="standard", external_id=None)))
    assert posted.is_valid(), [row.errors for row in posted.rows["specification"]]
    again = contracts.as_document(contracts.read(documents.write(posted)))
    assert again["specification"] == written["specification"]


def test_a_form_of_nonsense_still_has_a_sketch(world: World) -> None:
    sheet = filled(hats())
    nonsense = {bound.html_name: "½ %(x)s" for row in sheet.rows["specification"] for bound in row}
    nonsense |= {"lines-0-unit_price": "dear", "lines-0-quantity": "many", "ship_on": "soon", "fraction": "x"}
    nonsense |= {"currency": "", "criterion": "plan", "plans-0-n": "", "plans-0-ac": "few", "deposit_percent": "all"}
    for read in (Sheet.posted, Sheet.changed):
        found = sketch(read(sent(sheet, **nonsense)))
        assert lint(found.document).score_percent == 0


def test_the_sketch_of_a_whole_form_is_its_document(world: World) -> None:
    sheet = filled(hats())
    assert contracts.read(sketch(sheet).document) == contracts.read(hats())


def test_rows_nobody_has_begun_are_not_linted_and_places_stay_the_forms_own(world: World) -> None:
    sheet = filled(hats(specification=[{**terms()[2], "tolerance": None}]))
    data = sent(sheet, **{"specification-count": "2"})
    for key in [key for key in data if key.startswith("specification-0-")]:
        data[key.replace("-0-", "-1-")] = data[key]
        data[key] = ""
    found = sketch(Sheet.changed(data))
    assert len(found.document["specification"]) == 1
    assert found.place("specification.0.tolerance") == "specification.1.tolerance"
    told = advising.advise(Sheet.changed(data)).told
    assert "specification.1.tolerance" in {one.where for one in told}


@pytest.mark.parametrize(
    ("document", "code", "holds"),
    [
        (hats(specification=terms()[1:]), "colour_in_words", ("specification.0.kind", "colour")),
        (hats(specification=[*terms()[:2], {**terms()[2], "tolerance": None}]), "no_tolerance", None),
        (hats(packaging="Standard export carton"), "points_elsewhere", ("packaging", "")),
        (hats(documents=["packing list", "B/L"]), "no_usual_document", ("documents.2", "Commercial invoice")),
        (
            hats(mode="air", transit_days=5, documents=["invoice", "packing list", "AWB"]),
            "waterway_only",
            ("incoterm", "FCA"),
        ),
    ],
)
def test_one_click_puts_a_suggestion_in(world: World, document: dict[str, Any], code: str, holds: Any) -> None:
    sheet = filled(document)
    before = lint(sketch(sheet).document)
    finding = next(one for one in before.findings if one.code == code)
    told = advising.told(before)[before.findings.index(finding)]
    assert told.can_be_put_in
    after = advising.put_in(sent(sheet, suggest=told.key))
    document = sketch(after).document
    assert code not in [one.code for one in lint(document).findings]
    assert lint(document).score_percent >= before.score_percent
    if holds is not None and not holds[0].startswith("specification"):
        place: Any = document
        for part in holds[0].split("."):
            place = place[int(part) if part.isdigit() else part]
        assert place == holds[1]


def test_a_click_on_what_is_gone_changes_nothing(world: World) -> None:
    sheet = filled(hats())
    after = advising.put_in(sent(sheet, suggest="0" * 16))
    assert sketch(after).document == sketch(sheet).document


def test_the_page_advises_beside_the_field_and_takes_the_click(made: Furnished) -> None:
    alma, edit = client("alma"), reverse("contract_edit", args=[made.contracts["draft"]])
    before = Contract.objects.get(state="draft").document
    page = alma.get(edit).content.decode()
    assert '<meter class="score-meter"' in page
    beside = re.search(r'id="lint-specification-0">(.*?)</div>', page, re.DOTALL)
    assert beside is not None
    sheet = documents.read(before["agreed"], programme="standard", external_id=None)
    data = sent(sheet, remarks="High quality. Shade as agreed on the phone", lint="1").dict()
    linted = alma.post(edit, data, HTTP_HX_REQUEST="true").content.decode()
    remarks = re.search(r'id="lint-remarks">(.*?)</div></div>', linted, re.DOTALL)
    assert remarks is not None
    assert "&quot;High quality&quot; cannot be measured" in remarks[1]
    key = re.search(r'name="suggest" value="([0-9a-f]{16})"', remarks[1])
    assert key is not None
    del data["lint"]
    clicked = alma.post(edit, {**data, "suggest": key[1]}).content.decode()
    assert linted.count('class="row row-specification"') < clicked.count('class="row row-specification"')
    assert Contract.objects.get(state="draft").document == before, "advice was saved"


def test_a_draft_starts_from_a_template(made: Furnished) -> None:
    alma, new = client("alma"), reverse("contract_new")
    page = alma.get(new, {"template": "apparel"}).content.decode()
    subjects = [unescape(one) for one in re.findall(r'name="specification-\d+-subject" value="([^"]*)"', page)]
    assert subjects == [one.term["property"] for one in template("apparel").expected]
    assert 'name="category" value="Apparel"' in page
    data = {"category": "Apparel", "specification-count": "0", "lines-count": "0", "ask": "T11"}
    asked = alma.post(new, data).content.decode()
    assert 'name="specification-0-subject" value="logo"' in asked
    nothing = alma.get(new, {"template": "../../etc"}).content.decode()
    assert 'name="specification-0-subject" value=' not in nothing


def test_both_sides_are_told_before_they_sign(made: Furnished) -> None:
    for who in ("alma", "boris"):
        page = client(who).get(reverse("contract", args=[made.contracts["proposed"]])).content.decode()
        assert "Before anybody signs" in page
        assert '<meter class="score-meter"' in page
        assert 'name="suggest"' not in page
    over = public("con", Contract.objects.filter(state="signed")[0].id)
    signed = client("alma").get(reverse("contract", args=[over])).content.decode()
    assert "Before anybody signs" not in signed
