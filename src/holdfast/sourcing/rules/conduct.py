"""What may happen to a quotation and who may do it: the table, the refusals, the checks of time and turn.

These rules know sides, states, versions and moments. They refuse to know the database or the contract that follows.
"""

from datetime import date, datetime, timedelta
from typing import Literal

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.lifecycle import Lifecycle, step
from holdfast.kernel.refusals import Invalid, Refusal

SIDES = ("buyer", "supplier")
SELLERS = ("supplier", "agent")
"""The kinds of organisation that quote."""
BUYERS = ("buyer", "supplier", "agent")
"""The kinds of organisation that are quoted to."""
REASONS = ("price", "quantity", "lead_time", "specification", "cover", "capacity", "terms", "other")
"""Why a quotation is declined."""
MOST_VALID = timedelta(days=366)

QUOTATION = Lifecycle(
    "quotation",
    "offered",
    (
        step("revise", "offered", "offered", "supplier"),
        step("revise", "countered", "offered", "supplier"),
        step("counter", "offered", "countered", "buyer"),
        step("counter", "countered", "countered", "buyer"),
        step("accept", "offered", "accepted", "buyer"),
        step("accept", "countered", "accepted", "supplier"),
        step("decline", "offered", "declined", "buyer"),
        step("decline", "countered", "declined", "supplier"),
        step("withdraw", "offered", "withdrawn", "supplier"),
        step("withdraw", "countered", "withdrawn", "buyer"),
        step("expire", "offered", "expired", "clock"),
        step("expire", "countered", "expired", "clock"),
    ),
)
"""The author of the last version may withdraw it, the other side accepts or declines it."""
OPEN = ("offered", "countered")


class BuyerUnknown(Refusal):
    """There is no such organisation to quote to."""

    status = 422


class QuotedToOneself(Refusal):
    """A quotation goes to another organisation."""

    status = 422


class OtherVersion(Refusal):
    """The version you name is not the latest; read the quotation again."""


class QuotationExpired(Refusal):
    """The quotation is valid no longer."""


class StillValid(Refusal):
    """The quotation is still valid."""


class DirectPriceNotYours(Refusal):
    """A counter-offer names no direct price: what goods cost without protection is the supplier's to say."""

    status = 422


class ReasonMissing(Refusal):
    """Declining names a reason; in words, where none of the list fits."""

    status = 422


class DestinationMissing(Refusal):
    """The quotation does not say where the goods go; accepting it must."""

    status = 422


def open_verbs(*, state: str, side: str, due_at: datetime, now: datetime) -> tuple[str, ...]:
    """What a side may do now. Once the time is over nothing can be accepted or countered, but a new version may come
    until the clock has ended it."""
    verbs = QUOTATION.open_verbs(state=state, role=side)
    return tuple(verb for verb in verbs if now <= due_at or verb not in ("accept", "counter"))


def author(state: str) -> Literal["buyer", "supplier"]:
    """Whose the last version of an open quotation is."""
    return "buyer" if state == "countered" else "supplier"


def answerer(state: str) -> Literal["buyer", "supplier"]:
    """Whose move it is while a quotation is open."""
    return "supplier" if state == "countered" else "buyer"


def check_validity(*, valid_until: date, today: date) -> None:
    """A version is valid for at least today, and not out of sight. Refusal: `Invalid`."""
    last = today + MOST_VALID
    if not today <= valid_until <= last:
        accepted = {"from": today.isoformat(), "to": last.isoformat()}
        raise Invalid(field="valid_until", found=valid_until.isoformat(), accepted=accepted)


def check_in_time(*, due_at: datetime, now: datetime) -> None:
    """What is over cannot be taken up. Refusal: `QuotationExpired`."""
    if now > due_at:
        raise QuotationExpired(due_at=rfc3339(due_at))


def check_over(*, due_at: datetime, now: datetime) -> None:
    """What is valid does not expire. Refusal: `StillValid`."""
    if now <= due_at:
        raise StillValid(due_at=rfc3339(due_at))


def check_version(*, stated: int, latest: int) -> None:
    """Refusal: `OtherVersion`."""
    if stated != latest:
        raise OtherVersion(field="version", accepted=latest, found=stated)


def check_reason(*, reason: str, note: str) -> None:
    """Refusals: `Invalid` for a reason that is none, `ReasonMissing` where `other` is not said in words."""
    if reason not in REASONS:
        raise Invalid(field="reason", found=reason, accepted=list(REASONS))
    if reason == "other" and not note.strip():
        raise ReasonMissing(field="note", accepted="a few words")
