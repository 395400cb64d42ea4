"""How much can come back, and how much cover an order takes: amounts in minor units of the order's currency.

It knows held, frozen, paid and covered money as figures. Where the money lies and who moves it is the ledger's.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from holdfast.kernel.money import half_up
from holdfast.programme.document import Programme
from holdfast.programme.refusals import CurrencyNotCovered, ExcessRefused, LinkedOrdersDenied, TierNotCovered


def known_currency(*, programme: Programme, currency: str) -> None:
    """Every amount of a programme names each of its currencies, and no other.

    Refusals: `CurrencyNotCovered`.
    """
    if currency not in programme.currencies:
        raise CurrencyNotCovered(field="currency", accepted=list(programme.currencies), currency=currency)


def cover_cap(*, programme: Programme, tier: str, currency: str, individual_minor: int | None = None) -> int:
    """Most cover of one order: the tier's, or the cap two verifiers have set for this supplier.

    Refusals: `TierNotCovered`, `CurrencyNotCovered`.
    """
    amounts = programme.cover.tiers.get(tier)
    if amounts is None:
        raise TierNotCovered(field="tier", accepted=list(programme.cover.tiers), tier=tier)
    known_currency(programme=programme, currency=currency)
    return amounts[currency] if individual_minor is None else individual_minor


def cover_reserved(
    *,
    programme: Programme,
    tier: str,
    currency: str,
    total_minor: int,
    individual_minor: int | None = None,
    linked: bool = False,
    linked_reserved_minor: int = 0,
) -> int:
    """What a signature reserves: min(cap, total).

    Linked orders share one cap under `link`: of it is left what the others have not reserved (or drawn).
    Refusals: `TierNotCovered`, `CurrencyNotCovered`, `LinkedOrdersDenied`, `ExcessRefused`.
    """
    cap = cover_cap(programme=programme, tier=tier, currency=currency, individual_minor=individual_minor)
    if linked and programme.cover.linked == "deny":
        raise LinkedOrdersDenied(field="linked", accepted=False)
    if linked and programme.cover.linked == "link":
        cap = max(0, cap - linked_reserved_minor)
    if total_minor > cap and programme.cover.excess == "refuse":
        raise ExcessRefused(field="total", accepted={"most_minor": cap}, total_minor=total_minor, cap_minor=cap)
    return min(cap, total_minor)


def uncovered_excess(*, total_minor: int, reserved_minor: int) -> int:
    """What both sides must see and sign for: the part of the total that no cover stands behind."""
    return max(0, total_minor - reserved_minor)


def orders_linked(
    *, programme: Programme, signed_on: date, other_signed_on: date, same_rfq: bool = False, declared: bool = False
) -> bool:
    """Whether two orders of the same buyer and supplier are linked; `allow` links none."""
    if programme.cover.linked == "allow":
        return False
    near = abs((signed_on - other_signed_on).days) <= programme.cover.linked_days
    return near or same_rfq or declared


def line_limit(*, programme: Programme, tier: str, currency: str, individual_minor: int | None = None) -> int:
    """The largest line a verifier may set for a supplier: so many times the cap of one order."""
    cap = cover_cap(programme=programme, tier=tier, currency=currency, individual_minor=individual_minor)
    return cap * programme.cover.line_times


def early_release_left(*, programme: Programme, cover_reserved_minor: int, released_early_minor: int) -> int:
    """How much may still be released before receipt: early releases together never exceed the cover."""
    if programme.cover.early_release == "never":
        return 0
    return max(0, cover_reserved_minor - released_early_minor)


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """An order's money so far, minor units; `refunded` counts lost chargebacks too. `goods` is the most that the goods
    a claim is about can still bring back; None: all that was paid."""

    paid: int
    refunded: int
    held: int
    frozen: int
    cover_reserved: int
    cover_drawn: int
    cap: int
    goods: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What can still come back: refund lines, refund and cost lines together, and the cover left behind them."""

    refund_minor: int
    total_minor: int
    cover_left_minor: int


def limits(*, programme: Programme, money: OrderMoney) -> Limits:
    """Refund lines: at most paid - refunded, and what the goods can still bring back. Refund and cost lines: at most
    held + frozen + cover left.

    Held and frozen money is always refundable under `beyond_held`; under `total` every refund counts against
    the cap. Uncovered excess is refundable only while held: it is in `held`, never in the cover.
    """
    cover_left = max(0, money.cover_reserved - money.cover_drawn)
    total = max(0, money.held + money.frozen) + cover_left
    if programme.cover.limits == "total":
        under_cap = max(0, money.cap - money.refunded)
        cover_left, total = min(cover_left, under_cap), min(total, under_cap)
    left = money.paid - money.refunded
    return Limits(
        refund_minor=max(0, min(left if money.goods is None else min(left, money.goods), total)),
        total_minor=total,
        cover_left_minor=cover_left,
    )


def guarantee_required(*, programme: Programme, line_minor: int) -> int:
    """The supplier's guarantee: a share of its line, half up."""
    return half_up(line_minor * programme.guarantee.deposit_percent / 100)


def credit_hold(*, programme: Programme, release_minor: int, deposit_minor: int, required_minor: int) -> int:
    """What is kept back of a release until the guarantee is met; nothing where the guarantee is a deposit."""
    if programme.guarantee.by != "credit_hold":
        return 0
    kept = half_up(release_minor * programme.guarantee.hold_percent / 100)
    return max(0, min(kept, required_minor - deposit_minor))


def buyer_default(
    *, programme: Programme, share_percent: Fraction, total_minor: int, held_minor: int, evidenced_minor: int
) -> int:
    """What a buyer's default costs it: evidenced cost, at most the contract's share of the total and what is held."""
    share = min(share_percent, programme.amendments.buyer_default_percent)
    return max(0, min(evidenced_minor, half_up(total_minor * share / 100), held_minor))
