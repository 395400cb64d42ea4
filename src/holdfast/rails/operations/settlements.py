"""What a provider sends to our bank in one sum: written down when it is sent, ended when a bank statement shows it.

No money moves in the ledger here: each payment was settled by itself when the provider had it ready. A settlement says
how those became one credit at the bank, so that the bank and the provider can both be reconciled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from holdfast.kernel.identifiers import new_id
from holdfast.rails import models, rules
from holdfast.record.act import Act, rail
from holdfast.record.chains import Chain, operator_chain
from holdfast.record.recording import Recording

ARRIVE = "settlement.arrive"
ARRIVE_WITHIN = timedelta(days=5)
"""After the day for which the provider announced it."""
AROUND = timedelta(days=5)
"""How far the bank's day may be from the announced one where only the amount says which settlement it is."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A settlement as its provider has it; `trace` is what the bank is told to write beside it."""

    provider_ref: str
    state: str
    amount_minor: int
    currency: str
    arrival_on: date
    trace: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One movement at the provider: `source_ref` is its name for the payment, refund or dispute that it is of."""

    provider_ref: str
    kind: str
    source_ref: str
    amount_minor: int
    fee_minor: int

    @property
    def net_minor(self) -> int:
        """What of it reaches the bank."""
        return self.amount_minor - self.fee_minor


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement as it is kept."""

    id: UUID
    rail: str
    provider_ref: str
    trace: str
    state: str
    amount_minor: int
    currency: str
    arrival_on: date
    statement_line_id: UUID | None
    reason: str | None
    sent_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: models.Settlement) -> "Settlement":
        """From a stored row."""
        return cls(**{name: getattr(row, name) for name in cls.__dataclass_fields__})


def is_known(*, rail: str, whole: Sum) -> bool:
    """Whether it was written down already, as it stands now."""
    row = models.Settlement.objects.filter(rail=rail, provider_ref=whole.provider_ref).first()
    return row is not None and (whole.state != "failed" or row.state == "failed")


def told(*, now: datetime, rail_name: str, whole: Sum, lines: Sequence[Line]) -> Settlement:
    """The provider has sent a settlement, or says that it failed; however often it says so."""
    with transaction.atomic():
        chain = operator_chain()
        row = models.Settlement.objects.select_for_update().filter(rail=rail_name, provider_ref=whole.provider_ref)
        found = row.first()
        known = Settlement.of(found) if found is not None else _sent(now, chain, rail_name, whole, lines)
        if whole.state == "failed" and known.state != "failed":
            return _failed(now, chain, known, whole.reason)
        return known


def _sent(now: datetime, chain: Chain, rail_name: str, whole: Sum, lines: Sequence[Line]) -> Settlement:
    settlement = Settlement(
        id=new_id(),
        rail=rail_name,
        provider_ref=whole.provider_ref,
        trace=whole.trace,
        state=rules.SETTLEMENT.initial,
        amount_minor=whole.amount_minor,
        currency=whole.currency,
        arrival_on=whole.arrival_on,
        statement_line_id=None,
        reason=None,
        sent_at=now,
        ended_at=None,
    )
    models.Settlement.objects.create(**_columns(settlement))
    payments, refunds = _subjects(rail_name, lines)
    models.SettlementLine.objects.bulk_create(
        models.SettlementLine(
            settlement_id=settlement.id,
            provider_ref=line.provider_ref,
            kind=line.kind,
            source_ref=line.source_ref,
            amount_minor=line.amount_minor,
            fee_minor=line.fee_minor,
            net_minor=line.net_minor,
            payment_id=payments.get(line.source_ref),
            refund_id=refunds.get(line.source_ref),
        )
        for line in lines
    )
    recording = Recording(rail(now))
    due_at = datetime.combine(whole.arrival_on, now.timetz()) + ARRIVE_WITHIN
    recording.deadline(
        kind=ARRIVE,
        subject=("settlement", settlement.id),
        order_id=None,
        due_at=max(due_at, now + ARRIVE_WITHIN),
        zone="UTC",
        who="operator",
        basis={"rule": ARRIVE, "amount_minor": whole.amount_minor, "arrival_on": whole.arrival_on.isoformat()},
    )
    _event(recording, chain, "settlement.sent", settlement)
    recording.write(settlement)
    return settlement


