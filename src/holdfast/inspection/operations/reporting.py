"""An examination is filed: readings are checked against the contract's terms, the verdict computed, both kept.

The verdict of an inspector whom the buyer or the platform stands behind opens or blocks what waits for it; a party's
own readings are evidence and move nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.contracts.agreement import Agreement
from holdfast.contracts.attested import specification_of
from holdfast.contracts.queries import agreement
from holdfast.inspection import models, rules
from holdfast.inspection.operations.visiting import reported
from holdfast.inspection.queries import ReportView, view_of
from holdfast.inspection.refusals import (
    ExaminedNotPossible,
    FileUnknown,
    LotNeeded,
    NotAssigned,
    NothingRead,
    UnitsNotThere,
)
from holdfast.inspection.switching import for_order
from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id, public
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState
from holdfast.orders.operations import production
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Lot
from holdfast.orders.work import Work, lock
from holdfast.record import files
from holdfast.record.act import Act
from holdfast.terms import Readings, Verdict, conformity, read_readings

FORMAT = "holdfast.report.1"


@dataclass(frozen=True, slots=True)
class Examination:
    """What was examined and read. `lot` after delivery; before shipment `covers` ({line: units}, everything left when
    not given) is what the sample stands for. `readings` is their JSON form; `counted` is what was counted, by line."""

    kind: str
    examined_at: datetime
    readings: Mapping[str, Any] = field(default_factory=dict)
    lot: int | None = None
    covers: Mapping[int, int] | None = None
    counted: Mapping[int, int] | None = None
    file_ids: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    """What every step of filing needs: the order, the examination, who signs, and what was agreed."""

    work: Work
    examination: Examination
    actor_id: UUID
    organisation_id: UUID
    assignment: models.Assignment | None
    agreed: Agreement


def file_report(
    *,
    act: Act,
    order_id: UUID,
    examination: Examination,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> ReportView:
    """File one examination, as `act.role` (inspector, buyer or supplier), signed by the actor over its digest.

    Refusals: `not_assigned`, `not_allowed`, `out_of_state`, `invalid` for readings that no term asked for,
    `lot_needed`, `units_not_there`, `examined_not_possible`, `file_unknown`, `nothing_read`.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        case = _Case(work, examination, *_standing(work, examination), _agreed(work, examination))
        _possible(work, examination)
        agreed = case.agreed
        lot, covers = _covered(work, examination)
        specification = specification_of(agreed)
        readings = _as_ordered(case, read_readings(examination.readings, specification=specification))
        verdict = conformity(
            specification=specification,
            criterion=agreed.document.criterion,
            lot_quantity_by_line=covers,
            readings=readings,
        )
        document = {
            **_heading(case),
            "covers": _json(covers),
            "readings": readings.as_document(),
            "files": _file_digests(work, examination.file_ids),
        }
        effect = _effect(case, verdict, covers)
        row = _row(case, document, verdict, effect)
        row.lot_id = lot.id if lot else None
        row.external_id, row.metadata = external_id, dict(metadata or {})
        row.save(force_insert=True)
        reported(work, row)
        released = 0
        if effect.word != "none":
            released = production.inspected(work, accepted=effect.word == "opens")
        _event(work, row, verdict, released)
        view: ReportView = work.write(view_of(row, released_minor=released))
        return view


def _agreed(work: Work, examination: Examination) -> Agreement:
    """The version in force, and for a lot the one under which it left."""
    lot = work.whole.lot(examination.lot) if examination.lot is not None else None
    return agreement(contract_id=work.order.contract_id, version=lot.version if lot else None)


def _as_ordered(case: _Case, readings: Readings) -> Readings:
    """The readings with the severity the sample was drawn under: part of what is signed, so that the verdict can be
    computed again whatever the supplier's record becomes. Refusal: `Invalid` for another one."""
    work, document = case.work, case.agreed.document
    pin = case.assignment.switching if case.assignment is not None else None
    pin = pin or for_order(
        order_id=work.order.id,
        supplier_id=work.order.supplier_id,
        criterion=document.criterion,
        category=document.category,
        kind=case.examination.kind,
    )
    severity = pin["inspection"] if pin is not None and document.criterion.switching else None
    if readings.severity not in {None, severity}:
        raise Invalid(field="readings.severity", found=readings.severity, accepted=severity)
    return replace(readings, severity=severity)


