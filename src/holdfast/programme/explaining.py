"""A programme in words and figures, for people: what the parties read and accept, in each language.

Every sentence is built from the figures the rules use. It explains and never decides: the functions in `rules` do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from holdfast.kernel.canonical import digest
from holdfast.programme.comparing import differences
from holdfast.programme.document import AFTER_PAYMENT, AFTER_SHIPMENT, Programme, WindowRule
from holdfast.programme.words import LANGUAGES, Words, words_in
from holdfast.programme.writing import plain

Teller = Callable[[Programme, Words], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the explanation."""

    title: str
    sentences: tuple[str, ...]


def explain(programme: Programme, language: str = "en") -> tuple[Section, ...]:
    """The whole programme, part by part. Refusal: `Invalid` for a language that is not held."""
    said = words_in(language)
    days = programme.calendar
    is_counted = bool(days.working or days.next_working_day or days.remind_days)
    parts = [part for part in _PARTS if part != "days" or is_counted]
    return tuple(Section(said.titles[part], tuple(_PARTS[part](programme, said))) for part in parts)


def terms_text(programme: Programme, language: str = "en") -> str:
    """The programme as terms in plain language, Markdown: what a side accepts when it signs.

    Refusal: `Invalid` for a language that is not held.
    """
    about = words_in(language).titles["version"].format(name=programme.name, version=programme.version)
    lines = [f"# {programme.title}", "", about]
    for section in explain(programme, language):
        lines += ["", f"## {section.title}", "", *(f"- {sentence}" for sentence in section.sentences)]
    return "\n".join(lines) + "\n"


def terms_digest(programme: Programme, language: str = "en") -> str:
    """SHA-256 of the plain terms in UTF-8, hex: the hash that a side accepts."""
    return digest(terms_text(programme, language).encode()).hex()


def terms_digests(programme: Programme) -> dict[str, str]:
    """The hash of the terms in each language."""
    return {language: terms_digest(programme, language) for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Reworded:
    """One part of the terms that another version says otherwise: sentences that are gone, and those instead; `keys` are
    the programme's behind it that differ."""

    title: str
    keys: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]


def reworded(*, before: Programme, after: Programme, language: str) -> tuple[Reworded, ...]:
    """What the terms of two versions say otherwise, part by part, with the keys that differ. Refusal: `Invalid`."""
    said = words_in(language)
    old = {section.title: section.sentences for section in explain(before, language)}
    new = {section.title: section.sentences for section in explain(after, language)}
    behind: dict[str, list[str]] = {}
    for one in differences(before=before, after=after):
        behind.setdefault(said.titles[_part_of(one.key)], []).append(one.key)
    found = []
    for title in (said.titles[part] for part in _PARTS):
        was, is_now = old.get(title, ()), new.get(title, ())
        gone = tuple(sentence for sentence in was if sentence not in is_now)
        instead = tuple(sentence for sentence in is_now if sentence not in was)
        if gone or instead or title in behind:
            found.append(Reworded(title, tuple(behind.get(title, ())), gone, instead))
    return tuple(found)


def _part_of(key: str) -> str:
    """The part of the terms that tells a key: that of its section, but for the few that stand with others."""
    section = key.split(".", maxsplit=1)[0]
    return _TOLD_WITH.get(section, section)


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _signing(programme: Programme, said: Words) -> Iterator[str]:
    signing = programme.signing
    yield said.say("sign", days=signing.sign_days)
    yield said.say("pay", days=signing.pay_days)
    yield said.say("confirm", days=signing.confirm_days)
    yield said.say("balance_grace", days=signing.balance_grace_days)


def _windows(programme: Programme, said: Words) -> Iterator[str]:
    same: dict[WindowRule, list[str]] = {}
    for reason, rule in programme.window.items():
        same.setdefault(rule, []).append(reason)
    for rule, reasons in same.items():
        if rule.combine == "first" or len(rule.anchors) == 1:
            sentence, anchors = "window", said.joins["else"].join(said.name(anchor) for anchor in rule.anchors)
        else:
            sentence, anchors = f"window_{rule.combine}", said.listed(rule.anchors)
        yield said.say(sentence, reasons=_first_up(said.listed(reasons)), days=rule.days, anchors=anchors)
    yield said.say("window_cancelled")
    yield said.say("window_open")
    yield said.say("window_days")


