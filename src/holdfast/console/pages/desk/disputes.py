"""Chargebacks at the finance desk: which are open and until when, what was sent, and how they ended.

It asks the room of orders and calls one operation an act; what an end does to money and claims is decided there.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields
from holdfast.console.pages.desk.navigation import desk_page
from holdfast.console.pages.home import said
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.orders import disputes as queries
from holdfast.orders.disputes import DisputeView
from holdfast.orders.operations import disputes
from holdfast.orders.operations.disputes import Proof
from holdfast.parties.access import Caller
from holdfast.record.act import Act

SHOWN = 50


class Said(forms.Form):
    """What finance says of one dispute: words, and the name of a document."""

    title: ClassVar[str | Promise] = ""
    submit: ClassVar[str | Promise] = ""
    text = forms.CharField(label=_("In words"), max_length=2000, widget=fields.area(3))
    document = forms.CharField(label=_("Name of the document"), max_length=120)

    def __init__(self, verb: str, ref: str, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{verb}-{ref}-%s")
        self.verb, self.ref = verb, ref

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return reverse("desk_dispute_act", args=[self.verb, self.ref])

    @property
    def proof(self) -> Proof:
        """What was filled in."""
        return Proof(self.cleaned_data["text"], self.cleaned_data["document"])

    def operation(self, found: DisputeView) -> Callable[[Act], Any]:
        """The one operation on what was found."""
        raise TypeError(f"{self.verb} of {found.id}")


class Answer(Said):
    """What was sent to the provider."""

    title, submit = _("Note what was sent to the provider"), _("Note it")

    def operation(self, found: DisputeView) -> Callable[[Act], Any]:
        """Notes it."""
        return lambda act: disputes.answer(act=act, dispute_id=found.id, proof=self.proof)


class Win(Said):
    """The provider does not tell by itself: a paper says that the money is back."""

    title, submit = _("The money came back"), _("Won")

    def operation(self, found: DisputeView) -> Callable[[Act], Any]:
        """Won."""
        return lambda act: disputes.won(act=act, provider_ref=found.provider_ref, proof=self.proof)


class Lose(Said):
    """A paper says that the buyer keeps the money."""

    title, submit = _("The money stays with the buyer"), _("Lost")

    def operation(self, found: DisputeView) -> Callable[[Act], Any]:
        """Lost."""
        return lambda act: disputes.lost(act=act, provider_ref=found.provider_ref, proof=self.proof)


FORMS: dict[str, type[Said]] = {"answer": Answer, "win": Win, "lose": Lose}


@require_GET
@desk_page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Open ones with what may be done, then the last that ended."""
    return _page(request)


@require_POST
@desk_page
def act(request: HttpRequest, caller: Caller, verb: str, ref: str) -> HttpResponse:
    """Carry out one act on one of them."""
    if verb not in FORMS:
        raise NotFound
    found = queries.dispute(ref=ref)
    form = FORMS[verb](verb, ref, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        done = edge.command(
            request,
            caller=caller,
            role="operator",
            operation=form.operation(found),
            then=lambda _result: reverse("desk_disputes"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal, currency=found.currency)
        return _page(request, form, status=refusal.status)
    said(request)
    return done


def _page(request: HttpRequest, bound: Said | None = None, status: int = 200) -> HttpResponse:
    def form(verb: str, ref: str) -> Said:
        return bound if bound is not None and (bound.verb, bound.ref) == (verb, ref) else FORMS[verb](verb, ref)

    rows = [queries.view(row) for row in queries.disputes(state="open").order_by("id")]
    ended = queries.disputes().exclude(state="open").order_by("-ended_at")[:SHOWN]
    shown = {
        "tab": "desk_disputes",
        "open": [(row, [form(verb, queries.ref(row)) for verb in FORMS]) for row in rows],
        "ended": [queries.view(row) for row in ended],
        "bound": bound,
    }
    return render(request, "holdfast/desk/disputes.html", shown, status=status)
