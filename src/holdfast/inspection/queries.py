"""The questions asked of inspections: the gates first, then reports with their verdicts, assignments, and what an
inspector needs to know of an order.

Reads only. An inspector sees the orders it is assigned to and its own reports there; prices are not shown to it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.contracts.attested import specification_of
from holdfast.contracts.queries import agreement
from holdfast.inspection import models, rules
from holdfast.inspection.switching import for_order, told
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.orders.models import Lot, Order
from holdfast.parties.access import Caller, stand
from holdfast.parties.queries import names
from holdfast.terms import Criterion, LotSampling, Readings
from holdfast.terms.criterion import lot_sampling, not_reduced
from holdfast.terms.documents import as_document, from_document


@dataclass(frozen=True, slots=True)
class ReportStanding:
    """An order that passed the gate of inspections, and the caller's part: a side, an inspector, or the staff."""

    order_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """Who examines what, on whose account."""

    id: UUID
    order_id: UUID
    order_number: str
    inspector_id: UUID
    inspector_name: str
    kind: str
    state: str
    commissioned_by: str
    is_binding: bool
    fee_minor: int
    currency: str
    assigned_at: datetime


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report with its verdict. `role` is who examined: inspector, buyer or supplier; `effect` what it opened or
    blocked; `released_minor` what filing it released, in `currency` (0 when read again)."""

    id: UUID
    order_id: UUID
    lot: int | None
    kind: str
    role: str
    organisation_id: UUID
    commissioned_by: str | None
    fee_minor: int | None
    currency: str
    examined_at: datetime
    filed_at: datetime
    signed_by_kind: str
    signed_by_id: UUID
    document: dict[str, Any]
    digest: str
    contract_digest: str
    verdict: dict[str, Any]
    effect: str
    effect_rule: str
    file_ids: tuple[UUID, ...]
    released_minor: int
    external_id: str | None
    metadata: dict[str, Any]

    @property
    def readings(self) -> Readings:
        """What was read, unit by unit."""
        return from_document(Readings, self.document["readings"], "readings")

    @property
    def source(self) -> str:
        """An inspector's examination, or a party's own."""
        return "inspector" if self.role == "inspector" else "party"


def report_order_for(*, caller: Caller, ref: object) -> ReportStanding:
    """The gate: an order is there for its parties, the staff, and inspectors assigned to it. Refusal: `not_found`."""
    order_id = parse("ord", ref)
    row = None
    if order_id is not None:
        row = Order.objects.filter(id=order_id).values_list("buyer_id", "supplier_id").first()
    if order_id is None or row is None:
        raise NotFound
    if _is_assigned(caller, order_id):
        return ReportStanding(order_id, "inspector")
    return ReportStanding(order_id, stand(caller=caller, buyer_id=row[0], supplier_id=row[1]))


def _is_assigned(caller: Caller, order_id: UUID) -> bool:
    if caller.organisation_id is None or caller.organisation_kind != "inspector":
        return False
    rows = models.Assignment.objects.filter(order_id=order_id, inspector_id=caller.organisation_id)
    return rows.exclude(state="withdrawn").exists()


def assignment_for(*, caller: Caller, ref: object) -> tuple[UUID, str]:
    """An assignment and the caller's role in its order. Refusal: `not_found`."""
    assignment_id = parse("asg", ref)
    row = None
    if assignment_id is not None:
        rows = models.Assignment.objects.filter(id=assignment_id)
        row = rows.values_list("order__buyer_id", "order__supplier_id").first()
    if assignment_id is None or row is None:
        raise NotFound
    return assignment_id, stand(caller=caller, buyer_id=row[0], supplier_id=row[1])


def report_for(*, caller: Caller, ref: object) -> ReportView:
    """One report: for the parties, the staff, and the inspector who filed it. Refusal: `not_found`."""
    report_id = parse("rpt", ref)
    row = models.Report.objects.filter(id=report_id).select_related("order").first() if report_id else None
    if row is None:
        raise NotFound
    if caller.organisation_id != row.organisation_id:
        stand(caller=caller, buyer_id=row.order.buyer_id, supplier_id=row.order.supplier_id)
    return view_of(row)


def reports(*, order_id: UUID, lot: int | None = None, organisation_id: UUID | None = None) -> tuple[ReportView, ...]:
    """The reports of an order, the earliest filed first; of one lot, or of one organisation, where named."""
    rows = models.Report.objects.filter(order_id=order_id)
    if lot is not None:
        rows = rows.filter(lot_number=lot)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return tuple(view_of(row) for row in rows.order_by("id"))


def assignments(*, order_id: UUID) -> tuple[AssignmentView, ...]:
    """Everybody assigned to an order, the earliest first; withdrawn ones too."""
    return _views(models.Assignment.objects.filter(order_id=order_id).select_related("order").order_by("id"))


def assigned_to(*, organisation_id: UUID, limit: int = 200) -> tuple[AssignmentView, ...]:
    """The work of an inspector, newest first."""
    rows = models.Assignment.objects.filter(inspector_id=organisation_id).exclude(state="withdrawn")
    return _views(rows.select_related("order").order_by("-id")[:limit])


def _views(rows: Iterable[models.Assignment]) -> tuple[AssignmentView, ...]:
    found = list(rows)
    named = names(organisation_ids=[row.inspector_id for row in found])
    return tuple(
        assignment_view(row, order_number=row.order.number, inspector_name=named[row.inspector_id]) for row in found
    )


