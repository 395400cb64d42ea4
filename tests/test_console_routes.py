"""Every page of the console as everybody: a stranger cannot tell what is there, looking changes nothing, and a form
that one's own page does not show is refused whoever's it was.
"""

from __future__ import annotations

import pytest
from django.test import Client

from tests.matrix import console
from tests.matrix.console import ABOUT, ACTS, SINGLE, STRANGERS, VISITORS, Form, nothing_changes_for, steady, try_out
from tests.matrix.routes import console_routes
from tests.matrix.scene import Scene
from tests.matrix.wrong import NEVER

pytest_plugins = ("tests.matrix.stage",)
OWNERS = ("alma", "boris", "dana", "fin")
FEW = (*OWNERS, "alma.finance", "alma.viewer", "bella", "ingrid")
SHOW_A_SECRET = {"create_key", "rotate_key", "make_key", "rotate"}
"""Whose answer is a page and no other address: what stands on it is shown this once."""
OPEN_ELSEWHERE = {
    "track": {"fin", "ada"},
    "confirm_delivery": {"alma", "alma.trader", "boris", "boris.trader"},
    "add_evidence": {"dana"},
}
"""Whose own page has the same operation under another form, or in another state: it is theirs to ask for."""
OWN = (
    "/orders/",
    "/contracts/",
    "/amendments/",
    "/quotations/",
    "/claims/",
    "/organisation/",
    "/marketplaces/",
    "/inspections/",
    "/desk/",
    "/webhooks/",
)
"""Where the forms go that belong to a page, and not to the frame around it."""
ROOMS = {"ord": "orders", "con": "contracts", "clm": "claims", "quo": "quotations", "amd": "amendments"}
KINDS = ("order", "contract", "amendment", "quotation", "claim", "organisation", "marketplaces", "desk_guarantee")
KINDS += ("webhook", "webhooks")


def test_every_address_of_the_console_is_looked_at_or_sent_to() -> None:
    names = {name for _pattern, name in console_routes()}
    assert names == {*ABOUT, *ACTS, *SINGLE}


@pytest.mark.parametrize("who", VISITORS)
def test_looking_changes_nothing_and_never_breaks(who: str, scene: Scene) -> None:
    browser, wrong = console.visitor(scene, who), []
    with nothing_changes_for(wrong, who):
        for name, address in console.pages(scene):
            status = browser.get(address).status_code
            named = name.partition(" ")[0] in ABOUT
            if status >= 500 or (named and who in STRANGERS and status != 404):
                wrong.append(f"{name}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_cannot_tell_what_is_there_from_what_never_was(who: str, scene: Scene) -> None:
    browser, wrong = console.visitor(scene, who), []
    with nothing_changes_for(wrong, who):
        names = ("order.funded", "contract.proposed", "claim.claimed", "quotation.offered", "amendment.open")
        for ref in (scene[name] for name in names):
            prefix = ref.partition("_")[0]
            never, kind = f"{prefix}_{NEVER}", ROOMS[prefix]
            tails = {
                "orders": ["", "claim/", "amend/", "acts/cancel/0/"],
                "contracts": ["", "edit/", "text/", "pdf/", "xlsx/", "techpack/", "acts/sign/"],
                "quotations": ["", "edit/", "acts/accept/"],
            }
            for tail in tails.get(kind, ["", "acts/withdraw/"]):
                for send in (browser.get, browser.post):
                    there = steady(send(f"/{kind}/{ref}/{tail}"), ref)
                    if there != steady(send(f"/{kind}/{never}/{tail}"), never) or there[0] not in {404, 405}:
                        wrong.append(f"{send.__name__} {kind} {tail}: {there[0]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_ones_page_does_not_show_is_refused(kind: str, scene: Scene) -> None:
    wrong = _every_form(scene, kind, FEW, states=2)
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_no_form_of_anybodys_is_taken_from_somebody_else(kind: str, scene: Scene) -> None:
    wrong = _every_form(scene, kind, VISITORS, states=99)
    assert not wrong, "\n".join(wrong)


def _every_form(scene: Scene, kind: str, visitors: tuple[str, ...], *, states: int) -> list[str]:
    """Each form on the pages of a kind of thing, as its owner's page has it, sent by each visitor."""
    browsers = {who: console.visitor(scene, who) for who in visitors}
    wrong: list[str] = []
    for name, address in console.pages(scene, states=states):
        if (ABOUT.get(name.partition(" ")[0]) or name) != kind:
            continue
        offered = {who: _acts(browser, address) for who, browser in browsers.items()}
        forms = {form.action: form for who in reversed(OWNERS) for form in offered[who].values()}
        for form in forms.values():
            wrong.extend(_sent_by_everybody(browsers, offered, form))
    return wrong


def _acts(browser: Client, address: str) -> dict[str, Form]:
    """The acts that a page offers, by where they are sent."""
    response = browser.get(address)
    is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
    found = console.forms(response.content.decode()) if is_page else []
    return {form.action: form for form in found if form.action.startswith(OWN)}


def _sent_by_everybody(browsers: dict[str, Client], offered: dict[str, dict[str, Form]], form: Form) -> list[str]:
    wrong: list[str] = []
    verb = form.action.partition("/acts/")[2].partition("/")[0]
    may = {who for who in browsers if form.action in offered[who]}
    is_named = not form.action.startswith(("/organisation/", "/marketplaces/"))
    with nothing_changes_for(wrong, form.action):
        for who in browsers.keys() - may - OPEN_ELSEWHERE.get(verb, set()):
            status = browsers[who].post(form.action, form.fields).status_code
            if not 400 <= status < 500 or (is_named and who in STRANGERS and status not in {403, 404}):
                wrong.append(f"{form.action} by {who}: {status}")
    for who in may:
        response = try_out(browsers[who], offered[who][form.action])
        if response.status_code not in {303, 403, 409, 422} | ({200} if verb in SHOW_A_SECRET else set()):
            wrong.append(f"{form.action} by {who}, to whom it is offered: {response.status_code}")
    return wrong


def test_nobody_is_sent_to_sign_in(scene: Scene) -> None:
    wrong: list[str] = []
    with nothing_changes_for(wrong, "nobody"):
        for name, address in console.pages(scene):
            response = Client(raise_request_exception=False).get(address)
            is_open = name in {"theme", "set_language", "demo"}
            if response.status_code == 405:
                continue
            if not is_open and (response.status_code != 302 or "/accounts/login/" not in response["Location"]):
                wrong.append(f"{name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_no_form_is_taken_from_another_site(scene: Scene) -> None:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies = console.visitor(scene, "alma").cookies
    wrong: list[str] = []
    with nothing_changes_for(wrong, "a forged form"):
        for pattern, name in console_routes():
            address = pattern.replace("<str:ref>", scene["order.funded"]).replace("<str:verb>", "cancel")
            address = address.replace("<str:name>", "standard").replace("<int:version>", "2")
            status = browser.post(address.replace("<int:number>", "0"), {"ground": "withdrawal"}).status_code
            if status not in {403, 405}:
                wrong.append(f"{name}: {status}")
    assert not wrong, "\n".join(wrong)
