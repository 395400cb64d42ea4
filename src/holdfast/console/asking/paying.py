"""How the buyer pays a tranche: on which rail, with what, and what the provider said to it.

It shows what each rail costs as the programme says it. No number of a real card is ever asked for: the payer gives it
to the provider on its own page; the numbers of the simulated rails are asked for in a sandbox only.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from holdfast.console import reader, words
from holdfast.console.asking.base import OrderAct
from holdfast.console.fields import MoneyField
from holdfast.contracts.programmes import programme_of
from holdfast.kernel.identifiers import public
from holdfast.kernel.money import Money
from holdfast.kernel.refusals import Refusal
from holdfast.orders.operations import paying
from holdfast.orders.operations.paying import NotFunded
from holdfast.programme import rules as programme_rules
from holdfast.rails import choice
from holdfast.record.act import Act

INSTRUMENTS = {"card": ("number", "4242424242424242"), "paypal": ("payer", "buyer@example.com")}
INSTRUMENTS["e_check"] = ("account", "000123456789")
LABELS = {"card": _("Card number"), "paypal": _("PayPal account"), "e_check": _("Account for the e-check")}


class Pay(OrderAct):
    """Pay what a tranche still misses, or a part of it."""

    title = _("Pay tranche %(number)s")
    says = _("The money is held in escrow. The supplier gets it only as the contract says.")
    submit = _("Pay")
    roles = ("owner", "trader", "finance")

    def build(self) -> None:
        """The rails of the programme with what each costs."""
        tranche = self.page.whole.tranche(self.number)
        currency, missing = self.page.order.currency, tranche.missing_minor if tranche else 0
        self.fields["amount_minor"] = MoneyField(
            currency=currency,
            label=_("Amount"),
            initial=format(Money(missing, currency).decimal, "f"),
            help_text=_("%(missing)s is due. Processing comes on top.")
            % {"missing": Money(missing, currency).display(locale=str(reader.locale()))},
        )
        rails = self._rails(missing)
        self.fields["rail"] = forms.ChoiceField(
            label=_("How"), choices=rails, widget=forms.RadioSelect, initial=rails[0][0] if rails else None
        )
        if settings.SANDBOX:
            for rail, (name, example) in INSTRUMENTS.items():
                if rail == "card" and choice.card_page():
                    continue
                self.fields[name] = forms.CharField(
                    label=LABELS[rail],
                    required=False,
                    initial=example,
                    max_length=64,
                    widget=forms.TextInput(attrs={"data-rail": rail, "autocomplete": "off"}),
                    help_text=_("Sandbox: %(example)s succeeds.") % {"example": example},
                )
                self.fields[name].is_needed = True  # type: ignore[attr-defined]

    def _rails(self, missing: int) -> list[tuple[str, str]]:
        order = self.page.order
        programme = programme_of(name=order.programme_name, version=order.programme_version)
        offered = []
        for name in programme.rails:
            if not choice.is_offered(name):
                continue
            try:
                cost = programme_rules.processing(
                    programme=programme, rail=name, amount_minor=missing, currency=order.currency
                )
                programme_rules.check_rail(
                    programme=programme, rail=name, amount_minor=missing + cost, currency=order.currency
                )
            except Refusal:
                continue
            shown = Money(cost, order.currency).display(locale=str(reader.locale()))
            offered.append(
                (name, gettext("%(rail)s, plus %(cost)s") % {"rail": words.word("rail", name), "cost": shown})
            )
        return offered

    def operation(self) -> Callable[[Act], Any]:
        """Asks for the payment, and puts it to its provider once that is written."""
        data, order_id, tranche = self.cleaned_data, self.page.order.id, self.number
        rail = data["rail"]
        field, _example = INSTRUMENTS.get(rail, ("", ""))
        instrument = {field: data.get(field, "")} if field else None
        if rail == "card" and choice.card_page():
            instrument = dict(choice.card_page())

        def pay(act: Act) -> Any:
            payment = paying.request_payment(
                act=act,
                order_id=order_id,
                tranche=tranche,
                rail=rail,
                instrument=instrument,
                amount_minor=data["amount_minor"],
            )
            if rail == "wire":
                self.outcome = gettext("Now transfer the money with the reference shown under Payments.")
                return payment
            result = paying.capture(act=replace(act, command=None), payment=payment)
            if isinstance(result, NotFunded):
                self.outcome = self._not_funded(result)
                if result.payment_state == "pending" and choice.card_page():
                    self.leads_to = reverse("payment", args=[public("pay", payment.id)])
            return result

        return pay

    def _not_funded(self, result: NotFunded) -> str:
        if result.payment_state == "pending" and choice.card_page():
            return gettext("Now complete the payment at Stripe.")
        if result.payment_state == "pending":
            return gettext("The provider has not decided yet; the payment goes on by itself.")
        reason = (result.reason or "").replace("_", " ")
        return gettext("The payment was declined: %(reason)s. Nothing was taken.") % {"reason": reason}
