"""Before signing everybody reads what could be claimed, and whether the supplier's line still has it; the builder shows
it while a draft is written, and stores nothing."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from holdfast.kernel.identifiers import public
from holdfast.orders.models import Order
from holdfast.parties import operations as parties
from holdfast.parties.models import CoverLine, Person
from holdfast.parties.operations import guarantee
from holdfast.programme import shipped
from tests.console.furnished import Furnished, document
from tests.console.test_acts import _sheet
from tests.console.test_pages import client
from tests.world import digest_of_everything


def page(who: str, address: str) -> str:
    """What somebody reads there, without tags."""
    answer = client(who).get(address)
    assert answer.status_code == 200
    return words(answer.content.decode())


def form_of_draft(browser: Client, edit: str) -> dict[str, Any]:
    """The fields of the builder as they stand."""
    html = browser.get(edit).content.decode()
    return _sheet(html.replace('method="post" id="sheet"', f'method="post" action="{edit}"'), edit)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\xa0", " ")


@pytest.mark.parametrize("who", ["alma", "boris"])
def test_both_sides_read_what_could_be_claimed_before_they_sign(made: Furnished, who: str) -> None:
    text = page(who, reverse("contract", args=[made.contracts["proposed"]]))
    assert "What could be claimed" in text
    assert re.search(r"The supplier has \$[\d,.]+ of cover left; this contract takes \$[\d,.]+ of it\.", text)
    assert "No claim about these: no term speaks of them" in text
    assert "30 days after delivery" in text
    assert "window.quality" in text
    # For which case the figure is, and what else has to be there.
    assert "Everything is shipped so many days after the ship date. So many are 22 days." in text
    assert "Condition: A carrier's record shows the day, or nobody contests it. Without it the assessment gives" in text
    assert re.search(r"lateness is compensated\. Without it the assessment gives \$[\d,.]+\.", text)
    # The engine's rule, in the reader's words.
    assert "A term that can be measured speaks of it." in text
    assert "Taste and impression cannot be measured." in text


def test_a_signer_is_warned_and_told_how_much_is_left(made: Furnished) -> None:
    began = made.world.now
    ref = public("con", made.world.proposed(document(began), programme="apparel"))
    held = CoverLine.objects.get(organisation_id=made.world.boris.organisation_id, currency="USD").reserved_minor
    guarantee.set_line(
        act=made.world.operator(),
        organisation_id=made.world.boris.organisation_id,
        currency="USD",
        line_minor=held + 12_345,
        programme=shipped("standard"),
        reason="shorter",
    )
    text = page("alma", reverse("contract", args=[ref]))
    assert "The supplier has $123.45 of cover left; this contract would take" in text
    assert "It cannot be signed before other orders have closed." in text
    text = page("boris", reverse("organisation"))
    assert "$123.45 left for new orders" in text
    parties.set_standing(
        act=made.world.operator(),
        organisation_id=made.world.boris.organisation_id,
        standing="suspended",
        reason="under review",
    )
    assert "The supplier's cover is suspended" in page("alma", reverse("contract", args=[ref]))
    assert "Your cover is suspended" in page("boris", reverse("organisation"))


def test_the_desk_sees_what_stands_on_each_line(made: Furnished) -> None:
    text = page("fin", reverse("desk_guarantee"))
    held = sum(Order.objects.exclude(state="closed").values_list("cover_minor", flat=True))
    assert held > 0
    assert f"Boris Trading the programme's most $500,000.00 ${held / 100:,.2f}" in text


def test_the_builder_shows_the_cover_of_what_is_being_written_and_keeps_nothing(made: Furnished) -> None:
    alma, edit = client("alma"), reverse("contract_edit", args=[made.contracts["draft"]])
    sent = form_of_draft(alma, edit)
    sent["specification-count"] = "0"
    before = digest_of_everything()
    answer = alma.post(edit, {**sent, "preview": "1"})
    assert answer.status_code == 200
    text = words(answer.content.decode())
    assert "No term can be measured: it is a matter of taste." in text
    assert "Colour : a Pantone, RAL or Lab value with a ΔE limit" in text
    changed = [name for name, digest in digest_of_everything().items() if digest != before[name]]
    assert set(changed) <= {"django_session", "parties_person"}
    # A mistake is said beside its field, and nothing is computed.
    answer = alma.post(edit, {**sent, "preview": "1", "transit_days": "-4"})
    assert answer.status_code == 422
    assert "What could be claimed" not in answer.content.decode()


def test_the_builder_asks_for_no_company_before_it_shows_the_cover(made: Furnished) -> None:
    alma, edit = client("alma"), reverse("contract_edit", args=[made.contracts["draft"]])
    sent = form_of_draft(alma, edit)
    answer = alma.post(reverse("contract_new"), {**sent, "side": "buyer", "preview": "1"})
    assert answer.status_code == 200
    text = words(answer.content.decode())
    assert "No supplier is named yet: the tier is taken to be enrolled." in text
    assert "Choose a company" not in text


@pytest.mark.parametrize(("language", "said"), [("es", "Qué se podría reclamar"), ("zh-hans", "可索赔的内容")])
def test_the_panel_speaks_the_readers_language(made: Furnished, language: str, said: str) -> None:
    Person.objects.filter(email="alma@example.com").update(language=language)
    text = page("alma", reverse("contract", args=[made.contracts["proposed"]]))
    assert said in text
    panel = text[text.index(said) : text.index("window.used_goods_returned")]
    assert [word for word in ("covered", "Answer", "days after", "Evidence", "Terms") if word in panel] == []
