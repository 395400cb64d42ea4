"""Money out over HTTP: balances paid out, let out by a second person, gathered into payment files; refunds placed.

A supplier asks for its own; everything after that is the operator's finance.
"""

from typing import Any, Literal

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Query, Router, Schema

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.shown import money
from holdfast.api.shown import payouts as shown
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotFound
from holdfast.orders.operations import paying, placing
from holdfast.orders.queries import order_for
from holdfast.parties import access, payees
from holdfast.parties import queries as parties
from holdfast.parties.access import Caller
from holdfast.parties.hands import behind
from holdfast.rails import operations, outgoing, queries
from holdfast.rails.bank.pain import AnswerUnreadable
from holdfast.rails.models import Payout, PayoutBatch, Refund
from holdfast.rails.operations.batches import Batch
from holdfast.rails.rows import PayoutRow, RefundRow

router = Router(tags=["payouts"])
FINANCE = ("finance", "administrator")
State = Literal["requested", "approved", "instructed", "sent", "confirmed", "bounced", "cancelled", "returned"]
XML_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/xml": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class NewPayout(fields.Body):
    """A balance to pay out: all of it, or an amount; to the account verified last, or to a named one."""

    currency: fields.Currency
    amount_minor: fields.PositiveMinor | None = None
    beneficiary_id: fields.Short | None = None
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class NewBatch(fields.Body):
    """What a payment file shall hold: all that waits in the currency, unless some are named."""

    currency: fields.Currency
    bank_account_id: fields.Short
    execution_on: fields.Day
    payout_ids: list[fields.Short] | None = None
    refund_ids: list[fields.Short] | None = None


class NewLimit(fields.Body):
    """Above this, two people."""

    amount_minor: fields.Minor


class Placement(fields.Body):
    """To which account of the buyer: the one in its own name, unless one is named; all of it, or an amount."""

    beneficiary_id: fields.Short | None = None
    amount_minor: fields.PositiveMinor | None = None


class Route(fields.Body):
    """By the way it came back from, or to an account of the buyer (`to_account`)."""

    to_account: bool = False
    beneficiary_id: fields.Short | None = None


class RefundQuery(Schema):
    """In which state, or any."""

    state: Literal["requested", "instructed", "sent", "confirmed", "bounced", "stopped"] | None = None


class DaysQuery(Schema):
    """Over how many days."""

    days: int = 90


# --- a supplier's own --------------------------------------------------------------------------------------------


