"""The verbs of the rails. Those that end in `_into` add to a recording that the room above writes; the others ask a
provider or carry on by themselves what was asked for before.
"""

from holdfast.rails.operations.payments import (
    available,
    charge,
    confirmation,
    declined_into,
    expire,
    let_go,
    locked_payment,
    renamed_into,
    request_into,
    unfinished,
)
from holdfast.rails.operations.payouts import Destination, request_payout, send_payouts
from holdfast.rails.operations.refunds import refund_into, resend_refund, send_refunds
from holdfast.rails.operations.wires import Arrival, Wire, receive_wire, return_stray

__all__ = [
    "Arrival",
    "Destination",
    "Wire",
    "available",
    "charge",
    "confirmation",
    "declined_into",
    "expire",
    "let_go",
    "locked_payment",
    "receive_wire",
    "refund_into",
    "renamed_into",
    "request_into",
    "request_payout",
    "resend_refund",
    "return_stray",
    "send_payouts",
    "send_refunds",
    "unfinished",
]
