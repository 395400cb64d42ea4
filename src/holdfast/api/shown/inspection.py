"""How inspectors, their briefs and reports look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api import documents
from holdfast.api.presenting import ActOut
from holdfast.api.shown import name
from holdfast.api.shown.fulfilment import Units, units
from holdfast.inspection import rules
from holdfast.inspection.queries import AssignmentView, Brief, BriefSample, ReportView
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.terms.documents import as_document


class Assignment(Schema):
    """An inspector named for one kind of inspection; `is_binding` says whether its verdict opens and blocks."""

    id: str
    order_id: str
    order_number: str
    inspector_id: str
    inspector_name: str
    kind: str
    state: str
    commissioned_by: str
    is_binding: bool
    fee_minor: int
    currency: str
    assigned_at: str
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class BriefLine(Schema):
    """A line to examine."""

    number: int
    product: str
    sku: str
    variant: str
    size: str
    quantity: int
    unit: str


class BriefLot(Schema):
    """A lot to examine."""

    number: int
    state: str
    quantities: list[Units]
    version: int


class LotOfRecord(Schema):
    """A lot of the supplier's that counted. Whose it was is told where it is the reader's own; `points` is what it adds
    to the switching score."""

    report: str | None
    order: str | None
    examined_on: str
    accepted: bool
    inspection: str
    points: int


class Switching(Schema):
    """The severity that the supplier's record of such goods asks for: kept from when the inspection was ordered, else
    as it stands now. `reason`: `begins`, `rejections` (two of five), `recovered` (five accepted), `steady` (the score
    reached), `slipped` (rejected under reduced inspection). `discontinued`: five were rejected under tightened
    inspection, and acceptance by sample should wait until the supplier has mended."""

    goods: str
    inspection: str
    reason: str
    score: int
    discontinued: bool
    decided_by: list[LotOfRecord]
    since: list[LotOfRecord]


class InspectionBrief(Schema):
    """What is examined and against what: terms and criterion as signed under `contract_digest`. No prices.

    `samples` says, where the criterion is a level and AQLs, how many units of each lot are drawn and how many of them
    may be defective; under `lot` null of what is in no lot yet. `switching` is there where the contract follows the
    supplier's record; `missing` names the plan for want of which a lot is inspected normally instead of reduced.
    """

    order_id: str
    order_number: str
    inspection: str
    contract_digest: str
    version: int
    lines: list[BriefLine]
    specification: list[documents.TermDocument]
    criterion: documents.CriterionDocument
    clause: documents.InspectionClause | None
    lots: list[BriefLot]
    samples: list[documents.LotSample]
    switching: Switching | None
    inspectors: list[Assignment]


class Report(Schema):
    """An examination with its verdict. `document` is the canonical text whose SHA-256 is `digest`; the verdict can be
    computed again from it and the contract. `source` is `inspector` or `party`; `effect` says what it moved."""

    id: str
    order_id: str
    lot: int | None
    kind: str
    role: str
    source: str
    organisation_id: str
    commissioned_by: str | None
    fee_minor: int | None
    currency: str
    examined_at: str
    filed_at: str
    signed_by: str
    document: dict[str, Any]
    digest: str
    contract_digest: str
    verdict: documents.VerdictDocument
    effect: str
    effect_rule: str
    released_minor: int
    file_ids: list[str]
    external_id: str | None
    metadata: dict[str, str]


def assignment(view: AssignmentView, role: str) -> dict[str, Any]:
    """An assignment, for a caller in this role."""
    verbs = rules.open_verbs(state=view.state, commissioned_by=view.commissioned_by, role=role)
    return {
        "id": public("asg", view.id),
        "order_id": public("ord", view.order_id),
        "order_number": view.order_number,
        "inspector_id": public("org", view.inspector_id),
        "inspector_name": view.inspector_name,
        "kind": view.kind,
        "state": view.state,
        "commissioned_by": view.commissioned_by,
        "is_binding": view.is_binding,
        "fee_minor": view.fee_minor,
        "currency": view.currency,
        "assigned_at": rfc3339(view.assigned_at),
        # One's own, which the edge puts in.
        "external_id": None,
        "metadata": {},
        "acts": [{"verb": verb, "due_at": None} for verb in verbs],
    }


def _sample(one: BriefSample) -> dict[str, Any]:
    missing = {"missing": {"aql": one.missing[0], "code_letter": one.missing[1]}} if one.missing else {}
    return {"lot": one.lot, **as_document(one.sampling), **missing}


def brief(view: Brief, inspectors: list[dict[str, Any]], switching: dict[str, Any] | None) -> dict[str, Any]:
    """The brief of an order; `switching` as its reader is shown it."""
    return {
        "order_id": public("ord", view.order_id),
        "order_number": view.order_number,
        "inspection": view.inspection,
        "contract_digest": view.contract_digest,
        "version": view.version,
        "lines": [{field: getattr(line, field) for field in BriefLine.model_fields} for line in view.lines],
        "specification": view.specification,
        "criterion": view.criterion,
        "clause": view.clause,
        "lots": [
            {"number": lot.number, "state": lot.state, "quantities": units(lot.quantities), "version": lot.version}
            for lot in view.lots
        ],
        "samples": [_sample(one) for one in view.samples],
        "switching": switching,
        "inspectors": inspectors,
    }


def report(view: ReportView) -> dict[str, Any]:
    """A report."""
    return {
        "id": public("rpt", view.id),
        "order_id": public("ord", view.order_id),
        "lot": view.lot,
        "kind": view.kind,
        "role": view.role,
        "source": view.source,
        "organisation_id": public("org", view.organisation_id),
        "commissioned_by": view.commissioned_by,
        "fee_minor": view.fee_minor,
        "currency": view.currency,
        "examined_at": rfc3339(view.examined_at),
        "filed_at": rfc3339(view.filed_at),
        "signed_by": view.signed_by_kind,
        "document": view.document,
        "digest": view.digest,
        "contract_digest": view.contract_digest,
        "verdict": view.verdict,
        "effect": view.effect,
        "effect_rule": view.effect_rule,
        "released_minor": view.released_minor,
        "file_ids": [name("fil", file_id) for file_id in view.file_ids],
        "external_id": view.external_id,
        "metadata": view.metadata,
    }
