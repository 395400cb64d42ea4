"""Sends notices by mail: take a few, commit, talk to the mail server, write down what it answered.

It knows the answers of mail servers. Whether a notice arrived in time for a deadline is for the register to judge.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q

from holdfast.kernel.identifiers import public
from holdfast.notices import links, words
from holdfast.notices.kinds import DIGEST, LEGAL
from holdfast.notices.models import Notice
from holdfast.notices.operations.bouncing import mark_dead
from holdfast.notices.rules import STALE_AFTER, next_attempt_after, verdict_on_answer
from holdfast.record import deadlines

log = logging.getLogger(__name__)
BATCH = 50
SMTP = "django.core.mail.backends.smtp.EmailBackend"
_LONGEST_ANSWER = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt. `failed` is tried again; `away` too, and the next mail would fare the same; after
    `dead` nothing more is sent to that address."""

    outcome: Literal["accepted", "refused", "dead", "failed", "away"]
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
        for place, notice in enumerate(taken):
            answer = _send(connection, notice)
            _write_outcome(notice, answer, now)
            accepted += answer.outcome == "accepted"
            if answer.outcome == "away":
                # A server that hangs holds up one mail and not fifty, and costs the others no attempt.
                _give_back(taken[place + 1 :])
                break
    finally:
        _close(connection)
    return accepted


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


def _give_back(rows: Sequence[Notice]) -> None:
    for row in rows:
        ours = Notice.objects.filter(id=row.id, state="sending", attempts=row.attempts + 1)
        ours.update(state="waiting", attempts=row.attempts)


def _send(connection: BaseEmailBackend, notice: Notice) -> Answer:
    try:
        connection.send_messages([_message(notice)])
    except SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        return _refused(code, said, of_address=True)
    except SMTPDataError as refused:
        return _refused(refused.smtp_code, refused.smtp_error, of_address=False)
    except (OSError, ValueError) as fault:
        # The connection may be in any state now; the next mail opens a new one.
        _close(connection)
        log.warning("mail %s could not be sent: %s", notice.id, fault)
        # What is no answer to this mail (an SMTPException is an OSError, too) says that the server is not there,
        # hangs, or will not have us; a header that cannot be written is the mail's own fault.
        return Answer("away" if isinstance(fault, OSError) else "failed", str(fault))
    return Answer("accepted", "")


def _refused(code: int, said: bytes | str | Iterable[bytes], *, of_address: bool) -> Answer:
    text = _text(said)
    verdict = verdict_on_answer(code=code, said=text, of_address=of_address)
    return Answer("failed" if verdict == "later" else verdict, f"{code} {text}")


def _message(notice: Notice) -> EmailMessage:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    name = public("ntc", notice.id)
    headers = {
        # The same for every attempt, so that a copy sent twice is known as one.
        "Message-ID": f"<{name}@{host}>",
        "Auto-Submitted": "auto-generated",
        "From": settings.DEFAULT_FROM_EMAIL,
    }
    stop = None
    if links.can_be_stopped(notice.kind) and not notice.deadlines:
        stop = links.link(person_id=notice.person_id, kind=notice.kind)
        # RFC 8058: the mail program sends the header's own words there, and asks nobody to sign in.
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    footer = words.footer(
        language=notice.language,
        is_legal=stop is None and (notice.kind in LEGAL or bool(notice.deadlines)),
        is_digest=notice.kind == DIGEST,
        link=stop or f"{settings.PUBLIC_URL}/notices/choices/",
    )
    body = f"{notice.text}\n-- \n{footer}\n"
    return EmailMessage(
        subject=notice.subject, body=body, from_email=_envelope_sender(notice), to=[notice.address], headers=headers
    )


def _envelope_sender(notice: Notice) -> str:
    """Where a mail that cannot be delivered comes back to: an address that names the notice and proves it, if there is
    a mailbox for such; else the sender's."""
    local, at, domain = settings.MAIL_BOUNCES.partition("@")
    name = f"{public('ntc', notice.id)}-{links.proof(notice_id=notice.id)}"
    return f"{local}+{name}@{domain}" if at else settings.DEFAULT_FROM_EMAIL


def _write_outcome(notice: Notice, answer: Answer, now: datetime) -> None:
    changes: dict[str, object] = {"answer": answer.said[:_LONGEST_ANSWER]}
    match answer.outcome:
        case "accepted" if settings.EMAIL_BACKEND == SMTP or settings.SANDBOX:
            changes |= {"state": "accepted", "accepted_at": now}
        case "accepted":
            # A file in a folder has reached nobody; no deadline may run on it.
            changes |= {"state": "filed"}
        case "refused" | "dead":
            changes |= {"state": "bounced"}
        case _:
            wait = next_attempt_after(attempts=notice.attempts + 1)
            changes |= {"state": "waiting", "not_before": now + wait} if wait else {"state": "given_up"}
    with transaction.atomic():
        # If another process took the mail over meanwhile, its answer counts and not ours.
        ours = Notice.objects.filter(id=notice.id, state="sending", attempts=notice.attempts + 1)
        if not ours.update(**changes):
            return
        if changes["state"] == "accepted" and notice.deadlines:
            deadlines.notified(deadline_ids=notice.deadlines, at=now)
        if answer.outcome == "dead":
            mark_dead(notice=notice, said=answer.said, now=now)


def _text(said: bytes | str | Iterable[bytes]) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (SMTPException, OSError):
        log.debug("the mail server had gone already")
