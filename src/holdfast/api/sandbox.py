"""What only a sandbox has: a clock that can be moved, wires that arrive, a carrier that speaks.

In production these addresses do not exist.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from holdfast import jobs
from holdfast.api import edge, fields, presenting
from holdfast.api.edge import command
from holdfast.api.shown import fulfilment as shipments
from holdfast.api.shown import money as shown
from holdfast.fulfilment import operations as fulfilment
from holdfast.fulfilment import queries
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound
from holdfast.orders.operations import paying
from holdfast.parties import operations, rules
from holdfast.parties.access import Caller
from holdfast.rails.operations import Wire
from holdfast.record.act import Act

router = Router(tags=["sandbox"])
Code = Literal["ACCEPTED", "GTIN", "LOAD", "DEPA", "ARRI", "DISC", "GTOT", "OFD", "DELIVERED", "EXCEPTION"]


class ClockStep(fields.Body):
    """How far, or to when."""

    advance_seconds: Annotated[int, Field(gt=0, description="at most 400 days a step")] | None = None
    until: fields.Moment | None = None


class NewWire(fields.Body):
    """A credit on a statement of the designated account; `source_ref` is the bank's own name for it."""

    source_ref: fields.Short
    reference: Annotated[str, StringConstraints(max_length=140)] = ""
    amount_minor: fields.PositiveMinor
    currency: fields.Currency
    payer_name: Annotated[str, StringConstraints(max_length=140)] = ""


class CarrierWord(fields.Body):
    """What the simulated carrier says of a shipment; now, or at a moment that has passed."""

    shipment_id: fields.Short
    code: Code
    at: fields.Moment | None = None
    place: Annotated[str, StringConstraints(pattern="^([A-Z]{2}[A-Z2-9]{3})?$")] = ""


def _require_sandbox(caller: Caller) -> None:
    if not caller.sandbox:
        raise NotFound
    if not {"sandbox", "operator"} & (caller.scopes or frozenset()):
        raise NotAllowed(scope="sandbox", accepted=["sandbox"])


@router.get("/sandbox/clock", operation_id="get_clock", response=presenting.Clock, auth=edge.ALONE)
def get_clock(request: edge.Request) -> dict[str, Any]:
    """What time it is here."""
    _require_sandbox(request.auth)
    return {"now": rfc3339(request.auth.now)}


@router.post("/sandbox/clock", operation_id="advance_clock", response=presenting.Clock, auth=edge.ALONE)
def advance_clock(request: edge.Request, body: ClockStep) -> HttpResponse:
    """Move the clock forward. Whatever comes due on the way has happened, each thing at its own moment, when this is
    answered."""
    _require_sandbox(request.auth)
    seconds = _seconds(request.auth.now, body)

    def advance(act: Act) -> operations.Moved:
        # First everything on the way, then the clock: the worker, which reads it, can run ahead of nothing.
        jobs.advance_to(start=act.now, until=act.now + timedelta(seconds=seconds))
        return operations.advance_clock(act=act, seconds=seconds)

    return command(
        request,
        caller=request.auth,
        role="operator",
        operation=advance,
        present=lambda moved: {"now": rfc3339(moved.now)},
    )


def _seconds(now: datetime, body: ClockStep) -> int:
    if (body.advance_seconds is None) is (body.until is None):
        raise Invalid(field="advance_seconds", accepted="advance_seconds or until, one of them")
    if body.until is None:
        seconds = body.advance_seconds or 0
    elif body.until <= now:
        raise Invalid(field="until", accepted=f"after {rfc3339(now)}")
    else:
        seconds = int((body.until - now).total_seconds()) + 1
    rules.clock_after(sandbox=True, offset_seconds=0, seconds=seconds)
    return seconds


@router.post("/sandbox/wires", operation_id="simulate_wire", response=shown.WireOutcome)
def simulate_wire(request: edge.Request, body: NewWire) -> HttpResponse:
    """Let a wire arrive on the designated account: matched by its reference, or put into suspense with a reason."""
    _require_sandbox(request.auth)
    wire = Wire(body.source_ref, body.reference, body.amount_minor, body.currency, body.payer_name, request.auth.now)
    return command(
        request,
        caller=request.auth,
        role="rail",
        operation=lambda act: paying.wire_arrived(act=act, wire=wire),
        present=shown.wire,
    )


@router.post("/sandbox/carrier", operation_id="simulate_carrier", response=shipments.Shipment)
def simulate_carrier(request: edge.Request, body: CarrierWord) -> HttpResponse:
    """Let the simulated carrier say something of a shipment."""
    caller = request.auth
    _require_sandbox(caller)
    standing = queries.shipment_for(caller=caller, ref=body.shipment_id)
    return command(
        request,
        caller=caller,
        role="carrier",
        operation=lambda act: fulfilment.track(
            act=Act(act.now, "carrier", None, None, "carrier", act.command),
            shipment_id=standing.shipment_id,
            code=body.code,
            at=body.at or act.now,
            place=body.place,
        ),
        present=lambda view: shipments.shipment(view, standing.role),
    )