def _claims(programme: Programme, said: Words) -> Iterator[str]:
    claims = programme.claims
    yield said.say(f"answer_{claims.on_silence}", days=claims.answer_days)
    yield said.say("escalate", first=claims.escalate_from_day, automatic=claims.escalate_automatic_day)
    yield said.say("rebut", days=claims.rebut_days, documents=said.listed(claims.conclusive_documents, "or"))
    yield said.say("without_person", reasons=said.listed(claims.without_person))
    if claims.undisputed_only:
        yield said.say("undisputed", reasons=said.listed(claims.undisputed_only))
    yield said.say(
        "mediation",
        target=claims.mediation_target_days,
        limit=claims.mediation_limit_days,
        evidence=claims.evidence_days,
        extension=claims.evidence_extension_days,
    )
    yield said.say("appeal", days=claims.appeal_days, grounds=said.listed(claims.appeal_grounds, "or"))
    yield said.say(f"outside_{claims.outside_evidence}")


def _receipt(programme: Programme, said: Words) -> Iterator[str]:
    receipt = programme.receipt
    yield said.say(f"silence_{receipt.silence}", days=receipt.silence_days, grades=said.listed(receipt.grades, "or"))
    yield said.say("extension", days=receipt.extension_days)
    yield said.say("bounce", hours=receipt.notice_hours, days=receipt.bounce_days)


def _cover(programme: Programme, said: Words) -> Iterator[str]:
    cover = programme.cover
    yield said.say("currencies", currencies=said.named(programme.currencies))
    for tier, rows in cover.tiers.items():
        yield _first_up(said.say("cover_tier", tier=said.name(tier), amounts=said.amounts(rows)))
    yield said.say(f"cover_{cover.limits}")
    yield said.say("line", times=cover.line_times)
    yield said.say(f"linked_{cover.linked}", days=cover.linked_days)
    yield said.say(f"excess_{cover.excess}")
    yield said.say(f"early_{cover.early_release}")


def _guarantee(programme: Programme, said: Words) -> Iterator[str]:
    guarantee, recourse = programme.guarantee, programme.recourse
    percent, hold = plain(guarantee.deposit_percent), plain(guarantee.hold_percent)
    yield said.say(f"by_{guarantee.by}", percent=percent, hold=hold)
    yield said.say("refund_order", sources=said.listed(recourse.refund_order))
    yield said.say("cost_order", sources=said.listed(recourse.cost_order))
    yield said.say(f"chargeback_{recourse.lost_chargeback}")


def _late(programme: Programme, said: Words) -> Iterator[str]:
    late = programme.late
    yield said.say("late_basis", basis=said.name(late.basis))
    if late.scale == "daily":
        percent, cap = plain(late.percent_per_day), plain(late.cap_percent)
        yield said.say(f"daily_{late.grace}", percent=percent, grace=late.grace_days, cap=cap)
    elif late.scale == "steps":
        steps = [said.say("late_step", day=step.from_day, percent=plain(step.percent)) for step in late.steps]
        yield said.say("late_steps", steps=said.joins["comma"].join(steps))
    else:
        yield said.say("late_clause_only")
    yield said.say("late_cancel", day=late.cancel_after_days + 1)
    yield said.say(f"tracking_{late.tracking}")


def _remedies(programme: Programme, said: Words) -> Iterator[str]:
    short, chosen = programme.short, programme.remedies
    yield said.say("shortage")
    if short.measure == "full_refund":
        yield said.say("short_full_refund", percent=plain(short.threshold_percent))
    elif short.may_reject:
        yield said.say("short_may_reject", percent=plain(short.threshold_percent))
    yield said.say("remedies", remedies=said.listed(chosen.allowed))
    yield said.say("goods_kept" if chosen.goods_kept else "goods_back")
    if chosen.cancel_rest:
        yield said.say("cancel_rest")


def _inspection(programme: Programme, said: Words) -> Iterator[str]:
    rules = programme.inspection
    yield said.say("inspection_advised", amounts=said.amounts(rules.advised_from))
    if rules.required_from:
        yield said.say("inspection_required", amounts=said.amounts(rules.required_from))
        yield said.say("inspection_waits")
    yield said.say("inspection_bearer", bearer=said.name(rules.bearer))
    yield said.say(
        "inspection_sampling",
        level=rules.level,
        critical=rules.aql_critical,
        major=rules.aql_major,
        minor=rules.aql_minor,
        refused=rules.fixed_sample_refused,
    )
    days = {"notice": rules.notice_days, "answer": rules.answer_days, "report": rules.report_days}
    yield said.say("inspection_days", **days)


def _exclusions(programme: Programme, said: Words) -> Iterator[str]:
    rules = programme.exclusions
    yield said.say("taste")
    for name in rules.apply:
        yield said.say(f"excluded_{name}")
    yield said.say(f"carrier_damage_{rules.carrier_damage}")
    yield said.say(f"customs_{rules.customs}")
    yield said.say("lost_after", grades=said.listed(rules.lost_after_grades, "or"))
    if "force_majeure" in rules.apply:
        notice, most = rules.force_majeure_notice_days, rules.force_majeure_most_days
        yield said.say("force_majeure", notice=notice, most=most)


