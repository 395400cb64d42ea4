"""A contract is signed, or comes to nothing: declined, withdrawn, lapsed.

`sign_into` adds its part to a recording that the room above writes: the second signature opens an order there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.contracts import models, programmes, rules
from holdfast.contracts.operations.steps import SIGN, locked, move, sign_by, write_event
from holdfast.contracts.operations.terms import accept, read_stated
from holdfast.contracts.queries import ContractPage, page_of
from holdfast.contracts.rules import Accepted, Signer
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.record.act import Act
from holdfast.record.chains import Chain, held_chain
from holdfast.record.recording import Recording


@dataclass(frozen=True, slots=True)
class SignStep:
    """What a signature did."""

    contract: models.Contract
    signature: models.Signature
    complete: bool
    terms: Accepted | None


def sign_into(
    *,
    recording: Recording,
    chain: Chain,
    contract: models.Contract,
    digest: str,
    signer: Signer,
    terms_digest: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> SignStep:
    """Add one side's signature to a recording; the caller locked the contract, writes the recording, and opens the
    order when this completes it. `digest` is the one the signer states; `data` joins the event's. `terms_digest` is
    that of the programme's terms, in the language they were read in; given, it is recorded as accepted.

    Refusals: `NotAllowed`, `ProveAgain`, `AboveSignLimit`, `OtherText`, `SignedAlready`, `SigningTimeOver`,
    `OutOfState`, `OtherTerms`, `TermsChanged`.
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
    move(contract, "sign", act)
    if contract.sign_due_at is None or act.now > contract.sign_due_at:
        raise rules.SigningTimeOver(due_at=contract.sign_due_at and rfc3339(contract.sign_due_at))
    programme = programmes.programme_of(name=contract.programme.name, version=contract.programme.version)
    terms = read_stated(contract=contract, programme=programme, side=side, stated=terms_digest)
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
    if terms is not None:
        accept(signature=signature, contract=contract, programme=programme, accepted=terms)
    complete = contract.state == "signed"
    recording.settle(subject_id=contract.id, kind=SIGN)
    if complete:
        contract.signed_at = act.now
    else:
        sign_by(recording, contract, programme, who=rules.other_side(side), anchor=("first_signed", act.now))
    contract.save(update_fields=["state", "signed_at", "sign_due_at"])
    named = {"terms_digest": terms.digest, "terms_language": terms.language} if terms else {}
    said = {"side": side, "kind": kind, "complete": complete, **named, **(data or {})}
    write_event(recording, chain, contract, "contract.signed", said)
    return SignStep(contract, signature, complete, terms)


def decline(*, act: Act, contract_id: UUID, reason: str = "") -> ContractPage:
    """The other side says no. Refusals: `NotAllowed`, `OutOfState`."""
    return _end(act, contract_id, "decline", "contract.declined", reason)


def withdraw(*, act: Act, contract_id: UUID, reason: str = "") -> ContractPage:
    """The drafter takes it back. Refusals: `NotAllowed`, `OutOfState`."""
    return _end(act, contract_id, "withdraw", "contract.withdrawn", reason)


def lapse(*, act: Act, contract_id: UUID) -> ContractPage:
    """The time to sign is over. Refusals: `NotDue`, `OutOfState` if it was signed or ended meanwhile."""
    return _end(act, contract_id, "lapse", "contract.lapsed", "")


def _end(act: Act, contract_id: UUID, verb: str, event: str, reason: str) -> ContractPage:
    with transaction.atomic():
        contract = locked(contract_id)
        move(contract, verb, act)
        if verb == "lapse" and contract.sign_due_at is not None and act.now <= contract.sign_due_at:
            raise rules.NotDue(due_at=rfc3339(contract.sign_due_at))
        contract.ended_at = act.now
        contract.save(update_fields=["state", "ended_at"])
        recording = Recording(act)
        recording.settle(subject_id=contract.id, kind=SIGN, state="done" if verb == "lapse" else "void")
        chain = held_chain(kind="order", chain_id=contract.order_id)
        write_event(recording, chain, contract, event, {}, private={"reason": reason} if reason else None)
        signatures = tuple(models.Signature.objects.filter(contract=contract))
        return recording.write(page_of(contract, signatures, role=act.role))
