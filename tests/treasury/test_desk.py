"""The desk's pages: what waits is shown, days are closed, entries decided, and a party fetches its own proof."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from holdfast.kernel.identifiers import public
from holdfast.ledger.chart import of_order
from holdfast.ledger.models import Transfer
from holdfast.parties.models import Person
from holdfast.treasury.queries import closes
from holdfast.treasury.rules import document
from tests.treasury.test_close import traded
from tests.world import World

pytestmark = pytest.mark.database
DESK = ("", "holds/", "reconciliation/", "closes/", "entries/", "accounts/")


@pytest.fixture
def market(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose clock the pages read."""
    monkeypatch.setattr("holdfast.kernel.clock.read", lambda **_: world.now)
    return world


def browser(person_id: Any) -> Client:
    found = Client()
    found.force_login(Person.objects.get(id=person_id), backend=settings.AUTHENTICATION_BACKENDS[0])
    return found


def sent(visitor: Client, page: str, action: str, **fields: Any) -> Any:
    """The form of a page, filled in and sent."""
    text = visitor.get(page).content.decode()
    token = re.search(r'name="form_token" value="(\w+)"', text)
    assert token is not None
    return visitor.post(action, {"form_token": token[1], **fields})


def test_every_page_of_the_desk_is_finance_s(market: World) -> None:
    traded(market)
    for who, status in ((market.fin, 200), (market.ada, 200), (market.dana, 403), (market.alma.person_id, 403)):
        visitor = browser(who)
        assert {visitor.get(f"/desk/{page}").status_code for page in DESK} == {status}
    found = browser(market.fin).get("/desk/holds/?account=escrow&why=not shipped").content.decode()
    assert "1 amount" in found
    assert "$10,000.00" in found


def test_finance_closes_a_day_and_a_party_fetches_its_own_proof(market: World) -> None:
    paid, _received = traded(market)
    market.now += timedelta(days=1)
    day = (market.now - timedelta(days=1)).date()
    fin, alma = browser(market.fin), browser(market.alma.person_id)
    early = sent(fin, "/desk/closes/", "/desk/closes/acts/close/", day=market.now.date().isoformat())
    assert early.status_code == 409
    assert sent(fin, "/desk/closes/", "/desk/closes/acts/close/", day=day.isoformat()).status_code == 303
    assert sent(fin, "/desk/closes/", "/desk/closes/acts/routine/", close_hour="3").status_code == 303
    assert closes.close_hour() == 3
    assert "escrow" in fin.get(f"/desk/closes/{day}/").content.decode().lower()
    assert "books" in json.loads(fin.get(f"/desk/closes/{day}/file/").content)
    assert alma.get(f"/desk/closes/{day}/").status_code == 403
    assert day.isoformat() in alma.get("/proofs/").content.decode()
    file = json.loads(alma.get(f"/proofs/{day}/file/").content)
    (leaf,) = json.loads(alma.get(f"/proofs/{day}/leaves/").content)["items"]
    assert "books" not in file
    assert leaf["owner"] == paid.hex
    assert document.problems(file=file) == document.leaf_problems(file=file, leaf=leaf) == []
    assert fin.get(f"/proofs/{day}/leaves/").status_code == 404
    assert alma.get("/proofs/1999-01-01/leaves/").status_code == alma.get("/proofs/x/leaves/").status_code == 404


def test_an_entry_is_proposed_with_its_document_and_decided(market: World) -> None:
    traded(market)
    fin = browser(market.fin)
    given = {
        "pair": "processing_cost/client_bank",
        "currency": "USD",
        "amount": "12.00",
        "value_on": market.now.date().isoformat(),
        "reason": "fee of the bank",
    }
    fee = SimpleUploadedFile("fee.txt", b"the bank's own words")
    wrong = sent(fin, "/desk/entries/", "/desk/entries/", **{**given, "amount": "much"}, document=fee)
    assert wrong.status_code == 422
    fee.seek(0)
    assert sent(fin, "/desk/entries/", "/desk/entries/", **given, document=fee).status_code == 303
    page = fin.get("/desk/entries/").content.decode()
    approve = re.search(r'action="(/desk/entries/ent_\w+/acts/approve/)"', page)
    paper = re.search(r'href="(/desk/entries/documents/doc_\w+/)"', page)
    assert approve is not None
    assert paper is not None
    assert fin.get(paper[1]).content == b"the bank's own words"
    assert sent(browser(market.ada), "/desk/entries/", approve[1]).status_code == 303
    assert Transfer.objects.get(kind="manual").amount_minor == 1200
    assert "acts/reverse/" in fin.get("/desk/entries/").content.decode()


def test_any_account_is_read_line_by_line(market: World) -> None:
    paid, _received = traded(market)
    fin = browser(market.fin)
    found = fin.get(f"/desk/accounts/?code=escrow&owner={public('ord', paid)}").content.decode()
    address = re.search(r'href="(/desk/accounts/acc_\w+/)"', found)
    assert address is not None
    assert address[1].endswith(f"{of_order('escrow', paid, 'USD').id.hex}/")
    page = fin.get(address[1]).content.decode()
    assert page.count("$10,000.00") >= 3
    assert fin.get("/desk/accounts/acc_0/").status_code == 404
