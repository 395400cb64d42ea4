"""A chain of an order to write on, without an order: what the rooms above do with it is their own affair."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from holdfast.ledger.book import Transfer
from holdfast.record.act import Act, Command
from holdfast.record.chains import Chain, chain_head
from holdfast.record.recording import Recording

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALMA, BORIS = uuid4(), uuid4()


def act(*, role: str = "buyer", now: datetime = NOW, command: Command | None = None) -> Act:
    """Alma buys, Boris supplies; each acts for a company of their own name."""
    who = ALMA if role == "buyer" else BORIS
    return Act(now, "person", who, who, role, command)


def head(chain_id: UUID) -> Chain:
    """The chain, locked."""
    return chain_head(kind="order", chain_id=chain_id)


def happen(
    *,
    chain_id: UUID,
    name: str = "order.noted",
    now: datetime = NOW,
    private: Mapping[str, Any] | None = None,
    transfers: tuple[Transfer, ...] = (),
) -> UUID:
    """One event, committed with all that belongs to it."""
    with transaction.atomic():
        recording = Recording(act(now=now))
        event_id = recording.event(
            head(chain_id),
            name,
            about={"order": chain_id},
            data={"amount_minor": 5, "currency": "USD"},
            private=private,
        )
        recording.transfer(*transfers)
        recording.write(None)
    return event_id


def everything() -> dict[str, list[Any]]:
    """Every row of the record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'record\\_%' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
    return found
