"""The three explicit answers to a breach: waive it, a new date with rights reserved, a new date with compensation.

One side proposes, whoever gives something up signs, and only then it is in force: the assessment of a later claim reads
it, and compensation that was agreed on goes back to the buyer at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.claims.breaches import GOODS, LATENESS, late_lots, waives_lateness
from holdfast.claims.gather import open_claims
from holdfast.contracts import rules as contract_rules
from holdfast.contracts.attested import specification_of
from holdfast.contracts.queries import agreement as agreement_of
from holdfast.contracts.rules import Signer
from holdfast.kernel.clock import end_of_day, local_day, rfc3339
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState, Refusal
from holdfast.orders.operations.correspondence import put_message
from holdfast.orders.operations.settlement import refund
from holdfast.orders.refusals import ClaimOpen
from holdfast.orders.rules import money
from holdfast.orders.work import Work, lock
from holdfast.programme import rules as programme_rules
from holdfast.record import concessions
from holdfast.record.act import Act
from holdfast.record.concessions import Concession
from holdfast.record.rules import BREACHES, CONCESSIONS


class ConcessionOpen(Refusal):
    """Another act is proposed on this order already: it is signed, declined or withdrawn first."""


class LotsLeftLate(Refusal):
    """Lots of this order left late already, and a new date would take the lateness from them too: reserve your rights,
    or waive the lateness altogether."""


class NothingToShip(Refusal):
    """Everything has been shipped: there is no new ship date to agree on."""


class LatenessWaived(Refusal):
    """The lateness of this order was waived already."""


class ConcessionOvertaken(Refusal):
    """The contract or its ship date has changed since this was proposed; propose it anew."""


class CompensationNotHeld(Refusal):
    """So much is not held for what has not been shipped: compensation at once can only come from held money."""

    status = 422


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed. `breach` is `late` or `term`; `terms` and `lots` say of what, for terms; `new_on` is the new
    ship date; without `compensation_minor` the usual rate for the days of delay is taken."""

    kind: str
    breach: str = "late"
    terms: tuple[str, ...] = ()
    lots: tuple[int, ...] = ()
    new_on: date | None = None
    compensation_minor: int | None = None


def propose(
    *,
    act: Act,
    order_id: UUID,
    proposal: Proposal,
    signer: Signer,
    text: str | None = None,
    file_ids: Sequence[UUID] = (),
    is_flagged: bool = False,
) -> Concession:
    """Propose an act, perhaps with a message beside it; a side whose signature it needs signs by proposing.

    Refusals: `not_allowed`, `out_of_state`, `invalid`, `concession_open`, `claim_open`, `lots_left_late`,
    `nothing_to_ship`, `lateness_waived`, `ship_date_too_far`, `compensation_not_held`, those of a signature and of a
    message.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        _check_side(work, "propose")
        if text is not None:
            put_message(work, text=text, file_ids=file_ids, is_flagged=is_flagged)
        document = _document(work, proposal)
        found = concessions.propose(
            order_id=order_id,
            kind=proposal.kind,
            breach=proposal.breach,
            proposed_by=act.role,
            document=document,
            now=act.now,
        )
        _event(work, "concession.proposed", found)
        if act.role in CONCESSIONS[found.kind]:
            found = _sign(work, found, signer, found.digest)
        return work.write(found)


def sign(*, act: Act, order_id: UUID, concession_id: UUID, digest: str, signer: Signer) -> Concession:
    """Sign an act that was proposed, over its digest.

    Refusals: `not_found`, `not_allowed`, `out_of_state`, `signed_already`, `claim_open`, `compensation_not_held` and
    those of a signature.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        found = concessions.find(order_id=order_id, concession_id=concession_id)
        if found.state != "proposed":
            raise OutOfState(subject="concession", verb="sign", state=found.state, accepted=["proposed"])
        needed = CONCESSIONS[found.kind]
        if act.role not in needed:
            raise NotAllowed(subject="concession", verb="sign", role=act.role, accepted=sorted(needed))
        return work.write(_sign(work, found, signer, digest))


def decline(*, act: Act, order_id: UUID, concession_id: UUID, reason: str = "") -> Concession:
    """Say no to what the other side has proposed. Refusals: `not_found`, `not_allowed`, `out_of_state`."""
    return _end(act, order_id, concession_id, "decline", reason)


def withdraw(*, act: Act, order_id: UUID, concession_id: UUID) -> Concession:
    """Take back what one has proposed. Refusals: `not_found`, `not_allowed`, `out_of_state`."""
    return _end(act, order_id, concession_id, "withdraw", "")


def _end(act: Act, order_id: UUID, concession_id: UUID, verb: str, reason: str) -> Concession:
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        found = concessions.find(order_id=order_id, concession_id=concession_id)
        is_own = act.role == found.proposed_by
        if act.role not in contract_rules.SIDES or is_own != (verb == "withdraw"):
            raise NotAllowed(subject="concession", verb=verb, role=act.role, proposed_by=found.proposed_by)
        ended = concessions.step(concession=found, verb=verb, role=act.role, now=act.now)
        name = "concession.withdrawn" if verb == "withdraw" else "concession.declined"
        _event(work, name, ended, private={"reason": reason} if reason else None)
        return work.write(ended)


