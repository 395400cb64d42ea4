"""What is printed of a contract, read from the database: its text, its digest, who signed and how. Nothing is written.

A signature given by a key is the marketplace's word, and is never shown as a person's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.contracts import models
from holdfast.contracts.queries import accepted_by_side
from holdfast.contracts.rules import Accepted
from holdfast.parties.models import ApiKey, Organisation, Person
from holdfast.parties.queries import installation


@dataclass(frozen=True, slots=True)
class SignedBy:
    """A signature with the names of today; `kind` is `person` or `marketplace`."""

    side: str
    organisation: str
    name: str
    kind: str
    digest: str
    at: datetime
    terms: Accepted | None = None
    """Which terms of the programme were accepted with it."""


@dataclass(frozen=True, slots=True)
class Printed:
    """Everything that stands on the paper of one version of a contract."""

    number: str
    state: str
    text: Mapping[str, Any]
    digest: str
    issuer: str
    dated_at: datetime
    """The last moment at which something on the paper changed: it is the date of the file."""
    signatures: tuple[SignedBy, ...]


def found_for(*, contract_id: UUID) -> Printed:
    """A contract that passed the gate, as it stands now."""
    contract = models.Contract.objects.get(id=contract_id)
    rows = list(contract.signatures.order_by("at", "id"))
    moments = [contract.drafted_at, contract.proposed_at, contract.ended_at, *(row.at for row in rows)]
    return Printed(
        number=contract.number,
        state=contract.state,
        text=contract.document,
        digest=contract.digest,
        issuer=installation().operator_name,
        dated_at=max(one for one in moments if one is not None),
        signatures=signed_by(rows, accepted_by_side(contract_id=contract_id)),
    )


def amended_for(*, amendment_id: UUID) -> Printed:
    """A new version of a contract, as both sides are asked to sign it or have signed it; it passed the gate."""
    amendment = models.Amendment.objects.select_related("contract").get(id=amendment_id)
    rows = list(amendment.signatures.order_by("at", "id"))
    moments = [amendment.proposed_at, amendment.ended_at, *(row.at for row in rows)]
    return Printed(
        number=amendment.contract.number,
        state=amendment.state,
        text=amendment.document,
        digest=amendment.digest,
        issuer=installation().operator_name,
        dated_at=max(one for one in moments if one is not None),
        signatures=signed_by(rows),
    )


def signed_by(
    rows: Sequence[models.Signature | models.AmendmentSignature], accepted: Mapping[str, Accepted] | None = None
) -> tuple[SignedBy, ...]:
    """The signatures with whose they are, and the terms that each side accepted with its own."""
    people = {row.id: row.get_full_name() for row in Person.objects.filter(id__in=_ids(rows, "person"))}
    keys = {row.id: row.name for row in ApiKey.objects.filter(id__in=_ids(rows, "key"))}
    sides = {row.id: row.name for row in Organisation.objects.filter(id__in=[row.organisation_id for row in rows])}
    return tuple(
        SignedBy(
            side=row.side,
            organisation=sides[row.organisation_id],
            name=(people if row.signer_kind == "person" else keys).get(row.signer_id, ""),
            kind=row.kind,
            digest=row.digest,
            at=row.at,
            terms=(accepted or {}).get(row.side),
        )
        for row in rows
    )


def _ids(rows: Sequence[models.Signature | models.AmendmentSignature], kind: str) -> list[UUID]:
    return [row.signer_id for row in rows if row.signer_kind == kind]
