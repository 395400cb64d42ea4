"""Severity by the supplier's record as people meet it: agreed in the form, explained on the inspection's page."""

from __future__ import annotations

import re

from django.urls import reverse

from holdfast.console.drafting import document as documents
from holdfast.console.drafting import quoting
from holdfast.console.drafting.quoting import QuotationSheet
from holdfast.kernel.identifiers import public
from tests.console.furnished import Furnished
from tests.console.test_pages import client
from tests.inspection.test_switching import CRITERION, assigned, inspected, order
from tests.sourcing.offers import offer
from tests.world import World, contract

AGREED = {**CRITERION, "inspection": "normal"}


def test_the_form_gives_back_what_was_agreed(db: None) -> None:
    World()
    contract_sheet = documents.read(contract(criterion=AGREED), programme="standard", external_id=None)
    assert contract_sheet.agreement.initial["switching"] is True
    document = offer(criterion=AGREED)
    quotation = quoting.read(document, kind=QuotationSheet, programme="standard", external_id=None)
    found = {name: quotation.agreement.initial[name] for name in ("level", "switching", "aql_major", "aql_minor")}
    assert found == {"level": "II", "switching": True, "aql_major": "2.5", "aql_minor": ""}


def page(who: str, made: Furnished, order_id: object) -> str:
    text = client(who).get(reverse("inspection", args=[public("ord", order_id)])).content.decode()  # type: ignore[arg-type]
    return re.sub(r"\s+", " ", text)


def test_the_page_of_an_inspection_says_why_it_is_tightened(made: Furnished) -> None:
    world = made.world
    later = {"ship": {"days_after_payment": 30}}
    before = [inspected(world, 6, **later).order_id for _lot in range(2)]
    order_id = order(world, **later)
    assigned(world, order_id)
    found = page("boris", made, order_id)
    assert "By the supplier's record of such goods: <strong>Tightened</strong>." in found.replace("&#x27;", "'")
    assert "Two of at most five lots in succession were rejected." in found
    assert all(reverse("order", args=[public("ord", one)]) in found for one in before)
    assert "Inspection: Tightened." in found
    inspector = page("ingrid", made, order_id)
    assert "Two of at most five lots" in inspector
    assert not any(public("ord", one) in inspector for one in before)
