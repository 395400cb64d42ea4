"""Marketplaces: for an organisation, who may act for it and what; for the operator's staff, which there are.

It asks the parties' questions and calls one operation an act. What a marketplace may do the rules decide.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields
from holdfast.console.drafting.rows import currency_choices
from holdfast.console.pages.account import zone_choices
from holdfast.console.pages.home import said
from holdfast.console.pages.own_acts import Operation, OwnAct
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.parties import access, consents, operations, queries, rules
from holdfast.parties.access import Caller
from holdfast.record.act import Act

STANDINGS = {
    "good": _("In good standing"),
    "suspended": _("Suspended: serves on, and takes on nobody new"),
    "ended": _("Ended: does nothing more for anybody"),
}
SCOPES = sorted(rules.CONSENT_SCOPES - rules.NOT_LET)
KEY_SCOPES = sorted(rules.SCOPES - rules.OF_THE_OPERATOR)


def _choices() -> list[tuple[str, str]]:
    return [("", "…"), *((public("org", found), name) for found, name in consents.marketplaces())]


def standing_choices() -> list[tuple[str, Any]]:
    """How a marketplace can stand, with what that means."""
    return [(one, STANDINGS[one]) for one in rules.STANDINGS]


class Limited(OwnAct):
    """Scopes, and with the one for signing the most that may be signed for."""

    def __init__(self, caller: Caller, verb: str, ref: str, data: Any = None) -> None:
        super().__init__(caller, verb, ref, data)
        known = SCOPES if verb == "give_consent" else KEY_SCOPES
        self.fields["scopes"] = forms.MultipleChoiceField(
            label=_("What it may do"), choices=[(one, one) for one in known], widget=forms.CheckboxSelectMultiple
        )
        self.fields["sign_limit_minor"] = fields.FigureField(
            label=_("Signs up to"), required=False, help_text=_("A contract's total; only with the right to sign.")
        )
        self.fields["sign_limit_currency"] = forms.ChoiceField(label=_("Currency"), choices=currency_choices)

    def clean(self) -> dict[str, Any]:
        """The limit in minor units of the currency beside it, or neither."""
        data: dict[str, Any] = super().clean() or {}
        text, currency = data.get("sign_limit_minor"), data.get("sign_limit_currency")
        data["sign_limit_minor"], data["sign_limit_currency"] = None, None
        if text and currency:
            try:
                data["sign_limit_minor"] = fields.read_amount(text, currency)
            except ValueError:
                self.add_error("sign_limit_minor", _("An amount in this currency."))
            data["sign_limit_currency"] = currency
        return data


class GiveConsent(Limited):
    """Let a marketplace act."""

    title, submit = _("Let a marketplace act for you"), _("Let it act")
    marketplace = forms.ChoiceField(label=_("Marketplace"), choices=_choices)

    def operation(self) -> Operation:
        """Lets it; what was said to it before is replaced."""
        data, own = self.cleaned_data, self.caller.organisation_id
        marketplace_id = parse("org", data["marketplace"])
        if own is None or marketplace_id is None:
            raise NotFound
        terms = operations.Terms(data["scopes"], data["sign_limit_minor"], data["sign_limit_currency"])
        return lambda act: operations.give_consent(
            act=act, organisation_id=own, marketplace_id=marketplace_id, terms=terms
        )


class RevokeConsent(OwnAct):
    """Let it act no more."""

    def operation(self) -> Operation:
        """Ends it at once."""
        consent = access.consent_for(caller=self.caller, ref=self.ref)
        return lambda act: operations.revoke_consent(act=act, consent_id=consent.id)


class MakeMarketplace(OwnAct):
    """Somebody else's platform."""

    title, submit = _("Make a marketplace"), _("Make it")
    name = forms.CharField(label=_("Company name"), max_length=200)
    country = forms.ChoiceField(label=_("Country"), choices=fields.countries)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)

    def operation(self) -> Operation:
        """Makes it."""
        return lambda act: operations.create_organisation(act=act, kind=rules.MARKETPLACE, **self.cleaned_data)


class MakeKey(Limited):
    """The key of its program."""

    title, submit = _("Make a key for a program"), _("Make the key")
    name = forms.CharField(label=_("What it is for"), max_length=120)

    def operation(self) -> Operation:
        """Makes it; its secret is shown by the answer and never again."""
        found = _market(self.caller, self.ref)

        def make(act: Act) -> Any:
            made = operations.create_key(act=act, organisation_id=found, **self.cleaned_data)
            self.secret = made.secret or ""
            return made

        return make


