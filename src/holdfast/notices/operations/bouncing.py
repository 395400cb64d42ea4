"""What mail servers send back: a mail that came back counts as never delivered, and an address that is gone is told of.

It knows reports and what they do to a notice, its deadlines and its address. Who reads them in is for the ways in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound, OutOfState
from holdfast.notices import links, reports
from holdfast.notices.kinds import DEAD
from holdfast.notices.models import DeadAddress, Notice
from holdfast.notices.operations.keeping import News, keep, notice
from holdfast.notices.operations.people import Addressee, administrators, colleagues
from holdfast.notices.rules import MAIL, Verdict, next_attempt_after, verdict_on
from holdfast.parties.models import Person
from holdfast.record import deadlines
from holdfast.record.act import Act
from holdfast.record.recording import Recording

_LONGEST_ANSWER = 500
Effect = Literal["dead", "refused", "later", "nothing"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a report was about and came to. `notice_id` is None where it speaks of no mail of ours; `effect` is
    `nothing` where it is known already, says of no failure, or speaks of no mail of ours."""

    notice_id: UUID | None
    delivery: str | None
    effect: Effect
    status: str
    said: str


def take_report(*, content: bytes, now: datetime) -> Taken:
    """Take in one delivery report as it came by mail. Known by its content: taken in twice, it does nothing more.

    Refusals: `NoDeliveryReport`, `ReportTooLarge`.
    """
    report = reports.read(content)
    row = Notice.objects.filter(id=report.notice_id).first() if report.notice_id and _believed(report) else None
    if row is None:
        return Taken(None, None, "nothing", report.status, report.said)
    effect: Effect = "nothing"
    if report.action == "failed":
        verdict = verdict_on(status=report.status)
        try:
            bounced(notice_id=row.id, verdict=verdict, said=report.said, now=now)
            effect = verdict
        except OutOfState:
            row.refresh_from_db()
    delivery = Notice.objects.values_list("state", flat=True).get(id=row.id)
    return Taken(row.id, delivery, effect, report.status, report.said)


def _believed(report: reports.Report) -> bool:
    """Where reports come to an address of each mail's own, only what came there speaks of it: its name alone stands in
    every answer to it, and mails are stopped by such a report."""
    if not settings.MAIL_BOUNCES or report.notice_id is None:
        return True
    return links.is_proven(notice_id=report.notice_id, told=report.proof)


def hand_in(*, act: Act, content: bytes) -> Taken:
    """A program hands a report in: taken in, and answered once for its key. Refusals as of `take_report`."""
    with transaction.atomic():
        taken = take_report(content=content, now=act.now)
        result: Taken = Recording(act).write(taken)
        return result


def bounced(*, notice_id: UUID, verdict: Verdict, said: str, now: datetime) -> None:
    """A mail that was accepted came back: it counts as never delivered for every deadline that is still to come, and
    one that may be taken `later` is sent again. Refusals: `NotFound`, `OutOfState`."""
    with transaction.atomic():
        row = Notice.objects.select_for_update().filter(id=notice_id).first()
        if row is None:
            raise NotFound
        wait = next_attempt_after(attempts=row.attempts) if verdict == "later" else None
        verb = "bounce" if verdict != "later" else "retry" if wait else "give_up"
        state = MAIL.step(state=row.state, verb=verb, role="mail")
        changes = {"state": state, "answer": said[:_LONGEST_ANSWER], "not_before": now + wait if wait else None}
        Notice.objects.filter(id=notice_id).update(**changes)
        _take_back(row, now)
        if verdict == "dead":
            mark_dead(notice=row, said=said, now=now)


def _take_back(row: Notice, now: datetime) -> None:
    for deadline_id in row.deadlines:
        same = Notice.objects.filter(order_id=row.order_id, deadlines__contains=[deadline_id])
        others = same.filter(state="accepted")
        told_at = others.aggregate(first=Min("accepted_at"))["first"]
        deadlines.take_back_notice(deadline_id=deadline_id, still_told_at=told_at, at=now)


def mark_dead(*, notice: Notice, said: str, now: datetime) -> None:
    """Nobody is at this address: nothing more is sent there; its person reads of it in the console, the other members
    of their organisations and the operator's administrators are told. Call it inside a transaction."""
    row = DeadAddress(id=new_id(), address=notice.address, notice_id=notice.id, said=said[:_LONGEST_ANSWER], since=now)
    DeadAddress.objects.bulk_create([row], ignore_conflicts=True)
    if not DeadAddress.objects.filter(id=row.id).exists():
        return
    Notice.objects.filter(address=notice.address, state="waiting").update(state="stopped")
    person = Person.objects.filter(email=notice.address, is_active=True).first()
    if person is not None:
        _tell_of(row, person, now)


def _tell_of(row: DeadAddress, person: Person, now: datetime) -> None:
    about = f"{person.get_full_name()} ({row.address})"
    own = [to for to in colleagues(person_id=person.id) if to.person.id == person.id]
    others = [to for to in [*colleagues(person_id=person.id), *administrators()] if to.person.id != person.id]
    mine = [to for to in administrators() if to.person.id == person.id]
    told: list[tuple[Addressee, str]] = [(to, "/notices/choices/") for to in (own or mine)[:1]]
    told += [(to, "/" if to.organisation_id is None else "/organisation/") for to in others]
    found = [notice(news=News(DEAD, row.id, None, None, about, path), to=to) for to, path in told]
    keep(found=found, now=now)


def works_again(*, act: Act, address: str) -> bool:
    """Somebody says that their own address takes mails again; answers whether it counted as gone."""
    rows = DeadAddress.objects.filter(address=address, ended_at=None)
    return rows.update(ended_at=act.now) == 1
