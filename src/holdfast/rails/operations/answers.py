"""What a bank says of what it was told to pay: a status report on a file, a debit or a credit on a statement.

Each word is taken once. One that does not fit what we told it (another amount, a payment that has ended, a name that is
not ours) changes nothing and is answered with None, for the reconciliation to show.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from holdfast.kernel.money import currencies
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.rails import models, rules
from holdfast.rails.bank import pain
from holdfast.rails.operations import payouts, refunds
from holdfast.rails.operations.batches import Batch
from holdfast.rails.operations.payments import ChainOf
from holdfast.rails.operations.turns import alone, in_turn
from holdfast.rails.port import Bounced, Confirmed, Sent
from holdfast.rails.rows import PayoutRow, RefundRow
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording

INLINE = 200
"""A batch of so many payments at most is carried on at once; the clock does the others."""
TOLD = ("instructed", "sent")
"""States in which the bank has a payment and has not said how it ended."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line of a statement belongs to: `payout`, `refund` or `batch`."""

    kind: str
    id: UUID


# --- statements --------------------------------------------------------------------------------------------------


def line_confirms(
    *, act: Act, reference: str, amount_minor: int, currency: str, booked_on: date, chain_of: ChainOf
) -> Subject | None:
    """A debit on a statement is one of ours: a payment by its end-to-end name, or a whole file by the file's name,
    where the bank books it in one sum. It is confirmed then, once. `amount_minor` is above zero. The payments of a file
    are carried on afterwards (`carry_booked`): the word on the file is told on the operator's chain, behind which no
    order may be locked.

    None for a name that is not ours, for what was never told to the bank or has ended already, and for another amount.
    """
    ours = pain.named(reference)
    if ours is None:
        return None
    kind, identifier = ours
    if kind == "batch":
        return Subject(kind, identifier) if _book(act, identifier, _Sum(amount_minor, currency), booked_on) else None
    if not _is_out(kind, identifier, amount_minor, currency, TOLD):
        return None
    return Subject(kind, identifier) if _carry(kind, identifier, Confirmed(reference), act.now, chain_of) else None


def line_returns(
    *, act: Act, reference: str, amount_minor: int, currency: str, reason: str, chain_of: ChainOf
) -> Subject | None:
    """A credit on a statement is a payment of ours that came back after the bank had booked it: the money is the
    supplier's balance again, or refundable to the buyer. None as in `line_confirms`."""
    ours = pain.named(reference)
    if ours is None or ours[0] == "batch":
        return None
    kind, identifier = ours
    if not _is_out(kind, identifier, amount_minor, currency, ("confirmed",)):
        return None
    if kind == "refund":
        came_back = refunds.returned(now=act.now, refund_id=identifier, reason=reason[:40], chain_of=chain_of)
    else:
        came_back = _carry(kind, identifier, Bounced(reason[:40]), act.now, chain_of)
    return Subject(kind, identifier) if came_back else None


def _is_out(kind: str, identifier: UUID, amount_minor: int, currency: str, states: tuple[str, ...]) -> bool:
    """Whether a payment of this amount was told to the bank: its batch's file was let out."""
    model = models.Payout if kind == "payout" else models.Refund
    found = model.objects.filter(
        id=identifier, amount_minor=amount_minor, currency=currency, state__in=states, batch__sha256__gt=""
    )
    return found.exists()


def _carry(kind: str, identifier: UUID, outcome: Sent | Confirmed | Bounced, now: datetime, chain_of: ChainOf) -> bool:
    if kind == "payout":
        return payouts.carry(payout=PayoutRow.of(models.Payout.objects.get(id=identifier)), outcome=outcome, now=now)
    refund = RefundRow.of(models.Refund.objects.get(id=identifier))
    return refunds.carry_refund(refund=refund, outcome=outcome, now=now, chain_of=chain_of)


@dataclass(frozen=True, slots=True)
class _Sum:
    minor: int
    currency: str


