"""Papers through the ways in: finance records who invoices and issues a month, Boris prints and downloads; by pages,
over HTTP and from the command line.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from holdfast.kernel.identifiers import new_id
from holdfast.parties.models import Person
from holdfast.treasury.models import Billing, Paper, Rate, Seller, TaxRule
from holdfast.treasury.operations import invoices
from tests.treasury.papers.stage import closed, dutch, fee, on, sells
from tests.world import World

MARCH = "from_on=2026-03-01&to_on=2026-03-31&currency=USD"
LEGAL = {"legal_name": "Harbour Market B.V.", "address": "Havenstraat 1\nRotterdam", "country": "NL"}


def browser(person_id: Any) -> Client:
    found = Client()
    found.force_login(Person.objects.get(id=person_id), backend=settings.AUTHENTICATION_BACKENDS[0])
    return found


def sends(client: Client, path: str, **fields: Any) -> int:
    return client.post(path, {"form_token": new_id().hex, **fields}).status_code


def test_finance_records_and_issues_on_its_desk(world: World) -> None:
    ada, fin = browser(world.ada), browser(world.fin)
    seller = {**LEGAL, "vat_number": "NL004495445B01", "begins_with": "HM"}
    tax = {"country": "*", "treatment": "export", "percent": "0", "valid_from": "2026-01-01"}
    assert sends(fin, "/desk/papers/acts/seller/", **seller) == 403, "an administrator's"
    assert sends(ada, "/desk/papers/acts/seller/", **{**seller, "vat_number": "NL1"}) == 422
    assert sends(ada, "/desk/papers/acts/seller/", **seller) == 303
    assert sends(ada, "/desk/papers/acts/tax/", **tax) == 303
    rates = SimpleUploadedFile("rates.csv", b"Date,USD\n2026-03-02,1.0800\n")
    assert sends(fin, "/desk/papers/acts/rates/", file=rates) == 303
    assert sends(fin, "/desk/papers/acts/rate/", currency="CNY", on="2026-03-02", per_base="7.80") == 303
    assert sends(fin, "/desk/papers/acts/account/", code="escrow", number="0420", name="Held") == 303
    assert (Seller.objects.count(), TaxRule.objects.count(), Rate.objects.count()) == (1, 1, 2)
    fee(date(2026, 3, 4), supplier=world.boris.organisation_id, order=new_id(), amount=108)
    assert sends(fin, "/desk/papers/acts/issue/", month="2026-03") == 409
    closed(date(2026, 3, 31))
    assert sends(fin, "/desk/papers/acts/issue/", month="March") == 422
    assert sends(fin, "/desk/papers/acts/issue/", month="2026-03") == 303
    page = fin.get("/desk/papers/?report_currency=JPY").content.decode()
    for said in ("HM-2026-000001", "no rate", "not complete", "0420", "Harbour Market B.V."):
        assert said in page
    assert fin.get("/desk/").content.decode().count("desk/papers/") >= 1
    sent = fin.get("/desk/papers/journal/?from_on=2026-03-01&to_on=2026-03-31&format=beancount")
    assert b"Liabilities:0420-Held" in sent.getvalue()
    assert fin.get("/desk/papers/journal/?from_on=2026-03-31&to_on=2026-03-01&format=csv").status_code == 422
    found = fin.get(f"/desk/papers/statement/?{MARCH}&format=csv&organisation={world.boris.ref}")
    assert b"fee_taken" in found.getvalue()


def test_boris_prints_and_downloads_what_is_his(world: World) -> None:
    sells(world)
    dutch(world, world.boris.organisation_id)
    fee(date(2026, 3, 4), supplier=world.boris.organisation_id, order=new_id(), amount=108)
    closed(date(2026, 3, 31))
    invoices.issue_month(act=on(date(2026, 4, 1)), month=date(2026, 3, 1))
    boris, chen = browser(world.boris.person_id), browser(world.chen.person_id)
    page = boris.get("/papers/").content.decode()
    assert "HM-2026-000001" in page
    assert "HM-2026-000001" not in chen.get("/papers/").content.decode()
    address = f"/papers/ivc_{Paper.objects.get().id.hex}/"
    assert chen.get(address).status_code == 404
    printed = pypdfium2.PdfDocument(boris.get(address).content)[0].get_textpage().get_text_range()
    assert "宁波海港贸易有限公司" in printed
    for form in ("pdf", "csv"):
        response = boris.get(f"/papers/statement/?{MARCH}&format={form}")
        assert response.status_code == 200
        assert f"statement-2026-03-01-2026-03-31.{form}" in response["Content-Disposition"]
    assert boris.get("/papers/statement/?from_on=never").status_code == 422
    order_id = world.delivered()
    world.receives(order_id)
    number = world.order(order_id).order.number
    for whom, status in ((chen, 404), (browser(world.alma.person_id), 404), (boris, 303), (boris, 409)):
        assert sends(whom, "/papers/invoice/", order=number) == status
    address = f"/papers/statement/?from_on=2026-04-01&to_on=2026-04-30&currency=USD&format=csv&order={number}"
    assert b"captured" in boris.get(address).getvalue(), "on the first day still open"
    assert chen.get(address).status_code == 404
    assert sends(boris, "/papers/billing/", **{**LEGAL, "country": "CN"}) == 303
    assert Billing.objects.order_by("-recorded_at", "-id").first().country == "CN"  # type: ignore[union-attr]


@pytest.mark.parametrize("form", ["csv", "hledger"])
def test_the_command_line_exports_the_journal(
    world: World, form: str, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from holdfast.cli import environment, main

    fee(date(2026, 3, 4), supplier=world.boris.organisation_id, order=new_id(), amount=108)
    monkeypatch.setattr(environment, "set_up", lambda: None)
    monkeypatch.setattr(environment, "database", nullcontext)
    assert main(["export", "journal", "--from", "2026-03-01", "--to", "2026-03-31", "--format", form]) == 0
    sent = capsysbinary.readouterr().out.decode()
    assert sent.count("fee_taken") == (2 if form == "csv" else 1)
