"""What a contract would be worth in a claim, before anybody signs it: every reason, covered or not, by which rule, up
to what amount, by when, with what evidence.

Pure, and no second set of rules: whether a reason is covered is asked of the programme's own function, what it comes to
of the engine that would assess it, on a case imagined at its worst and told with the amount.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from holdfast.claims import engines, imagined, remedy
from holdfast.claims.engines.v1.admission import admitted
from holdfast.claims.engines.v1.assessment import UPHELD, Assessment
from holdfast.claims.engines.v1.case import Brought, Case
from holdfast.claims.engines.v1.quality import SUGGESTION, speaking
from holdfast.claims.facts import AssessmentFacts
from holdfast.claims.imagined import Signing
from holdfast.claims.promises import Condition, Exclusion, Lacking, Preview, Promise, Supposed, Until
from holdfast.claims.rules import BUYER_REASONS, CHECKLIST, SUPPLIER_REASONS
from holdfast.claims.supposing import CONDITIONS, SENTENCES, Told, told
from holdfast.kernel.clock import days_after
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.programme.rules import CoverageFacts, WindowFacts

LASTING = "fastness"
PACKAGING = ("packaging", "label")
"""The kinds of term that speak of how goods are packed and marked."""


@dataclass(frozen=True, slots=True)
class _Situation:
    """A reason in a situation, and what is established then."""

    reason: str
    name: str = ""
    established: frozenset[str] = frozenset()
    received: bool = True
    """Whether the goods came, so that their price can have been released."""
    facts: tuple[tuple[str, Any], ...] = ()


def preview(*, programme: Programme, signing: Signing) -> Preview:
    """Every reason a claim could have under this contract. Refusal: `IncotermUnknown`."""
    case = _case(programme, signing)
    document = signing.document
    return Preview(
        programme=programme.name,
        programme_version=programme.version,
        programme_digest=programme.digest,
        engine=engines.LATEST,
        currency=document.currency,
        total_minor=document.total_minor,
        cap_minor=signing.cap_minor,
        cover_minor=signing.cover_minor,
        uncovered_minor=programme_rules.uncovered_excess(
            total_minor=document.total_minor, reserved_minor=signing.cover_minor
        ),
        promises=tuple(_promise(case, signing, one) for one in _situations(case, signing)),
        lacking=tuple(_lacking(case)),
        exclusions=tuple(_exclusions(programme, document.incoterm)),
    )


def _case(programme: Programme, signing: Signing) -> Case:
    case, _messages = admitted(programme=programme, facts=imagined.all_defective(signing))
    return case


# --- the situations --------------------------------------------------------------------------------------------------


def _situations(case: Case, signing: Signing) -> Iterator[_Situation]:
    """What may go wrong, in the order in which it would."""
    programme = case.programme
    arrives_at_its_risk = programme_rules.is_d_term(signing.document.incoterm)
    yield _Situation("late_shipment")
    yield _Situation("late_shipment", "cancelled", received=False)
    yield _Situation("late_delivery")
    yield _Situation("not_shipped", received=False)
    yield _Situation("supplier_cancelled", received=False)
    yield _Situation("not_delivered", received=False)
    if not arrives_at_its_risk:
        lost = (("risk_passed", True), ("handover_grade", "A"))
        yield _Situation("not_delivered", "after_risk", received=False, facts=lost)
    yield _Situation("quality")
    yield _Situation("quality", "accepted")
    if "changed_by_washing_or_use" in programme.exclusions.apply:
        yield _Situation("quality", "after_use", frozenset({"changed_by_washing_or_use"}))
    yield _Situation("quantity")
    if any(line.tolerance is not None for line in signing.document.lines):
        yield _Situation("quantity", "inside_tolerance", facts=(("beyond_tolerance", False),))
    yield _Situation("wrong_goods")
    yield _Situation("wrong_goods", "counterfeit", facts=(("counterfeit", True),))
    yield _Situation("packaging_labelling")
    yield from _on_the_way(programme, signing.document.incoterm, arrives_at_its_risk)
    yield _Situation("subjective")
    for reason in SUPPLIER_REASONS:
        yield _Situation(reason)


def _on_the_way(programme: Programme, incoterm: str, arrives_at_its_risk: bool) -> Iterator[_Situation]:
    """Carrier and customs: one situation where the programme has one answer, else one for each of the Incoterm's."""
    damage, passed = "carrier_damage", (("risk_passed", True),)
    yield _Situation(damage)
    if programme.exclusions.carrier_damage == "by_incoterm" and not arrives_at_its_risk:
        if programme_rules.insured_by_supplier(incoterm):
            yield _Situation(damage, "after_risk_uninsured", facts=passed)
        yield _Situation(damage, "after_risk", facts=(*passed, ("insured", True)))
    if programme.exclusions.customs == "never":
        yield _Situation("customs")
        return
    yield _Situation("customs", "export", facts=(("clearance", "export"),))
    yield _Situation("customs", "import", facts=(("clearance", "import"),))
    if programme_rules.clears_import(incoterm) == "supplier":
        yield _Situation("customs", "seized", facts=(("clearance", "import"), ("seized_for_good", True)))


