"""Contracts over HTTP: drafted, proposed, signed by a key within its limit; declined, withdrawn, listed."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from holdfast.api import documents, edge, fields, labels, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.shown import contracts as shown
from holdfast.contracts import operations, queries, rules
from holdfast.contracts.rules import Signer
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import Invalid
from holdfast.orders.operations import signing
from holdfast.parties.access import Caller
from holdfast.terms.templates import filled, template

router = Router(tags=["contracts"])
Document = documents.ContractDocument
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class FromTemplate(fields.Body):
    """The terms of a category's template; `values` are by the term's ID, `{"T1": {"nominal": "19-4052 TCX"}}`.

    Terms whose values are not given are left out; the lint says which of them are missed.
    """

    category: fields.Short
    values: Annotated[dict[str, dict[str, Any]], Field(max_length=100)] = {}


class NewContract(fields.Body):
    """A draft. `side` is the drafter's own and may be left out where the organisation has only one.

    With `template`, its terms stand before those of the document, which takes the category from it if it has none.
    """

    counterparty_id: fields.Short
    side: Literal["buyer", "supplier"] | None = None
    programme: fields.Short = "standard"
    document: Document
    template: FromTemplate | None = None
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class Revision(fields.Body):
    """Another text for a draft; labels that are not given stay."""

    document: Document
    programme: fields.Short | None = None
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata | None = None


class NewSignature(fields.Body):
    """The digest of the text that is signed: the one the contract shows. With `terms_digest` the terms of its programme
    are accepted, in the language whose digest it is (`get_contract_terms`)."""

    digest: Digest
    terms_digest: Digest | None = None


class Ending(fields.Body):
    """Why, in words."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class ContractQuery(pagination.PageQuery):
    """What the list of contracts takes."""

    state: fields.Filter | None = None
    external_id: fields.Filter | None = None


def drafters_side(caller: Caller, given: str | None) -> str:
    """The drafter's side: as given, or what the organisation is."""
    scopes.own_organisation(caller)
    own = caller.organisation_kind if caller.organisation_kind in rules.SIDES else None
    if given is None and own is None:
        raise Invalid(field="side", accepted=list(rules.SIDES))
    return given or str(own)


def _begun(body: NewContract) -> dict[str, Any]:
    """The document with the template's terms before its own."""
    if body.template is None:
        return body.document
    try:
        asked = filled(name=body.template.category, values=body.template.values)
    except Invalid as refusal:
        raise Invalid(field=f"template.{refusal.field}", accepted=refusal.accepted, **refusal.facts) from refusal
    own = body.document.get("specification", [])
    rest = own if isinstance(own, list) else [own]
    return {"category": template(body.template.category).title, **body.document, "specification": [*asked, *rest]}


@router.post("/contracts", operation_id="draft_contract", response={201: shown.Contract})
def draft_contract(request: edge.Request, body: NewContract) -> HttpResponse:
    """Write a draft; nobody but its own side sees it before it is proposed."""
    side = drafters_side(request.auth, body.side)
    scopes.acts(request.auth, role=side)
    counterparty = parse("org", body.counterparty_id)
    if counterparty is None:
        raise rules.CounterpartyUnknown(field="counterparty_id")
    return command(
        request,
        caller=request.auth,
        role=side,
        operation=labels.labelled(
            lambda act: operations.draft(
                act=act,
                counterparty_id=counterparty,
                programme=body.programme,
                document=_begun(body),
                external_id=body.external_id,
                metadata=body.metadata,
            ),
            kind="con",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=shown.contract,
        status=201,
    )


@router.get("/contracts", operation_id="list_contracts", response=presenting.Page[shown.ContractInList])
def list_contracts(request: edge.Request, page: Query[ContractQuery]) -> dict[str, Any]:
    """The contracts of one's own organisation, newest first; a draft of the other side is not among them."""
    scopes.reads(request.auth)
    found = queries.of_organisation(
        organisation_id=edge.owner(request.auth),
        state=page.state,
        external_id=page.external_id,
        before=pagination.opened(page.cursor),
        limit=page.limit + 1,
    )
    return pagination.shown(found, limit=page.limit, present=shown.contract_line)


@router.get("/contracts/{contract_id}", operation_id="get_contract", response=shown.Contract)
def get_contract(request: edge.Request, contract_id: str) -> dict[str, Any]:
    """One contract with its text, its signatures, and what may be done now."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.reads(request.auth)
    return shown.contract(queries.page(contract_id=standing.id, role=standing.role))


@router.get("/contracts/{contract_id}/text", operation_id="get_contract_text", response=documents.ContractText)
def get_contract_text(request: edge.Request, contract_id: str) -> HttpResponse:
    """The canonical text, byte for byte: its SHA-256 is the digest that is signed (RFC 8785)."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.reads(request.auth)
    return HttpResponse(queries.canonical_text(contract_id=standing.id), content_type="application/json")


@router.post("/contracts/{contract_id}/revise", operation_id="revise_contract", response=shown.Contract)
def revise_contract(request: edge.Request, contract_id: str, body: Revision) -> HttpResponse:
    """Replace the text of a draft."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.acts(request.auth, role=standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.revise(act=act, contract_id=standing.id, **body.dict()),
        present=shown.contract,
    )


@router.post("/contracts/{contract_id}/propose", operation_id="propose_contract", response=shown.Contract)
def propose_contract(request: edge.Request, contract_id: str, body: fields.Nothing) -> HttpResponse:
    """Fix the text with the cover it would have, and lay it before the other side."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.acts(request.auth, role=standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: signing.propose(act=act, contract_id=standing.id),
        present=shown.contract,
    )


@router.post("/contracts/{contract_id}/sign", operation_id="sign_contract", response=shown.Signing)
def sign_contract(request: edge.Request, contract_id: str, body: NewSignature) -> HttpResponse:
    """Sign over the digest, within the key's limit; recorded as attested by the marketplace. The second signature
    opens the order."""
    caller = request.auth
    standing = queries.contract_for(caller=caller, ref=contract_id)
    scopes.acts(caller, role=standing.role, scope="contracts:sign")
    signer = Signer(
        caller.kind,
        caller.id,
        caller.member_role,
        caller.scopes,
        caller.sign_limit_minor,
        caller.sign_limit_currency,
        proven_again=False,
    )
    return command(
        request,
        caller=caller,
        role=standing.role,
        operation=lambda act: signing.sign(
            act=act, contract_id=standing.id, digest=body.digest, signer=signer, terms_digest=body.terms_digest
        ),
        present=shown.signed,
    )


@router.post("/contracts/{contract_id}/decline", operation_id="decline_contract", response=shown.Contract)
def decline_contract(request: edge.Request, contract_id: str, body: Ending) -> HttpResponse:
    """Say no to what the other side has proposed."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.acts(request.auth, role=standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.decline(act=act, contract_id=standing.id, reason=body.reason),
        present=shown.contract,
    )


@router.post("/contracts/{contract_id}/withdraw", operation_id="withdraw_contract", response=shown.Contract)
def withdraw_contract(request: edge.Request, contract_id: str, body: Ending) -> HttpResponse:
    """Take back what one's own side has drafted."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.acts(request.auth, role=standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.withdraw(act=act, contract_id=standing.id, reason=body.reason),
        present=shown.contract,
    )
