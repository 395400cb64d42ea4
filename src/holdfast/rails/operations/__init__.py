"""The verbs of the rails. Those that end in `_into` add to a recording that the room above writes; the others ask a
provider or carry on by themselves what was asked for before.
"""

from holdfast.rails.operations.answers import (
    carry_batches,
    carry_booked,
    line_confirms,
    line_returns,
    set_limit,
    take_report,
)
from holdfast.rails.operations.batches import drop_batch, file_of, make_batch, release_batch
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
from holdfast.rails.operations.payouts import Destination, approve_payout, cancel_payout, request_payout, send_payouts
from holdfast.rails.operations.refunds import refund_into, resend_refund, send_refunds
from holdfast.rails.operations.routing import place_refund, route_refund
from holdfast.rails.operations.wires import Arrival, Wire, receive_wire, return_stray

__all__ = [
    "Arrival",
    "Destination",
    "Wire",
    "approve_payout",
    "available",
    "cancel_payout",
    "carry_batches",
    "carry_booked",
    "charge",
    "confirmation",
    "declined_into",
    "drop_batch",
    "expire",
    "file_of",
    "let_go",
    "line_confirms",
    "line_returns",
    "locked_payment",
    "make_batch",
    "place_refund",
    "receive_wire",
    "refund_into",
    "release_batch",
    "renamed_into",
    "request_into",
    "request_payout",
    "resend_refund",
    "return_stray",
    "route_refund",
    "send_payouts",
    "send_refunds",
    "set_limit",
    "take_report",
    "unfinished",
]
