"""Sends notices by mail: take a few, commit, talk to the mail server, write down what it answered.

It knows the answers of mail servers. Whether a notice arrived in time for a deadline is for the register to judge.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Min, Q

from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import NotFound
from holdfast.notices.models import Notice
from holdfast.notices.rules import MAIL, STALE_AFTER, next_attempt_after
from holdfast.record import deadlines

log = logging.getLogger(__name__)
BATCH = 50
SMTP = "django.core.mail.backends.smtp.EmailBackend"
_LONGEST_ANSWER = 500
PERMANENT = 500
"""Answers from here on mean that trying again is of no use (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt: `accepted`, `bounced`, or `failed`, which is tried again."""

    outcome: str
    said: str


def send_waiting(*, now: datetime, limit: int = BATCH) -> int:
    """Send up to `limit` mails that are due; answers how many the mail server accepted. Call it outside a
    transaction: no row is locked while the mail server is talked to."""
    taken = _take(now, limit)
    if not taken:
        return 0
    accepted = 0
    connection = get_connection(fail_silently=False)
    try:
        for notice in taken:
            answer = _send(connection, notice)
            _write_outcome(notice, answer, now)
            accepted += answer.outcome == "accepted"
    finally:
        _close(connection)
    return accepted


def bounced(*, notice_id: UUID, said: str) -> None:
    """A mail that was accepted came back: it counts as never delivered. Refusals: `NotFound`, `OutOfState`."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(id=notice_id).first()
        if notice is None:
            raise NotFound
        state = MAIL.step(state=notice.state, verb="bounce", role="mail")
        Notice.objects.filter(id=notice_id).update(state=state, answer=said[:_LONGEST_ANSWER])
        for deadline_id in notice.deadlines:
            same = Notice.objects.filter(order_id=notice.order_id, deadlines__contains=[deadline_id])
            others = same.filter(state="accepted")
            told_at = others.aggregate(first=Min("accepted_at"))["first"]
            deadlines.take_back_notice(deadline_id=deadline_id, still_told_at=told_at)


def _take(now: datetime, limit: int) -> list[Notice]:
    ready = Q(state="waiting") & (Q(not_before=None) | Q(not_before__lte=now))
    with transaction.atomic():
        stale = Notice.objects.filter(state="sending", taken_at__lt=now - STALE_AFTER)
        stale.update(state="waiting")
        rows = Notice.objects.filter(ready).order_by("created_at", "id").select_for_update(skip_locked=True)
        taken = list(rows[:limit])
        Notice.objects.filter(id__in=[row.id for row in taken]).update(
            state="sending", taken_at=now, attempts=F("attempts") + 1
        )
    return taken


def _send(connection: BaseEmailBackend, notice: Notice) -> Answer:
    try:
        connection.send_messages([_message(notice)])
    except SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        return Answer("bounced" if code >= PERMANENT else "failed", f"{code} {_text(said)}")
    except SMTPDataError as refused:
        outcome = "bounced" if refused.smtp_code >= PERMANENT else "failed"
        return Answer(outcome, f"{refused.smtp_code} {_text(refused.smtp_error)}")
    except (SMTPException, OSError, ValueError) as fault:
        # The connection may be in any state now; the next mail opens a new one.
        _close(connection)
        log.warning("mail %s could not be sent: %s", notice.id, fault)
        return Answer("failed", str(fault))
    return Answer("accepted", "")


def _message(notice: Notice) -> EmailMessage:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    headers = {
        # The same for every attempt, so that a copy sent twice is known as one.
        "Message-ID": f"<{public('ntc', notice.id)}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject=notice.subject, body=notice.text, to=[notice.address], headers=headers)


def _write_outcome(notice: Notice, answer: Answer, now: datetime) -> None:
    changes: dict[str, object] = {"answer": answer.said[:_LONGEST_ANSWER]}
    match answer.outcome:
        case "accepted" if settings.EMAIL_BACKEND == SMTP or settings.SANDBOX:
            changes |= {"state": "accepted", "accepted_at": now}
        case "accepted":
            # A file in a folder has reached nobody; no deadline may run on it.
            changes |= {"state": "filed"}
        case "bounced":
            changes |= {"state": "bounced"}
        case _:
            wait = next_attempt_after(attempts=notice.attempts + 1)
            changes |= {"state": "waiting", "not_before": now + wait} if wait else {"state": "given_up"}
    with transaction.atomic():
        # If another process took the mail over meanwhile, its answer counts and not ours.
        ours = Notice.objects.filter(id=notice.id, state="sending", attempts=notice.attempts + 1)
        if ours.update(**changes) and changes["state"] == "accepted" and notice.deadlines:
            deadlines.notified(deadline_ids=notice.deadlines, at=now)


def _text(said: bytes | str | Iterable[bytes]) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (SMTPException, OSError):
        log.debug("the mail server had gone already")
