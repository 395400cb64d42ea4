"""Every page of the console as everybody: what is not yours does not exist, and no page is forgotten."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client, override_settings
from django.urls import URLPattern, reverse
from django.utils.translation import to_locale

from holdfast.console import urls
from holdfast.parties.models import Person
from holdfast.treasury.queries import exports
from tests.console.furnished import Furnished

FOR_ALL = {
    *("home", "orders", "contracts", "claims", "notices", "notice_choices", "account", "welcome"),
    *("quotations", "quotation_compare", "suppliers"),
    *("sampling_plan", "protection", "large_order", "incoterms"),
}
POSTED = {
    *("message_send", "messages_read", "concession_propose", "concession_act", "order_file"),
    "choose",
    "theme",
    "demo",
    "order_act",
    "contract_act",
    "quotation_act",
    "claim_act",
    "inspector_agree",
    "inspector_assign",
    *("notices_read", "notice_address", "notice_stop"),
    "organisation_act",
    "organisation_act_on",
    "marketplaces_act",
    "marketplaces_act_on",
    "invitation_accept",
    "set_language",
}
AMENDMENTS = {"amendment", "amendment_text", "amendment_pdf", "amendment_act"}
PAPERS = {"paper", "statement", "billing", "invoice", "payment", "proof_file", "proof_leaves", "verifying_act"}
"""Files and forms: seen by everybody with all other addresses (`tests/test_console_routes.py`)."""
FINANCE = {
    *("desk", "desk_accounts", "desk_closes", "desk_disputes", "desk_entries", "desk_guarantee", "desk_holds"),
    *("desk_incoming", "desk_papers", "desk_payouts", "desk_reconciliation", "desk_settlements", "verifying"),
}
"""The desk's own pages, whose forms and files are seen with all other addresses, too."""
ORDER, CLAIM = {"order", "order_amend", "claim_new", "inspection"}, {"claim"}
CONTRACT = {"contract", "contract_edit", "contract_text", "contract_techpack"}
CONTRACT |= {"contract_pdf", "contract_xlsx", "contract_csv"}
QUOTATION = {"quotation", "quotation_edit"}
STAFF = {"dana": "mediator", "ada": "administrator", "fin": "finance"}
ELSEWHERE = {
    *("webhook", "webhooks", "webhook_act", "webhooks_act", "delivery_replay", "desk_flags"),
    *("booking_act", "booking_new", "readiness"),
    *("programme_terms", "programme_terms_text"),
    *("quotation_file", "quotation_message_send", "quotation_messages_read"),
}
"""Looked at and sent to as everybody by the test of the console's routes, and by those of their own."""


