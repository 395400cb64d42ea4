"""Money that came by wire for a payment: into escrow when it is enough, into suspense with the reason when it is not.

Decided under the order's lock, with everything that waits for the same payment. Who sent it, and on which statement it
stood, is not its business.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from holdfast.contracts.queries import unsigned_numbers
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.ledger import book
from holdfast.orders.operations.funding import Funded, Source, take, takes
from holdfast.orders.refusals import NotPayable
from holdfast.orders.rules import money
from holdfast.orders.work import Work, lock
from holdfast.programme import rules as programme_rules
from holdfast.rails import operations as rails
from holdfast.rails import rules as rail_rules
from holdfast.rails.operations import Arrival, Wire, wires
from holdfast.rails.rows import PaymentRow, StrayRow
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain


def wire_arrived(*, act: Act, wire: Wire) -> Funded | Arrival:
    """A credit on a statement of the designated account: into escrow by its reference, or into suspense with the
    reason. A credit that was entered before changes nothing.

    What is short waits in suspense until the rest comes; what is over goes back to the buyer.
    """
    unsigned = unsigned_numbers(said=[wire.reference])
    arrival = rails.receive_wire(act=act, wire=wire, unmatched="not_signed" if unsigned else "unknown_reference")
    if arrival.payment is None or arrival.again:
        return arrival
    return credited(act=act, payment=arrival.payment, arrived=[wire])[-1]


def credited(*, act: Act, payment: PaymentRow, arrived: Sequence[Wire]) -> list[Funded | Arrival]:
    """Wires that bear the reference of one payment, in their order; answers what became of each. Each is an act by
    itself: what goes into suspense holds the operator's chain, behind which no account may be locked."""
    return [_credited(act, payment, wire) for wire in arrived]


@transaction.atomic
def _credited(act: Act, payment: PaymentRow, wire: Wire) -> Funded | Arrival:
    work = lock(act=replace(act, role="rail"), order_id=payment.order_id, payment_id=payment.id)
    before = wires.entered(source_ref=wire.source_ref)
    if before is not None:
        return before
    current = work.payment or payment
    reason = misplaced(work, current, wire.currency)
    if reason is None:
        waiting = wires.waiting_for(payment_id=payment.id)
        borne = _borne(work, current, wire.amount_minor + sum(stray.amount_minor for stray in waiting))
        if borne is not None:
            fresh = Source("rail_clearing", wire.amount_minor, payment.id)
            funded = _taken(
                work, current, waiting=waiting, borne_minor=borne, provider_ref=wire.source_ref, fresh=fresh
            )
            if wire.line_id is not None:
                _line(wire.line_id, None, current, work)
            return work.write(funded)
        reason = "short"
    chain = operator_chain()
    stray = wires.suspend(recording=work.recording, chain=chain, wire=wire, reason=reason, payment=current)
    return work.write(Arrival(None, stray))


def misplaced(work: Work, payment: PaymentRow, currency: str) -> str | None:
    """Why money that bears a payment's reference cannot be given to its order, or None if it can."""
    if currency != payment.currency:
        return "wrong_currency"
    if work.order.state not in {"agreed", "active"}:
        return "order_ended"
    reason = rail_rules.misplaced(state=payment.state, asked_currency=payment.currency, currency=currency)
    if reason is None and takes(work, payment) == 0:
        return "paid_already"
    return reason


def _borne(work: Work, payment: PaymentRow, came_minor: int) -> int | None:
    """What the operator bears for the payment to be whole with what has come; None if that is too little."""
    due = takes(work, payment)
    missing = due + payment.processing_minor - came_minor
    if missing <= 0:
        return 0
    allowed = programme_rules.short_allowed(
        programme=work.programme,
        rail=payment.rail,
        due_minor=due,
        currency=payment.currency,
        borne_minor=book.moved(kind="difference_borne", order_id=work.order.id),
    )
    return max(0, due - came_minor) if missing <= allowed else None