# --- checking --------------------------------------------------------------------------------------------------------


def _check_side(work: Work, verb: str) -> None:
    if work.act.role not in contract_rules.SIDES:
        raise NotAllowed(subject="concession", verb=verb, role=work.act.role, accepted=list(contract_rules.SIDES))
    if work.order.state == "closed":
        raise OutOfState(
            subject="order", verb=verb, state="closed", accepted=["agreed", "active", "completed", "cancelled"]
        )


def _document(work: Work, proposal: Proposal) -> dict[str, Any]:
    """What will be signed, once it is sure that it may be proposed."""
    if proposal.kind not in CONCESSIONS:
        raise Invalid(field="kind", accepted=list(CONCESSIONS), found=proposal.kind)
    if proposal.breach not in BREACHES:
        raise Invalid(field="breach", accepted=list(BREACHES), found=proposal.breach)
    if any(one.state == "proposed" for one in concessions.of_order(order_id=work.order.id)):
        raise ConcessionOpen
    _check_claims(work, proposal.breach)
    if proposal.breach == "term":
        _check_terms(work, proposal)
    else:
        _check_date(work, proposal)
    order = work.order
    return {
        "holdfast": "concession",
        "order": public("ord", order.id),
        "contract_digest": agreement_of(contract_id=order.contract_id).digest,
        "kind": proposal.kind,
        "breach": proposal.breach,
        "terms": list(proposal.terms),
        "lots": list(proposal.lots),
        "original_on": order.ship_on.isoformat() if proposal.breach == "late" and order.ship_on else None,
        "new_on": proposal.new_on.isoformat() if proposal.new_on else None,
        "compensation_minor": _compensation(work, proposal),
        "currency": order.currency,
        "proposed_by": work.act.role,
        "proposed_at": rfc3339(work.now),
    }


def _check_claims(work: Work, breach: str) -> None:
    """What a claim is open about changes only by its settlement."""
    reasons = LATENESS if breach == "late" else GOODS
    for claim in open_claims(work.order.id):
        if claim.reason in reasons:
            raise ClaimOpen(claim=claim.number)


def _check_terms(work: Work, proposal: Proposal) -> None:
    """Terms are waived and nothing else: a new date is about the ship date."""
    if proposal.kind != "waive":
        raise Invalid(field="breach", accepted=["late"], found=proposal.breach)
    if proposal.new_on is not None:
        raise Invalid(field="new_on", accepted=None, found=proposal.new_on.isoformat())
    agreement = agreement_of(contract_id=work.order.contract_id)
    known = [term.id for term in specification_of(agreement).terms]
    if not proposal.terms or not set(proposal.terms) <= set(known) or len(set(proposal.terms)) != len(proposal.terms):
        raise Invalid(field="terms", accepted=known, found=list(proposal.terms))
    lots = [lot.number for lot in work.whole.lots]
    if not set(proposal.lots) <= set(lots) or len(set(proposal.lots)) != len(proposal.lots):
        raise Invalid(field="lots", accepted=lots, found=list(proposal.lots))


def _check_date(work: Work, proposal: Proposal) -> None:
    order = work.order
    for field in ("terms", "lots"):
        if getattr(proposal, field):
            raise Invalid(field=field, accepted=[], found=list(getattr(proposal, field)))
    if order.ship_on is None:
        raise OutOfState(subject="order", verb="propose", state="no ship date yet", accepted=["a ship date"])
    if waives_lateness(concessions.in_force(order_id=order.id)):
        raise LatenessWaived
    if proposal.new_on is None:
        if proposal.kind != "waive":
            raise Invalid(field="new_on", accepted="a day after the ship date")
        return
    if not has_rest(work):
        raise NothingToShip
    today = local_day(work.now, order.supplier_zone)
    if proposal.new_on <= order.ship_on or proposal.new_on < today:
        raise Invalid(
            field="new_on", accepted={"after": order.ship_on.isoformat(), "from": today.isoformat()},
            found=proposal.new_on.isoformat(),
        )  # fmt: skip
    if proposal.kind != "rights_reserved":
        if late_lots(work):
            raise LotsLeftLate(lots=list(late_lots(work)))
        programme_rules.check_ship_date_extension(
            programme=work.programme, original_on=_first_owed(work), new_on=proposal.new_on
        )


def _first_owed(work: Work) -> date:
    """The ship date before any act moved it."""
    order = work.order
    known = concessions.in_force(order_id=order.id)
    days = [one.original_on for one in known if one.moves_date]
    first = agreement_of(contract_id=order.contract_id, version=1).document
    paid_on = local_day(order.first_paid_at, order.supplier_zone) if order.first_paid_at else None
    return min(day for day in (*days, first.ship_on(first_paid_on=paid_on), order.ship_on) if day is not None)


def has_rest(work: Work) -> bool:
    """Whether something is still to be shipped."""
    order = work.order
    return order.state in {"agreed", "active"} and not order.rest_settled and money.rest_price(work.whole) > 0


