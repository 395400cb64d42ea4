"""A claim is opened: checked against the pinned programme, and only the disputed money is frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.claims import engines, models, rules
from holdfast.claims.gather import gather, open_claims
from holdfast.claims.operations import supplying
from holdfast.claims.operations.case import Case, ClaimStep, case_of
from holdfast.contracts.queries import agreement
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.money import share
from holdfast.kernel.refusals import Invalid, NotFound, OutOfState
from holdfast.orders.calendar import limit
from holdfast.orders.operations.settlement import freeze, window_facts
from holdfast.orders.refusals import BalanceNotOverdue
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Lot
from holdfast.orders.work import Work, lock
from holdfast.programme import rules as programme_rules
from holdfast.programme.rules import Limit
from holdfast.record import pauses
from holdfast.record.act import Act
from holdfast.record.deadlines import SECOND, Deadline


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a claimant says. `units` is [(lot, line, units)], lot 0 for what was not shipped; without them the lots
    are meant whole. `amount_minor` is what is asked for, if the claimant names it."""

    reason: str
    lots: tuple[int, ...] = ()
    units: tuple[tuple[int, int, int], ...] = ()
    terms: tuple[str, ...] = ()
    about: str = ""
    remedy: str = "refund"
    amount_minor: int | None = None
    statement: str = ""
    cancel_rest: bool = False
    cancel_late: bool = False
    return_waived: bool = False
    counterfeit: bool = False
    dangerous: bool = False
    external_id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


def open_claim(*, act: Act, order_id: UUID, complaint: Complaint) -> ClaimStep:
    """Open a claim as buyer or supplier, freeze what is disputed, start the time to answer.

    Refusals: `reason_not_yours`, `remedy_not_offered`, `window_closed`, `already_claimed`, `nothing_to_claim`,
    `not_found` (a lot), `invalid` (units, terms), `out_of_state`.
    """
    side = rules.claimant_of(act.role)
    rules.check_reason(side=side, reason=complaint.reason)
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        if work.order.state in {"agreed", "closed"}:
            accepted = ["active", "completed", "cancelled"]
            raise OutOfState(subject="order", verb="claim", state=work.order.state, accepted=accepted)
        lots = _lots(work, complaint)
        _check(work, complaint, lots)
        _check_versions(work, complaint, lots)
        ends_at = _window(work, complaint, lots)
        claim = _row(work, complaint, lots, side, ends_at)
        case = case_of(work, claim)
        frozen = _freeze(case)
        _wait_for_answer(case)
        work.change(claims_open=work.order.claims_open + 1)
        case.event(
            "claim.opened",
            data={
                "number": claim.number,
                "by": side,
                "lots": list(claim.lots),
                "amount_minor": claim.amount_minor,
                "frozen_minor": frozen,
                "window_ends_at": rfc3339(ends_at) if ends_at else None,
            },
            private={"statement": complaint.statement} if complaint.statement else None,
        )
        return case.write(answer_due_at=_answer(case).due_at)


def _lots(work: Work, complaint: Complaint) -> tuple[int, ...]:
    """The places complained of: those named, or all that the reason can be about."""
    named = tuple(sorted({*complaint.lots, *(lot for lot, _line, _units in complaint.units)}))
    for number in named:
        if number:
            work.lot(number)
    if complaint.reason in rules.OF_THE_REST or complaint.reason == "balance_unpaid":
        return (money.REST,)
    if money.REST in named and complaint.reason in rules.OF_WHAT_CAME:
        raise Invalid(field="lots", accepted=[lot.number for lot in work.whole.lots], found=list(named))
    if named:
        return named
    numbers = tuple(lot.number for lot in work.whole.lots if _concerns(complaint.reason, lot))
    if not numbers and complaint.reason in {"late_shipment", "late_delivery", "not_delivered"}:
        return (money.REST,)
    if not numbers:
        raise NotFound(field="lots")
    return numbers


def _concerns(reason: str, lot: Lot) -> bool:
    """Whether a claim that names no lots means this one: what is wrong with goods is wrong with those that came."""
    if reason == "not_delivered":
        return lot.state == "shipped"
    if reason == "wrongful_rejection":
        return lot.state == "rejected"
    return reason in {"late_shipment", "late_delivery", *supplying.ABOUT_RETURNS} or lot.state != "shipped"


def _check(work: Work, complaint: Complaint, lots: Sequence[int]) -> None:
    offered = programme_rules.remedies(programme=work.programme, reason=complaint.reason)
    if offered and complaint.remedy not in offered:
        raise rules.RemedyNotOffered(field="remedy", accepted=list(offered), found=complaint.remedy)
    if complaint.amount_minor is not None and complaint.amount_minor <= 0:
        raise Invalid(field="amount_minor", accepted="at least 1", found=complaint.amount_minor)
    lines = {line.number for line in work.order.lines}
    named = [(lot, line) for lot, line, _units in complaint.units]
    if len(named) != len(set(named)):
        raise Invalid(field="units", accepted="each line of a lot once", found=named)
    for place, (lot, line, units) in enumerate(complaint.units):
        most = _most_units(work, lot, line)
        if line not in lines or not 0 < units <= most:
            raise Invalid(field=f"units.{place}", accepted={"lines": sorted(lines), "units": f"1 to {most}"})
    for claim in open_claims(work.order.id):
        shared = set(claim.lots) & set(lots)
        crossing = complaint.reason == "wrongful_rejection" and claim.reason in rules.DECIDES_GOODS
        if shared and (claim.reason == complaint.reason or crossing):
            raise rules.AlreadyClaimed(claim=claim.number, lots=sorted(shared))
    _check_supplier(work, complaint, lots)


