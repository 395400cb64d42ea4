"""How amendments, versions and the room for changes look from outside."""

from typing import Any

from ninja import Schema
from pydantic import Field

from holdfast.api import documents
from holdfast.api.presenting import ActOut
from holdfast.api.shown import day, moment, name
from holdfast.api.shown.contracts import Signature
from holdfast.contracts.versions import AmendmentPage, VersionView
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.orders.amendable import Amendable
from holdfast.orders.operations.amending import Amended


class ChangeShown(Schema):
    """One place that changes: null before where something is added, null after where it is taken away."""

    path: str
    before: Any = Field(None, alias="from")
    to: Any = None


class AmendmentShown(Schema):
    """An amendment; `text` is the canonical text of the new version whose SHA-256 is `digest`: what is signed.
    `base_digest` is the digest of the version that `changes` are counted from."""

    id: str
    number: int
    version: int
    order_id: str
    contract_id: str
    contract_number: str
    state: str
    in_force: bool
    proposer: str
    role: str
    note: str
    currency: str
    total_before_minor: int
    total_minor: int
    cover_minor: int
    uncovered_minor: int
    changes: list[ChangeShown]
    text: documents.ContractText
    digest: str
    base_digest: str
    signatures: list[Signature]
    waits_for: list[str]
    sign_due_at: str | None
    proposed_at: str
    signed_at: str | None
    ended_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class AmendmentSigned(Schema):
    """What a signature did; `back_minor` goes back to the buyer, `due_minor` is asked of it in more."""

    amendment_id: str
    order_id: str
    amendment_state: str
    version: int
    side: str
    kind: str
    total_minor: int
    cover_minor: int
    back_minor: int
    due_minor: int
    currency: str


class VersionShown(Schema):
    """A version that both have signed; `amendment_id` is null for the first."""

    version: int
    digest: str
    total_minor: int
    currency: str
    in_force: bool
    signed_at: str
    amendment_id: str | None


class ClaimedShown(Schema):
    """What an open claim holds as it is: terms by ID, lots by number, whether what has not left is in it."""

    claim: int
    terms: list[str]
    lots: list[int]
    rest: bool


class ShippedShown(Schema):
    """So many units of a line have left: it keeps all but a quantity that is at least as large."""

    line: int
    units: int


class AmendableShown(Schema):
    """What may still change. `barred` says why nothing can: `order_ended`, `claim_open`, `amendment_open`; `clauses`
    null: every one but the currency. `document` is what is agreed in the version in force."""

    barred: str | None
    stage: str
    clauses: list[str] | None
    last_ship_on: str | None
    most_freight_minor: int
    least_total_minor: int
    total_fixed: bool
    currency: str
    shipped: list[ShippedShown]
    claims: list[ClaimedShown]
    version: int
    digest: str
    document: dict[str, Any]


def amendment(page: AmendmentPage) -> dict[str, Any]:
    """An amendment, for one of its sides."""
    return {
        "id": public("amd", page.id),
        "number": page.number,
        "version": page.version,
        "order_id": public("ord", page.order_id),
        "contract_id": public("con", page.contract_id),
        "contract_number": page.contract_number,
        "state": page.state,
        "in_force": page.in_force,
        "proposer": page.proposer,
        "role": page.role,
        "note": page.note,
        "currency": page.currency,
        "total_before_minor": page.total_before_minor,
        "total_minor": page.total_minor,
        "cover_minor": page.cover_minor,
        "uncovered_minor": page.uncovered_minor,
        "changes": [change.as_document() for change in page.changes],
        "text": page.text,
        "digest": page.digest,
        "base_digest": page.base_digest,
        "signatures": [
            {
                "side": one.side,
                "kind": one.kind,
                "signer_kind": one.signer_kind,
                "digest": one.digest,
                "at": rfc3339(one.at),
            }
            for one in page.signatures
        ],
        "waits_for": list(page.waits_for),
        "sign_due_at": moment(page.sign_due_at),
        "proposed_at": rfc3339(page.proposed_at),
        "signed_at": moment(page.signed_at),
        "ended_at": moment(page.ended_at),
        # One's own, which the edge puts in.
        "external_id": None,
        "metadata": {},
        "acts": [{"verb": act.verb, "due_at": moment(act.due_at)} for act in page.acts],
    }


def signed(result: Amended) -> dict[str, Any]:
    """What a signature did."""
    return {
        "amendment_id": public("amd", result.amendment_id),
        "order_id": public("ord", result.order_id),
        "amendment_state": result.amendment_state,
        "version": result.version,
        "side": result.side,
        "kind": result.kind,
        "total_minor": result.total_minor,
        "cover_minor": result.cover_minor,
        "back_minor": result.back_minor,
        "due_minor": result.due_minor,
        "currency": result.currency,
    }


def version(view: VersionView) -> dict[str, Any]:
    """A version."""
    return {
        "version": view.version,
        "digest": view.digest,
        "total_minor": view.total_minor,
        "currency": view.currency,
        "in_force": view.in_force,
        "signed_at": rfc3339(view.signed_at),
        "amendment_id": name("amd", view.amendment_id),
    }


def amendable(found: Amendable) -> dict[str, Any]:
    """The room for changes."""
    room = found.room
    return {
        "barred": found.barred,
        "stage": room.stage,
        "clauses": None if room.clauses is None else list(room.clauses),
        "last_ship_on": day(room.last_ship_on),
        "most_freight_minor": room.most_freight_minor,
        "least_total_minor": found.least_total_minor,
        "total_fixed": found.total_fixed,
        "currency": found.currency,
        "shipped": [{"line": line, "units": units} for line, units in sorted(room.shipped.items())],
        "claims": [
            {"claim": one.number, "terms": sorted(one.terms), "lots": sorted(one.lots), "rest": one.rest}
            for one in room.claims
        ],
        "version": found.version,
        "digest": found.digest,
        "document": found.agreed,
    }
