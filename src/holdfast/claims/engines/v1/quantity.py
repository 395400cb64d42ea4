"""Quantity: what came against what was ordered, lot by lot and line by line, beyond the agreed tolerance.

Counts are exact; a shortage inside the tolerance is no claim, and beyond it all missing units count.
"""

from holdfast.claims.engines.v1 import entry
from holdfast.claims.engines.v1.assessment import CONCLUSIVE, SUPPORTED
from holdfast.claims.engines.v1.case import Brought, Case, Claimed
from holdfast.claims.facts import Lot
from holdfast.programme import rules
from holdfast.terms.documents import plain

_COUNTED_BY_THIRD = ("carrier", "inspector", "both")


def quantity(*, case: Case, brought: Brought) -> None:
    """Each lot of the complaint for itself."""
    lots = [lot for lot in case.lots_of(brought.complaint) if lot.delivered_on is not None]
    if not lots:
        said = "No lot the complaint speaks of has been delivered: what has not come is another reason."
        brought.ask("receipt", None, said, "record:lots", "rule:coverage.not_delivered")
        return
    short = {lot.number: _missing(case, lot) for lot in lots}
    beyond = any(any(missing.values()) for missing in short.values())
    unknown = [lot for lot in lots if any(row.received is None for row in lot.lines)]
    if not entry.covered(case=case, brought=brought, reason="quantity", beyond_tolerance=beyond or bool(unknown)):
        _figures(case, brought, lots)
        return
    for lot in lots:
        if lot in unknown:
            said = f"Lot {lot.number}: nobody has counted what came; a count on receipt would decide it."
            brought.ask("receipt_count", lot.number, said, f"record:lot:{lot.number}")
        elif entry.in_window(case=case, brought=brought, lot=lot):
            _lot(case, brought, lot, short[lot.number])


def _missing(case: Case, lot: Lot) -> dict[int, int]:
    """Missing units by line, where they are beyond that line's tolerance."""
    return {
        row.line: rules.missing_units(
            ordered=row.ordered,
            received=row.received or 0,
            tolerance_percent=case.line(row.line).tolerance_percent,
        )
        if row.short is None
        else row.short
        for row in lot.lines
        if row.received is not None
    }


def _figures(case: Case, brought: Brought, lots: list[Lot]) -> None:
    for lot in lots:
        for row in lot.lines:
            tolerance = case.line(row.line).tolerance_percent
            came = f"{row.received} of {row.ordered} units came, tolerance {plain(tolerance)}%"
            said = f"Lot {lot.number}, line {row.line}: {came}."
            brought.find("quantity", _grade(case, lot), said, f"contract:line:{row.line}", f"record:lot:{lot.number}")


def _grade(case: Case, lot: Lot) -> str:
    # Where the supplier itself sent no more than came, its own shipment record is the proof.
    own_record = all(row.shipped is not None and row.shipped == row.received for row in lot.lines)
    return case.grade(conclusive=own_record or lot.counted_by in _COUNTED_BY_THIRD)


def _over(case: Case, brought: Brought, lot: Lot) -> None:
    for row in lot.lines:
        tolerance = case.line(row.line).tolerance_percent
        over = rules.overage_units(ordered=row.ordered, received=row.received or 0, tolerance_percent=tolerance)
        if over:
            said = (
                f"Lot {lot.number}, line {row.line}: {over} units beyond the tolerance came uncharged; they go back at"
                " the supplier's cost or are kept by a signed amendment."
            )
            brought.find("overage", CONCLUSIVE, said, f"contract:line:{row.line}", "rule:quantity.overage")


def _lot(case: Case, brought: Brought, lot: Lot, missing: dict[int, int]) -> None:
    record = f"record:lot:{lot.number}"
    _figures(case, brought, [lot])
    _over(case, brought, lot)
    if not any(missing.values()):
        said = f"Lot {lot.number}: what is missing is inside the tolerance; the price follows the units that came."
        brought.find("quantity", CONCLUSIVE, said, record, "rule:coverage.quantity.inside_tolerance")
        return
    if lot.accepted_without_reservation:
        said = f"Lot {lot.number} was accepted without reservation: that waives a visible shortage."
        brought.find("quantity", CONCLUSIVE, said, record, "rule:receipt.waives_visible_shortage")
        return
    grade = SUPPORTED if case.accepted else _grade(case, lot)
    if case.accepted and _grade(case, lot) == CONCLUSIVE:
        grade = CONCLUSIVE
    brought.supplier_at_fault = True
    _measure(case, brought, lot, missing, grade)


def _measure(case: Case, brought: Brought, lot: Lot, missing: dict[int, int], grade: str) -> None:
    """Missing units pro rata, or everything, as the programme and the buyer's choice say."""
    record = f"record:lot:{lot.number}"
    ordered = sum(row.ordered for row in lot.lines)
    received = sum(row.received or 0 for row in lot.lines)
    short = rules.short_delivery(programme=case.programme, ordered=ordered, received=received)
    rejects = short.may_reject and brought.complaint.remedy == "return_and_refund"
    whole = rejects or short.measure == "full_refund"
    available = case.ordered(lot.number)
    units = available if whole else {line: min(n, available.get(line, 0)) for line, n in missing.items() if n}
    rule = f"rule:{short.rule}"
    if short.measure == "full_refund":
        gives = "the whole lot is refunded and the goods are kept"
    elif rejects:
        gives = "the buyer rejects the lot and returns it"
    elif short.may_reject:
        gives = "all missing units are refunded, or the lot may be rejected and returned"
    else:
        gives = "all missing units are refunded"
    said = f"Lot {lot.number}: {received} of {ordered} units came; {gives}."
    brought.find("remedy", grade, said, rule, record)
    brought.claimed.append(
        Claimed(
            complaint=brought.complaint.id,
            lot=lot.number,
            units=tuple(sorted((line, count) for line, count in units.items() if count)),
            label="lot_price" if whole else "missing_units_price",
            grade=grade,
            points_to=(record, rule),
            whole_lot=whole,
            goods_came=rejects,
        )
    )
