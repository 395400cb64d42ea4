"""The payment schedule written out: which part of the total is a tranche, to the minor unit.

Pure. Percentages become amounts by largest remainder, ties to the earlier tranche, so that the tranches sum to the
total exactly.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm

from holdfast.contracts.shape import PAYABLE, RELEASE, SCHEDULES, Payment, Tranche
from holdfast.kernel.money import share
from holdfast.kernel.refusals import Invalid
from holdfast.terms.documents import plain

MOST_TRANCHES = 20
_WHOLE = Fraction(100)


def written_out(*, payment: Payment, total_minor: int) -> Payment:
    """The schedule with every tranche and its amount. Refusals: `Invalid`."""
    if payment.kind not in SCHEDULES:
        raise _no("kind", payment.kind, list(SCHEDULES))
    tranches = payment.tranches or _usual(payment)
    _check_count(payment.kind, tranches)
    for place, tranche in enumerate(tranches):
        _check_tranche(tranche, place)
    deposit = tranches[0].percent if payment.kind == "deposit_balance" else None
    if payment.deposit_percent is not None and payment.deposit_percent != deposit:
        raise _no("deposit_percent", plain(payment.deposit_percent), plain(deposit) if deposit is not None else None)
    amounts = _amounts(tranches, total_minor)
    for place, amount in enumerate(amounts):
        if amount <= 0:
            raise _no(f"tranches.{place}.amount_minor", amount, "more than nothing")
    priced = tuple(replace(one, amount_minor=amount) for one, amount in zip(tranches, amounts, strict=True))
    return Payment(payment.kind, deposit, priced)


def _usual(payment: Payment) -> tuple[Tranche, ...]:
    match payment.kind:
        case "full":
            return (Tranche(1, "signature", "receipt", _WHOLE),)
        case "deposit_balance":
            deposit = payment.deposit_percent
            if deposit is None or not 0 < deposit < _WHOLE:
                raise _no("deposit_percent", None if deposit is None else plain(deposit), "more than 0, less than 100")
            return (
                Tranche(1, "signature", "receipt", deposit),
                Tranche(2, "ready", "receipt", _WHOLE - deposit),
            )
        case _:
            raise _no("tranches", 0, "at least one tranche")


def _check_count(kind: str, tranches: Sequence[Tranche]) -> None:
    wanted = {"full": 1, "deposit_balance": 2}.get(kind)
    if len(tranches) > MOST_TRANCHES or (wanted is not None and len(tranches) != wanted):
        raise _no("tranches", len(tranches), wanted or f"1 to {MOST_TRANCHES} tranches")


def _check_tranche(tranche: Tranche, place: int) -> None:
    where = f"tranches.{place}"
    if tranche.number != place + 1:
        raise _no(f"{where}.number", tranche.number, place + 1)
    if tranche.payable not in PAYABLE:
        raise _no(f"{where}.payable", tranche.payable, list(PAYABLE))
    if tranche.release not in RELEASE:
        raise _no(f"{where}.release", tranche.release, list(RELEASE))
    if place == 0 and tranche.payable != "signature":
        raise _no(f"{where}.payable", tranche.payable, "signature: nothing begins before the first payment")
    if tranche.percent is not None and not 0 < tranche.percent <= _WHOLE:
        raise _no(f"{where}.percent", plain(tranche.percent), "more than 0, at most 100")


def _amounts(tranches: Sequence[Tranche], total_minor: int) -> list[int]:
    percents = [tranche.percent for tranche in tranches if tranche.percent is not None]
    if not percents:
        amounts = [tranche.amount_minor for tranche in tranches if tranche.amount_minor is not None]
        if len(amounts) != len(tranches) or sum(amounts) != total_minor:
            raise _no("tranches", sum(amounts), f"a percent for each, or amounts that sum to {total_minor}")
        return amounts
    if len(percents) != len(tranches) or sum(percents) != _WHOLE:
        raise _no("tranches", plain(sum(percents, Fraction(0))), "a percent for each tranche, together 100")
    scale = lcm(*(percent.denominator for percent in percents))
    shares = share(total=total_minor, weights=[int(percent * scale) for percent in percents])
    for place, (tranche, amount) in enumerate(zip(tranches, shares, strict=True)):
        if tranche.amount_minor not in (None, amount):
            raise _no(f"tranches.{place}.amount_minor", tranche.amount_minor, amount)
    return shares


def _no(field: str, found: object, accepted: object) -> Invalid:
    return Invalid(field=f"payment.{field}", found=found, accepted=accepted)
