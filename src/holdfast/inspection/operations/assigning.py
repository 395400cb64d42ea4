"""Who examines the goods of an order: named by a side or the platform, agreed to by the other side, taken back."""

from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.contracts.queries import agreement
from holdfast.inspection import models, rules
from holdfast.inspection.operations.visiting import dismissed
from holdfast.inspection.queries import AssignmentView, assignment_view
from holdfast.inspection.refusals import AlreadyAssigned, InspectorNotEligible
from holdfast.inspection.switching import switched
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState
from holdfast.orders.work import Work, lock
from holdfast.parties.models import Organisation
from holdfast.record.act import Act


def assign_inspector(*, act: Act, order_id: UUID, inspector_id: UUID, kind: str, fee_minor: int = 0) -> AssignmentView:
    """A side, or the operator for the platform, names an inspector for one kind of inspection. The fee is in the
    order's currency; who bears it in the end is the programme's.

    Refusals: `not_allowed`, `out_of_state`, `inspector_not_eligible`, `already_assigned`, `invalid`.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        if act.role not in {*rules.PARTIES, "operator"}:
            raise NotAllowed(
                subject="order", verb="assign_inspector", role=act.role, accepted=[*rules.PARTIES, "operator"]
            )
        if work.order.state not in {"agreed", "active", "completed"}:
            raise OutOfState(
                subject="order",
                verb="assign_inspector",
                state=work.order.state,
                accepted=["agreed", "active", "completed"],
            )
        _check(kind, fee_minor)
        inspector = _eligible(work, inspector_id)
        standing = models.Assignment.objects.filter(order_id=order_id, inspector_id=inspector_id, kind=kind)
        if standing.exclude(state="withdrawn").exists():
            raise AlreadyAssigned(inspector=inspector.name, kind=kind)
        row = models.Assignment.objects.create(
            id=new_id(),
            order_id=order_id,
            inspector_id=inspector_id,
            kind=kind,
            commissioned_by=rules.commissioner(act.role),
            fee_minor=fee_minor,
            currency=work.order.currency,
            assigned_at=act.now,
            switching=_switching(work),
        )
        return _recorded(work, row, "inspector.assigned", inspector.name)


def _switching(work: Work) -> dict[str, Any] | None:
    """What the supplier's record asks for now; it stays so for this inspection, whatever is inspected meanwhile."""
    document = agreement(contract_id=work.order.contract_id).document
    if not document.criterion.switching:
        return None
    return switched(supplier_id=work.order.supplier_id, category=document.category).as_pin()


def agree_inspector(*, act: Act, assignment_id: UUID) -> AssignmentView:
    """The other side takes an inspector for its own, so that the verdict binds. Refusals: `not_allowed`,
    `out_of_state`."""
    with transaction.atomic():
        work, row = _locked(act, assignment_id)
        if not rules.may_agree(commissioned_by=row.commissioned_by, role=act.role):
            raise NotAllowed(subject="assignment", verb="agree", role=act.role, commissioned_by=row.commissioned_by)
        row.state = rules.ASSIGNMENT.step(state=row.state, verb="agree", role=act.role)
        row.agreed_at = act.now
        row.save(update_fields=["state", "agreed_at"])
        return _recorded(work, row, "inspector.agreed", row.inspector.name)


def withdraw_inspector(*, act: Act, assignment_id: UUID) -> AssignmentView:
    """Who named an inspector takes it back; reports already filed stand. Refusals: `not_allowed`, `out_of_state`."""
    with transaction.atomic():
        work, row = _locked(act, assignment_id)
        if not rules.may_withdraw(commissioned_by=row.commissioned_by, role=act.role):
            raise NotAllowed(subject="assignment", verb="withdraw", role=act.role, commissioned_by=row.commissioned_by)
        row.state = rules.ASSIGNMENT.step(state=row.state, verb="withdraw", role=act.role)
        row.withdrawn_at = act.now
        dismissed(work, row)
        row.save(update_fields=["state", "withdrawn_at"])
        return _recorded(work, row, "inspector.withdrawn", row.inspector.name)


def _check(kind: str, fee_minor: int) -> None:
    if kind not in rules.KINDS:
        raise Invalid(field="kind", found=kind, accepted=list(rules.KINDS))
    if fee_minor < 0:
        raise Invalid(field="fee_minor", found=fee_minor, accepted="0 or more")


def _eligible(work: Work, inspector_id: UUID) -> Organisation:
    found = Organisation.objects.filter(id=inspector_id).first()
    is_party = inspector_id in {work.order.buyer_id, work.order.supplier_id}
    if found is None or is_party or found.kind != "inspector" or found.programme_standing != "good":
        raise InspectorNotEligible(
            field="inspector", accepted="an organisation of the kind inspector, in good standing"
        )
    return found


def _locked(act: Act, assignment_id: UUID) -> tuple[Work, models.Assignment]:
    order_id = models.Assignment.objects.filter(id=assignment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound
    work = lock(act=act, order_id=order_id)
    return work, models.Assignment.objects.select_related("inspector").get(id=assignment_id)


def _recorded(work: Work, row: models.Assignment, event: str, inspector_name: str) -> AssignmentView:
    work.event(
        event,
        data={
            "kind": row.kind,
            "commissioned_by": row.commissioned_by,
            "fee_minor": row.fee_minor,
            "currency": row.currency,
        },
        assignment=row.id,
        inspector=row.inspector_id,
    )
    view: AssignmentView = work.write(
        assignment_view(row, order_number=work.order.number, inspector_name=inspector_name)
    )
    return view
