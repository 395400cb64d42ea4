"""The pages of notices: read, narrowed, chosen, and what they say of a mailbox that is gone."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from holdfast.kernel.identifiers import new_id, public
from holdfast.notices import operations, queries
from holdfast.notices.kinds import CHOOSABLE, LEGAL
from holdfast.notices.models import Choice, DeadAddress, Notice
from holdfast.notices.words import sentence_of
from holdfast.parties.models import Person
from tests.world import World

pytestmark = pytest.mark.database


class Reader:
    """Alma's browser, on a world where two orders were signed."""

    def __init__(self) -> None:
        self.world = World()
        self.orders = [self.world.signed_order(), self.world.signed_order()]
        while operations.relay(now=self.world.now):
            pass
        self.person = Person.objects.get(id=self.world.alma.person_id)
        self.browser = self.visitor(self.person)

    def visitor(self, person: Person) -> Client:
        browser = Client()
        browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return browser

    def page(self, path: str = "/notices/") -> str:
        response = self.browser.get(path)
        assert response.status_code == 200, response.status_code
        return unescape(response.content.decode())

    def unread(self) -> int:
        return queries.unread(person_id=self.person.id)

    def notices(self) -> list[queries.NoticeView]:
        return list(queries.page(person_id=self.person.id).notices)


@pytest.fixture
def reader(db: None) -> Reader:
    return Reader()


def cards(page: str) -> int:
    return len(re.findall(r'<li class="card', page))


def test_notices_are_read_one_by_one_of_an_order_or_all(reader: Reader) -> None:
    before = reader.unread()
    assert before == cards(reader.page()) == 2
    one = reader.notices()[0]
    answer = reader.browser.post("/notices/read/", {"notice": public("ntc", one.id)})
    assert (answer.status_code, reader.unread()) == (303, before - 1)
    assert cards(reader.page("/notices/?unread=1")) == before - 1
    about = public("ord", reader.orders[0])
    narrowed = reader.page(f"/notices/?order={about}")
    assert cards(narrowed) == 1
    assert narrowed.count(f'value="{about}"') >= 1
    answer = reader.browser.post("/notices/read/", {"order": about})
    assert answer["Location"].endswith(f"?order={about}")
    assert {row.order_id for row in reader.notices() if row.read_at is None} <= {reader.orders[1]}
    reader.browser.post("/notices/read/")
    assert reader.unread() == 0
    assert "Nothing here" in reader.page("/notices/?unread=1")


def test_nobody_marks_anothers_notices_or_all_by_a_broken_name(reader: Reader) -> None:
    boris = Notice.objects.filter(person_id=reader.world.boris.person_id, read_at=None)
    theirs = boris.count()
    for name in (public("ntc", boris.latest("id").id), "ntc_1", "", public("ntc", new_id())):
        assert reader.browser.post("/notices/read/", {"notice": name}).status_code == 303
    assert (boris.count(), reader.unread()) == (theirs, 2)


def test_a_strangers_order_shows_nothing(reader: Reader) -> None:
    chen = reader.visitor(Person.objects.get(id=reader.world.chen.person_id))
    page = chen.get(f"/notices/?order={public('ord', reader.orders[0])}").content.decode()
    assert cards(page) == 0


def test_each_kind_is_chosen_on_one_page_which_says_what_cannot_be(reader: Reader) -> None:
    page = reader.page("/notices/choices/")
    for kind in CHOOSABLE:
        assert f'name="{kind}"' in page
    for kind in LEGAL:
        assert f'name="{kind}"' not in page
        assert sentence_of(kind, actor="The other side") in page
    assert "Because of: Confirm, reject or claim" in page
    given = {**dict.fromkeys(CHOOSABLE, "mail"), "message.sent": "digest", "order.closed": "console", "hour": "6"}
    assert reader.browser.post("/notices/choices/", given).status_code == 303
    chosen = queries.chosen(person_id=reader.person.id)
    assert (chosen.ways["message.sent"], chosen.ways["order.closed"], chosen.hour) == ("digest", "console", 6)
    assert re.search(r'<option value="6" selected', reader.page("/notices/choices/"))
    kept = list(Choice.objects.order_by("id").values())
    for wrong in ({"message.sent": "pigeon"}, {"hour": "24"}, {"hour": ""}):
        response = reader.browser.post("/notices/choices/", {**given, **wrong})
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
    # What is not offered is not taken, whatever a form brings.
    reader.browser.post("/notices/choices/", {**given, "lot.delivered": "console"})
    assert list(Choice.objects.order_by("id").values()) == kept
    assert queries.chosen(person_id=reader.world.boris.person_id).ways["message.sent"] == "mail"


def test_a_mailbox_that_is_gone_is_said_on_top_until_it_works_again(reader: Reader) -> None:
    assert "come back" not in reader.page()
    sent: Any = Notice.objects.filter(person_id=reader.person.id).latest("id")
    operations.send_waiting(now=reader.world.now)
    operations.bounced(notice_id=sent.id, verdict="dead", said="550 5.1.1 no such user", now=reader.world.now)
    for path in ("/notices/", "/notices/choices/"):
        page = reader.page(path)
        assert "E-mails to alma@example.com come back" in page
        assert "550 5.1.1 no such user" in page
    boris = reader.visitor(Person.objects.get(id=reader.world.boris.person_id))
    assert boris.post("/notices/address/").status_code == 303
    assert DeadAddress.objects.filter(ended_at=None).count() == 1
    assert reader.browser.post("/notices/address/").status_code == 303
    assert "Mails are sent to you again." in reader.page()
    assert "come back, so" not in reader.page()
