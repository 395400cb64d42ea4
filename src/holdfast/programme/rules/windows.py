"""Until when a claim may be opened, by reason and by what has happened.

It knows anchors and days; whether the reason is covered at all is another question (`coverage`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from holdfast.kernel.clock import days_after
from holdfast.programme.document import REASONS, Programme, WindowRule
from holdfast.programme.refusals import ReasonUnknown


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What is known of one lot (or of what has not come): local dates, and the zone of who would claim."""

    zone: str
    delivered_on: date | None = None
    receipt_confirmed_on: date | None = None
    expected_delivery_on: date | None = None
    expected_ship_on: date | None = None
    shipped_on: date | None = None
    order_closed_on: date | None = None
    event_on: date | None = None
    """The event complained of, for the supplier's reasons."""
    receipt_deadline_at: datetime | None = None
    """As extended, if delivery has started it."""


@dataclass(frozen=True, slots=True)
class Window:
    """The last moment to claim; None while the window stays open."""

    ends_at: datetime | None
    rule: str
    anchor: str
    """The anchor that decided, or the one it waits for."""
    zone: str

    def open_at(self, at: datetime) -> bool:
        """Whether a claim may be opened at this moment; the last second belongs to the window."""
        return self.ends_at is None or at < self.ends_at + timedelta(seconds=1)


def claim_window(*, programme: Programme, reason: str, facts: WindowFacts) -> Window:
    """The window of a reason. A reason without a window stays open while the order does.

    Refusals: `ReasonUnknown`.
    """
    if reason not in REASONS:
        raise ReasonUnknown(field="reason", accepted=list(REASONS), reason=reason)
    rule = programme.window.get(reason)
    if rule is None:
        return Window(ends_at=None, rule="window.none", anchor="", zone=facts.zone)
    anchor, day = _anchor(rule=rule, facts=facts)
    if day is None:
        return Window(ends_at=None, rule="window.anchor_has_not_happened", anchor=anchor, zone=facts.zone)
    ends_at = days_after(day, rule.days, facts.zone)
    if facts.receipt_deadline_at is not None and facts.receipt_deadline_at > ends_at:
        return Window(facts.receipt_deadline_at, "window.not_before_receipt", "receipt_deadline", facts.zone)
    return Window(ends_at, f"window.{reason}", anchor, facts.zone)


def _anchor(*, rule: WindowRule, facts: WindowFacts) -> tuple[str, date | None]:
    """Which anchor counts and its day; no day while it has not happened."""
    days: list[tuple[str, date | None]] = [(name, getattr(facts, f"{name}_on")) for name in rule.anchors]
    known = [(day, name) for name, day in days if day is not None]
    match rule.combine:
        case "later_of":
            # An anchor that has not happened will be later than all that have: the window stays open.
            waiting = [name for name, day in days if day is None]
            if waiting:
                return waiting[0], None
            chosen: tuple[date, str] | None = max(known, key=lambda pair: pair[0])
        case "earlier_of":
            chosen = min(known, key=lambda pair: pair[0]) if known else None
        case _:
            chosen = known[0] if known else None
    return (rule.anchors[0], None) if chosen is None else (chosen[1], chosen[0])
