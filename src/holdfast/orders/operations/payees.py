"""Tells every buyer with an open order that the supplier's bank account is being changed, before it is paid to.

It knows orders and who supplies them. Whether the account may be paid to is the parties' affair, and stays so.
"""

from django.db import transaction

from holdfast.orders.models import Order
from holdfast.orders.work import locked_chain
from holdfast.parties import queries as parties
from holdfast.record.act import Act
from holdfast.record.chains import chain_head
from holdfast.record.deadlines import Deadline, is_open
from holdfast.record.recording import Recording


def tell_buyers(act: Act, due: Deadline) -> None:
    """An event on each open order of that supplier, of which its buyer is told; all of them or none."""
    view = parties.beneficiary(beneficiary_id=due.subject_id)
    with transaction.atomic():
        open_orders = Order.objects.filter(supplier_id=view.organisation_id).exclude(state="closed")
        order_ids = list(open_orders.order_by("id").values_list("id", flat=True))
        chains = [(order_id, locked_chain(order_id)) for order_id in order_ids]
        own = chain_head(kind="organisation", chain_id=view.organisation_id)
        if not is_open(deadline_id=due.id):
            return
        recording = Recording(act)
        about = {"organisation": view.organisation_id, "beneficiary": view.id}
        recording.event(own, "beneficiary.announced", about=about, data={"orders": len(order_ids)})
        for order_id, chain in chains:
            recording.event(
                chain, "payee.changing", about={"order": order_id, **about}, data={"currency": view.currency}
            )
        recording.settle(subject_id=view.id, kind=due.kind)
        recording.write(None)
