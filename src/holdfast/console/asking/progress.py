"""How the supplier says how far the goods are, and both sides do without an inspection.

Words and fields only; the rules are the operations'.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.console.asking.base import OrderAct
from holdfast.console.fields import area
from holdfast.orders.operations import production
from holdfast.record.act import Act


class StartProduction(OrderAct):
    """Production has begun."""

    title = _("Start production")
    says = _("Tell the buyer that production has started. What the contract ties to it falls due or is released.")
    submit = _("Production has started")
    note = forms.CharField(
        label=_("Note for the buyer"), required=False, max_length=2000, widget=area(2), help_text=_("Optional.")
    )

    def operation(self) -> Callable[[Act], Any]:
        """Starts."""
        order_id, note = self.page.order.id, self.cleaned_data["note"]
        return lambda act: production.start_production(act=act, order_id=order_id, note=note)


class DeclareReady(OrderAct):
    """The goods are made."""

    title = _("Declare the goods ready")
    says = _("Tell the buyer that the goods are ready. A balance that waits for this falls due.")
    submit = _("The goods are ready")

    def operation(self) -> Callable[[Act], Any]:
        """Declares."""
        return lambda act: production.declare_ready(act=act, order_id=self.page.order.id)


class WaiveInspection(OrderAct):
    """Do without the inspection."""

    title = _("Waive the inspection")
    says = _("The required inspection is dropped once both sides have waived it. Your rights to claim stay.")
    submit = _("Waive the inspection")

    def operation(self) -> Callable[[Act], Any]:
        """Waives."""
        return lambda act: production.waive_inspection(act=act, order_id=self.page.order.id)
