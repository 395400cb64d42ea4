"""A contract as files over HTTP: its paper, its spreadsheet, and a tech pack put into a draft, once."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pypdfium2
import pytest

from holdfast.contracts import techpack
from tests.api.test_trade import drafted, shops  # noqa: F401 - the fixture
from tests.contracts.techpacks import book, shirt
from tests.parties.cast import Shop
from tests.world import World

GOODS = [["Style", "Description", "S", "M", "Unit price (USD)"], ["A1", "Camp shirt", 100, 200, 7.5]]
WRONG = [GOODS[0], ["A1", "Camp shirt", "many", 200, "free"]]


def sent(shop: Shop, address: str, content: bytes, key: str | None = "once") -> Any:
    headers = dict(shop.headers)
    if key is not None:
        headers["HTTP_IDEMPOTENCY_KEY"] = key
    return shop.client.post(address, content, content_type="application/octet-stream", **headers)


def test_a_tech_pack_is_previewed_and_put_in_once(world: World, shops: dict[str, Shop]) -> None:  # noqa: F811
    draft = drafted(world, shops)
    address = f"/v1/contracts/{draft['id']}/import"
    content = book(Goods=GOODS, Spec=shirt)
    preview = sent(shops["alma"], f"{address}?preview=true", content, key=None)
    assert preview.status_code == 200, preview.content
    found = preview.json()
    assert found["usable"]
    assert found["contract"] is None
    assert [line["quantity"] for line in found["lines"]] == [100, 200]
    assert [table["kind"] for table in found["tables"]] == ["lines", "specification"]
    assert shops["alma"].get(f"/v1/contracts/{draft['id']}").json()["digest"] == draft["digest"]
    assert sent(shops["alma"], address, content, key=None).json()["code"] == "idempotency_key_required"
    done = sent(shops["alma"], address, content)
    assert done.status_code == 200, done.content
    page = done.json()["contract"]
    assert page["total_minor"] == found["total_minor"]
    assert page["text"]["agreed"]["lines"] == found["lines"]
    assert page["text"]["agreed"]["specification"] == found["specification"]
    again = sent(shops["alma"], address, content)
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == done.json()


def test_every_unclear_cell_is_told_and_nothing_changes(world: World, shops: dict[str, Shop]) -> None:  # noqa: F811
    draft = drafted(world, shops)
    address = f"/v1/contracts/{draft['id']}/import"
    refused = sent(shops["alma"], address, book(Goods=WRONG))
    assert (refused.status_code, refused.json()["code"]) == (422, "tech_pack_unclear")
    errors = refused.json()["facts"]["errors"]
    assert sorted((one["sheet"], one["row"], one["column"], one["found"]) for one in errors) == [
        ("Goods", 2, "C", "many"),
        ("Goods", 2, "E", "free"),
    ]
    preview = sent(shops["alma"], f"{address}?preview=true", book(Goods=WRONG), key=None).json()
    assert not preview["usable"]
    assert preview["total_minor"] is None
    assert len(preview["problems"]) == 2
    assert shops["alma"].get(f"/v1/contracts/{draft['id']}").json()["digest"] == draft["digest"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"%PDF-1.7", 415, "spreadsheet_not_accepted"),
        (b"", 422, "spreadsheet_empty"),
        (b"PK\x03\x04", 422, "spreadsheet_damaged"),
        (b"a,b\r\n" * 30_000, 413, "spreadsheet_too_large"),
        (b"Dear all,\r\n", 422, "tech_pack_unclear"),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_changes(
    world: World,
    shops: dict[str, Shop],  # noqa: F811
    content: bytes,
    status: int,
    code: str,
) -> None:
    draft = drafted(world, shops)
    refused = sent(shops["alma"], f"/v1/contracts/{draft['id']}/import", content)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert shops["alma"].get(f"/v1/contracts/{draft['id']}").json()["digest"] == draft["digest"]


def test_what_is_proposed_is_neither_changed_nor_previewed(world: World, shops: dict[str, Shop]) -> None:  # noqa: F811
    draft = drafted(world, shops)
    shops["alma"].post(f"/v1/contracts/{draft['id']}/propose")
    address = f"/v1/contracts/{draft['id']}/import"
    for query in ("", "?preview=true"):
        assert sent(shops["alma"], address + query, book(Goods=GOODS)).json()["code"] == "out_of_state"
        assert sent(shops["boris"], address + query, book(Goods=GOODS)).json()["code"] in {
            "not_allowed",
            "out_of_state",
        }


def test_the_paper_and_the_text_for_machines_carry_one_digest(world: World, shops: dict[str, Shop]) -> None:  # noqa: F811
    draft = drafted(world, shops)
    address = f"/v1/contracts/{draft['id']}"
    page = shops["alma"].post(f"{address}/propose").json()
    for who in ("alma", "boris", "operator"):
        pdf = shops[who].get(f"{address}/pdf")
        assert pdf["Content-Type"] == "application/pdf"
        assert f'filename="{draft["number"]}.pdf"' in pdf["Content-Disposition"]
        printed = pypdfium2.PdfDocument(pdf.content)
        assert all(page["digest"] in one.get_textpage().get_text_range() for one in printed)
    assert sha256(shops["boris"].get(f"{address}/text").content).hexdigest() == page["digest"]
    assert shops["chen"].get(f"{address}/pdf").status_code == 404
    spanish = pypdfium2.PdfDocument(shops["alma"].get(f"{address}/pdf?language=es").content)
    assert "Propuesto, sin firmar" in spanish[0].get_textpage().get_text_range()
    assert shops["alma"].get(f"{address}/pdf?language=tlh").status_code == 422


def test_what_is_exported_is_imported_as_the_same(world: World, shops: dict[str, Shop]) -> None:  # noqa: F811
    draft = drafted(world, shops)
    address = f"/v1/contracts/{draft['id']}"
    for form in ("export.xlsx", "export.csv", "export.csv?bom=true"):
        content = shops["alma"].get(f"{address}/{form}").content
        assert techpack.read(techpack.opened(content), currency="USD").problems == ()
        done = sent(shops["alma"], f"{address}/import", content, key=form)
        assert done.json()["contract"]["digest"] == draft["digest"], form