# --- checks ----------------------------------------------------------------------------------------------------------


def _standing(work: Work, examination: Examination) -> tuple[UUID, UUID, models.Assignment | None]:
    """Who signs, for which organisation, and the assignment an inspector reports under (none for a side's own)."""
    act = work.act
    if act.role not in rules.REPORTERS or act.organisation_id is None or act.actor_id is None:
        raise NotAllowed(subject="order", verb="file_report", role=act.role, accepted=list(rules.REPORTERS))
    if examination.kind not in rules.KINDS:
        raise Invalid(field="kind", found=examination.kind, accepted=list(rules.KINDS))
    if work.order.state in {"agreed", "closed"}:
        raise OutOfState(
            subject="order", verb="file_report", state=work.order.state, accepted=["active", "completed", "cancelled"]
        )
    if act.role != "inspector":
        return act.actor_id, act.organisation_id, None
    rows = models.Assignment.objects.filter(order_id=work.order.id, inspector_id=act.organisation_id)
    standing = {row.kind: row for row in rows.exclude(state="withdrawn")}
    if examination.kind not in standing:
        raise NotAssigned(field="kind", found=examination.kind, accepted=sorted(standing))
    return act.actor_id, act.organisation_id, standing[examination.kind]


def _possible(work: Work, examination: Examination) -> None:
    first, last = work.order.opened_at, work.now
    if not first <= examination.examined_at <= last:
        raise ExaminedNotPossible(
            field="examined_at",
            found=examination.examined_at.isoformat(),
            accepted={"from": rfc3339(first), "to": rfc3339(last)},
        )
    units = examination.readings.get("units") if isinstance(examination.readings, Mapping) else None
    if not units and not examination.counted:
        raise NothingRead(field="readings", accepted="units with readings, or `counted`")


def _covered(work: Work, examination: Examination) -> tuple[Lot | None, dict[int, int]]:
    """The lot, and the units of each line that the examination stands for."""
    if examination.lot is not None:
        if examination.kind in rules.BEFORE_SHIPMENT:
            raise LotNeeded(field="lot", found=examination.lot, accepted=None)
        lot = work.whole.lot(examination.lot)
        if lot is None:
            raise LotNeeded(field="lot", found=examination.lot, accepted=[one.number for one in work.whole.lots])
        if examination.covers is not None:
            raise UnitsNotThere(field="covers", accepted="nothing, where a lot is named: its units are known")
        _check_units("counted", examination.counted or {}, {line.number: None for line in work.order.lines})
        return lot, dict(lot.quantities)
    if examination.kind == "after_delivery":
        raise LotNeeded(field="lot", found=None, accepted=[one.number for one in work.whole.lots])
    lines = _lines(work)
    covers = rules.everything_left(lines) if examination.covers is None else dict(examination.covers)
    if not covers:
        raise UnitsNotThere(field="covers", accepted="units that are still to be shipped")
    _check_units("covers", covers, {line.number: line.most_left for line in lines})
    _check_units("counted", examination.counted or {}, {line.number: None for line in lines})
    return None, covers


def _check_units(name: str, units: Mapping[int, int], most: Mapping[int, int | None]) -> None:
    for number, count in units.items():
        if number not in most:
            raise UnitsNotThere(field=f"{name}.{number}", found=number, accepted={"lines": sorted(most)})
        limit = most[number]
        if count < 0 or (limit is not None and not 0 < count <= limit):
            accepted = {"from": 0} if limit is None else {"from": 1, "to": limit}
            raise UnitsNotThere(field=f"{name}.{number}", found=count, accepted=accepted)


def _lines(work: Work) -> tuple[rules.Line, ...]:
    shipped = money.shipped_so_far(lots=work.whole.lots)
    return tuple(
        rules.Line(line.number, line.quantity, line.tolerance_units, shipped.get(line.number, 0))
        for line in work.order.lines
    )


