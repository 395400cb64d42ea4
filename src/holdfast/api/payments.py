"""Money over HTTP: payments asked for and captured, refunds and payouts followed, wires in suspense sent back."""

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Router

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.shown import money as shown
from holdfast.kernel.refusals import NotAllowed
from holdfast.orders.operations import paying
from holdfast.orders.queries import order_for
from holdfast.rails import operations, queries
from holdfast.rails.models import Payment
from holdfast.rails.rows import PaymentRow

router = Router(tags=["money"])


class Instrument(fields.Body):
    """How it is paid: a PayPal address, a bank account for an e-check, nothing for a wire. A card in a sandbox of
    simulated rails: its test number. A card with Stripe: a payment method that Stripe knows, or its own page
    (`page`: `hosted`), or nothing, for a page of yours; the payer's part is at `/v1/payments/{id}/confirmation`."""

    number: fields.Short | None = None
    payment_method: fields.Short | None = None
    page: Literal["hosted"] | None = None
    payer: fields.Email | None = None
    account: fields.Short | None = None


class NewPayment(fields.Body):
    """A tranche to pay: all that it still misses, or a part."""

    tranche: int
    rail: Literal["card", "paypal", "wire", "e_check"]
    instrument: Instrument = Instrument()
    amount_minor: fields.PositiveMinor | None = None
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


# --- payments ----------------------------------------------------------------------------------------------------


@router.post("/orders/{order_id}/payments", operation_id="request_payment", response={201: shown.Payment})
def request_payment(request: edge.Request, order_id: str, body: NewPayment) -> HttpResponse:
    """Ask to pay a tranche on a rail. A wire is then awaited under its reference; the others are captured next."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role, scope="payments:write")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: paying.request_payment(
                act=act,
                order_id=standing.order_id,
                tranche=body.tranche,
                rail=body.rail,
                instrument=body.instrument.dict(exclude_none=True),
                amount_minor=body.amount_minor,
                external_id=body.external_id,
                metadata=body.metadata,
            ),
            kind="pay",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=shown.payment,
        status=201,
    )


@router.get("/orders/{order_id}/payments", operation_id="list_payments", response=presenting.Page[shown.Payment])
@pagination.paged()
def list_payments(request: edge.Request, order_id: str) -> dict[str, Any]:
    """The payments of an order, oldest first."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    found = queries.payments_of(order_id=standing.order_id)
    for_payer = standing.role != "supplier"
    return {"items": [shown.payment(row, for_payer=for_payer) for row in found]}


@router.get("/payments", operation_id="list_own_payments", response=presenting.Page[shown.Payment])
def list_own_payments(
    request: edge.Request, page: Query[pagination.PageQuery], called: Query[labels.CalledQuery]
) -> dict[str, Any]:
    """What one's own organisation pays, newest first; for the operator all payments."""
    scopes.reads(request.auth)
    rows = Payment.objects.all()
    if not queries.sees_all(request.auth):
        rows = rows.filter(payer_id=edge.owner(request.auth))
    if called.external_id is not None:
        rows = rows.filter(labels.called(caller=request.auth, kind="pay", external_id=called.external_id))
    return pagination.newest_first(rows, page=page, present=lambda row: shown.payment(PaymentRow.of(row)))


@router.get("/payments/{payment_id}", operation_id="get_payment", response=shown.Payment)
def get_payment(request: edge.Request, payment_id: str) -> dict[str, Any]:
    """One payment, for who pays it."""
    payment = queries.payment_for(caller=request.auth, ref=payment_id)
    scopes.reads(request.auth)
    return shown.payment(payment)


@router.post("/payments/{payment_id}/capture", operation_id="capture_payment", response=shown.Capture)
def capture_payment(request: edge.Request, payment_id: str, body: fields.Nothing) -> HttpResponse:
    """Have the money taken now. A decline is an answer too: read `payment_state`."""
    payment = queries.payment_for(caller=request.auth, ref=payment_id)
    scopes.acts(request.auth, role="buyer", scope="payments:write")
    if request.auth.organisation_id != payment.payer_id:
        raise NotAllowed(subject="payment", verb="capture", accepted=["buyer"])
    return command(
        request,
        caller=request.auth,
        role="buyer",
        operation=lambda act: paying.capture(act=act, payment=payment),
        present=shown.captured,
    )


@router.get("/payments/{payment_id}/confirmation", operation_id="get_payment_confirmation", response=shown.Confirmation)
def get_payment_confirmation(request: edge.Request, payment_id: str) -> dict[str, Any]:
    """What the payer still does at the provider: on its page, or in yours with the client secret. For the payer alone,
    and to be kept nowhere."""
    payment = queries.payment_for(caller=request.auth, ref=payment_id)
    scopes.acts(request.auth, role="buyer", scope="payments:write")
    if request.auth.organisation_id != payment.payer_id:
        raise NotAllowed(subject="payment", verb="confirm", accepted=["buyer"])
    return shown.confirmation(payment, operations.confirmation(payment=payment))


@router.get("/orders/{order_id}/refunds", operation_id="list_refunds", response=presenting.Page[shown.Refund])
@pagination.paged()
def list_refunds(request: edge.Request, order_id: str) -> dict[str, Any]:
    """What goes back to the buyer of an order, oldest first."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    return {"items": [shown.refund(row, standing.role) for row in queries.refunds_of(order_id=standing.order_id)]}
