"""What a version does when both have signed it: the order's figures, its tranches, its money, its dates, its gates.

Steps on one order being worked on, in the transaction of the second signature. What has left keeps its price, its terms
and the days that were promised for it; all that changes is about the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from holdfast.contracts.agreement import Agreement
from holdfast.contracts.amending import LineShipped, UnderClaim
from holdfast.contracts.models import Amendment
from holdfast.contracts.shape import Document
from holdfast.kernel.clock import end_of_day, local_day
from holdfast.kernel.identifiers import new_id
from holdfast.orders import models
from holdfast.orders.operations import lines
from holdfast.orders.operations.above import claims
from holdfast.orders.operations.funding import ask_for_payment
from holdfast.orders.operations.settlement import carry_on
from holdfast.orders.operations.signing import agreed_terms, inspection_need
from holdfast.orders.rules import amending as rules
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Charge, Line, Tranche, Whole
from holdfast.orders.work import Work

GOODS = ("lines", "specification", "criterion")
"""What an inspection before shipment is about."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What followed, for the event and the answer, in minor units and days."""

    back_minor: int = 0
    due_minor: int = 0
    cover_before_minor: int = 0
    cover_minor: int = 0
    ship_on: str | None = None
    lots_repriced: tuple[int, ...] = ()

    def said(self) -> dict[str, Any]:
        """What the event says of it."""
        if not self.cover_minor and not self.cover_before_minor:
            return {}
        return {
            "back_minor": self.back_minor,
            "due_minor": self.due_minor,
            "cover_before_minor": self.cover_before_minor,
            "cover_minor": self.cover_minor,
            "ship_on": self.ship_on,
            "lots_repriced": list(self.lots_repriced),
        }


def check_goods(work: Work, after: Document) -> None:
    """That lots and the rest of the price fit the new lines. Refusals: `NothingLeftToShip`, `TotalTooLow`,
    `UnderClaim`, `LineShipped`."""
    whole = _with_terms(work.whole, after)
    kept = rules.kept_overage(work.whole, whole)
    claimed = claims().about(work.order.id) if kept and work.order.claims_open else ()
    for claim in claimed:
        if claim.lots & set(kept):
            accepted = "lots that no open claim is about"
            raise UnderClaim(field="lines", accepted=accepted, claim=claim.number, lots=sorted(claim.lots & set(kept)))
    settled = [number for number in kept if work.lot(number).state == "settled"]
    if settled:
        raise LineShipped(field="lines", accepted="lots whose money is not settled", lots=settled)
    missing = rules.never_came(work.whole, whole)
    if missing:
        raise LineShipped(field="lines", accepted="units that came: the others were never received", lots=missing)
    if not after.partial_shipments and work.whole.lots and rules.units_left(whole) > 0:
        accepted = "no more than has left: the contract allows one shipment"
        raise LineShipped(field="lines", accepted=accepted, lots=[lot.number for lot in work.whole.lots])
    if (whole.order.lines, whole.order.charges) != (work.order.lines, work.order.charges):
        rules.check_rest(_repriced(whole, kept))


def put_in_force(work: Work, *, base: Agreement, amendment: Amendment, after: Document) -> Effects:
    """Make an order follow a version that both have signed."""
    before = work.whole
    lines.take(work.recording, more_cover(work, base, amendment.cover_minor))
    parts = rules.planned(before, payment=after.payment, total_minor=after.total_minor)
    kept = rules.kept_overage(before, _with_terms(before, after))
    _keep_promises(work)
    _take_terms(work, amendment, after)
    for number, more in kept.items():
        _reprice(work, number, more)
    back = rules.back_minor(before, parts)
    due = _reschedule(work, parts)
    _give_back(work, back)
    _take_dates(work, base.document, after, rest_before=money.rest_price(before))
    # Who proposed to end the order did so under the version before.
    work.change(cancel_proposed_by=None)
    _take_gate(work, base.document, after)
    carry_on(work)
    work.send_back(amount_minor=back)
    order = work.order
    return Effects(
        back_minor=back,
        due_minor=due,
        cover_before_minor=before.order.cover_minor,
        cover_minor=order.cover_minor,
        ship_on=order.ship_on.isoformat() if order.ship_on else None,
        lots_repriced=tuple(kept),
    )


