"""What a person chooses holds for them, for that kind, and never for what a deadline hangs on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.test import Client

from holdfast import jobs
from holdfast.database.connection import Access
from holdfast.kernel.refusals import Invalid
from holdfast.notices import links, operations, queries
from holdfast.notices.kinds import CHOOSABLE, DIGEST, LEGAL
from holdfast.notices.models import Choice, Notice
from holdfast.notices.operations import keeping
from holdfast.notices.rules import LegalNotice, LinkNotValid, last_morning
from holdfast.parties.models import Person
from tests.notices.post import Post, state
from tests.record.stage import NOW
from tests.world import World, refuses

pytestmark = pytest.mark.database


def person(**changes: Any) -> Person:
    return Person.objects.create(
        **{"email": "paula@example.com", "name": "Paula", "time_zone": "Europe/Madrid", **changes}
    )


def told(who: Person, kind: str = "message.sent", *, at: datetime = NOW, **changes: Any) -> Notice:
    row = Notice(
        **{
            "kind": kind,
            "about_id": uuid4(),
            "person_id": who.id,
            "address": who.email,
            "language": who.language,
            "subject": f"About {kind}",
            "text": "Hello\n",
            "path": "/orders/ord_1/",
            **changes,
        }
    )
    keeping.keep(found=[row], now=at)
    return Notice.objects.get(id=row.id)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- choices -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_choice_holds_for_one_person_and_one_kind() -> None:
    paula, other = person(), person(email="other@example.com")
    operations.choose(person_id=paula.id, ways={"message.sent": "console", "order.closed": "digest"}, hour=6)
    states = [told(paula).state, told(paula, "order.closed").state, told(paula, "refund.sent").state, told(other).state]
    assert states == ["kept", "gathered", "waiting", "waiting"]
    chosen = queries.chosen(person_id=paula.id)
    assert (chosen.hour, chosen.ways["message.sent"], chosen.ways["refund.sent"]) == (6, "console", "mail")
    operations.choose(person_id=paula.id, ways={"message.sent": "mail"})
    assert told(paula).state == "waiting"
    assert queries.chosen(person_id=paula.id).hour == 6


@pytest.mark.django_db
def test_what_a_deadline_hangs_on_cannot_be_switched_off() -> None:
    paula = person()
    for kind in LEGAL:
        with refuses(LegalNotice, field=kind):
            operations.choose(person_id=paula.id, ways={"message.sent": "console", kind: "console"})
    with refuses(Invalid, field="weather.changed"):
        operations.choose(person_id=paula.id, ways={"weather.changed": "mail"})
    with refuses(Invalid, field="message.sent", accepted=["mail", "digest", "console"]):
        operations.choose(person_id=paula.id, ways={"message.sent": "pigeon"})
    with refuses(Invalid, field="hour"):
        operations.choose(person_id=paula.id, ways={}, hour=24)
    # Nor if a row said so, nor for a kind that is free when this one sets a deadline.
    for kind in LEGAL:
        Choice.objects.create(id=uuid4(), person_id=paula.id, kind=kind, way="console")
        assert told(paula, kind).state == "waiting"
    operations.choose(person_id=paula.id, ways={"message.sent": "digest"})
    assert told(paula, deadlines=[uuid4()]).state == "waiting"


def test_every_kind_that_sets_a_deadline_in_an_orders_life_is_legal(world: World) -> None:
    """Everything is switched off, and still each notice that a deadline hangs on is mailed at once."""
    for who in (world.alma.person_id, world.boris.person_id):
        operations.choose(person_id=who, ways=dict.fromkeys(CHOOSABLE, "console"))
    order_id, shipment = world.shipped()
    jobs.run_all(now=world.now)
    world.days_pass(20)
    world.delivers(shipment.id)
    jobs.run_all(now=world.now)
    world.receives(order_id)
    jobs.run_all(now=world.now)
    rows = Notice.objects.filter(order_id=order_id)
    with_deadlines = [row for row in rows if row.deadlines]
    assert {row.kind for row in with_deadlines} >= {"lot.delivered"}
    assert {row.state for row in with_deadlines} == {"accepted"}
    assert {row.state for row in rows if row.kind not in LEGAL and not row.deadlines} == {"kept"}


# --- the link in a mail ------------------------------------------------------------------------------------------


def token(who: UUID, kind: str) -> str:
    return links.link(person_id=who, kind=kind).split("/notices/stop/")[1].rstrip("/")


@pytest.mark.django_db
def test_a_mail_names_the_link_that_stops_its_kind_and_a_legal_one_says_why_there_is_none(post: Post) -> None:
    paula = person()
    told(paula)
    told(paula, "lot.delivered")
    told(paula, "order.closed", deadlines=[uuid4()])
    assert operations.send_waiting(now=NOW) == 3
    free, legal, with_deadline = post.received
    link = links.link(person_id=paula.id, kind="message.sent")
    assert free["List-Unsubscribe"].strip() == f"<{link}>"
    assert free["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in free.get_content()  # type: ignore[attr-defined]
    for mail in (legal, with_deadline):
        assert mail["List-Unsubscribe"] is None
        assert "cannot be switched off" in mail.get_content()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_looking_at_the_link_changes_nothing_and_one_click_stops_that_kind_for_that_person() -> None:
    paula, other = person(language="es"), person(email="other@example.com")
    browser, path = Client(enforce_csrf_checks=True), f"/notices/stop/{token(paula.id, 'message.sent')}/"
    page = browser.get(path)
    assert page.status_code == 200
    assert "paula@example.com" in page.content.decode()
    assert "le ha escrito" in page.content.decode()
    assert not Choice.objects.exists()
    # As a mail program sends it: no cookie, no token, nobody signed in.
    done = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert list(Choice.objects.values_list("person_id", "kind", "way")) == [(paula.id, "message.sent", "console")]
    assert [told(who).state for who in (paula, other)] == ["kept", "waiting"]
    assert browser.post(path).status_code == 200


@pytest.mark.django_db
def test_a_link_opens_nothing_else() -> None:
    paula, other = person(), person(email="other@example.com")
    whole = token(paula.id, "message.sent")
    forged = [
        whole.replace(paula.id.hex, other.id.hex),
        whole.replace("message.sent", "order.closed"),
        *(whole[:-1], "x", f"{paula.id.hex}.message.sent"),
        token(paula.id, "weather.changed"),
        token(uuid4(), "message.sent"),
    ]
    browser = Client()
    for one in forged:
        with refuses_nothing():
            assert browser.get(f"/notices/stop/{one}/").status_code == 403
            assert browser.post(f"/notices/stop/{one}/").status_code == 403
    with pytest.raises(LinkNotValid):
        links.opened("x")
    for kind in LEGAL:
        with refuses_nothing():
            assert browser.post(f"/notices/stop/{token(paula.id, kind)}/").status_code in {403, 422}


def refuses_nothing() -> Any:
    """Whatever is asked, nobody's choices change."""
    from contextlib import contextmanager

    @contextmanager
    def unchanged() -> Any:
        before = list(Choice.objects.values())
        yield
        assert list(Choice.objects.values()) == before

    return unchanged()


