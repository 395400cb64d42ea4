"""What finance meets when it sits down: where one stands, a wrong file, an account by its order's number."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from holdfast.console.edge import new_token
from holdfast.kernel.identifiers import public
from holdfast.treasury.queries import books
from tests.treasury.test_desk import browser
from tests.world import World


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose clock the pages read."""
    made = World()
    monkeypatch.setattr("holdfast.kernel.clock.read", lambda **_: made.now)
    return made


def current(page: str) -> list[str]:
    """What the navigations say one stands on."""
    return re.findall(r'aria-current="page"[^>]*>([^<]+)<', page)


def test_each_page_of_the_desk_says_where_one_stands(world: World) -> None:
    order_id = world.funded_order()
    fin = browser(world.fin)
    account = books.accounts(code="escrow", owner=order_id.hex, currency=None, skip=0, limit=1)[0]
    for address, words in (
        ("/desk/payouts/", "Payouts"),
        ("/desk/guarantee/", "Guarantee fund"),
        ("/desk/papers/", "Papers"),
        (f"/desk/accounts/{public('acc', account.id)}/", "Accounts"),
    ):
        assert current(fin.get(address).content.decode()) == ["Finance", words]


def test_a_wrong_file_is_refused_beside_the_file(world: World) -> None:
    fin = browser(world.fin)
    sent: dict[str, Any] = {"form_token": new_token(), "file": SimpleUploadedFile("rates.pdf", b"%PDF-1.7")}
    answer = fin.post("/desk/papers/acts/rates/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    beside = re.search(r'<div class="error" id="([^"]+)">\s*<p>This is no file of reference rates', page)
    assert beside is not None
    assert beside[1] in re.findall(r'<input[^>]*type="file"[^>]*aria-describedby="([^"]+)"', page)[0].split()


def test_accounts_are_found_by_the_number_of_an_order(world: World) -> None:
    order_id = world.funded_order()
    number = world.order(order_id).order.number
    page = browser(world.fin).get("/desk/accounts/", {"owner": number.lower()}).content.decode()
    assert "Escrow" in page
    assert number in page
