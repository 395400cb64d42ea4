"""The API itself: its routers, one a noun, and how refusals and faults leave it."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Schema
from ninja.errors import HttpError, ValidationError

import holdfast
from holdfast.api import edge, pagination, presenting, problems
from holdfast.api.amendments import router as amendments
from holdfast.api.bank import router as bank
from holdfast.api.beneficiaries import router as beneficiaries
from holdfast.api.bookings import router as bookings
from holdfast.api.books import router as books
from holdfast.api.claims import router as claims
from holdfast.api.consents import router as consents
from holdfast.api.contract_files import router as contract_files
from holdfast.api.contracts import router as contracts
from holdfast.api.cover import router as cover
from holdfast.api.description import DescribedAPI
from holdfast.api.disputes import router as disputes
from holdfast.api.events import router as events
from holdfast.api.flags import router as flags
from holdfast.api.fulfilment import router as fulfilment
from holdfast.api.guarantee import router as guarantee
from holdfast.api.inspection import router as inspection
from holdfast.api.keys import router as keys
from holdfast.api.labels import router as labels
from holdfast.api.notices import router as notices
from holdfast.api.orders import router as orders
from holdfast.api.papers import router as papers
from holdfast.api.parties import router as parties
from holdfast.api.payments import router as payments
from holdfast.api.payouts import router as payouts
from holdfast.api.programmes import router as programmes
from holdfast.api.protection import router as protection
from holdfast.api.quotation_threads import router as quotation_threads
from holdfast.api.sampling import router as sampling
from holdfast.api.sandbox import router as sandbox
from holdfast.api.settlements import router as settlements
from holdfast.api.sourcing import router as sourcing
from holdfast.api.terms import router as terms
from holdfast.api.terms_accepted import router as terms_accepted
from holdfast.api.threads import router as threads
from holdfast.api.treasury import router as treasury
from holdfast.api.webhook_endpoints import router as webhook_endpoints
from holdfast.kernel.refusals import NotFound, Refusal

ROUTERS = [
    parties,
    keys,
    consents,
    beneficiaries,
    programmes,
    # Before the contracts: `preview` is no contract's name.
    cover,
    protection,
    sampling,
    contracts,
    contract_files,
    terms,
    terms_accepted,
    amendments,
    orders,
    labels,
    payments,
    bank,
    payouts,
    settlements,
    sourcing,
    quotation_threads,
    disputes,
    guarantee,
    fulfilment,
    inspection,
    bookings,
    claims,
    papers,
    books,
    events,
    notices,
    treasury,
    threads,
    webhook_endpoints,
    flags,
    *([sandbox] if settings.SANDBOX else []),
]

api = DescribedAPI(
    title="Holdfast",
    version=holdfast.__version__,
    description=(
        "Escrow, inspection and claims for trade between companies. Amounts are whole minor units with a currency "
        "beside them; times are RFC 3339 in UTC. Every POST that acts needs an `Idempotency-Key`. Errors are problem "
        "documents (RFC 9457); `/v1/problems` lists every code."
    ),
    auth=edge.KeyAuth(),
    parser=edge.StrictParser(),
    openapi_url="/openapi.json",
    docs_url="/docs",
    urls_namespace="v1",
)
for router in ROUTERS:
    api.add_router("", router)
HANDLERS: dict[type[Exception], Any] = {
    Refusal: problems.from_refusal,
    ValidationError: problems.from_validation,
    HttpError: problems.from_http_error,
    edge.Replay: edge.replayed,
    RequestDataTooBig: problems.from_too_large,
    Exception: problems.from_fault,
}
for kind, handler in HANDLERS.items():
    api.add_exception_handler(kind, handler)


class ProblemKind(Schema):
    """A code that a problem can have: its HTTP status, and the sentence that tells it to people."""

    code: str
    status: int
    detail: str


@api.get(
    "/problems",
    auth=None,
    tags=["problems"],
    operation_id="list_problems",
    response=presenting.Page[ProblemKind],
)
@pagination.paged("code")
def list_problems(request: HttpRequest) -> dict[str, Any]:
    """Every code a problem can have, with its status and what it means."""
    items = [
        {"code": code, "status": status, "detail": detail} for code, (status, detail) in problems.catalogue().items()
    ]
    return {"items": items}


@api.get("/problems/{code}", auth=None, tags=["problems"], operation_id="get_problem", response=ProblemKind)
def get_problem(request: HttpRequest, code: str) -> dict[str, Any]:
    """What one code means: where a problem's `type` leads."""
    found = problems.catalogue().get(code)
    if found is None:
        raise NotFound
    return {"code": code, "status": found[0], "detail": found[1]}