# --- the digest --------------------------------------------------------------------------------------------------


def digests() -> list[Notice]:
    return list(Notice.objects.filter(kind=DIGEST).order_by("id"))


@pytest.mark.django_db
def test_a_digest_comes_at_the_hour_of_the_readers_own_morning_with_each_notice_once(post: Post) -> None:
    paula = person(language="es")
    operations.choose(person_id=paula.id, ways={"message.sent": "digest", "order.closed": "digest"}, hour=7)
    first = told(paula, at=at("2026-03-02T20:00"))
    second = told(paula, "order.closed", at=at("2026-03-03T05:30"))
    # 7:00 in Madrid is 6:00 UTC in March before the clocks change.
    assert operations.send_digests(now=at("2026-03-03T05:59")) == 0
    assert operations.send_digests(now=at("2026-03-03T06:00")) == 1
    late = told(paula, at=at("2026-03-03T06:00"))
    assert operations.send_digests(now=at("2026-03-03T23:00")) == 0
    (digest,) = digests()
    assert [state(row) for row in (first, second, late)] == ["digested", "digested", "gathered"]
    assert {Notice.objects.get(id=row.id).digest_id for row in (first, second)} == {digest.id}
    assert operations.send_waiting(now=at("2026-03-03T06:00")) == 1
    (mail,) = post.received
    said = mail.get_content()  # type: ignore[attr-defined]
    assert mail["Subject"].startswith("Sus avisos desde lun, 2 mar 2026, 21:00")
    assert said.index("About message.sent (lun, 2 mar 2026, 21:00)") < said.index("About order.closed")
    assert said.count("About message.sent") == 1
    assert "/orders/ord_1/" in said
    assert mail["List-Unsubscribe"].strip() == f"<{links.link(person_id=paula.id, kind=DIGEST)}>"
    # The next morning has the one that came too late for this; the one after it has none.
    assert operations.send_digests(now=at("2026-03-04T06:00")) == 1
    assert operations.send_digests(now=at("2026-03-05T06:00")) == 0
    assert state(late) == "digested"
    # A digest is no news: neither listed nor counted.
    assert [row.kind for row in queries.page(person_id=paula.id).notices] == [
        "message.sent",
        "order.closed",
        "message.sent",
    ]
    assert queries.unread(person_id=paula.id) == 3


