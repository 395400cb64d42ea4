"""One's own account: language and zone, the first organisation, an invitation; and in a sandbox, somebody else's.

Signing in, passwords and second factors are the account library's.
"""

from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from holdfast.console import demo, edge, fields, reader
from holdfast.console.pages.home import said
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Refusal
from holdfast.parties import operations, queries
from holdfast.parties.access import Caller, invitation_for
from holdfast.parties.operations.people import set_preferences
from holdfast.record.act import Act

ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
)


def zone_choices() -> list[tuple[str, str]]:
    """Every time zone that people know by a place."""
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in ZONES)]


class Preferences(forms.Form):
    """How one is named and reads."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("With UTC, times are shown as where your organisation is."),
    )


class Founding(forms.Form):
    """A new organisation."""

    name = forms.CharField(
        label=_("Company name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    kind = forms.ChoiceField(
        label=_("It"),
        choices=[("buyer", _("buys")), ("supplier", _("supplies")), ("agent", _("buys for others"))],
        widget=forms.RadioSelect,
    )
    country = forms.ChoiceField(label=_("Country"), choices=fields.countries)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)


@require_http_methods(["GET", "POST"])
@edge.page
def account(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Language and time."""
    person: Any = request.user
    given = {"name": person.name, "language": person.language, "time_zone": person.time_zone}
    form = Preferences(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        set_preferences(person_id=caller.id, **form.cleaned_data)
        said(request)
        response = edge.see_other(reverse("account"))
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return response
    return render(request, "holdfast/account.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@edge.page
def welcome(request: HttpRequest, caller: Caller) -> HttpResponse:
    """For somebody who acts for nobody yet: take up an invitation or found an organisation."""
    form = Founding(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return edge.command(
                    request, caller=caller, role="owner", operation=_found(form), then=_act_for(request)
                )
            except Refusal as refusal:
                fields.say_no(form, refusal)
                status = refusal.status
    waiting = queries.invitations_to(now=caller.now, emails=_proven(caller.id))
    return render(request, "holdfast/welcome.html", {"form": form, "invitations": waiting}, status=status)


def _found(form: Founding) -> Any:
    data = form.cleaned_data
    language = (reader.locale().language) or "en"
    return lambda act: operations.create_organisation(act=act, language=language, **data)


def _act_for(request: HttpRequest) -> Any:
    def then(made: queries.OrganisationView) -> str:
        request.session["organisation"] = public("org", made.id)
        return reverse("home")

    return then


@require_POST
@edge.page
def accept_invitation(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """Become a member."""
    emails = _proven(caller.id)
    invitation_id = invitation_for(emails=emails, ref=ref)

    def accept(act: Act) -> queries.MemberView:
        return operations.accept_invitation(act=act, invitation_id=invitation_id, emails=emails)

    return edge.command(request, caller=caller, role="owner", operation=accept, then=lambda _made: reverse("home"))


def _proven(person_id: UUID) -> frozenset[str]:
    """The addresses this person has shown to be theirs."""
    rows = EmailAddress.objects.filter(user_id=person_id, verified=True)
    return frozenset(rows.values_list("email", flat=True))


@require_POST
def as_demo(request: HttpRequest) -> HttpResponse:
    """One click signs in as a person of the sandbox; in production there is no such page."""
    person = demo.person(request.POST.get("person", "")) if settings.SANDBOX else None
    if person is None:
        raise Http404
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return edge.see_other(reverse("home"))
