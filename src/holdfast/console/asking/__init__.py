"""Every act that a page of an order can offer, each with its form.

It knows which form belongs to which verb; what a page offers and this table lacks is not shown.
"""

from holdfast.console.asking import ending, paying, progress, receiving, sending
from holdfast.console.asking.base import Asked, OrderAct, Product

FORMS: dict[str, type[OrderAct]] = {
    "pay": paying.Pay,
    "start_production": progress.StartProduction,
    "declare_ready": progress.DeclareReady,
    "ship": sending.Ship,
    "track": sending.Track,
    "confirm_delivery": sending.ConfirmDelivery,
    "receive": receiving.Receive,
    "reject": receiving.Reject,
    "extend_receipt": receiving.ExtendReceipt,
    "waive_inspection": progress.WaiveInspection,
    "cancel": ending.Withdraw,
    "cancel_before_production": ending.CancelBeforeProduction,
    "cancel_for_lateness": ending.CancelForLateness,
    "cancel_for_unpaid_balance": ending.CancelForUnpaidBalance,
    "cancel_unpaid": ending.CancelUnpaid,
    "settle_undelivered": sending.SettleUndelivered,
    "propose_cancel": ending.ProposeCancel,
    "agree_to_cancel": ending.AgreeToCancel,
}

__all__ = ["FORMS", "Asked", "OrderAct", "Product"]
