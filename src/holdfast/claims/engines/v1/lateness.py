"""Late shipment and late delivery: which day was owed, which day it was, and what so many days cost.

The record of a carrier is conclusive; a supplier's word moves it only by a document the programme names.
"""

from datetime import date
from zoneinfo import ZoneInfo

from holdfast.claims.engines.v1 import entry
from holdfast.claims.engines.v1.assessment import CONCLUSIVE
from holdfast.claims.engines.v1.case import Brought, Case, Claimed, Late
from holdfast.claims.facts import UNASSIGNED, Evidence, Lot
from holdfast.kernel.clock import rfc3339
from holdfast.programme import rules
from holdfast.terms.documents import plain

_TRUSTED = ("A", "B")


def late(*, case: Case, brought: Brought) -> None:
    """Each lot of the complaint, and what is in no lot yet."""
    if not entry.covered(case=case, brought=brought, reason=brought.complaint.reason):
        return
    lots: list[Lot | None] = list(case.lots_of(brought.complaint))
    if not brought.complaint.lots and case.unassigned():
        lots.append(None)
    for lot in lots:
        if entry.in_window(case=case, brought=brought, lot=lot):
            _lot(case, brought, lot)


def measured_on(case: Case, reason: str) -> str:
    """`shipment` or `delivery`: which day counts for this reason."""
    if reason == "late_delivery":
        contract = case.facts.contract
        basis: str = rules.late_basis(
            programme=case.programme, incoterm=contract.incoterm, promises_arrival=contract.promises_arrival
        )
        return basis
    return case.programme.late.basis


def _rebuttal(case: Case, lot: Lot) -> Evidence | None:
    """The earliest conclusive document of the supplier for this lot."""
    documents = [
        one
        for one in case.facts.evidence
        if one.by in ("supplier", "carrier")
        and one.on is not None
        and one.lot in (None, lot.number)
        and rules.conclusive(programme=case.programme, document=one.kind)
    ]
    return min(documents, key=lambda one: (one.on or date.max, one.id), default=None)


def shipped_day(case: Case, brought: Brought, lot: Lot) -> tuple[date | None, str, str]:
    """The ship date of record, its grade and where it stands; a conclusive document may make it earlier."""
    point = f"record:lot:{lot.number}"
    accepted, grade = lot.shipped_on, case.grade(conclusive=lot.ship_grade in _TRUSTED)
    proof = _rebuttal(case, lot)
    if proof is not None and proof.on is not None and (accepted is None or proof.on < accepted):
        said = f"Lot {lot.number}: a {proof.kind.replace('_', ' ')} proves shipment on {proof.on}."
        brought.find("rebuttal", CONCLUSIVE, said, f"evidence:{proof.id}", "rule:claims.conclusive_documents")
        accepted, grade, point = proof.on, CONCLUSIVE, f"evidence:{proof.id}"
    if accepted is None:
        # That nothing was recorded as shipped is a fact of the platform.
        return None, CONCLUSIVE, point
    uploaded = lot.uploaded_on or accepted
    day = rules.ship_date_of_record(programme=case.programme, accepted_on=accepted, uploaded_on=uploaded)
    if day != accepted:
        said = f"Lot {lot.number}: shipped {accepted}, but the tracking was uploaded only on {day}, and that counts."
        brought.find("lateness", CONCLUSIVE, said, point, "rule:late.tracking")
    return day, grade, point


def _today(case: Case) -> date:
    return case.facts.assessed_at.astimezone(ZoneInfo(case.facts.buyer_zone)).date()


def _days(case: Case, brought: Brought, lot: Lot | None) -> tuple[date, date, bool, str, str, bool] | None:
    """(owed on, happened on, happened at all, grade, record, grace) or None where no day was owed."""
    if measured_on(case, brought.complaint.reason) == "delivery":
        owed = entry.deliver_by(case, lot)
        if owed is None:
            return None
        day = lot.delivered_on if lot else None
        grade = case.grade(conclusive=day is None or (lot is not None and lot.delivery_grade in _TRUSTED))
        return owed, day or _today(case), day is not None, grade, _record(lot), True
    start = entry.ship_on(case, lot)
    if start is None:
        return None
    if start.rule != "late.original_date":
        said = f"By the signed act lateness counts from {start.counts_from}."
        brought.find("lateness", CONCLUSIVE, said, "contract:ship_date", f"rule:{start.rule}")
    if lot is None:
        return start.counts_from, _today(case), False, CONCLUSIVE, _record(lot), start.grace
    day, grade, point = shipped_day(case, brought, lot)
    return start.counts_from, day or _today(case), day is not None, grade, point, start.grace


def _record(lot: Lot | None) -> str:
    return f"record:lot:{lot.number}" if lot else "contract:lines"


