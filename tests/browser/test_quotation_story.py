"""A quotation becomes a contract that would win its claim, by nothing but what people click and type: at a desk and on
a phone. Boris and a rival quote, Alma counters once, compares, accepts, takes the advice, both sign, cover is reserved.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from holdfast.parties.models import Person
from tests import world as worlds
from tests.browser.conftest import PICTURES, Opened
from tests.browser.test_lint import score
from tests.world import World

pytestmark = pytest.mark.browser
PASSWORD = "a long enough pass phrase"


@pytest.fixture
def market(site: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A marketplace in which nothing has happened yet, now."""
    monkeypatch.setattr(worlds, "NOW", datetime.now(UTC).replace(microsecond=0))
    made = World()
    for person in Person.objects.all():
        person.set_password(PASSWORD)
        person.time_zone = "UTC"
        person.save(update_fields=["password", "time_zone"])
    return made


class Desk:
    """Somebody at their window; every page they come to is drawn, and none may be wider than the window."""

    def __init__(self, page: Any, way: str, name: str) -> None:
        self.page, self.way, self.name, self.count = page, way, name, 0
        page.set_default_timeout(6000)
        page.goto("/")

    def goes(self, *links: str) -> None:
        """Follow links by their words, one after the other."""
        for link in links:
            self.page.get_by_role("link", name=link, exact=True).first.click()

    def presses(self, button: str) -> None:
        """Press the button with these words."""
        self.page.get_by_role("button", name=button, exact=True).first.click()

    def takes_up(self, about: str) -> None:
        """Go to what waits for one and is about this."""
        self.goes("Waiting for me")
        self.page.locator(".queue-row").filter(has_text=about).get_by_role("link").click()

    def row(self, section: str, place: int = 0) -> Any:
        """A row of a form."""
        return self.page.locator(f"fieldset.row-{section}").nth(place)

    def fills(self, where: Any, **typed: str) -> None:
        """Type into the fields of these names."""
        for name, text in typed.items():
            where.locator(f"[name$='{name}']").fill(text)

    def draws(self, what: str) -> None:
        """Keep the page as a picture."""
        self.count += 1
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(
            path=PICTURES / f"story-{self.name}-{self.count:02}-{what.replace(' ', '-')}-{self.way}.png", full_page=True
        )
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{what} is wider than the window"


def quotes(desk: Desk, *, product: str, quantity: int, price: str, direct: str = "", remarks: str = "") -> None:
    """A supplier writes a quotation to Alma."""
    page = desk.page
    desk.goes("Quotations", "Write a quotation")
    page.get_by_label("Quoted to").select_option(label="Alma Imports, US")
    desk.fills(page, category="Fashion accessories")
    desk.fills(desk.row("lines"), product=product, quantity=str(quantity), unit="piece")
    desk.fills(desk.row("prices"), unit_price=price, direct_price=direct)
    colour = desk.row("specification")
    desk.fills(colour, subject="colour", nominal="19-4029 TCX")
    colour.get_by_label("Kind", exact=True).select_option(label="Colour")
    colour.get_by_label("A breach is").select_option(label="Critical")
    colour.get_by_label("Colour system").select_option(label="Pantone")
    page.get_by_label("Incoterm").select_option("FOB")
    desk.fills(page, place="Ningbo", lead_time_days="30", transit_days="20", remarks=remarks)
    page.get_by_label("Shipment by").select_option("sea")
    page.get_by_label("Valid until", exact=True).fill((datetime.now(UTC) + timedelta(days=30)).date().isoformat())
    desk.draws("quotation written")
    desk.presses("Send it")
    desk.draws("quotation sent")
    expect(page.get_by_text("Waiting for: buyer")).to_be_visible()


def counters(desk: Desk, price: str) -> None:
    """Alma wishes for another price; nothing else is typed again."""
    desk.takes_up("Boris Trading")
    desk.goes("Make a counter-offer")
    desk.fills(desk.row("prices"), unit_price=price)
    desk.presses("Send it")
    expect(desk.page.get_by_text("Waiting for: Supplier")).to_be_visible()
    desk.draws("counter-offer")


def meets(desk: Desk, price: str, direct: str) -> None:
    """Boris comes half of the way."""
    desk.takes_up("Alma Imports")
    desk.goes("Revise the quotation")
    desk.fills(desk.row("prices"), unit_price=price, direct_price=direct)
    desk.presses("Send it")
    expect(desk.page.get_by_text("Version 3")).to_be_visible()
    desk.draws("met")


def compares(desk: Desk, *products: str) -> Any:
    """Alma ticks quotations in the list and sees them side by side; answers the columns."""
    desk.goes("Quotations")
    for row in desk.page.locator("tbody tr").all():
        if any(product in row.inner_text() for product in products):
            row.get_by_role("checkbox").check()
    desk.presses("Compare those chosen")
    return desk.page.locator(".beside > li")