class SetStanding(OwnAct):
    """Suspend a marketplace, end it, or take it back."""

    title, submit = _("Suspend, end or take back"), _("Set")
    standing = forms.ChoiceField(label=_("Standing"), choices=standing_choices)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def operation(self) -> Operation:
        """Sets it; with its end its keys and consents end."""
        found = _market(self.caller, self.ref)
        return lambda act: operations.set_standing(act=act, organisation_id=found, **self.cleaned_data)


def _market(caller: Caller, ref: str) -> UUID:
    found = access.organisation_for(caller=caller, ref=ref)
    if queries.organisation(organisation_id=found.id).kind != rules.MARKETPLACE:
        raise NotFound
    return found.id


OF_OWNERS: dict[str, type[OwnAct]] = {"give_consent": GiveConsent, "revoke_consent": RevokeConsent}
OF_STAFF: dict[str, type[OwnAct]] = {
    "make_marketplace": MakeMarketplace,
    "make_key": MakeKey,
    "set_standing": SetStanding,
}
POWERS = {"make_marketplace": "administrator", "make_key": "administrator", "set_standing": "verifier"}
"""Which of the staff does it, in the console as over the API."""
NAMED = {"revoke_consent": "cns", "make_key": "org", "set_standing": "org"}


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Who may act for one's organisation; for the operator's administrators and verifiers, every marketplace."""
    return _page(request, caller)


@require_POST
@edge.page
def act(request: HttpRequest, caller: Caller, verb: str, ref: str = "") -> HttpResponse:
    """Carry out one act."""
    known = OF_STAFF if _is_staff(caller) else OF_OWNERS
    if verb not in known or bool(ref) is not (verb in NAMED) or (ref and parse(NAMED[verb], ref) is None):
        raise NotFound
    form = known[verb](caller, verb, ref, request.POST)
    if known is OF_OWNERS:
        access.require(caller, roles=form.roles)
    else:
        access.require_staff(caller, POWERS[verb])
    if not form.is_valid():
        return _page(request, caller, form, status=422)
    role = "operator" if known is OF_STAFF else "owner"
    try:
        done = edge.command(
            request, caller=caller, role=role, operation=form.operation(), then=lambda _result: reverse("marketplaces")
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, form, status=refusal.status)
    if form.secret:
        return _page(request, caller, secret=form.secret)
    said(request)
    return done


def _is_staff(caller: Caller) -> bool:
    if caller.organisation_id is None:
        if not caller.staff & set(POWERS.values()):
            raise NotFound
        return True
    return False


def _open(standing: str) -> tuple[str, ...]:
    return ("set_standing",) if standing == rules.ENDED else ("make_key", "set_standing")


def _page(
    request: HttpRequest, caller: Caller, bound: OwnAct | None = None, status: int = 200, secret: str = ""
) -> HttpResponse:
    is_staff = _is_staff(caller)
    known = OF_STAFF if is_staff else OF_OWNERS
    may = is_staff or caller.member_role == "owner"

    def form(verb: str, ref: str = "") -> OwnAct | None:
        if bound is not None and (bound.verb, bound.ref) == (verb, ref):
            return bound
        allowed = POWERS[verb] in caller.staff if is_staff else may
        return known[verb](caller, verb, ref) if allowed else None

    shown: dict[str, Any] = {"bound": bound, "secret": secret, "may": may, "is_staff": is_staff, "standings": STANDINGS}
    if caller.organisation_id is None:
        shown["marketplaces"] = [
            (
                one,
                [key for key in queries.keys(organisation_id=one.id) if not key.revoked_at],
                len(queries.served_by(one.id)),
                [] if one.standing != rules.ENDED else consents.left_alone(marketplace_id=one.id, now=caller.now),
                [form(verb, ref) for verb in _open(one.standing)],
            )
            for one in consents.every_marketplace()
            for ref in [public("org", one.id)]
        ]
        shown["make"] = form("make_marketplace")
    else:
        shown["consents"] = consents.consents_of(organisation_id=caller.organisation_id)
        shown["give"] = form("give_consent") if consents.marketplaces(limit=1) else None
    return render(request, "holdfast/marketplaces.html", shown, status=status)
