"""What forms of the finance desk share: where they are sent, what they are about, amounts in a chosen currency.

It knows forms and addresses. Which operation a form stands for is its page's.
"""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.console import fields
from holdfast.console.drafting.rows import currency_choices
from holdfast.console.pages.desk.navigation import STAFF
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.record.act import Act

Operation = Callable[[Act], Any]


class DeskAct(forms.Form):
    """Something finance does on the page `page`. `ref` names what it is about: a thing, or a currency."""

    page: ClassVar[str] = ""
    title: ClassVar[str | Promise] = ""
    submit: ClassVar[str | Promise] = ""
    prefix_of_ref: ClassVar[str | None] = None
    staff: ClassVar[tuple[str, ...]] = STAFF

    def __init__(self, verb: str, ref: str, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id=f"{verb}-{ref or 'new'}-%s")
        self.verb, self.ref = verb, ref

    @property
    def action(self) -> str:
        """Where the form is sent."""
        if self.ref:
            return reverse(f"{self.page}_act_on", args=[self.verb, self.ref])
        return reverse(f"{self.page}_act", args=[self.verb])

    @property
    def id(self) -> UUID:
        """What `ref` names. Refusal: `NotFound`."""
        found = parse(self.prefix_of_ref or "", self.ref)
        if found is None:
            raise NotFound
        return found

    def operation(self) -> Operation:
        """The one operation, with what was filled in."""
        raise TypeError(self.verb)


class InCurrency(forms.Form):
    """A currency, and an amount that is read once its currency is known."""

    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    amount_minor = forms.CharField(label=_("Amount"), max_length=24, widget=forms.TextInput(attrs={"class": "amount"}))

    def clean(self) -> dict[str, Any]:
        """The amount, in minor units of the currency."""
        given: dict[str, Any] = super().clean() or {}
        if "currency" in given and "amount_minor" in given:
            try:
                given["amount_minor"] = fields.MoneyField(currency=given["currency"]).clean(given["amount_minor"])
            except forms.ValidationError as error:
                self.add_error("amount_minor", error)
        return given
