"""Inspections over HTTP: who examines, what is to be examined, reports and their verdicts.

An inspector's key reaches the orders it is assigned to with the scope `reports:write`, and nothing else of them.
"""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.fulfilment import FileId, LineUnits, units
from holdfast.api.shown import inspection as shown
from holdfast.inspection import operations, queries
from holdfast.inspection.operations import Examination
from holdfast.inspection.refusals import InspectorNotEligible
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import Invalid
from holdfast.orders.queries import order_for
from holdfast.parties.access import Caller

router = Router(tags=["inspections"])
Kind = Literal["during_production", "pre_shipment", "loading", "after_delivery"]
REPORTS = "reports:write"


class BriefQuery(Schema):
    """Whose terms the brief gives."""

    lot: Annotated[int, Field(ge=1, le=32767)] | None = None


class NewInspector(fields.Body):
    """An inspector for one kind of inspection; the fee is in the order's currency."""

    inspector_id: fields.Short
    kind: Kind
    fee_minor: fields.Minor = 0
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class Counted(fields.Body):
    """How many units of a line were counted; none is a count too."""

    line: Annotated[int, Field(ge=1, le=10_000)]
    units: Annotated[int, Field(ge=0, le=10**12)]


class NewReport(fields.Body):
    """An examination. Before shipment `covers` says what the sample stands for (everything left, when not given);
    after delivery `lot` does. `readings` are `{"units": [...]}`, unit by unit, as the contract's terms ask."""

    kind: Kind
    examined_at: fields.Moment
    readings: dict[str, Any] = {}
    lot: Annotated[int, Field(ge=1, le=10_000)] | None = None
    covers: Annotated[list[LineUnits], Field(min_length=1, max_length=1000)] | None = None
    counted: Annotated[list[Counted], Field(min_length=1, max_length=1000)] | None = None
    file_ids: Annotated[list[FileId], Field(max_length=100)] = []
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


def _reads(caller: Caller, role: str) -> None:
    scopes.reads(caller, scope=REPORTS if role == "inspector" else "orders:read")


def _acts(caller: Caller, role: str) -> None:
    scopes.acts(caller, role=role, scope=REPORTS if role == "inspector" else "orders:write")


def _examination(body: NewReport) -> Examination:
    counted = {row.line: row.units for row in body.counted or ()}
    if len(counted) != len(body.counted or ()):
        raise Invalid(field="counted", accepted="each line once")
    return Examination(
        kind=body.kind,
        examined_at=body.examined_at,
        readings=body.readings,
        lot=body.lot,
        covers=None if body.covers is None else units(body.covers, field="covers"),
        counted=counted or None,
        file_ids=tuple(found for ref in body.file_ids if (found := parse("fil", ref)) is not None),
    )


@router.get("/inspections", operation_id="list_inspections", response=presenting.Page[shown.Assignment])
@pagination.paged()
def list_inspections(request: edge.Request, called: Query[labels.CalledQuery]) -> dict[str, Any]:
    """Everything the calling inspector is assigned to, newest first."""
    scopes.reads(request.auth, scope=REPORTS)
    found = queries.assigned_to(organisation_id=edge.owner(request.auth))
    items = [shown.assignment(view, "inspector") for view in found]
    return {"items": labels.only_called(items, caller=request.auth, kind="asg", external_id=called.external_id)}


@router.get("/orders/{order_id}/inspection", operation_id="get_inspection_brief", response=shown.InspectionBrief)
def get_brief(request: edge.Request, order_id: str, asked: Query[BriefQuery]) -> dict[str, Any]:
    """What is to be examined and against what, by the version in force or for a `lot` by the one it left under; and who
    is assigned: an inspector sees its own assignments."""
    standing = queries.report_order_for(caller=request.auth, ref=order_id)
    _reads(request.auth, standing.role)
    found = queries.assignments(order_id=standing.order_id)
    if standing.role == "inspector":
        found = tuple(view for view in found if view.inspector_id == request.auth.organisation_id)
    inspectors = [shown.assignment(view, standing.role) for view in found]
    view = queries.brief(order_id=standing.order_id, lot=asked.lot)
    return shown.brief(view, inspectors, queries.switching_for(caller=request.auth, role=standing.role, view=view))