def _lot(case: Case, brought: Brought, lot: Lot | None) -> None:
    name = f"Lot {lot.number}" if lot else "What is in no lot"
    found = _days(case, brought, lot)
    if found is None:
        said = f"{name}: the contract names no day on which it was owed."
        brought.find("lateness", CONCLUSIVE, said, "contract:ship_date")
        return
    owed, day, happened, grade, point, grace = found
    days = rules.days_late(programme=case.programme, expected_on=owed, actual_on=day)
    verb = measured_on(case, brought.complaint.reason).replace("shipment", "shipped").replace("delivery", "delivered")
    came = f"{verb} {day}" if happened else f"not {verb} by {day}"
    brought.find("lateness", grade, f"{name}: owed {owed}, {came}: {days} days late.", "contract:ship_date", point)
    if not days:
        return
    brought.supplier_at_fault = True
    clause = case.facts.contract.late_clause
    rate = rules.late(programme=case.programme, clause=clause, late_value_minor=0, days_late=days, grace=grace)
    if rate.may_cancel and not happened and brought.complaint.cancel_late:
        _cancel(case, brought, lot, grade, point)
        return
    if rate.may_cancel and not happened:
        said = f"{name}: {days} days late and not {verb}: the buyer may cancel it for a full refund."
        brought.find("remedy", CONCLUSIVE, said, "rule:late.cancel", point)
    said = f"{name}: {rate.days_counted} days count, that is {plain(rate.rate * 100)}% of the late value."
    brought.find("remedy", grade, said, f"rule:{rate.rule}", point)
    if rate.rate:
        number = lot.number if lot else UNASSIGNED
        points = (f"rule:{rate.rule}", "contract:ship_date", point)
        brought.late.append(Late(brought.complaint.id, number, days, rate.days_counted, rate.rate, grade, points))


def _cancel(case: Case, brought: Brought, lot: Lot | None, grade: str, point: str) -> None:
    number = lot.number if lot else UNASSIGNED
    units = {line: count for line, count in case.ordered(number).items() if count}
    said = f"The buyer cancels {sum(units.values())} units for lateness: they are refunded in full."
    brought.find("remedy", grade, said, "rule:late.cancel", point, "record:claim")
    brought.claimed.append(
        Claimed(
            brought.complaint.id, number, tuple(sorted(units.items())), "cancelled_price", grade,
            ("rule:late.cancel", point), True,
        )
    )  # fmt: skip


# --- what never came ---------------------------------------------------------------------------------------------


def not_shipped(*, case: Case, brought: Brought) -> None:
    """Everything paid for what no carrier took, once the buyer may cancel for it or the supplier accepts."""
    if not entry.covered(case=case, brought=brought, reason="not_shipped"):
        return
    lots: list[Lot | None] = list(case.lots_of(brought.complaint))
    if not brought.complaint.lots and case.unassigned():
        lots.append(None)
    for lot in lots:
        if lot is not None and shipped_day(case, brought, lot)[0] is not None:
            said = f"Lot {lot.number} was handed to a carrier."
            brought.find("lateness", case.grade(conclusive=lot.ship_grade in _TRUSTED), said, _record(lot))
        elif entry.in_window(case=case, brought=brought, lot=lot):
            _unshipped(case, brought, lot)


def _unshipped(case: Case, brought: Brought, lot: Lot | None) -> None:
    start = entry.ship_on(case, lot)
    name, point = (f"Lot {lot.number}" if lot else "What is in no lot"), _record(lot)
    if start is None:
        brought.ask("ship_date", lot.number if lot else None, f"{name}: no ship date was agreed.", "contract:ship_date")
        return
    clause = case.facts.contract.late_clause
    opens = rules.lateness_cancel_from(
        programme=case.programme, expected_ship_on=start.counts_from, zone=case.facts.buyer_zone, clause=clause
    )
    if case.facts.assessed_at < opens and not case.accepted:
        said = f"{name}: owed {start.counts_from}, not shipped; the buyer may cancel it from {rfc3339(opens)[:19]}Z."
        brought.find("lateness", CONCLUSIVE, said, "contract:ship_date", "rule:late.cancel")
        return
    brought.find("lateness", CONCLUSIVE, f"{name}: owed {start.counts_from}, not shipped.", "contract:ship_date", point)
    brought.supplier_at_fault = True
    _everything(case, brought, lot, ("rule:coverage.not_shipped", point))


def supplier_cancelled(*, case: Case, brought: Brought) -> None:
    """Full refund of all that was not delivered."""
    if not entry.covered(case=case, brought=brought, reason="supplier_cancelled"):
        return
    on = case.facts.supplier_cancelled_on
    if on is None and not case.accepted:
        said = "The record shows no cancellation by the supplier."
        brought.ask("cancellation", None, said, "record:order")
        return
    said = f"The supplier cancelled on {on}." if on else "The supplier accepts that it cancelled."
    brought.find("cancellation", CONCLUSIVE, said, "record:order")
    brought.supplier_at_fault = True
    for lot in (*(one for one in case.facts.lots if one.delivered_on is None), None):
        _everything(case, brought, lot, ("rule:coverage.supplier_cancelled", "record:order"))


def _everything(case: Case, brought: Brought, lot: Lot | None, points: tuple[str, ...]) -> None:
    number = lot.number if lot else UNASSIGNED
    units = tuple(sorted((line, count) for line, count in case.ordered(number).items() if count))
    if units:
        claimed = Claimed(brought.complaint.id, number, units, "undelivered_price", CONCLUSIVE, points, whole_lot=True)
        brought.claimed.append(claimed)
