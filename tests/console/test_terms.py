"""The terms of a programme in the console: read in one's language, accepted with the signature, asked for anew."""

from __future__ import annotations

from hashlib import sha256
from html import unescape

import pytest
from django.urls import reverse

from holdfast import programme as programmes
from holdfast.contracts.models import TermsAcceptance
from holdfast.contracts.programmes import programme_of
from holdfast.kernel.identifiers import parse
from tests.console.furnished import PASSWORD, Furnished, document
from tests.console.test_acts import form_in
from tests.console.test_pages import client
from tests.orders.test_terms_accepted import next_version, signs, terms_digest
from tests.world import digest_of_everything


@pytest.mark.parametrize("language", programmes.LANGUAGES)
def test_every_sentence_stands_on_the_page_and_the_bytes_are_the_digests(made: Furnished, language: str) -> None:
    found = programme_of(name="standard", version=2)
    browser = client("boris")
    page = browser.get(f"{reverse('programme_terms', args=['standard', 2])}?language={language}")
    text = unescape(page.content.decode())
    assert f'lang="{language}"' in text
    for section in programmes.explain(found, language):
        assert section.title in text
        for sentence in section.sentences:
            assert sentence in text
    digest = programmes.terms_digest(found, language)
    assert digest in text
    bytes_of = browser.get(f"{reverse('programme_terms_text', args=['standard', 2])}?language={language}")
    assert sha256(bytes_of.content).hexdigest() == digest
    for version in (99, 2**40):
        assert browser.get(reverse("programme_terms", args=["standard", version])).status_code == 404
    unknown = f"{reverse('programme_terms_text', args=['standard', 2])}?digest={'0' * 64}"
    assert browser.get(unknown).status_code == 404


def test_signing_accepts_the_terms_in_the_language_of_the_page(made: Furnished) -> None:
    boris, contract = client("boris"), reverse("contract", args=[made.contracts["signed once"]])
    boris.cookies["django_language"] = "es"
    action = f"{contract}acts/sign/"
    sent = form_in(boris, contract, action)
    assert sent["terms_digest"] == terms_digest(2, "es")
    assert "Ambas partes firman en 7 días desde la primera firma." in boris.get(contract).content.decode()
    before = digest_of_everything()
    wrong = boris.post(action, {**sent, "password": PASSWORD, "terms_digest": "0" * 64})
    assert wrong.status_code == 409
    missing = boris.post(action, {**sent, "password": PASSWORD, "terms_digest": ""})
    assert missing.status_code == 422
    after = digest_of_everything()
    assert {name for name in after if after[name] != before[name]} <= {
        "django_session",
        "parties_person",
        "database_cache",
    }
    assert boris.post(action, {**sent, "password": PASSWORD}).status_code == 303
    row = TermsAcceptance.objects.select_related("terms").get()
    assert (row.side, row.signer_kind, row.terms.language) == ("supplier", "person", "es")
    page = boris.get(contract).content.decode()
    assert terms_digest(2, "es")[:16] in page
    register = boris.get(reverse("programme_terms", args=["standard", 2])).content.decode()
    assert f"?digest={terms_digest(2, 'es')}" in register
    other = client("alma").get(reverse("programme_terms", args=["standard", 2])).content.decode()
    assert "?digest=" not in other, "the register is each company's own"


def test_the_page_says_what_changed_since_the_version_that_was_accepted(made: Furnished) -> None:
    world = made.world
    contract_id = parse("con", made.contracts["signed once"])
    assert contract_id is not None
    signs(world, contract_id, "supplier", terms_digest=terms_digest(2, "en"))
    next_version(world)
    later = world.proposed(document(world.now))
    page = unescape(client("boris").get(reverse("contract", args=[f"con_{later.hex}"])).content.decode())
    assert "You accepted version 2 of the programme's terms; this contract is under version 3." in page
    assert "<del>Appeal within 7 days, once, for new evidence or an error; another mediator decides.</del>" in page
    assert "<ins>Appeal within 8 days, once, for new evidence or an error; another mediator decides.</ins>" in page
