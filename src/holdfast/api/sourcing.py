"""Quotations over HTTP: offered, revised, countered, accepted into a contract's draft, declined, withdrawn, compared;
and suppliers with enough cover for an amount."""

from fractions import Fraction
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.shown import contracts as shown_contracts
from holdfast.api.shown import sourcing as shown
from holdfast.contracts.operations import accept_quotation as accept
from holdfast.contracts.programmes import latest, programme_of
from holdfast.fulfilment import suppliers
from holdfast.kernel.identifiers import parse
from holdfast.kernel.money import MAX_MINOR
from holdfast.kernel.refusals import Invalid, NotAllowed
from holdfast.parties.access import Caller, Standing
from holdfast.programme import Programme
from holdfast.sourcing import comparing, operations, queries, rules

router = Router(tags=["sourcing"])
Document = dict[str, Any]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Percent = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]


class NewQuotation(fields.Body):
    """A quotation to a named buyer."""

    buyer_id: fields.Short
    programme: fields.Short = "standard"
    document: Document
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class NewVersion(fields.Body):
    """The whole document of the next version."""

    document: Document


class ShipTo(fields.Body):
    """Where the goods go."""

    name: fields.Title
    street: fields.Title
    city: fields.Title
    country: fields.Country
    region: fields.Line = ""
    postcode: fields.Line = ""


class WantedQuantity(fields.Body):
    """How many of a line."""

    line: Annotated[int, Field(ge=1, le=10_000)]
    quantity: Annotated[int, Field(ge=1, le=10**9)]


class Acceptance(fields.Body):
    """The version that was read; quantities where they differ from those quoted; where the goods go, if the quotation
    does not say it."""

    version: Annotated[int, Field(ge=1, le=10**6)]
    quantities: Annotated[list[WantedQuantity], Field(max_length=200)] = []
    ship_to: ShipTo | None = None
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class Declining(fields.Body):
    """Why, and in words what the list does not say."""

    reason: Literal["price", "quantity", "lead_time", "specification", "cover", "capacity", "terms", "other"]
    note: Note = ""


class Withdrawing(fields.Body):
    """Why, in words."""

    note: Note = ""


class QuotationQuery(pagination.PageQuery):
    """What the list of quotations takes."""

    state: fields.Filter | None = None
    side: Literal["buyer", "supplier"] | None = None
    external_id: fields.Filter | None = None


class ComparisonQuery(Schema):
    """The other quotations by ID, and what the buyer reckons with: an own freight counts where the term leaves the
    main carriage to the buyer."""

    beside: Annotated[list[fields.Filter], Field(max_length=19)] = []
    quantity: Annotated[int, Field(ge=1, le=10**9)] | None = None
    duty_percent: Percent | None = None
    insurance_percent: Percent | None = None
    freight_minor: Annotated[int, Field(ge=0, le=MAX_MINOR)] | None = None


class CoverQuery(pagination.PageQuery):
    """For how much cover is looked for."""

    amount_minor: Annotated[int, Field(ge=1, le=MAX_MINOR)]
    currency: fields.Currency
    programme: fields.Filter = "standard"


def _newest(name: str) -> Programme:
    """The newest version of a programme. Refusal: `Invalid`."""
    row = latest(name=name)
    return programme_of(name=row.name, version=row.version)


def _may_act(caller: Caller, ref: str) -> Standing:
    standing = queries.quotation_for(caller=caller, ref=ref)
    if standing.role not in rules.SIDES:
        raise NotAllowed(role=standing.role, accepted=list(rules.SIDES))
    scopes.acts(caller, role=standing.role)
    return standing