def _book(act: Act, batch_id: UUID, debit: _Sum, booked_on: date) -> bool:
    """One debit for all that is still out of a file."""
    with transaction.atomic():
        batch = models.PayoutBatch.objects.select_for_update().filter(id=batch_id, currency=debit.currency).first()
        if batch is None or batch.state not in ("released", "accepted") or _out(batch_id) != debit.minor:
            return False
        batch.state = rules.PAYOUT_BATCH.step(state=batch.state, verb="book", role="rail")
        batch.booked_on, batch.ended_at = booked_on, act.now
        batch.save(update_fields=["state", "booked_on", "ended_at"])
        _tell(act, batch, {"booked_on": booked_on.isoformat(), "amount_minor": debit.minor})
    return True


def _out(batch_id: UUID) -> int:
    of_both = (model.objects.filter(batch_id=batch_id, state__in=TOLD) for model in (models.Payout, models.Refund))
    return sum(rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0 for rows in of_both)


# --- status reports ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """What a status report came to: payments that moved, and those of its lines that fit nothing we told the bank."""

    batch: Batch
    accepted: int
    rejected: int
    unknown: tuple[str, ...]


def take_report(*, act: Act, content: bytes, chain_of: ChainOf) -> Answered:
    """Enter a status report (pain.002) on a released file: of the file in one word, or payment by payment. Rejected
    payments are back in the balance, or refundable, with the bank's reason. The same report again changes nothing.

    Refusals: `AnswerUnreadable`, `NotFound` for a file that is not ours.
    """
    said = pain.read(content)
    batch = _reported(said)
    of_all = [one for one in said if pain.named(one.reference) == ("batch", batch.id)]
    accepted = rejected = 0
    unknown: list[str] = []
    for one in said:
        if one in of_all:
            continue
        ours = pain.named(one.reference)
        if ours is None or ours[0] == "batch" or not _holds(batch, *ours):
            unknown.append(one.reference[:35])
            continue
        if one.verdict == "accepted":
            accepted += _accepted(*ours, one.reference, act.now, chain_of)
        elif one.verdict == "rejected":
            rejected += _rejected(*ours, one, act.now, chain_of)
    for one in of_all:
        if one.verdict in ("accepted", "rejected"):
            _verdict(act, batch, one)
    if batch.count <= INLINE:
        moved = _carry_on(batch, act.now, chain_of)
        accepted, rejected = (accepted, rejected + moved) if batch.state == "rejected" else (accepted + moved, rejected)
    batch.refresh_from_db()
    answered = Answered(Batch.of(batch), accepted, rejected, tuple(unknown))
    with transaction.atomic():
        recording = Recording(act)
        digest = {"sha256": hashlib.sha256(content).hexdigest()}
        counts = {"accepted": accepted, "rejected": rejected, "unknown": len(unknown)}
        recording.event(operator_chain(), "payout_report.taken", about={"batch": batch.id}, data=digest | counts)
        result: Answered = recording.write(answered)
        return result


def _reported(said: tuple[pain.Status, ...]) -> models.PayoutBatch:
    """The batch that a report is about: by the file's own name, else by the payments it names."""
    for one in said:
        ours = pain.named(one.reference)
        if ours is None:
            continue
        kind, identifier = ours
        found = models.PayoutBatch.objects.filter(_of(kind, identifier)).exclude(sha256="").first()
        if found is not None:
            return found
    raise NotFound


def _of(kind: str, identifier: UUID) -> Q:
    match kind:
        case "payout":
            return Q(payouts__id=identifier)
        case "refund":
            return Q(refunds__id=identifier)
        case _:
            return Q(id=identifier)


def _holds(batch: models.PayoutBatch, kind: str, identifier: UUID) -> bool:
    model = models.Payout if kind == "payout" else models.Refund
    return model.objects.filter(id=identifier, batch=batch).exists()


def _accepted(kind: str, identifier: UUID, reference: str, now: datetime, chain_of: ChainOf) -> bool:
    model = models.Payout if kind == "payout" else models.Refund
    if not model.objects.filter(id=identifier, state="instructed").exists():
        return False
    return _carry(kind, identifier, Sent(reference), now, chain_of)


def _rejected(kind: str, identifier: UUID, said: pain.Status, now: datetime, chain_of: ChainOf) -> bool:
    model = models.Payout if kind == "payout" else models.Refund
    if not model.objects.filter(id=identifier, state__in=TOLD).exists():
        return False
    return _carry(kind, identifier, Bounced(said.reason or "rejected"), now, chain_of)


