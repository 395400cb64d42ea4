"""What the bank is told to pay: approved payouts and refunds gathered into a batch, let out by a second person where it
is much, written into a file once, and given up or carried on by what the bank says.

It knows payments and files. Who may be paid where was decided before, and is asked again here (`Usable`).
"""

import hashlib
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotFound, OutOfState
from holdfast.rails import models, rows, rules
from holdfast.rails.bank import pain
from holdfast.rails.models.statements import BankAccount
from holdfast.rails.operations import refunds, routing
from holdfast.rails.operations.payments import ChainOf
from holdfast.rails.operations.payouts import CONFIRM, CONFIRM_WITHIN, SEND, Behind, Usable, needs_second_person, nobody
from holdfast.rails.rows import PayoutRow, RefundRow
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording

FURTHEST = timedelta(days=365)
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it stands. `total_minor` is the sum of what it holds, `sha256` of its file once it was released."""

    id: UUID
    account_id: UUID
    currency: str
    execution_on: date
    state: str
    count: int
    total_minor: int
    needs_second: bool
    made_by: UUID | None
    made_at: datetime
    released_by: UUID | None
    released_at: datetime | None
    sha256: str
    reason: str | None
    booked_on: date | None
    ended_at: datetime | None

    @property
    def reference(self) -> str:
        """The file's own name, for the bank and its statement."""
        return pain.compact("bat", self.id)

    @classmethod
    def of(cls, row: models.PayoutBatch) -> "Batch":
        """From its row."""
        return cls(**{name: getattr(row, name) for name in cls.__slots__})


def make_batch(
    *,
    act: Act,
    currency: str,
    account_id: UUID,
    execution_on: date,
    usable: Usable,
    chain_of: ChainOf,
    payout_ids: Collection[UUID] | None = None,
    refund_ids: Collection[UUID] | None = None,
) -> Batch:
    """Gather payouts and refunds of a currency, all that wait unless some are named, for one file.

    Refusals: `NotFound` for the account or a payout named, `Invalid` for an account of another currency,
    `ExecutionDay`, `OutOfState` for a payout that is not approved or is in another batch, `NoBeneficiary` for one
    whose account may not be paid to any more, `NothingToInstruct`.
    """
    account = _account(account_id, currency)
    if not act.now.date() <= execution_on <= act.now.date() + FURTHEST:
        raise rules.ExecutionDay(field="execution_on", accepted=f"{act.now.date()} or later")
    with transaction.atomic():
        recording = Recording(act)
        backs = routing.instructable(currency=currency, refund_ids=refund_ids, chain_of=chain_of)
        outs = _instructable(currency, payout_ids)
        backs = [one for one in backs if _stays(one, refund_ids, usable)]
        allowed = usable({payout.beneficiary_id for payout in outs}) if outs else ()
        outs = [payout for payout in outs if _may_go(payout, payout_ids, allowed)]
        if not outs and not backs:
            raise rules.NothingToInstruct(currency=currency)
        total = sum(one.amount_minor for one in outs) + sum(one.refund.amount_minor for one in backs)
        batch = models.PayoutBatch.objects.create(
            id=new_id(),
            account_id=account.id,
            debtor={"name": account.name, "number": account.number, "bic": account.bic},
            currency=currency,
            execution_on=execution_on,
            state=rules.PAYOUT_BATCH.initial,
            count=len(outs) + len(backs),
            total_minor=total,
            needs_second=needs_second_person(amount_minor=total, currency=currency),
            made_by=act.actor_id,
            made_at=act.now,
        )
        _event(recording, batch, "payout_batch.made")
        changed = [
            (payout, replace(payout, state=_step(payout, "instruct", act.role), batch_id=batch.id)) for payout in outs
        ]
        recording.call(rows.WRITE, rows.written(changed=changed))
        routing.instruct_into(recording=recording, backs=backs, batch_id=batch.id)
        result: Batch = recording.write(Batch.of(batch))
        return result


def _account(account_id: UUID, currency: str) -> BankAccount:
    account = BankAccount.objects.filter(id=account_id, closed_at=None).first()
    if account is None:
        raise NotFound
    if account.currency != currency or account.holds != "clients":
        raise Invalid(field="account_id", accepted=f"an account of clients' money in {currency}")
    return account


