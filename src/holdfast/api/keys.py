"""API keys over HTTP: seen by their organisation; made, replaced and ended by the operator's key, or by one of the
organisation's own with the scope `organisation:write`, which gives out no more than it has.

People make the keys of their own organisation in the console.
"""

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from holdfast.api import edge, fields, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.parties import access, operations, queries

router = Router(tags=["keys"])


class NewKey(fields.Body):
    """A key to be made."""

    name: fields.Name
    scopes: list[str]
    addresses: list[fields.Short] = []
    expires_at: fields.Moment | None = None
    sign_limit_minor: fields.Minor | None = None
    sign_limit_currency: fields.Currency | None = None
    holder_id: fields.Short | None = None


class Rotation(fields.Body):
    """How long the old key works on beside the new one; without it, the old one ends now."""

    overlap_seconds: Annotated[int, Field(ge=0, le=30 * 86_400, description="at most 30 days")] = 0


@router.get(
    "/organisations/{organisation_id}/keys",
    operation_id="list_keys",
    response=presenting.Page[presenting.Key],
    auth=edge.ALONE,
)
@pagination.paged()
def list_keys(request: edge.Request, organisation_id: str) -> dict[str, Any]:
    """Every key of an organisation, newest first, with its last use; never a secret."""
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    access.own_affair(request.auth)
    return {"items": [presenting.key(view, standing.role) for view in queries.keys(organisation_id=standing.id)]}


@router.post(
    "/organisations/{organisation_id}/keys",
    operation_id="create_key",
    response={201: presenting.Key},
    auth=edge.ALONE,
)
def create_key(request: edge.Request, organisation_id: str, body: NewKey) -> HttpResponse:
    """Make a key. The secret is in this answer once, and in no repetition of it."""
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    role = scopes.runs_organisation(request.auth, standing=standing)
    scopes.within_own(request.auth, scopes=body.scopes, limit=(body.sign_limit_minor, body.sign_limit_currency))
    holder = None if body.holder_id is None else parse("per", body.holder_id)
    if body.holder_id is not None and holder is None:
        raise NotFound(field="holder_id")
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.create_key(
            act=act, organisation_id=standing.id, holder_id=holder, **body.dict(exclude={"holder_id"})
        ),
        present=lambda view: presenting.key(view, role),
        stored=lambda view: presenting.key(view, role, hide=True),
        status=201,
    )


@router.post("/keys/{key_id}/rotate", operation_id="rotate_key", response={201: presenting.Key}, auth=edge.ALONE)
def rotate_key(request: edge.Request, key_id: str, body: Rotation) -> HttpResponse:
    """Make a key with the same rights in the place of one, which ends now or after an overlap."""
    standing = access.key_for(caller=request.auth, ref=key_id)
    role = scopes.runs_organisation(request.auth, standing=standing)
    key = queries.key(key_id=standing.id)
    scopes.within_own(request.auth, scopes=key.scopes, limit=(key.sign_limit_minor, key.sign_limit_currency))
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.rotate_key(
            act=act, key_id=standing.id, overlap=timedelta(seconds=body.overlap_seconds)
        ),
        present=lambda view: presenting.key(view, role),
        stored=lambda view: presenting.key(view, role, hide=True),
        status=201,
    )


@router.post("/keys/{key_id}/revoke", operation_id="revoke_key", response=presenting.Key, auth=edge.ALONE)
def revoke_key(request: edge.Request, key_id: str, body: fields.Nothing) -> HttpResponse:
    """End a key at once."""
    standing = access.key_for(caller=request.auth, ref=key_id)
    role = scopes.runs_organisation(request.auth, standing=standing)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.revoke_key(act=act, key_id=standing.id),
        present=lambda view: presenting.key(view, role),
    )
