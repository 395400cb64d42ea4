"""Notices over HTTP: what an organisation's people were told, the kinds there are, and mails that came back.

What somebody wants to be mailed is theirs to choose, in the console: a key belongs to an organisation and is nobody.
"""

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from holdfast.api import edge, pagination, presenting, scopes
from holdfast.api.shown import record as shown
from holdfast.kernel.refusals import Invalid
from holdfast.notices import catalogue, operations, queries, reports
from holdfast.notices.kinds import LEGAL, TOLD
from holdfast.orders.queries import order_for
from holdfast.parties import access

router = Router(tags=["notices"])
REPORT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "a delivery report as it came by mail (RFC 3464), from its first header on",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class NoticeQuery(pagination.PageQuery):
    """Of one order, or of one kind."""

    order_id: str | None = Query(None, max_length=64)
    kind: str | None = Query(None, max_length=64)


@router.get("/notices", operation_id="list_notices", response=presenting.Page[shown.Notice])
def list_notices(request: edge.Request, page: Query[NoticeQuery]) -> dict[str, Any]:
    """What one's own people were told, newest first, and whether the mails arrived; for the operator all of it. A
    marketplace is not told which person it was, nor of the organisation's own affairs."""
    scopes.reads(request.auth)
    order_id = None
    if page.order_id is not None:
        order_id = order_for(caller=request.auth, ref=page.order_id).order_id
    if page.kind is not None and page.kind not in TOLD and page.kind not in LEGAL:
        raise Invalid(field="kind", accepted=sorted({*TOLD, *LEGAL}))
    found = queries.told(
        organisation_id=None if request.auth.staff else edge.owner(request.auth),
        order_id=order_id,
        kind=page.kind,
        before=pagination.opened(page.cursor),
        limit=page.limit,
        own_affairs=request.auth.through is None,
    )
    present = shown.notice if request.auth.through is None else shown.notice_to_marketplace
    return pagination.shown(found, limit=page.limit, present=present)


@router.get("/notices/kinds", operation_id="list_notice_kinds", response=presenting.Page[shown.NoticeKind])
@pagination.paged("kind")
def list_notice_kinds(request: edge.Request) -> dict[str, Any]:
    """Every kind of notice: who is told, what deadlines hang on it, and what it says."""
    return {"items": [shown.notice_kind(one) for one in catalogue.kinds()]}


@router.post("/mail/bounces", operation_id="report_bounce", response=shown.Bounce, openapi_extra=REPORT)
def report_bounce(request: edge.Request) -> HttpResponse:
    """Hand in a mail that came back, as it came. Under another key the same report does nothing more."""
    role = access.require_staff(request.auth, "administrator", "finance")
    if len(request.body) > reports.LARGEST:
        raise edge.BodyTooLarge(accepted={"at_most_bytes": reports.LARGEST})
    return edge.command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.hand_in(act=act, content=request.body),
        present=shown.bounce,
    )