def adds(alma: Desk, boris: Desk) -> None:
    """What protection adds to hair clips and to belts is said beside what it buys."""
    quotes(boris, product="Hair clip", quantity=1000, price="0.25", direct="0.23")
    quotes(boris, product="Belt", quantity=5000, price="1.78", direct="1.75")
    columns = compares(alma, "Hair clip", "Belt")
    alma.draws("clips and belts compared")
    expect(columns.filter(has_text="Hair clip")).to_contain_text("+8.7%")
    expect(columns.filter(has_text="Belt")).to_contain_text("+1.7%")


def accepts(desk: Desk) -> None:
    """Alma takes the better offer and says where the goods go; the draft has all the rest."""
    columns = compares(desk, "Felt hat")
    columns.filter(has_text="Boris Trading").get_by_role("link", name="Answer this quotation").click()
    act = desk.page.locator("#accept")
    desk.fills(act, ship_to_name="Alma Imports", ship_to_street="1 Pier", ship_to_city="New York")
    act.get_by_label("Country").select_option("US")
    desk.draws("before accepting")
    desk.presses("Accept and draft the contract")
    desk.draws("draft")


KNOWN = {
    "colour": {"lab": "24.1, 1.7, -16.2"},
    "share of the main material": {"nominal": "100"},
    "main dimension": {"nominal": "57"},
    "units a carton": {"nominal": "24"},
    "conformity to the sealed sample": {"-number": "HF-17", "held_by": "Alma Imports"},
}
"""What only Alma knows."""


def takes_the_advice(desk: Desk) -> None:
    """What the lint can put in by itself is put in by its button; what only Alma knows she types."""
    page = desk.page
    desk.goes("Take the advice in the draft")
    assert score(page) < 50
    notes = page.locator(".told li")
    page.get_by_label("A sampling plan by level and AQL").check()
    put_in = page.get_by_role("button", name="Put it in")
    while put_in.count():
        told = notes.count()
        with page.expect_response(lambda answer: "suggest=" in (answer.request.post_data or "")):
            put_in.first.click()
        page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
        # One suggestion taken makes the others no less visible.
        assert notes.count() >= told - 1
    for row in page.locator("fieldset.row-specification").all():
        desk.fills(row, **KNOWN.get(row.locator("[name$='-subject']").input_value(), {}))
    page.wait_for_selector("#lint .score-meter[value='100']")
    desk.draws("advice taken")
    assert score(page) > 90
    desk.presses("See what could be claimed")
    expect(page.locator("#cover-preview")).to_contain_text("$9,000.00 stands behind this contract")
    expect(page.locator("#cover-preview")).not_to_contain_text("not enforceable as it stands")
    desk.draws("cover previewed")
    desk.presses("Save the draft")
    desk.draws("draft saved")


def both_sign(alma: Desk, boris: Desk) -> None:
    """With their passwords once more; with the second signature there is an order."""
    alma.presses("Propose")
    alma.fills(alma.page.locator("#sign"), password=PASSWORD)
    alma.presses("Sign the contract")
    expect(alma.page.get_by_text("Waiting for: Supplier")).to_be_visible()
    alma.draws("signed by the buyer")
    boris.takes_up("Contract")
    expect(boris.page.locator("#cover-preview")).to_contain_text("this contract takes $9,000.00 of it")
    boris.draws("before signing")
    boris.fills(boris.page.locator("#sign"), password=PASSWORD)
    boris.presses("Sign the contract")
    boris.page.wait_for_url("**/orders/**")
    boris.draws("order")


def sees_the_line(desk: Desk) -> None:
    """The supplier's own page says what stands on its line."""
    desk.page.locator(".menu summary").click()
    desk.goes("Organisation")
    desk.draws("line")
    line = desk.page.locator("section", has=desk.page.get_by_role("heading", name="Cover of your open orders"))
    expect(line).to_contain_text("$9,000.00 of your line of $500,000.00 stands behind open ones")
    expect(line).to_contain_text("$491,000.00")


@pytest.mark.parametrize("way", ["desk", "phone"])
def test_from_a_quotation_to_a_covered_order_by_clicks(market: World, opened: Opened, way: str) -> None:
    phone = way == "phone"
    alma = Desk(opened("alma", phone=phone), way, "alma")
    boris = Desk(opened("boris", phone=phone), way, "boris")
    chen = Desk(opened("chen", phone=phone), way, "chen")
    quotes(boris, product="Felt hat", quantity=2000, price="4.80", direct="4.62", remarks="High quality.")
    quotes(chen, product="Felt hat", quantity=2000, price="4.95")
    alma.draws("home")
    counters(alma, "4.30")
    meets(boris, "4.50", "4.40")
    columns = compares(alma, "Felt hat")
    alma.fills(alma.page, duty="10", freight="900.00")
    alma.presses("Reckon")
    alma.draws("hats compared")
    expect(columns).to_have_count(2)
    expect(columns.filter(has_text="Lowest landed cost").get_by_role("heading", name="Boris Trading")).to_be_visible()
    adds(alma, boris)
    accepts(alma)
    takes_the_advice(alma)
    both_sign(alma, boris)
    sees_the_line(boris)