def assignment_view(row: models.Assignment, *, order_number: str, inspector_name: str) -> AssignmentView:
    """The view of a row."""
    return AssignmentView(
        id=row.id,
        order_id=row.order_id,
        order_number=order_number,
        inspector_id=row.inspector_id,
        inspector_name=inspector_name,
        kind=row.kind,
        state=row.state,
        commissioned_by=row.commissioned_by,
        is_binding=rules.is_binding(commissioned_by=row.commissioned_by, state=row.state),
        fee_minor=row.fee_minor,
        currency=row.currency,
        assigned_at=row.assigned_at,
    )


def view_of(row: models.Report, *, released_minor: int = 0) -> ReportView:
    """The view of a row."""
    return ReportView(
        id=row.id,
        order_id=row.order_id,
        lot=row.lot_number,
        kind=row.kind,
        role=row.role,
        organisation_id=row.organisation_id,
        commissioned_by=row.commissioned_by,
        fee_minor=row.fee_minor,
        currency=row.currency,
        examined_at=row.examined_at,
        filed_at=row.filed_at,
        signed_by_kind=row.signed_by_kind,
        signed_by_id=row.signed_by_id,
        document=row.document,
        digest=row.digest,
        contract_digest=row.contract_digest,
        verdict=row.verdict,
        effect=row.effect,
        effect_rule=row.effect_rule,
        file_ids=tuple(UUID(file_id) for file_id in row.file_ids),
        released_minor=released_minor,
        external_id=row.external_id,
        metadata=row.metadata,
    )


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A line as an inspector needs it: no price."""

    number: int
    product: str
    sku: str
    variant: str
    size: str
    quantity: int
    unit: str


@dataclass(frozen=True, slots=True)
class BriefLot:
    """A lot that can be examined; `version` of the contract was in force when it left."""

    number: int
    state: str
    quantities: dict[int, int]
    version: int


@dataclass(frozen=True, slots=True)
class BriefSample:
    """What a criterion by level and AQL asks of a lot; of what is in no lot yet, without a number. `missing`: (AQL,
    code letter) of the plan for want of which a lot is inspected normally although its supplier has earned reduced
    inspection."""

    lot: int | None
    sampling: LotSampling
    missing: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """What is to be examined and against what: lines, terms and criterion as signed, the clause, the lots, and how
    many units to draw where the criterion reads that off the lot. `switching` is the severity that the supplier's
    record asks for, with its reason and lots, where the contract follows that."""

    order_id: UUID
    order_number: str
    inspection: str
    contract_digest: str
    version: int
    lot: int | None
    lines: tuple[BriefLine, ...]
    specification: list[dict[str, Any]]
    criterion: dict[str, Any]
    clause: dict[str, Any] | None
    lots: tuple[BriefLot, ...]
    samples: tuple[BriefSample, ...]
    switching: dict[str, Any] | None


def brief(*, order_id: UUID, lot: int | None = None) -> Brief:
    """The brief of an order that passed its gate: by the version in force, or for a lot by the one under which it left.
    Refusal: `not_found`."""
    order = Order.objects.filter(id=order_id).first()
    if order is None:
        raise NotFound
    rows = {row.number: row for row in Lot.objects.filter(order_id=order_id).order_by("number")}
    if lot is not None and lot not in rows:
        raise NotFound(lot=lot)
    agreed = agreement(contract_id=order.contract_id, version=None if lot is None else rows[lot].version)
    document = agreed.document
    criterion = document.criterion
    switching = for_order(
        order_id=order_id,
        supplier_id=order.supplier_id,
        criterion=criterion,
        category=document.category,
        kind=document.inspection.type if document.inspection else "pre_shipment",
    )
    under = criterion.under(switching["inspection"]) if switching else criterion
    lots = tuple(
        BriefLot(row.number, row.state, {int(line): units for line, units in row.quantities.items()}, row.version)
        for row in rows.values()
    )
    return Brief(
        order_id=order.id,
        order_number=order.number,
        inspection=order.inspection,
        contract_digest=agreed.digest,
        version=agreed.version,
        lot=lot,
        lines=tuple(
            BriefLine(line.number, line.product, line.sku, line.variant, line.size, line.quantity, line.unit)
            for line in document.lines
        ),
        specification=specification_of(agreed).as_document(),
        criterion=document.criterion.as_document(),
        clause=as_document(document.inspection),
        lots=lots,
        samples=tuple(_samples(under, sum(line.quantity for line in document.lines), lots)),
        switching=switching,
    )


def switching_for(*, caller: Caller, role: str, view: Brief) -> dict[str, Any] | None:
    """The supplier's record as a reader is shown it: the staff sees whose each lot was, others only their own."""
    if view.switching is None:
        return None
    return told(view.switching, organisation_id=caller.organisation_id, everything=role in {"operator", "mediator"})


def _samples(criterion: Criterion, ordered: int, lots: tuple[BriefLot, ...]) -> Iterator[BriefSample]:
    sizes = {lot.number: sum(lot.quantities.values()) for lot in lots}
    for number, size in ((None, ordered - sum(sizes.values())), *sizes.items()):
        sampling = lot_sampling(criterion, lot_size=size)
        if sampling is not None:
            refusal = not_reduced(criterion, lot_size=size)
            missing = (str(refusal.facts["found"]), str(refusal.facts["code_letter"])) if refusal else None
            yield BriefSample(number, sampling, missing)
