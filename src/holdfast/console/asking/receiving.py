"""How the buyer speaks about a lot that arrived: received, rejected, or more time.

Words and fields only; what a receipt does to money is the operation's.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.console.asking.base import OrderAct
from holdfast.console.fields import UnitsField, area
from holdfast.orders.operations import receipt
from holdfast.record.act import Act


class Receive(OrderAct):
    """The buyer confirms a lot."""

    title = _("Confirm receipt of lot %(number)s")
    says = _(
        "Write how many units came. What came is released to the supplier; missing units are paid back or kept held. "
        "What you reserve in words stays yours to claim."
    )
    submit = _("Confirm receipt")

    def build(self) -> None:
        """A field for each line of the lot."""
        lot = self.page.whole.lot(self.number)
        for line, units in sorted(lot.quantities.items() if lot else ()):
            product = self.asked.products[line]
            self.fields[f"received_{line}"] = UnitsField(
                most=units,
                initial=units,
                label=product.name,
                help_text=_("%(units)s %(unit)s were shipped.") % {"units": units, "unit": product.unit},
            )
        self.fields["reservation"] = forms.CharField(
            label=_("Reservation"),
            required=False,
            max_length=2000,
            widget=area(2),
            help_text=_("Optional: what is not as agreed, as far as you can see now."),
        )

    def operation(self) -> Callable[[Act], Any]:
        """Receives."""
        data, order_id, lot = self.cleaned_data, self.page.order.id, self.number
        received = {
            int(name.removeprefix("received_")): units for name, units in data.items() if name.startswith("received_")
        }
        return lambda act: receipt.receive(
            act=act, order_id=order_id, lot=lot, received=received or None, reservation=data["reservation"]
        )


class Reject(OrderAct):
    """The buyer rejects a lot."""

    title = _("Reject lot %(number)s")
    says = _("The lot's money stays held. Open a claim next: without one the time for it runs out.")
    submit = _("Reject the lot")
    reason = forms.CharField(label=_("What is wrong"), max_length=2000, widget=area(3))

    def operation(self) -> Callable[[Act], Any]:
        """Rejects."""
        order_id, lot, reason = self.page.order.id, self.number, self.cleaned_data["reason"]
        return lambda act: receipt.reject(act=act, order_id=order_id, lot=lot, reason=reason)


class ExtendReceipt(OrderAct):
    """More time to look at the goods."""

    title = _("Extend the time for receipt of lot %(number)s")
    says = _("Each side may extend it once.")
    submit = _("Extend")

    def operation(self) -> Callable[[Act], Any]:
        """Extends."""
        return lambda act: receipt.extend_receipt(act=act, order_id=self.page.order.id, lot=self.number)
