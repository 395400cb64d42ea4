"""Between payment and shipment: production starts, goods are ready, a required inspection is passed or waived."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.orders.operations.funding import fall_due
from holdfast.orders.operations.settlement import release_early
from holdfast.orders.refusals import NoInspectionRequired, NothingHeld
from holdfast.orders.work import Work, lock
from holdfast.record.act import Act


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order is before shipment, and what a step released."""

    order_id: UUID
    order_state: str
    production_started_at: datetime | None
    ready_at: datetime | None
    inspection: str
    inspection_waived_by: tuple[str, ...]
    released_minor: int
    currency: str


def _progress(work: Work, released_minor: int = 0) -> Progress:
    order = work.order
    return Progress(
        order.id,
        order.state,
        order.production_started_at,
        order.ready_at,
        order.inspection,
        order.inspection_waived_by,
        released_minor,
        order.currency,
    )


def _running(work: Work) -> None:
    if work.order.state == "agreed":
        raise NothingHeld(state=work.order.state)
    if work.order.state != "active":
        raise OutOfState(subject="order", state=work.order.state, accepted=["active"])


def start_production(*, act: Act, order_id: UUID, note: str = "", evidence_sha256: str | None = None) -> Progress:
    """The supplier says, with evidence, that production has started; what is payable or released on it follows."""
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        _supplier(act)
        _running(work)
        if work.order.production_started_at:
            raise OutOfState(subject="order", verb="start_production", state="production started")
        work.change(production_started_at=work.now)
        fall_due(work, payable="production")
        released = release_early(work, reason="production")
        work.event(
            "production.started",
            data={"has_evidence": evidence_sha256 is not None, "released_minor": released},
            private={"note": note, "evidence_sha256": evidence_sha256},
        )
        return work.write(_progress(work, released))


def declare_ready(*, act: Act, order_id: UUID) -> Progress:
    """The supplier says the goods are ready: a balance that waits for this falls due."""
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        _supplier(act)
        _running(work)
        if work.order.ready_at:
            raise OutOfState(subject="order", verb="declare_ready", state="ready")
        work.change(ready_at=work.now)
        fall_due(work, payable="ready")
        work.event("goods.ready")
        return work.write(_progress(work))


def waive_inspection(*, act: Act, order_id: UUID) -> Progress:
    """One side waives the required inspection by a signed act; it counts when both have."""
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        if act.role not in {"buyer", "supplier"}:
            raise NotAllowed(subject="order", verb="waive_inspection", role=act.role)
        if work.order.inspection not in {"required", "failed"} or work.order.state not in {"agreed", "active"}:
            raise NoInspectionRequired(inspection=work.order.inspection, state=work.order.state)
        if act.role in work.order.inspection_waived_by:
            raise OutOfState(subject="inspection", verb="waive_inspection", state=f"waived by {act.role}")
        waived = tuple(sorted({*work.order.inspection_waived_by, act.role}))
        work.change(inspection_waived_by=waived)
        if waived == ("buyer", "supplier"):
            work.change(inspection="waived")
        work.event("inspection.waived", data={"by": list(waived), "inspection": work.order.inspection})
        return work.write(_progress(work))


def inspected(work: Work, *, accepted: bool) -> int:
    """The verdict of a pre-shipment report opens or blocks what was tied to it; answers what it released."""
    if work.order.inspection == "waived":
        return 0
    work.change(inspection="passed" if accepted else "failed", inspection_waived_by=())
    if not accepted:
        return 0
    return release_early(work, reason="inspection")


def _supplier(act: Act) -> None:
    if act.role != "supplier":
        raise NotAllowed(subject="order", role=act.role, accepted=["supplier"])