@pytest.mark.django_db
def test_who_can_sign_in_no_more_gets_no_digest() -> None:
    paula = person()
    operations.choose(person_id=paula.id, ways={"message.sent": "digest"})
    row = told(paula)
    Person.objects.filter(id=paula.id).update(is_active=False)
    assert (operations.send_digests(now=NOW + timedelta(days=2)), digests()) == (0, [])
    Person.objects.filter(id=paula.id).update(is_active=True)
    assert operations.send_digests(now=NOW + timedelta(days=2)) == 1
    assert state(row) == "digested"


@pytest.mark.django_db
def test_ending_the_digest_by_its_link_leaves_its_kinds_in_the_console() -> None:
    paula = person()
    operations.choose(person_id=paula.id, ways={"message.sent": "digest", "order.closed": "console"})
    assert Client().post(f"/notices/stop/{token(paula.id, DIGEST)}/").status_code == 200
    assert [told(paula).state, told(paula, "order.closed").state, told(paula, "refund.sent").state] == [
        *("kept", "kept"),
        "waiting",
    ]


@pytest.mark.django_db
def test_what_was_gathered_before_the_digest_was_ended_by_its_link_goes_out_no_more() -> None:
    paula = person()
    operations.choose(person_id=paula.id, ways={"message.sent": "digest", "order.closed": "digest"})
    gathered, wanted = told(paula), told(paula, "order.closed")
    assert state(gathered) == state(wanted) == "gathered"
    operations.choose(person_id=paula.id, ways={"message.sent": "console"})
    morning = NOW + timedelta(days=1)
    assert operations.send_digests(now=morning) == 1
    assert (state(gathered), state(wanted)) == ("kept", "digested")
    late = told(paula, "order.closed", order_id=uuid4())
    assert state(late) == "gathered"
    assert Client().post(f"/notices/stop/{token(paula.id, DIGEST)}/").status_code == 200
    assert operations.send_digests(now=NOW + timedelta(days=9)) == 0
    assert state(late) == "kept"
    assert len(digests()) == 1


@pytest.mark.parametrize(
    ("now", "zone", "hour", "expected"),
    [
        ("2026-03-03T06:00", "Europe/Madrid", 7, "2026-03-03T06:00"),
        ("2026-03-03T05:59", "Europe/Madrid", 7, "2026-03-02T06:00"),
        ("2026-03-29T12:00", "Europe/Madrid", 7, "2026-03-29T05:00"),
        # On the night the clocks go forward there is no half past two: the hour that takes its place counts.
        ("2026-03-29T12:00", "Europe/Madrid", 2, "2026-03-29T01:00"),
        ("2026-03-02T23:30", "Asia/Shanghai", 7, "2026-03-02T23:00"),
        ("2026-03-02T00:30", "America/New_York", 20, "2026-03-02T01:00"),
    ],
)
def test_a_morning_is_that_of_the_readers_zone(now: str, zone: str, hour: int, expected: str) -> None:
    found = last_morning(now=at(now), zone=zone, hour=hour).astimezone(UTC)
    if expected > now:
        assert found == at(expected) - timedelta(days=1)
    else:
        assert found == at(expected)


@pytest.mark.own_database
def test_however_many_workers_make_a_digest_and_one_is_killed_over_it_each_notice_comes_once(
    own_database: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    paula = person(time_zone="UTC")
    operations.choose(person_id=paula.id, ways={"message.sent": "digest"})
    rows = [told(paula, at=at("2026-03-02T20:00")) for _ in range(3)]
    morning = at("2026-03-03T08:00")

    def killed(**_given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        # Dies after the digest is written and before its notices are marked.
        patched.setattr("holdfast.notices.operations.digest.keep", killed)
        with pytest.raises(KeyboardInterrupt):
            operations.send_digests(now=morning)
    assert (digests(), {state(row) for row in rows}) == ([], {"gathered"})
    with psycopg.connect(**own_database.for_psycopg()) as other:
        # Another worker is in the middle of the same digest: it ends, and then there is nothing left to do.
        other.execute("SELECT 1 FROM notices_notice WHERE state = 'gathered' FOR UPDATE")
        from threading import Thread

        found: list[int] = []
        thread = Thread(target=lambda: found.append(_in_own_connection(morning)))
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()
        digest_id = uuid4()
        other.execute(
            "UPDATE notices_notice SET state = 'digested', digest_id = %s WHERE state = 'gathered'", [digest_id]
        )
        other.commit()
        thread.join(timeout=20)
    assert found == [0]
    assert digests() == []


def _in_own_connection(now: datetime) -> int:
    from django.db import connections

    try:
        return operations.send_digests(now=now)
    finally:
        connections.close_all()
