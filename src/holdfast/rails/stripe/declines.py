"""Stripe's reasons in our words: why a card was declined, a refund failed, a dispute was raised.

Pure. A reason that is not known here is `card_declined`: the payer can do nothing else than use another card. What an
issuer says of stolen or suspected cards is not handed on, as Stripe asks (https://docs.stripe.com/declines/codes).
"""

DECLINES = {
    "insufficient_funds": "insufficient_funds",
    "card_velocity_exceeded": "limit_exceeded",
    "withdrawal_count_limit_exceeded": "limit_exceeded",
    "expired_card": "card_expired",
    "incorrect_number": "card_details_wrong",
    "invalid_number": "card_details_wrong",
    "incorrect_cvc": "card_details_wrong",
    "invalid_cvc": "card_details_wrong",
    "incorrect_zip": "card_details_wrong",
    "incorrect_address": "card_details_wrong",
    "invalid_expiry_month": "card_details_wrong",
    "invalid_expiry_year": "card_details_wrong",
    "incorrect_pin": "card_details_wrong",
    "authentication_required": "authentication_failed",
    "authentication_not_handled": "authentication_failed",
    "payment_intent_authentication_failure": "authentication_failed",
    "card_not_supported": "card_not_supported",
    "currency_not_supported": "currency_not_supported",
    "amount_too_small": "amount_too_small",
    "amount_too_large": "amount_too_large",
    "processing_error": "processing_error",
    "issuer_not_available": "processing_error",
    "reenter_transaction": "processing_error",
    "try_again_later": "processing_error",
    "charge_expired_for_capture": "authorisation_expired",
    "payment_intent_unexpected_state": "capture_failed",
}
REFUNDS = {
    "lost_or_stolen_card": "instrument_closed",
    "expired_or_canceled_card": "instrument_closed",
    "charge_for_pending_refund_disputed": "charged_back",
    "charge_disputed": "charged_back",
    "charge_already_refunded": "refunded_already",
    "insufficient_funds": "insufficient_funds",
    "declined": "declined_by_issuer",
    "merchant_request": "cancelled",
}


def declined(*codes: str | None, otherwise: str = "card_declined") -> str:
    """Our reason for the first code that says anything: the issuer's comes before the general one."""
    return next((DECLINES[code] for code in codes if code in DECLINES), otherwise)


def refund_failed(code: str | None) -> str:
    """Our reason for a refund that did not arrive."""
    return REFUNDS.get(code or "", "refund_failed")
