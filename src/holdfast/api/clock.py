"""A sandbox's clock over HTTP. In production these addresses do not exist."""

from typing import Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from holdfast.api import edge, fields, presenting
from holdfast.api.edge import command
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.refusals import NotAllowed, NotFound
from holdfast.parties import operations
from holdfast.parties.access import Caller

router = Router(tags=["sandbox"])


class ClockStep(fields.Body):
    """How far."""

    seconds: int = Field(gt=0, description="at most 400 days a step")


def _require_sandbox(caller: Caller) -> None:
    if not caller.sandbox:
        raise NotFound
    if not {"sandbox", "operator"} & (caller.scopes or frozenset()):
        raise NotAllowed(scope="sandbox", accepted=["sandbox"])


@router.get("/sandbox/clock", operation_id="get_clock", response=presenting.Clock)
def get_clock(request: edge.Request) -> dict[str, Any]:
    """What time it is here."""
    _require_sandbox(request.auth)
    return {"now": rfc3339(request.auth.now)}


@router.post("/sandbox/clock/advance", operation_id="advance_clock", response=presenting.Clock)
def advance_clock(request: edge.Request, body: ClockStep) -> HttpResponse:
    """Move the clock forward; what has come due meanwhile is done by the worker as if the time had passed."""
    _require_sandbox(request.auth)
    return command(
        request,
        caller=request.auth,
        role="operator",
        operation=lambda act: operations.advance_clock(act=act, seconds=body.seconds),
        present=lambda moved: {"now": rfc3339(moved.now)},
    )
