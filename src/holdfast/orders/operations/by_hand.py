"""What finance says of money in suspense under a reference: for a payment, a supplier's guarantee, or what it owes.

What an order's payment then needs is decided in `wiring`.
"""

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from holdfast.kernel.refusals import Invalid
from holdfast.orders.dockets import debt_by_reference
from holdfast.orders.operations import wiring
from holdfast.orders.operations.debts import repaid
from holdfast.orders.operations.funding import Funded
from holdfast.orders.work import locked_chain
from holdfast.parties.guarantees import guarantee_by_reference
from holdfast.parties.operations.guarantee import paid_in
from holdfast.rails import rows, rules
from holdfast.rails.operations import Arrival, wires
from holdfast.rails.rows import StrayRow
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording


def match_reference(*, act: Act, stray_id: UUID, reference: str, reason: str) -> Funded | Arrival:
    """Finance says that money in suspense was sent for what bears a reference: a payment, a supplier's guarantee, or
    what it owes.

    Refusals: `not_found`, `not_allowed`, `invalid` (a reference of nothing, or in another currency), `out_of_state`,
    and those of `wiring.match_stray`.
    """
    payment = wires.by_reference([reference]).get(reference)
    if payment is not None:
        return wiring.match_stray(act=act, stray_id=stray_id, payment_id=payment.id, reason=reason)
    if not reason.strip():
        raise Invalid(field="reason", found="nothing", accepted="why it belongs there, in a few words")
    debt = debt_by_reference(reference)
    with transaction.atomic():
        if debt is not None:
            # An order's lock comes before that of money in suspense.
            locked_chain(debt.order_id)
        stray = wires.locked_stray(stray_id=stray_id)
        state = rules.STRAY.step(state=stray.state, verb="match", role=act.role)
        subject = _for_supplier(replace(act, command=None), stray, reference)
        if subject is None:
            raise Invalid(field="reference", found=reference, accepted=f"one that is awaited in {stray.currency}")
        after = replace(stray, state=state, ended_at=act.now)
        chain, recording = operator_chain(), Recording(act)
        recording.call(rows.WRITE, rows.written(changed=[(stray, after)]))
        recording.settle(subject_id=stray.id)
        wires.line_became(
            source_ref=stray.source_ref, state="matched", now=act.now, kind="deposit_in", subject=subject, note=reason
        )
        recording.event(
            chain,
            "wire.matched",
            about={"stray": stray.id, subject[0]: subject[1]},
            data={"amount_minor": stray.amount_minor, "currency": stray.currency},
            private={"why": reason.strip()},
        )
        return recording.write(Arrival(None, after))


def _for_supplier(act: Act, stray: StrayRow, reference: str) -> tuple[str, UUID] | None:
    """Out of suspense into a guarantee, or onto a debt; what it was for."""
    found = guarantee_by_reference(reference)
    if found is not None and found.currency == stray.currency:
        paid_in(
            act=act,
            organisation_id=found.organisation_id,
            currency=stray.currency,
            amount_minor=stray.amount_minor,
            source="suspense",
            subject_id=stray.id,
        )
        return "guarantee", found.id
    debt = debt_by_reference(reference)
    if debt is not None and debt.currency == stray.currency and stray.amount_minor <= debt.open_minor:
        repaid(act=act, debt_id=debt.id, amount_minor=stray.amount_minor, source="suspense", subject_id=stray.id)
        return "debt", debt.id
    return None
