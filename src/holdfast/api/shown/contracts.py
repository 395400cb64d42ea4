"""How contracts and programmes look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api import documents
from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment, name
from holdfast.contracts.queries import ContractLine, ContractPage, PartyView
from holdfast.contracts.rules import Accepted
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.orders.operations.signing import Signed
from holdfast.programme import Programme, as_document


class Party(Schema):
    """A side."""

    id: str
    name: str
    country: str


class TermsAccepted(Schema):
    """The terms that were accepted: in which language, and the SHA-256 of their text."""

    language: str
    digest: str


class Signature(Schema):
    """A signature: `person`, or `marketplace` for one that the marketplace's key attests."""

    side: str
    kind: str
    signer_kind: str
    digest: str
    terms: TermsAccepted | None
    at: str


class ProgrammeName(Schema):
    """The version of the programme that a contract follows."""

    name: str
    version: int
    digest: str


class Contract(Schema):
    """A contract; `text` is the canonical text whose SHA-256 is `digest`: what is signed. It is the first version's;
    `version_in_force` is a later one where both have signed an amendment of the order."""

    id: str
    number: str
    order_id: str | None
    state: str
    drafter: str
    role: str
    buyer: Party
    supplier: Party
    currency: str
    total_minor: int
    cover_minor: int | None
    uncovered_minor: int | None
    fee_minor: int | None
    programme: ProgrammeName
    text: documents.ContractText
    digest: str
    version_in_force: int
    signatures: list[Signature]
    waits_for: list[str]
    sign_due_at: str | None
    drafted_at: str
    proposed_at: str | None
    signed_at: str | None
    ended_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class ContractInList(Schema):
    """A contract in a list."""

    id: str
    number: str
    order_id: str | None
    state: str
    buyer_name: str
    supplier_name: str
    currency: str
    total_minor: int
    sign_due_at: str | None
    external_id: str | None


class Signing(Schema):
    """What a signature did; `order_id` once both have signed."""

    contract_id: str
    contract_state: str
    side: str
    kind: str
    order_id: str | None
    cover_minor: int
    currency: str
    terms: TermsAccepted | None


class ProgrammeInList(Schema):
    """The newest version of a programme."""

    name: str
    version: int
    title: str
    digest: str
    currencies: list[str]


class ProgrammeShown(ProgrammeInList):
    """A version of a programme; `rules` is its whole document, the one that `digest` is taken of."""

    rules: dict[str, Any]


def terms_accepted(found: Accepted | None) -> dict[str, Any] | None:
    """What was accepted with a signature, if anything was."""
    return {"language": found.language, "digest": found.digest} if found else None


def _party(view: PartyView) -> dict[str, Any]:
    return {"id": public("org", view.id), "name": view.name, "country": view.country}


def contract(page: ContractPage) -> dict[str, Any]:
    """A contract, for one of its sides."""
    return {
        "id": public("con", page.id),
        "number": page.number,
        "order_id": name("ord", page.order_id if page.state == "signed" else None),
        "state": page.state,
        "drafter": page.drafter,
        "role": page.role,
        "buyer": _party(page.buyer),
        "supplier": _party(page.supplier),
        "currency": page.currency,
        "total_minor": page.total_minor,
        "cover_minor": page.cover_minor,
        "uncovered_minor": page.uncovered_minor,
        "fee_minor": page.fee_minor,
        "programme": {"name": page.programme, "version": page.programme_version, "digest": page.programme_digest},
        "text": page.text,
        "digest": page.digest,
        "version_in_force": page.version,
        "signatures": [
            {
                "side": one.side,
                "kind": one.kind,
                "signer_kind": one.signer_kind,
                "digest": one.digest,
                "terms": terms_accepted(one.terms),
                "at": rfc3339(one.at),
            }
            for one in page.signatures
        ],
        "waits_for": list(page.waits_for),
        "sign_due_at": moment(page.sign_due_at),
        "drafted_at": rfc3339(page.drafted_at),
        "proposed_at": moment(page.proposed_at),
        "signed_at": moment(page.signed_at),
        "ended_at": moment(page.ended_at),
        "external_id": page.external_id,
        "metadata": page.metadata,
        "acts": [{"verb": act.verb, "due_at": moment(act.due_at)} for act in page.acts],
    }


def contract_line(line: ContractLine) -> dict[str, Any]:
    """A contract in a list."""
    return {
        "id": public("con", line.id),
        "number": line.number,
        "order_id": name("ord", line.order_id if line.state == "signed" else None),
        "state": line.state,
        "buyer_name": line.buyer_name,
        "supplier_name": line.supplier_name,
        "currency": line.currency,
        "total_minor": line.total_minor,
        "sign_due_at": moment(line.sign_due_at),
        "external_id": line.external_id,
    }


def signed(result: Signed) -> dict[str, Any]:
    """What a signature did."""
    return {
        "contract_id": public("con", result.contract_id),
        "contract_state": result.contract_state,
        "side": result.side,
        "kind": result.kind,
        "order_id": name("ord", result.order_id),
        "cover_minor": result.cover_minor,
        "currency": result.currency,
        "terms": terms_accepted(result.terms),
    }


def programme_line(found: Programme) -> dict[str, Any]:
    """A programme in a list."""
    return {
        "name": found.name,
        "version": found.version,
        "title": found.title,
        "digest": found.digest,
        "currencies": list(found.currencies),
    }


def programme(found: Programme) -> dict[str, Any]:
    """A version of a programme, whole."""
    return {**programme_line(found), "rules": as_document(found)}
