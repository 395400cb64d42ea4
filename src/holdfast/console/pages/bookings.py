"""An inspector's visits on the page of an order's inspection: booked by a side, answered and made by the inspector.

It reads forms and shows them; when a visit may be, and what it holds up, is said in the room of inspections.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from holdfast.console import edge, fields, words
from holdfast.console.pages.home import said
from holdfast.inspection import bookings, operations, queries, rules
from holdfast.inspection.bookings import BookingView
from holdfast.inspection.operations import Wish
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import Invalid, NotFound, Refusal
from holdfast.parties.access import Caller, require
from holdfast.record.act import Act

WORKERS = ("owner", "trader")


class BookingForm(forms.Form):
    """The visit that is wanted."""

    assignment = forms.ChoiceField(label=_("Inspector"))
    on = fields.DayField(label=_("Day of the inspection"))
    place = forms.ChoiceField(label=_("Country"), choices=fields.countries)
    part = forms.CharField(
        label=_("Part of the country"),
        required=False,
        max_length=3,
        help_text=_("Where holidays differ within it: its ISO 3166-2 code, like BY for Bavaria."),
    )
    city = forms.CharField(label=_("Town and address"), max_length=200)
    time_zone = forms.CharField(
        label=_("Time zone"),
        required=False,
        max_length=64,
        help_text=_("Only outside both parties' countries, like Asia/Ho_Chi_Minh."),
    )
    lot = forms.TypedChoiceField(label=_("Lot"), coerce=int, empty_value=None, required=False)
    payer = forms.ChoiceField(label=_("Who pays the inspector"), required=False)

    def __init__(self, order_id: UUID, role: str, data: Any = None) -> None:
        super().__init__(data, auto_id="book-%s")
        standing = [
            one
            for one in queries.assignments(order_id=order_id)
            if one.state != "withdrawn"
            and rules.may_book(commissioned_by=one.commissioned_by, state=one.state, role=role)
        ]
        self.is_open = bool(standing)
        choices = [
            (public("asg", one.id), f"{one.inspector_name}, {words.word('examination', one.kind)}") for one in standing
        ]
        brief = queries.brief(order_id=order_id)
        clause = (brief.clause or {}).get("payer")
        lots = [("", _("None: before shipment")), *((str(lot.number), words.lot(lot.number)) for lot in brief.lots)]
        payers = [(who, words.word("side", who)) for who in rules.payers(role=role, clause_payer=clause)]
        for name, options in {"assignment": choices, "lot": lots, "payer": payers}.items():
            field: Any = self.fields[name]
            field.choices = options

    def wish(self) -> Wish:
        """What was asked for."""
        data = self.cleaned_data
        place = f"{data['place']}-{data['part'].strip().upper()}" if data["part"].strip() else data["place"]
        return Wish(data["on"], place, data["city"], data["time_zone"] or None, data["lot"], data["payer"] or None)


class ReadinessForm(forms.Form):
    """How far the goods are."""

    finished_percent = forms.IntegerField(label=_("Finished, in percent"), min_value=0, max_value=100)
    packed_percent = forms.IntegerField(label=_("Packed, in percent"), min_value=0, max_value=100)


class OtherDay(forms.Form):
    """The day to which a visit is moved."""

    on = fields.DayField(label=_("Another day"))


class Why(forms.Form):
    """Why."""

    why = forms.CharField(label=_("Why"), max_length=2000, widget=fields.area(2))


class Missed(forms.Form):
    """Why the visit did not take place."""

    why = forms.ChoiceField(
        label=_("Why"), choices=lambda: [(one, words.word("visit_missed", one)) for one in rules.MISSED]
    )


FORMS: dict[str, type[forms.Form] | None] = {
    "accept": None,
    "begin": None,
    "decline": Why,
    "cancel": Why,
    "stop": Why,
    "move": OtherDay,
    "miss": Missed,
}
VERBS: dict[str, Callable[[Act, UUID, dict[str, Any]], BookingView]] = {
    "accept": lambda act, found, _said: operations.accept(act=act, booking_id=found),
    "begin": lambda act, found, _said: operations.begin(act=act, booking_id=found),
    "decline": lambda act, found, given: operations.decline(act=act, booking_id=found, why=given["why"]),
    "cancel": lambda act, found, given: operations.cancel(act=act, booking_id=found, why=given["why"]),
    "stop": lambda act, found, given: operations.stop(act=act, booking_id=found, why=given["why"]),
    "move": lambda act, found, given: operations.move(act=act, booking_id=found, on=given["on"]),
    "miss": lambda act, found, given: operations.miss(act=act, booking_id=found, why=given["why"]),
}


def shown(standing: queries.ReportStanding, caller: Caller, *, booking: BookingForm | None = None) -> dict[str, Any]:
    """What the page of an inspection says of visits, and the forms that are open to who looks."""
    own = caller.organisation_id if standing.role == "inspector" else None
    writes = caller.member_role in WORKERS or standing.role == "operator"
    found = bookings.bookings(order_id=standing.order_id, role=standing.role, inspector_id=own)
    may_book = writes and standing.role in rules.WHO_NAMES
    form = booking or (BookingForm(standing.order_id, standing.role) if may_book else None)
    return {
        "visits": [(one, list(_acts(one)) if writes else []) for one in found],
        "readiness": bookings.readiness(order_id=standing.order_id),
        "booking": form if form is not None and form.is_open else None,
        "declaring": ReadinessForm(auto_id="ready-%s") if writes and standing.role == "supplier" else None,
    }


def _acts(one: BookingView) -> Iterator[tuple[str, forms.Form | None]]:
    for verb in one.verbs:
        form = FORMS[verb]
        yield verb, form(auto_id=f"{verb}-{one.id.hex[-6:]}-%s") if form else None


def book(request: HttpRequest, caller: Caller, standing: queries.ReportStanding, form: BookingForm) -> HttpResponse:
    """Book what a valid form says. Refusals are the caller's to show."""
    require(caller, roles=WORKERS)
    assignment_id = parse("asg", form.cleaned_data["assignment"])
    if assignment_id is None:
        raise NotFound(field="assignment")
    done = edge.command(
        request,
        caller=caller,
        role=standing.role,
        operation=lambda act: operations.book(
            act=act, assignment_id=assignment_id, order_id=standing.order_id, wish=form.wish()
        ),
        then=lambda _made: path(standing.order_id),
    )
    said(request)
    return done


