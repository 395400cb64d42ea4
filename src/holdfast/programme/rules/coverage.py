"""Whether a reason is covered for the facts at hand, by which rule, in words, and how the remedy is measured.

It takes facts as established; whether they are is decided elsewhere, on evidence. The same function serves the
preview before signing and the claim after.
"""

from dataclasses import dataclass
from typing import Literal

from holdfast.programme.document import REASONS, Programme
from holdfast.programme.refusals import ReasonUnknown
from holdfast.programme.rules.incoterms import clears_export, clears_import, insured_by_supplier, known
from holdfast.programme.rules.late import late_basis


@dataclass(frozen=True, slots=True)
class CoverageFacts:
    """What the contract says and what is established of the case."""

    incoterm: str
    has_measurable_term: bool = False
    """A term of the contract that can be measured speaks of what is complained of."""
    missing_term: str = ""
    """What such a term would have been about, for the answer: `colour`."""
    lasting_term: bool = False
    """The contract has a term about washing, use or wear (fastness) that speaks of it."""
    promises_arrival: bool = False
    risk_passed: bool = False
    handover_grade: Literal["A", "B", "C", "D"] | None = None
    """Grade of the proof that the goods were handed over where risk passes."""
    insured: bool = False
    """The supplier took out the insurance it owed (CIP, CIF)."""
    beyond_tolerance: bool = True
    counterfeit: bool = False
    clearance: Literal["export", "import"] | None = None
    seized_for_good: bool = False
    established: frozenset[str] = frozenset()
    """Exclusions whose facts are established, by name."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The answer: `rule` is stable, `sentence` is for people, `measure` says what the remedy is computed from."""

    covered: bool
    rule: str
    sentence: str
    measure: str = ""
    goods_go_back: bool = False
    """Goods refunded at full price go back to the supplier, unless it waives that."""
    carrier_package: bool = False
    """The refusal hands the buyer what it needs to claim from the carrier or the insurer."""


_COMPENSATION = "late compensation"
_UNITS = (
    "price of the defective units, or of the lot if it is rejected, or the price reduction, with their share of charges"
)
_ARRIVAL = frozenset(
    {
        "late_delivery",
        "not_delivered",
        "quality",
        "quantity",
        "wrong_goods",
        "packaging_labelling",
        "carrier_damage",
        "customs",
    }
)
_GOODS = frozenset({"quality", "wrong_goods", "packaging_labelling"})
_MONEY_OUTSIDE = frozenset(REASONS)
_TOUCHES: dict[str, tuple[frozenset[str], str]] = {
    "force_majeure": (
        frozenset({"late_shipment", "late_delivery", "not_shipped", "not_delivered"}),
        "Force majeure was declared in time with proof; the dates are extended while it lasts.",
    ),
    "used_before_claim": (_GOODS, "The goods were used or processed before the claim."),
    "changed_by_washing_or_use": (
        frozenset({"quality"}),
        "The change came after washing or use, and no term of the contract speaks of it.",
    ),
    "duties_or_taxes": (frozenset({"customs"}), "Duties and taxes are not covered."),
    "paid_outside": (_MONEY_OUTSIDE, "The money was paid outside and was never held here."),
    "waived": (_MONEY_OUTSIDE, "The breach was expressly waived by a signed act."),
    "sent_elsewhere": (
        _ARRIVAL,
        "The goods were sent elsewhere than the contract's address, at the buyer's own wish.",
    ),
}


def coverage(*, programme: Programme, reason: str, facts: CoverageFacts) -> Coverage:
    """Whether a reason is covered.

    Refusals: `ReasonUnknown`, `IncotermUnknown`.
    """
    if reason not in REASONS:
        raise ReasonUnknown(field="reason", accepted=list(REASONS), reason=reason)
    known(facts.incoterm)
    excluded = _excluded(programme, reason, facts)
    if excluded is not None:
        return excluded
    match reason:
        case "late_delivery":
            return _late_delivery(programme, facts)
        case "not_shipped" | "not_delivered":
            return _not_delivered(programme, reason, facts)
        case "quality" | "wrong_goods" | "packaging_labelling":
            return _goods(programme, reason, facts)
        case "quantity":
            return _quantity(facts)
        case "carrier_damage":
            return _carrier_damage(programme, facts)
        case "customs":
            return _customs(programme, facts)
        case "subjective":
            return _subjective(facts)
        case _:
            return _plain(reason)


def _excluded(programme: Programme, reason: str, facts: CoverageFacts) -> Coverage | None:
    for name in programme.exclusions.apply:
        reasons, sentence = _TOUCHES[name]
        lasting = name == "changed_by_washing_or_use" and facts.lasting_term
        if name in facts.established and reason in reasons and not lasting:
            return Coverage(False, f"exclusion.{name}", sentence)
    return None


def _plain(reason: str) -> Coverage:
    """Reasons covered without a condition."""
    rule = f"coverage.{reason}"
    match reason:
        case "late_shipment":
            sentence, measure = (
                "Shipment after the ship date is covered.",
                f"{_COMPENSATION}; everything if cancelled for it",
            )
        case "supplier_cancelled":
            sentence, measure = "The supplier cancelled.", "everything that was paid"
        case _:
            sentence = "The supplier's loss by the buyer's default is covered."
            measure = "evidenced cost up to the contract's buyer-default share, or release"
    return Coverage(True, rule, sentence, measure)