def _file_digests(work: Work, file_ids: Sequence[UUID]) -> list[str]:
    found = []
    for place, file_id in enumerate(file_ids):
        try:
            found.append(files.find(order_id=work.order.id, file_id=file_id).sha256.hex())
        except NotFound as missing:
            raise FileUnknown(field=f"files.{place}", accepted="a file of this order") from missing
    return found


# --- what follows ----------------------------------------------------------------------------------------------------


def _effect(case: _Case, verdict: Verdict, covers: Mapping[int, int]) -> rules.Effect:
    work, examination, assignment = case.work, case.examination, case.assignment
    clause = case.agreed.document.inspection
    binding = assignment is not None and rules.is_binding(
        commissioned_by=assignment.commissioned_by, state=assignment.state
    )
    lines = _lines(work)
    if examination.lot is None:
        complete = rules.covers_the_rest(lines=lines, covers=covers)
    else:
        complete = rules.covers_all(lines=lines, covers=_accepted_units(work, examination))
    return rules.effect(
        role=work.act.role,
        binding=binding,
        kind=examination.kind,
        tied_to=clause.type if clause else "pre_shipment",
        verdict=verdict.lot,
        complete=complete,
        inspection=work.order.inspection,
        order_state=work.order.state,
    )


def _accepted_units(work: Work, examination: Examination) -> dict[int, int]:
    """The units of the lots whose last report of this kind by an inspector accepts them, this one's included."""
    rows = models.Report.objects.filter(order_id=work.order.id, kind=examination.kind, role="inspector")
    last = {row.lot_number: row.verdict_lot for row in rows.exclude(lot=None).order_by("id")}
    accepted = {number for number, word in last.items() if word == "accepted"} | {examination.lot}
    return money.shipped_so_far(lots=tuple(lot for lot in work.whole.lots if lot.number in accepted))


# --- rows ------------------------------------------------------------------------------------------------------------


def _heading(case: _Case) -> dict[str, Any]:
    examination = case.examination
    return {
        "format": FORMAT,
        "order": public("ord", case.work.order.id),
        "contract": case.agreed.digest,
        "kind": examination.kind,
        "role": case.work.act.role,
        "by": public("org", case.organisation_id),
        "lot": examination.lot,
        "examined_at": rfc3339(examination.examined_at),
        "counted": None if examination.counted is None else _json(examination.counted),
    }


def _json(units: Mapping[int, int]) -> dict[str, int]:
    return {str(line): count for line, count in sorted(units.items())}


def _row(case: _Case, document: dict[str, Any], verdict: Verdict, effect: rules.Effect) -> models.Report:
    work, examination, assignment = case.work, case.examination, case.assignment
    act = work.act
    return models.Report(
        id=new_id(),
        order_id=work.order.id,
        lot_number=examination.lot,
        kind=examination.kind,
        role=act.role,
        organisation_id=case.organisation_id,
        assignment=assignment,
        commissioned_by=assignment.commissioned_by if assignment else None,
        fee_minor=assignment.fee_minor if assignment else None,
        currency=work.order.currency,
        examined_at=examination.examined_at,
        filed_at=act.now,
        signed_by_kind=act.actor_kind,
        signed_by_id=case.actor_id,
        document=document,
        digest=digest(canonical(document)).hex(),
        contract_digest=case.agreed.digest,
        verdict=verdict.as_document(),
        verdict_lot=verdict.lot,
        effect=effect.word,
        effect_rule=effect.rule,
        file_ids=[str(file_id) for file_id in examination.file_ids],
    )


def _event(work: Work, row: models.Report, verdict: Verdict, released_minor: int) -> None:
    work.event(
        "inspection.reported",
        data={
            "kind": row.kind,
            "role": row.role,
            "lot": row.lot_number,
            "digest": row.digest,
            "contract": row.contract_digest,
            "verdict": verdict.lot,
            "rule": verdict.rule,
            "examined": verdict.examined,
            "lot_size": verdict.lot_size,
            "breached": [finding.term for finding in verdict.breached],
            "effect": row.effect,
            "effect_rule": row.effect_rule,
            "released_minor": released_minor,
        },
        report=row.id,
        lot=row.lot_id,
        inspector=row.organisation_id if row.role == "inspector" else None,
    )