def _fees(programme: Programme, said: Words) -> Iterator[str]:
    fees = programme.fees
    yield said.say("fee_buyer")
    for band in fees.bands:
        sentence = "fee_band_above" if band.above else "fee_band"
        figures = {"percent": plain(band.percent), "amounts": said.amounts(band.above)}
        yield _first_up(said.say(sentence, tiers=said.listed(band.tiers), **figures))
    if fees.minimum:
        yield said.say("fee_minimum", amounts=said.amounts(fees.minimum))
    if fees.cap:
        yield said.say("fee_cap", amounts=said.amounts(fees.cap))
    yield said.say("fee_refunded")
    if fees.hides_direct_price:
        yield said.say("fee_hides")


def _rails(programme: Programme, said: Words) -> Iterator[str]:
    for name, rail in programme.rails.items():
        called = _first_up(said.name(name))
        has_fixed = any(rail.fixed.values())
        cost = said.say(
            "rail_percent_fixed" if has_fixed else "rail_percent",
            percent=plain(rail.percent),
            amounts=said.amounts(rail.fixed),
        )
        yield said.say(
            "rail_limited" if rail.limit else "rail",
            rail=called,
            cost=cost,
            settle=rail.settle_days,
            refund=rail.refund_days,
            after=said.name(rail.releasable_after),
            amounts=said.amounts(rail.limit),
        )
        if rail.returnable:
            yield said.say("rail_returnable", rail=called)
        if rail.short_limit:
            yield said.say("rail_short", rail=called, amounts=said.amounts(rail.short_limit))


def _returns(programme: Programme, said: Words) -> Iterator[str]:
    rules = programme.returns
    yield said.say("ship_back", days=rules.ship_back_days)
    yield said.say("examine_back", days=rules.inspect_days)
    yield said.say("refund_start", days=rules.refund_start_days)


def _amendments(programme: Programme, said: Words) -> Iterator[str]:
    rules = programme.amendments
    yield said.say("amend_ship", days=rules.ship_date_days)
    yield said.say("amend_freight", percent=plain(rules.freight_percent))
    if rules.after_payment != AFTER_PAYMENT:
        clauses = said.named(rules.after_payment) or said.joins["nothing"]
        yield said.say("amend_after_payment", clauses=clauses)
    if rules.after_shipment != AFTER_SHIPMENT:
        clauses = said.named(rules.after_shipment) or said.joins["nothing"]
        yield said.say("amend_after_shipment", clauses=clauses)
    yield said.say("amend_default", percent=plain(rules.buyer_default_percent))


def _points(programme: Programme, said: Words) -> Iterator[str]:
    rules = programme.points
    points = [said.say("point", event=said.name(name), weight=weight) for name, weight in rules.weights.items()]
    yield said.say("points", points=said.joins["comma"].join(points))
    yield said.say("points_expire", days=rules.expire_days, suspend=rules.suspend_at)


def _eligibility(programme: Programme, said: Words) -> Iterator[str]:
    rules = programme.eligibility
    for noun in ("countries", "categories", "products"):
        allowed: tuple[str, ...] = getattr(rules, f"{noun}_allowed", ())
        barred: tuple[str, ...] = getattr(rules, f"{noun}_barred")
        sentence = f"{noun}_{'only' if allowed else 'all'}{'_but' if barred else ''}"
        comma = said.joins["comma"]
        yield said.say(sentence, allowed=comma.join(allowed), barred=comma.join(barred))


def _advice(programme: Programme, said: Words) -> Iterator[str]:
    rules = programme.advice
    if rules.sample_first:
        yield said.say("sample_first")
    if rules.card_under:
        yield said.say("card_under", amounts=said.amounts(rules.card_under))
    if rules.insurance_from:
        yield said.say("insurance_from", amounts=said.amounts(rules.insurance_from))


def _days(programme: Programme, said: Words) -> Iterator[str]:
    days = programme.calendar
    if days.working:
        yield said.say("working", limits=said.listed(days.working))
    if days.next_working_day:
        yield said.say("next_working_day", limits=said.listed(days.next_working_day))
    if days.remind_days:
        yield said.say("remind", days=said.listed(days.remind_days))


_PARTS: dict[str, Teller] = {
    "signing": _signing,
    "windows": _windows,
    "claims": _claims,
    "receipt": _receipt,
    "cover": _cover,
    "guarantee": _guarantee,
    "late": _late,
    "remedies": _remedies,
    "inspection": _inspection,
    "exclusions": _exclusions,
    "fees": _fees,
    "rails": _rails,
    "returns": _returns,
    "amendments": _amendments,
    "points": _points,
    "eligibility": _eligibility,
    "advice": _advice,
    "days": _days,
}
_TOLD_WITH = {
    "window": "windows",
    "short": "remedies",
    "recourse": "guarantee",
    "currencies": "cover",
    "calendar": "days",
}