@router.post("/orders/{order_id}/inspectors", operation_id="assign_inspector", response={201: shown.Assignment})
def assign_inspector(request: edge.Request, order_id: str, body: NewInspector) -> HttpResponse:
    """Name an inspector. A side's, or the operator's for the platform."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role)
    inspector_id = parse("org", body.inspector_id)
    if inspector_id is None:
        raise InspectorNotEligible(field="inspector_id", accepted="an organisation of the kind inspector")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: operations.assign_inspector(
                act=act,
                order_id=standing.order_id,
                inspector_id=inspector_id,
                kind=body.kind,
                fee_minor=body.fee_minor,
            ),
            kind="asg",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=lambda view: labels.given(shown.assignment(view, standing.role), body),
        status=201,
    )


@router.post("/inspections/{assignment_id}/agree", operation_id="agree_inspector", response=shown.Assignment)
def agree_inspector(request: edge.Request, assignment_id: str, body: fields.Nothing) -> HttpResponse:
    """Take the inspector that the other side has named for one's own."""
    found, role = queries.assignment_for(caller=request.auth, ref=assignment_id)
    scopes.acts(request.auth, role=role)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.agree_inspector(act=act, assignment_id=found),
        present=lambda view: labels.own(shown.assignment(view, role), caller=request.auth),
    )


@router.post("/inspections/{assignment_id}/withdraw", operation_id="withdraw_inspector", response=shown.Assignment)
def withdraw_inspector(request: edge.Request, assignment_id: str, body: fields.Nothing) -> HttpResponse:
    """Take back an inspector one has named; reports already filed stand."""
    found, role = queries.assignment_for(caller=request.auth, ref=assignment_id)
    scopes.acts(request.auth, role=role)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.withdraw_inspector(act=act, assignment_id=found),
        present=lambda view: labels.own(shown.assignment(view, role), caller=request.auth),
    )


@router.post("/orders/{order_id}/reports", operation_id="file_report", response={201: shown.Report})
def file_report(request: edge.Request, order_id: str, body: NewReport) -> HttpResponse:
    """File an examination: readings are checked against the contract's terms, and the verdict computed. An assigned
    inspector's opens or blocks what the contract tied to it; a side's own is evidence."""
    standing = queries.report_order_for(caller=request.auth, ref=order_id)
    _acts(request.auth, standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: operations.file_report(
                act=act,
                order_id=standing.order_id,
                examination=_examination(body),
                external_id=body.external_id,
                metadata=body.metadata,
            ),
            kind="rpt",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=shown.report,
        status=201,
    )


@router.get("/orders/{order_id}/reports", operation_id="list_reports", response=presenting.Page[shown.Report])
@pagination.paged()
def list_reports(
    request: edge.Request,
    order_id: str,
    called: Query[labels.CalledQuery],
    lot: int | None = Query(None, ge=1, le=10_000),
) -> dict[str, Any]:
    """The reports of an order, or of one of its lots, earliest first; an inspector sees its own."""
    standing = queries.report_order_for(caller=request.auth, ref=order_id)
    _reads(request.auth, standing.role)
    own = request.auth.organisation_id if standing.role == "inspector" else None
    found = queries.reports(order_id=standing.order_id, lot=lot, organisation_id=own)
    items = [shown.report(view) for view in found]
    return {"items": labels.only_called(items, caller=request.auth, kind="rpt", external_id=called.external_id)}


@router.get("/reports/{report_id}", operation_id="get_report", response=shown.Report)
def get_report(request: edge.Request, report_id: str) -> dict[str, Any]:
    """One report with its readings and verdict."""
    view = queries.report_for(caller=request.auth, ref=report_id)
    is_own = view.role == "inspector" and view.organisation_id == request.auth.organisation_id
    _reads(request.auth, "inspector" if is_own else "party")
    return shown.report(view)