# --- one promise -----------------------------------------------------------------------------------------------------


def _promise(case: Case, signing: Signing, one: _Situation) -> Promise:
    programme = case.programme
    terms = _terms(case, one)
    facts = CoverageFacts(
        incoterm=signing.document.incoterm,
        has_measurable_term=bool(terms),
        lasting_term=any(case.specification.find(term).kind == LASTING for term in terms),  # type: ignore[union-attr]
        promises_arrival=signing.document.promises_arrival,
        established=one.established,
    )
    answer = programme_rules.coverage(
        programme=programme, reason=one.reason, facts=replace(facts, **dict(one.facts)) if one.facts else facts
    )
    supposed = told(programme=programme, signing=signing, reason=one.reason, situation=one.name)
    amounts = _amounts(case, signing, one, supposed) if answer.covered else _Amounts()
    held = amounts.held
    return Promise(
        reason=one.reason,
        situation=one.name,
        by="buyer" if one.reason in BUYER_REASONS else "supplier",
        covered=answer.covered,
        rule=answer.rule,
        sentence=answer.sentence,
        measure=answer.measure,
        keys=_keys(programme, signing, one, answer.rule),
        terms=terms,
        held_minor=held,
        released_minor=amounts.released if one.received and one.reason in BUYER_REASONS else None,
        until=_until(programme, signing, one.reason),
        evidence=CHECKLIST.get(one.reason, ()),
        goods_go_back=answer.goods_go_back,
        carrier_package=answer.carrier_package,
        without_person=programme_rules.may_decide_without_person(
            programme=programme, reason=one.reason, undisputed=True
        ),
        case=Supposed(
            supposed.code, SENTENCES[supposed.code], supposed.remedy, amounts.units, supposed.days_late, supposed.on
        ),
        condition=_condition(supposed, amounts),
        missing=_missing(case, signing, one, answer.covered, held),
    )


def _condition(supposed: Told, amounts: "_Amounts") -> Condition | None:
    """What else has to be there; nothing is asked for nothing."""
    if not supposed.condition or not (amounts.held or amounts.released):
        return None
    return Condition(supposed.condition, CONDITIONS[supposed.condition], amounts.otherwise)


def _terms(case: Case, one: _Situation) -> tuple[str, ...]:
    """The terms that speak of the reason, by the engine's own question."""
    if one.reason == "packaging_labelling":
        enforceable = [term for term in case.specification.terms if not term.obstacle]
        named = [term.id for term in enforceable if term.kind in PACKAGING]
        # Without a term of its own the engine lets any term of the contract speak, and leaves it to a mediator.
        return tuple(named or [term.id for term in case.specification.terms])
    if one.reason != "quality":
        return ()
    complaint = replace(case.facts.complaints[0], quantities=(), lots=())
    return tuple(term.id for term in speaking(case, Brought(complaint)))


def _missing(case: Case, signing: Signing, one: _Situation, covered: bool, held_minor: int) -> tuple[str, ...]:
    """What the contract does not say and would have to: a clause, a day, or a kind of term."""
    match one.reason:
        case "late_shipment" | "late_delivery" if covered and held_minor == 0 and not one.name:
            scale = case.programme.late.scale
            clause = () if signing.document.late or scale != "clause_only" else ("late_clause",)
            return clause or (() if signing.document.latest_delivery_on else ("latest_delivery_on",))
        case "late_delivery" if not covered:
            return ("latest_delivery_on",)
        case "quality" if one.name == "after_use" and not covered:
            return (LASTING,)
        case "quality" if not covered:
            return ("measurable_term",)
        case "packaging_labelling":
            kinds = {term.kind for term in case.specification.terms if not term.obstacle}
            return () if kinds & set(PACKAGING) else ("packaging",)
        case "subjective":
            return tuple(dict.fromkeys(lack.about for lack in _lacking(case))) or ("measurable_term",)
        case "balance_unpaid" if held_minor == 0:
            return ("buyer_default_percent",)
    return ()


def _keys(programme: Programme, signing: Signing, one: _Situation, rule: str) -> tuple[str, ...]:
    """The keys of the programme that this answer hangs on: cover, measure, window."""
    covers = {
        "late_delivery": "late.basis",
        "not_delivered": "exclusions.lost_after_grades",
        "carrier_damage": "exclusions.carrier_damage",
        "customs": "exclusions.customs",
    }.get(one.reason, "")
    if rule.startswith("exclusion."):
        covers = "exclusions.apply"
    measures = {"quantity": "short.measure", "packaging_labelling": "remedies.allowed"}.get(one.reason, "")
    if one.reason in ("late_shipment", "late_delivery"):
        measures = "late.cancel_after_days" if one.name else ("" if signing.document.late else "late.scale")
    elif one.reason == "balance_unpaid":
        measures = "amendments.buyer_default_percent"
    window = f"window.{one.reason}" if one.reason in programme.window else ""
    limits = "cover.limits" if one.reason in BUYER_REASONS else ""
    return tuple(key for key in (covers, measures, limits, window) if key)


