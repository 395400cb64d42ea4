"""From signing in to a receipt without a mouse, and the same pages without any script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from holdfast.orders.models import Lot, Order
from tests.browser.conftest import Opened
from tests.console.furnished import PASSWORD, Furnished

pytestmark = pytest.mark.browser

NAME = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels.length ? one.labels[0].innerText : '';
  return (label || one.innerText || one.value || '').trim();
}"""
SEEN = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 0;
}"""


def tab_to(page: Any, name: str, *, most: int = 80) -> None:
    """Press Tab until the focus is on what begins with these words; it must be seen there."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(NAME).startswith(name):
            assert page.evaluate(SEEN), f"the focus on {name!r} cannot be seen"
            return
    pytest.fail(f"{name!r} is not reached by Tab on {page.url}")


def press(page: Any, name: str, key: str = "Enter") -> None:
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_signing_in_paying_and_receiving_by_keyboard(made: Furnished, opened: Opened) -> None:
    page = opened()
    page.goto("/")
    tab_to(page, "Email")
    page.keyboard.type("alma@example.com")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^http://[^/]+/$"))
    page.keyboard.press("Tab")
    assert page.evaluate(NAME) == "Skip to the content"
    press(page, "Pay what is due")
    tab_to(page, "Card number")
    press(page, "Pay")
    assert page.locator(".note-success").inner_text() == "Done."
    assert Order.objects.get(id=made.ids["unpaid"]).state == "active"
    page.goto(reverse("order", args=[made.orders["delivered"]]))
    tab_to(page, "Felt hat (navy)")
    page.keyboard.press("Control+A")
    page.keyboard.type("998")
    tab_to(page, "Reservation")
    page.keyboard.type("Two are missing.")
    press(page, "Confirm receipt", "Space")
    lot = Lot.objects.get(order_id=made.ids["delivered"])
    assert (lot.state, lot.received) == ("received", {"1": 998, "2": 1000})


def test_everything_works_without_script(made: Furnished, opened: Opened) -> None:
    page = opened("alma", script=False)
    page.goto(reverse("contract_edit", args=[made.contracts["draft"]]))
    page.get_by_role("button", name="Add a line").click()
    page.get_by_label("Product").nth(2).fill("Ribbon")
    page.get_by_role("button", name="Remove Line 1").click()
    assert [field.input_value() for field in page.get_by_label("Product").all()] == ["Hat box", "Ribbon"]
    page.goto(reverse("orders"))
    page.get_by_label("State").select_option("agreed")
    page.get_by_role("button", name="Show").click()
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.goto(reverse("order", args=[made.orders["unpaid"]]))
    page.get_by_label("Bank transfer").check()
    page.get_by_role("button", name="Pay", exact=True).click()
    assert "reference" in page.locator(".note-success").inner_text()
    assert page.get_by_text("Transfer exactly").is_visible()


def test_script_only_saves_a_way(made: Furnished, opened: Opened) -> None:
    page = opened("alma")
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(reverse("contract_edit", args=[made.contracts["draft"]]))
    page.get_by_role("button", name="Add a line").click()
    page.get_by_label("Product").nth(2).fill("Ribbon")
    page.get_by_role("button", name="Remove Line 1").click()
    expect(page.get_by_label("Product")).to_have_count(2)
    assert page.get_by_label("Product").nth(1).input_value() == "Ribbon"
    page.goto(reverse("orders"))
    page.get_by_label("State").select_option("agreed")
    page.wait_for_url("**state=agreed**")
    assert page.locator("tbody tr").count() == 1
    assert not faults
