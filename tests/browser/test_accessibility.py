"""Every page for everybody: checked by axe in light and dark, on a desk and on a phone, and drawn to be looked at.

The rules are WCAG 2.2 A and AA as axe-core knows them; what only a person can judge is in the keyboard journey.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from holdfast.parties.models import Person
from tests.browser.conftest import PICTURES, Opened
from tests.browser.desk import leave_work
from tests.console.furnished import Furnished
from tests.console.test_pages import addresses, expected

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
WAYS = {
    "desk-light": {},
    "desk-dark": {"dark": True},
    "phone-light": {"phone": True},
    "phone-dark": {"dark": True, "phone": True},
}
ENTRANCE = ("account_login", "account_signup", "account_reset_password")
ACCOUNT = ("account_email", "account_change_password", "mfa_index", "mfa_activate_totp", "usersessions_list")
FILES = {f"contract_{kind}" for kind in ("text", "pdf", "xlsx", "csv")} | {
    "amendment_text",
    "amendment_pdf",
    "order_file",
}
"""Addresses that answer with a file and no page."""


def walk(made: Furnished) -> list[tuple[str | None, str, str]]:
    """(who, name of the picture, address): each page once, as somebody to whom it shows most."""
    found: list[tuple[str | None, str, str]] = [(None, name, reverse(name)) for name in ENTRANCE]
    found += [("alma", name, reverse(name)) for name in ACCOUNT]
    found += [("boris", "order deposit supplier", reverse("order", args=[made.orders["deposit"]]))]
    found += [("boris", "claim opened supplier", reverse("claim", args=[made.claims["opened"]]))]
    found += [("dana", "claim mediating mediator", reverse("claim", args=[made.claims["mediating"]]))]
    found += [("ingrid", "inspections", reverse("inspections"))]
    found += [("ingrid", "inspection inspector", reverse("inspection", args=[made.orders["judged"]]))]
    found += [("chen", "home of a stranger", reverse("home")), ("chen", "no page", "/orders/ord_0/")]
    for name, about, address in addresses(made):
        who = "dana" if name == "queue" else "alma"
        again = (name == "claim_new" and about != "order received") or (
            name == "inspection" and about not in {"order judged", "order unpaid"}
        )
        if name not in FILES and not again and expected(name, about, who) == 200:
            found.append((who, f"{name} {about}".strip(), address))
    return found


@pytest.mark.parametrize("way", WAYS)
def test_every_page_can_be_used_by_everybody(way: str, made: Furnished, opened: Opened, tmp_path: Path) -> None:
    Person.objects.filter(email__in=["alma@example.com", "boris@example.com"]).update(name="Alma Boreas")
    PICTURES.mkdir(parents=True, exist_ok=True)
    settings, wrong = WAYS[way], []
    windows: dict[str | None, Any] = {}
    for who, name, address in walk(made) + leave_work(made, tmp_path):
        window = windows.setdefault(who, None) or opened(who, **settings)
        windows[who] = window
        window.goto(address)
        window.screenshot(path=PICTURES / f"{name.replace(' ', '-')}-{way}.png", full_page=True)
        found = Axe().run(window, options=RULES)
        wrong += [
            f"{name}: {one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
            for one in found.response["violations"]
        ]
        if settings.get("phone"):
            wide = window.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            wrong += [f"{name} is wider than a phone"] if wide else []
    assert not wrong, "\n".join(wrong)
