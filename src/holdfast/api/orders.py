"""Orders over HTTP: read with their money, holds and story; carried on by their two sides."""

from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.shown import orders as shown
from holdfast.api.shown import steps
from holdfast.kernel.refusals import Invalid
from holdfast.orders import listing, movements, queries
from holdfast.orders.operations import cancelling, production, receipt
from holdfast.orders.queries import OrderStanding, order_for
from holdfast.record import events

router = Router(tags=["orders"])
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
LotNumber = Annotated[int, Field(ge=1, le=32767)]


class ProductionStart(fields.Body):
    """What shows that production has started: a note, the digest of a picture."""

    note: Note = ""
    evidence_sha256: Sha256 | None = None


class ReceivedUnits(fields.Body):
    """So many units of a line came; none is a number too."""

    line: Annotated[int, Field(ge=1, le=10_000)]
    units: Annotated[int, Field(ge=0, le=10**12)]


class NewReceipt(fields.Body):
    """What came: the units of each line, or everything as it was shipped; a reservation in words."""

    received: Annotated[list[ReceivedUnits], Field(max_length=1000)] | None = None
    reservation: Note = ""


class NewRejection(fields.Body):
    """What is wrong."""

    reason: fields.Reason


class NewCancellation(fields.Body):
    """On which ground: `withdrawal` and `balance_unpaid` are the supplier's, `lateness` and `before_production` the
    buyer's; `agreement` completes the other side's proposal."""

    ground: Literal["withdrawal", "lateness", "before_production", "agreement", "balance_unpaid"]


class OrderQuery(pagination.PageQuery):
    """What the list of orders takes."""

    state: Literal["agreed", "active", "completed", "cancelled", "closed"] | None = None
    external_id: fields.Filter | None = None


def _read(request: edge.Request, ref: str) -> OrderStanding:
    standing = order_for(caller=request.auth, ref=ref)
    scopes.reads(request.auth)
    return standing


def _act(request: edge.Request, ref: str) -> OrderStanding:
    standing = order_for(caller=request.auth, ref=ref)
    scopes.acts(request.auth, role=standing.role)
    return standing


@router.get("/orders", operation_id="list_orders", response=presenting.Page[shown.OrderInList])
def list_orders(request: edge.Request, page: Query[OrderQuery]) -> dict[str, Any]:
    """One's own orders, newest first; for the operator all of them.

    With `state` one page looks through a thousand orders: it may hold fewer than `limit`, or none, while `next_cursor`
    says that there are more to look through.
    """
    scopes.reads(request.auth)
    only = None if page.state is None else Q(state=page.state)
    before = pagination.opened(page.cursor)
    if page.external_id is not None:
        rows = queries.visible(caller=request.auth).filter(only or Q())
        rows = rows.filter(labels.called(caller=request.auth, kind="ord", external_id=page.external_id))
        rows = rows if before is None else rows.filter(id__lt=before)
        found = queries.rows(rows.order_by("-id")[: page.limit + 1])
        return pagination.shown(found, limit=page.limit, present=shown.order_line)
    part = listing.newest(caller=request.auth, limit=page.limit, before=before, only=only)
    return {
        "items": [shown.order_line(line) for line in part.lines],
        "next_cursor": None if part.rest is None else pagination.sealed(part.rest),
    }


@router.get("/orders/{order_id}", operation_id="get_order", response=shown.OrderShown)
def get_order(request: edge.Request, order_id: str) -> dict[str, Any]:
    """One order: its money and why each amount is held, its lots, and what may be done now and by when."""
    standing = _read(request, order_id)
    return shown.order(queries.page(order_id=standing.order_id, role=standing.role, now=request.auth.now))


@router.get(
    "/orders/{order_id}/movements",
    operation_id="list_order_movements",
    response=presenting.Page[shown.MovementShown],
    tags=["ledger"],
)
@pagination.paged()
def list_movements(request: edge.Request, order_id: str) -> dict[str, Any]:
    """Every transfer of the order's money, oldest first."""
    standing = _read(request, order_id)
    return {"items": [shown.movement(row) for row in movements.of_order(order_id=standing.order_id)]}


@router.get("/orders/{order_id}/holds", operation_id="list_order_holds", response=presenting.Page[shown.HoldShown])
@pagination.paged("where", "why", "who", "until", "amount_minor")
def list_holds(request: edge.Request, order_id: str) -> dict[str, Any]:
    """Every amount that has not reached its end: why, who must act, until when."""
    standing = _read(request, order_id)
    page = queries.page(order_id=standing.order_id, role=standing.role, now=request.auth.now)
    return {"items": [shown.hold(row, page.order.currency) for row in page.holds]}


