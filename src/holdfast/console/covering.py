"""The preview of cover as a reader sees it: rows with words for rules, situations and days.

It turns what was computed into the reader's language. It computes nothing and hides nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext, ngettext

from holdfast.claims.previews import Line, Shown
from holdfast.claims.promises import Lacking, Promise, Until
from holdfast.console.drafting.rows import KIND_WORDS
from holdfast.console.words import KINDS, word


@dataclass(frozen=True, slots=True)
class Row:
    """One reason: `answer` is a word's name, `until_at` a moment beside the words that explain it; `supposed` and
    `condition` are names too, of the case that the amounts are for and of what else has to be there."""

    reason: str
    situation: str
    answer: str
    rule: str
    keys: tuple[str, ...]
    terms: str
    missing: str
    held_minor: int
    released_minor: int | None
    until: str
    until_at: datetime | None
    is_certain: bool
    zone: str
    evidence: tuple[str, ...]
    supposed: str
    days_late: int | None
    on: date | None
    units: int
    condition: str
    otherwise_minor: int


@dataclass(frozen=True, slots=True)
class Gap:
    """What nothing could be claimed about, and what would make it enforceable."""

    about: str
    term: str
    obstacle: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the panel shows; amounts in minor units of `currency`."""

    currency: str
    cover_minor: int
    uncovered_minor: int
    programme: str
    tier: str
    line: Line | None
    unmeasurable: tuple[Gap, ...]
    unsaid: tuple[Gap, ...]
    of_buyer: tuple[Row, ...]
    of_supplier: tuple[Row, ...]
    exclusions: tuple[str, ...]


def panel(shown: Shown) -> Panel:
    """A preview in the reader's words."""
    found = shown.preview
    rows = [(one.by, _row(one)) for one in found.promises]
    gaps = [_gap(one) for one in found.lacking]
    return Panel(
        currency=found.currency,
        cover_minor=found.cover_minor,
        uncovered_minor=found.uncovered_minor,
        programme=f"{found.programme} {found.programme_version}",
        tier=shown.tier,
        line=shown.line,
        unmeasurable=tuple(gap for gap in gaps if gap.term),
        unsaid=tuple(gap for gap in gaps if not gap.term),
        of_buyer=tuple(row for by, row in rows if by == "buyer"),
        of_supplier=tuple(row for by, row in rows if by == "supplier"),
        exclusions=tuple(word("cover_exclusion", one.name) for one in found.exclusions),
    )


def _row(one: Promise) -> Row:
    worthless = one.covered and one.held_minor == 0 and not one.released_minor
    until = one.until
    return Row(
        reason=one.reason,
        situation=one.situation,
        answer="open" if worthless else "accepted" if one.covered else "denied",
        rule=f"{one.rule}.{one.situation}" if f"{one.rule}.{one.situation}" in KINDS["cover_rule"] else one.rule,
        keys=(one.rule, *one.keys),
        terms=", ".join(one.terms),
        missing=", ".join(_missing(name) for name in one.missing),
        held_minor=one.held_minor,
        released_minor=one.released_minor,
        until=_until(until),
        until_at=until.ends_at or until.on_schedule_at,
        is_certain=until.ends_at is not None,
        zone=until.zone,
        evidence=one.evidence,
        supposed=one.case.code,
        days_late=one.case.days_late,
        on=one.case.on,
        units=one.case.units,
        condition=one.condition.code if one.condition else "",
        otherwise_minor=one.condition.otherwise_minor if one.condition else 0,
    )


def _missing(name: str) -> str:
    known = KIND_WORDS.get(name)
    return word("cover_missing", name) if known is None or name in ("packaging", "fastness") else str(known)


def _gap(one: Lacking) -> Gap:
    return Gap(
        about=str(KIND_WORDS.get(one.about, one.about)),
        term=f"{one.term} ({one.subject})" if one.term else "",
        obstacle=word("cover_obstacle", one.obstacle),
        suggestion=word("cover_suggestion", one.about) if one.suggestion else "",
    )


def _until(until: Until) -> str:
    """`30 days after delivery`; without days, as long as the order is open."""
    if until.days is None:
        return gettext("as long as the order is open")
    anchors = [word("cover_anchor", name) for name in until.anchors]
    if len(anchors) == 1 or until.combine == "first":
        after = gettext(" or ").join(anchors)
    elif until.combine == "later_of":
        after = gettext("the later of %(days)s") % {"days": gettext(" and ").join(anchors)}
    else:
        after = gettext("the earlier of %(days)s") % {"days": gettext(" and ").join(anchors)}
    said = ngettext("%(days)s day after %(after)s", "%(days)s days after %(after)s", until.days)
    return said % {"days": until.days, "after": after}