def _subjects(rail_name: str, lines: Sequence[Line]) -> tuple[dict[str, UUID], dict[str, UUID]]:
    """Our payments and refunds by the provider's names for them."""
    refs = {line.source_ref for line in lines if line.source_ref}
    payments = models.Payment.objects.filter(rail=rail_name, provider_ref__in=refs)
    refunds = models.Refund.objects.filter(payment__rail=rail_name, provider_ref__in=refs)
    return _by_ref(payments.values_list("provider_ref", "id")), _by_ref(refunds.values_list("provider_ref", "id"))


def _by_ref(found: Iterable[tuple[str | None, UUID]]) -> dict[str, UUID]:
    return {ref: identifier for ref, identifier in found if ref}


def _failed(now: datetime, chain: Chain, settlement: Settlement, reason: str | None) -> Settlement:
    verb = "return" if settlement.state == "arrived" else "fail"
    state = rules.SETTLEMENT.step(state=settlement.state, verb=verb, role="rail")
    after = replace(settlement, state=state, reason=reason or "failed", ended_at=now)
    _change(rail(now), chain, after, "settlement.failed")
    return after


def line_confirms(
    *,
    act: Act,
    statement_line_id: UUID,
    text: str,
    amount_minor: int,
    currency: str,
    booked_on: date,
) -> Settlement | None:
    """A line of a bank statement is what a provider sent: by the trace in its text, else by amount and day if there
    is just one such settlement. `amount_minor` is below zero for a debit. None if it is none; a line that confirmed
    one before confirms the same again.
    """
    before = models.Settlement.objects.filter(statement_line_id=statement_line_id).first()
    if before is not None:
        return Settlement.of(before)
    said = _Said(text, amount_minor, currency, booked_on)
    if _meant(said, models.Settlement.objects.all()) is None:
        # Most lines are something else: what then follows for them locks orders and accounts, never behind this chain.
        return None
    with transaction.atomic():
        chain = operator_chain()
        found = _meant(said, models.Settlement.objects.select_for_update())
        if found is None:
            return None
        state = rules.SETTLEMENT.step(state=found.state, verb="arrive", role=act.role)
        after = replace(found, state=state, statement_line_id=statement_line_id, ended_at=act.now)
        _change(act, chain, after, "settlement.arrived")
        return after


@dataclass(frozen=True, slots=True)
class _Said:
    """What a line of a statement says."""

    text: str
    amount_minor: int
    currency: str
    booked_on: date


def _meant(said: _Said, known: QuerySet[models.Settlement]) -> Settlement | None:
    rows = known.filter(state="sent", amount_minor=said.amount_minor, currency=said.currency)
    found = [Settlement.of(row) for row in rows.order_by("arrival_on", "id")]
    wanted = said.text.upper()
    traced = [one for one in found if _is_named(one, wanted)]
    near = [one for one in found if abs(one.arrival_on - said.booked_on) <= AROUND]
    if len(traced) == 1:
        return traced[0]
    return near[0] if len(near) == 1 and not traced else None


def _is_named(settlement: Settlement, text: str) -> bool:
    """Whether the bank's text bears a name of its own. The provider's name alone stands beside every settlement."""
    names = [settlement.provider_ref, settlement.trace]
    return any(name.upper() in text for name in names if len(name) >= 10 and any(map(str.isdigit, name)))


def _change(act: Act, chain: Chain, after: Settlement, event: str) -> None:
    models.Settlement.objects.filter(id=after.id).update(
        state=after.state,
        statement_line_id=after.statement_line_id,
        reason=after.reason,
        ended_at=after.ended_at,
    )
    recording = Recording(act)
    recording.settle(subject_id=after.id)
    _event(recording, chain, event, after)
    recording.write(after)


def _columns(settlement: Settlement) -> dict[str, object]:
    return {name: getattr(settlement, name) for name in Settlement.__dataclass_fields__}


def _event(recording: Recording, chain: Chain, name: str, settlement: Settlement) -> None:
    recording.event(
        chain,
        name,
        about={"settlement": settlement.id},
        data={
            "rail": settlement.rail,
            "amount_minor": settlement.amount_minor,
            "currency": settlement.currency,
            "arrival_on": settlement.arrival_on.isoformat(),
            "state": settlement.state,
            "reason": settlement.reason,
        },
    )
