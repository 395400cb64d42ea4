"""Money out at the desk: what waits for a second person, payment files, what the bank says of them, refunds to place.

It asks the questions of the rails and calls one operation an act; who may be the second person the rules decide.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields
from holdfast.console.pages.desk import acts
from holdfast.console.pages.desk.acts import Operation
from holdfast.console.pages.desk.navigation import desk_page
from holdfast.console.pages.home import said
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.orders.operations import paying, placing
from holdfast.parties import access, payees, queries
from holdfast.parties.access import Caller
from holdfast.parties.hands import behind
from holdfast.rails import operations, outgoing
from holdfast.rails.models.statements import BankAccount

FINANCE = ("finance", "administrator")


class _Act(acts.DeskAct):
    """A form of this page."""

    page = "desk_payouts"


class Approve(_Act):
    """The second person."""

    title, submit, prefix_of_ref = _("Approve"), _("Approve"), "pot"

    def operation(self) -> Operation:
        """Approves."""
        payout = self.id
        return lambda act: operations.approve_payout(act=act, payout_id=payout, usable=payees.usable, behind=behind)


class Cancel(_Act):
    """Back into the balance."""

    title, submit, prefix_of_ref = _("Cancel"), _("Cancel"), "pot"

    def operation(self) -> Operation:
        """Cancels."""
        payout = self.id
        return lambda act: operations.cancel_payout(act=act, payout_id=payout)


class Gather(_Act):
    """A batch of all that waits."""

    title, submit = _("Gather a payment file"), _("Gather")
    account = forms.ChoiceField(label=_("From which account"), choices=list)
    execution_on = fields.DayField(label=_("To be paid on"))

    def __init__(self, verb: str, ref: str, data: Any = None, files: Any = None) -> None:
        super().__init__(verb, ref, data, files)
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            (public("bka", row.id), f"{row.name} ({row.currency})") for row in _accounts()
        ]

    def operation(self) -> Operation:
        """Gathers all payouts and refunds that wait in the account's currency."""
        chosen = parse("bka", self.cleaned_data["account"])
        account = next((row for row in _accounts() if row.id == chosen), None)
        if account is None:
            raise NotFound
        return lambda act: operations.make_batch(
            act=act,
            currency=account.currency,
            account_id=account.id,
            execution_on=self.cleaned_data["execution_on"],
            usable=payees.usable,
            chain_of=paying.chain_of,
        )


class Release(_Act):
    """Let the file out."""

    title, submit, prefix_of_ref = _("Release the file"), _("Release the file"), "bat"

    def operation(self) -> Operation:
        """Releases."""
        batch = self.id
        return lambda act: operations.release_batch(act=act, batch_id=batch, usable=payees.usable, behind=behind)


class Drop(_Act):
    """Not this one."""

    title, submit, prefix_of_ref = _("Take it apart"), _("Take it apart"), "bat"

    def operation(self) -> Operation:
        """Drops."""
        batch = self.id
        return lambda act: operations.drop_batch(act=act, batch_id=batch, chain_of=paying.chain_of)


class Report(_Act):
    """What the bank says."""

    title, submit = _("Enter the bank's status report"), _("Enter")
    file = forms.FileField(label=_("pain.002, as the bank sent it"))

    def operation(self) -> Operation:
        """Enters it."""
        content = self.cleaned_data["file"].read()
        return lambda act: operations.take_report(act=act, content=content, chain_of=paying.chain_of)


class SetLimit(acts.InCurrency, _Act):
    """Above this, two people."""

    title, submit, staff = _("Set a limit"), _("Set"), ("administrator",)

    def operation(self) -> Operation:
        """Sets it."""
        return lambda act: operations.set_limit(act=act, **self.cleaned_data)


class Place(_Act):
    """To the buyer's own account."""

    title, submit, prefix_of_ref = _("Send to the buyer's account"), _("Send to the buyer's account"), "ord"

    def operation(self) -> Operation:
        """Places all of it."""
        order = self.id
        return lambda act: placing.place_refund(act=act, order_id=order)


class Resend(_Act):
    """The same way again."""

    title, submit, prefix_of_ref = _("Send again"), _("Send again"), "rfd"

    def operation(self) -> Operation:
        """Resends."""
        refund = self.id
        return lambda act: operations.resend_refund(act=act, refund_id=refund, chain_of=paying.chain_of)


class Route(_Act):
    """To the buyer's own account instead."""

    title, submit, prefix_of_ref = _("Send to the buyer's account"), _("Send to the buyer's account"), "rfd"

    def operation(self) -> Operation:
        """Routes it there."""
        refund = self.id
        return lambda act: placing.route_refund(act=act, refund_id=refund)


FORMS: dict[str, type[_Act]] = {
    "approve": Approve,
    "cancel": Cancel,
    "gather": Gather,
    "release": Release,
    "drop": Drop,
    "report": Report,
    "limit": SetLimit,
    "place": Place,
    "resend": Resend,
    "route": Route,
}


def _accounts() -> list[BankAccount]:
    return list(BankAccount.objects.filter(holds="clients", closed_at=None).order_by("currency", "name"))


@require_GET
@desk_page
def show(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Everything on its way out, on one page."""
    return _page(request, caller)


@require_POST
@desk_page
def act(request: HttpRequest, caller: Caller, verb: str, ref: str = "") -> HttpResponse:
    """Carry out one act of it."""
    kind = FORMS.get(verb)
    if kind is None or bool(ref) is not (kind.prefix_of_ref is not None):
        raise NotFound
    if kind.prefix_of_ref and parse(kind.prefix_of_ref, ref) is None:
        raise NotFound
    role = access.require_staff(caller, *kind.staff)
    form = kind(verb, ref, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, caller, form, status=422)
    try:
        done = edge.command(
            request,
            caller=caller,
            role=role,
            operation=form.operation(),
            then=lambda _result: reverse("desk_payouts"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, form, status=refusal.status)
    said(request)
    return done


@require_GET
@desk_page
def file(request: HttpRequest, caller: Caller, ref: str) -> Any:
    """The payment file of a released batch."""
    found = outgoing.batch_for(ref=ref)
    response = StreamingHttpResponse(operations.file_of(batch_id=found.id), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{ref}.xml"'
    return response


def _page(request: HttpRequest, caller: Caller, bound: _Act | None = None, status: int = 200) -> HttpResponse:
    def form(verb: str) -> _Act | None:
        if bound is not None and (bound.verb, bound.ref) == (verb, ""):
            return bound
        return FORMS[verb](verb, "") if caller.staff & set(FORMS[verb].staff) else None

    waiting = outgoing.payouts_in("requested", "approved")
    currencies = sorted({row.currency for row in waiting} | {row.currency for row in _accounts()})
    shown = {
        "tab": "desk_payouts",
        "waiting": waiting,
        "ready": [(code, *outgoing.ready(currency=code)) for code in currencies],
        "batches": outgoing.batches(limit=30),
        "bounced": outgoing.refunds_in("bounced"),
        "late": outgoing.late_refunds(now=caller.now),
        "unplaced": outgoing.unplaced(),
        "starts": outgoing.refund_starts(now=caller.now),
        "limits": outgoing.limits(),
        "names": queries.names(organisation_ids=[row.organisation_id for row in waiting]),
        "forms": {verb: form(verb) for verb in ("gather", "report", "limit")},
        "has_account": bool(_accounts()),
        "bound": bound,
    }
    return render(request, "holdfast/desk/payouts.html", shown, status=status)
