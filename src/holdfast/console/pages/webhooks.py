"""Where an organisation's programs are told what happened: its endpoints, what was sent to them, and sending it again.
For the operator's administrators these are the operator's own, which hear everything.

It asks the webhooks' questions and calls one operation an act. A secret is shown by the answer to its making, once.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields
from holdfast.console.pages.home import said
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotAllowed, NotFound, Refusal
from holdfast.parties.access import Caller, Standing, require_staff
from holdfast.parties.queries import OrganisationView, operator_organisation_id, organisation
from holdfast.record.act import Act
from holdfast.webhooks import operations, queries, rules
from holdfast.webhooks.catalogue import known_kinds
from holdfast.webhooks.queries import EndpointView

Operation = Callable[[Act], Any]
PAGE = 50


def _kinds(more: tuple[str, ...] = ()) -> list[tuple[str, str | Promise]]:
    """Everything, each noun, and whatever finer choice a program has made."""
    nouns = sorted({f"{kind.partition('.')[0]}.{rules.ALL}" for kind in known_kinds()})
    rest = [kind for kind in more if kind != rules.ALL and kind not in nouns]
    return [(rules.ALL, _("Everything")), *((kind, kind) for kind in (*nouns, *rest))]


class EndpointAct(forms.Form):
    """Something one does with an endpoint, or to get one."""

    title: ClassVar[str | Promise] = ""
    submit: ClassVar[str | Promise] = ""

    def __init__(self, verb: str, standing: Standing | None, view: EndpointView | None, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{verb}-%s", initial=None if view is None else self.standing_now(view))
        self.verb, self.standing, self.view = verb, standing, view
        self.secret = ""

    @property
    def action(self) -> str:
        """Where it is sent."""
        if self.view is None:
            return reverse("webhooks_act", args=[self.verb])
        return reverse("webhook_act", args=[public("whk", self.view.id), self.verb])

    def standing_now(self, _view: EndpointView) -> dict[str, Any]:
        """What stands in its fields before anybody writes there."""
        return {}

    def operation(self, webhook_id: UUID) -> Operation:
        """The one operation, with what was filled in; of an endpoint, or (to get one) of an organisation."""
        raise TypeError(f"{self.verb} {webhook_id}")

    def _shows(self, view: Any) -> Any:
        self.secret = view.secret or ""
        return view


class Add(EndpointAct):
    """Register one."""

    title, submit = _("Add an endpoint"), _("Add the endpoint")
    url = forms.CharField(label=_("Address"), max_length=rules.LONGEST_URL, help_text=_("Begins with https://"))
    kinds = forms.MultipleChoiceField(
        label=_("What it is told"), choices=_kinds, widget=forms.CheckboxSelectMultiple, initial=[rules.ALL]
    )
    ordered = forms.BooleanField(label=_("Events of one order in their order"), required=False)
    description = forms.CharField(label=_("What it is for"), max_length=140, required=False)

    def operation(self, webhook_id: UUID) -> Operation:
        """Adds it; its secret is shown by the answer and never again."""
        return lambda act: self._shows(operations.create(act=act, organisation_id=webhook_id, **self.cleaned_data))


class Change(Add):
    """Make it another."""

    title, submit = _("Change the endpoint"), _("Change")

    def __init__(self, verb: str, standing: Standing | None, view: EndpointView | None, data: Any = None) -> None:
        super().__init__(verb, standing, view, data)
        kinds: Any = self.fields["kinds"]
        kinds.choices = _kinds(view.kinds if view else ())

    def standing_now(self, _view: EndpointView) -> dict[str, Any]:
        """What it is now."""
        return {"url": _view.url, "kinds": _view.kinds, "ordered": _view.ordered, "description": _view.description}

    def operation(self, webhook_id: UUID) -> Operation:
        """Changes it."""
        return lambda act: operations.change(act=act, webhook_id=webhook_id, **self.cleaned_data)


class Rotate(EndpointAct):
    """Another secret."""

    title, submit = _("Make a new secret"), _("Make a new secret")
    keep_old_hours = forms.IntegerField(
        label=_("Hours for which the old one signs as well"),
        initial=24,
        min_value=0,
        max_value=int(rules.LONGEST_OVERLAP / timedelta(hours=1)),
        help_text=_("0 ends it at once, which is right when it has leaked."),
    )

    def operation(self, webhook_id: UUID) -> Operation:
        """Makes it; shown once."""
        return lambda act: self._shows(operations.rotate(act=act, webhook_id=webhook_id, **self.cleaned_data))


class Ping(EndpointAct):
    """Try it out."""

    title, submit = _("Send a test"), _("Send a test")

    def operation(self, webhook_id: UUID) -> Operation:
        """Sends one."""
        return lambda act: operations.ping(act=act, webhook_id=webhook_id)


class Replay(EndpointAct):
    """All of it again."""

    title, submit = _("Send again"), _("Send again")
    days = forms.IntegerField(label=_("All events of the last days"), initial=1, min_value=1, max_value=rules.KEPT.days)

    def operation(self, webhook_id: UUID) -> Operation:
        """Sends what happened since then."""
        back = timedelta(days=self.cleaned_data["days"])
        return lambda act: operations.replay_since(act=act, webhook_id=webhook_id, since=act.now - back)


class Disable(EndpointAct):
    """Stop."""

    title, submit = _("Disable the endpoint"), _("Disable")

    def operation(self, webhook_id: UUID) -> Operation:
        """Disables it."""
        return lambda act: operations.disable(act=act, webhook_id=webhook_id)


class Enable(EndpointAct):
    """Go on."""

    title, submit = _("Enable the endpoint"), _("Enable")

    def operation(self, webhook_id: UUID) -> Operation:
        """Enables it."""
        return lambda act: operations.enable(act=act, webhook_id=webhook_id)


class Remove(EndpointAct):
    """For good."""

    title, submit = _("Remove the endpoint"), _("Remove")

    def operation(self, webhook_id: UUID) -> Operation:
        """Removes it."""
        return lambda act: operations.remove(act=act, webhook_id=webhook_id)


FORMS: dict[str, type[EndpointAct]] = {
    "ping": Ping,
    "replay": Replay,
    "change": Change,
    "rotate": Rotate,
    "disable": Disable,
    "enable": Enable,
    "remove": Remove,
}


def _own(caller: Caller) -> UUID:
    """Whose endpoints the page is about. Staff have no organisation chosen: it is the operator's, and for
    administrators."""
    if caller.organisation_id is not None:
        return caller.organisation_id
    if not caller.staff:
        raise NotFound
    require_staff(caller, "administrator")
    return operator_organisation_id()


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The endpoints of one's organisation."""
    return _index(request, caller, Add("add", None, None))


