"""A payment by card that the payer completes at the provider: where to go on, and what became of it.

It shows a way out and nothing of the provider's is loaded here: the card is given there, never to us.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from holdfast.console import edge
from holdfast.kernel.identifiers import public
from holdfast.parties.access import Caller
from holdfast.rails import operations, queries
from holdfast.rails.port import Confirmation
from holdfast.rails.rows import PaymentRow
from holdfast.rails.rules import NothingToConfirm, ProviderSilent

PAYERS = ("owner", "trader", "finance")


@require_GET
@edge.page
def show(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One payment; to who pays it, the way to the provider's page as long as it waits there."""
    payment = queries.payment_for(caller=caller, ref=ref)
    found, is_silent = None, False
    if caller.organisation_id == payment.payer_id and caller.member_role in PAYERS:
        found, is_silent = _asked(payment)
    shown = {
        "payment": payment,
        "confirmation": found,
        "is_silent": is_silent,
        "came_back": request.GET.get("payment") in ("sent", "left"),
        "back": reverse("order", args=[public("ord", payment.order_id)]),
        "tab": "orders",
    }
    return render(request, "holdfast/payment.html", shown)


def _asked(payment: PaymentRow) -> tuple[Confirmation | None, bool]:
    """What the payer still has to do, and whether the provider did not say."""
    try:
        return operations.confirmation(payment=payment), False
    except NothingToConfirm:
        return None, False
    except ProviderSilent:
        return None, True
