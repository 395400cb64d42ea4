"""Whoever must act is reminded on the days before that are set, once for each, and never of what was just said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from holdfast import jobs
from holdfast.api.shown import waits
from holdfast.notices import operations, words
from holdfast.notices.counted import counted
from holdfast.notices.kinds import REMINDER
from holdfast.notices.models import Notice
from holdfast.notices.operations.reminding import reminder_at, reminder_due
from holdfast.record import deadlines
from holdfast.record.deadlines import Deadline
from holdfast.record.models import Deadline as Row
from tests.world import World

NEW_YORK = "America/New_York"


@pytest.fixture
def world(db: None) -> World:
    made = World()
    operations.relay(now=made.now)
    return made


def reminders(world: World) -> list[Notice]:
    return list(Notice.objects.filter(kind=REMINDER, person_id=world.alma.person_id).order_by("id"))


def test_a_payment_is_reminded_of_three_days_and_one_day_before(world: World) -> None:
    order_id = world.signed_order()
    operations.relay(now=world.now)
    (due,) = [row for row in deadlines.open_for(order_id=order_id) if row.kind == "tranche.pay"]
    for days in (3, 1):
        at = reminder_at(due, days=days)
        assert operations.remind(now=at - timedelta(minutes=1)) == 0
        assert operations.remind(now=at) == 1
        assert operations.remind(now=at + timedelta(minutes=10)) == 0
    first, second = reminders(world)
    assert first.deadlines == second.deadlines == [due.id]
    assert "Pay what is due: by" in first.text
    assert not Notice.objects.filter(kind=REMINDER, person_id=world.boris.person_id).exists()
    # Nine in the morning where the buyer is.
    assert reminder_at(due, days=1).astimezone(UTC).hour in {13, 14}


def test_a_programme_may_name_other_days_and_a_missed_one_is_not_made_up_for_twice(world: World) -> None:
    order_id = world.signed_order()
    operations.relay(now=world.now)
    row = Row.objects.get(order_id=order_id, kind="tranche.pay")
    Row.objects.filter(id=row.id).update(basis={**row.basis, "remind_days": [7, 2]})
    (due,) = deadlines.open_for(order_id=order_id)
    assert operations.remind(now=reminder_at(due, days=3)) == 1
    assert operations.remind(now=reminder_at(due, days=2)) == 1
    assert operations.remind(now=reminder_at(due, days=1)) == 0


def test_nobody_is_reminded_of_what_was_told_within_a_day(world: World) -> None:
    order_id = world.signed_order()
    (due,) = deadlines.open_for(order_id=order_id)
    late = reminder_at(due, days=1)
    operations.relay(now=late - timedelta(hours=2))
    assert operations.remind(now=late) == 0
    assert reminders(world) == []


def test_what_stands_still_is_not_reminded_of(world: World) -> None:
    order_id = world.signed_order()
    operations.relay(now=world.now)
    (due,) = deadlines.open_for(order_id=order_id)
    Row.objects.filter(id=due.id).update(paused_at=world.now)
    assert operations.remind(now=reminder_at(due, days=3)) == 0


def test_the_clock_reminds_before_a_deadline_acts(world: World) -> None:
    order_id = world.signed_order()
    (due,) = deadlines.open_for(order_id=order_id)
    jobs.advance_to(start=world.now, until=due.due_at - timedelta(hours=1))
    assert [notice.deadlines for notice in reminders(world)] == [[due.id], [due.id]]
    assert Row.objects.get(id=due.id).reminded == 1


def deadline(**changes: object) -> Deadline:
    due = datetime(2026, 3, 16, 3, 59, 59, tzinfo=UTC)
    given = {"basis": {}, "notified_at": None, "attempts": 0, **changes}
    return Deadline(uuid4(), "lot.receipt", "lot", uuid4(), uuid4(), "buyer", due, NEW_YORK, **given)  # type: ignore[arg-type]


def test_the_days_of_a_kind_are_its_own() -> None:
    found = deadline()
    assert reminder_due(found, now=reminder_at(found, days=6)) is None
    assert reminder_due(found, now=reminder_at(found, days=5)) == 5
    assert reminder_due(deadline(reminded=5), now=reminder_at(found, days=2)) is None
    assert reminder_due(deadline(reminded=5), now=reminder_at(found, days=1)) == 1


CALENDAR = {
    "counts": "working_days",
    "days": 3,
    "places": ["US", "DE-BY"],
    "source": "holidays 0.1",
    "skipped": [{"on": "2026-03-13", "where": {"US": "A Day", "DE-BY": "weekend"}}],
    "weekends": ["2026-03-14", "2026-03-15"],
    "ends_in": "US",
    "moved_from": "2026-03-15",
    "unknown": ["DE-BY 2026"],
}
PAUSED = [{"from": "2026-03-10T12:00:00.000000Z", "because": "inspection", "subject": "bkg_1", "days_left": 4}]


def test_how_a_deadline_was_counted_is_said_in_the_reader_s_language() -> None:
    basis = {"calendar": CALENDAR, "paused": [{**PAUSED[0], "to": "x", "moved_days": 2}, *PAUSED]}
    held = deadline(basis=basis, paused_at=datetime(2026, 3, 10, 12, tzinfo=UTC))
    said = {}
    for language in ("en", "es", "zh-hans"):
        with translation.override(language):
            said[language] = counted(basis=held.basis, zone=held.zone, paused_at=held.paused_at)
    assert said["en"] == (
        "Counted in days that are worked in United States, Germany (BY).",
        "Skipped: Mar 13, 2026 (United States: A Day; Germany (BY): weekend).",
        "It would have ended on Mar 15, 2026, which is not worked there.",
        "No holidays are known of DE-BY 2026: only weekends were left out there.",
        "An inspection that began on Mar 10, 2026 held it up for 2 days.",
        "It stands still since Mar 10, 2026 because an inspection is under way, with 4 days left.",
    )
    assert "Estados Unidos" in said["es"][0]
    assert "美国" in said["zh-hans"][0]
    assert len({len(one) for one in said.values()}) == 1
    reader = words.Reader("Alma", "en", NEW_YORK)
    told = words.tell(kind="lot.delivered", number="1", actor="", reader=reader, deadlines=[held], link="l")
    assert all(sentence in told.text for sentence in said["en"])
    assert counted(basis={"rule": "x"}, zone="UTC") == ()


def test_the_api_and_the_console_say_the_same(world: World) -> None:
    held = deadline(basis={"calendar": CALENDAR, "paused": PAUSED}, paused_at=world.now)
    shown = waits(held)
    assert shown["counted"] == list(counted(basis=held.basis, zone=held.zone, paused_at=held.paused_at))
    assert shown["paused_at"] is not None