def client(who: str) -> Client:
    """Somebody's browser."""
    found = Client()
    found.force_login(Person.objects.get(email=f"{who}@example.com"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return found


def addresses(made: Furnished) -> list[tuple[str, str, str]]:
    """(name of the page, what it is about, its address) for everything that can be looked at."""
    alone = {"contract_new", "quotation_new", "inspections", "organisation", "papers", "queue", "marketplaces"}
    found = [(name, "", reverse(name)) for name in sorted(FOR_ALL | alone)]
    for names, kind, refs in (
        (ORDER, "order", made.orders),
        (CONTRACT, "contract", made.contracts),
        (CLAIM, "claim", made.claims),
        (QUOTATION, "quotation", made.quotations),
    ):
        found += [(name, f"{kind} {about}", reverse(name, args=[ref])) for name in names for about, ref in refs.items()]
    return found


def expected(name: str, about: str, who: str) -> int:
    """What somebody sees there."""
    side = who in {"alma", "boris"}
    if who == "ingrid" and name in {"home", "inspections", "inspection"}:
        return 302 if name == "home" else 200 if name == "inspections" or about == "order judged" else 404
    if name == "inspections":
        return 404
    if name in FOR_ALL:
        return 200
    if name == "contract_new":
        return 403 if who in STAFF or who == "ingrid" else 200
    if name == "quotation_new":
        return 200 if who in {"boris", "chen"} else 403
    if name in QUOTATION:
        is_side = who in {"alma", "chen" if about == "quotation rival" else "boris"}
        return 200 if is_side or (who in STAFF and name == "quotation") else 404
    if name in {"organisation", "papers"}:
        return 404 if who in STAFF else 200
    if name == "marketplaces":
        return 200 if who == "ada" or who not in STAFF else 404
    if name == "queue":
        return 200 if who in {"dana", "ada"} else 404
    if name in {"contract_edit", "contract_techpack"}:
        return 200 if who == "alma" and about == "contract draft" else 404
    if name == "claim_new":
        return 200 if side else 404
    if name == "order_amend":
        return 200 if side else 403 if who in STAFF else 404
    if about == "contract draft" and who == "boris":
        return 404
    return 200 if side or who in STAFF else 404


def test_everybody_sees_what_is_theirs_and_nothing_else(made: Furnished) -> None:
    wrong = []
    for who in ("alma", "boris", "chen", "ingrid", *STAFF):
        browser = client(who)
        for name, about, address in addresses(made):
            status = browser.get(address).status_code
            if status != expected(name, about, who):
                wrong.append(f"{who} at {name} of {about}: {status}")
    assert not wrong, "\n".join(wrong)
    stranger = Client()
    for _name, _about, address in addresses(made):
        answer: Any = stranger.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_no_page_is_forgotten_above() -> None:
    known = (
        FOR_ALL
        | POSTED
        | ORDER
        | CONTRACT
        | CLAIM
        | QUOTATION
        | {"contract_new", "quotation_new", "inspections", "marketplaces", "organisation", "papers", "proofs", "queue"}
        | PAPERS
        | AMENDMENTS
        | FINANCE
        | ELSEWHERE
    )
    named = {
        str(entry.name)
        for entry in urls.urlpatterns
        if isinstance(entry, URLPattern) and not (str(entry.name).startswith("desk_") and "<" in str(entry.pattern))
    } - {"desk_journal", "desk_statement"}
    assert named <= known, named - known


@pytest.mark.parametrize("language", ["es", "zh-hans"])
def test_a_page_is_wholly_in_the_reader_s_language(made: Furnished, language: str) -> None:
    with (Path(settings.PACKAGE) / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po").open("rb") as file:
        english = {row.id for row in read_po(file) if isinstance(row.id, str) and row.id != row.string and row.id}
    # An account is shown by the name under which it is exported, too, which the operator chooses.
    english -= {one.name for one in exports.numbered()}
    left = []
    for who, names in (("fin", FINANCE), ("boris", FOR_ALL | {"organisation", "papers", "proofs"})):
        browser = client(who)
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        found = [(name, reverse(name)) for name in sorted(names)]
        if who == "boris":
            found += [(about, reverse("order", args=[ref])) for about, ref in made.orders.items()]
            found += [("quotation_new", reverse("quotation_new"))]
            own = [made.quotations[about] for about in ("offered", "countered")]
            found += [(name, reverse(name, args=[ref])) for name in QUOTATION for ref in own]
        for name, address in found:
            answer = browser.get(address)
            assert answer.status_code == 200, name
            said = {unescape(text).strip() for text in re.findall(r">([^<]+)<", answer.content.decode())}
            left += [f"{name}: {text}" for text in sorted(said & english)]
    assert not left, "\n".join(left)


def test_what_does_not_exist_is_one_page(made: Furnished) -> None:
    browser = client("alma")
    for ref in ("ord_0", made.contracts["draft"], "ord_" + "0" * 32, "..", "ord_" + "g" * 32):
        assert browser.get(f"/orders/{ref}/").status_code == 404


def test_pages_load_nothing_from_elsewhere_and_no_script_of_their_own(made: Furnished) -> None:
    browser = client("alma")
    for _name, _about, address in addresses(made):
        answer = browser.get(address)
        if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
            text = answer.content.decode()
            assert "default-src 'self'" in answer["Content-Security-Policy"]
            assert " style=" not in text
            assert " onclick=" not in text
            assert "<style" not in text
            assert 'src="http' not in text


def test_nobody_is_anybody_in_production(made: Furnished) -> None:
    """Also where the address is still known to the process: the page asks the setting again."""
    somebody = Person.objects.get(email="alma@example.com")
    Person.objects.filter(id=somebody.id).update(email="alma@demo.holdfast.example")
    ref = f"per_{somebody.id.hex}"
    assert f'value="{ref}"' in Client().get("/accounts/login/").content.decode()
    assert f"per_{made.world.ada.hex}" not in Client().get("/accounts/login/").content.decode()
    assert Client().post("/demo/", {"person": f"per_{made.world.ada.hex}"}).status_code == 404
    with override_settings(SANDBOX=False):
        assert ref not in Client().get("/accounts/login/").content.decode()
        assert Client().post("/demo/", {"person": ref}).status_code == 404
    browser = Client()
    assert browser.post("/demo/", {"person": ref}).status_code == 303
    assert browser.get("/").status_code == 200
