"""In a real browser the score moves while one writes, the cursor stays where it is, and one click puts a term in."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.browser.conftest import PICTURES, Opened
from tests.browser.test_accessibility import RULES
from tests.console.furnished import Furnished

pytestmark = pytest.mark.browser


def score(page: Any) -> float:
    return float(page.locator("#lint .score-figure .figure").inner_text().rstrip("%"))


def test_the_builder_advises_while_one_writes(made: Furnished, opened: Opened) -> None:
    page = opened("alma")
    page.goto(reverse("contract_new") + "?template=fashion_accessories")
    for name, value in {
        "product": "Hat",
        "variant": "black",
        "quantity": "2000",
        "unit": "piece",
        "unit_price": "4.50",
    }.items():
        page.fill(f"[name=lines-0-{name}]", value)
    page.fill("[name=remarks]", "High quality, please")
    page.wait_for_selector("#lint-remarks .told-warning")
    # What is written stays, and so does the cursor.
    assert page.evaluate("document.activeElement.name") == "remarks"
    assert page.input_value("[name=remarks]") == "High quality, please"
    assert score(page) < 50
    terms = page.locator("fieldset.row-specification").count()
    page.click("#lint-remarks button[name=suggest]")
    page.wait_for_selector(f"[name=specification-{terms}-kind]")
    assert page.input_value(f"[name=specification-{terms}-kind]") == "sample"
    for place, field, value in (
        (0, "nominal", "19-4006 TCX"),
        (1, "nominal", "100"),
        (2, "nominal", "54"),
        (3, "nominal", "24"),
        (terms, "number", "HF-17"),
        (terms, "held_by", "Alma Imports"),
    ):
        page.fill(f"[name=specification-{place}-{field}]", value)
    page.fill("[name=remarks]", "")
    page.wait_for_selector("#lint .score-meter[value='100']")
    assert score(page) > 90
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "contract builder advised.png", full_page=True)
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def test_without_scripts_the_same_page_looks_again(made: Furnished, opened: Opened) -> None:
    page = opened("alma", script=False)
    page.goto(reverse("contract_edit", args=[made.contracts["draft"]]))
    page.fill("[name=remarks]", "Finest quality")
    page.click("button[name=lint]")
    assert page.locator("#lint-remarks .told-warning").count() == 1
    assert page.input_value("[name=remarks]") == "Finest quality"
