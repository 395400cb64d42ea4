"""Bank statements and suspense over HTTP: an account, a file, its lines, and what finance says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.test_trade import ordered, problem
from tests.api.test_trade import shops as shops  # noqa: PLC0414  (a fixture is found by its name here)
from tests.parties.cast import Shop
from tests.rails.bank import making
from tests.rails.bank.making import IBAN, Made
from tests.world import World


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "kept"


def send(shop: Shop, path: Path, *, key: str = "statement-1") -> Any:
    return shop.client.post(
        f"/v1/bank-statements?name={path.name}",
        path.read_bytes(),
        content_type="application/xml",
        HTTP_IDEMPOTENCY_KEY=key,
        **shop.headers,
    )


def made(amount_minor: int, **more: Any) -> Made:
    return Made(amount_minor, currency="USD", **more)


def test_a_statement_comes_in_and_finance_works_off_what_is_left(
    world: World, shops: dict[str, Shop], tmp_path: Path, settings: Any
) -> None:
    fin, alma = shops["operator"], shops["alma"]
    order = ordered(world, shops)
    payment = alma.post(f"/v1/orders/{order}/payments", {"tranche": 1, "rail": "wire"}).json()
    path = making.camt(
        tmp_path / "a.xml",
        [
            made(payment["amount_minor"] - 2_000, reference=payment["reference"], bank_ref="B1", charge_minor=2_000),
            made(70_000, text="no idea", payer="Alma Imports Inc.", bank_ref="B2"),
            made(900, debit=True, text="?", bank_ref="B3"),
        ],
        currency="USD",
        opening_minor=500,
    )
    assert problem(send(fin, path)) == (422, "bank_account_unknown")
    account = {"name": "Clients USD", "number": "NL91 ABNA 0417 1643 00", "currency": "USD", "bic": "ABNANL2A"}
    assert fin.post("/v1/bank-accounts", account).json()["number"] == IBAN
    assert problem(send(alma, path)) == (403, "not_allowed")
    file = send(fin, path).json()
    assert (file["state"], file["states"]) == ("entered", {"matched": 1, "suspense": 1, "unexplained": 1})
    assert (file["statements"][0]["off_minor"], file["statements"][0]["break_minor"], file["again"]) == (0, None, False)
    assert send(fin, path, key="another").json()["again"] is True
    assert alma.get(f"/v1/orders/{order}").json()["state"] == "active"
    (line,) = fin.get("/v1/bank-lines?state=matched").json()["items"]
    assert (line["charges"], line["subject_id"]) == (
        [{"amount_minor": 2_000, "currency": "USD", "included": True}],
        payment["id"],
    )
    (stray,) = fin.get("/v1/strays").json()["items"]
    assert stray["candidates"] == []
    other = alma.post(
        f"/v1/orders/{ordered(world, shops, external_id='po-2')}/payments", {"tranche": 1, "rail": "wire"}
    ).json()
    (stray,) = fin.get("/v1/strays").json()["items"]
    (candidate,) = stray["candidates"]
    assert (candidate["payment_id"], candidate["why"]) == (other["id"], ["payer"])
    body = {"payment_id": other["id"], "reason": "his mail of today"}
    waiting = fin.post(f"/v1/strays/{stray['id']}/match", body).json()
    assert (waiting["reason"], waiting["held_minor"]) == ("short", 0)
    assert problem(fin.post(f"/v1/strays/{stray['id']}/match", {**body, "payment_id": "pay_x"})) == (422, "invalid")
    (unknown,) = fin.get("/v1/bank-lines?state=unexplained").json()["items"]
    said = fin.post(f"/v1/bank-lines/{unknown['id']}/explain", {"kind": "own_money", "reason": "our fees"}).json()
    assert (said["state"], said["kind"]) == ("explained", "own_money")
    settings.STATEMENT_BYTES = 100
    assert problem(send(fin, path)) == (413, "statement_too_large")


def test_a_statement_that_does_not_continue_the_one_before_is_seen(
    world: World, shops: dict[str, Shop], tmp_path: Path
) -> None:
    fin = shops["operator"]
    fin.post("/v1/bank-accounts", {"name": "Clients USD", "number": IBAN, "currency": "USD"})
    given = [(100, 0), (50, 100), (7, 170)]
    seen = []
    for place, (amount, opening) in enumerate(given):
        on = making.DAY.replace(day=2 + place)
        lines = [made(amount, bank_ref=f"B{place}", on=on)]
        path = making.camt(tmp_path / f"{place}.xml", lines, currency="USD", opening_minor=opening, number=place, on=on)
        seen.append(send(fin, path, key=f"s{place}").json()["statements"][0]["break_minor"])
    assert seen == [None, 0, 20]
    off = making.camt(tmp_path / "off.xml", [made(5, bank_ref="X")], currency="USD", closing_minor=6)
    assert send(fin, off, key="off").json()["statements"][0]["off_minor"] == 1