def _instructable(currency: str, wanted: Collection[UUID] | None) -> list[PayoutRow]:
    """Approved payouts, locked: what another batch has taken meanwhile is not among them."""
    found = models.Payout.objects.select_for_update().filter(currency=currency).order_by("id")
    if wanted is None:
        return [PayoutRow.of(row) for row in found.filter(state="approved")]
    payouts = [PayoutRow.of(row) for row in found.filter(id__among=wanted)]
    if len(payouts) != len(set(wanted)):
        raise NotFound
    for payout in payouts:
        _step(payout, "instruct", "operator")
    return payouts


def _may_go(payout: PayoutRow, wanted: Collection[UUID] | None, allowed: Collection[UUID]) -> bool:
    if payout.beneficiary_id in allowed:
        return True
    if wanted is not None:
        raise rules.NoBeneficiary(currency=payout.currency)
    return False


def _stays(back: routing.Back, wanted: Collection[UUID] | None, usable: Usable) -> bool:
    """A refund goes to the account that paid, or to one that is verified still."""
    account = back.refund.beneficiary_id
    if account is None or account in usable([account]):
        return True
    if wanted is not None:
        raise rules.NoBeneficiary(currency=back.refund.currency)
    return False


def _step(payout: PayoutRow, verb: str, role: str) -> str:
    return rules.PAYOUT.step(state=payout.state, verb=verb, role=role)


def drop_batch(*, act: Act, batch_id: UUID, chain_of: ChainOf) -> Batch:
    """Take a batch apart before its file was let out; its payouts and refunds wait for another. Refusals: `NotFound`,
    `OutOfState`."""
    with transaction.atomic():
        backs = routing.of_batch(batch_id=batch_id, chain_of=chain_of)
        outs = _outs(batch_id)
        batch = _locked(batch_id)
        batch.state = rules.PAYOUT_BATCH.step(state=batch.state, verb="drop", role=act.role)
        batch.ended_at = act.now
        batch.save(update_fields=["state", "ended_at"])
        recording = Recording(act)
        _event(recording, batch, "payout_batch.dropped")
        changed = [(one, replace(one, state=_step(one, "hold_back", act.role), batch_id=None)) for one in outs]
        recording.call(rows.WRITE, rows.written(changed=changed))
        routing.hold_back_into(recording=recording, backs=backs)
        result: Batch = recording.write(Batch.of(batch))
        return result


def release_batch(*, act: Act, batch_id: UUID, usable: Usable, behind: Behind = nobody) -> Batch:
    """Let the file out: it is written now, once, and kept. Above the limit by somebody else than who made the batch.

    Refusals: `NotFound`, `OutOfState`, `FourEyes`, `NoBeneficiary` if it holds a payment to an account that may not be
    paid to any more: the batch is dropped then, and made again without it.
    """
    with transaction.atomic():
        outs = _outs(batch_id)
        batch = _locked(batch_id)
        # Read now: what a payer's bank has taken back meanwhile was taken out of the batch under this lock.
        backs = [RefundRow.of(row) for row in models.Refund.objects.filter(batch_id=batch_id).order_by("id")]
        batch.state = rules.PAYOUT_BATCH.step(state=batch.state, verb="release", role=act.role)
        if batch.needs_second:
            rules.check_second_person(
                first_id=batch.made_by,
                actor_id=act.actor_id,
                actor_kind=act.actor_kind,
                sandbox=settings.SANDBOX,
                behind=behind(batch.made_by),
            )
        if not outs and not backs:
            raise rules.NothingToInstruct(currency=batch.currency)
        named = [one.beneficiary_id for one in outs] + [one.beneficiary_id for one in backs]
        accounts = {account for account in named if account is not None}
        if accounts and accounts - set(usable(accounts)):
            raise rules.NoBeneficiary(currency=batch.currency)
        content = _content(batch, outs, backs, act.now)
        batch.released_by, batch.released_at = act.actor_id, act.now
        batch.sha256 = hashlib.sha256(content).hexdigest()
        batch.save(update_fields=["state", "released_by", "released_at", "sha256"])
        models.PayoutFile.objects.create(batch=batch, size_bytes=len(content), content=zlib.compress(content, 6))
        recording = Recording(act)
        _event(recording, batch, "payout_batch.released")
        for payout in outs:
            recording.settle(subject_id=payout.id, kind=SEND)
            _deadline(recording, payout, CONFIRM, act.now + CONFIRM_WITHIN)
        for refund in backs:
            recording.settle(subject_id=refund.id, kind=refunds.START)
            _deadline(recording, refund, refunds.CONFIRM, act.now + refunds.CONFIRM_WITHIN)
        result: Batch = recording.write(Batch.of(batch))
        return result


