"""Finished rows of the rails as frozen dataclasses, and how each changes: what `rails_write` is handed.

Pure. A room above that writes a payment inside its own recording takes the row from here and never builds its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from holdfast.database import calls
from holdfast.database.calls import Function, Row
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import creditor_reference
from holdfast.rails import rules


class _Row:
    """The columns of a row, as JSON: they are the slots of its dataclass."""

    __slots__: ClassVar[tuple[str, ...]] = ()

    def columns(self) -> dict[str, Any]:
        """Every column by its name in the database."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a stored row: a model's instance, or anything with the same attributes."""
        return cls(**{name: getattr(row, name) for name in cls.__slots__})

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """From a row that the database answered as JSON."""
        return cls(**{name: _typed(name, row[name]) for name in cls.__slots__})


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "id" or name.endswith(("_id", "_by")):
        return value if name == "external_id" else UUID(value)
    return datetime.fromisoformat(value) if name.endswith("_at") else value


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return rfc3339(value) if isinstance(value, datetime) else value


@dataclass(frozen=True, slots=True)
class PaymentRow(_Row):
    """A payment, column by column (`models.Payment`)."""

    id: UUID
    order_id: UUID
    tranche: int
    payer_id: UUID
    rail: str
    state: str
    currency: str
    due_minor: int
    processing_minor: int
    amount_minor: int
    captured_minor: int
    returned_minor: int
    netted_minor: int
    settle_days: int
    reference: str
    instrument: Mapping[str, Any]
    provider_ref: str | None
    reason: str | None
    external_id: str | None
    metadata: Mapping[str, Any]
    requested_at: datetime
    expires_at: datetime | None
    captured_at: datetime | None
    settles_at: datetime | None
    settled_at: datetime | None
    disputed_minor: int = 0

    @property
    def left_minor(self) -> int:
        """What can still go back, or be taken back, of it."""
        return self.captured_minor - self.returned_minor - self.disputed_minor


@dataclass(frozen=True, slots=True)
class RefundRow(_Row):
    """A refund, column by column."""

    id: UUID
    order_id: UUID
    claim_id: UUID | None
    payment_id: UUID | None
    state: str
    amount_minor: int
    currency: str
    provider_ref: str | None
    reason: str | None
    requested_at: datetime
    start_due_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    beneficiary_id: UUID | None = None
    destination: Mapping[str, Any] | None = None
    batch_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PayoutRow(_Row):
    """A payout, column by column."""

    id: UUID
    organisation_id: UUID
    beneficiary_id: UUID
    destination: Mapping[str, Any]
    state: str
    amount_minor: int
    currency: str
    provider_ref: str | None
    reason: str | None
    external_id: str | None
    metadata: Mapping[str, Any]
    requested_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    needs_approval: bool = False
    requested_by: UUID | None = None
    approved_by: UUID | None = None
    approved_at: datetime | None = None
    batch_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StrayRow(_Row):
    """Money that could not be placed, column by column."""

    id: UUID
    rail: str
    source_ref: str
    state: str
    reason: str
    amount_minor: int
    currency: str
    reference: str
    payer_name: str
    order_id: UUID | None
    payment_id: UUID | None
    owner: str
    received_at: datetime
    due_at: datetime
    ended_at: datetime | None


_LISTS: dict[type[_Row], str] = {
    PaymentRow: "payments",
    RefundRow: "refunds",
    PayoutRow: "payouts",
    StrayRow: "strays",
}
_FIXED_OF_PAYMENT = {
    "order_id",
    "tranche",
    "payer_id",
    "rail",
    "currency",
    "due_minor",
    "processing_minor",
    "amount_minor",
    "settle_days",
    "reference",
    "external_id",
    "metadata",
    "requested_at",
    # A dispute writes it itself, at once.
    "disputed_minor",
}
WRITE = Function(
    "rails_write",
    rows={
        "payments_changed": Row(
            "rails_payment_change",
            {
                "id": calls.plain,
                "was": calls.plain,
                "state": calls.plain,
                "captured_minor": calls.plain,
                "returned_minor": calls.plain,
                "netted_minor": calls.plain,
                "instrument": calls.as_json,
                "provider_ref": calls.plain,
                "reason": calls.plain,
                "expires_at": calls.plain,
                "captured_at": calls.plain,
                "settles_at": calls.plain,
                "settled_at": calls.plain,
            },
        )
    },
)
"""What writes the rows of this room: `recording.call(rows.WRITE, rows.written(...))`."""

