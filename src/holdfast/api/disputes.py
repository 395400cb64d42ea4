"""Chargebacks over HTTP: what stands still and why, for both sides; how they ended, by finance if no provider tells."""

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema

from holdfast.api import edge, fields, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.shown import disputes as shown
from holdfast.orders import disputes as queries
from holdfast.orders.operations import disputes as operations
from holdfast.orders.operations.disputes import Proof
from holdfast.orders.queries import order_for
from holdfast.parties import access

router = Router(tags=["money"])


class DisputeQuery(Schema):
    """Which of them."""

    state: Literal["open", "won", "lost"] | None = None


class DisputeEvidence(fields.Body):
    """What was sent to the provider: in words, and the name of the document."""

    text: fields.Reason
    document: fields.Line = ""


class DisputeEnding(fields.Body):
    """On which paper it ended: the reason in words, and the name of the document."""

    text: fields.Reason
    document: fields.Name


@router.get("/orders/{order_id}/disputes", operation_id="list_order_disputes", response=presenting.Page[shown.Dispute])
@pagination.paged()
def list_order_disputes(request: edge.Request, order_id: str) -> dict[str, Any]:
    """What the payer's bank took back of an order, oldest first."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    found = queries.disputes_of(order_id=standing.order_id)
    return {"items": [shown.dispute(row, for_operator=standing.role == "operator") for row in found]}


@router.get("/disputes", operation_id="list_disputes", response=presenting.Page[shown.Dispute])
def list_disputes(
    request: edge.Request, page: Query[pagination.PageQuery], asked: Query[DisputeQuery]
) -> dict[str, Any]:
    """All disputes, newest first. The operator's."""
    access.require_staff(request.auth, "finance", "administrator")
    return pagination.newest_first(
        queries.disputes(state=asked.state),
        page=page,
        present=lambda row: shown.dispute(queries.view(row), for_operator=True),
    )


@router.get("/disputes/{dispute_id}", operation_id="get_dispute", response=shown.Dispute)
def get_dispute(request: edge.Request, dispute_id: str) -> dict[str, Any]:
    """One dispute. The operator's."""
    access.require_staff(request.auth, "finance", "administrator")
    return shown.dispute(queries.dispute(ref=dispute_id), for_operator=True)


@router.post("/disputes/{dispute_id}/evidence", operation_id="answer_dispute", response=shown.DisputeOut)
def answer_dispute(request: edge.Request, dispute_id: str, body: DisputeEvidence) -> HttpResponse:
    """Note what was sent to the provider; from then on its decision is awaited. The operator's."""
    role = access.require_staff(request.auth, "finance", "administrator")
    found = queries.dispute(ref=dispute_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.answer(act=act, dispute_id=found.id, proof=Proof(body.text, body.document)),
        present=shown.step,
    )


@router.post("/disputes/{dispute_id}/won", operation_id="win_dispute", response=shown.DisputeOut)
def win_dispute(request: edge.Request, dispute_id: str, body: DisputeEnding) -> HttpResponse:
    """The money came back, by a paper of the provider that does not tell by itself. The operator's."""
    role = access.require_staff(request.auth, "finance", "administrator")
    found = queries.dispute(ref=dispute_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.won(
            act=act, provider_ref=found.provider_ref, proof=Proof(body.text, body.document)
        ),
        present=shown.step,
    )


@router.post("/disputes/{dispute_id}/lost", operation_id="lose_dispute", response=shown.DisputeOut)
def lose_dispute(request: edge.Request, dispute_id: str, body: DisputeEnding) -> HttpResponse:
    """The money stays with the payer, by a paper of the provider that does not tell by itself. The operator's."""
    role = access.require_staff(request.auth, "finance", "administrator")
    found = queries.dispute(ref=dispute_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.lost(
            act=act, provider_ref=found.provider_ref, proof=Proof(body.text, body.document)
        ),
        present=shown.step,
    )
