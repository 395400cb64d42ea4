"""The way in of a page: who is signed in and for whom, then the gate, then one operation, at most once a form.

It knows sessions, forms and idempotency. It refuses to know any noun; the pages beside it do.
"""

import json
import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render

from holdfast.kernel.identifiers import new_id, public
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.parties import keys
from holdfast.parties.access import Caller, caller_for_person
from holdfast.parties.models import Staff
from holdfast.parties.queries import OrganisationView, organisations_of
from holdfast.record.act import Act, Command

Result = TypeVar("Result")
TOKEN = "form_token"  # noqa: S105 - the name of a hidden field
AS_STAFF = "staff"
_CHOSEN = "organisation"
_TOKEN_SHAPE = re.compile(r"[0-9a-f]{32}")


class FormIncomplete(Refusal):
    """This form did not arrive whole. Open the page again and send it once more."""

    status = 400


class FormSentBefore(Refusal):
    """This form was sent before with other values. Open the page again to see what it did."""


class HttpResponseSeeOther(HttpResponseRedirectBase):
    """Done; look there. A reload repeats nothing."""

    status_code = 303


class Choice:
    """For whom somebody may act: an organisation they belong to, or the operator's staff."""

    def __init__(self, ref: str, name: str, role: str, organisation: OrganisationView | None) -> None:
        self.ref = ref
        self.name = name
        self.role = role
        self.organisation = organisation


class Visit:
    """One person at one page: the caller, and what they could choose to be instead."""

    def __init__(self, caller: Caller, choices: list[Choice], chosen: Choice | None) -> None:
        self.caller = caller
        self.choices = choices
        self.chosen = chosen

    @property
    def zone(self) -> str:
        """Where the one acted for is; a person who set no zone of their own reads times there."""
        organisation = self.chosen.organisation if self.chosen else None
        return organisation.time_zone if organisation else "UTC"


def visit(request: HttpRequest) -> Visit:
    """Who is here, asked once a request."""
    found: Visit | None = getattr(request, "holdfast_visit", None)
    if found is None:
        found = _visit(request)
        request.holdfast_visit = found  # type: ignore[attr-defined]
    return found


def _visit(request: HttpRequest) -> Visit:
    person: Any = request.user
    choices = [
        Choice(public("org", organisation.id), organisation.name, role, organisation)
        for organisation, role in organisations_of(person_id=person.id)
        if organisation.kind != "operator"
    ]
    staff = sorted(Staff.objects.filter(person_id=person.id).values_list("role", flat=True))
    if staff:
        choices.insert(0, Choice(AS_STAFF, "", ", ".join(staff), None))
    wanted = request.session.get(_CHOSEN)
    chosen = next((choice for choice in choices if choice.ref == wanted), choices[0] if choices else None)
    ref = chosen.ref if chosen and chosen.ref != AS_STAFF else None
    return Visit(
        caller_for_person(person_id=person.id, name=person.get_full_name(), organisation_ref=ref), choices, chosen
    )


def choose(request: HttpRequest, ref: str) -> None:
    """Act for this one from now on. Refusal: `NotFound` for a stranger's."""
    if ref not in {choice.ref for choice in visit(request).choices}:
        raise NotFound(field="organisation")
    request.session[_CHOSEN] = ref


def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for people who are signed in: `view(request, caller, ...)`; a refusal is a page in plain words."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            return view(request, visit(request).caller, *args, **kwargs)
        except Refusal as refusal:
            return refused(request, refusal)

    return entered


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page that says no and why, where no form is there to say it beside."""
    template = "404.html" if refusal.status == 404 else "holdfast/refused.html"
    return render(request, template, {"refusal": refusal}, status=refusal.status)


def see_other(path: str, **query: str) -> HttpResponse:
    """Go there now."""
    return HttpResponseSeeOther(f"{path}?{urlencode(query)}" if query else path)


def new_token() -> str:
    """What makes one form one command, however often its button is pressed."""
    return new_id().hex


def command(
    request: HttpRequest,
    *,
    caller: Caller,
    role: str,
    operation: Callable[[Act], Result],
    then: Callable[[Result], str],
) -> HttpResponse:
    """Carry out one operation, at most once for the form's token, and go where `then` says.

    The same form sent again goes to the same place and does nothing. A refusal is raised to the page, which shows it.
    """
    token = request.POST.get(TOKEN, "")
    if not _TOKEN_SHAPE.fullmatch(token):
        raise FormIncomplete
    asked = _fingerprint(request)
    present = _present(then)
    try:
        result = operation(caller.act(role=role, command=Command(caller.id, token, asked, 303, present)))
    except (IntegrityError, Refusal):
        answered = keys.answered(owner=caller.id, idempotency_key=token)
        if answered is None:
            raise
        if answered.fingerprint != asked:
            raise FormSentBefore from None
        return HttpResponseSeeOther(json.loads(answered.body)["location"])
    return HttpResponseSeeOther(then(result))


def _present(then: Callable[[Result], str]) -> Callable[[Result], dict[str, Any]]:
    return lambda result: {"location": then(result)}


def _fingerprint(request: HttpRequest) -> bytes:
    """What was asked: the path and every field but the one that changes with each page."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, _digest(request.FILES[name])) for name in request.FILES)
    return sha256(json.dumps([request.path, fields, files]).encode()).digest()


def _digest(file: Any) -> str:
    """The content of an upload, which is left as if nobody had read it."""
    hashed = sha256()
    for chunk in file.chunks():
        hashed.update(chunk)
    file.seek(0)
    return hashed.hexdigest()


def redirect(path: str) -> HttpResponse:
    """A plain redirect, for pages that moved the reader rather than the world."""
    return HttpResponseRedirect(path)
