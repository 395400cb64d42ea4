"""The pages before a contract answer what the rules do, in the reader's words; the form takes a plan by AQL."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from holdfast.console.drafting import document as documents
from holdfast.contracts.models import Contract
from holdfast.kernel.identifiers import public
from tests.console.furnished import Furnished, document
from tests.console.test_acts import _sheet
from tests.console.test_pages import client
from tests.world import digest_of_everything


def page(name: str, query: str = "", language: str = "") -> str:
    browser = client("alma")
    if language:
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = browser.get(f"{reverse(name)}?{query}" if query else reverse(name))
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_plan_is_drawn_with_its_figures_beside_it(made: Furnished) -> None:
    found = page("sampling_plan", "lot_size=4000&level=II&aql=2.5&inspection=normal")
    assert 'role="img"' in found
    assert found.count('<circle class="curve-dot') == 3
    path = re.search(r'class="curve-line curve-all" d="([^"]+)"', found)
    assert path is not None
    assert path[1].count(" L") == 80
    assert "10% defective 400 0.7% 0.8%" in text(found)
    assert "15% defective 600 less than 0.1% less than 0.1%" in text(found)
    assert "every unit" in text(page("sampling_plan", "lot_size=10&level=II&aql=0.65&inspection=normal"))
    assert "10 % defectuoso 400 0,7 % 0,8 %" in text(
        page("sampling_plan", "lot_size=4000&level=II&aql=2.5&inspection=normal", "es")
    ).replace("\xa0", " ")


def test_a_plan_that_is_none_is_refused_beside_its_field(made: Furnished) -> None:
    found = page("sampling_plan", "lot_size=4000&level=II&aql=2.5&inspection=reduced")
    assert "two independent public sources" in found
    assert "Missing: code letter L at AQL 2.5." in found
    assert "Accepted: 0.065 or 0.10." in found
    assert "curve-dot" not in found
    assert "field-bad" in page("sampling_plan", "lot_size=0")


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("2000", ("$88.00", "Card: $58.30", "$20,000.00 to $50,000.00")),
        ("20000", ("$880.00", "PayPal: takes at most $10,000.00 at once", "$500.00")),
        ("200000", ("$8,800.00", "$150,000.00 once all of it is released", "$150,000.00 to $180,000.00")),
    ],
)
def test_ways_to_pay_stand_side_by_side(made: Furnished, amount: str, said: tuple[str, ...]) -> None:
    found = text(page("protection", f"amount={amount}&paid_on=2026-12-01&expected_delivery_on=2027-01-31"))
    for one in (*said, "30 days from delivery until Tue, Mar 2, 2027", "180 days from payment until Sun, May 30, 2027"):
        assert one in found, found
    assert "4.4% + fixed fee per transaction" in found
    assert "Fri, Jul 3, 2026" in found


def test_what_cannot_be_compared_is_said(made: Furnished) -> None:
    assert "An amount in USD, like 1250.00" in page("protection", "amount=many")
    assert "Accepted: more than 0." in page("protection", "amount=0")
    assert "no figures for this currency" in page("protection", "amount=100&currency=CHF")


def test_under_link_the_page_says_that_splitting_gains_nothing(made: Furnished) -> None:
    costs = "freight_together=6000&freight_each=2500&handling_each=150"
    found = text(page("large_order", f"total=120000&{costs}"))
    for one in (
        "Splitting gains nothing: the contracts share one cap.",
        "Cover that splitting gains $0.00",
        "Freight and handling it adds $1,800.00",
        "Uncovered rest $70,000.00",
        "shared with those before $0.00",
    ):
        assert one in found, found
    other = text(page("large_order", f"total=120000&programme=import&{costs}"))
    assert "Splitting gains cover" in other
    assert "Cover that splitting gains $70,000.00" in other
    assert "Accepted: 2 to 3." in page("large_order", "total=0.03&parts=50")


def test_incoterms_follow_the_chosen_programme(made: Furnished) -> None:
    found = page("incoterms", "programme=standard")
    rows = dict(re.findall(r'<tr id="([A-Z]{3})">(.*?)</tr>', found))
    assert len(rows) == 11
    assert text(rows["DAP"]).split() == [
        *("DAP", "Arrived", "Supplier", "covered", "Supplier", "covered", "Buyer", "not", "covered"),
    ]
    never = dict(re.findall(r'<tr id="([A-Z]{3})">(.*?)</tr>', page("incoterms", "programme=import")))
    assert text(never["DAP"]).count("not covered") == 3


AQL = {
    "criterion": "aql",
    "level": "II",
    "severity_of_inspection": "tightened",
    "aql_critical": "0",
    "aql_major": "2.5",
}


def sheet(made: Furnished) -> tuple[Any, str, dict[str, Any]]:
    alma, edit = client("alma"), reverse("contract_edit", args=[made.contracts["draft"]])
    form = alma.get(edit).content.decode().replace('method="post" id="sheet"', f'method="post" action="{edit}"')
    return alma, edit, _sheet(form, edit)


def test_the_form_begins_with_the_programmes_own_level_and_limits(made: Furnished) -> None:
    _alma, _edit, sent = sheet(made)
    assert [sent[name] for name in ("level", "aql_critical", "aql_major", "aql_minor")] == ["II", "0", "2.5", "4.0"]
    new = client("alma").get(reverse("contract_new")).content.decode()
    assert re.search(r'name="aql_major".*?<option value="2.5" selected', new, re.DOTALL)


def test_a_plan_by_level_and_limit_goes_into_the_draft_and_back(made: Furnished) -> None:
    alma, edit, sent = sheet(made)
    assert alma.post(edit, {**sent, **AQL, "aql_minor": ""}).status_code == 303
    row = Contract.objects.get(state="draft")
    agreed = row.document["agreed"]
    assert agreed["criterion"]["aql"] == [{"class": "critical", "aql": "0"}, {"class": "major", "aql": "2.5"}]
    assert (agreed["criterion"]["level"], agreed["criterion"]["inspection"]) == ("II", "tightened")
    again = documents.read(agreed, programme="standard", external_id=None).agreement.initial
    assert {name: again[name] for name in AQL} == AQL
    assert again["aql_minor"] == ""
    shown = text(alma.get(reverse("contract", args=[public("con", row.id)])).content.decode())
    # 2,000 units: letter K, 125 drawn; tightened accepts 5 where normal accepts 7.
    assert "What the sample lets pass" in shown
    assert "125 units are drawn; up to 5 of them may be defective, with 6 the lot fails." in shown
    assert "Level II, Tightened." in shown


def test_a_plan_without_any_limit_is_refused_and_nothing_changes(made: Furnished) -> None:
    alma, edit, sent = sheet(made)
    before = digest_of_everything()
    bad = alma.post(edit, {**sent, **AQL, "aql_critical": "", "aql_major": "", "aql_minor": ""})
    assert bad.status_code == 422
    assert "a row with class and aql for each class" in bad.content.decode()
    assert digest_of_everything() == before


def test_the_incoterm_of_a_contract_leads_to_its_row(made: Furnished) -> None:
    shown = client("alma").get(reverse("contract", args=[made.contracts["draft"]])).content.decode()
    assert f'href="{reverse("incoterms")}?programme=standard#FOB"' in shown


def test_who_examines_is_told_how_many_to_draw(made: Furnished) -> None:
    limits = [{"class": "critical", "aql": "0"}, {"class": "major", "aql": "2.5"}]
    criterion = {"kind": "aql", "level": "II", "aql": limits}
    began = made.world.now
    order_id = made.world.funded_order(document(began, criterion=criterion))
    shown = text(client("alma").get(reverse("inspection", args=[public("ord", order_id)])).content.decode())
    assert "2,000 units, level II: code letter K." in shown
    assert "Critical 0 125 0 1" in shown
    assert "Major 2.5 125 7 8" in shown
