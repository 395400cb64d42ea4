"""The console's visitors, its addresses, and the forms on its pages, as a browser would send them.

Addresses come from the console's own list; the forms from the pages themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from holdfast.parties.models import Person
from tests.matrix.routes import console_routes
from tests.matrix.scene import Scene
from tests.world import digest_of_everything

MEMBERS = ("", ".trader", ".finance", ".viewer")
VISITORS = (
    *(f"{party}{role}" for party in ("alma", "boris") for role in MEMBERS),
    *("bella", "chen", "ingrid", "iris", "dana", "fin", "vera", "ada"),
)
STRANGERS = ("bella", "chen", "iris", "vera")
"""To whom nothing between Alma and Boris is there; a verifier looks at companies, not at orders."""
THINGS = {
    "order": ("planned", "disputed", "delivered", "inspected", "funded", "due", "shipped", "claimed"),
    "contract": ("draft", "proposed"),
    "amendment": ("open",),
    "payment": ("requested",),
    "quotation": ("offered", "countered"),
    "claim": ("claimed", "mediating", "answered", "determined", "returning", "replacing"),
    "paper": ("issued",),
    "webhook": ("enabled", "disabled"),
}
ABOUT = {
    "order": "order",
    "claim_new": "order",
    "order_amend": "order",
    "amendment": "amendment",
    "amendment_text": "amendment",
    "amendment_pdf": "amendment",
    "inspection": "order",
    "contract": "contract",
    "contract_edit": "contract",
    "contract_text": "contract",
    "contract_pdf": "contract",
    "contract_xlsx": "contract",
    "contract_csv": "contract",
    "contract_techpack": "contract",
    "claim": "claim",
    "payment": "payment",
    "paper": "paper",
    "quotation": "quotation",
    "quotation_edit": "quotation",
    "webhook": "webhook",
}
"""Of what kind of thing an address is that names one and is looked at."""
ACTS = {
    *(
        "order_act",
        "contract_act",
        "amendment_act",
        "claim_act",
        "organisation_act",
        "organisation_act_on",
        "invitation_accept",
    ),
    *(
        "inspector_assign",
        "inspector_agree",
        "booking_new",
        "booking_act",
        "readiness",
        "desk_guarantee_act",
        "desk_guarantee_act_on",
    ),
    *("marketplaces_act", "marketplaces_act_on"),
    *("desk_payouts_act", "desk_payouts_act_on", "verifying_act", "quotation_act"),
    *("webhooks_act", "webhook_act", "delivery_replay"),
    *(
        "message_send",
        "messages_read",
        "desk_flags_act_on",
        "quotation_message_send",
        "quotation_messages_read",
        "concession_propose",
        "concession_act",
    ),
    *(
        "billing",
        "invoice",
        "desk_dispute_act",
        "desk_paper_act",
        "desk_closes_act",
        "desk_entry_act",
        "desk_incoming_act",
        "desk_incoming_act_on",
    ),
}
"""Addresses that forms are sent to."""
SINGLE = {
    *("notice_choices", "notice_address", "notice_stop"),
    *("sampling_plan", "protection", "large_order", "incoterms", "marketplaces"),
    *("programme_terms", "programme_terms_text"),
    *("home", "choose", "theme", "set_language", "account", "welcome", "demo", "contracts", "contract_new", "orders"),
    *("claims", "queue", "organisation", "notices", "notices_read", "inspections", "desk", "desk_guarantee"),
    *("desk_disputes", "papers", "statement", "desk_papers", "desk_journal", "desk_statement"),
    *("desk_payouts", "desk_payout_file", "verifying", "quotations", "quotation_new", "quotation_compare", "suppliers"),
    *("webhooks",),
    *("desk_incoming", "desk_statement_file", "desk_settlements"),
    *("desk_holds", "desk_reconciliation", "desk_closes", "desk_close", "desk_close_file", "desk_entries"),
    *(
        "order_file",
        *("quotation_file", "desk_flags"),
        "desk_entry_document",
        "desk_accounts",
        "desk_account",
        "proofs",
        "proof_file",
        "proof_leaves",
    ),
}
"""Addresses that name nothing."""
UNHASHED = ("django_session", "parties_person", "database_cache")
"""Where a visit leaves its trace: the session, when somebody was last here, how often they gave a wrong password."""


@dataclass(frozen=True)
class Form:
    """A form on a page, ready to be sent as it stands."""

    action: str
    fields: dict[str, str]


def pages(scene: Scene, *, states: int = 99) -> Iterator[tuple[str, str]]:
    """Each page that is looked at, for so many things of its kind: its name with the thing's, and its address."""
    for route, name in console_routes():
        pattern = route.replace("<str:name>", "standard").replace("<int:version>", "2")
        if name in ABOUT:
            for state in THINGS[ABOUT[name]][:states]:
                ref = scene[f"{ABOUT[name]}.{state}"]
                yield f"{name} {state}", pattern.replace("<str:ref>", ref)
        elif name not in ACTS and "<" not in pattern:
            yield name, pattern


def visitor(scene: Scene, who: str) -> Client:
    """Somebody's browser, signed in."""
    browser = Client(raise_request_exception=False)
    person = Person.objects.get(id=scene.people[who])
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser


def forms(content: str) -> list[Form]:
    """The forms that send something, with the values that stand in them."""
    found = []
    for tag, body in re.findall(r"<form([^>]*)>(.*?)</form>", content, re.DOTALL):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("method", "get").lower() == "post" and given.get("action"):
            found.append(Form(unescape(given["action"]), dict(_fields(body))))
    return found


def _fields(body: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r"<input[^>]*>", body):
        given = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        unset = given.get("type") in {"radio", "checkbox"} and " checked" not in tag
        if "name" in given and given.get("type") != "file" and not unset:
            yield given["name"], unescape(given.get("value", ""))
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', body, re.DOTALL):
        options = re.findall(r'<option value="([^"]*)"( selected)?', inner)
        yield name, next((value for value, chosen in options if chosen), options[0][0] if options else "")
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', body, re.DOTALL):
        yield name, unescape(inner.strip())


def steady(response: HttpResponse, *names: str) -> tuple[int, str]:
    """A page without what differs from one look to the next: tokens, and the names it was asked for."""
    content = response.content.decode(errors="replace")
    for name in names:
        content = content.replace(name, "…")
    content = re.sub(r'(csrfmiddlewaretoken|form_token)" value="[^"]*"', r'\1"', content)
    return response.status_code, re.sub(r'nonce="[^"]*"', "", content)


@contextmanager
def nothing_changes_for(wrong: list[str], what: str) -> Iterator[None]:
    """Notes which tables the block has changed, but for the traces of a visit."""
    before = digest_of_everything()
    yield
    after = digest_of_everything()
    wrong.extend(f"{what} changed {name}" for name in after if name not in UNHASHED and before[name] != after[name])


def try_out(browser: Client, form: Form, **changes: Any) -> HttpResponse:
    """Send a form; what it did is taken back, after the database has looked at it as a COMMIT would."""
    with transaction.atomic():
        response = browser.post(form.action, {**form.fields, **changes})
        if response.status_code < 400:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            transaction.set_rollback(True)
    return response
