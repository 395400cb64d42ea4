"""A contract is amended from the order's page: the form is filled in, only what was changed in it is asked for, and the
differences are shown before anybody signs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from holdfast.console.drafting import amending as sheets
from holdfast.contracts.models import Amendment
from holdfast.contracts.queries import agreed_in_force
from holdfast.orders.models import Order
from tests.console.furnished import PASSWORD, Furnished
from tests.console.test_acts import form_in
from tests.console.test_pages import client


def sheet(browser: Client, address: str) -> dict[str, Any]:
    """The form as a browser would send it back untouched."""
    path = address.partition("?")[0]
    page = browser.get(address).content.decode()
    page = page.replace('method="post" id="sheet"', f'method="post" action="{path}"')

    class Served:
        def get(self, _address: str) -> Any:
            return type("Page", (), {"content": page.encode()})

    return form_in(Served(), path, path)  # type: ignore[arg-type]


def amend_page(made: Furnished, order: str) -> str:
    return reverse("order_amend", args=[made.orders[order]])


def first_ship_day(made: Furnished, order: str) -> date:
    row = Order.objects.get(id=made.ids[order])
    assert row.ship_on is not None
    return row.ship_on


def test_only_what_was_changed_in_the_form_is_asked_for(made: Furnished) -> None:
    boris, address = client("boris"), amend_page(made, "deposit")
    sent = sheet(boris, address)
    untouched = boris.post(address, sent)
    assert untouched.status_code == 422
    assert "says this already" in untouched.content.decode()
    later = (first_ship_day(made, "deposit") + timedelta(days=20)).isoformat()
    done = boris.post(address, {**sent, "ship_on": later, "note": "The mill is late"})
    assert done.status_code == 303
    (found,) = Amendment.objects.all()
    assert [(one["path"], one["to"]) for one in found.changes] == [("ship.on", later)]
    page = boris.get(done["Location"]).content.decode()
    assert "Ship date, Day" in page
    assert "The mill is late" in page


def test_an_address_suggests_a_change_and_a_person_decides(made: Furnished) -> None:
    alma, path = client("alma"), amend_page(made, "deposit")
    agreed = agreed_in_force(contract_id=Order.objects.get(id=made.ids["deposit"]).contract_id)
    stands = agreed["lines"][0]["quantity"]
    changes = [("path", "lines.0.quantity"), ("from", str(stands)), ("to", str(stands + 50))]
    sent = sheet(alma, f"{path}?{urlencode(changes)}")
    assert sent["lines-0-quantity"] == str(stands + 50)
    stale = [("path", "lines.0.quantity"), ("from", "1"), ("to", "7")]
    assert sheet(alma, f"{path}?{urlencode(stale)}")["lines-0-quantity"] == str(stands)
    odd = [("path", "lines.9.x"), ("to", "7"), ("path", "nonsense"), ("to", "{"), ("path", "ship"), ("to", "soon")]
    assert alma.get(f"{path}?{urlencode(odd)}").status_code == 200
    assert alma.post(path, sent).status_code == 303
    (found,) = Amendment.objects.all()
    assert "lines.0.quantity" in [one["path"] for one in found.changes]


def test_the_page_says_what_can_no_longer_change_and_why(made: Furnished) -> None:
    boris = client("boris")
    page = unescape(boris.get(amend_page(made, "shipped")).content.decode())
    assert "A lot has left" in page
    assert "Incoterm 2020" in re.search(r"No longer</dt><dd>(.*?)</dd>", page, re.DOTALL)[1]  # type: ignore[index]
    ended = unescape(boris.get(amend_page(made, "received")).content.decode())
    assert "there is nothing left to amend" in ended
    assert '<form method="post" id="sheet"' not in ended
    assert client("dana").get(amend_page(made, "shipped")).status_code == 403


def test_a_limit_is_said_above_the_form_and_nothing_typed_is_lost(made: Furnished) -> None:
    boris, address = client("boris"), amend_page(made, "deposit")
    sent = sheet(boris, address)
    far = (first_ship_day(made, "deposit") + timedelta(days=91)).isoformat()
    refused = boris.post(address, {**sent, "ship_on": far, "remarks": "As spoken"})
    assert refused.status_code == 422
    page = unescape(refused.content.decode())
    assert "The ship date would move further than the programme allows in all." in page
    assert "not after" in page
    assert "As spoken" in page
    assert not Amendment.objects.exists()


def test_both_sign_with_their_password_and_the_order_follows(made: Furnished) -> None:
    boris, alma, address = client("boris"), client("alma"), amend_page(made, "deposit")
    sent = sheet(boris, address)
    later = first_ship_day(made, "deposit") + timedelta(days=20)
    place = boris.post(address, {**sent, "ship_on": later.isoformat()})["Location"]
    assert "waits for signatures" in alma.get(reverse("order", args=[made.orders["deposit"]])).content.decode()
    action = f"{place}acts/sign/"
    asked = form_in(boris, place, action)
    assert boris.post(action, {**asked, "password": "not it"}).status_code == 422
    assert boris.post(action, {**asked, "password": PASSWORD}).status_code == 303
    assert first_ship_day(made, "deposit") != later
    done = alma.post(action, {**form_in(alma, place, action), "password": PASSWORD})
    assert (done.status_code, done["Location"]) == (303, reverse("order", args=[made.orders["deposit"]]))
    assert first_ship_day(made, "deposit") == later
    order = alma.get(done["Location"]).content.decode()
    assert "In force" in order
    text = alma.get(f"{place}text/")
    assert text.json()["amends"]["version"] == 1


def test_the_other_side_declines(made: Furnished) -> None:
    boris, alma, address = client("boris"), client("alma"), amend_page(made, "deposit")
    place = boris.post(address, {**sheet(boris, address), "remarks": "In cartons of 50"})["Location"]
    action = f"{place}acts/decline/"
    assert alma.post(action, {**form_in(alma, place, action), "reason": "no room"}).status_code == 303
    assert Amendment.objects.get().state == "declined"


def test_places_are_named_as_people_name_them() -> None:
    assert sheets.place("lines.0.quantity") == "Line 1, Quantity"
    assert sheets.place("specification.T1.tolerance.plus").startswith("Term T1, Tolerance")
    assert sheets.place("ship_to.city") == "Ship to, City"
    assert sheets.place("remarks") == "Remarks"