def more_cover(work: Work, base: Agreement, cover_minor: int) -> lines.Need:
    """What the order takes more of its supplier's line when so much is reserved for it, or less."""
    order = work.order
    return lines.Need(
        programme=base.programme,
        supplier_id=order.supplier_id,
        tier=base.supplier_tier,
        currency=order.currency,
        minor=cover_minor - order.cover_minor,
        individual_minor=base.supplier_cap_minor,
    )


# --- figures ---------------------------------------------------------------------------------------------------------


def _facts(after: Document) -> dict[str, Any]:
    terms = agreed_terms(after)
    lines = tuple(Line(**line) for line in terms["lines"])
    return terms | {"lines": lines, "charges": tuple(Charge(**charge) for charge in terms["charges"])}


def _with_terms(whole: Whole, after: Document) -> Whole:
    return replace(whole, order=replace(whole.order, **_facts(after)))


def _repriced(whole: Whole, kept: dict[int, int]) -> Whole:
    lots = tuple(replace(lot, price_minor=lot.price_minor + kept.get(lot.number, 0)) for lot in whole.lots)
    return replace(whole, lots=lots)


def _take_terms(work: Work, amendment: Amendment, after: Document) -> None:
    """Columns that change with versions alone, written at once: what follows is held against them."""
    order = work.order
    models.Order.objects.filter(id=order.id).update(
        version=amendment.version, cover_minor=amendment.cover_minor, **agreed_terms(after)
    )
    work.change(version=amendment.version, cover_minor=amendment.cover_minor, **_facts(after))


def _keep_promises(work: Work) -> None:
    """Lots of the version that ends keep the days that were promised for them."""
    order = work.order
    for lot in work.whole.lots:
        if lot.version != order.version:
            continue
        promised = {
            "ship_on": order.ship_on,
            "deliver_by": order.latest_delivery_on,
            "expected_delivery_on": money.expected_on(order, lot),
        }
        models.Lot.objects.filter(id=lot.id).update(**promised)
        work.change_lot(lot.number, **promised)


def _reprice(work: Work, number: int, more_minor: int) -> None:
    """Units sent beyond the order are kept and paid for: their lot costs so much more."""
    lot = work.lot(number)
    priced = {"price_minor": lot.price_minor + more_minor, "goods_minor": lot.goods_minor + more_minor}
    models.Lot.objects.filter(id=lot.id).update(**priced)
    work.change_lot(number, **priced)


# --- money -----------------------------------------------------------------------------------------------------------


def _reschedule(work: Work, parts: Sequence[rules.Part]) -> int:
    """The tranches of the new version; answers what is asked of the buyer in more than before."""
    before = _to_pay(work)
    asked = {row.number for row in work.whole.tranches if row.state == "due"}
    for part in parts:
        if part.number is None:
            _add(work, part)
        elif part.removed:
            _remove(work, part.number)
        else:
            _alter(work, work.tranche(part.number), part)
    paid = sum(row.funded_minor for row in rules.standing(work.whole))
    # What the buyer was late with may be gone; what falls due now is not late yet.
    still = any(row.state == "due" and row.number in asked for row in rules.standing(work.whole))
    work.change(paid_minor=paid, overdue=work.order.overdue and still)
    for payable in ("signature", *_happened_for_payment(work)):
        _due_now(work, payable)
    return max(0, _to_pay(work) - before)


def _to_pay(work: Work) -> int:
    return sum(row.missing_minor for row in rules.standing(work.whole) if row.state in rules.OPEN)


