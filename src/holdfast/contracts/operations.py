"""The verbs of a contract: draft, revise, propose, sign, decline, withdraw, lapse. The only writers of its rows.

A signature that completes a contract opens an order, which this room does not know: `sign_into` adds its part to a
recording that the room above writes. All events stand on the chain of the order to be, under the contract's row lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from holdfast.contracts import document as documents
from holdfast.contracts import models, programmes, rules
from holdfast.contracts.agreement import individual_cap
from holdfast.contracts.queries import ContractPage, page_of
from holdfast.contracts.rules import Signer
from holdfast.contracts.shape import Document
from holdfast.kernel.clock import local_day, rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound
from holdfast.parties.models import Organisation
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act
from holdfast.record.chains import Chain, held_chain, new_chain
from holdfast.record.recording import Recording

SIGN = "contract.sign"
"""The kind of the deadline by which the other side signs."""


def draft(
    *,
    act: Act,
    counterparty_id: UUID,
    programme: str,
    document: Any,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> ContractPage:
    """Write a draft that only its own side sees. `act.role` is the drafter's side, buyer or supplier.

    Refusals: `NotAllowed`, `Invalid` with every clause that does not fit, `SamePartyTwice`, `CounterpartyUnknown`.
    """
    rules.check_drafter(role=act.role)
    agreed = documents.read(document)
    with transaction.atomic():
        buyer, supplier = _parties(act, counterparty_id)
        contract = models.Contract(
            id=new_id(),
            number=_number(act.now),
            order_id=new_id(),
            buyer=buyer,
            supplier=supplier,
            drafter=act.role,
            state=rules.CONTRACT.initial,
            programme=programmes.latest(name=programme),
            external_id=external_id,
            metadata=dict(metadata or {}),
            drafted_at=act.now,
        )
        _put_text(contract, agreed, None)
        contract.save(force_insert=True)
        recording = Recording(act)
        chain = new_chain(kind="order", chain_id=contract.order_id)
        _event(recording, chain, contract, "contract.drafted", {"total_minor": contract.total_minor})
        return recording.write(page_of(contract, (), role=act.role))


def revise(
    *,
    act: Act,
    contract_id: UUID,
    document: Any,
    programme: str | None = None,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> ContractPage:
    """Replace the text of a draft; labels that are not given stay.

    Refusals: `Invalid`, `NotAllowed`, `OutOfState`.
    """
    agreed = documents.read(document)
    with transaction.atomic():
        contract = locked(contract_id)
        _move(contract, "revise", act)
        if programme is not None:
            contract.programme = programmes.latest(name=programme)
        if external_id is not None:
            contract.external_id = external_id
        if metadata is not None:
            contract.metadata = dict(metadata)
        _put_text(contract, agreed, None)
        contract.save()
        return _recorded(act, contract, "contract.revised", {"total_minor": contract.total_minor})


def propose(*, act: Act, contract_id: UUID, linked: bool = False, linked_reserved_minor: int = 0) -> ContractPage:
    """Fix the text, with the cover it would have, and lay it before the other side to sign.

    `linked` and `linked_reserved_minor` say what orders linked to this one have reserved of the shared cover.
    Refusals: `Invalid`, `NotEligible`, `EarlyAboveCover`, those of `programme.rules.cover_reserved`.
    """
    with transaction.atomic():
        contract = locked(contract_id)
        _move(contract, "propose", act)
        buyer, supplier = contract.buyer, contract.supplier
        agreed = documents.read(contract.document["agreed"])
        # The newest version counts from the moment the text is fixed, not from the first draft.
        contract.programme = programmes.latest(name=contract.programme.name)
        programme = programmes.programme_of(name=contract.programme.name, version=contract.programme.version)
        documents.check_days(agreed, today=local_day(act.now, supplier.time_zone))
        _check_eligible(programme, buyer, supplier, agreed)
        cover = _cover(programme, supplier, agreed, linked, linked_reserved_minor)
        contract.cover_minor = cover.reserved_minor
        _put_text(contract, agreed, cover)
        contract.proposed_at = act.now
        other = rules.other_side(contract.drafter)
        recording = Recording(act)
        _sign_by(recording, contract, programme, who=other, anchor=("proposed", act.now))
        contract.save()
        chain = held_chain(kind="order", chain_id=contract.order_id)
        data = {"total_minor": contract.total_minor, "cover_minor": contract.cover_minor}
        _event(recording, chain, contract, "contract.proposed", data)
        return recording.write(page_of(contract, (), role=act.role))


@dataclass(frozen=True, slots=True)
class SignStep:
    """What a signature did."""

    contract: models.Contract
    signature: models.Signature
    complete: bool


def sign_into(
    *,
    recording: Recording,
    chain: Chain,
    contract: models.Contract,
    digest: str,
    signer: Signer,
    data: Mapping[str, Any] | None = None,
) -> SignStep:
    """Add one side's signature to a recording; the caller locked the contract, writes the recording, and opens the
    order when this completes it. `digest` is the one the signer states; `data` joins the event's.

    Refusals: `NotAllowed`, `ProveAgain`, `AboveSignLimit`, `OtherText`, `SignedAlready`, `SigningTimeOver`,
    `OutOfState`.
    """
    act, side = recording.act, recording.act.role
    kind = rules.check_signature(
        signer=signer,
        stated=digest,
        digest=contract.digest,
        total_minor=contract.total_minor,
        currency=contract.currency,
    )
    if models.Signature.objects.filter(contract=contract, side=side).exists():
        raise rules.SignedAlready(side=side)
    _move(contract, "sign", act)
    if contract.sign_due_at is None or act.now > contract.sign_due_at:
        raise rules.SigningTimeOver(due_at=contract.sign_due_at and rfc3339(contract.sign_due_at))
    signature = models.Signature.objects.create(
        id=new_id(),
        contract=contract,
        side=side,
        organisation_id=contract.buyer_id if side == "buyer" else contract.supplier_id,
        kind=kind,
        signer_kind=signer.kind,
        signer_id=signer.id,
        digest=contract.digest,
        at=act.now,
    )
    complete = contract.state == "signed"
    recording.settle(subject_id=contract.id, kind=SIGN)
    if complete:
        contract.signed_at = act.now
    else:
        programme = programmes.programme_of(name=contract.programme.name, version=contract.programme.version)
        _sign_by(recording, contract, programme, who=rules.other_side(side), anchor=("first_signed", act.now))
    contract.save(update_fields=["state", "signed_at", "sign_due_at"])
    said = {"side": side, "kind": kind, "complete": complete, **(data or {})}
    _event(recording, chain, contract, "contract.signed", said)
    return SignStep(contract, signature, complete)


def decline(*, act: Act, contract_id: UUID, reason: str = "") -> ContractPage:
    """The other side says no. Refusals: `NotAllowed`, `OutOfState`."""
    return _end(act, contract_id, "decline", "contract.declined", reason)


def withdraw(*, act: Act, contract_id: UUID, reason: str = "") -> ContractPage:
    """The drafter takes it back. Refusals: `NotAllowed`, `OutOfState`."""
    return _end(act, contract_id, "withdraw", "contract.withdrawn", reason)


def lapse(*, act: Act, contract_id: UUID) -> ContractPage:
    """The time to sign is over. Refusals: `NotDue`, `OutOfState` if it was signed or ended meanwhile."""
    return _end(act, contract_id, "lapse", "contract.lapsed", "")


def locked(contract_id: UUID) -> models.Contract:
    """The contract, its row locked to the end of the transaction: whoever holds it may continue its chain."""
    rows = models.Contract.objects.select_for_update(of=("self",)).select_related("programme", "buyer", "supplier")
    contract = rows.filter(id=contract_id).first()
    if contract is None:
        raise NotFound
    return contract


def _end(act: Act, contract_id: UUID, verb: str, event: str, reason: str) -> ContractPage:
    with transaction.atomic():
        contract = locked(contract_id)
        _move(contract, verb, act)
        if verb == "lapse" and contract.sign_due_at is not None and act.now <= contract.sign_due_at:
            raise rules.NotDue(due_at=rfc3339(contract.sign_due_at))
        contract.ended_at = act.now
        contract.save(update_fields=["state", "ended_at"])
        recording = Recording(act)
        recording.settle(subject_id=contract.id, kind=SIGN, state="done" if verb == "lapse" else "void")
        chain = held_chain(kind="order", chain_id=contract.order_id)
        _event(recording, chain, contract, event, {}, private={"reason": reason} if reason else None)
        signatures = tuple(models.Signature.objects.filter(contract=contract))
        return recording.write(page_of(contract, signatures, role=act.role))


def _recorded(act: Act, contract: models.Contract, event: str, data: Mapping[str, Any]) -> ContractPage:
    recording = Recording(act)
    _event(recording, held_chain(kind="order", chain_id=contract.order_id), contract, event, data)
    return recording.write(page_of(contract, (), role=act.role))


def _event(
    recording: Recording,
    chain: Chain,
    contract: models.Contract,
    name: str,
    data: Mapping[str, Any],
    *,
    private: Mapping[str, Any] | None = None,
) -> None:
    recording.event(
        chain,
        name,
        about={
            "contract": contract.id,
            "order": contract.order_id,
            "buyer": contract.buyer_id,
            "supplier": contract.supplier_id,
        },
        data={
            "number": contract.number,
            "state": contract.state,
            "digest": contract.digest,
            "currency": contract.currency,
            "programme": f"{contract.programme.name} {contract.programme.version}",
            **data,
        },
        private=private,
    )


def _move(contract: models.Contract, verb: str, act: Act) -> None:
    contract.state = rules.next_state(state=contract.state, verb=verb, role=act.role, drafter=contract.drafter)


def _parties(act: Act, counterparty_id: UUID) -> tuple[Organisation, Organisation]:
    """Buyer and supplier, the actor's side being `act.role`."""
    if act.organisation_id == counterparty_id:
        raise rules.SamePartyTwice(field="counterparty")
    found = Organisation.objects.in_bulk([act.organisation_id, counterparty_id])
    own, other = found.get(act.organisation_id), found.get(counterparty_id)
    if own is None:
        raise NotFound
    if other is None or other.kind not in rules.TRADERS:
        raise rules.CounterpartyUnknown(field="counterparty")
    return (own, other) if act.role == "buyer" else (other, own)


