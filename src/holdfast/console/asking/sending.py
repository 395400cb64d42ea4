"""How goods leave and what is reported of them on the way.

Words and fields only. What a proof is worth, and what follows from it, is decided by the operations.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.console import uploads, words
from holdfast.console.asking.base import OrderAct
from holdfast.console.fields import DayField, UnitsField, area
from holdfast.fulfilment import operations as fulfilment
from holdfast.fulfilment import queries as shipments
from holdfast.fulfilment.rules import CODES, MODES
from holdfast.kernel.clock import local_day
from holdfast.orders.operations import undelivered
from holdfast.orders.rules import money
from holdfast.programme.rules import STAGES
from holdfast.record import files
from holdfast.record.act import Act

DOCUMENTS = (
    ("", _("None yet")),
    ("bill_of_lading", _("Bill of lading")),
    ("air_waybill", _("Air waybill")),
    ("packing_list", _("Packing list")),
    ("invoice", _("Invoice")),
)
EVENTS = {
    "ACCEPTED": _("The carrier has taken the goods over"),
    "DEPA": _("Departed"),
    "ARRI": _("Arrived at the port or terminal"),
    "OFD": _("Out for delivery"),
    "DELIVERED": _("Delivered"),
    "EXCEPTION": _("Something is wrong"),
}


class Ship(OrderAct):
    """The supplier sends a lot."""

    title = _("Ship")
    says = _("Say what leaves, with whom and when. The ship date that counts is the carrier's own acceptance.")
    submit = _("The goods have shipped")

    def build(self) -> None:
        """A field for each line with what is left of it."""
        order = self.page.order
        sent = money.shipped_so_far(lots=self.page.whole.lots)
        for line in order.lines:
            left = line.quantity + line.tolerance_units - sent.get(line.number, 0)
            if left > 0:
                product = self.asked.products[line.number]
                self.fields[f"quantities_{line.number}"] = UnitsField(
                    most=left,
                    initial=max(0, line.quantity - sent.get(line.number, 0)),
                    label=product.name,
                    help_text=_("At most %(units)s %(unit)s.") % {"units": left, "unit": product.unit},
                )
        self.fields["carrier"] = forms.CharField(label=_("Carrier"), max_length=120)
        self.fields["mode"] = forms.ChoiceField(
            label=_("By"), choices=[(one, words.word("mode", one)) for one in MODES]
        )
        self.fields["shipped_on"] = DayField(
            label=_("Shipped on"), initial=local_day(self.asked.now, order.supplier_zone)
        )
        self.fields["tracking_number"] = forms.CharField(label=_("Tracking number"), required=False, max_length=64)
        self.fields["container_number"] = forms.CharField(label=_("Container number"), required=False, max_length=32)
        self.fields["document"] = forms.ChoiceField(label=_("Shipping document"), required=False, choices=DOCUMENTS)
        self.fields["document_number"] = forms.CharField(label=_("Its number"), required=False, max_length=64)

    def operation(self) -> Callable[[Act], Any]:
        """Ships."""
        data, order_id = self.cleaned_data, self.page.order.id
        quantities = {
            int(name.removeprefix("quantities_")): units
            for name, units in data.items()
            if name.startswith("quantities_") and units
        }
        papers = (
            [fulfilment.Document(kind=data["document"], number=data["document_number"], dated_on=data["shipped_on"])]
            if data["document"]
            else []
        )
        return lambda act: fulfilment.ship(
            act=act,
            order_id=order_id,
            quantities=quantities,
            carrier=data["carrier"],
            mode=data["mode"],
            shipped_on=data["shipped_on"],
            tracking_number=data["tracking_number"] or None,
            container_number=data["container_number"] or None,
            documents=papers,
        )


class Track(OrderAct):
    """Somebody reports what happened to a lot."""

    title = _("Report what happened to lot %(number)s")
    says = _("A report counts for as much as its proof: a delivery without one is only noted.")
    submit = _("Report")
    codes = tuple(EVENTS)

    def build(self) -> None:
        """The events a person can know of."""
        zone = self.page.order.buyer_zone if self.page.role == "buyer" else self.page.order.supplier_zone
        now = self.asked.now.astimezone(ZoneInfo(zone))
        if len(self.codes) > 1:
            self.fields["code"] = forms.ChoiceField(
                label=_("What happened"), choices=[(code, EVENTS[code]) for code in self.codes if code in CODES]
            )
        self.fields["at"] = forms.DateTimeField(
            label=_("When"),
            initial=now.strftime("%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            help_text=_("As the clocks read in %(zone)s.") % {"zone": zone},
        )
        self.fields["place"] = forms.CharField(label=_("Where"), required=False, max_length=120)
        self.fields["proof"] = forms.FileField(
            label=_("Proof"), required=False, help_text=_("A photo, a PDF or another document.")
        )
        self.fields["note"] = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=area(2))
        self.zone = zone

    def operation(self) -> Callable[[Act], Any]:
        """Tracks, with the proof kept in the same act."""
        data = self.cleaned_data
        at: datetime = data["at"].replace(tzinfo=ZoneInfo(self.zone))
        code = data.get("code") or self.codes[0]
        shipment = next(
            (one for one in shipments.shipments(order_id=self.page.order.id) if one.lot_number == self.number), None
        )

        def track(act: Act, kept: files.Kept | None) -> Any:
            return fulfilment.track(
                act=act,
                shipment_id=shipment.id if shipment else self.page.order.id,
                code=code,
                at=at,
                zone=self.zone,
                place=data["place"],
                proof_file_id=kept.id if kept else None,
                note=data["note"],
            )

        return uploads.together(order_id=self.page.order.id, upload=data["proof"], then=track)


class ConfirmDelivery(Track):
    """The operator has seen proof that a lot arrived."""

    title = _("Confirm that lot %(number)s was delivered")
    says = _("After hearing both sides: the goods are with the buyer, who may then receive, reject or claim.")
    submit = _("Confirm the delivery")
    codes = ("DELIVERED",)


class SettleUndelivered(OrderAct):
    """A lot never arrived, and nobody claims."""

    title = _("Settle lot %(number)s, which never arrived")
    says = _(
        "After hearing both sides: everything goes back to the buyer, unless the risk had passed and the handover to "
        "the carrier is well proven; then the supplier is paid."
    )
    submit = _("Settle the lot")
    ends = True

    def build(self) -> None:
        """How far the goods are proved to have come."""
        self.fields["stage"] = forms.ChoiceField(
            label=_("How far the goods are proved to have come"),
            choices=[(one, words.word("stage", one)) for one in STAGES],
            initial="on_board",
        )
        self.fields["note"] = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=area(3))

    def operation(self) -> Callable[[Act], Any]:
        """Settles."""
        data, order_id, lot = self.cleaned_data, self.page.order.id, self.number
        return lambda act: undelivered.settle_undelivered(
            act=act, order_id=order_id, lot=lot, stage=data["stage"], note=data["note"]
        )