def _verdict(act: Act, batch: models.PayoutBatch, said: pain.Status) -> None:
    """The bank's word on the whole file: what it accepts is sent, what it rejects goes back, payment by payment."""
    with transaction.atomic():
        current = models.PayoutBatch.objects.select_for_update().get(id=batch.id)
        verb = "accept" if said.verdict == "accepted" else "reject"
        if not rules.PAYOUT_BATCH.allows(state=current.state, verb=verb, role="rail"):
            batch.state = current.state
            return
        current.state = batch.state = rules.PAYOUT_BATCH.step(state=current.state, verb=verb, role="rail")
        current.reason = (said.reason or "rejected") if verb == "reject" else None
        current.ended_at = act.now if verb == "reject" else None
        current.save(update_fields=["state", "reason", "ended_at"])
        batch.reason = current.reason
        _tell(act, current, {"code": said.code[:10], "reason": current.reason})


def _tell(act: Act, batch: models.PayoutBatch, data: dict[str, object]) -> None:
    # The answer of the command is written once, with the last word.
    recording = Recording(replace(act, command=None))
    said = {"state": batch.state, "currency": batch.currency, "total_minor": batch.total_minor, **data}
    recording.event(operator_chain(), f"payout_batch.{batch.state}", about={"batch": batch.id}, data=said)
    recording.write(None)


# --- the rest of a batch -----------------------------------------------------------------------------------------


def carry_booked(*, batch_id: UUID, now: datetime, chain_of: ChainOf) -> int:
    """Carry on with the payments of a file that a line has confirmed, once that is written; a large one's are left to
    the clock. Answers how many moved."""
    batch = models.PayoutBatch.objects.get(id=batch_id)
    return _carry_on(batch, now, chain_of) if batch.count <= INLINE else 0


def carry_batches(*, now: datetime, chain_of: ChainOf) -> int:
    """Carry on with the payments of files on which the bank has said one word for all; answers how many moved."""
    waiting = models.PayoutBatch.objects.filter(state__in=("accepted", "rejected", "booked"))
    return sum(_carry_on(batch, now, chain_of) for batch in waiting.order_by("made_at") if _left(batch))


def _left(batch: models.PayoutBatch) -> bool:
    states = ("instructed",) if batch.state == "accepted" else TOLD
    return any(model.objects.filter(batch=batch, state__in=states).exists() for model in (models.Payout, models.Refund))


def _carry_on(batch: models.PayoutBatch, now: datetime, chain_of: ChainOf) -> int:
    reference = pain.compact("bat", batch.id)
    outcome: Sent | Confirmed | Bounced
    states: tuple[str, ...]
    match batch.state:
        case "accepted":
            states, outcome = ("instructed",), Sent(reference)
        case "rejected":
            states, outcome = TOLD, Bounced(batch.reason or "rejected")
        case "booked":
            states, outcome = TOLD, Confirmed(reference)
        case _:
            return 0
    moved = 0
    for row in in_turn(models.Payout.objects.filter(batch=batch, state__in=states)):
        with alone("payout", row.id):
            moved += payouts.carry(payout=PayoutRow.of(row), outcome=outcome, now=now)
    for back in in_turn(models.Refund.objects.filter(batch=batch, state__in=states)):
        with alone("refund", back.id):
            refund = RefundRow.of(back)
            moved += refunds.carry_refund(refund=refund, outcome=outcome, now=now, chain_of=chain_of)
    return moved


def set_limit(*, act: Act, currency: str, amount_minor: int) -> models.PayoutLimit:
    """Above which amount a second person looks at a payout, or at a batch. Refusal: `Invalid`."""
    if currency not in currencies():
        raise Invalid(field="currency", accepted="an ISO 4217 currency in use")
    if amount_minor < 0:
        raise Invalid(field="amount_minor", accepted="0 or more")
    with transaction.atomic():
        chain = operator_chain()
        limit, _made = models.PayoutLimit.objects.update_or_create(
            currency=currency, defaults={"amount_minor": amount_minor, "set_by": act.actor_id, "set_at": act.now}
        )
        recording = Recording(act)
        said = {"currency": currency, "amount_minor": amount_minor}
        recording.event(chain, "payout_limit.set", about={}, data=said)
        result: models.PayoutLimit = recording.write(limit)
        return result