# --- compensation ----------------------------------------------------------------------------------------------------


def usual_compensation(work: Work, new_on: date) -> int:
    """What the contract's clause, or the programme, gives for the days up to the new date, on what is not shipped."""
    order = work.order
    if order.ship_on is None:
        return 0
    goods = order.goods_minor - sum(lot.goods_minor for lot in work.whole.lots)
    found = programme_rules.late(
        programme=work.programme,
        clause=agreement_of(contract_id=order.contract_id).document.late,
        late_value_minor=goods,
        days_late=programme_rules.days_late(programme=work.programme, expected_on=order.ship_on, actual_on=new_on),
    )
    return found.amount_minor


def _compensation(work: Work, proposal: Proposal) -> int | None:
    if proposal.kind != "with_compensation" or proposal.new_on is None:
        if proposal.compensation_minor is not None:
            raise Invalid(field="compensation_minor", accepted=None, found=proposal.compensation_minor)
        return None
    amount = proposal.compensation_minor
    if amount is None:
        amount = usual_compensation(work, proposal.new_on)
    if amount <= 0:
        raise Invalid(field="compensation_minor", accepted="at least 1", found=amount)
    _check_held(work, amount)
    return amount


def _check_held(work: Work, amount_minor: int) -> None:
    most = money.freezable(work.whole, place=money.REST, wanted_minor=amount_minor)
    if most < amount_minor:
        raise CompensationNotHeld(
            field="compensation_minor", accepted={"at_most": most}, found=amount_minor, currency=work.order.currency
        )


# --- signing ---------------------------------------------------------------------------------------------------------


def _sign(work: Work, found: Concession, signer: Signer, digest: str) -> Concession:
    """Add the acting side's signature; with the last one that is needed the act is in force."""
    act = work.act
    if act.role in found.signed_by:
        raise contract_rules.SignedAlready(side=act.role)
    kind = contract_rules.check_signature(
        signer=signer,
        stated=digest,
        digest=found.digest,
        total_minor=work.order.total_minor,
        currency=work.order.currency,
    )
    _check_claims(work, found.breach)
    _check_still(work, found)
    signed = concessions.sign(concession=found, side=act.role, kind=kind, signer=(signer.kind, signer.id), now=act.now)
    complete = signed.signed_by >= CONCESSIONS[signed.kind]
    if complete:
        signed = concessions.step(concession=signed, verb="sign", role=act.role, now=act.now)
        _take_effect(work, signed)
    _event(work, "concession.signed", signed, more={"side": act.role, "signature": kind, "complete": complete})
    return signed


def _check_still(work: Work, found: Concession) -> None:
    """That it still speaks of the contract in force and of the day that is owed. Refusals: `ConcessionOvertaken` and
    those of proposing a day."""
    agreed = agreement_of(contract_id=work.order.contract_id)
    moved = found.breach == "late" and found.original_on != work.order.ship_on
    if moved or found.document["contract_digest"] != agreed.digest:
        raise ConcessionOvertaken(proposed_under=found.document["contract_digest"], in_force=agreed.digest)
    if found.breach == "late":
        _check_date(
            work,
            Proposal(found.kind, found.breach, found.terms, found.lots, found.new_on, found.compensation_minor),
        )


def _take_effect(work: Work, signed: Concession) -> None:
    """The ship date moves where the act moves it, and compensation goes back to the buyer from held money."""
    if signed.moves_date and signed.new_on is not None:
        _move_date(work, signed.new_on)
    amount = signed.compensation_minor
    if amount:
        _check_held(work, amount)
        drawn = refund(work, place=money.REST, amount_minor=amount)
        work.send_back(amount_minor=drawn.refundable_minor)


def _move_date(work: Work, new_on: date) -> None:
    order = work.order
    if order.ship_on is None or not has_rest(work):
        raise NothingToShip
    later = new_on - order.ship_on
    expected = order.expected_delivery_on + later if order.expected_delivery_on else None
    work.change(ship_on=new_on, expected_delivery_on=expected)
    if order.first_paid_at is None:
        return
    for kind in ("order.ship", "order.late"):
        work.recording.settle(subject_id=order.id, kind=kind, state="void")
    work.deadline(
        "order.ship",
        subject=("order", order.id),
        due_at=end_of_day(new_on, order.supplier_zone),
        who="supplier",
        basis={"rule": "late.new_date", "ship_on": new_on.isoformat()},
    )


def _event(
    work: Work,
    name: str,
    found: Concession,
    *,
    more: dict[str, Any] | None = None,
    private: dict[str, Any] | None = None,
) -> None:
    """The facts of an act, as they stand in what is signed."""
    data = {
        "kind": found.kind,
        "breach": found.breach,
        "terms": list(found.terms),
        "lots": list(found.lots),
        "original_on": found.document["original_on"],
        "new_on": found.document["new_on"],
        "compensation_minor": found.compensation_minor,
        "currency": found.document["currency"],
        "digest": found.digest,
        "state": found.state,
    }
    work.event(name, data=data | (more or {}), private=private, concession=found.id)