# --- amounts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Amounts:
    """What comes back while the money is held and once it was released, of how many units, and without the condition
    of the case."""

    held: int = 0
    released: int = 0
    units: int = 0
    otherwise: int = 0


def _amounts(case: Case, signing: Signing, one: _Situation, supposed: Told) -> _Amounts:
    """What the case comes to: by the engine, or by the limits within which a mediator finds it."""
    everything = sum(line.quantity for line in signing.document.lines)
    if one.reason in SUPPLIER_REASONS:
        return _Amounts(_to_supplier(case, signing, one), 0, everything)
    if supposed.facts is None:
        held, released = (_by_mediator(case, signing, one, held=held) for held in (True, False))
        return _Amounts(held, released, everything)
    found = _assessed(case.programme, supposed.facts())
    released = 0
    if one.received:
        released = _granted(found, programme_rules.limits(programme=case.programme, money=signing.money(held=False)))
    otherwise = _granted(_assessed(case.programme, supposed.without())) if supposed.without is not None else 0
    return _Amounts(_granted(found), released, _units(found), otherwise)


def _assessed(programme: Programme, facts: AssessmentFacts) -> Assessment:
    return engines.engine(engines.LATEST)(programme=programme, facts=facts)


def _granted(found: Assessment, limits: programme_rules.Limits | None = None) -> int:
    """What is given without anybody's judgement; with `limits`, the same lines within others than its own."""
    if found.outcome != UPHELD:
        return 0
    if limits is None:
        return found.total_minor
    lines = [line for line in found.lines if line.basis != "limit"]
    return remedy.total(remedy.within(lines=lines, limits=limits, currency=found.currency))


def _units(found: Assessment) -> int:
    return sum(row.units for line in found.lines for row in line.units)


def _to_supplier(case: Case, signing: Signing, one: _Situation) -> int:
    """Of an unpaid balance evidenced cost up to the contract's share; else the money of the goods is released."""
    document, held = signing.document, signing.money(held=True).held
    if one.reason != "balance_unpaid":
        return held
    return programme_rules.buyer_default(
        programme=case.programme,
        share_percent=document.buyer_default_percent,
        total_minor=document.total_minor,
        held_minor=held,
        evidenced_minor=document.total_minor,
    )


def _by_mediator(case: Case, signing: Signing, one: _Situation, *, held: bool) -> int:
    limits = programme_rules.limits(programme=case.programme, money=signing.money(held=held))
    if one.reason == "packaging_labelling":
        # The cost of mending, at most the price of the units.
        return min(signing.document.goods_minor, limits.total_minor)
    return limits.refund_minor


# --- until when ------------------------------------------------------------------------------------------------------


def _until(programme: Programme, signing: Signing, reason: str) -> Until:
    zone = signing.buyer_zone if reason in BUYER_REASONS else signing.supplier_zone
    rule = programme.window.get(reason)
    document = signing.document
    dated = document.ship.on is not None
    agreed = WindowFacts(
        zone=zone,
        expected_ship_on=signing.ship_on if dated else None,
        expected_delivery_on=signing.arrives_on if dated else None,
    )
    receipt = days_after(signing.arrives_on, programme.receipt.silence_days, zone)
    came = replace(agreed, shipped_on=signing.ship_on, delivered_on=signing.arrives_on, receipt_deadline_at=receipt)
    certain = programme_rules.claim_window(programme=programme, reason=reason, facts=agreed)
    expected = programme_rules.claim_window(programme=programme, reason=reason, facts=came if dated else agreed)
    never_came = reason in ("not_shipped", "not_delivered", "supplier_cancelled")
    return Until(
        rule=certain.rule,
        days=rule.days if rule else None,
        anchors=rule.anchors if rule else (),
        combine=rule.combine if rule else "",
        ends_at=certain.ends_at,
        on_schedule_at=None if never_came else expected.ends_at,
        zone=zone,
    )


# --- what the contract lacks, what takes cover away ------------------------------------------------------------------


def _lacking(case: Case) -> Iterator[Lacking]:
    """Terms that cannot be measured first, then the kinds of property that no term speaks of."""
    for term in case.specification.terms:
        if term.obstacle:
            yield Lacking(term.kind, term.id, term.subject, term.obstacle, SUGGESTION.get(term.kind, ""))
    written = {term.kind for term in case.specification.terms}
    for kind, suggestion in SUGGESTION.items():
        complaint = replace(case.facts.complaints[0], reason="subjective", about=kind, quantities=(), lots=())
        if kind not in written and not speaking(case, Brought(complaint)):
            yield Lacking(kind, "", "", "", suggestion)


def _exclusions(programme: Programme, incoterm: str) -> Iterator[Exclusion]:
    for name in programme.exclusions.apply:
        facts = CoverageFacts(incoterm, has_measurable_term=True, established=frozenset({name}))
        touched, sentence = [], ""
        for reason in (*BUYER_REASONS, *SUPPLIER_REASONS):
            answer = programme_rules.coverage(programme=programme, reason=reason, facts=facts)
            if answer.rule == f"exclusion.{name}":
                touched.append(reason)
                sentence = answer.sentence
        yield Exclusion(name, sentence, tuple(touched))
