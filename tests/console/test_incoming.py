"""The desk's page for money that came: a statement taken in, money placed with one click, a debit explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from holdfast.kernel.identifiers import public
from holdfast.orders.operations import paying
from holdfast.rails import queries
from holdfast.rails.models import StatementFile, StatementLine
from tests.rails.bank import making
from tests.rails.bank.making import IBAN, Made
from tests.treasury.test_desk import browser
from tests.world import World

PAGE = "/desk/incoming/"


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose clock the pages read."""
    settings.MEDIA_ROOT = tmp_path / "kept"
    made = World()
    monkeypatch.setattr("holdfast.kernel.clock.read", lambda **_: made.now)
    return made


def sends(client: Client, path: str, fields: dict[str, Any]) -> Any:
    from holdfast.console.edge import new_token

    return client.post(path, {"form_token": new_token(), **fields})


def test_finance_works_off_what_came(world: World, tmp_path: Path) -> None:
    fin = browser(world.fin)
    page = fin.get(PAGE).content.decode()
    assert "First name the account" in page
    account = {"name": "Clients", "number": IBAN, "currency": "USD", "bic": "", "holds": "clients"}
    assert sends(fin, f"{PAGE}acts/account/", {**account, "number": "NL91ABNA0417164301"}).status_code == 422
    assert sends(fin, f"{PAGE}acts/account/", account).status_code == 303
    order_id = world.signed_order()
    payment = paying.request_payment(act=world.buyer(), order_id=order_id, tranche=1, rail="wire")
    lines = [
        Made(1_000_000, currency="USD", text="no reference", payer="Alma Imp.", bank_ref="B1"),
        Made(999_999, currency="USD", text="lost", payer="Alma Imports", bank_ref="B2"),
        Made(900, currency="USD", text="rent", debit=True, bank_ref="B3"),
    ]
    path = making.camt(tmp_path / "monday.xml", lines, currency="USD", closing_minor=5)
    bad = sends(fin, PAGE, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert (bad.status_code, "plain files" in bad.content.decode()) == (415, True)
    done = sends(fin, PAGE, {"file": SimpleUploadedFile("monday.xml", path.read_bytes())})
    assert done.status_code == 303
    shown = fin.get(done["Location"]).content.decode()
    assert "Alma Imports" in shown
    assert "In suspense" in shown
    assert StatementFile.objects.get().name == "monday.xml"
    page = fin.get(PAGE).content.decode()
    assert "Statements that do not fit" in page
    assert "It is for" in page
    exact, other = queries.open_strays()
    match = {"payment_id": public("pay", payment.id), "reason": "amount"}
    assert sends(fin, f"{PAGE}acts/match/{public('str', exact.id)}/", match).status_code == 303
    assert world.order(order_id).escrow_minor == 1_000_000
    number = world.order(order_id).order.number
    said = sends(fin, f"{PAGE}acts/match/{public('str', other.id)}/", {"order": number, "reason": "his mail"})
    assert said.status_code == 409
    unknown = {"order": "HF-0", "reason": "?"}
    assert sends(fin, f"{PAGE}acts/match/{public('str', other.id)}/", unknown).status_code == 422
    back = {"reason": "paid twice"}
    assert sends(fin, f"{PAGE}acts/return/{public('str', other.id)}/", back).status_code == 303
    line = StatementLine.objects.get(state="unexplained")
    told = {"kind": "own_money", "reason": "rent of May"}
    assert sends(fin, f"{PAGE}acts/explain/{public('sln', line.id)}/", told).status_code == 303
    assert "Nothing waits here" in fin.get(PAGE).content.decode()


def test_nobody_else_has_a_desk(world: World) -> None:
    for person_id in (world.alma.person_id, world.dana):
        client = browser(person_id)
        assert client.get(PAGE).status_code == 403
        assert sends(client, f"{PAGE}acts/account/", {}).status_code == 403
