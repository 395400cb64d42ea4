"""Messages that look as if they would take a deal off the platform, over HTTP: told before one is sent, and to the
operator of those that were sent all the same."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from holdfast.api import edge, fields, pagination, presenting
from holdfast.api.description import ACTS_NOT
from holdfast.api.edge import command
from holdfast.api.shown import threads as shown
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.parties import access
from holdfast.record import flags, threads
from holdfast.terms.speech import attempts

router = Router(tags=["messages"])
STAFF = ("finance", "administrator")


class MessageToCheck(fields.Body):
    """A message that is not sent yet."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=threads.LONGEST_TEXT)]


class FlagQuery(Schema):
    """Which of them."""

    state: Literal["open", "harmless", "upheld"] | None = None


class FlagReview(fields.Body):
    """Why, in words."""

    note: fields.Reason


@router.post("/messages/check", operation_id="check_message", response=shown.Flagged, openapi_extra=ACTS_NOT)
def check_message(request: edge.Request, body: MessageToCheck) -> dict[str, Any]:
    """What in a message would be flagged, before it is sent; nothing is kept."""
    return {"flags": [shown.attempt(one) for one in attempts(threads.checked(text=body.text))]}


@router.get("/flags", operation_id="list_flags", response=presenting.Page[shown.FlagShown])
def list_flags(request: edge.Request, page: Query[pagination.PageQuery], asked: Query[FlagQuery]) -> dict[str, Any]:
    """Messages that were sent although they look as if they would take the deal off the platform, newest first. The
    operator's."""
    access.require_staff(request.auth, *STAFF)
    found = flags.newest(state=asked.state, before=pagination.opened(page.cursor), limit=page.limit + 1)
    return pagination.shown(found, limit=page.limit, present=shown.flag)


@router.get("/flags/{flag_id}", operation_id="get_flag", response=shown.FlagShown)
def get_flag(request: edge.Request, flag_id: str) -> dict[str, Any]:
    """One of them. The operator's."""
    access.require_staff(request.auth, *STAFF)
    return shown.flag(flags.find(flag_id=_named(flag_id)))


@router.post("/flags/{flag_id}/dismiss", operation_id="dismiss_flag", response=shown.FlagShown)
def dismiss_flag(request: edge.Request, flag_id: str, body: FlagReview) -> HttpResponse:
    """Say that it is harmless, and why."""
    return _review(request, flag_id, "dismiss", body.note)


@router.post("/flags/{flag_id}/uphold", operation_id="uphold_flag", response=shown.FlagShown)
def uphold_flag(request: edge.Request, flag_id: str, body: FlagReview) -> HttpResponse:
    """Say that it was an attempt to take the deal off the platform, and what was done about it."""
    return _review(request, flag_id, "uphold", body.note)


def _review(request: edge.Request, ref: str, verb: str, note: str) -> HttpResponse:
    role = access.require_staff(request.auth, *STAFF)
    flag_id = _named(ref)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: flags.review(act=act, flag_id=flag_id, verb=verb, note=note),
        present=shown.flag,
    )


def _named(ref: str) -> UUID:
    found = parse("flg", ref)
    if found is None:
        raise NotFound
    return found
