"""Where the next event of a chain goes. There are four kinds: order, organisation, person, operator."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from holdfast.record.rules import GENESIS

OPERATOR = UUID("00000000-0000-7000-8000-000000000001")
"""The chain of the operator: programmes, staff, the clock of a sandbox."""


@dataclass(slots=True)
class Chain:
    """A chain and the place of its last event. Only who holds the chain's lock may have one."""

    kind: str
    id: UUID
    seq: int
    head: bytes


def new_chain(*, kind: str, chain_id: UUID) -> Chain:
    """A chain without events yet: of a thing made in this very transaction."""
    return Chain(kind, chain_id, 0, GENESIS)


def chain_head(*, kind: str, chain_id: UUID) -> Chain:
    """Lock the chain (to the end of the transaction) and find its head. Not for orders: their row's lock serves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM record_head(%s)", [chain_id])
        seq, head = cursor.fetchone()
    return Chain(kind, chain_id, seq, bytes(head))


def held_chain(*, kind: str, chain_id: UUID) -> Chain:
    """The head of a chain whose lock the caller holds already, by the row that guards it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM record_event WHERE chain_id = %s ORDER BY seq DESC LIMIT 1", [chain_id])
        found = cursor.fetchone()
    return Chain(kind, chain_id, found[0], bytes(found[1])) if found else Chain(kind, chain_id, 0, GENESIS)


def operator_chain() -> Chain:
    """The operator's chain, locked."""
    return chain_head(kind="operator", chain_id=OPERATOR)
