"""The lives of an order, a tranche, a lot, a debt and a change of the reserve: tables, never their product."""

from holdfast.kernel.lifecycle import Lifecycle, step

ORDER = Lifecycle(
    "order",
    "agreed",
    (
        step("start", "agreed", "active", "rail"),
        step("cancel", "agreed", "cancelled", "buyer", "supplier", "operator", "clock"),
        step("cancel", "active", "cancelled", "buyer", "supplier", "operator", "mediator", "clock", "rail"),
        step("complete", "active", "completed", "buyer", "supplier", "operator", "mediator", "clock", "rail"),
        step("close", "completed", "closed", "clock", "operator"),
        step("close", "cancelled", "closed", "clock", "operator"),
    ),
)
"""agreed: signed by both, nothing held yet; active: money is held; completed: every lot is settled and released."""

TRANCHE = Lifecycle(
    "tranche",
    "planned",
    (
        step("fall_due", "planned", "due", "buyer", "supplier", "operator", "rail", "clock"),
        step("hold", "due", "held", "rail"),
        step("release", "held", "released", "buyer", "supplier", "operator", "mediator", "inspector", "clock", "rail"),
        step("drop", "planned", "dropped", "buyer", "supplier", "operator", "mediator", "clock", "rail"),
        step("drop", "due", "dropped", "buyer", "supplier", "operator", "mediator", "clock", "rail"),
        step("lose", "held", "due", "rail", "operator"),
        step("give_back", "held", "returned", "buyer", "supplier", "operator", "mediator", "clock", "rail"),
    ),
)
"""planned: not payable yet; held: paid in full; released: paid out early, or used up by the lots. What is
held falls due again if the payer's bank takes it back before anything was shipped."""

LOT = Lifecycle(
    "lot",
    "shipped",
    (
        step("deliver", "shipped", "delivered", "buyer", "supplier", "operator", "carrier"),
        step("receive", "shipped", "received", "buyer"),
        step("receive", "delivered", "received", "buyer", "clock", "operator"),
        step("reject", "shipped", "rejected", "buyer"),
        step("reject", "delivered", "rejected", "buyer"),
        step("receive", "rejected", "received", "buyer", "clock", "operator"),
        step("settle", "shipped", "settled", "buyer", "supplier", "mediator", "operator", "clock"),
        step("settle", "delivered", "settled", "buyer", "supplier", "mediator", "operator", "clock"),
        step("settle", "rejected", "settled", "buyer", "supplier", "mediator", "operator", "clock"),
        step("settle", "received", "settled", "buyer", "supplier", "mediator", "operator", "clock"),
    ),
)
"""received: by act or by silence, so its money is released; settled: a claim decided its money to the last cent."""

DEBT = Lifecycle(
    "debt",
    "open",
    (
        step("collect", "open", "collected", "clock", "operator", "rail"),
        step("write_off", "open", "written_off", "operator"),
    ),
)
"""collected: paid in full by set-off or by wire; written_off: by finance and a second person, with a reason."""

RESERVE_CHANGE = Lifecycle(
    "reserve change",
    "proposed",
    (
        step("confirm", "proposed", "confirmed", "operator"),
        step("withdraw", "proposed", "withdrawn", "operator"),
    ),
)
"""More or less set aside for advances: proposed by one person, confirmed by another."""
