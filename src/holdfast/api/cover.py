"""Cover over HTTP: a supplier's lines, and what a contract would be worth in a claim before anybody signs it."""

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router

from holdfast.api import edge, fields, pagination, presenting, scopes
from holdfast.api.contracts import Document, drafters_side
from holdfast.api.edge import command
from holdfast.api.shown import cover as shown
from holdfast.claims import previews
from holdfast.claims.operations.previewing import preview_draft
from holdfast.contracts import programmes
from holdfast.contracts.queries import contract_for
from holdfast.contracts.rules import CounterpartyUnknown
from holdfast.kernel.identifiers import parse
from holdfast.parties import access, cover

router = Router(tags=["cover"])


class NewPreview(fields.Body):
    """A document as it would be drafted. Where no supplier is named, `tier` is assumed, or the programme's first."""

    document: Document
    programme: fields.Short = "standard"
    side: Literal["buyer", "supplier"] | None = None
    counterparty_id: fields.Short | None = None
    tier: Literal["enrolled", "verified", "gold"] | None = None


@router.get(
    "/organisations/{organisation_id}/cover", operation_id="list_cover", response=presenting.Page[shown.CoverLine]
)
@pagination.paged("currency")
def list_cover(request: edge.Request, organisation_id: str) -> dict[str, Any]:
    """A supplier's lines by currency: what stands behind open orders, and what is left. Its own, and the operator's."""
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    found = cover.cover_of(organisation_id=standing.id, programme=programmes.of_installation())
    return {"items": [shown.cover_line(view) for view in found]}


@router.get("/contracts/{contract_id}/preview", operation_id="preview_contract", response=shown.CoverPreview)
def preview_contract(request: edge.Request, contract_id: str) -> dict[str, Any]:
    """What this contract would be worth in a claim, and what the supplier's line has left for it."""
    standing = contract_for(caller=request.auth, ref=contract_id)
    scopes.reads(request.auth)
    return shown.cover_preview(previews.of_contract(contract_id=standing.id, now=request.auth.now))


@router.post("/contracts/preview", operation_id="preview_document", response=shown.CoverPreview)
def preview_document(request: edge.Request, body: NewPreview) -> HttpResponse:
    """The same for a document that is stored nowhere; nothing of it is kept but the answer."""
    caller = request.auth
    side = drafters_side(caller, body.side)
    scopes.acts(caller, role=side)
    counterparty = parse("org", body.counterparty_id) if body.counterparty_id else None
    if body.counterparty_id and counterparty is None:
        raise CounterpartyUnknown(field="counterparty_id")
    draft = previews.Draft(
        document=body.document,
        programme=body.programme,
        own_id=edge.owner(caller),
        side=side,
        counterparty_id=counterparty,
        tier=body.tier,
    )
    return command(
        request,
        caller=caller,
        role=side,
        operation=lambda act: preview_draft(act=act, draft=draft),
        present=shown.cover_preview,
    )