def _late_delivery(programme: Programme, facts: CoverageFacts) -> Coverage:
    basis = late_basis(programme=programme, incoterm=facts.incoterm, promises_arrival=facts.promises_arrival)
    if basis == "delivery":
        sentence = "Arrival is owed by the contract's date, so a late arrival is covered."
        return Coverage(True, "coverage.late_delivery.arrival_owed", sentence, _COMPENSATION)
    sentence = f"Under {facts.incoterm} without a promised arrival date the carrier's delay is the buyer's."
    return Coverage(False, "coverage.late_delivery.carrier_delay", sentence, carrier_package=True)


def _not_delivered(programme: Programme, reason: str, facts: CoverageFacts) -> Coverage:
    if facts.risk_passed and facts.handover_grade in programme.exclusions.lost_after_grades:
        sentence = (
            f"The goods were lost after risk had passed to the buyer under {facts.incoterm},"
            f" with proof of handover of grade {facts.handover_grade}."
        )
        return Coverage(False, f"coverage.{reason}.risk_had_passed", sentence, carrier_package=True)
    sentence = "What was paid for did not come."
    return Coverage(True, f"coverage.{reason}", sentence, "everything paid for what did not come")


def _goods(programme: Programme, reason: str, facts: CoverageFacts) -> Coverage:
    back = not programme.remedies.goods_kept
    if reason == "wrong_goods":
        if facts.counterfeit:
            sentence = "Counterfeit goods are wrong goods; nothing goes back."
            return Coverage(True, "coverage.wrong_goods.counterfeit", sentence, _UNITS)
        return Coverage(True, "coverage.wrong_goods", "Other goods than the contract's came.", _UNITS, back)
    if not facts.has_measurable_term:
        sentence = _no_term(facts)
        return Coverage(False, f"coverage.{reason}.no_measurable_term", sentence)
    measure = _UNITS if reason == "quality" else "rework cost, evidenced, at most the units' price"
    sentence = "A measurable term of the contract speaks of it."
    return Coverage(True, f"coverage.{reason}.measurable_term", sentence, measure, back)


def _no_term(facts: CoverageFacts) -> str:
    about = f"a measurable term for {facts.missing_term}" if facts.missing_term else "a measurable term for it"
    return f"The contract does not have {about}; without one it is a matter of taste."


def _quantity(facts: CoverageFacts) -> Coverage:
    if facts.beyond_tolerance:
        sentence, measure = (
            "The shortage is beyond the agreed tolerance.",
            "all missing units with their share of charges",
        )
        return Coverage(True, "coverage.quantity.beyond_tolerance", sentence, measure)
    sentence = "The shortage is inside the agreed tolerance; the price follows the units delivered."
    return Coverage(False, "coverage.quantity.inside_tolerance", sentence)


def _carrier_damage(programme: Programme, facts: CoverageFacts) -> Coverage:
    rule = "coverage.carrier_damage"
    if programme.exclusions.carrier_damage == "never":
        sentence = "Damage on the way is never covered by this programme."
        return Coverage(False, f"{rule}.never", sentence, carrier_package=True)
    back = not programme.remedies.goods_kept
    if not facts.risk_passed:
        sentence = f"The damage came before risk passed to the buyer under {facts.incoterm}."
        return Coverage(True, f"{rule}.risk_not_passed", sentence, _UNITS, back)
    if insured_by_supplier(facts.incoterm) and not facts.insured:
        sentence = f"Under {facts.incoterm} the supplier owed an insurance and did not take it out."
        return Coverage(True, f"{rule}.not_insured", sentence, _UNITS, back)
    if insured_by_supplier(facts.incoterm):
        sentence = f"Under {facts.incoterm} the damage is the insurer's."
        return Coverage(False, f"{rule}.insured", sentence, carrier_package=True)
    sentence = f"Risk had passed to the buyer under {facts.incoterm}."
    return Coverage(False, f"{rule}.risk_had_passed", sentence, carrier_package=True)


def _customs(programme: Programme, facts: CoverageFacts) -> Coverage:
    rule = "coverage.customs"
    if programme.exclusions.customs == "never":
        return Coverage(False, f"{rule}.never", "Customs are never covered by this programme.")
    # Without a word on which clearance it was, it is the import's: that is where goods wait.
    if facts.clearance == "export":
        if clears_export(facts.incoterm) == "supplier":
            sentence = f"Export clearance is the supplier's under {facts.incoterm}."
            return Coverage(True, f"{rule}.export_is_suppliers", sentence, _COMPENSATION)
        sentence = f"Export clearance is the buyer's under {facts.incoterm}."
        return Coverage(False, f"{rule}.export_is_buyers", sentence)
    if clears_import(facts.incoterm) == "buyer":
        sentence = f"Import clearance is the buyer's under {facts.incoterm}."
        return Coverage(False, f"{rule}.import_is_buyers", sentence)
    if facts.seized_for_good:
        sentence = "Goods seized for good at import under DDP count as not delivered."
        return Coverage(True, f"{rule}.seized_under_ddp", sentence, "everything paid for what did not come")
    sentence = "Import clearance is the supplier's under DDP."
    return Coverage(True, f"{rule}.import_is_suppliers", sentence, _COMPENSATION)


def _subjective(facts: CoverageFacts) -> Coverage:
    return Coverage(False, "coverage.subjective", _no_term(facts))
