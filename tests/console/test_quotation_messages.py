"""A quotation's page where its sides write to each other: kept once, read, asked before somebody agrees to something
else, and led to the next version with it filled in."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from holdfast.contracts.operations import accept_quotation
from holdfast.kernel.identifiers import new_id, public
from holdfast.orders.operations import signing
from holdfast.record.models import Message, ThreadRead
from tests.console.furnished import Furnished
from tests.console.test_acts import form_in
from tests.console.test_pages import client
from tests.console.test_quotations import filled, soon
from tests.sourcing.offers import offer, quotes
from tests.world import digest_of_everything


@pytest.fixture
def there(made: Furnished) -> str:
    """The page of a quotation that waits for Alma."""
    return reverse("quotation", args=[public("quo", quotes(made.world, offer(valid_until=soon())).id)])


def token() -> dict[str, str]:
    return {"form_token": new_id().hex}


def says(browser: Any, there: str, text: str, **more: Any) -> Any:
    return browser.post(f"{there}messages/", {"text": text, **token(), **more})


def said_of_quotations() -> int:
    return Message.objects.filter(subject_kind="quotation").count()


def test_a_message_with_a_file_goes_over_once_and_is_marked_as_read(made: Furnished, there: str) -> None:
    alma, boris = client("alma"), client("boris")
    sent = {"text": "The card: ΔE < 2 & a 毛毡 sample.", **token()}
    for _twice in range(2):
        answer = boris.post(f"{there}messages/", {**sent, "file": SimpleUploadedFile("card.txt", b"a card in words")})
        assert (answer.status_code, answer["Location"]) == (303, f"{there}#messages")
    assert said_of_quotations() == 1
    page = alma.get(there).content.decode()
    assert "The card: ΔE &lt; 2 &amp; a 毛毡 sample." in page
    link = re.search(rf'href="({re.escape(there)}files/fil_[0-9a-f]+/)"', page)
    assert link is not None
    file = alma.get(link[1])
    assert (file.content, file["Content-Disposition"][:10]) == (b"a card in words", "attachment")
    assert client("chen").get(link[1]).status_code == 404
    read = f"{there}messages/read/"
    assert alma.post(read, form_in(alma, there, read)).status_code == 303
    assert ThreadRead.objects.filter(subject_kind="quotation").count() == 2
    assert read not in alma.get(there).content.decode()


def test_what_is_no_message_comes_back_beside_its_field(made: Furnished, there: str) -> None:
    boris, before = client("boris"), digest_of_everything()
    for text, said in (("", "required"), ("<script>x</script>", "tags of HTML are not taken"), ("x" * 20_001, "20000")):
        answer = says(boris, there, text)
        assert answer.status_code == 422, text[:20]
        assert said in answer.content.decode(), text[:20]
    after = digest_of_everything()
    assert {table for table in before if before[table] != after[table]} <= {"django_session", "parties_person"}


def test_who_would_agree_is_asked_and_led_to_the_next_version(made: Furnished, there: str) -> None:
    alma, boris = client("alma"), client("boris")
    assert says(boris, there, "We would make 1,200 hats in red.").status_code == 303
    page = alma.get(there).content.decode()
    assert 'id="drift"' in page
    assert "The quotation says" in page
    asked = says(alma, there, "Fine, red is good for us.")
    shown = asked.content.decode()
    assert (asked.status_code, 'id="guard"' in shown, 'name="plain"' in shown) == (409, True, True)
    assert said_of_quotations() == 1
    edit = re.search(r'href="([^"]+/edit/\?[^"]+)"', shown[shown.index('id="guard"') :])
    assert edit is not None
    fields = filled(alma, edit[1].replace("&amp;", "&"))
    assert (fields["lines-0-quantity"], fields["lines-0-variant"]) == ("1200", "red")
    assert says(alma, there, "Fine, red is good for us.", plain="1").status_code == 303
    assert said_of_quotations() == 2


def test_a_price_or_a_payee_said_only_warns(made: Furnished, there: str) -> None:
    says(client("boris"), there, "Please pay to our new bank account, USD 11.50 each.", flagged="on")
    page = client("alma").get(there).content.decode()
    assert page.count("A message never changes this") == 2


def test_what_was_said_is_read_from_the_contract_and_from_the_order(made: Furnished, there: str) -> None:
    world, alma, boris = made.world, client("alma"), client("boris")
    says(boris, there, "They are felted in one batch.")
    quotation = UUID(there.rstrip("/").rpartition("_")[2])
    draft = accept_quotation(act=world.buyer(), quotation_id=quotation, version=1)
    contract = reverse("contract", args=[public("con", draft.id)])
    assert "They are felted in one batch." in alma.get(contract).content.decode()
    signing.propose(act=world.buyer(), contract_id=draft.id)
    for party, role in ((world.alma, "buyer"), (world.boris, "supplier")):
        world.signs(draft.id, party, role)
    order = reverse("order", args=[public("ord", draft.order_id)])
    for browser in (alma, boris):
        page = browser.get(order).content.decode()
        assert 'id="said-before"' in page
        assert "They are felted in one batch." in page
    closed = alma.get(there).content.decode()
    assert f'action="{there}messages/"' not in closed
    assert f"{order}#messages" in closed
    assert says(alma, there, "One more thing.").status_code == 409
    assert said_of_quotations() == 1
