"""Organisations and their members over HTTP.

A party reads its own affairs with any of its keys; with one that has `organisation:write` it changes those that no
person need answer for, and the rest in the console. The operator's key (scope `operator`) sets up everything.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.kernel import calendars
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid
from holdfast.parties import access, operations, queries, rules
from holdfast.parties.models import Organisation

router = Router(tags=["parties"])


class ConsentTerms(fields.Body):
    """What a marketplace may do for an organisation: scopes, and with `contracts:sign` the most it may sign for."""

    scopes: list[str]
    sign_limit_minor: fields.Minor | None = None
    sign_limit_currency: fields.Currency | None = None

    def terms(self) -> operations.Terms:
        """As the operations take it."""
        return operations.Terms(tuple(self.scopes), self.sign_limit_minor, self.sign_limit_currency)


class NewOrganisation(fields.Body):
    """A company to be."""

    name: fields.Title
    kind: Literal["buyer", "supplier", "agent", "inspector", "marketplace"]
    country: fields.Country
    subdivision: Annotated[fields.Short | None, Field(description="of `GET /v1/subdivisions`, like `DE-BY`")] = None
    time_zone: fields.Short
    language: fields.Short = "en"
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}
    consent: Annotated[ConsentTerms | None, Field(description="a marketplace's: what it may do for them")] = None


class NewTier(fields.Body):
    """The verifier's word."""

    tier: Literal["none", "enrolled", "verified", "gold"]
    reason: fields.Reason


class NewCap(fields.Body):
    """A cover of one's own, or null for the tier's."""

    individual_cap_minor: fields.Minor | None
    individual_cap_currency: fields.Currency | None
    reason: fields.Reason


class NewStanding(fields.Body):
    """Whether an organisation takes part."""

    standing: Literal["good", "suspended", "ended"]
    reason: fields.Reason


class NewSubdivision(fields.Body):
    """The part of its country whose holidays count for an organisation; null for the country's alone."""

    subdivision: fields.Short | None


class CountryQuery(Schema):
    """Of which country."""

    country: fields.Country


class NewMember(fields.Body):
    """A person to belong."""

    email: fields.Email
    name: fields.Name
    role: Literal["owner", "trader", "finance", "viewer"]


class NewRole(fields.Body):
    """Another role."""

    role: Literal["owner", "trader", "finance", "viewer"]


@router.get("/me", operation_id="get_me", response=presenting.Me, auth=edge.ALONE)
def me(request: edge.Request) -> dict[str, Any]:
    """Who this key is, for whom, what it may do, and what time it is here."""
    caller = request.auth
    return {
        "id": public("key", caller.id),
        "name": caller.name,
        "organisation_id": public("org", edge.owner(caller)),
        "organisation_kind": caller.organisation_kind,
        "scopes": sorted(caller.scopes or ()),
        "sign_limit_minor": caller.sign_limit_minor,
        "sign_limit_currency": caller.sign_limit_currency,
        "marketplace_id": None if caller.through is None else public("org", caller.through.marketplace_id),
        "sandbox": caller.sandbox,
        "now": rfc3339(caller.now),
    }


# --- organisations -----------------------------------------------------------------------------------------------


@router.get(
    "/organisations",
    operation_id="list_organisations",
    response=presenting.Page[presenting.Organisation],
    auth=edge.ALONE,
)
def list_organisations(
    request: edge.Request, page: Query[pagination.PageQuery], called: Query[labels.CalledQuery]
) -> dict[str, Any]:
    """One's own organisation; for a marketplace those it serves too, for the operator all of them, newest first."""
    rows, caller = Organisation.objects.all(), request.auth
    role = "operator"
    if not access.runs_the_place(caller):
        own, role = edge.owner(caller), caller.member_role or "viewer"
        served = Q()
        if caller.organisation_kind == rules.MARKETPLACE:
            served, role = Q(id__in=queries.served_by(own)), rules.MARKETPLACE
        rows = rows.filter(Q(id=own) | served)
    if called.external_id is not None:
        rows = rows.filter(labels.called(caller=request.auth, kind="org", external_id=called.external_id))
    return pagination.newest_first(
        rows,
        page=page,
        present=lambda row: presenting.organisation(queries.organisation_view(row), _as(caller, row.id, role)),
    )


@router.post(
    "/organisations",
    operation_id="create_organisation",
    response={201: presenting.Organisation},
    auth=edge.ALONE,
)
def create_organisation(request: edge.Request, body: NewOrganisation) -> HttpResponse:
    """Found an organisation. The operator's; and a marketplace's, which says in `consent` what it may do for it."""
    caller = request.auth
    terms = None if body.consent is None else body.consent.terms()
    if caller.organisation_kind == rules.MARKETPLACE:
        access.require(caller, scope=rules.ORGANISATION_SCOPE)
        role = rules.MARKETPLACE
        if terms is not None:
            scopes.within_own(caller, scopes=terms.scopes, limit=(terms.sign_limit_minor, terms.sign_limit_currency))
    else:
        role = access.require_staff(caller, "administrator")
        if terms is not None:
            raise Invalid(field="consent", accepted="only of a marketplace that makes an organisation")
    given = {name: getattr(body, name) for name in NewOrganisation.model_fields if name != "consent"}
    return command(
        request,
        caller=caller,
        role=role,
        operation=lambda act: operations.create_organisation(act=act, **given, consent=terms),
        present=lambda view: presenting.organisation(view, role),
        status=201,
    )


