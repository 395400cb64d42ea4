"""Which marketplaces act for an organisation, over HTTP: seen, said and ended by the organisation's own key.

A marketplace never says it of itself: its keys are turned away here, whatever their consent.
"""

from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema

from holdfast.api import edge, fields, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.parties import ConsentTerms
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotAllowed, NotFound
from holdfast.parties import access, consents, operations, rules
from holdfast.parties.consents import ConsentView

router = Router(tags=["marketplaces"])


class Consent(Schema):
    """What a marketplace may do for an organisation. `basis` is `created` where it made it, else `given`. It stands
    `good`, `suspended` (it serves on and takes on nobody new) or `ended` (it does nothing more)."""

    id: str
    organisation_id: str
    marketplace_id: str
    marketplace_name: str
    marketplace_standing: str
    basis: str
    scopes: list[str]
    sign_limit_minor: int | None
    sign_limit_currency: str | None
    given_at: str
    revoked_at: str | None
    acts: list[presenting.ActOut]


class Marketplace(Schema):
    """Who can be let act."""

    id: str
    name: str


class NewConsent(ConsentTerms):
    """Whom an organisation lets act for it, and what it lets them do."""

    marketplace_id: fields.Short


def _shown(view: ConsentView, role: str) -> dict[str, Any]:
    return {
        "id": public("cns", view.id),
        "organisation_id": public("org", view.organisation_id),
        "marketplace_id": public("org", view.marketplace_id),
        "marketplace_name": view.marketplace_name,
        "marketplace_standing": view.marketplace_standing,
        "basis": view.basis,
        "scopes": list(view.scopes),
        "sign_limit_minor": view.sign_limit_minor,
        "sign_limit_currency": view.sign_limit_currency,
        "given_at": rfc3339(view.given_at),
        "revoked_at": view.revoked_at and rfc3339(view.revoked_at),
        "acts": [
            {"verb": verb, "due_at": None} for verb in rules.consent_acts(role=role, revoked=bool(view.revoked_at))
        ],
    }


@router.get("/marketplaces", operation_id="list_marketplaces", response=presenting.Page[Marketplace])
@pagination.paged()
def list_marketplaces(request: edge.Request) -> dict[str, Any]:
    """The marketplaces that an organisation can let act for it."""
    return {"items": [{"id": public("org", found), "name": name} for found, name in consents.marketplaces()]}


@router.get(
    "/organisations/{organisation_id}/consents", operation_id="list_consents", response=presenting.Page[Consent]
)
@pagination.paged()
def list_consents(request: edge.Request, organisation_id: str) -> dict[str, Any]:
    """Who may act for an organisation, with which scopes, since when; ended ones last."""
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    access.own_affair(request.auth)
    role = _role(request, standing)
    return {"items": [_shown(view, role) for view in consents.consents_of(organisation_id=standing.id)]}


@router.post("/organisations/{organisation_id}/consents", operation_id="give_consent", response={201: Consent})
def give_consent(request: edge.Request, organisation_id: str, body: NewConsent) -> HttpResponse:
    """Let a marketplace act for one's organisation; what it was let do before is replaced."""
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    role = _own(request, standing)
    marketplace_id = parse("org", body.marketplace_id)
    if marketplace_id is None:
        raise NotFound(field="marketplace_id")
    terms = body.terms()
    scopes.within_own(request.auth, scopes=terms.scopes, limit=(terms.sign_limit_minor, terms.sign_limit_currency))
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.give_consent(
            act=act, organisation_id=standing.id, marketplace_id=marketplace_id, terms=terms
        ),
        present=lambda view: _shown(view, role),
        status=201,
    )


@router.post("/consents/{consent_id}/revoke", operation_id="revoke_consent", response=Consent)
def revoke_consent(request: edge.Request, consent_id: str, body: fields.Nothing) -> HttpResponse:
    """End a consent at once. The organisation's, or the operator's for its sake."""
    standing = access.consent_for(caller=request.auth, ref=consent_id)
    role = scopes.runs_organisation(request.auth, standing=standing)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.revoke_consent(act=act, consent_id=standing.id),
        present=lambda view: _shown(view, role),
    )


def _role(request: edge.Request, standing: access.Standing) -> str:
    """As whom a list is read: an owner's acts are open to a key that was made for them."""
    manages = rules.ORGANISATION_SCOPE in (request.auth.scopes or frozenset())
    return "owner" if manages and standing.role != "operator" else standing.role


def _own(request: edge.Request, standing: access.Standing) -> str:
    """Consent is the organisation's alone to give: no operator says it for them. Refusal: `not_allowed`."""
    access.own_affair(request.auth)
    access.require(request.auth, scope=rules.ORGANISATION_SCOPE)
    if request.auth.organisation_id != standing.id:
        raise NotAllowed(accepted=["the organisation itself"])
    return "owner"