AnyRow = PaymentRow | RefundRow | PayoutRow | StrayRow


def written(*, new: Iterable[AnyRow] = (), changed: Iterable[tuple[AnyRow, AnyRow]] = ()) -> dict[str, Any]:
    """The argument of `rails_write`: rows to add, and pairs (as loaded, as it shall be)."""
    document: dict[str, Any] = {}
    for row in new:
        document.setdefault(_LISTS[type(row)], []).append(row.columns())
    for before, after in changed:
        columns = {**after.columns(), "was": before.state}
        if isinstance(after, PaymentRow):
            columns = {name: value for name, value in columns.items() if name not in _FIXED_OF_PAYMENT}
        document.setdefault(f"{_LISTS[type(after)]}_changed", []).append(columns)
    return document


def reference(payment_id: UUID) -> str:
    """The creditor reference (ISO 11649) that a wire for this payment must bear."""
    return creditor_reference(payment_id)


def delayed(payment: PaymentRow, *, provider_ref: str) -> PaymentRow:
    """The provider has not decided."""
    return replace(payment, state=_moved(payment, "delay"), provider_ref=provider_ref or payment.provider_ref)


def authorised(payment: PaymentRow, *, provider_ref: str) -> PaymentRow:
    """The money stands ready on the instrument."""
    return replace(payment, state=_moved(payment, "authorise"), provider_ref=provider_ref)


def declined(payment: PaymentRow, *, reason: str) -> PaymentRow:
    """No money will come of it."""
    verb = "fail" if payment.state == "authorised" else "decline"
    return replace(payment, state=_moved(payment, verb), reason=reason)


def captured(
    payment: PaymentRow, *, now: datetime, captured_minor: int | None = None, provider_ref: str | None = None
) -> PaymentRow:
    """The money came (all that was asked, unless `captured_minor` says otherwise) and settles after the rail's days.

    Banking days are counted as weekdays: a simulated bank keeps no holidays.
    """
    return replace(
        payment,
        state=_moved(payment, "capture"),
        captured_minor=payment.amount_minor if captured_minor is None else captured_minor,
        captured_at=now,
        settles_at=settles_at(now, payment.settle_days),
        provider_ref=provider_ref or payment.provider_ref,
    )


def expired(payment: PaymentRow) -> PaymentRow:
    """Nobody sent it in time."""
    return replace(payment, state=rules.PAYMENT.step(state=payment.state, verb="expire", role="clock"))


def settled(payment: PaymentRow, *, now: datetime) -> PaymentRow:
    """The bank says it is final."""
    return replace(payment, state=rules.PAYMENT.step(state=payment.state, verb="settle", role="clock"), settled_at=now)


def given_back(payment: PaymentRow, *, amount_minor: int) -> PaymentRow:
    """So much of it is on its way back."""
    return replace(payment, returned_minor=payment.returned_minor + amount_minor)


def netted(payment: PaymentRow, *, amount_minor: int) -> PaymentRow:
    """So much of it went back before it was settled."""
    return replace(payment, netted_minor=payment.netted_minor + amount_minor)


def matched(stray: StrayRow, *, payment: PaymentRow, now: datetime) -> StrayRow:
    """It has found the payment that it is for."""
    state = rules.STRAY.step(state=stray.state, verb="match", role="rail")
    return replace(stray, state=state, payment_id=payment.id, order_id=payment.order_id, ended_at=now)


def settles_at(captured_at: datetime, days: int) -> datetime:
    """So many weekdays after the capture, at the same hour."""
    at = captured_at
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < 5
    return at


def _moved(payment: PaymentRow, verb: str) -> str:
    return rules.PAYMENT.step(state=payment.state, verb=verb, role="rail")
