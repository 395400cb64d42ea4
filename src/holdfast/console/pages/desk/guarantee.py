"""What stands behind an award: the reserve by currency, what suppliers owe by age, their lines and guarantees.

It asks the questions of orders and parties and calls one operation an act; who may be the second person they decide.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields
from holdfast.console.pages.desk import acts
from holdfast.console.pages.desk.acts import Operation
from holdfast.console.pages.desk.navigation import desk_page
from holdfast.console.pages.home import said
from holdfast.contracts import programmes
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.money import currencies
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.orders import dockets
from holdfast.orders.operations import debts, reserve
from holdfast.parties import access, cover, guarantees, queries
from holdfast.parties.access import Caller
from holdfast.parties.operations import guarantee


class _Act(acts.DeskAct):
    """A form of this page."""

    page = "desk_guarantee"


class ProposeChange(acts.InCurrency, _Act):
    """Set aside more, or give up some."""

    title, submit = _("Set aside more or less"), _("Propose")
    kind = forms.ChoiceField(label=_("What"), choices=[("set_aside", _("Set aside")), ("give_up", _("Give up"))])
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=fields.area(2))

    def operation(self) -> Operation:
        """Proposes; a second person confirms."""
        return lambda act: reserve.propose_change(act=act, **self.cleaned_data)


class ConfirmChange(_Act):
    """The second person."""

    title, submit, prefix_of_ref = _("Confirm"), _("Confirm"), "rsv"

    def operation(self) -> Operation:
        """Confirms."""
        change = self.id
        return lambda act: reserve.confirm_change(act=act, change_id=change)


class WithdrawChange(_Act):
    """Not after all."""

    title, submit, prefix_of_ref = _("Withdraw"), _("Withdraw"), "rsv"

    def operation(self) -> Operation:
        """Withdraws."""
        change = self.id
        return lambda act: reserve.withdraw_change(act=act, change_id=change)


class OwnMoney(_Act):
    """Own money to or from the clients' bank account; `ref` is the currency."""

    def __init__(self, verb: str, ref: str, data: Any = None) -> None:
        super().__init__(verb, ref, data)
        self.fields["amount_minor"] = fields.MoneyField(currency=ref, label=_("Amount"))
        self.fields["reference"] = forms.CharField(label=_("Reference at the bank"), max_length=140, required=False)


class Fund(OwnMoney):
    """Bring what was advanced."""

    title, submit = _("Say that own money was brought"), _("It was brought")

    def operation(self) -> Operation:
        """Records it."""
        return lambda act: reserve.fund_advance(act=act, currency=self.ref, **self.cleaned_data)


class TakeBack(OwnMoney):
    """Take back what came in."""

    title, submit = _("Say that own money was taken back"), _("It was taken back")

    def operation(self) -> Operation:
        """Records it."""
        return lambda act: reserve.take_back_advance(act=act, currency=self.ref, **self.cleaned_data)


class WriteOff(_Act):
    """Give a debt up."""

    title, submit, prefix_of_ref = _("Write the debt off"), _("Ask to write it off"), "dbt"
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=fields.area(2))

    def operation(self) -> Operation:
        """Asks; a second person confirms."""
        debt = self.id
        return lambda act: debts.ask_write_off(act=act, debt_id=debt, **self.cleaned_data)


class ConfirmWriteOff(_Act):
    """The second person."""

    title, submit, prefix_of_ref = _("Confirm the write-off"), _("Confirm the write-off"), "dbt"

    def operation(self) -> Operation:
        """Confirms."""
        debt = self.id
        return lambda act: debts.write_off(act=act, debt_id=debt)


class RefuseWriteOff(_Act):
    """It stays a debt."""

    title, submit, prefix_of_ref = _("Keep the debt"), _("Keep the debt"), "dbt"

    def operation(self) -> Operation:
        """Refuses."""
        debt = self.id
        return lambda act: debts.refuse_write_off(act=act, debt_id=debt)


