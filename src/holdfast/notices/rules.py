"""How a mail lives, what a mail server's answer means, when a digest is due: pure tables and functions.

A notice says that something happened and what must be done by when. It grants nothing and decides nothing.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from holdfast.kernel.lifecycle import Lifecycle, step
from holdfast.kernel.refusals import Refusal

MAIL = Lifecycle(
    "mail",
    "waiting",
    (
        step("send", "waiting", "sending", "clock"),
        step("accept", "sending", "accepted", "mail"),
        step("put_off", "sending", "waiting", "mail", "clock"),
        step("bounce", "sending", "bounced", "mail"),
        step("bounce", "accepted", "bounced", "mail"),
        step("retry", "accepted", "waiting", "mail"),
        step("give_up", "sending", "given_up", "clock"),
        step("give_up", "accepted", "given_up", "mail"),
        step("file", "sending", "filed", "clock"),
        step("keep", "waiting", "kept", "clock"),
        step("gather", "waiting", "gathered", "clock"),
        step("digest", "gathered", "digested", "clock"),
        step("keep", "gathered", "kept", "clock"),
        step("stop", "waiting", "stopped", "clock"),
    ),
)
"""`accepted`: the mail server answered 2xx. `filed`: written to a folder, because no mail server is configured. `kept`:
the reader wants it in the console only, maybe since it was gathered. `gathered`, `digested`: it waits for the reader's
digest, or went into one. `stopped`: not sent, since mails to the address come back."""

Way = Literal["mail", "digest", "console"]
"""How somebody wants a kind of notice: at once by mail, once a day with others, or in the console only."""
WAYS: tuple[Way, ...] = get_args(Way)

ACTING_ROLES = frozenset({"owner", "trader"})
"""Telling one of these is telling the side: they may do what a deadline asks for."""

REMIND_DAYS: Mapping[str, tuple[int, ...]] = {
    "claim.answer": (1,),
    "claim.escalate": (1,),
    "lot.receipt": (5, 1),
    "order.ship": (7, 2),
    "debt.remind": (),
}
"""Days before the end of a deadline on which a side is reminded, where its programme does not say; `debt.remind` is a
reminder itself."""
USUAL_REMIND_DAYS = (3, 1)
MOST_REMIND_DAYS = 14

MOST_ATTEMPTS = 9
STALE_AFTER = timedelta(minutes=15)
"""A mail that a process took and never answered for is taken again; its Message-ID tells the copies apart."""
MORNING = 8
"""The hour of a digest for who has chosen none."""

Verdict = Literal["dead", "refused", "later"]
"""What an answer says: nobody is at that address; this mail was not taken; it may be taken later."""

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
GONE = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"})
"""Subjects of RFC 3463 (and RFC 7505) that speak of the address: there is no such mailbox, system or way to it, or it
was closed or moved."""
FULL = frozenset({"2.2"})
"""A full mailbox may be emptied, whatever its server calls it."""
GONE_WITHOUT_STATUS = frozenset({550, 551, 553})
"""Answers to the recipient's address (RFC 5321, 4.2.2) of a server that gives no status of RFC 3463."""
FULL_WITHOUT_STATUS = frozenset({552})
PERMANENT = 500
"""Answers from here on mean that trying again is of no use (RFC 5321, 4.2.1)."""


class LegalNotice(Refusal):
    """A deadline or a loss hangs on this notice: it is always mailed at once and cannot be switched off."""

    status = 422


class LinkNotValid(Refusal):
    """This link is not one of ours, or is not whole. Choose in your account what is mailed to you."""

    status = 403


class NoDeliveryReport(Refusal):
    """This is no delivery report: a message of type multipart/report with a part message/delivery-status (RFC 3464)."""

    status = 422


class ReportTooLarge(Refusal):
    """This is larger than any delivery report."""

    status = 413


def next_attempt_after(*, attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts: a minute, then four times longer each time, at most a day.

    None when it is time to give up, after about three days.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return min(timedelta(minutes=4 ** (attempts - 1)), timedelta(days=1))


def verdict_on(*, status: str) -> Verdict:
    """What a status of RFC 3463 (`5.1.1`) says of a mail that was not delivered. `later` for one that is none."""
    found = ENHANCED.search(status)
    if found is None or found[1] != "5":
        return "later"
    subject = f"{int(found[2])}.{int(found[3])}"
    return "dead" if subject in GONE else "later" if subject in FULL else "refused"


def verdict_on_answer(*, code: int, said: str, of_address: bool) -> Verdict:
    """What a mail server's refusal says: by its status, where it gives one, else by its code. `of_address`: it was the
    answer to the recipient's address and not to the mail."""
    if code < PERMANENT:
        return "later"
    if ENHANCED.match(said.strip()):
        return verdict_on(status=said)
    if code in FULL_WITHOUT_STATUS and of_address:
        return "later"
    return "dead" if of_address and code in GONE_WITHOUT_STATUS else "refused"


def last_morning(*, now: datetime, zone: str, hour: int) -> datetime:
    """The latest moment, not after now, at which it was this hour of the day in a zone: what came before it is due."""
    here = ZoneInfo(zone)
    today = datetime.combine(now.astimezone(here).date(), time(hour), here)
    if today.timestamp() > now.timestamp():
        today = datetime.combine(today.date() - timedelta(days=1), time(hour), here)
    return today