def _check_versions(work: Work, complaint: Complaint, lots: Sequence[int]) -> None:
    """Goods are judged by the terms under which they left: one claim, one set of terms. Refusal:
    `LotsUnderDifferentTerms`."""
    found = {number: work.order.version if number == money.REST else work.lot(number).version for number in lots}
    if complaint.reason not in rules.BY_TERMS or len(set(found.values())) < 2:
        return
    documents = [
        agreement(contract_id=work.order.contract_id, version=version).document for version in set(found.values())
    ]
    if len({(one.specification, one.criterion, one.charges) for one in documents}) > 1:
        by_version: dict[str, list[int]] = {}
        for number, version in sorted(found.items()):
            by_version.setdefault(str(version), []).append(number)
        raise rules.LotsUnderDifferentTerms(field="lots", accepted=list(by_version.values()), versions=by_version)


def _check_supplier(work: Work, complaint: Complaint, lots: Sequence[int]) -> None:
    """A supplier's reason needs its event: a balance overdue, a lot rejected, goods on their way back."""
    match complaint.reason:
        case "balance_unpaid" if not work.order.overdue or work.order.rest_settled:
            raise BalanceNotOverdue
        case "wrongful_rejection":
            rejected = [lot.number for lot in work.whole.lots if lot.state == "rejected"]
            if not set(lots) <= set(rejected):
                raise Invalid(field="lots", accepted=rejected, found=list(lots))
        case reason if reason in supplying.ABOUT_RETURNS:
            back = {number for claim in open_claims(work.order.id, state="returning") for number in claim.lots}
            if not set(lots) <= back:
                raise Invalid(field="lots", accepted=sorted(back), found=list(lots))
        case _:
            pass


def _most_units(work: Work, lot: int, line: int) -> int:
    if lot:
        found = work.whole.lot(lot)
        return found.quantities.get(line, 0) if found else 0
    ordered = {row.number: row.quantity for row in work.order.lines}
    return ordered.get(line, 0) - money.shipped_so_far(lots=work.whole.lots).get(line, 0)


def _window(work: Work, complaint: Complaint, lots: Sequence[int]) -> datetime | None:
    """The last moment for these goods; a claim in time for one of the lots comes in, the engine judges each lot."""
    zone = work.order.buyer_zone if work.act.role == "buyer" else work.order.supplier_zone
    ends: list[datetime | None] = []
    for number in lots:
        window = programme_rules.claim_window(
            programme=work.programme,
            reason=complaint.reason,
            facts=replace(window_facts(work, work.whole.lot(number)), zone=zone),
        )
        if window.open_at(work.now):
            ends.append(window.ends_at)
        elif window.ends_at is not None and len(lots) == 1:
            raise rules.WindowClosed(
                ended_at=rfc3339(window.ends_at),
                buyer_zone=work.order.buyer_zone,
                supplier_zone=work.order.supplier_zone,
                rule=window.rule,
            )
    if not ends:
        raise rules.WindowClosed(lots=list(lots))
    return None if None in ends else max(end for end in ends if end is not None)


def _row(work: Work, complaint: Complaint, lots: Sequence[int], side: str, ends_at: datetime | None) -> models.Claim:
    number = models.Claim.objects.filter(order_id=work.order.id).count() + 1
    return models.Claim.objects.create(
        id=new_id(),
        order_id=work.order.id,
        number=number,
        claimant=side,
        reason=complaint.reason,
        lots=list(lots),
        units=[{"lot": lot, "line": line, "units": units} for lot, line, units in complaint.units],
        terms=list(complaint.terms),
        about=complaint.about,
        remedy=complaint.remedy,
        amount_minor=complaint.amount_minor,
        statement=complaint.statement,
        cancel_rest=complaint.cancel_rest,
        cancel_late=complaint.cancel_late,
        return_waived=complaint.return_waived,
        counterfeit=complaint.counterfeit,
        dangerous=complaint.dangerous,
        opened_at=work.now,
        window_ends_at=ends_at,
        external_id=complaint.external_id,
        metadata=dict(complaint.metadata),
    )