def _content(
    batch: models.PayoutBatch, outs: Sequence[PayoutRow], backs: Sequence[RefundRow], made_at: datetime
) -> bytes:
    orders = [_order("pot", one.id, one.amount_minor, one.destination) for one in outs]
    orders += [_order("rfd", one.id, one.amount_minor, one.destination or {}) for one in backs]
    if (len(orders), sum(one.amount_minor for one in orders)) != (batch.count, batch.total_minor):
        raise RuntimeError(f"batch {batch.id} does not add up to what it holds")
    return pain.written(
        instruction=pain.Instruction(
            reference=pain.compact("bat", batch.id),
            initiator=batch.debtor["name"],
            debtor=_debtor(batch),
            currency=batch.currency,
            execution_on=batch.execution_on,
            made_at=made_at,
        ),
        orders=orders,
    )


def _debtor(batch: models.PayoutBatch) -> pain.Party:
    number = str(batch.debtor["number"])
    is_iban = len(number) >= 15 and number[:2].isalpha() and number[2:4].isdigit()
    return pain.Party(
        name=batch.debtor["name"],
        iban=number if is_iban else "",
        bic=batch.debtor.get("bic") or "",
        account="" if is_iban else number,
    )


def _order(prefix: str, subject_id: UUID, amount_minor: int, to: Mapping[str, Any]) -> pain.Order:
    place = {key: str(to.get(key) or "") for key in ("name", "iban", "bic", "account", "bank")}
    return pain.Order(pain.compact(prefix, subject_id), amount_minor, pain.Party(**place), rows.reference(subject_id))


def file_of(*, batch_id: UUID) -> Iterator[bytes]:
    """The file of a released batch, piece by piece, as it was released. Refusals: `NotFound`, `OutOfState`."""
    state = models.PayoutBatch.objects.filter(id=batch_id).values_list("state", flat=True).first()
    if state is None:
        raise NotFound
    found = models.PayoutFile.objects.filter(batch_id=batch_id).first()
    if found is None:
        raise OutOfState(subject="payout batch", verb="download", state=state, accepted=["released"])
    return _unpacked(bytes(found.content))


def _unpacked(packed: bytes) -> Iterator[bytes]:
    stream = zlib.decompressobj()
    for at in range(0, len(packed), _CHUNK):
        yield stream.decompress(packed[at : at + _CHUNK])
    yield stream.flush()


def _outs(batch_id: UUID) -> list[PayoutRow]:
    found = models.Payout.objects.select_for_update().filter(batch_id=batch_id, state="instructed")
    return [PayoutRow.of(row) for row in found.order_by("id")]


def _locked(batch_id: UUID) -> models.PayoutBatch:
    found = models.PayoutBatch.objects.select_for_update().filter(id=batch_id).first()
    if found is None:
        raise NotFound
    return found


def _deadline(recording: Recording, row: PayoutRow | RefundRow, kind: str, due_at: datetime) -> None:
    order_id = row.order_id if isinstance(row, RefundRow) else None
    recording.deadline(
        kind=kind,
        subject=("payout" if order_id is None else "refund", row.id),
        order_id=order_id,
        due_at=due_at,
        zone="UTC",
        who="operator",
        basis={"rule": kind, "amount_minor": row.amount_minor},
    )


def _event(recording: Recording, batch: models.PayoutBatch, name: str) -> None:
    recording.event(
        operator_chain(),
        name,
        about={"batch": batch.id},
        data={
            "currency": batch.currency,
            "count": batch.count,
            "total_minor": batch.total_minor,
            "execution_on": batch.execution_on.isoformat(),
            "state": batch.state,
            "sha256": batch.sha256,
        },
    )