@router.post("/payouts", operation_id="request_payout", response={201: shown.Payout})
def request_payout(request: edge.Request, body: NewPayout) -> HttpResponse:
    """Have a balance paid out to a verified bank account; above the operator's limit a second person lets it out."""
    scopes.own_organisation(request.auth)
    access.require(request.auth, scope="payments:write", roles=("owner", "finance"))
    destination = _destination(request.auth, body)
    return command(
        request,
        caller=request.auth,
        role="supplier",
        operation=labels.labelled(
            lambda act: operations.request_payout(
                act=act,
                organisation_id=edge.owner(request.auth),
                currency=body.currency,
                destination=destination,
                amount_minor=body.amount_minor,
                external_id=body.external_id,
                metadata=body.metadata,
            ),
            kind="pot",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=shown.payout,
        status=201,
    )


def _destination(caller: Caller, body: NewPayout) -> operations.Destination | None:
    """The account named, or the one verified last; None if it may not be paid to."""
    if body.beneficiary_id is None:
        found = parties.payout_beneficiary(organisation_id=edge.owner(caller), currency=body.currency)
    else:
        standing = access.beneficiary_for(caller=caller, ref=body.beneficiary_id)
        found = parties.beneficiary(beneficiary_id=standing.id)
    if found is None or found.state != "verified" or found.currency != body.currency:
        return None
    return operations.Destination(found.id, found.name, found.iban, found.bic, found.account, found.bank)


@router.get("/payouts", operation_id="list_payouts", response=presenting.Page[shown.Payout])
def list_payouts(request: edge.Request, page: Query[labels.CalledInState]) -> dict[str, Any]:
    """One's own payouts, newest first; for the operator all of them."""
    scopes.reads(request.auth)
    rows, role = Payout.objects.all(), "operator"
    if not queries.sees_all(request.auth):
        rows, role = rows.filter(organisation_id=edge.owner(request.auth)), "supplier"
    if page.state is not None:
        rows = rows.filter(state=page.state)
    if page.external_id is not None:
        rows = rows.filter(labels.called(caller=request.auth, kind="pot", external_id=page.external_id))
    return pagination.newest_first(rows, page=page, present=lambda row: shown.payout(PayoutRow.of(row), role))


@router.get("/payouts/{payout_id}", operation_id="get_payout", response=shown.Payout)
def get_payout(request: edge.Request, payout_id: str) -> dict[str, Any]:
    """One payout."""
    payout = queries.payout_for(caller=request.auth, ref=payout_id)
    scopes.reads(request.auth)
    return shown.payout(payout, _role(request.auth))


def _role(caller: Caller) -> str:
    return "operator" if queries.sees_all(caller) else "supplier"


@router.post("/payouts/{payout_id}/approve", operation_id="approve_payout", response=shown.Payout)
def approve_payout(request: edge.Request, payout_id: str, body: fields.Nothing) -> HttpResponse:
    """Let an amount above the limit out, as somebody else than who asked for it. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    payout = queries.payout_for(caller=request.auth, ref=payout_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.approve_payout(
            act=act, payout_id=payout.id, usable=payees.usable, behind=behind
        ),
        present=lambda row: shown.payout(row, role),
    )


@router.post("/payouts/{payout_id}/cancel", operation_id="cancel_payout", response=shown.Payout)
def cancel_payout(request: edge.Request, payout_id: str, body: fields.Nothing) -> HttpResponse:
    """Put the amount back into the balance, as long as no bank was told. The supplier's and the operator's."""
    payout = queries.payout_for(caller=request.auth, ref=payout_id)
    role = _role(request.auth)
    if role == "supplier":
        access.require(request.auth, scope="payments:write", roles=("owner", "finance"))
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.cancel_payout(act=act, payout_id=payout.id),
        present=lambda row: shown.payout(row, role),
    )


# --- batches and their files -------------------------------------------------------------------------------------


@router.post("/payout-batches", operation_id="make_payout_batch", response={201: shown.PayoutBatch})
def make_payout_batch(request: edge.Request, body: NewBatch) -> HttpResponse:
    """Gather approved payouts, and refunds that go to bank accounts, for one payment file. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    account = parse("bka", body.bank_account_id)
    if account is None:
        raise NotFound
    named = (_named("pot", body.payout_ids), _named("rfd", body.refund_ids))
    if body.payout_ids is not None or body.refund_ids is not None:
        # Whoever names some means these and no others.
        named = (named[0] or [], named[1] or [])
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.make_batch(
            act=act,
            currency=body.currency,
            account_id=account,
            execution_on=body.execution_on,
            usable=payees.usable,
            chain_of=paying.chain_of,
            payout_ids=named[0],
            refund_ids=named[1],
        ),
        present=shown.batch,
        status=201,
    )


def _named(prefix: str, refs: list[str] | None) -> Any:
    if refs is None:
        return None
    found = [parse(prefix, ref) for ref in refs]
    if None in found:
        raise NotFound
    return found


@router.get("/payout-batches", operation_id="list_payout_batches", response=presenting.Page[shown.PayoutBatch])
def list_payout_batches(request: edge.Request, page: Query[pagination.PageQuery]) -> dict[str, Any]:
    """The batches, newest first. The operator's."""
    access.require_staff(request.auth, *FINANCE)
    return pagination.newest_first(PayoutBatch.objects.all(), page=page, present=lambda row: shown.batch(Batch.of(row)))


@router.get("/payout-batches/{batch_id}", operation_id="get_payout_batch", response=shown.PayoutBatch)
def get_payout_batch(request: edge.Request, batch_id: str) -> dict[str, Any]:
    """One batch. The operator's."""
    access.require_staff(request.auth, *FINANCE)
    return shown.batch(outgoing.batch_for(ref=batch_id))


@router.post("/payout-batches/{batch_id}/release", operation_id="release_payout_batch", response=shown.PayoutBatch)
def release_payout_batch(request: edge.Request, batch_id: str, body: fields.Nothing) -> HttpResponse:
    """Write the file and let it out; above the limit as somebody else than who made the batch. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    found = outgoing.batch_for(ref=batch_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.release_batch(act=act, batch_id=found.id, usable=payees.usable, behind=behind),
        present=shown.batch,
    )


@router.post("/payout-batches/{batch_id}/drop", operation_id="drop_payout_batch", response=shown.PayoutBatch)
def drop_payout_batch(request: edge.Request, batch_id: str, body: fields.Nothing) -> HttpResponse:
    """Take a batch apart that was not released; what it held waits for another. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    found = outgoing.batch_for(ref=batch_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.drop_batch(act=act, batch_id=found.id, chain_of=paying.chain_of),
        present=shown.batch,
    )