def _alter(work: Work, row: Tranche, part: rules.Part) -> None:
    changes = {
        "amount_minor": part.amount_minor,
        "funded_minor": part.funded_minor,
        "payable": part.payable,
        "release": part.release,
    }
    if any(getattr(row, name) != value for name, value in changes.items()):
        models.Tranche.objects.filter(id=row.id).update(**changes)
        work.change_tranche(row.number, **changes)


def _remove(work: Work, number: int) -> None:
    row = work.tranche(number)
    models.Tranche.objects.filter(id=row.id).update(replaced=True)
    work.step_tranche(number, "give_back" if row.state == "held" else "drop", replaced=True)
    work.recording.settle(subject_id=row.id, state="void")


def _add(work: Work, part: rules.Part) -> None:
    number = max((row.number for row in work.whole.tranches), default=0) + 1
    row = models.Tranche.objects.create(
        id=new_id(),
        order_id=work.order.id,
        number=number,
        amount_minor=part.amount_minor,
        payable=part.payable,
        release=part.release,
    )
    work.add_tranche(
        Tranche(row.id, work.order.id, number, part.amount_minor, part.payable, part.release, row.state, 0)
    )


def _happened_for_payment(work: Work) -> tuple[str, ...]:
    """What tranches may wait for and has come about already."""
    order = work.order
    found = {"production": order.production_started_at, "ready": order.ready_at, "shipment": bool(work.whole.lots)}
    return tuple(name for name, has in found.items() if has)


def _due_now(work: Work, payable: str) -> None:
    for row in work.whole.tranches:
        if row.state == "planned" and row.payable == payable and not row.replaced:
            work.step_tranche(row.number, "fall_due")
            ask_for_payment(work, row)


def _give_back(work: Work, amount_minor: int) -> None:
    """What is held beyond the new total is the buyer's again."""
    work.move("price_lowered", "escrow", "refundable", amount_minor)
    left = work.whole.escrow_minor + work.whole.frozen_minor
    work.change(unsettled_minor=min(work.order.unsettled_minor, left))


# --- dates and gates -------------------------------------------------------------------------------------------------


def _take_dates(work: Work, before: Document, after: Document, *, rest_before: int) -> None:
    """Ship date and expected delivery follow where their clauses changed, and with them the supplier's deadline."""
    order = work.order
    moved = after.ship != before.ship
    if moved or after.transit_days != before.transit_days:
        paid_on = local_day(order.first_paid_at, order.supplier_zone) if order.first_paid_at else None
        ship_on = after.ship_on(first_paid_on=paid_on) if moved else order.ship_on
        expected = ship_on + timedelta(days=after.transit_days) if ship_on else None
        work.change(ship_on=ship_on, expected_delivery_on=expected)
    rest = money.rest_price(work.whole)
    if order.state != "active" or not (moved or (rest > 0) != (rest_before > 0)):
        return
    for kind in ("order.ship", "order.late", "operator.decide"):
        work.recording.settle(subject_id=order.id, kind=kind, state="void")
    ship_on = work.order.ship_on
    if rest > 0 and ship_on is not None:
        work.deadline(
            "order.ship",
            subject=("order", order.id),
            due_at=max(end_of_day(ship_on, order.supplier_zone), work.now),
            who="supplier",
            basis={"rule": "contract.ship_date", "ship_on": ship_on.isoformat(), "version": work.order.version},
        )


def _take_gate(work: Work, before: Document, after: Document) -> None:
    """What must be inspected before shipment: what was examined under other terms, or before more was ordered, is
    examined again; a waiver by both stands."""
    need, stands = inspection_need(work.programme, after), work.order.inspection
    changed = any(getattr(before, name) != getattr(after, name) for name in GOODS)
    match stands:
        case "passed" | "failed" if changed:
            word = need
        case "failed" | "none" | "advised" | "required":
            word = "failed" if stands == "failed" and need == "required" else need
        case _:
            word = stands
    if word != stands:
        work.change(inspection=word, inspection_waived_by=())