@router.get(
    "/organisations/{organisation_id}",
    operation_id="get_organisation",
    response=presenting.Organisation,
    auth=edge.ALONE,
)
def get_organisation(request: edge.Request, organisation_id: str) -> dict[str, Any]:
    """One organisation."""
    standing = access.served_for(caller=request.auth, ref=organisation_id)
    role = _as(request.auth, standing.id, standing.role)
    return presenting.organisation(queries.organisation(organisation_id=standing.id), role)


def _as(caller: access.Caller, organisation_id: UUID, role: str) -> str:
    """As whom an organisation is shown: some acts are open to a key of its own that was made for them."""
    manages = rules.ORGANISATION_SCOPE in (caller.scopes or ()) and caller.through is None
    return "key" if manages and role != "operator" and caller.organisation_id == organisation_id else role


@router.post(
    "/organisations/{organisation_id}/tier", operation_id="set_organisation_tier", response=presenting.Organisation
)
def set_tier(request: edge.Request, organisation_id: str, body: NewTier) -> HttpResponse:
    """Say how far an organisation was looked into. The operator's."""
    role = access.require_staff(request.auth, "verifier")
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.set_tier(
            act=act, organisation_id=standing.id, tier=body.tier, reason=body.reason
        ),
        present=lambda view: presenting.organisation(view, role),
    )


@router.post(
    "/organisations/{organisation_id}/cap", operation_id="set_organisation_cap", response=presenting.Organisation
)
def set_cap(request: edge.Request, organisation_id: str, body: NewCap) -> HttpResponse:
    """Give a supplier a cover per order of its own. The operator's."""
    role = access.require_staff(request.auth, "verifier")
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.set_cap(
            act=act,
            organisation_id=standing.id,
            minor=body.individual_cap_minor,
            currency=body.individual_cap_currency,
            reason=body.reason,
        ),
        present=lambda view: presenting.organisation(view, role),
    )


@router.post(
    "/organisations/{organisation_id}/standing",
    operation_id="set_organisation_standing",
    response=presenting.Organisation,
)
def set_standing(request: edge.Request, organisation_id: str, body: NewStanding) -> HttpResponse:
    """Suspend an organisation or take it back. The operator's."""
    role = access.require_staff(request.auth, "verifier")
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.set_standing(
            act=act, organisation_id=standing.id, standing=body.standing, reason=body.reason
        ),
        present=lambda view: presenting.organisation(view, role),
    )


@router.post(
    "/organisations/{organisation_id}/subdivision",
    operation_id="set_organisation_subdivision",
    response=presenting.Organisation,
    auth=edge.ALONE,
)
def set_subdivision(request: edge.Request, organisation_id: str, body: NewSubdivision) -> HttpResponse:
    """Say in which part of its country an organisation is: the holidays there count in deadlines of contracts that are
    proposed from now on. The organisation's own, by a key with `organisation:write`, or the operator's."""
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    role = scopes.runs_organisation(request.auth, standing=standing)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.set_subdivision(
            act=act, organisation_id=standing.id, subdivision=body.subdivision
        ),
        present=lambda view: presenting.organisation(view, _as(request.auth, view.id, role)),
    )


@router.get(
    "/subdivisions",
    operation_id="list_subdivisions",
    response=presenting.Page[presenting.Subdivision],
    auth=edge.ALONE,
)
@pagination.paged("code")
def list_subdivisions(request: edge.Request, asked: Query[CountryQuery]) -> dict[str, Any]:
    """The parts of a country that have holidays of their own, by name; none where all of it has the same."""
    found = calendars.named_parts_of(asked.country)
    return {"items": [{"code": code, "name": name} for code, name in found]}


# --- members -----------------------------------------------------------------------------------------------------


@router.get(
    "/organisations/{organisation_id}/members", operation_id="list_members", response=presenting.Page[presenting.Member]
)
@pagination.paged()
def list_members(request: edge.Request, organisation_id: str) -> dict[str, Any]:
    """Everybody in an organisation, oldest first."""
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    access.own_affair(request.auth)
    found = queries.members(organisation_id=standing.id)
    return {"items": [presenting.member(view, standing.role) for view in found]}


@router.post("/organisations/{organisation_id}/members", operation_id="add_member", response={201: presenting.Member})
def add_member(request: edge.Request, organisation_id: str, body: NewMember) -> HttpResponse:
    """Make a person a member; an account is made if there is none, its password set by a reset. The operator's."""
    role = access.require_staff(request.auth, "administrator")
    standing = access.organisation_for(caller=request.auth, ref=organisation_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.add_member(act=act, organisation_id=standing.id, **body.dict()),
        present=lambda view: presenting.member(view, role),
        status=201,
    )


@router.post("/members/{member_id}/change-role", operation_id="change_member_role", response=presenting.Member)
def change_role(request: edge.Request, member_id: str, body: NewRole) -> HttpResponse:
    """Give a member another role. The operator's."""
    role = access.require_staff(request.auth, "administrator")
    standing = access.member_for(caller=request.auth, ref=member_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.change_role(act=act, member_id=standing.id, role=body.role),
        present=lambda view: presenting.member(view, role),
    )


@router.post("/members/{member_id}/remove", operation_id="remove_member", response=presenting.Member)
def remove_member(request: edge.Request, member_id: str, body: fields.Nothing) -> HttpResponse:
    """End a membership; one owner always stays. The operator's."""
    role = access.require_staff(request.auth, "administrator")
    standing = access.member_for(caller=request.auth, ref=member_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.remove_member(act=act, member_id=standing.id),
        present=lambda view: presenting.member(view, role),
    )
