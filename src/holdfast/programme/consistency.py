"""Whether the figures of a programme fit each other: what no single key can tell.

It says which key is wrong and what would fit; it changes nothing and chooses nothing.
"""

from collections.abc import Iterator

from holdfast.programme.document import TIERS, Programme

Problem = tuple[str, object, str]


def check(programme: Programme) -> Iterator[Problem]:
    """(key, found, allowed) for everything that does not fit."""
    yield from _claims(programme)
    yield from _late(programme)
    yield from _amounts(programme)
    yield from _fees(programme)
    yield from _rails(programme)
    yield from _eligibility(programme)


def _claims(programme: Programme) -> Iterator[Problem]:
    claims, receipt = programme.claims, programme.receipt
    if claims.escalate_automatic_day < claims.escalate_from_day:
        yield "claims.escalate_automatic_day", claims.escalate_automatic_day, "not before claims.escalate_from_day"
    if claims.escalate_from_day <= claims.answer_days:
        yield "claims.escalate_from_day", claims.escalate_from_day, "after the days to answer (claims.answer_days)"
    if claims.mediation_limit_days < claims.mediation_target_days:
        yield "claims.mediation_limit_days", claims.mediation_limit_days, "not before claims.mediation_target_days"
    for reason in claims.undisputed_only:
        if reason not in claims.without_person:
            yield "claims.undisputed_only", reason, "only reasons named in claims.without_person"
    if receipt.silence == "counts" and not receipt.grades:
        yield "receipt.grades", "nothing", "at least one grade where silence counts"
    if receipt.notice_hours > receipt.silence_days * 24:
        yield "receipt.notice_hours", receipt.notice_hours, "not longer than receipt.silence_days"
    for reason, window in programme.window.items():
        if not window.anchors:
            yield f"window.{reason}.anchors", "nothing", "at least one anchor"


def _late(programme: Programme) -> Iterator[Problem]:
    late = programme.late
    if late.scale == "steps" and not late.steps:
        yield "late.steps", "nothing", "at least one step where late.scale is steps"
    for place in range(1, len(late.steps)):
        if late.steps[place].from_day <= late.steps[place - 1].from_day:
            yield f"late.steps[{place}].from_day", late.steps[place].from_day, "later than the step before"
        if late.steps[place].percent < late.steps[place - 1].percent:
            yield f"late.steps[{place}].percent", late.steps[place].percent, "not less than the step before"


def _amounts(programme: Programme) -> Iterator[Problem]:
    inspection = programme.inspection
    for currency, required in inspection.required_from.items():
        if required < inspection.advised_from[currency]:
            yield f"inspection.required_from.{currency}", required, "not below inspection.advised_from (minor units)"
    if not programme.cover.tiers:
        yield "cover.tiers", "nothing", "at least one tier"
    ranked = [programme.cover.tiers[tier] for tier in TIERS if tier in programme.cover.tiers]
    for currency in programme.currencies:
        caps = [tier[currency] for tier in ranked]
        if caps != sorted(caps):
            yield "cover.tiers", currency, "caps that do not fall from enrolled to verified to gold"


def _fees(programme: Programme) -> Iterator[Problem]:
    fees = programme.fees
    for tier in programme.cover.tiers:
        bands = [band for band in fees.bands if tier in band.tiers]
        if not bands:
            yield "fees.bands", "nothing", f"a band for {tier}"
        for currency in programme.currencies:
            starts = [band.above.get(currency, 0) for band in bands]
            if bands and (starts[0] != 0 or starts != sorted(set(starts))):
                yield "fees.bands", currency, f"bands for {tier} that begin at 0 and rise"
    for currency, least in fees.minimum.items():
        if fees.cap and least > fees.cap[currency]:
            yield f"fees.minimum.{currency}", least, "not above fees.cap (minor units)"


def _rails(programme: Programme) -> Iterator[Problem]:
    if not programme.rails:
        yield "rails", "nothing", "at least one rail"
    for name, rail in programme.rails.items():
        if rail.returnable and rail.releasable_after != "settled":
            yield f"rails.{name}.releasable_after", rail.releasable_after, "settled, since it is returnable"


def _eligibility(programme: Programme) -> Iterator[Problem]:
    chosen = programme.eligibility
    for noun in ("countries", "categories"):
        allowed: tuple[str, ...] = getattr(chosen, f"{noun}_allowed")
        barred: tuple[str, ...] = getattr(chosen, f"{noun}_barred")
        for both in sorted(set(allowed) & set(barred)):
            yield f"eligibility.{noun}_barred", both, f"nothing that eligibility.{noun}_allowed names"
