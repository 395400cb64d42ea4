"""Amendments over HTTP: proposed over an order by what they change, shown with their differences, signed by both."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import ConfigDict, Field, StringConstraints

from holdfast.api import documents, edge, fields, labels, pagination, presenting, scopes
from holdfast.api.contract_files import PaperQuery
from holdfast.api.contracts import Digest, Ending
from holdfast.api.description import gives
from holdfast.api.edge import command
from holdfast.api.papers import attachment
from holdfast.api.shown import amendments as shown
from holdfast.contracts import versions
from holdfast.contracts.printing import amended_for
from holdfast.contracts.printing import contract as printed
from holdfast.contracts.rules import Signer
from holdfast.contracts.versions import AmendmentStanding, amendment_for
from holdfast.orders import amendable as limits
from holdfast.orders.operations import amending
from holdfast.orders.queries import contract_of, order_for
from holdfast.parties.queries import organisation

router = Router(tags=["amendments"])
Path = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class Change(fields.Body):
    """One place of the agreed document (`lines.0.quantity`, `specification.T1.nominal`): what is to stand there. Where
    `from` is given it must be what stands there now. A member is added behind the last; `to` null takes one away."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=False)

    path: Path
    before: Any = Field(None, alias="from")
    to: Any

    def asked(self) -> dict[str, Any]:
        """As the operation takes it."""
        said = {"from": self.before} if "before" in self.model_fields_set else {}
        return {"path": self.path, "to": self.to, **said}


class NewAmendment(fields.Body):
    """What is to change: place by place, or as the whole document; one of the two."""

    changes: Annotated[list[Change], Field(min_length=1, max_length=500)] | None = None
    document: dict[str, Any] | None = None
    note: Note = ""
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class AmendmentSignature(fields.Body):
    """The digest of the text that is signed: the one the amendment shows."""

    digest: Digest


def _act(request: edge.Request, ref: str, scope: str = "orders:write") -> AmendmentStanding:
    standing = amendment_for(caller=request.auth, ref=ref)
    scopes.acts(request.auth, role=standing.role, scope=scope)
    return standing


@router.post("/orders/{order_id}/amendments", operation_id="propose_amendment", response={201: shown.AmendmentShown})
def propose_amendment(request: edge.Request, order_id: str, body: NewAmendment) -> HttpResponse:
    """Propose a new version of the order's contract; nothing changes before both sides have signed it."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role)
    changes = None if body.changes is None else [one.asked() for one in body.changes]
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: amending.propose(
                act=act, order_id=standing.order_id, changes=changes, document=body.document, note=body.note
            ),
            kind="amd",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=lambda page: labels.given(shown.amendment(page), body),
        status=201,
    )


@router.get(
    "/orders/{order_id}/amendments",
    operation_id="list_amendments",
    response=presenting.Page[shown.AmendmentShown],
)
@pagination.paged()
def list_amendments(request: edge.Request, order_id: str, called: Query[labels.CalledQuery]) -> dict[str, Any]:
    """Every amendment that was ever proposed for an order, the newest first."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    found = versions.amendments_of(contract_id=contract_of(order_id=standing.order_id), role=standing.role)
    items = [shown.amendment(page) for page in found]
    return {"items": labels.only_called(items, caller=request.auth, kind="amd", external_id=called.external_id)}


@router.get(
    "/orders/{order_id}/versions", operation_id="list_contract_versions", response=presenting.Page[shown.VersionShown]
)
@pagination.paged("version")
def list_versions(request: edge.Request, order_id: str) -> dict[str, Any]:
    """The versions of an order's contract that both have signed, the first one first; the last is in force."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    found = versions.versions_of(contract_id=contract_of(order_id=standing.order_id))
    return {"items": [shown.version(view) for view in found]}


@router.get("/orders/{order_id}/amendable", operation_id="get_amendable", response=shown.AmendableShown)
def get_amendable(request: edge.Request, order_id: str) -> dict[str, Any]:
    """What an amendment may still change, and the limits of it; the agreed document of the version in force."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    return shown.amendable(limits.amendable(order_id=standing.order_id, now=request.auth.now))


@router.get("/amendments/{amendment_id}", operation_id="get_amendment", response=shown.AmendmentShown)
def get_amendment(request: edge.Request, amendment_id: str) -> dict[str, Any]:
    """One amendment: what it changes, its text and signatures, and what may be done now."""
    standing = amendment_for(caller=request.auth, ref=amendment_id)
    scopes.reads(request.auth)
    return shown.amendment(versions.amendment_page(amendment_id=standing.amendment_id, role=standing.role))


@router.get("/amendments/{amendment_id}/text", operation_id="get_amendment_text", response=documents.ContractText)
def get_amendment_text(request: edge.Request, amendment_id: str) -> HttpResponse:
    """The canonical text of the new version, byte for byte: its SHA-256 is the digest that is signed (RFC 8785)."""
    standing = amendment_for(caller=request.auth, ref=amendment_id)
    scopes.reads(request.auth)
    written = versions.canonical_text(amendment_id=standing.amendment_id)
    return HttpResponse(written, content_type="application/json")


@router.get("/amendments/{amendment_id}/pdf", operation_id="print_amendment", openapi_extra=gives("application/pdf"))
def print_amendment(request: edge.Request, amendment_id: str, asked: Query[PaperQuery]) -> HttpResponse:
    """The new version as PDF, with its own digest and signatures; until both have signed, each page says so."""
    standing = amendment_for(caller=request.auth, ref=amendment_id)
    scopes.reads(request.auth)
    found = amended_for(amendment_id=standing.amendment_id)
    language = asked.language or organisation(organisation_id=edge.owner(request.auth)).language
    return attachment(printed(found, language=language), "application/pdf", f"{found.number}.pdf")


@router.post("/amendments/{amendment_id}/sign", operation_id="sign_amendment", response=shown.AmendmentSigned)
def sign_amendment(request: edge.Request, amendment_id: str, body: AmendmentSignature) -> HttpResponse:
    """Sign over the digest, within the key's limit; recorded as attested by the marketplace. With the second signature
    the version is in force, and money, dates and cover follow."""
    caller = request.auth
    standing = _act(request, amendment_id, "contracts:sign")
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
        operation=lambda act: amending.sign(
            act=act, amendment_id=standing.amendment_id, digest=body.digest, signer=signer
        ),
        present=shown.signed,
    )


@router.post("/amendments/{amendment_id}/decline", operation_id="decline_amendment", response=shown.AmendmentShown)
def decline_amendment(request: edge.Request, amendment_id: str, body: Ending) -> HttpResponse:
    """Say no to what the other side has proposed."""
    standing = _act(request, amendment_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: amending.decline(act=act, amendment_id=standing.amendment_id, reason=body.reason),
        present=lambda page: labels.own(shown.amendment(page), caller=request.auth),
    )


@router.post("/amendments/{amendment_id}/withdraw", operation_id="withdraw_amendment", response=shown.AmendmentShown)
def withdraw_amendment(request: edge.Request, amendment_id: str, body: Ending) -> HttpResponse:
    """Take back what one's own side has proposed."""
    standing = _act(request, amendment_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: amending.withdraw(act=act, amendment_id=standing.amendment_id, reason=body.reason),
        present=lambda page: labels.own(shown.amendment(page), caller=request.auth),
    )