def _taken(
    work: Work,
    payment: PaymentRow,
    *,
    waiting: Sequence[StrayRow],
    borne_minor: int,
    provider_ref: str,
    fresh: Source | None = None,
) -> Funded:
    """Everything that came for the payment goes to its order together."""
    sources = [Source("suspense", stray.amount_minor, payment.id, stray) for stray in waiting]
    if fresh is not None:
        sources.append(fresh)
    funded = take(work, payment=payment, sources=sources, borne_minor=borne_minor, provider_ref=provider_ref)
    for stray in waiting:
        _line(None, stray.source_ref, payment, work)
    return funded


def _line(line_id: UUID | None, source_ref: str | None, payment: PaymentRow, work: Work) -> None:
    wires.line_became(
        line_id=line_id,
        source_ref=source_ref,
        state="matched",
        now=work.now,
        kind="payment_in",
        subject=("payment", payment.id),
        order_id=work.order.id,
    )


def match_stray(
    *, act: Act, stray_id: UUID, reason: str, payment_id: UUID | None = None, order_id: UUID | None = None
) -> Funded | Arrival:
    """Finance says for what money in suspense came: a payment, or an order, for whose due tranche it then counts.
    It goes into escrow when that is enough, with what waits already; else it waits for the rest.

    Refusals: `not_found`, `not_allowed`, `invalid`, `out_of_state` (placed already), `not_payable` (nothing is due
    there, or in another currency).
    """
    if (payment_id is None) is (order_id is None):
        raise Invalid(field="payment_id", accepted="payment_id or order_id, one of them")
    if not reason.strip():
        raise Invalid(field="reason", accepted="why it belongs there, in a few words")
    with transaction.atomic():
        # Asked before the order, whose lock comes first: what is not there has nothing to be told of an order.
        wires.check_stray(stray_id=stray_id)
        work, payment = _meant(act, payment_id, order_id)
        stray = wires.locked_stray(stray_id=stray_id)
        rail_rules.STRAY.step(state=stray.state, verb="match", role=act.role)
        why = misplaced(work, payment, stray.currency)
        if why is not None:
            raise NotPayable(field="payment_id" if payment_id else "order_id", accepted=_payable(work), reason=why)
        others = [one for one in wires.waiting_for(payment_id=payment.id) if one.id != stray.id]
        together = [*others, stray]
        borne = _borne(work, payment, sum(one.amount_minor for one in together))
        funded = None
        if borne is not None:
            funded = _taken(work, payment, waiting=together, borne_minor=borne, provider_ref=stray.source_ref)
        chain = operator_chain()
        work.recording.event(
            chain,
            "wire.matched",
            about={"stray": stray.id, "order": payment.order_id, "payment": payment.id},
            data={"amount_minor": stray.amount_minor, "currency": stray.currency},
            private={"why": reason.strip()},
        )
        if funded is not None:
            return work.write(funded)
        after = wires.attach(stray=stray, payment=payment)
        return work.write(Arrival(payment, after))


def _payable(work: Work) -> list[int]:
    return [row.number for row in work.whole.tranches if row.state == "due"]


def _meant(act: Act, payment_id: UUID | None, order_id: UUID | None) -> tuple[Work, PaymentRow]:
    """The order, locked, and the payment: the one that is named, the open one of the tranche that is due, or a new
    one for it."""
    if payment_id is not None:
        order_id = wires.order_of_payment(payment_id=payment_id)
    if order_id is None:
        raise NotFound
    work = lock(act=replace(act, role="rail"), order_id=order_id, payment_id=payment_id)
    if payment_id is not None:
        if work.payment is None:
            raise NotFound
        return work, work.payment
    due = _payable(work)
    if work.order.state not in {"agreed", "active"} or not due:
        raise NotPayable(field="order_id", accepted=due, order_state=work.order.state)
    found = wires.open_wire(order_id=order_id, tranche=due[0])
    if found is not None:
        return work, found
    amount = money.payable(work.whole, tranche=work.tranche(due[0]))
    payment = rails.request_into(
        recording=work.recording,
        chain=work.chain,
        order_id=order_id,
        tranche=due[0],
        payer_id=work.order.buyer_id,
        rail="wire",
        currency=work.order.currency,
        due_minor=amount,
        processing_minor=0,
        settle_days=programme_rules.rail(programme=work.programme, name="wire").settle_days,
        instrument={},
    )
    return work, payment
