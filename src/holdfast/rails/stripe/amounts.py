"""Amounts as Stripe counts them, exactly: its smallest unit is not always that of ISO 4217.

Pure. Source: https://docs.stripe.com/currencies ("Zero-decimal currencies", "Three-decimal currencies", "Special
cases"). Nothing is rounded: what cannot be said in Stripe's units is refused before anything is asked for.
"""

from holdfast.kernel.money import exponent
from holdfast.kernel.refusals import Refusal

_ZERO = ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
_DIGITS = {**dict.fromkeys(_ZERO, 0), **dict.fromkeys(("ISK", "UGX"), 2)}
"""Digits after the point in Stripe's amounts; ISK and UGX have none any more and are still written with two."""
_THREE = {"BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}
_MULTIPLE = {**dict.fromkeys(("ISK", "UGX"), 100), **dict.fromkeys(_THREE, 10)}
"""What a charge or refund must be a multiple of: whole krónur and shillings; the last of three digits is 0.

HUF and TWD are charged with two digits like others; only bank transfers of them are whole, and Stripe makes those.
"""


class AmountNotTaken(Refusal):
    """The provider of this rail cannot take exactly this amount in this currency."""

    status = 422


def digits(currency: str) -> int:
    """Digits after the point in Stripe's amounts. Refusal: `AmountNotTaken` for a currency it is not known to take."""
    if currency in _DIGITS:
        return _DIGITS[currency]
    if currency in _THREE:
        return _THREE[currency]
    if exponent(currency) != 2:
        raise AmountNotTaken(field="currency", currency=currency)
    return 2


def to_stripe(*, minor: int, currency: str) -> int:
    """An amount to charge or give back, in Stripe's units. Refusal: `AmountNotTaken`."""
    shift = digits(currency) - exponent(currency)
    whole, rest = (minor * 10**shift, 0) if shift >= 0 else divmod(minor, 10**-shift)
    multiple = _MULTIPLE.get(currency, 1)
    if rest or whole % multiple:
        step = max(multiple // 10**shift, 1) if shift >= 0 else 10**-shift
        raise AmountNotTaken(field="amount_minor", accepted=f"a multiple of {step}", currency=currency)
    return int(whole)


def from_stripe(*, amount: int, currency: str) -> int:
    """Minor units of what Stripe says. A fraction of a minor unit cannot be booked and is a fault: ValueError."""
    shift = digits(currency) - exponent(currency)
    minor, rest = divmod(amount, 10**shift) if shift >= 0 else (amount * 10**-shift, 0)
    if rest:
        raise ValueError(f"{amount} in {currency} is no whole number of minor units")
    return int(minor)
