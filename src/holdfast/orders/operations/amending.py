"""A contract is amended over its order: proposed, signed by both, declined, withdrawn, lapsed.

All under the order's lock, so that no shipment, payment, claim or release comes between a rule and its effect. What a
version does once both have signed is in `amended`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.contracts import amending as contract_rules
from holdfast.contracts import document as documents
from holdfast.contracts import models as contracts
from holdfast.contracts.agreement import Agreement, agreement_of
from holdfast.contracts.changes import Change, changed, differences
from holdfast.contracts.operations import amending as steps
from holdfast.contracts.operations.drafting import check_clauses, check_eligible
from holdfast.contracts.rules import CoverChanged, EarlyAboveCover, Signer
from holdfast.contracts.shape import Document
from holdfast.contracts.versions import AmendmentPage, amendment_page_of
from holdfast.kernel.clock import local_day
from holdfast.kernel.refusals import Invalid, OutOfState
from holdfast.orders.cover import linked_taken
from holdfast.orders.operations import amended, lines
from holdfast.orders.operations.above import claims
from holdfast.orders.operations.debts import cover_stopped_minor
from holdfast.orders.operations.signing import check_standing, lock_pair
from holdfast.orders.refusals import ChargebackOpen, ClaimOpen, CoverStopped, Overtaken, TotalTooLow
from holdfast.orders.rules import amending as rules
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Whole
from holdfast.orders.work import Work, lock
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act
from holdfast.terms import checking


@dataclass(frozen=True, slots=True)
class Amended:
    """What a signature on an amendment did; `back_minor` went back to the buyer, `due_minor` is asked of it in more."""

    amendment_id: UUID
    order_id: UUID
    amendment_state: str
    version: int
    side: str
    kind: str
    total_minor: int
    cover_minor: int
    back_minor: int
    due_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A document that was asked for, and whether its payment schedule only follows the total."""

    document: Document
    follows: bool


