"""Readings that decide cases: shortage, overage, remedies, returns, outside messages, recourse, who decides.

Each function is one named reading; none of them knows an order or a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from holdfast.programme.document import REASONS, SUPPLIER_REASONS, Programme
from holdfast.programme.refusals import FixedSampleRefused, ReasonUnknown
from holdfast.programme.rules.limits import known_currency

_REMEDIES: dict[str, tuple[str, ...]] = {
    "late_shipment": ("refund",),
    "late_delivery": ("refund",),
    "not_shipped": ("refund",),
    "not_delivered": ("refund", "replacement"),
    "quality": ("refund", "price_reduction", "return_and_refund", "replacement", "rework_cost"),
    "quantity": ("refund", "return_and_refund", "replacement"),
    "wrong_goods": ("refund", "price_reduction", "return_and_refund", "replacement", "rework_cost"),
    "packaging_labelling": ("price_reduction", "replacement", "rework_cost"),
    "supplier_cancelled": ("refund",),
    "carrier_damage": ("refund", "price_reduction", "return_and_refund", "replacement", "rework_cost"),
    "customs": ("refund",),
    "subjective": (),
}
_SUPPLIERS_REMEDIES = ("cost", "release")


def remedies(*, programme: Programme, reason: str) -> tuple[str, ...]:
    """What may be asked for this reason under this programme; the supplier asks for cost or release.

    Refusals: `ReasonUnknown`.
    """
    if reason not in REASONS:
        raise ReasonUnknown(field="reason", accepted=list(REASONS), reason=reason)
    if reason in SUPPLIER_REASONS:
        return _SUPPLIERS_REMEDIES
    return tuple(remedy for remedy in _REMEDIES[reason] if remedy in programme.remedies.allowed)


def may_decide_without_person(*, programme: Programme, reason: str, undisputed: bool) -> bool:
    """Whether the record alone may decide, the other side having been heard."""
    claims = programme.claims
    return reason in claims.without_person and (undisputed or reason not in claims.undisputed_only)


# --- shortage and overage ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShortDelivery:
    """What a short lot gives: the missing units, or everything; and whether it may be rejected whole instead."""

    measure: Literal["missing_units", "full_refund"]
    goods_kept: bool
    may_reject: bool
    rule: str


def short_delivery(*, programme: Programme, ordered: int, received: int) -> ShortDelivery:
    """The reading of a short lot: `received` of `ordered` units came, beyond the tolerance.

    At or under the programme's share, the lot may be rejected and returned for a full refund, or is refunded in
    full with the goods kept; else the missing units, pro rata.
    """
    little = received * 100 <= ordered * programme.short.threshold_percent
    if little and programme.short.measure == "full_refund":
        return ShortDelivery("full_refund", goods_kept=True, may_reject=False, rule="short.full_refund_goods_kept")
    may_reject = little and programme.short.may_reject
    rule = "short.pro_rata_or_reject" if may_reject else "short.pro_rata"
    return ShortDelivery("missing_units", goods_kept=True, may_reject=may_reject, rule=rule)


def missing_units(*, ordered: int, received: int, tolerance_percent: Fraction) -> int:
    """Beyond the tolerance: all missing units. Inside it, edges included: none, the price follows what came."""
    missing = max(0, ordered - received)
    return missing if missing > ordered * tolerance_percent / 100 else 0


def overage_units(*, ordered: int, received: int, tolerance_percent: Fraction) -> int:
    """Only whole units beyond the tolerance; edges belong to the permitted side."""
    permitted = ordered + (ordered * tolerance_percent / 100).__floor__()
    return max(0, received - permitted)


# --- goods and lots ---------------------------------------------------------------------------------------------


def goods_go_back(*, programme: Programme, full_price: bool, waived: bool, counterfeit: bool, dangerous: bool) -> bool:
    """Goods refunded at full price go back at the supplier's cost, but for four exceptions."""
    return full_price and not (waived or counterfeit or dangerous or programme.remedies.goods_kept)


def may_cancel_rest(*, programme: Programme, lot_rejected_whole: bool) -> bool:
    """Breach of an instalment: a lot rejected whole lets the buyer cancel what is undelivered."""
    return lot_rejected_whole and programme.remedies.cancel_rest


# --- inspection -------------------------------------------------------------------------------------------------


def inspection_need(*, programme: Programme, total_minor: int, currency: str) -> Literal["none", "advised", "required"]:
    """Whether an order of this total is inspected before shipment.

    Refusals: `CurrencyNotCovered`.
    """
    rules = programme.inspection
    known_currency(programme=programme, currency=currency)
    if rules.required_from and total_minor >= rules.required_from[currency]:
        return "required"
    return "advised" if total_minor >= rules.advised_from[currency] else "none"


def shipment_blocked(*, need: Literal["none", "advised", "required"], done: bool, waived_by_both: bool) -> bool:
    """A required inspection that was not done blocks shipment, unless both waived it by a signed act.

    The waiver has no effect on a claim.
    """
    return need == "required" and not done and not waived_by_both


def inspection_bearer(*, programme: Programme, supplier_at_fault: bool) -> Literal["supplier", "buyer"]:
    """Who bears the inspection fee in the end."""
    match programme.inspection.bearer:
        case "supplier":
            return "supplier"
        case "buyer":
            return "buyer"
        case _:
            return "supplier" if supplier_at_fault else "buyer"


def check_sample(*, programme: Programme, sample: int, lot: int, field: str = "sample") -> None:
    """A small sample of fixed size is refused, unless it is the whole lot. `field` is where it stands.

    Refusals: `FixedSampleRefused`.
    """
    if sample <= programme.inspection.fixed_sample_refused and sample < lot:
        accepted = f"more than {programme.inspection.fixed_sample_refused}, a plan, or the whole lot"
        raise FixedSampleRefused(field=field, accepted=accepted, sample=sample, lot=lot)


# --- evidence and recourse --------------------------------------------------------------------------------------


def outside_evidence(*, programme: Programme) -> str:
    """`both_attest`, `never` or `weighed`."""
    return programme.claims.outside_evidence


def outside_message(
    *, programme: Programme, attested: bool | None, states_value: bool
) -> Literal["term", "message", "weighed", "nothing"]:
    """What a message from outside counts as; `attested` by the other side: True, False (denied), None (silent).

    Attested by both it is a term if it states a measurable value, else a message.
    """
    match programme.claims.outside_evidence:
        case "both_attest" if attested:
            return "term" if states_value else "message"
        case "weighed":
            return "weighed"
        case _:
            return "nothing"


def recourse_order(*, programme: Programme, head: Literal["refund", "cost"]) -> Sequence[str]:
    """Where an award is drawn from, in order; the reserve never advances cost lines."""
    return programme.recourse.refund_order if head == "refund" else programme.recourse.cost_order


def chargeback_bearer(*, programme: Programme, supplier_at_fault: bool) -> Literal["supplier", "operator"]:
    """Who bears a lost chargeback."""
    match programme.recourse.lost_chargeback:
        case "supplier":
            return "supplier"
        case "operator":
            return "operator"
        case _:
            return "supplier" if supplier_at_fault else "operator"
