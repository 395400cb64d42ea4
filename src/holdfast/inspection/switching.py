"""How strictly a supplier's next lot of a class of goods is inspected, by its inspections of record.

It gathers the lots that count and asks the rule of the sampling standard. Which lots count: those that an inspector in
whom both sides believe examined for the purpose the contract had tied to it, by a plan of level and AQL, each on its
first inspection. Lots of other buyers count without being named. Nothing is written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from holdfast.contracts.queries import categories
from holdfast.inspection import models, rules
from holdfast.kernel.identifiers import parse, public
from holdfast.orders.models import Lot, Order
from holdfast.terms.criterion import Criterion
from holdfast.terms.sampling import ClassResult, Inspected, Severity, severity_after, switching_points
from holdfast.terms.templates import category_of

LISTS = ("decided_by", "since")
DECIDED = ("accepted", "rejected")
OF_NO_RECORD = (
    *("inspection.party_evidence", "inspection.not_agreed", "inspection.other_kind"),
    "inspection.part_only",
)
"""Reports that bind nobody, that examine what no plan was agreed for, or that accept a part which might be examined
again as the next one."""
MOST = 500
"""So many reports back the record goes; no severity hangs on older ones."""


@dataclass(frozen=True, slots=True)
class LotOfRecord:
    """A lot that counted: how it was inspected, what became of it, and what it adds to the switching score."""

    report_id: UUID
    order_id: UUID
    examined_on: str
    accepted: bool
    inspection: str
    points: int


@dataclass(frozen=True, slots=True)
class Switched:
    """The severity for a supplier's next lot of these goods, why, and the lots of record behind it."""

    goods: str
    severity: Severity
    lots: tuple[LotOfRecord, ...] = field(default=())

    @property
    def decided_by(self) -> tuple[LotOfRecord, ...]:
        """The lots that brought about this severity."""
        return tuple(self.lots[place] for place in self.severity.decided_by)

    @property
    def since(self) -> tuple[LotOfRecord, ...]:
        """The lots counted after that."""
        return tuple(self.lots[place] for place in self.severity.since)

    def as_pin(self) -> dict[str, Any]:
        """What is kept with an inspection that is ordered: enough to find every lot that it counted."""
        found = self.severity
        return {
            "goods": self.goods,
            "inspection": found.inspection,
            "reason": found.reason,
            "score": found.score,
            "discontinued": found.discontinued,
            "decided_by": [_kept(lot) for lot in self.decided_by],
            "since": [_kept(lot) for lot in self.since],
        }


def _kept(lot: LotOfRecord) -> dict[str, Any]:
    return {
        "report": public("rpt", lot.report_id),
        "order": public("ord", lot.order_id),
        "examined_on": lot.examined_on,
        "accepted": lot.accepted,
        "inspection": lot.inspection,
        "points": lot.points,
    }


def told(pin: dict[str, Any], *, organisation_id: UUID | None, everything: bool = False) -> dict[str, Any]:
    """What a reader is shown of it: all lots, but whose they are only where they are the reader's own."""
    refs = {lot["order"]: parse("ord", lot["order"]) for part in LISTS for lot in pin[part]}
    rows = Order.objects.filter(id__in=[one for one in refs.values() if one])
    own = rows if everything else rows.filter(Q(buyer_id=organisation_id) | Q(supplier_id=organisation_id))
    known = set(own.values_list("id", flat=True)) if everything or organisation_id else set()

    def one(lot: dict[str, Any]) -> dict[str, Any]:
        return lot if refs[lot["order"]] in known else {**lot, "order": None, "report": None}

    return {**pin, **{part: [one(lot) for lot in pin[part]] for part in LISTS}}


def class_of_goods(category: str) -> str:
    """By what goods are told apart: their category, however it is spelt."""
    return category_of(category) or " ".join(category.casefold().split())


def switched(*, supplier_id: UUID, category: str) -> Switched:
    """The severity for the next lot of a supplier's goods of this category."""
    goods = class_of_goods(category)
    lots = tuple(_lots(_firsts(_rows(supplier_id)), goods))
    found = severity_after(Inspected(lot.accepted, lot.inspection, lot.points) for lot in lots)
    return Switched(goods, found, lots)