@router.post("/quotations", operation_id="offer_quotation", response={201: shown.Quotation})
def offer_quotation(request: edge.Request, body: NewQuotation) -> HttpResponse:
    """Quote to a buyer. A direct price is information: it says what protection adds, and carries no payment details."""
    caller = request.auth
    scopes.own_organisation(caller)
    if caller.organisation_kind not in rules.SELLERS:
        raise NotAllowed(role=caller.organisation_kind, accepted=list(rules.SELLERS))
    scopes.acts(caller, role="supplier")
    buyer = parse("org", body.buyer_id)
    if buyer is None:
        raise rules.BuyerUnknown(field="buyer_id")
    return command(
        request,
        caller=caller,
        role="supplier",
        operation=labels.labelled(
            lambda act: operations.offer(
                act=act,
                buyer_id=buyer,
                programme=_newest(body.programme),
                programme_of=programme_of,
                document=body.document,
                external_id=body.external_id,
                metadata=body.metadata,
            ),
            kind="quo",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=shown.quotation,
        status=201,
    )


@router.get("/quotations", operation_id="list_quotations", response=presenting.Page[shown.QuotationInList])
def list_quotations(request: edge.Request, page: Query[QuotationQuery]) -> dict[str, Any]:
    """The quotations of one's own organisation, given and received, newest first."""
    scopes.reads(request.auth)
    found = queries.of_organisation(
        organisation_id=edge.owner(request.auth),
        state=page.state,
        side=page.side,
        external_id=page.external_id,
        before=pagination.opened(page.cursor),
        limit=page.limit + 1,
    )
    return pagination.shown(found, limit=page.limit, present=shown.quotation_line)


@router.get("/quotations/{quotation_id}", operation_id="get_quotation", response=shown.Quotation)
def get_quotation(request: edge.Request, quotation_id: str) -> dict[str, Any]:
    """One quotation: its last version, what its protected price buys, and what may be done now."""
    caller = request.auth
    standing = queries.quotation_for(caller=caller, ref=quotation_id)
    scopes.reads(caller)
    return shown.quotation(
        queries.page(quotation_id=standing.id, role=standing.role, programme_of=programme_of, now=caller.now)
    )


@router.get(
    "/quotations/{quotation_id}/versions",
    operation_id="list_quotation_versions",
    response=presenting.Page[shown.QuotationVersion],
)
@pagination.paged("number")
def list_quotation_versions(request: edge.Request, quotation_id: str) -> dict[str, Any]:
    """Every version, offers and counter-offers, each with what it changed of the one before."""
    standing = queries.quotation_for(caller=request.auth, ref=quotation_id)
    scopes.reads(request.auth)
    found = queries.versions(quotation_id=standing.id, role=standing.role, programme_of=programme_of)
    return {"items": [shown.version(one) for one in found]}


@router.post("/quotations/{quotation_id}/revise", operation_id="revise_quotation", response=shown.Quotation)
def revise_quotation(request: edge.Request, quotation_id: str, body: NewVersion) -> HttpResponse:
    """A new version by the supplier."""
    standing = _may_act(request.auth, quotation_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.revise(
            act=act, quotation_id=standing.id, programme_of=programme_of, document=body.document
        ),
        present=shown.quotation,
    )


@router.post("/quotations/{quotation_id}/counter", operation_id="counter_quotation", response=shown.Quotation)
def counter_quotation(request: edge.Request, quotation_id: str, body: NewVersion) -> HttpResponse:
    """A counter-offer by the buyer: the whole document, without direct prices."""
    standing = _may_act(request.auth, quotation_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.counter(
            act=act, quotation_id=standing.id, programme_of=programme_of, document=body.document
        ),
        present=shown.quotation,
    )


@router.post(
    "/quotations/{quotation_id}/accept", operation_id="accept_quotation", response={201: shown_contracts.Contract}
)
def accept_quotation(request: edge.Request, quotation_id: str, body: Acceptance) -> HttpResponse:
    """Accept the last version: it becomes the draft of a contract by the side that accepts; nothing is typed again."""
    standing = _may_act(request.auth, quotation_id)
    wanted = {one.line: one.quantity for one in body.quantities}
    if len(wanted) != len(body.quantities):
        raise Invalid(field="quantities", accepted="each line once")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: accept(
            act=act,
            quotation_id=standing.id,
            version=body.version,
            quantities=wanted,
            ship_to=body.ship_to.dict() if body.ship_to else None,
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=shown_contracts.contract,
        status=201,
    )


@router.post("/quotations/{quotation_id}/decline", operation_id="decline_quotation", response=shown.Quotation)
def decline_quotation(request: edge.Request, quotation_id: str, body: Declining) -> HttpResponse:
    """Say no to the other side's last version, with a reason."""
    standing = _may_act(request.auth, quotation_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.decline(
            act=act, quotation_id=standing.id, programme_of=programme_of, reason=body.reason, note=body.note
        ),
        present=shown.quotation,
    )


@router.post("/quotations/{quotation_id}/withdraw", operation_id="withdraw_quotation", response=shown.Quotation)
def withdraw_quotation(request: edge.Request, quotation_id: str, body: Withdrawing) -> HttpResponse:
    """Take back one's own last version; the quotation ends."""
    standing = _may_act(request.auth, quotation_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.withdraw(
            act=act, quotation_id=standing.id, programme_of=programme_of, note=body.note
        ),
        present=shown.quotation,
    )


@router.get(
    "/quotations/{quotation_id}/comparison", operation_id="compare_quotations", response=shown.QuotationComparison
)
def compare_quotations(request: edge.Request, quotation_id: str, asked: Query[ComparisonQuery]) -> dict[str, Any]:
    """A quotation that one received beside others: landed cost, protection, what is known of the supplier."""
    caller = request.auth
    found = [queries.quotation_for(caller=caller, ref=ref) for ref in (quotation_id, *asked.beside)]
    scopes.reads(caller)
    if any(one.role == "supplier" for one in found):
        raise NotAllowed(role="supplier", accepted=["buyer"])
    rates = comparing.read_rates(
        quantity=asked.quantity,
        duty_percent=Fraction(asked.duty_percent or 0),
        insurance_percent=Fraction(asked.insurance_percent or 0),
        freight_minor=asked.freight_minor,
    )
    ids = [one.id for one in found]
    known = suppliers.records_for(quotation_ids=ids)
    return shown.comparison(comparing.compare(quotation_ids=ids, rates=rates, records=known, programme_of=programme_of))


@router.get(
    "/suppliers/with-cover",
    operation_id="list_suppliers_with_cover",
    response=presenting.Page[shown.CoveringSupplier],
)
def list_suppliers_with_cover(request: edge.Request, asked: Query[CoverQuery]) -> dict[str, Any]:
    """Suppliers in good standing with enough cover for one order of this amount."""
    scopes.reads(request.auth)
    found = suppliers.with_cover(
        programme=_newest(asked.programme),
        currency=asked.currency,
        amount_minor=asked.amount_minor,
        before=pagination.opened(asked.cursor),
        limit=asked.limit + 1,
    )
    return pagination.shown(found, limit=asked.limit, present=lambda one: shown.covering(one, currency=asked.currency))
