"""An amendment is proposed, signed by both, or comes to nothing: declined, withdrawn, lapsed.

Each step adds its part to a recording of the room above, which holds the order's lock and does what a signed version
asks of money and dates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.contracts import amending as rules
from holdfast.contracts import document as documents
from holdfast.contracts import models
from holdfast.contracts.agreement import Agreement
from holdfast.contracts.changes import Change
from holdfast.contracts.places import places_for
from holdfast.contracts.rules import (
    AMENDMENT_OPEN,
    NotDue,
    SignedAlready,
    Signer,
    SigningTimeOver,
    check_signature,
    next_amendment_state,
    other_side,
)
from holdfast.contracts.shape import Document
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act
from holdfast.record.chains import Chain
from holdfast.record.recording import Recording

SIGN_AMENDMENT = "amendment.sign"
"""The kind of the deadline by which the other side signs an amendment."""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What is proposed: the document, its differences from the version in force, and the cover it would have."""

    agreed: Document
    changes: Sequence[Change]
    cover: documents.Cover
    note: str


def loaded(*, amendment_id: UUID) -> models.Amendment:
    """An amendment with its contract and parties. Refusal: `NotFound`."""
    rows = models.Amendment.objects.select_related("contract__programme", "contract__buyer", "contract__supplier")
    found = rows.filter(id=amendment_id).first()
    if found is None:
        raise NotFound
    return found


def check_none_open(contract: models.Contract) -> None:
    """One proposal at a time. Refusal: `AmendmentOpen`."""
    waiting = models.Amendment.objects.filter(contract=contract, state__in=AMENDMENT_OPEN).first()
    if waiting is not None:
        raise rules.AmendmentOpen(number=waiting.number, proposer=waiting.proposer)


def propose_into(
    *, recording: Recording, chain: Chain, contract: models.Contract, base: Agreement, new: NewVersion
) -> models.Amendment:
    """Lay a new version before both sides; its text is fixed from now on."""
    act = recording.act
    rows = models.Amendment.objects.filter(contract=contract)
    text = _text(contract, base, new)
    who = other_side(act.role)
    amendment = models.Amendment(
        id=new_id(),
        contract=contract,
        number=rows.count() + 1,
        version=base.version + 1,
        proposer=act.role,
        note=new.note,
        document=text,
        digest=documents.text_digest(text),
        base_digest=base.digest,
        changes=[change.as_document() for change in new.changes],
        total_minor=new.agreed.total_minor,
        total_before_minor=base.total_minor,
        cover_minor=new.cover.reserved_minor,
        proposed_at=act.now,
        sign_due_at=act.now,
    )
    _sign_by(recording, amendment, base, who=who, anchor=("proposed", act.now))
    amendment.save(force_insert=True)
    data = {
        "clauses": sorted({change.clause for change in new.changes}),
        "total_before_minor": base.total_minor,
        "total_minor": new.agreed.total_minor,
        "cover_minor": new.cover.reserved_minor,
        "base": base.digest,
    }
    note = {"note": new.note} if new.note else None
    write_event(recording, chain, amendment, "amendment.proposed", data, private=note)
    return amendment


def _text(contract: models.Contract, base: Agreement, new: NewVersion) -> dict[str, Any]:
    """The canonical text of the new version: parties, programme and number as they were signed first."""
    written = documents.text(
        number=contract.number,
        order_id=contract.order_id,
        programme=base.programme,
        buyer=documents.Party(contract.buyer.id, contract.buyer.name, contract.buyer.country),
        supplier=documents.Party(contract.supplier.id, contract.supplier.name, contract.supplier.country),
        document=new.agreed,
        cover=new.cover,
        amends={"version": base.version, "digest": base.digest},
    )
    kept = {key: contract.document[key] for key in ("number", "order", "programme", "buyer", "supplier")}
    return written | kept


