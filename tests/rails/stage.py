"""An order's money without an order: what the room above does around the rails, in as few lines as it takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from holdfast.kernel.identifiers import new_id
from holdfast.ledger import audit, book
from holdfast.ledger.audit import Finding
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import Account, of_operator, of_order, of_rail, of_supplier
from holdfast.programme import shipped
from holdfast.rails import operations, rows
from holdfast.rails.rows import PaymentRow, RefundRow
from holdfast.record.act import Act, rail
from holdfast.record.chains import Chain, chain_head
from holdfast.record.recording import Recording

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALMA, BORIS = new_id(), new_id()
SUCCESS = {"number": "4242424242424242"}


def act(*, role: str = "buyer", now: datetime = NOW) -> Act:
    """Alma buys, Boris supplies, the operator operates."""
    who = BORIS if role == "supplier" else ALMA
    return Act(now, "person", who, None if role == "operator" else who, role)


def chain_of(order_id: UUID) -> Chain:
    """The order's chain, locked."""
    return chain_head(kind="order", chain_id=order_id)


def requested(
    *,
    order_id: UUID,
    rail: str = "card",
    instrument: dict[str, Any] | None = None,
    due_minor: int = 10_000,
    **more: Any,
) -> PaymentRow:
    """A payment asked for, with 300 of processing."""
    with transaction.atomic():
        recording = Recording(act())
        payment = operations.request_into(
            recording=recording,
            chain=chain_of(order_id),
            order_id=order_id,
            tranche=1,
            payer_id=ALMA,
            rail=rail,
            currency="USD",
            due_minor=due_minor,
            processing_minor=300,
            settle_days=2,
            instrument=SUCCESS if instrument is None else instrument,
            **more,
        )
        return recording.write(payment)


def captured(payment: PaymentRow) -> PaymentRow:
    """The money came and stands in escrow."""
    with transaction.atomic():
        recording = Recording(rail(NOW))
        after = rows.captured(payment, now=NOW)
        recording.event(chain_of(payment.order_id), "order.funded", about={"order": payment.order_id})
        recording.call(rows.WRITE, rows.written(changed=[(payment, after)]))
        clearing = of_rail("rail_clearing", payment.rail, "USD")
        recording.transfer(
            Transfer("captured", clearing, of_order("escrow", payment.order_id, "USD"), payment.due_minor),
            Transfer("processing_paid", clearing, of_operator("processing_recovered", "USD"), payment.processing_minor),
        )
        return recording.write(after)


def refunded(*, order_id: UUID, amount_minor: int) -> tuple[RefundRow, ...]:
    """So much of what is held goes back."""
    with transaction.atomic():
        recording = Recording(act())
        recording.event(chain_of(order_id), "order.refunded", about={"order": order_id})
        recording.transfer(
            Transfer(
                "refunded", of_order("escrow", order_id, "USD"), of_order("refundable", order_id, "USD"), amount_minor
            )
        )
        refunds = operations.refund_into(
            recording=recording,
            programme=shipped("standard"),
            order_id=order_id,
            currency="USD",
            amount_minor=amount_minor,
            zone="Europe/Berlin",
        )
        return recording.write(refunds)


def settle(payment: PaymentRow) -> None:
    """The bank says a payment is final."""
    with transaction.atomic():
        recording = Recording(act(role="operator"))
        recording.event(chain_of(payment.order_id), "payment.settled", about={"payment": payment.id})
        recording.call(rows.WRITE, rows.written(changed=[(payment, rows.settled(payment, now=NOW))]))
        recording.write(None)


def earned(*, amount_minor: int, supplier: UUID = BORIS) -> None:
    """A supplier has a balance: an order was paid and released."""
    order_id = new_id()
    captured(requested(order_id=order_id, due_minor=amount_minor))
    with transaction.atomic():
        recording = Recording(act())
        recording.event(chain_of(order_id), "order.released", about={"order": order_id})
        escrow, payable = of_order("escrow", order_id, "USD"), of_supplier("payable", supplier, "USD")
        recording.transfer(Transfer("released", escrow, payable, amount_minor))
        recording.write(None)


def balance(account: Account) -> int:
    """What stands on it now."""
    return book.balance(account=account)


def refundable(order_id: UUID) -> int:
    """Owed to the buyer, not sent."""
    return balance(of_order("refundable", order_id, "USD"))


def everything() -> dict[str, list[Any]]:
    """Every row of rails, ledger and record."""
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT tablename FROM pg_tables WHERE tablename ~ '^(rails|ledger|record)_' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


def findings() -> list[Finding]:
    """What the ledger's audit complains of: nothing."""
    return list(audit.findings())


LATER = NOW + timedelta(days=1)
