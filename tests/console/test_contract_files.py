"""A contract as files in the console: its paper, a tech pack looked at and then put in, nothing lost in the form."""

from __future__ import annotations

import io
from html import unescape
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client

from holdfast.console.drafting import document as documents
from holdfast.console.drafting.rows import LineRow
from holdfast.console.drafting.sheet import DraftTooLong, Sheet
from holdfast.contracts.document import as_document, read
from holdfast.contracts.models import Contract
from holdfast.kernel.identifiers import parse
from tests.console.furnished import Furnished
from tests.console.test_pages import client
from tests.contracts.documents import microcontrollers
from tests.contracts.techpacks import book, shirt
from tests.matrix.console import forms
from tests.world import World, digest_of_everything

GOODS = [["Style", "Description", "S", "M", "Unit price"], ["A1", "Camp shirt", 100, 200, 7.5]]


def look(browser: Client, made: Furnished, content: bytes, name: str = "techpack.xlsx") -> Any:
    address = f"/contracts/{made.contracts['draft']}/techpack/"
    return browser.post(address, {"file": SimpleUploadedFile(name, content), "form_token": "a" * 32})


def draft_of(made: Furnished) -> Contract:
    return Contract.objects.get(id=parse("con", made.contracts["draft"]))


def test_a_tech_pack_is_looked_at_and_then_put_in(made: Furnished) -> None:
    browser = client("alma")
    before, everything = draft_of(made), digest_of_everything()
    page = look(browser, made, book(Goods=GOODS, Spec=shirt))
    text = unescape(page.content.decode())
    assert page.status_code == 200
    assert "Ready to be put in" in text
    assert 'Chest width 1" below armhole' in text
    assert "Measure flat, without stretching." in text, "what is not taken is told"
    assert "'sheet':" not in text, "and told in words"
    changed = {name for name, digest in digest_of_everything().items() if everything[name] != digest}
    assert changed <= {"django_session", "parties_person"}
    (form,) = [one for one in forms(page.content.decode()) if "pack" in one.fields]
    done = browser.post(form.action, form.fields)
    assert done.status_code == 303
    agreed = draft_of(made).document["agreed"]
    assert [line["quantity"] for line in agreed["lines"]] == [100, 200]
    assert [term["id"] for term in agreed["specification"]] == ["A", "B", "C", "D"]
    again = browser.post(form.action, {**form.fields, "form_token": "b" * 32})
    assert again.status_code == 409, "the draft is another one now"
    assert before.digest != draft_of(made).digest


def test_unclear_cells_are_shown_with_their_place_and_no_button(made: Furnished) -> None:
    page = look(client("alma"), made, book(Goods=[GOODS[0], ["A1", "Shirt", "ten", 1, 2]]))
    text = page.content.decode()
    assert "Not clear yet" in text
    assert "C2" in text
    assert not [one for one in forms(text) if "pack" in one.fields]


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"", b"PK\x03\x04"])
def test_a_wrong_file_is_refused_beside_the_field(made: Furnished, content: bytes) -> None:
    page = look(client("alma"), made, content)
    assert page.status_code in {415, 422}
    assert 'class="error"' in page.content.decode()


def test_a_pack_of_another_contract_or_made_by_hand_is_not_taken(made: Furnished) -> None:
    browser = client("alma")
    before = draft_of(made).digest
    address = f"/contracts/{made.contracts['draft']}/techpack/"
    answer = browser.post(address, {"pack": "e30:forged:signature", "digest": before, "form_token": "c" * 32})
    assert answer.status_code == 404
    assert draft_of(made).digest == before


def test_the_paper_and_the_spreadsheet_are_for_the_parties(made: Furnished) -> None:
    ref = made.contracts["draft"]
    browser = client("alma")
    pdf = browser.get(f"/contracts/{ref}/pdf/")
    assert pdf["Content-Type"] == "application/pdf"
    text = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf.content))
    assert "Draft, not signed" in text
    assert draft_of(made).number in text
    assert browser.get(f"/contracts/{ref}/xlsx/").content.startswith(b"PK")
    assert browser.get(f"/contracts/{ref}/csv/").content.decode("utf-8-sig").startswith("holdfast.techpack.1,lines")
    for tail in ("pdf", "xlsx", "csv", "techpack"):
        assert client("boris").get(f"/contracts/{ref}/{tail}/").status_code == 404, tail


def sent(sheet: Sheet) -> dict[str, str]:
    """The form as a browser would send it."""
    data: dict[str, str] = {}
    asked = [sheet.agreement, *(row for rows in sheet.rows.values() for row in rows)]
    for form in asked:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = "on" if value is True else str(value)
    return data | {f"{section}-count": str(len(rows)) for section, rows in sheet.rows.items()}


def test_editing_a_draft_loses_nothing_that_a_tech_pack_brought(world: World) -> None:
    term = {
        "id": "POM-A",
        "property": "Chest",
        "kind": "dimension",
        "class": "major",
        "unit": "cm",
        "by_size": [{"size": "S", "nominal": "50"}],
        "tolerance": {"minus": "1", "plus": "1", "edges": "exclusive"},
        "references": ["ab" * 32],
        "applies_to": {"lines": [1], "sizes": ["S"]},
        "decides_lot": True,
    }
    line = {**microcontrollers()["lines"][0], "tolerance": {"units": 5}}
    terms = [term, microcontrollers()["specification"][0]]
    agreed = as_document(read(microcontrollers(specification=terms, lines=[line])))
    shown = documents.read(agreed, programme="standard", external_id=None)
    data = QueryDict(mutable=True)
    data.update(sent(shown))
    posted = Sheet.posted(data)
    assert "kept" in LineRow.base_fields
    posted.agreement.fields["programme"].choices = [("standard", "standard")]  # type: ignore[attr-defined]
    assert posted.is_valid(), [row.errors for rows in posted.rows.values() for row in rows]
    written = as_document(read(documents.write(posted)))
    assert written["specification"] == agreed["specification"]
    assert written["lines"] == agreed["lines"]


def test_a_draft_that_no_form_holds_is_not_cut(made: Furnished) -> None:
    rows = [["Product", "Qty", "Unit price"], *[[f"Part {place}", 1, 5] for place in range(201)]]
    browser = client("alma")
    page = look(browser, made, book(Goods=rows))
    (form,) = [one for one in forms(page.content.decode()) if "pack" in one.fields]
    assert browser.post(form.action, form.fields).status_code == 303
    answer = browser.get(f"/contracts/{made.contracts['draft']}/edit/")
    assert answer.status_code == DraftTooLong.status
    assert len(draft_of(made).document["agreed"]["lines"]) == 201


def test_the_file_may_be_a_csv(made: Furnished) -> None:
    content = "部位;公差(cm);S;M\n胸围;1;50;52\n".encode("gb18030")
    page = look(client("alma"), made, content, "尺寸.csv")
    assert "胸围" in page.content.decode()
    assert io.BytesIO(content).read() == content
