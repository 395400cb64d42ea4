"""Flagged messages at the desk: what was sent although it looks as if it would take a deal off the platform.

It asks the record and calls one operation an act. What follows for an organisation is decided where organisations are.
"""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields
from holdfast.console.pages.desk.acts import DeskAct, Operation
from holdfast.console.pages.desk.navigation import desk_page
from holdfast.console.pages.home import said
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.parties.access import Caller
from holdfast.record import flags
from holdfast.record.flags import Flag

SHOWN = 50


class Review(DeskAct):
    """What the operator makes of one, and why."""

    page, prefix_of_ref = "desk_flags", "flg"
    does: ClassVar[str] = ""
    note = forms.CharField(label=_("In words"), max_length=2000, widget=fields.area(2))

    def operation(self) -> Operation:
        """Looks at it."""
        note = self.cleaned_data["note"]
        return lambda act: flags.review(act=act, flag_id=self.id, verb=self.does, note=note)


class Dismiss(Review):
    """Nothing in it."""

    title: ClassVar[str | Promise] = _("It is harmless")
    submit: ClassVar[str | Promise] = _("Harmless")
    does = "dismiss"


class Uphold(Review):
    """It was one."""

    title: ClassVar[str | Promise] = _("It was an attempt")
    submit: ClassVar[str | Promise] = _("Note the attempt")
    does = "uphold"


FORMS: dict[str, type[Review]] = {"dismiss": Dismiss, "uphold": Uphold}


@require_GET
@desk_page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Those nobody has looked at, then the last that somebody has."""
    return _page(request)


@require_POST
@desk_page
def act(request: HttpRequest, caller: Caller, verb: str, ref: str) -> HttpResponse:
    """Look at one of them."""
    if verb not in FORMS:
        raise NotFound
    form = FORMS[verb](verb, ref, request.POST)
    flags.find(flag_id=form.id)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        done = edge.command(
            request,
            caller=caller,
            role="operator",
            operation=form.operation(),
            then=lambda _result: reverse("desk_flags"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, form, status=refusal.status)
    said(request)
    return done


def _page(request: HttpRequest, bound: Review | None = None, status: int = 200) -> HttpResponse:
    def form(verb: str, ref: str) -> Review:
        return bound if bound is not None and (bound.verb, bound.ref) == (verb, ref) else FORMS[verb](verb, ref)

    waiting = flags.views(list(flags.rows(state="open").order_by("id")[:SHOWN]))
    done = flags.views(list(flags.rows().exclude(state="open").order_by("-id")[:SHOWN]))
    shown: dict[str, Any] = {
        "tab": "desk_flags",
        "open": [(row, _there(row), [form(verb, public("flg", row.id)) for verb in FORMS]) for row in waiting],
        "done": [(row, _there(row)) for row in done],
        "bound": bound,
    }
    return render(request, "holdfast/desk/flags.html", shown, status=status)


def _there(row: Flag) -> str:
    """The message on the page of what it is about."""
    subject = row.message.subject
    page, prefix = {"order": ("order", "ord"), "quotation": ("quotation", "quo")}[subject.kind]
    return f"{reverse(page, args=[public(prefix, subject.id)])}#message-{row.message.number}"
