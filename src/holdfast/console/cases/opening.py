"""A new claim as a form: the reason, the goods, the terms breached, what is wanted.

It shows only the reasons of one's side. Whether a window is open and what is frozen is the operation's to say.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.claims import rules
from holdfast.claims.operations import opening
from holdfast.console import words
from holdfast.console.fields import MoneyField, area
from holdfast.console.story import Shown
from holdfast.orders.queries import OrderPage
from holdfast.record.act import Act

REMEDIES = ("refund", "price_reduction", "return_and_refund", "replacement", "rework_cost")
OF_SUPPLIERS = ("cost", "release")


class Opening(forms.Form):
    """What is wrong, with which goods, and what would put it right."""

    def __init__(self, page: OrderPage, shown: Shown, data: Any = None) -> None:
        super().__init__(data)
        self.page = page
        reasons = rules.REASONS[page.role]
        self.fields["reason"] = forms.ChoiceField(
            label=_("What is wrong"), choices=[(one, words.word("reason", one)) for one in reasons]
        )
        lots = [(str(lot.number), _("Lot %(number)s") % {"number": lot.number}) for lot in page.whole.lots]
        if lots:
            self.fields["lots"] = forms.MultipleChoiceField(
                label=_("Which lots"),
                choices=lots,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("None chosen means all of them."),
            )
        terms = [(term["id"], f"{term['id']}: {term['property']}") for term in shown.agreed["specification"]]
        if terms and page.role == "buyer":
            self.fields["terms"] = forms.MultipleChoiceField(
                label=_("Terms breached"), choices=terms, required=False, widget=forms.CheckboxSelectMultiple
            )
        offered = REMEDIES if page.role == "buyer" else tuple(one for one in OF_SUPPLIERS if one in rules.REMEDIES)
        self.fields["remedy"] = forms.ChoiceField(
            label=_("What you want"), choices=[(one, words.word("remedy", one)) for one in offered or REMEDIES]
        )
        self.fields["amount_minor"] = MoneyField(
            currency=page.order.currency,
            label=_("Amount"),
            required=False,
            help_text=_("Only this much is frozen; the rest goes on. Without an amount, the price of the goods."),
        )
        self.fields["statement"] = forms.CharField(label=_("What happened"), max_length=5000, widget=area(5))
        self.fields["cancel_rest"] = forms.BooleanField(label=_("Cancel what has not been shipped"), required=False)

    def operation(self) -> Callable[[Act], Any]:
        """Opens the claim."""
        data = self.cleaned_data
        complaint = opening.Complaint(
            reason=data["reason"],
            lots=tuple(int(number) for number in data.get("lots", ())),
            terms=tuple(data.get("terms", ())),
            remedy=data["remedy"],
            amount_minor=data["amount_minor"],
            statement=data["statement"],
            cancel_rest=data["cancel_rest"],
        )
        return lambda act: opening.open_claim(act=act, order_id=self.page.order.id, complaint=complaint)