class SetLine(ProposeChange):
    """A supplier's line: the verifier's word."""

    title, submit, staff = _("Set a supplier's line"), _("Set the line"), ("verifier",)
    kind = None  # type: ignore[assignment]
    organisation = forms.ChoiceField(label=_("Supplier"), choices=list)
    field_order = ("organisation", "currency", "amount_minor", "reason")

    def __init__(self, verb: str, ref: str, data: Any = None) -> None:
        super().__init__(verb, ref, data)
        found = queries.suppliers()
        self.fields["organisation"].choices = [(public("org", one.id), one.name) for one in found]  # type: ignore[attr-defined]

    def operation(self) -> Operation:
        """Sets it, with the guarantee that the installation's programme asks for."""
        programme = programmes.of_installation()
        given = self.cleaned_data
        supplier = parse("org", given["organisation"])
        if supplier is None:
            raise NotFound
        return lambda act: guarantee.set_line(
            act=act,
            organisation_id=supplier,
            currency=given["currency"],
            line_minor=given["amount_minor"],
            programme=programme,
            reason=given["reason"],
        )


FORMS: dict[str, type[_Act]] = {
    "propose_change": ProposeChange,
    "confirm_change": ConfirmChange,
    "withdraw_change": WithdrawChange,
    "fund": Fund,
    "take_back": TakeBack,
    "write_off": WriteOff,
    "confirm_write_off": ConfirmWriteOff,
    "refuse_write_off": RefuseWriteOff,
    "set_line": SetLine,
}


@require_GET
@desk_page
def show(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Reserve, debts and guarantees on one page."""
    return _page(request, caller)


@require_POST
@desk_page
def act(request: HttpRequest, caller: Caller, verb: str, ref: str = "") -> HttpResponse:
    """Carry out one act of it."""
    kind = FORMS.get(verb)
    if kind is None or bool(ref) is not (kind.prefix_of_ref is not None or issubclass(kind, OwnMoney)):
        raise NotFound
    if issubclass(kind, OwnMoney) and ref not in currencies():
        raise NotFound
    role = access.require_staff(caller, *kind.staff)
    form = kind(verb, ref, request.POST)
    if not form.is_valid():
        return _page(request, caller, form, status=422)
    try:
        done = edge.command(
            request,
            caller=caller,
            role=role,
            operation=form.operation(),
            then=lambda _result: reverse("desk_guarantee"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal, currency=ref if issubclass(kind, OwnMoney) else None)
        return _page(request, caller, form, status=refusal.status)
    said(request)
    return done


def _page(request: HttpRequest, caller: Caller, bound: _Act | None = None, status: int = 200) -> HttpResponse:
    def form(verb: str, ref: str = "") -> _Act | None:
        if bound is not None and (bound.verb, bound.ref) == (verb, ref):
            return bound
        return FORMS[verb](verb, ref) if caller.staff & set(FORMS[verb].staff) else None

    owed, lines = dockets.open_debts(), guarantees.guarantees()
    shown = {
        "tab": "desk_guarantee",
        "reserves": [(row, _own_money(row, form)) for row in reserve.reserves()],
        "changes": [row for row in reserve.changes(limit=20) if row.state == "proposed"],
        "aged": dockets.aged(debts=owed, now=caller.now),
        "debts": [(row, row.age_days(caller.now), _write_off(row, form)) for row in owed],
        "guarantees": lines,
        "cover_lines": cover.lines_in_use(programme=programmes.of_installation()),
        "names": queries.names(organisation_ids=[row.supplier_id for row in owed]),
        "forms": {verb: form(verb) for verb in ("propose_change", "set_line")},
        "bound": bound,
    }
    return render(request, "holdfast/desk/guarantee.html", shown, status=status)


def _own_money(row: reserve.ReserveView, form: Callable[[str, str], _Act | None]) -> _Act | None:
    if row.to_fund_minor == 0:
        return None
    return form("fund" if row.to_fund_minor > 0 else "take_back", row.currency)


def _write_off(row: dockets.DebtView, form: Callable[[str, str], _Act | None]) -> _Act | None:
    if row.owed_by_operator_minor or row.write_off_asked_at:
        return None
    return form("write_off", public("dbt", row.id))
