"""An order's page where its sides write to each other: asked before an answer accepts a breach, signed by form."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from holdfast.kernel.identifiers import new_id
from holdfast.record.models import Concession, Message, ThreadRead
from tests.console.furnished import PASSWORD, Furnished
from tests.console.test_acts import form_in
from tests.console.test_pages import client
from tests.world import digest_of_everything


@pytest.fixture
def order(made: Furnished) -> str:
    """The page of an order that is paid and not shipped."""
    return reverse("order", args=[made.orders["deposit"]])


def token() -> dict[str, str]:
    return {"form_token": new_id().hex}


def test_a_message_with_a_file_goes_over_once_and_is_marked_as_read(made: Furnished, order: str) -> None:
    alma, boris = client("alma"), client("boris")
    sent = {"text": "The drawing: ΔE < 2 & a 毛毡 sample.", **token()}
    for _twice in range(2):
        upload = SimpleUploadedFile("drawing.txt", b"a hat, drawn in words")
        answer = boris.post(f"{order}messages/", {**sent, "file": upload})
        assert (answer.status_code, answer["Location"]) == (303, f"{order}#messages")
    assert Message.objects.count() == 1
    page = alma.get(order).content.decode()
    assert "The drawing: ΔE &lt; 2 &amp; a 毛毡 sample." in page
    link = re.search(rf'href="({re.escape(order)}files/fil_[0-9a-f]+/)"', page)
    assert link is not None
    file = alma.get(link[1])
    assert (file.content, file["Content-Disposition"][:10]) == (b"a hat, drawn in words", "attachment")
    assert client("chen").get(link[1]).status_code == 404
    assert alma.post(f"{order}messages/read/", form_in(alma, order, f"{order}messages/read/")).status_code == 303
    assert ThreadRead.objects.count() == 2
    assert f"{order}messages/read/" not in alma.get(order).content.decode()


def test_what_is_no_message_comes_back_beside_its_field(made: Furnished, order: str) -> None:
    boris, before = client("boris"), digest_of_everything()
    for text, said in (("", "required"), ("<script>x</script>", "tags of HTML are not taken"), ("x" * 20_001, "20000")):
        answer = boris.post(f"{order}messages/", {"text": text, **token()})
        assert answer.status_code == 422, text[:20]
        assert said in answer.content.decode(), text[:20]
    after = digest_of_everything()
    assert {table for table in before if before[table] != after[table]} <= {"django_session", "parties_person"}


def test_the_buyer_is_asked_and_signs_what_is_meant(made: Furnished, order: str) -> None:
    alma, boris = client("alma"), client("boris")
    owed = made.world.order(made.ids["deposit"]).order.ship_on
    assert owed is not None
    new_on = (owed + timedelta(days=10)).isoformat()
    boris.post(f"{order}messages/", {"text": f"Sorry, we can only ship on {new_on}.", **token()})
    asked = alma.post(f"{order}messages/", {"text": "No problem, ship then.", **token()})
    page = asked.content.decode()
    assert asked.status_code == 409
    assert 'id="guard"' in page
    assert 'name="plain"' in page
    assert Message.objects.count() == 1
    for kind in ("waive", "rights_reserved", "with_compensation"):
        assert f'action="{order}concessions/{kind}/"' in page
    assert page.count(f'value="{new_on}"') == 3
    form = {"kind": "rights_reserved", "text": "No problem, ship then.", "new_on": new_on, **token()}
    wrong = alma.post(f"{order}concessions/rights_reserved/", {**form, "password": "another"})
    assert (wrong.status_code, Concession.objects.count()) == (422, 0)
    done = alma.post(f"{order}concessions/rights_reserved/", {**form, "password": PASSWORD})
    assert (done.status_code, done["Location"]) == (303, f"{order}#acts")
    assert (Concession.objects.get().state, Message.objects.count()) == ("signed", 2)
    shown = alma.get(order).content.decode()
    assert "New date, rights reserved" in shown
    assert "In force" in shown


def test_a_plain_message_is_sent_and_compensation_waits_for_the_other_side(made: Furnished, order: str) -> None:
    alma, boris = client("alma"), client("boris")
    owed = made.world.order(made.ids["deposit"]).order.ship_on
    assert owed is not None
    boris.post(f"{order}messages/", {"text": "We are two weeks late, sorry.", **token()})
    plain = {"text": "Ok.", "plain": "1", **token()}
    assert alma.post(f"{order}messages/", plain).status_code == 303
    assert Concession.objects.count() == 0
    form = {"kind": "with_compensation", "new_on": (owed + timedelta(days=14)).isoformat(), "text": "", **token()}
    amount = {"compensation_minor": "120.00", "password": PASSWORD}
    assert alma.post(f"{order}concessions/with_compensation/", {**form, **amount}).status_code == 303
    row = Concession.objects.get()
    act = f"/concessions/conc_{row.id.hex}/acts/sign/"
    given = form_in(boris, order, act)
    assert boris.post(act, {**given, "password": PASSWORD}).status_code == 303
    assert Concession.objects.get().state == "signed"
    assert made.world.order(made.ids["deposit"]).order.refunded_minor == 12_000


def test_what_was_said_otherwise_stands_on_the_page_one_click_from_an_amendment(made: Furnished, order: str) -> None:
    boris = client("boris")
    text = "We will make 1,200 hats in red. Please pay to our new bank account."
    boris.post(f"{order}messages/", {"text": text, "flagged": "on", **token()})
    page = client("alma").get(order).content.decode()
    assert 'id="drift"' in page
    assert "A message never changes this" in page
    found = re.search(r'href="(/orders/ord_[0-9a-f]+/amend/\?path=[^"]+)"', page)
    assert found, "no way from what was said to an amendment"
    assert client("alma").get(found[1].replace("&amp;", "&")).status_code == 200