def _freeze(case: Case) -> int:
    """Freeze what is disputed and still held, place by place; answers the sum.

    Disputed is the amount asked for; without one, the price of the goods complained of, and for lateness what the
    rules compute.
    """
    work, claim = case.work, case.claim
    by_place = {}
    for place, wanted in disputed(work, claim).items():
        amount = freeze(work, place=place, wanted_minor=wanted, claim_id=claim.id)
        if amount:
            by_place[str(place)] = amount
    case.keep(frozen=by_place)
    frozen = sum(by_place.values())
    if claim.remedy == "refund" and frozen == 0 and not _anything_left(work, claim):
        raise rules.NothingToClaim(lots=list(claim.lots))
    return frozen


def _anything_left(work: Work, claim: models.Claim) -> bool:
    return any(
        money.place_price(work.whole, place)
        > money.place_refunded(work.whole, place) + money.place_frozen(work.whole, place)
        for place in [*claim.lots, *([money.REST] if claim.cancel_rest else [])]
    )


def disputed(work: Work, claim: models.Claim) -> dict[int, int]:
    """What a claim disputes, by place: the amount asked for, or the price of its goods, or what lateness comes to."""
    places = list(claim.lots)
    if claim.reason in {"late_shipment", "late_delivery"} and not claim.cancel_late:
        wanted = claim.amount_minor or _computed(work, claim)
        prices = [money.place_price(work.whole, place) for place in places]
        return dict(zip(places, share(total=wanted, weights=prices), strict=True))
    prices_of: dict[int, int] = {place: _price_of(work, claim, place) for place in places}
    priced = sum(prices_of.values())
    if claim.amount_minor is not None and priced > 0:
        asked = min(claim.amount_minor, priced)
        parts = share(total=asked, weights=list(prices_of.values()))
        prices_of = dict(zip(places, parts, strict=True))
    if claim.cancel_rest:
        prices_of[money.REST] = money.rest_price(work.whole)
    return prices_of


def _price_of(work: Work, claim: models.Claim, place: int) -> int:
    units = {row["line"]: row["units"] for row in claim.units if row["lot"] == place}
    lot = work.whole.lot(place)
    if lot is None:
        return money.rest_price(work.whole)
    if units:
        return money.part_price(order=work.order, lot=lot, units=units)
    if claim.reason == "quantity" and lot.received is not None:
        missing = {line: sent - lot.received.get(line, sent) for line, sent in lot.quantities.items()}
        if (
            programme_rules.short_delivery(
                programme=work.programme, ordered=sum(lot.quantities.values()), received=sum(lot.received.values())
            ).measure
            == "full_refund"
        ):
            return lot.price_minor
        return money.part_price(order=work.order, lot=lot, units=missing)
    return lot.price_minor


def _computed(work: Work, claim: models.Claim) -> int:
    assessment = engines.engine(engines.LATEST)(
        programme=work.programme, facts=gather(act=work.act, whole=work.whole, claims=[claim])
    )
    return assessment.total_minor


def _answer(case: Case) -> Limit:
    who = rules.respondent(case.claim.claimant)
    return limit(case.work, "claims.answer_days", who=who, anchor=case.claim.opened_at)


def _wait_for_answer(case: Case) -> None:
    """The respondent's deadline, and the day the claim escalates by itself."""
    work, claim = case.work, case.claim
    who = rules.respondent(claim.claimant)
    zone = work.order.supplier_zone if who == "supplier" else work.order.buyer_zone
    answer = _answer(case)
    work.deadline(
        "claim.answer",
        subject=("claim", claim.id),
        due_at=answer.due_at,
        who=who,
        basis={"rule": "claims.answer_days", "opened_at": rfc3339(claim.opened_at), **answer.basis},
    )
    escalates = programme_rules.escalate_automatic_at(programme=work.programme, opened_at=claim.opened_at, zone=zone)
    work.deadline(
        "claim.escalate",
        subject=("claim", claim.id),
        # Holidays may let the time to answer end later; nobody is sent to a mediator before it is over.
        due_at=max(escalates, answer.due_at + SECOND) if answer.basis else escalates,
        who=who,
        basis={"rule": "claims.escalate_automatic_day", "opened_at": rfc3339(claim.opened_at)},
    )
    wait_for_rules(case)


def wait_for_rules(case: Case, *, before: Deadline | None = None) -> None:
    """Where the programme lets the record decide: not before the time to rebut or the answer, whichever is later; with
    the days for which the deadline that it replaces was held up."""
    work, claim = case.work, case.claim
    if not programme_rules.may_decide_without_person(programme=work.programme, reason=claim.reason, undisputed=True):
        return
    held_up, paused = pauses.held_up(row=before, at=work.now)
    rebut = limit(work, "claims.rebut_days", who="supplier", anchor=claim.opened_at, more_days=held_up)
    # While there is no answer, the last moment to answer stands for it.
    answered = claim.answered_at or limit(work, "claims.answer_days", who="supplier", anchor=claim.opened_at).due_at
    work.deadline(
        "claim.rules",
        subject=("claim", claim.id),
        due_at=max(rebut.due_at, answered, work.now),
        who="supplier",
        basis={
            "rule": "claims.rebut_days",
            "opened_at": rfc3339(claim.opened_at),
            **rebut.basis,
            **({"paused": paused} if paused else {}),
        },
    )
