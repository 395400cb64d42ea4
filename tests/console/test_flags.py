"""A message that would take the deal elsewhere, on the page of an order and of a quotation, and at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from holdfast.kernel.identifiers import new_id, public
from holdfast.record.models import Flag, Message
from tests.console.furnished import Furnished
from tests.console.test_acts import form_in
from tests.console.test_pages import client
from tests.console.test_quotations import soon
from tests.sourcing.offers import offer, quotes

TEXT = "Add me on WhatsApp, or pay to DE89370400440532013000 & save the fee."


@pytest.mark.parametrize("kind", ["order", "quotation"])
def test_the_sender_sees_it_first_and_the_desk_what_was_sent(made: Furnished, kind: str) -> None:
    there = {
        "order": reverse("order", args=[made.orders["deposit"]]),
        "quotation": reverse("quotation", args=[public("quo", quotes(made.world, offer(valid_until=soon())).id)]),
    }[kind]
    boris, before = client("boris"), Message.objects.count()
    told = boris.post(f"{there}messages/", {"text": TEXT, "form_token": new_id().hex})
    page = told.content.decode()
    assert (told.status_code, 'id="leaving"' in page, 'name="flagged"' in page) == (409, True, True)
    for words in ("an IBAN", "an invitation to a messenger", "paying past the platform"):
        assert words in page
    assert (Message.objects.count(), Flag.objects.count()) == (before, 0)
    sent = boris.post(f"{there}messages/", {"text": TEXT, "flagged": "1", "form_token": new_id().hex})
    assert (sent.status_code, Flag.objects.count()) == (303, 1)
    assert client("alma").get(reverse("desk_flags")).status_code == 403
    desk = client("fin")
    shown = desk.get(reverse("desk_flags")).content.decode()
    assert "WhatsApp, or pay to DE89370400440532013000 &amp; save the fee." in shown
    assert f'href="{there}#message-' in shown
    act = reverse("desk_flags_act_on", args=["dismiss", public("flg", Flag.objects.get().id)])
    form = form_in(desk, reverse("desk_flags"), act)
    assert desk.post(act, {**form, "note": ""}).status_code == 422
    assert Flag.objects.get().state == "open"
    assert desk.post(act, {**form, "note": "their own old account"}).status_code == 303
    assert Flag.objects.get().state == "harmless"
    assert "No flagged message waits." in desk.get(reverse("desk_flags")).content.decode()
