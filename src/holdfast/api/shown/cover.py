"""How a supplier's line looks from outside, and what a contract would be worth in a claim."""

from typing import Any

from ninja import Schema

from holdfast.api.shown import moment
from holdfast.claims.previews import Shown
from holdfast.claims.promises import Lacking, Promise
from holdfast.kernel.identifiers import public
from holdfast.parties.cover import CoverView


class CoverLine(Schema):
    """A supplier's line in one currency, minor units: `set_minor` is a verifier's word, null where the programme's most
    for the tier counts; `reserved_minor` stands behind open orders; `left_minor` may still be signed for, and of it
    `one_order_minor` at most for one order."""

    organisation_id: str
    currency: str
    tier: str
    set_minor: int | None
    line_minor: int
    reserved_minor: int
    left_minor: int
    one_order_minor: int
    is_suspended: bool


class WindowEnd(Schema):
    """Until when a claim may be opened: at `ends_at` by the contract's own days; at `on_schedule_at` if the goods leave
    and come as agreed; else `days` after what the anchors name, combined as `combine` says."""

    rule: str
    days: int | None
    anchors: list[str]
    combine: str
    ends_at: str | None
    on_schedule_at: str | None
    zone: str


class SupposedCase(Schema):
    """The exact case that the amounts are for: `code` is stable, `sentence` for people. Everything was paid, went in
    one lot and is claimed in time, and nothing has come back before. `units` are those the amount is for, `days_late`
    the fewest days that bring it, `on` that day, null where it hangs on a payment."""

    code: str
    sentence: str
    remedy: str
    units: int
    days_late: int | None
    on: str | None


class PromiseCondition(Schema):
    """What has to be there besides the case itself; without it the assessment gives `otherwise_minor`."""

    code: str
    sentence: str
    otherwise_minor: int


class PromiseOut(Schema):
    """One reason in one situation: covered or not, by which rule and which keys of the programme, what the assessment
    grants in `case` while the money is held and once it was released (null where that cannot be), on which condition
    (null: on none), until when, on what evidence. Where the condition is a mediator's decision, the amounts are the
    most that may be awarded."""

    reason: str
    situation: str
    by: str
    covered: bool
    rule: str
    sentence: str
    measure: str
    keys: list[str]
    terms: list[str]
    held_minor: int
    released_minor: int | None
    case: SupposedCase
    condition: PromiseCondition | None
    until: WindowEnd
    evidence: list[str]
    goods_go_back: bool
    carrier_package: bool
    without_person: bool
    missing: list[str]


class LackingOut(Schema):
    """A property that nothing could be claimed about, and what would make it enforceable."""

    about: str
    term: str | None
    property: str | None
    obstacle: str | None
    suggestion: str


class ExclusionOut(Schema):
    """A fact that takes cover away once it is established."""

    name: str
    sentence: str
    reasons: list[str]


class LineLeft(Schema):
    """What the supplier's line has left for this contract."""

    left_minor: int
    needed_minor: int
    is_enough: bool
    is_suspended: bool


class CoverPreview(Schema):
    """What a contract would be worth in a claim, reason by reason, computed by the functions that assess one."""

    programme: str
    programme_version: int
    engine: str
    tier: str
    currency: str
    total_minor: int
    cap_minor: int
    cover_minor: int
    uncovered_minor: int
    supplier_line: LineLeft | None
    promises: list[PromiseOut]
    lacking: list[LackingOut]
    exclusions: list[ExclusionOut]


def cover_line(view: CoverView) -> dict[str, Any]:
    """A line."""
    return {
        "organisation_id": public("org", view.organisation_id),
        "currency": view.currency,
        "tier": view.tier,
        "set_minor": view.set_minor,
        "line_minor": view.line_minor,
        "reserved_minor": view.reserved_minor,
        "left_minor": view.left_minor,
        "one_order_minor": view.one_order_minor,
        "is_suspended": view.is_suspended,
    }


def cover_preview(shown: Shown) -> dict[str, Any]:
    """A preview."""
    found = shown.preview
    line = shown.line
    return {
        "programme": found.programme,
        "programme_version": found.programme_version,
        "engine": found.engine,
        "tier": shown.tier,
        "currency": found.currency,
        "total_minor": found.total_minor,
        "cap_minor": found.cap_minor,
        "cover_minor": found.cover_minor,
        "uncovered_minor": found.uncovered_minor,
        "supplier_line": {
            "left_minor": line.left_minor,
            "needed_minor": line.needed_minor,
            "is_enough": line.is_enough,
            "is_suspended": line.is_suspended,
        }
        if line
        else None,
        "promises": [_promise(one) for one in found.promises],
        "lacking": [_lacking(one) for one in found.lacking],
        "exclusions": [
            {"name": one.name, "sentence": one.sentence, "reasons": list(one.reasons)} for one in found.exclusions
        ],
    }


def _promise(one: Promise) -> dict[str, Any]:
    until, case, condition = one.until, one.case, one.condition
    return {
        "reason": one.reason,
        "situation": one.situation,
        "by": one.by,
        "covered": one.covered,
        "rule": one.rule,
        "sentence": one.sentence,
        "measure": one.measure,
        "keys": list(one.keys),
        "terms": list(one.terms),
        "held_minor": one.held_minor,
        "released_minor": one.released_minor,
        "case": {
            "code": case.code,
            "sentence": case.sentence,
            "remedy": case.remedy,
            "units": case.units,
            "days_late": case.days_late,
            "on": case.on.isoformat() if case.on else None,
        },
        "condition": {
            "code": condition.code,
            "sentence": condition.sentence,
            "otherwise_minor": condition.otherwise_minor,
        }
        if condition
        else None,
        "until": {
            "rule": until.rule,
            "days": until.days,
            "anchors": list(until.anchors),
            "combine": until.combine,
            "ends_at": moment(until.ends_at),
            "on_schedule_at": moment(until.on_schedule_at),
            "zone": until.zone,
        },
        "evidence": list(one.evidence),
        "goods_go_back": one.goods_go_back,
        "carrier_package": one.carrier_package,
        "without_person": one.without_person,
        "missing": list(one.missing),
    }


def _lacking(one: Lacking) -> dict[str, Any]:
    return {
        "about": one.about,
        "term": one.term or None,
        "property": one.subject or None,
        "obstacle": one.obstacle or None,
        "suggestion": one.suggestion,
    }
