"""One's own organisation: its people, its bank accounts and what can be paid out to them, the keys of its programs.

It asks the parties' and the rails' questions and calls one operation an act.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields, words
from holdfast.console.drafting.rows import currency_choices
from holdfast.console.pages.home import said
from holdfast.console.pages.own_acts import Operation, OwnAct, SetSubdivision, organisation_of
from holdfast.contracts import programmes
from holdfast.kernel import calendars
from holdfast.kernel.identifiers import parse
from holdfast.kernel.money import currencies
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.orders.dockets import debts_of
from holdfast.orders.queries import supplier_balance, visible
from holdfast.orders.queries import supplier_owes as owes
from holdfast.parties import access, cover, operations, queries, rules
from holdfast.parties.access import Caller, require
from holdfast.parties.guarantees import guarantees_of
from holdfast.parties.operations import guarantee
from holdfast.parties.operations.beneficiaries import Account
from holdfast.rails import operations as rails
from holdfast.rails import queries as rail_queries
from holdfast.record.act import Act

OVERLAPS = [(0, _("ends now")), (24, _("works a day longer")), (168, _("works a week longer"))]
"""How many hours a key that was replaced works on."""
KEY_SCOPES = tuple(sorted(rules.CONSENT_SCOPES - {"contracts:sign"}))


def _roles() -> list[tuple[str, str]]:
    return [(role, words.word("side", role)) for role in rules.MEMBER_ROLES]


class Invite(OwnAct):
    """Offer somebody a role."""

    title, submit = _("Invite somebody"), _("Invite")
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=_roles, initial="trader")

    def operation(self) -> Operation:
        """Invites."""
        return lambda act: operations.invite_member(
            act=act, organisation_id=organisation_of(self.caller), **self.cleaned_data
        )


class ChangeRole(OwnAct):
    """Give a member another role."""

    title, submit = _("Change the role"), _("Change the role")
    role = forms.ChoiceField(label=_("Role"), choices=_roles)

    def operation(self) -> Operation:
        """Changes it."""
        member = access.member_for(caller=self.caller, ref=self.ref)
        return lambda act: operations.change_role(act=act, member_id=member.id, **self.cleaned_data)


class RemoveMember(OwnAct):
    """Let somebody go."""

    title, submit = _("Remove"), _("Remove")

    def operation(self) -> Operation:
        """Removes."""
        member = access.member_for(caller=self.caller, ref=self.ref)
        return lambda act: operations.remove_member(act=act, member_id=member.id)


class AddAccount(OwnAct):
    """Name a bank account."""

    title, submit = _("Add a bank account"), _("Add the account")
    roles = ("owner", "finance")
    name = forms.CharField(label=_("Account holder"), max_length=140)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    iban = forms.CharField(label="IBAN", required=False, max_length=42)
    account = forms.CharField(label=_("or a local account number"), required=False, max_length=34)
    bic = forms.CharField(label="BIC", required=False, max_length=11)
    bank = forms.CharField(label=_("or the bank's name"), required=False, max_length=140)

    def operation(self) -> Operation:
        """Adds it; it is paid to once it has been verified."""
        data = self.cleaned_data
        account = Account(iban=data["iban"], bic=data["bic"], account=data["account"], bank=data["bank"])
        return lambda act: operations.add_beneficiary(
            act=act,
            organisation_id=organisation_of(self.caller),
            name=data["name"],
            currency=data["currency"],
            account=account,
        )


class WithdrawAccount(OwnAct):
    """Use a bank account no more."""

    title, submit = _("Withdraw the account"), _("Withdraw the account")
    roles = ("owner", "finance")

    def operation(self) -> Operation:
        """Withdraws."""
        account = access.beneficiary_for(caller=self.caller, ref=self.ref)
        return lambda act: operations.withdraw_beneficiary(act=act, beneficiary_id=account.id)


class PayOut(OwnAct):
    """Have a balance paid out; `ref` is its currency."""

    title, submit = _("Pay out"), _("Pay out")
    roles = ("owner", "finance")

    def __init__(self, caller: Caller, verb: str, ref: str, data: Any = None) -> None:
        super().__init__(caller, verb, ref, data)
        self.fields["amount_minor"] = fields.MoneyField(
            currency=ref, label=_("Amount"), required=False, help_text=_("Without an amount, all of it.")
        )

    def operation(self) -> Operation:
        """Pays out to the account that was verified last."""
        own, amount = organisation_of(self.caller), self.cleaned_data["amount_minor"]
        found = queries.payout_beneficiary(organisation_id=own, currency=self.ref)
        destination = (
            rails.Destination(found.id, found.name, found.iban, found.bic, found.account, found.bank) if found else None
        )
        return lambda act: rails.request_payout(
            act=act, organisation_id=own, currency=self.ref, destination=destination, amount_minor=amount
        )


class OfGuarantee(OwnAct):
    """An amount into the guarantee, or out of it; `ref` is its currency."""

    roles = ("owner", "finance")

    def __init__(self, caller: Caller, verb: str, ref: str, data: Any = None) -> None:
        super().__init__(caller, verb, ref, data)
        self.fields["amount_minor"] = fields.MoneyField(currency=ref, label=_("Amount"))


class FillGuarantee(OfGuarantee):
    """Put a part of the balance into the guarantee."""

    title, submit = _("Pay in from the balance"), _("Pay in")

    def operation(self) -> Operation:
        """Pays in."""
        own = organisation_of(self.caller)
        return lambda act: guarantee.pay_in_from_balance(
            act=act, organisation_id=own, currency=self.ref, **self.cleaned_data
        )


class TakeFromGuarantee(OfGuarantee):
    """Take back what is above the requirement."""

    title, submit = _("Take back what is not required"), _("Take back")

    def operation(self) -> Operation:
        """Takes it back, onto the balance."""
        own = organisation_of(self.caller)
        return lambda act: guarantee.withdraw(act=act, organisation_id=own, currency=self.ref, **self.cleaned_data)


class CancelPayout(OwnAct):
    """Keep it in the balance after all."""

    title, submit = _("Cancel the payout"), _("Cancel the payout")
    roles = ("owner", "finance")

    def operation(self) -> Operation:
        """Cancels."""
        payout = rail_queries.payout_for(caller=self.caller, ref=self.ref)
        return lambda act: rails.cancel_payout(act=act, payout_id=payout.id)


class CreateKey(OwnAct):
    """Let a program act."""

    title, submit = _("Make a key for a program"), _("Make the key")
    name = forms.CharField(label=_("What it is for"), max_length=120)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=[(one, one) for one in KEY_SCOPES], widget=forms.CheckboxSelectMultiple
    )
    addresses = fields.LinesField(
        label=_("From which addresses"),
        required=False,
        max_length=2000,
        widget=fields.area(2),
        help_text=_("IP addresses or networks, like 192.0.2.0/24, one a line. Without any, from everywhere."),
    )
    days = forms.IntegerField(
        label=_("Good for so many days"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=_("Without a number, until it is revoked."),
    )

    def operation(self) -> Operation:
        """Makes it; its secret is shown by the answer and never again."""
        given = {name: self.cleaned_data[name] for name in ("name", "scopes", "addresses")}
        days = self.cleaned_data["days"]

        def make(act: Act) -> Any:
            until = None if days is None else act.now + timedelta(days=days)
            made = operations.create_key(
                act=act, organisation_id=organisation_of(self.caller), expires_at=until, **given
            )
            self.secret = made.secret or ""
            return made

        return make


class RotateKey(OwnAct):
    """Put another key in the place of one."""

    title, submit = _("Replace the key"), _("Replace")
    hours = forms.TypedChoiceField(
        label=_("The old key"),
        coerce=int,
        choices=OVERLAPS,
    )

    def operation(self) -> Operation:
        """Makes the new one; its secret is shown by the answer and never again."""
        key, overlap = access.key_for(caller=self.caller, ref=self.ref), timedelta(hours=self.cleaned_data["hours"])

        def make(act: Act) -> Any:
            made = operations.rotate_key(act=act, key_id=key.id, overlap=overlap)
            self.secret = made.secret or ""
            return made

        return make


class RevokeKey(OwnAct):
    """End a key."""

    title, submit = _("Revoke the key"), _("Revoke the key")

    def operation(self) -> Operation:
        """Revokes."""
        key = access.key_for(caller=self.caller, ref=self.ref)
        return lambda act: operations.revoke_key(act=act, key_id=key.id)


FORMS: dict[str, type[OwnAct]] = {
    "invite": Invite,
    "change_role": ChangeRole,
    "remove_member": RemoveMember,
    "add_account": AddAccount,
    "withdraw_account": WithdrawAccount,
    "pay_out": PayOut,
    "cancel_payout": CancelPayout,
    "fill_guarantee": FillGuarantee,
    "take_from_guarantee": TakeFromGuarantee,
    "create_key": CreateKey,
    "rotate_key": RotateKey,
    "revoke_key": RevokeKey,
    "set_subdivision": SetSubdivision,
}
AS_SUPPLIER = ("pay_out", "cancel_payout")
BY_CURRENCY = ("pay_out", "fill_guarantee", "take_from_guarantee")
NAMED = {
    "change_role": "mbr",
    "remove_member": "mbr",
    "withdraw_account": "ben",
    "cancel_payout": "pot",
    "rotate_key": "key",
    "revoke_key": "key",
}


@require_GET
@edge.page
def show(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The organisation one acts for."""
    return _page(request, caller)