@router.get("/orders/{order_id}/timeline", operation_id="get_order_timeline", response=presenting.Page[shown.EventTold])
@pagination.paged()
def get_timeline(request: edge.Request, order_id: str) -> dict[str, Any]:
    """Everything that happened, from the first draft of the contract on: a chain of hashes."""
    standing = _read(request, order_id)
    return {"items": [shown.told(event) for event in events.story(chain_id=standing.order_id)]}


@router.post("/orders/{order_id}/start-production", operation_id="start_production", response=steps.ProgressShown)
def start_production(request: edge.Request, order_id: str, body: ProductionStart) -> HttpResponse:
    """The supplier has started; what is payable or released on it follows."""
    standing = _act(request, order_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: production.start_production(
            act=act, order_id=standing.order_id, note=body.note, evidence_sha256=body.evidence_sha256
        ),
        present=steps.progress,
    )


@router.post("/orders/{order_id}/declare-ready", operation_id="declare_ready", response=steps.ProgressShown)
def declare_ready(request: edge.Request, order_id: str, body: fields.Nothing) -> HttpResponse:
    """The supplier's goods are ready; a balance that waits for this falls due."""
    standing = _act(request, order_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: production.declare_ready(act=act, order_id=standing.order_id),
        present=steps.progress,
    )


@router.post("/orders/{order_id}/waive-inspection", operation_id="waive_inspection", response=steps.ProgressShown)
def waive_inspection(request: edge.Request, order_id: str, body: fields.Nothing) -> HttpResponse:
    """One side does without the required inspection; it counts when both do."""
    standing = _act(request, order_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: production.waive_inspection(act=act, order_id=standing.order_id),
        present=steps.progress,
    )


@router.post("/orders/{order_id}/lots/{lot}/receive", operation_id="receive_lot", response=steps.ReceiptShown)
def receive_lot(request: edge.Request, order_id: str, lot: LotNumber, body: NewReceipt) -> HttpResponse:
    """The buyer confirms a lot: what is due for it is released."""
    standing = _act(request, order_id)
    received = None if body.received is None else {row.line: row.units for row in body.received}
    if body.received is not None and received is not None and len(received) != len(body.received):
        raise Invalid(field="received", accepted="each line once")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: receipt.receive(
            act=act, order_id=standing.order_id, lot=lot, received=received, reservation=body.reservation
        ),
        present=steps.received,
    )


@router.post("/orders/{order_id}/lots/{lot}/reject", operation_id="reject_lot", response=steps.ReceiptShown)
def reject_lot(request: edge.Request, order_id: str, lot: LotNumber, body: NewRejection) -> HttpResponse:
    """The buyer does not take a lot: its money stays held for a claim to decide."""
    standing = _act(request, order_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: receipt.reject(act=act, order_id=standing.order_id, lot=lot, reason=body.reason),
        present=steps.received,
    )


@router.post(
    "/orders/{order_id}/lots/{lot}/extend-receipt", operation_id="extend_receipt", response=steps.ExtensionShown
)
def extend_receipt(request: edge.Request, order_id: str, lot: LotNumber, body: fields.Nothing) -> HttpResponse:
    """Give the receipt of a lot more time; each side may once."""
    standing = _act(request, order_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: receipt.extend_receipt(act=act, order_id=standing.order_id, lot=lot),
        present=steps.extended,
    )


@router.post("/orders/{order_id}/cancel", operation_id="cancel_order", response=steps.CancellationShown)
def cancel_order(request: edge.Request, order_id: str, body: NewCancellation) -> HttpResponse:
    """End what has not been shipped: everything paid for it goes back."""
    standing = _act(request, order_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: cancelling.cancel(act=act, order_id=standing.order_id, ground=body.ground),
        present=steps.cancelled,
    )


@router.post("/orders/{order_id}/propose-cancel", operation_id="propose_cancel", response=steps.ProposalShown)
def propose_cancel(request: edge.Request, order_id: str, body: fields.Nothing) -> HttpResponse:
    """Propose to the other side to cancel what has not been shipped."""
    standing = _act(request, order_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: cancelling.propose_cancel(act=act, order_id=standing.order_id),
        present=steps.proposed,
    )