@require_POST
@edge.page
def add(request: HttpRequest, caller: Caller, verb: str) -> HttpResponse:
    """Register one."""
    own, role = _own(caller), queries.manages(caller)
    if verb != "add":
        raise NotFound
    form = Add("add", None, None, request.POST)
    if not form.is_valid():
        return _index(request, caller, form, status=422)
    try:
        done = _carry_out(request, caller, role, form.operation(own), reverse("webhooks"))
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _index(request, caller, form, status=refusal.status)
    return _index(request, caller, Add("add", None, None), secret=form.secret) if form.secret else done


def _index(
    request: HttpRequest, caller: Caller, form: EndpointAct, status: int = 200, secret: str = ""
) -> HttpResponse:
    own = _own(caller)
    queries.manages(caller)
    shown = {
        "tab": "webhooks",
        "endpoints": queries.endpoints(organisation_id=own, now=caller.now),
        "form": form,
        "secret": secret,
    }
    return render(request, "holdfast/webhooks.html", shown, status=status)


@require_GET
@edge.page
def show(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One endpoint and what was sent to it."""
    return _show(request, caller, queries.webhook_for(caller=caller, ref=ref))


@require_POST
@edge.page
def act(request: HttpRequest, caller: Caller, ref: str, verb: str) -> HttpResponse:
    """Do something with it."""
    standing = queries.webhook_for(caller=caller, ref=ref)
    if verb not in FORMS:
        raise NotFound
    view = queries.endpoint(webhook_id=standing.id, now=caller.now)
    form = FORMS[verb](verb, standing, view, request.POST)
    if not form.is_valid():
        return _show(request, caller, standing, form, status=422)
    after = reverse("webhooks") if verb == "remove" else reverse("webhook", args=[ref])
    try:
        done = _carry_out(request, caller, standing.role, form.operation(standing.id), after)
    except NotAllowed:
        raise
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _show(request, caller, standing, form, status=refusal.status)
    return _show(request, caller, standing, secret=form.secret) if form.secret else done


@require_POST
@edge.page
def replay(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """Send one delivery again."""
    standing = queries.delivery_for(caller=caller, ref=ref)
    view, _log = queries.delivery(delivery_id=standing.id)
    after = reverse("webhook", args=[public("whk", view.webhook_id)])
    operation: Operation = lambda act: operations.replay(act=act, delivery_id=standing.id)  # noqa: E731
    return _carry_out(request, caller, standing.role, operation, after)


def _owner(view: EndpointView) -> OrganisationView | None:
    """Whose endpoint an administrator looks at, if not the operator's."""
    found = organisation(organisation_id=view.organisation_id)
    return None if found.kind == "operator" else found


def _carry_out(request: HttpRequest, caller: Caller, role: str, operation: Operation, after: str) -> HttpResponse:
    done = edge.command(request, caller=caller, role=role, operation=operation, then=lambda _result: after)
    said(request)
    return done


def _show(
    request: HttpRequest,
    caller: Caller,
    standing: Standing,
    bound: EndpointAct | None = None,
    *,
    status: int = 200,
    secret: str = "",
) -> HttpResponse:
    view = queries.endpoint(webhook_id=standing.id, now=caller.now)
    before = parse("dlv", request.GET.get("before"))
    rows = queries.deliveries(webhook_id=standing.id)
    found = list((rows if before is None else rows.filter(id__lt=before)).order_by("-id")[: PAGE + 1])
    acts = rules.endpoint_acts(state=view.state, role=standing.role)
    shown = {
        "tab": "webhooks",
        "endpoint": view,
        "owner": None if view.organisation_id == caller.organisation_id else _owner(view),
        "forms": [
            bound if bound is not None and bound.verb == verb else form(verb, standing, view)
            for verb, form in FORMS.items()
            if verb in acts
        ],
        "deliveries": [
            (row, "replay" in rules.delivery_acts(state=row.state, role=standing.role, endpoint_state=view.state))
            for row in map(queries.delivery_view, found[:PAGE])
        ],
        "counts": queries.counts(webhook_id=standing.id),
        "older": found[PAGE - 1].id if len(found) > PAGE else None,
        "secret": secret,
    }
    return render(request, "holdfast/webhook.html", shown, status=status)