@require_POST
@edge.page
def act(request: HttpRequest, caller: Caller, verb: str, ref: str = "") -> HttpResponse:
    """Carry out one act for it."""
    organisation_of(caller)
    if verb not in FORMS or bool(ref) is not (verb in NAMED or verb in BY_CURRENCY):
        raise NotFound
    if verb in NAMED and parse(NAMED[verb], ref) is None:
        raise NotFound
    if verb == "pay_out" and ref not in dict(_balances(caller)):
        raise NotFound
    if verb in BY_CURRENCY and ref not in currencies():
        raise NotFound
    form = FORMS[verb](caller, verb, ref, request.POST)
    require(caller, roles=form.roles)
    if not form.is_valid():
        return _page(request, caller, form, status=422)
    try:
        done = edge.command(
            request,
            caller=caller,
            role=caller.member_role if verb not in AS_SUPPLIER and caller.member_role else "supplier",
            operation=form.operation(),
            then=lambda _result: reverse("organisation"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal, currency=ref if verb in BY_CURRENCY else None)
        return _page(request, caller, form, status=refusal.status)
    if form.secret:
        return _page(request, caller, secret=form.secret)
    said(request)
    return done


def _balances(caller: Caller) -> list[tuple[str, int]]:
    """What can be paid out beside what is owed, in each currency in which one ever sold."""
    own = organisation_of(caller)
    sold = visible(caller=caller).filter(supplier_id=own).order_by("currency")
    currencies = sold.values_list("currency", flat=True).distinct()
    return [
        (code, max(0, supplier_balance(organisation_id=own, currency=code) - owes(organisation_id=own, currency=code)))
        for code in currencies
    ]


def _cover(own: Any) -> list[cover.CoverView]:
    """A supplier's lines: the marketplace's first currency, and those on which something stands or that were set."""
    found = cover.cover_of(organisation_id=own, programme=programmes.of_installation())
    return [row for place, row in enumerate(found) if place == 0 or row.reserved_minor or row.set_minor is not None]


def _page(
    request: HttpRequest, caller: Caller, bound: OwnAct | None = None, status: int = 200, secret: str = ""
) -> HttpResponse:
    own = organisation_of(caller)
    found = queries.organisation(organisation_id=own)

    def form(verb: str, ref: str = "") -> OwnAct | None:
        if bound is not None and (bound.verb, bound.ref) == (verb, ref):
            return bound
        return FORMS[verb](caller, verb, ref) if caller.member_role in FORMS[verb].roles else None

    shown = {
        "organisation": found,
        "members": queries.members(organisation_id=own),
        "invitations": queries.open_invitations(now=caller.now, organisation_id=own),
        "accounts": queries.beneficiaries(organisation_id=own),
        "keys": queries.keys(organisation_id=own),
        "balances": [(currency, minor, form("pay_out", currency)) for currency, minor in _balances(caller)],
        "cover_lines": _cover(own),
        "guarantees": [
            (
                row,
                form("fill_guarantee", row.currency),
                form("take_from_guarantee", row.currency) if row.free_minor else None,
            )
            for row in guarantees_of(organisation_id=own)
        ],
        "debts": debts_of(supplier_id=own),
        "payouts": rail_queries.payouts_of(organisation_id=own, limit=20),
        "forms": {verb: form(verb) for verb in ("invite", "add_account", "create_key", "set_subdivision")},
        "has_regions": bool(calendars.parts_of(found.country)),
        "overlaps": OVERLAPS,
        "is_owner": caller.member_role == "owner",
        "keeps_money": caller.member_role in {"owner", "finance"},
        "roles": _roles(),
        "bound": bound,
        "secret": secret,
    }
    return render(request, "holdfast/organisation.html", shown, status=status)
