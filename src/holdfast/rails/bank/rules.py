"""What becomes of a statement's file and of each of its lines: pure tables."""

from holdfast.kernel.lifecycle import Lifecycle, step

STATEMENT_FILE = Lifecycle(
    "statement file",
    "entering",
    (step("finish", "entering", "entered", "operator", "clock"),),
)
"""`entering`: its lines are being written; a file that stopped there is carried on."""

STATEMENT_LINE = Lifecycle(
    "statement line",
    "entered",
    (
        step("match", "entered", "matched", "rail"),
        step("suspend", "entered", "suspense", "rail"),
        step("explain", "entered", "explained", "rail"),
        step("leave", "entered", "unexplained", "rail"),
        step("match", "suspense", "matched", "operator", "rail"),
        step("return", "suspense", "returned", "operator", "clock", "rail"),
        step("explain", "unexplained", "explained", "operator", "rail"),
    ),
)
"""`matched`: it paid for something. `suspense`: it came and waits. `explained`: it is the bank's side of something that
was written otherwise (a payout, a charge). `unexplained`: somebody must say what it is."""

HOLDS = ("clients", "own")
"""Whose money an account of the operator's holds."""
LINE_KINDS = (
    "",
    "payment_in",
    "payment_taken_back",
    "payout_out",
    "payout_returned",
    "refund_out",
    "refund_returned",
    "provider_settlement",
    "bank_charge",
    "deposit_in",
    "wire_returned",
    "own_money",
    "by_hand",
)
"""What a line turned out to be."""