@router.get(
    "/payout-batches/{batch_id}/file",
    operation_id="download_payout_file",
    openapi_extra={"responses": {200: {"content": {"application/xml": {"schema": {"type": "string"}}}}}},
)
def download_payout_file(request: edge.Request, batch_id: str) -> StreamingHttpResponse:
    """The payment file (pain.001.001.09) of a released batch, byte for byte as it was released. The operator's."""
    access.require_staff(request.auth, *FINANCE)
    found = outgoing.batch_for(ref=batch_id)
    response = StreamingHttpResponse(operations.file_of(batch_id=found.id), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{public("bat", found.id)}.xml"'
    return response


@router.post("/payout-reports", operation_id="take_payout_report", response=shown.PayoutReport, openapi_extra=XML_BODY)
def take_payout_report(request: edge.Request) -> HttpResponse:
    """Enter the bank's status report (pain.002) on a payment file: the body is the file as the bank sent it. The
    operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    if not request.body:
        raise AnswerUnreadable(field="file", accepted="pain.002")
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.take_report(act=act, content=request.body, chain_of=paying.chain_of),
        present=shown.report,
    )


# --- limits ------------------------------------------------------------------------------------------------------


@router.get("/payout-limits", operation_id="list_payout_limits", response=presenting.Page[shown.Limit])
@pagination.paged("currency")
def list_payout_limits(request: edge.Request) -> dict[str, Any]:
    """Above which amounts two people let payouts out. The operator's."""
    access.require_staff(request.auth, *FINANCE)
    return {"items": [{"currency": code, "amount_minor": amount} for code, amount in outgoing.limits()]}


@router.post("/payout-limits/{currency}", operation_id="set_payout_limit", response=shown.Limit)
def set_payout_limit(request: edge.Request, currency: str, body: NewLimit) -> HttpResponse:
    """Set the limit of a currency. Administrators'."""
    role = access.require_staff(request.auth, "administrator")
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.set_limit(act=act, currency=currency, amount_minor=body.amount_minor),
        present=shown.limit,
    )


# --- refunds -----------------------------------------------------------------------------------------------------


@router.get("/refunds", operation_id="list_all_refunds", response=presenting.Page[money.Refund])
def list_all_refunds(
    request: edge.Request, page: Query[pagination.PageQuery], asked: Query[RefundQuery]
) -> dict[str, Any]:
    """All refunds, newest first. The operator's."""
    access.require_staff(request.auth, *FINANCE)
    rows = Refund.objects.all() if asked.state is None else Refund.objects.filter(state=asked.state)
    return pagination.newest_first(rows, page=page, present=lambda row: money.refund(RefundRow.of(row), "operator"))


@router.get("/refunds/to-place", operation_id="list_refunds_to_place", response=presenting.Page[shown.ToPlace])
@pagination.paged("order_id", "currency")
def list_refunds_to_place(request: edge.Request) -> dict[str, Any]:
    """Money of orders that no instrument takes and nobody has found an account for. The operator's."""
    access.require_staff(request.auth, *FINANCE)
    return {"items": [shown.to_place(one) for one in outgoing.unplaced()]}


@router.get("/refunds/starts", operation_id="get_refund_starts", response=shown.RefundStarts)
def get_refund_starts(request: edge.Request, asked: Query[DaysQuery]) -> dict[str, Any]:
    """How long refunds took to start, and how many were late. The operator's."""
    access.require_staff(request.auth, *FINANCE)
    days = min(max(asked.days, 1), 3660)
    return shown.starts(outgoing.refund_starts(now=request.auth.now, days=days), days)


@router.post("/orders/{order_id}/refunds/place", operation_id="place_refund", response={201: money.Refund})
def place_refund(request: edge.Request, order_id: str, body: Placement) -> HttpResponse:
    """Send what no instrument takes to a verified bank account of the buyer. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    standing = order_for(caller=request.auth, ref=order_id)
    account = None if body.beneficiary_id is None else _account(body.beneficiary_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: placing.place_refund(
            act=act, order_id=standing.order_id, beneficiary_id=account, amount_minor=body.amount_minor
        ),
        present=lambda row: money.refund(row, role),
        status=201,
    )


@router.post("/refunds/{refund_id}/resend", operation_id="resend_refund", response=money.Refund)
def resend_refund(request: edge.Request, refund_id: str, body: Route) -> HttpResponse:
    """Have a refund that came back sent again: the same way, or to a bank account of the buyer. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    refund = outgoing.refund_of(ref=refund_id)
    account = None if body.beneficiary_id is None else _account(body.beneficiary_id)

    def send(act: Any) -> RefundRow:
        if body.to_account or account is not None:
            return placing.route_refund(act=act, refund_id=refund.id, beneficiary_id=account)
        return operations.resend_refund(act=act, refund_id=refund.id, chain_of=paying.chain_of)

    return command(request, caller=request.auth, role=role, operation=send, present=lambda row: money.refund(row, role))


def _account(ref: str) -> Any:
    found = parse("ben", ref)
    if found is None:
        raise NotFound
    return found
