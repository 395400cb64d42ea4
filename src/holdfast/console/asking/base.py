"""The form of an act on an order: its words, its fields, and the one operation behind it.

Each verb's own form is in the modules beside this one. Whether an act may be done is said by the page that offers it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from holdfast.orders.queries import OpenAct, OrderPage
from holdfast.record.act import Act

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Product:
    """A line of the contract as people name it."""

    number: int
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that the page offers, with all that its form may need."""

    page: OrderPage
    offer: OpenAct
    products: Mapping[int, Product]
    now: datetime


class OrderAct(forms.Form):
    """The form of one act; without fields, its button alone."""

    title: ClassVar[Text] = ""
    says: ClassVar[Text] = ""
    submit: ClassVar[Text] = ""
    ends: ClassVar[bool] = False
    """Whether it ends the order: shown apart, so that nobody presses it in passing."""
    roles: ClassVar[tuple[str, ...]] = ("owner", "trader")

    def __init__(self, asked: Asked, data: Any = None, files: Any = None) -> None:
        offer = asked.offer
        super().__init__(data, files, auto_id=f"{offer.verb}-{offer.number or 0}-%s")
        self.asked = asked
        self.outcome = ""
        self.leads_to = ""
        self.page = asked.page
        self.offer = asked.offer
        self.build()

    def build(self) -> None:
        """Add the fields that depend on the order."""

    def heading(self) -> str:
        """What the act is called, with the number of what it is about."""
        return str(self.title) % {"number": self.offer.number}

    def said(self) -> str:
        """What to tell once it is done, if more than that."""
        return self.outcome

    def operation(self) -> Callable[[Act], Any]:
        """The one operation, with what was filled in."""
        raise TypeError(f"{self.offer.verb} has no operation")

    @property
    def number(self) -> int:
        """The lot or tranche it is about."""
        return self.offer.number or 0