def _rows(supplier_id: UUID) -> list[models.Report]:
    """The supplier's reports of record, the earliest first."""
    rows = models.Report.objects.filter(
        order__supplier_id=supplier_id, role="inspector", verdict_lot__in=DECIDED, verdict__sampling__isnull=False
    )
    rows = rows.exclude(effect_rule__in=OF_NO_RECORD).select_related("order").order_by("-id")
    return list(rows[:MOST])[::-1]


def _firsts(rows: list[models.Report]) -> Iterator[models.Report]:
    """Each lot on its first inspection. Goods that were rejected and are shown again are the same lot: before shipment
    until they pass and something has left, since they have no number yet."""
    left = _left_at({row.order_id for row in rows if row.lot_number is None})
    seen: set[tuple[UUID, int | None]] = set()
    passed: dict[UUID, UUID] = {}
    for row in rows:
        what, before = (row.order_id, row.lot_number), None
        if row.lot_number is None:
            before = passed.get(row.order_id)
            if row.verdict_lot == "accepted":
                passed.setdefault(row.order_id, row.id)
        is_next = before is not None and any(before < lot_id < row.id for lot_id in left.get(row.order_id, ()))
        if is_next:
            passed.pop(row.order_id)
            if row.verdict_lot == "accepted":
                passed[row.order_id] = row.id
        if is_next or what not in seen:
            yield row
        seen.add(what)


def _left_at(order_ids: set[UUID]) -> dict[UUID, list[UUID]]:
    """The lots that left, by their order. Their IDs are in the order of time, as those of reports are."""
    found: dict[UUID, list[UUID]] = {}
    for order_id, lot_id in Lot.objects.filter(order_id__in=order_ids).values_list("order_id", "id"):
        found.setdefault(order_id, []).append(lot_id)
    return found


def _lots(rows: Iterable[models.Report], goods: str) -> Iterator[LotOfRecord]:
    found = list(rows)
    named = categories(contract_ids=[row.order.contract_id for row in found])
    for row in found:
        sampling = row.verdict["sampling"]
        every_unit = all(one["whole_lot"] for one in sampling["classes"])
        if every_unit or class_of_goods(named[row.order.contract_id]) != goods:
            continue
        accepted = row.verdict_lot == "accepted"
        yield LotOfRecord(
            report_id=row.id,
            order_id=row.order_id,
            examined_on=row.examined_at.date().isoformat(),
            accepted=accepted,
            inspection=sampling["inspection"],
            points=switching_points(_results(row.verdict)) if accepted and sampling["inspection"] == "normal" else 0,
        )


def _results(verdict: dict[str, Any]) -> list[ClassResult]:
    defective = {one["class"]: one["defective"] for one in verdict["classes"]}
    return [
        ClassResult(one["aql"], one["letter"], one["ac"], defective.get(one["class"], 0))
        for one in verdict["sampling"]["classes"]
    ]


def pinned(*, order_id: UUID, kind: str | None = None) -> dict[str, Any] | None:
    """What was found when the inspection of an order was ordered: the latest that stands and binds, one of a kind
    before others where it is named; None where none was ordered under such a contract."""
    rows = models.Assignment.objects.filter(order_id=order_id, switching__isnull=False).exclude(state="withdrawn")
    binding = [
        row for row in rows.order_by("-id") if rules.is_binding(commissioned_by=row.commissioned_by, state=row.state)
    ]
    found = next((row for row in binding if row.kind == kind), binding[0] if binding else None)
    return found.switching if found is not None else None


def for_order(
    *, order_id: UUID, supplier_id: UUID, criterion: Criterion, category: str, kind: str | None = None
) -> dict[str, Any] | None:
    """What counts for an order, for an inspection of this kind: as pinned, else as the record stands now; nothing where
    the contract does not follow it."""
    if not criterion.switching:
        return None
    return pinned(order_id=order_id, kind=kind) or switched(supplier_id=supplier_id, category=category).as_pin()
