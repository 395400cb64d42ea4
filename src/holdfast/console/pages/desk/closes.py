"""Closing days at the desk, what each close says, and its file for the archive."""

import json
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields
from holdfast.console.pages.desk.navigation import desk_page
from holdfast.console.pages.home import said
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.parties.access import Caller
from holdfast.treasury.operations import closing
from holdfast.treasury.queries import books, closes

HOURS = [("", _("never: people do it")), *((str(hour), f"{hour:02d}:00") for hour in range(24))]


class Close(forms.Form):
    """Which day."""

    day = fields.DayField(label=_("Close the books through"))


class Routine(forms.Form):
    """By itself or not."""

    close_hour = forms.ChoiceField(label=_("Close the day before by itself from"), choices=HOURS, required=False)


@require_GET
@desk_page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The closes, newest first."""
    return _index(request, caller)


def _index(request: HttpRequest, caller: Caller, bound: forms.Form | None = None, *, status: int = 200) -> HttpResponse:
    standing = books.standing(now=caller.now)
    hour = closes.close_hour()
    shown: dict[str, Any] = {
        "rows": closes.closes(before=day_or_none(request.GET.get("before", "")), limit=31),
        "standing": standing,
        "closing": bound or Close(initial={"day": standing.today - timedelta(days=1)}, auto_id="close-%s"),
        "routine": Routine(initial={"close_hour": "" if hour is None else str(hour)}, auto_id="routine-%s"),
        "tab": "desk",
    }
    return render(request, "holdfast/desk/closes.html", shown, status=status)


@require_POST
@desk_page
def act(request: HttpRequest, caller: Caller, verb: str) -> HttpResponse:
    """Close a day, or say when that is done by itself."""
    form: forms.Form = Routine(request.POST) if verb == "routine" else Close(request.POST, auto_id="close-%s")
    if verb not in {"close", "routine"}:
        raise NotFound
    if not form.is_valid():
        return _index(request, caller, form if verb == "close" else None, status=422)
    try:
        done = edge.command(
            request,
            caller=caller,
            role="operator",
            operation=lambda by: _carry_out(by, verb, form.cleaned_data),
            then=lambda _done: reverse("desk_closes"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _index(request, caller, form if verb == "close" else None, status=refusal.status)
    said(request)
    return done


def _carry_out(by: Any, verb: str, given: dict[str, Any]) -> Any:
    if verb == "routine":
        return closing.set_routine(act=by, close_hour=int(given["close_hour"]) if given["close_hour"] else None)
    return closing.close_day(act=by, day=given["day"])


@require_GET
@desk_page
def show(request: HttpRequest, caller: Caller, day: str) -> HttpResponse:
    """One close, book by book."""
    return render(request, "holdfast/desk/close.html", {"close": closes.close_of(day=day_of(day)), "tab": "desk"})


@require_GET
@desk_page
def file(request: HttpRequest, caller: Caller, day: str) -> HttpResponse:
    """The close as a file, books included."""
    return as_file(closes.file_of(day=day_of(day), with_books=True), f"close-{day_of(day)}.json")


def as_file(document: dict[str, Any], name: str) -> HttpResponse:
    """JSON to keep."""
    response = HttpResponse(json.dumps(document, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def day_of(text: str) -> date:
    """A day in an address. Refusal: `NotFound`."""
    found = day_or_none(text)
    if found is None:
        raise NotFound
    return found


def day_or_none(text: str) -> date | None:
    """A day as it stands in an address, if it is one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
