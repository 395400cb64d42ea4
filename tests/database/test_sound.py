"""What holds of each row in the tables that every command writes: a row is bent for each rule, and refused by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from psycopg import sql

import holdfast
from holdfast.database.connection import Access
from tests.tampering import as_owner
from tests.world import World

pytestmark = [pytest.mark.database, pytest.mark.own_database]

CHANGED: dict[str, tuple[str, str]] = {
    "orders_order_worth_something": ("orders_order", "total_minor = 0"),
    "orders_order_two_parties": ("orders_order", "supplier_id = buyer_id"),
    "orders_order_no_more_out_than_in": ("orders_order", "released_minor = paid_minor + 1"),
    "orders_order_refund_at_most_paid": ("orders_order", "refunded_minor = paid_minor + 1, recourse_minor = 1"),
    "orders_order_disputed_at_most_left": ("orders_order", "disputed_minor = paid_minor - refunded_minor + 1"),
    "orders_order_cover_at_most_reserved": ("orders_order", "cover_drawn_minor = cover_minor + 1"),
    "orders_order_nothing_negative": ("orders_order", "fee_minor = -1"),
    "orders_order_inspection": ("orders_order", "inspection = 'perhaps'"),
    "orders_tranche_funded_at_most_its_amount": ("orders_tranche", "funded_minor = amount_minor + 1"),
    "orders_tranche_held_when_paid": ("orders_tranche", "funded_minor = amount_minor - 1"),
    "orders_lot_numbered_from_one": ("orders_lot", "number = 0"),
    "orders_lot_grade": ("orders_lot", "grade = 'E'"),
    "orders_lot_refunded_and_frozen_at_most_its_price": ("orders_lot", "frozen_minor = price_minor + 1"),
    "rails_payment_rail": ("rails_payment", "rail = 'barter'"),
    "rails_payment_adds_up": ("rails_payment", "processing_minor = processing_minor + 1"),
    "rails_payment_amounts": ("rails_payment", "due_minor = 0, processing_minor = amount_minor"),
    "rails_payment_no_more_back_than_came": ("rails_payment", "returned_minor = captured_minor + 1"),
    "rails_payment_netted": ("rails_payment", "netted_minor = -1"),
    "rails_payment_captured_has_money": ("rails_payment", "captured_at = NULL"),
    "ledger_account_guarded_has_balance": ("ledger_account", "balance_minor = NULL"),
    "ledger_account_not_overdrawn": ("ledger_account", "balance_minor = -1"),
    "record_outbox_state": ("record_outbox", "state = 'lost'"),
    "record_deadline_state": ("record_deadline", "state = 'late'"),
}
"""A change of one row that breaks this rule, and none that is asked before it."""

ADDED: dict[str, tuple[str, dict[str, Any]]] = {
    "ledger_transfer_positive": ("ledger_transfer", {"amount_minor": 0}),
    "ledger_transfer_two_accounts": ("ledger_transfer", {"debit_id": "{credit_id}"}),
    "ledger_entry_balance_with_version": ("ledger_entry", {"balance_after_minor": -1, "version": 1}),
    "record_event_chain": ("record_event", {"chain_kind": "gossip"}),
    "record_event_counted_from_one": ("record_event", {"seq": 0}),
}
"""What is different in a copy of one row that breaks the rule, where rows are written once."""


def rules() -> set[str]:
    """Every rule that a room's `sound` functions know."""
    folder = Path(holdfast.__file__).parent
    files = [file.read_text() for file in folder.glob("*/sql/sound_*.sql")]
    return {name for text in files for name in re.findall(r"THEN '(\w+)'", text)}


def test_each_rule_of_a_row_refuses_by_its_name(own_database: Access, django_db_blocker: Any) -> None:
    assert set(CHANGED) | set(ADDED) == rules()
    with django_db_blocker.unblock():
        World().delivered()
        connections.close_all()
    with as_owner(own_database) as owner:
        # What was agreed cannot change at all; here it is asked what would hold of it.
        owner.execute("ALTER TABLE orders_order DISABLE TRIGGER orders_order_agreed")
        for name, (table, change) in CHANGED.items():
            row = {"ledger_account": " AND guarded", "rails_payment": " AND state IN ('captured', 'settled')"}.get(
                table, ""
            )
            found = owner.execute(f"SELECT ctid FROM {table} WHERE true{row} LIMIT 1").fetchone()
            assert found is not None, f"{table} is empty"
            breaks(owner, name, f"UPDATE {table} SET {change} WHERE ctid = %s", [found[0]])
        for name, (table, different) in ADDED.items():
            added(owner, name, table, different)


def added(owner: psycopg.Connection[Any], name: str, table: str, different: dict[str, Any]) -> None:
    """A copy of a row under another ID, different in what breaks the rule."""
    found = owner.execute(f"SELECT to_jsonb(r) FROM {table} r LIMIT 1").fetchone()
    assert found is not None, f"{table} is empty"
    other = 10**9 if table == "ledger_entry" else str(uuid4())
    filled = {key: value.format_map(found[0]) if isinstance(value, str) else value for key, value in different.items()}
    statement = "INSERT INTO {0} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(NULL::{0}, %s)"
    document = psycopg.types.json.Jsonb(found[0] | {"id": other} | filled)
    breaks(owner, name, sql.SQL(statement).format(sql.Identifier(table)), [document])  # type: ignore[arg-type]


def breaks(owner: psycopg.Connection[Any], name: str, statement: Any, parameters: list[Any]) -> None:
    """The statement is refused by this rule, and nothing has changed."""
    with pytest.raises(psycopg.errors.CheckViolation) as refused, owner.transaction():
        owner.execute(statement, parameters)
    assert refused.value.diag.constraint_name == name
