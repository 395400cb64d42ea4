"""The operator's own endpoints as its administrators keep them: the pages everybody else has, and nobody else's."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from holdfast.kernel.identifiers import new_id, public
from holdfast.parties import operations
from holdfast.webhooks import operations as webhooks
from holdfast.webhooks.models import Delivery, Endpoint
from tests.console.furnished import Furnished
from tests.console.test_acts import form_in
from tests.console.test_pages import client
from tests.webhooks.receivers import answers, receiver
from tests.webhooks.stage import listens, sent, states
from tests.world import World, digest_of_everything

URL = "https://operator.example.com/holdfast"
ADD = {"url": URL, "kinds": ["order.*", "organisation.*"], "ordered": "on", "description": "the ledger's feed"}
PLACES = ("django_session", "parties_person", "database_cache")


def pressed(browser: Client, page: str, action: str, **values: Any) -> Any:
    """The form on a page that is sent there, with what is filled in."""
    return browser.post(action, {**form_in(browser, page, action), **values})


def added(browser: Client) -> Endpoint:
    answer = pressed(browser, reverse("webhooks"), reverse("webhooks_act", args=["add"]), **ADD)
    assert answer.status_code == 200
    return Endpoint.objects.get(url=URL)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_an_administrator_adds_an_endpoint_that_hears_of_everybody(made: Furnished) -> None:
    world, ada = made.world, client("ada")
    assert f'href="{reverse("webhooks")}"' in ada.get(reverse("home")).content.decode()
    page = reverse("webhooks")
    answer = pressed(ada, page, reverse("webhooks_act", args=["add"]), **ADD)
    secret = re.search(r"whsec_[\w+/=]+", answer.content.decode())
    assert secret is not None
    row = Endpoint.objects.get()
    assert (row.organisation_id, row.created_by, row.ordered) == (world.operator_id, world.ada, True)
    shown = ada.get(page)
    assert secret[0] not in shown.content.decode()
    assert "the ledger's feed" in words(shown)
    assert "everything that happens" in words(shown)


def test_it_gets_what_happens_and_shows_how_each_delivery_stands(made: Furnished, settings: Any) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = True
    world, ada = made.world, client("ada")
    with receiver(answers(500, b"out of order")) as hook:
        made_one = webhooks.create(
            act=world.operator(), organisation_id=world.operator_id, url=hook.url, kinds=["organisation.standing_set"]
        )
        ref = public("whk", made_one.id)
        page = reverse("webhook", args=[ref])
        # What happens to somebody else is told too.
        operations.set_standing(
            act=world.operator(), organisation_id=world.chen.organisation_id, standing="suspended", reason="asked to"
        )
        sent(world)
        assert hook.kinds() == ["organisation.standing_set"]
    shown = words(ada.get(page))
    assert "organisation.standing_set" in shown
    assert "out of order" in shown
    assert "Waiting" in shown
    pressed(ada, page, reverse("webhook_act", args=[ref, "disable"]))
    assert states(made_one) == ["failed"]
    pressed(ada, page, reverse("webhook_act", args=[ref, "enable"]))
    again = reverse("delivery_replay", args=[public("dlv", Delivery.objects.get(endpoint=made_one.id).id)])
    assert pressed(ada, page, again).status_code == 303
    assert states(made_one) == ["waiting"]


def test_its_secret_is_made_anew_and_shown_once(made: Furnished) -> None:
    ada = client("ada")
    row = added(ada)
    page, ref = reverse("webhook", args=[public("whk", row.id)]), public("whk", row.id)
    answer = pressed(ada, page, reverse("webhook_act", args=[ref, "rotate"]), keep_old_hours="0")
    secret = re.search(r"whsec_[\w+/=]+", answer.content.decode())
    assert secret is not None
    assert secret[0] not in ada.get(page).content.decode()
    assert row.secrets.filter(ends_at=None).count() == 1


@pytest.mark.parametrize(("who", "status"), [("fin", 403), ("dana", 403), ("alma", 200), ("ingrid", 200)])
def test_nobody_else_keeps_them(made: Furnished, who: str, status: int) -> None:
    row, other = added(client("ada")), client(who)
    ref = public("whk", row.id)
    assert f'href="{reverse("webhooks")}"' not in other.get(reverse("notices")).content.decode()
    listed = other.get(reverse("webhooks"))
    assert (listed.status_code, URL in listed.content.decode()) == (status, False)
    before = digest_of_everything()
    assert other.get(reverse("webhook", args=[ref])).status_code == 404
    for verb in ("ping", "replay", "change", "rotate", "disable", "enable", "remove"):
        form = {"form_token": new_id().hex, "days": "1", "keep_old_hours": "1", **ADD}
        assert other.post(reverse("webhook_act", args=[ref, verb]), form).status_code == 404
    after = digest_of_everything()
    assert {name for name in after if before[name] != after[name]} <= set(PLACES)


@pytest.mark.parametrize("who", ["fin", "dana"])
def test_other_staff_add_none(made: Furnished, who: str) -> None:
    answer = client(who).post(reverse("webhooks_act", args=["add"]), {"form_token": new_id().hex, **ADD})
    assert answer.status_code == 403
    assert "administrator" in words(answer).lower()
    assert not Endpoint.objects.exists()


def test_of_an_organisations_endpoint_an_administrator_sees_whose_it_is(made: Furnished) -> None:
    world: World = made.world
    hers = listens(world, world.chen, "https://chen.example.com/")
    page = reverse("webhook", args=[public("whk", hers.id)])
    name = world.chen.name
    assert f"Whose it is {name}" in words(client("ada").get(page))
    assert "Whose it is" not in words(client("chen").get(page))