def sign_amendment_into(
    *,
    recording: Recording,
    amendment: models.Amendment,
    base: Agreement,
    digest: str,
    signer: Signer,
) -> tuple[models.AmendmentSignature, bool]:
    """Add one side's signature, over the digest that it states; answers whether both have signed now. The caller
    writes the event, once it knows what followed. A key signs within its limit the larger of the two totals.

    Refusals: `NotAllowed`, `ProveAgain`, `AboveSignLimit`, `OtherText`, `SignedAlready`, `SigningTimeOver`,
    `OutOfState`.
    """
    act, side, contract = recording.act, recording.act.role, amendment.contract
    state = next_amendment_state(state=amendment.state, verb="sign", role=side, proposer=amendment.proposer)
    kind = check_signature(
        signer=signer,
        stated=digest,
        digest=amendment.digest,
        total_minor=max(amendment.total_minor, amendment.total_before_minor),
        currency=contract.currency,
    )
    if models.AmendmentSignature.objects.filter(amendment=amendment, side=side).exists():
        raise SignedAlready(side=side)
    if act.now > amendment.sign_due_at:
        raise SigningTimeOver(due_at=rfc3339(amendment.sign_due_at))
    signature = models.AmendmentSignature.objects.create(
        id=new_id(),
        amendment=amendment,
        side=side,
        organisation_id=contract.buyer_id if side == "buyer" else contract.supplier_id,
        kind=kind,
        signer_kind=signer.kind,
        signer_id=signer.id,
        digest=amendment.digest,
        at=act.now,
    )
    amendment.state = state
    recording.settle(subject_id=amendment.id, kind=SIGN_AMENDMENT)
    complete = state == "signed"
    if complete:
        amendment.signed_at = act.now
        contract.version = amendment.version
        contract.save(update_fields=["version"])
    else:
        _sign_by(recording, amendment, base, who=other_side(side), anchor=("first_signed", act.now))
    amendment.save(update_fields=["state", "signed_at", "sign_due_at"])
    return signature, complete


def end_amendment_into(*, recording: Recording, amendment: models.Amendment, verb: str) -> None:
    """Decline, withdraw or lapse. Refusals: `NotAllowed`, `OutOfState`, `NotDue`."""
    act = recording.act
    amendment.state = next_amendment_state(state=amendment.state, verb=verb, role=act.role, proposer=amendment.proposer)
    if verb == "lapse" and act.now <= amendment.sign_due_at:
        raise NotDue(due_at=rfc3339(amendment.sign_due_at))
    amendment.ended_at = act.now
    amendment.save(update_fields=["state", "ended_at"])
    recording.settle(subject_id=amendment.id, kind=SIGN_AMENDMENT, state="done" if verb == "lapse" else "void")


def write_event(
    recording: Recording,
    chain: Chain,
    amendment: models.Amendment,
    name: str,
    data: Mapping[str, Any],
    *,
    private: Mapping[str, Any] | None = None,
) -> None:
    """The event of this act on the order's chain."""
    contract = amendment.contract
    recording.event(
        chain,
        name,
        about={
            "amendment": amendment.id,
            "contract": contract.id,
            "order": contract.order_id,
            "buyer": contract.buyer_id,
            "supplier": contract.supplier_id,
        },
        data={
            "number": amendment.number,
            "version": amendment.version,
            "state": amendment.state,
            "digest": amendment.digest,
            "currency": contract.currency,
            **data,
        },
        private=private,
    )


def _sign_by(
    recording: Recording,
    amendment: models.Amendment,
    base: Agreement,
    *,
    who: str,
    anchor: tuple[str, datetime],
) -> None:
    zone = base.buyer_zone if who == "buyer" else base.supplier_zone
    programme, key = base.programme, "signing.sign_days"
    places = places_for(programme=programme, contract_id=base.contract_id, key=key)
    found = programme_rules.limit(programme=programme, key=key, anchor=anchor[1], zone=zone, who=who, places=places)
    amendment.sign_due_at = found.due_at
    recording.deadline(
        kind=SIGN_AMENDMENT,
        subject=("amendment", amendment.id),
        order_id=amendment.contract.order_id,
        due_at=amendment.sign_due_at,
        zone=zone,
        who=who,
        basis={
            "rule": "signing.sign_days",
            "days": programme.signing.sign_days,
            "anchor": anchor[0],
            "anchor_at": rfc3339(anchor[1]),
            **found.basis,
            **programme_rules.remind(programme=programme),
        },
    )


def check_proposer(act: Act) -> None:
    """Either side proposes. Refusal: `NotAllowed`."""
    next_amendment_state(state="proposed", verb="sign", role=act.role, proposer="")
