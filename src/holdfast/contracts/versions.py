"""The versions of a contract and the amendments that would make another, as pages; and the gate to one.

Reads only. An amendment is there for both sides, the operator and mediators from the moment it is proposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.contracts import models, rules
from holdfast.contracts.changes import Change, read_change
from holdfast.contracts.queries import Possible, SignatureView
from holdfast.contracts.rules import SIDES
from holdfast.kernel.canonical import canonical
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.parties.access import Caller, stand


@dataclass(frozen=True, slots=True)
class AmendmentStanding:
    """An amendment that passed its gate, its order, and the caller's part in it."""

    amendment_id: UUID
    order_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class AmendmentPage:
    """Everything there is to show of an amendment; `text` is the canonical text that `digest` is taken of, `changes`
    what it changes in the version whose digest is `base_digest`."""

    id: UUID
    number: int
    version: int
    contract_id: UUID
    contract_number: str
    order_id: UUID
    state: str
    in_force: bool
    proposer: str
    role: str
    note: str
    buyer_name: str
    supplier_name: str
    currency: str
    total_before_minor: int
    total_minor: int
    cover_minor: int
    uncovered_minor: int
    changes: tuple[Change, ...]
    text: dict[str, Any]
    digest: str
    base_digest: str
    signatures: tuple[SignatureView, ...]
    waits_for: tuple[str, ...]
    sign_due_at: datetime | None
    proposed_at: datetime
    signed_at: datetime | None
    ended_at: datetime | None
    acts: tuple[Possible, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version that both have signed; the last one is in force."""

    version: int
    digest: str
    total_minor: int
    currency: str
    in_force: bool
    signed_at: datetime
    amendment_id: UUID | None


_WITH = ("contract__buyer", "contract__supplier")


def amendment_for(*, caller: Caller, ref: object) -> AmendmentStanding:
    """The gate. Refusal: `NotFound`, the same for every stranger."""
    amendment_id = parse("amd", ref)
    row = (
        models.Amendment.objects.filter(id=amendment_id)
        .values_list("contract__order_id", "contract__buyer_id", "contract__supplier_id")
        .first()
        if amendment_id is not None
        else None
    )
    if row is None or amendment_id is None:
        raise NotFound
    return AmendmentStanding(amendment_id, row[0], stand(caller=caller, buyer_id=row[1], supplier_id=row[2]))


def amendment_page(*, amendment_id: UUID, role: str) -> AmendmentPage:
    """The page of an amendment that passed the gate."""
    row = models.Amendment.objects.select_related(*_WITH).get(id=amendment_id)
    return amendment_page_of(row, tuple(row.signatures.order_by("id")), role=role)


def amendments_of(*, contract_id: UUID, role: str) -> list[AmendmentPage]:
    """Every amendment that was ever proposed, the newest first."""
    rows = models.Amendment.objects.filter(contract_id=contract_id).select_related(*_WITH)
    found = rows.prefetch_related("signatures").order_by("-number")
    return [amendment_page_of(row, tuple(row.signatures.all()), role=role) for row in found]


def open_amendment(*, contract_id: UUID) -> models.Amendment | None:
    """The one that waits for signatures, if one does; its texts stay behind."""
    rows = models.Amendment.objects.filter(contract_id=contract_id, state__in=rules.AMENDMENT_OPEN)
    return rows.defer("document", "changes").prefetch_related("signatures").first()


def canonical_text(*, amendment_id: UUID) -> bytes:
    """The bytes that the digest is taken of."""
    return canonical(models.Amendment.objects.values_list("document", flat=True).get(id=amendment_id))


def versions_of(*, contract_id: UUID) -> list[VersionView]:
    """What both have signed, the first one first."""
    contract = models.Contract.objects.defer("document").get(id=contract_id)
    if contract.signed_at is None:
        return []
    first = VersionView(
        1,
        contract.digest,
        contract.total_minor,
        contract.currency,
        contract.version == 1,
        contract.signed_at,
        None,
    )
    later = [
        VersionView(
            row.version,
            row.digest,
            row.total_minor,
            contract.currency,
            contract.version == row.version,
            row.signed_at,
            row.id,
        )
        for row in contract.amendments.filter(state="signed").defer("document", "changes").order_by("version")
        if row.signed_at is not None
    ]
    return [first, *later]


def open_verbs(row: models.Amendment, *, role: str, signed: Sequence[str]) -> tuple[str, ...]:
    """What a role may do with an amendment now."""
    if role not in SIDES:
        return ()
    return rules.open_amendment_verbs(state=row.state, side=role, proposer=row.proposer, signed_sides=frozenset(signed))


def amendment_page_of(
    row: models.Amendment, signatures: Sequence[models.AmendmentSignature], *, role: str
) -> AmendmentPage:
    """The page, from rows already loaded."""
    signed = [one.side for one in signatures]
    is_open, contract, cover = row.state in rules.AMENDMENT_OPEN, row.contract, row.document["cover"]
    verbs = open_verbs(row, role=role, signed=signed)
    return AmendmentPage(
        id=row.id,
        number=row.number,
        version=row.version,
        contract_id=contract.id,
        contract_number=contract.number,
        order_id=contract.order_id,
        state=row.state,
        in_force=row.state == "signed" and contract.version == row.version,
        proposer=row.proposer,
        role=role,
        note=row.note,
        buyer_name=contract.buyer.name,
        supplier_name=contract.supplier.name,
        currency=contract.currency,
        total_before_minor=row.total_before_minor,
        total_minor=row.total_minor,
        cover_minor=row.cover_minor,
        uncovered_minor=cover["uncovered_minor"],
        changes=tuple(read_change(one) for one in row.changes),
        text=row.document,
        digest=row.digest,
        base_digest=row.base_digest,
        signatures=tuple(
            SignatureView(one.side, one.kind, one.signer_kind, one.signer_id, one.digest, one.at) for one in signatures
        ),
        waits_for=tuple(side for side in SIDES if side not in signed) if is_open else (),
        sign_due_at=row.sign_due_at if is_open else None,
        proposed_at=row.proposed_at,
        signed_at=row.signed_at,
        ended_at=row.ended_at,
        acts=tuple(Possible(verb, row.sign_due_at if verb == "sign" else None) for verb in verbs),
    )