def _number(now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('contracts_number')")
        return f"HF-{now.year}-{cursor.fetchone()[0]:06d}"


def _put_text(contract: models.Contract, agreed: Document, cover: documents.Cover | None) -> None:
    """Write the canonical text, its digest, and the figures that are asked for without reading it."""
    buyer, supplier = contract.buyer, contract.supplier
    contract.currency = agreed.currency
    contract.total_minor = agreed.total_minor
    contract.document = documents.text(
        number=contract.number,
        order_id=contract.order_id,
        programme=programmes.programme_of(name=contract.programme.name, version=contract.programme.version),
        buyer=documents.Party(buyer.id, buyer.name, buyer.country),
        supplier=documents.Party(supplier.id, supplier.name, supplier.country),
        document=agreed,
        cover=cover,
    )
    contract.digest = documents.text_digest(contract.document)


def _check_eligible(programme: Programme, buyer: Organisation, supplier: Organisation, agreed: Document) -> None:
    reasons: list[str] = [] if supplier.programme_standing == "good" else [f"supplier_{supplier.programme_standing}"]
    for product in dict.fromkeys(line.product for line in agreed.lines):
        reasons += programme_rules.eligible(
            programme=programme,
            buyer_country=buyer.country,
            supplier_country=supplier.country,
            category=agreed.category,
            product=product,
        )
    if reasons:
        raise rules.NotEligible(reasons=list(dict.fromkeys(reasons)))


def _cover(
    programme: Programme, supplier: Organisation, agreed: Document, linked: bool, linked_reserved_minor: int
) -> documents.Cover:
    reserved = programme_rules.cover_reserved(
        programme=programme,
        tier=supplier.tier,
        currency=agreed.currency,
        total_minor=agreed.total_minor,
        individual_minor=individual_cap(supplier, agreed.currency),
        linked_reserved_minor=linked_reserved_minor,
        linked=linked,
    )
    most_early = programme_rules.early_release_left(
        programme=programme, cover_reserved_minor=reserved, released_early_minor=0
    )
    if agreed.early_minor > most_early:
        raise rules.EarlyAboveCover(
            field="payment.tranches",
            accepted=most_early,
            early_minor=agreed.early_minor,
            cover_minor=reserved,
            currency=agreed.currency,
        )
    excess = programme_rules.uncovered_excess(total_minor=agreed.total_minor, reserved_minor=reserved)
    return documents.Cover(supplier.tier, reserved, excess)


def _sign_by(
    recording: Recording, contract: models.Contract, programme: Programme, *, who: str, anchor: tuple[str, datetime]
) -> None:
    """Open the deadline by which a side signs, in that side's time zone."""
    zone = contract.buyer.time_zone if who == "buyer" else contract.supplier.time_zone
    contract.sign_due_at = programme_rules.sign_due_at(programme=programme, first_signed_at=anchor[1], zone=zone)
    recording.deadline(
        kind=SIGN,
        subject=("contract", contract.id),
        order_id=contract.order_id,
        due_at=contract.sign_due_at,
        zone=zone,
        who=who,
        basis={
            "rule": "signing.sign_days",
            "days": programme.signing.sign_days,
            "anchor": anchor[0],
            "anchor_at": rfc3339(anchor[1]),
        },
    )