@require_POST
@edge.page
def act_on(request: HttpRequest, caller: Caller, ref: str, verb: str) -> HttpResponse:
    """A step of a visit."""
    booking_id, role = bookings.booking_for(caller=caller, ref=ref)
    if verb not in FORMS:
        raise NotFound
    require(caller, roles=WORKERS)
    form_class = FORMS[verb]
    form = form_class(request.POST) if form_class else None
    if form is not None and not form.is_valid():
        raise Invalid(field=next(iter(form.errors)))
    given = form.cleaned_data if form is not None else {}
    done = edge.command(
        request,
        caller=caller,
        role=role,
        operation=lambda act: VERBS[verb](act, booking_id, given),
        then=lambda view: path(view.order_id),
    )
    said(request)
    return done


@require_POST
@edge.page
def declare(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """The supplier says how far the goods are."""
    standing = queries.report_order_for(caller=caller, ref=ref)
    require(caller, roles=WORKERS)
    form = ReadinessForm(request.POST)
    if not form.is_valid():
        raise Invalid(field=next(iter(form.errors)), accepted={"from": 0, "to": 100})
    done = edge.command(
        request,
        caller=caller,
        role=standing.role,
        operation=lambda act: operations.declare_readiness(act=act, order_id=standing.order_id, **form.cleaned_data),
        then=lambda _done: path(standing.order_id),
    )
    said(request)
    return done


def path(order_id: UUID) -> str:
    """The page of the inspection of an order."""
    return reverse("inspection", args=[public("ord", order_id)])


def refused(form: BookingForm, refusal: Refusal) -> BookingForm:
    """The form with what was wrong."""
    fields.say_no(form, refusal)
    return form