def propose(
    *,
    act: Act,
    order_id: UUID,
    changes: Sequence[Mapping[str, Any]] | None = None,
    document: Any = None,
    note: str = "",
) -> AmendmentPage:
    """Propose a new version, as `act.role` (buyer or supplier): by its changes, or by the whole document.

    Refusals: `NotAllowed`, `OutOfState`, `AmendmentOpen`, those of `contracts.amending.check` and of
    `contracts.changes.changed`, `Invalid`, `TotalTooLow`, `PaidInPart`, `NothingLeftToShip`, `ChargebackOpen`,
    `CoverStopped`, `ExcessRefused`, `EarlyAboveCover`, `NotEligible`.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        steps.check_proposer(act)
        _may_amend(work, "propose")
        contract = _contract(work)
        steps.check_none_open(contract)
        base = _in_force(contract)
        asked = _asked(work, base, changes, document)
        found = tuple(differences(documents.as_document(base.document), documents.as_document(asked.document)))
        _check(work, contract, base, asked, found)
        cover = _cover(work, base, asked.document)
        _check_reserved(work, base, asked.document, cover.reserved_minor)
        new = steps.NewVersion(asked.document, found, cover, note)
        amendment = steps.propose_into(
            recording=work.recording, chain=work.chain, contract=contract, base=base, new=new
        )
        page: AmendmentPage = work.write(amendment_page_of(amendment, (), role=act.role))
        return page


def sign(*, act: Act, amendment_id: UUID, digest: str, signer: Signer) -> Amended:
    """Sign as `act.role` over the digest the signer states. With the second signature the version is in force, and
    money, dates and cover follow; until then nothing moves.

    Refusals: those of `propose`, `ProveAgain`, `AboveSignLimit`, `OtherText`, `SignedAlready`, `SigningTimeOver`,
    `CoverChanged`, `Overtaken`.
    """
    with lines.told(), transaction.atomic():
        work, amendment = _locked(act, amendment_id)
        contract = amendment.contract
        base = _in_force(contract)
        signature, complete = steps.sign_amendment_into(
            recording=work.recording,
            amendment=amendment,
            base=base,
            digest=digest,
            signer=signer,
        )
        _may_amend(work, "sign")
        asked = _still(work, base, amendment)
        _check(work, contract, base, asked, [_change(one) for one in amendment.changes])
        cover = _cover(work, base, asked.document)
        if cover.reserved_minor < amendment.cover_minor:
            raise CoverChanged(
                signed_minor=amendment.cover_minor, possible_minor=cover.reserved_minor, currency=contract.currency
            )
        _check_reserved(work, base, asked.document, amendment.cover_minor)
        effects = amended.Effects()
        if complete:
            effects = amended.put_in_force(work, base=base, amendment=amendment, after=asked.document)
        said = {"side": act.role, "kind": signature.kind, "complete": complete, **effects.said()}
        steps.write_event(work.recording, work.chain, amendment, "amendment.signed", said)
        done: Amended = work.write(
            Amended(
                amendment_id=amendment.id,
                order_id=work.order.id,
                amendment_state=amendment.state,
                version=amendment.version,
                side=act.role,
                kind=signature.kind,
                total_minor=amendment.total_minor,
                cover_minor=amendment.cover_minor,
                back_minor=effects.back_minor,
                due_minor=effects.due_minor,
                currency=contract.currency,
            )
        )
        return done


def decline(*, act: Act, amendment_id: UUID, reason: str = "") -> AmendmentPage:
    """The other side says no. Refusals: `NotAllowed`, `OutOfState`."""
    return _end(act, amendment_id, "decline", "amendment.declined", reason)


def withdraw(*, act: Act, amendment_id: UUID, reason: str = "") -> AmendmentPage:
    """The side that proposed takes it back. Refusals: `NotAllowed`, `OutOfState`."""
    return _end(act, amendment_id, "withdraw", "amendment.withdrawn", reason)


def lapse(*, act: Act, amendment_id: UUID) -> AmendmentPage:
    """The time to sign is over. Refusals: `NotDue`, `OutOfState`."""
    return _end(act, amendment_id, "lapse", "amendment.lapsed", "")


def _end(act: Act, amendment_id: UUID, verb: str, event: str, reason: str) -> AmendmentPage:
    with transaction.atomic():
        work, amendment = _locked(act, amendment_id)
        steps.end_amendment_into(recording=work.recording, amendment=amendment, verb=verb)
        private = {"reason": reason} if reason else None
        steps.write_event(work.recording, work.chain, amendment, event, {}, private=private)
        signatures = tuple(contracts.AmendmentSignature.objects.filter(amendment=amendment).order_by("id"))
        page: AmendmentPage = work.write(amendment_page_of(amendment, signatures, role=act.role))
        return page


# --- what is there ---------------------------------------------------------------------------------------------------


def _locked(act: Act, amendment_id: UUID) -> tuple[Work, contracts.Amendment]:
    """The order first, then the amendment as the last holder of the lock left it. Refusal: `NotFound`."""
    order_id = steps.loaded(amendment_id=amendment_id).contract.order_id
    work = lock(act=act, order_id=order_id)
    return work, steps.loaded(amendment_id=amendment_id)


def _contract(work: Work) -> contracts.Contract:
    rows = contracts.Contract.objects.select_related("programme", "buyer", "supplier")
    return rows.get(id=work.order.contract_id)


def _in_force(contract: contracts.Contract) -> Agreement:
    later = contract.version > 1
    return agreement_of(contract, contract.amendments.get(version=contract.version, state="signed") if later else None)


def _may_amend(work: Work, verb: str) -> None:
    """Whether there is still something that an amendment could be about."""
    order = work.order
    if not rules.amendable(order):
        state = "the rest has ended" if order.rest_settled and order.state in rules.STATES else order.state
        raise OutOfState(subject="amendment", verb=verb, state=state, accepted=list(rules.STATES))
    if order.rest_locked:
        raise ClaimOpen(frozen_minor=order.rest_frozen_minor)


def standing_of(whole: Whole, *, first: Document, now: datetime) -> contract_rules.Standing:
    """How far the order is, as the rules of amendments ask it."""
    order = whole.order
    return contract_rules.Standing(
        first=first,
        paid=bool(order.paid_minor or order.first_paid_at),
        today=local_day(now, order.supplier_zone),
        first_paid_on=local_day(order.first_paid_at, order.supplier_zone) if order.first_paid_at else None,
        shipped=money.shipped_so_far(lots=whole.lots),
        claims=claims().about(order.id) if order.claims_open else (),
    )


# --- what is asked for -----------------------------------------------------------------------------------------------


def _asked(work: Work, base: Agreement, changes: Sequence[Mapping[str, Any]] | None, document: Any) -> _Asked:
    if (changes is None) == (document is None):
        raise Invalid(field="changes", found="both or neither", accepted="either `changes` or `document`")
    checking.refuse_unwritable(changes if changes is not None else document, "changes" if document is None else "", 0)
    before = documents.as_document(base.document)
    wanted = changed(before, changes) if changes is not None else document
    if not isinstance(wanted, dict):
        raise Invalid(field="document", found=type(wanted).__name__, accepted="an object")
    if not _same_schedule(before["payment"], wanted.get("payment")):
        payment = _without_amounts(_usual_again(before["payment"], wanted["payment"]))
        return _Asked(documents.read({**wanted, "payment": payment}), follows=False)
    # The total is known once the rest of the document is; the schedule then follows it.
    bare = documents.read({**wanted, "payment": {"kind": "full"}})
    payment = rules.follow(payment=base.document.payment, whole=work.whole, total_minor=bare.total_minor)
    return _Asked(documents.read(documents.as_document(replace(bare, payment=payment))), follows=True)


def _same_schedule(before: Any, given: Any) -> bool:
    if given is None:
        return True
    if not isinstance(given, dict):
        return False
    if not given.get("tranches"):
        shorthand = ("kind", "deposit_percent")
        return all(str(given.get(key)) == str(before.get(key)) for key in shorthand) and before["kind"] != "milestones"
    return bool(_without_amounts(before) == _without_amounts(given))


def _usual_again(before: Any, given: Any) -> Any:
    """A shorthand that is changed by itself is written out anew: the tranches that stand are those of the old one."""
    if not isinstance(given, dict) or given.get("kind") == "milestones":
        return given
    return {**given, "tranches": []} if given.get("tranches") == before["tranches"] else given


def _without_amounts(payment: Any) -> Any:
    """The schedule without what is computed from its percentages."""
    if not isinstance(payment, dict) or not isinstance(payment.get("tranches"), list):
        return payment
    tranches = [
        {**one, "amount_minor": None} if isinstance(one, dict) and one.get("percent") is not None else one
        for one in payment["tranches"]
    ]
    return {**payment, "tranches": tranches}


def _still(work: Work, base: Agreement, amendment: contracts.Amendment) -> _Asked:
    """The proposed document, if what has happened since still leaves room for its schedule. Refusal: `Overtaken`."""
    if amendment.base_digest != base.digest:
        raise Overtaken(base=amendment.base_digest, in_force=base.digest)
    agreed = documents.read(amendment.document["agreed"])
    followed = rules.follow(payment=base.document.payment, whole=work.whole, total_minor=agreed.total_minor)
    follows = followed == agreed.payment
    if not follows and not rules.untouched(work.whole):
        raise Overtaken(paid_minor=work.order.paid_minor, currency=work.order.currency)
    return _Asked(agreed, follows)


def _change(found: Mapping[str, Any]) -> Change:
    return Change(found["path"], found["from"], found["to"])


# --- whether it may be -----------------------------------------------------------------------------------------------


def _check(work: Work, contract: contracts.Contract, base: Agreement, asked: _Asked, found: Sequence[Change]) -> None:
    first = documents.read(contract.document["agreed"]) if contract.version > 1 else base.document
    before, after = base.document, asked.document
    contract_rules.check(
        programme=base.programme,
        before=before,
        after=after,
        changes=tuple(contract_rules.asked_for(found, schedule_follows=asked.follows)),
        standing=standing_of(work.whole, first=first, now=work.now),
    )
    check_clauses(base.programme, after)
    if {line.product for line in after.lines} - {line.product for line in before.lines} or (
        after.category != before.category
    ):
        check_eligible(base.programme, contract.buyer, contract.supplier, after)
    if after.total_minor != before.total_minor and work.order.disputed_minor:
        raise ChargebackOpen(disputed_minor=work.order.disputed_minor, currency=work.order.currency)
    amended.check_goods(work, after)


def _cover(work: Work, base: Agreement, after: Document) -> documents.Cover:
    """The cover of the new version: as it is where the total stays, else reserved anew within what the order's cap and
    the orders linked to it leave."""
    order, programme = work.order, base.programme
    if after.total_minor == order.total_minor:
        reserved = order.cover_minor
    else:
        reserved = _reserved(work, after)
    most_early = programme_rules.early_release_left(
        programme=programme, cover_reserved_minor=reserved, released_early_minor=0
    )
    if after.early_minor > most_early and after.payment != base.document.payment:
        raise EarlyAboveCover(
            field="payment.tranches",
            accepted=most_early,
            early_minor=after.early_minor,
            cover_minor=reserved,
            currency=order.currency,
        )
    excess = programme_rules.uncovered_excess(total_minor=after.total_minor, reserved_minor=reserved)
    return documents.Cover(order.tier, reserved, excess)


def _check_reserved(work: Work, base: Agreement, after: Document, reserved_minor: int) -> None:
    """That so much can stand behind the order: more only while the supplier is in good standing, the operator owes no
    award and the line has room; less not below what was drawn.

    Refusals: `NotEligible`, `CoverStopped`, `LineExhausted`, `TotalTooLow`.
    """
    order = work.order
    if after.total_minor > order.total_minor or reserved_minor > order.cover_minor:
        check_standing(order.supplier_id)
    if reserved_minor > order.cover_minor:
        owed = cover_stopped_minor(currency=order.currency)
        if owed:
            raise CoverStopped(owed_minor=owed, currency=order.currency)
        lines.check(amended.more_cover(work, base, reserved_minor))
    if reserved_minor < order.cover_drawn_minor:
        accepted = {"least_minor": order.cover_drawn_minor}
        raise TotalTooLow(field="total_minor", accepted=accepted, total_minor=after.total_minor)


def _reserved(work: Work, after: Document) -> int:
    order, programme = work.order, work.programme
    lock_pair(buyer_id=order.buyer_id, supplier_id=order.supplier_id)
    shared = linked_taken(
        buyer_id=order.buyer_id,
        supplier_id=order.supplier_id,
        currency=order.currency,
        programme=programme,
        now=order.opened_at,
        besides=order.id,
    )
    reserved = programme_rules.cover_reserved(
        programme=programme,
        tier=order.tier,
        currency=order.currency,
        total_minor=after.total_minor,
        individual_minor=order.cap_minor,
        linked=shared is not None,
        linked_reserved_minor=shared or 0,
    )
    # What is reserved for this order already is its own.
    return max(reserved, min(order.cover_minor, after.total_minor))
