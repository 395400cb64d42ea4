"""What the database refuses under the application's role, whatever the code above it believes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import Error, IntegrityError, connection, transaction
from psycopg.types.json import Jsonb

from holdfast.database.calls import Call, as_list, statement
from holdfast.database.connection import Access
from holdfast.ledger import audit, book, chart
from holdfast.ledger.book import Transfer
from tests.tampering import as_owner

pytestmark = pytest.mark.database
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TABLES = ("ledger_account", "ledger_transfer", "ledger_entry")


def post(*transfers: Transfer) -> dict[str, Any]:
    document = book.rows(transfers=transfers, cause_id=uuid4(), happened_at=NOW)
    a_few(document)
    return document


def a_few(document: dict[str, Any]) -> None:
    """As an act writes them."""
    send(*book.POST.calls(document))


def a_set(document: dict[str, Any]) -> None:
    """As many acts together write them."""
    send(book.POST.whole(document))


def send(*calls: Call) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*statement(calls))


@pytest.fixture(params=[a_few, a_set])
def door(request: pytest.FixtureRequest) -> Callable[[dict[str, Any]], None]:
    """Either way into the ledger."""
    return request.param  # type: ignore[no-any-return]


def captured(order_id: UUID, amount: int, currency: str = "USD") -> Transfer:
    clearing = chart.of_rail("rail_clearing", "wire", currency)
    return Transfer("captured", clearing, chart.of_order("escrow", order_id, currency), amount, order_id)


def everything() -> dict[str, list[Any]]:
    """Every row of the ledger."""
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found[table] = cursor.fetchall()
    return found


def refuses(statement: str, match: str, *parameters: Any) -> None:
    before = everything()
    with pytest.raises(Error, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_the_application_can_only_read_the_ledger(table: str) -> None:
    post(captured(uuid4(), 500))
    column = {"ledger_account": "balance_minor"}.get(table, "amount_minor")
    refuses(f"UPDATE {table} SET {column} = {column}", "permission denied")
    refuses(f"DELETE FROM {table}", "permission denied")
    refuses(f"TRUNCATE {table} CASCADE", "permission denied")
    refuses(f"INSERT INTO {table} SELECT * FROM {table}", "permission denied")
    refuses(f"SELECT 1 FROM {table} FOR UPDATE", "permission denied")


@pytest.mark.django_db
def test_escrow_cannot_be_overdrawn_and_nothing_of_the_act_remains() -> None:
    order_id, supplier = uuid4(), uuid4()
    post(captured(order_id, 500))
    before = everything()
    escrow, payable = chart.of_order("escrow", order_id, "USD"), chart.of_supplier("payable", supplier, "USD")
    with pytest.raises(IntegrityError, match="ledger_account_not_overdrawn"):
        post(Transfer("released", escrow, payable, 300, order_id), Transfer("released", escrow, payable, 201, order_id))
    assert everything() == before


@pytest.mark.django_db
def test_a_transfer_has_one_currency_and_two_accounts(door: Callable[[dict[str, Any]], None]) -> None:
    before = everything()
    dollars, euros = chart.of_operator("suspense", "USD"), chart.of_rail("rail_clearing", "wire", "EUR")
    with pytest.raises(IntegrityError, match="_currency"):
        post(Transfer("unmatched", euros, dollars, 5))
    with pytest.raises(IntegrityError, match="_currency"):
        post(*[captured(uuid4(), 5) for _one in range(8)], Transfer("unmatched", euros, dollars, 5))
    document = book.rows(transfers=[captured(uuid4(), 5)], cause_id=uuid4(), happened_at=NOW)
    del document["accounts"][0]
    with pytest.raises(IntegrityError, match="_currency"):
        door(document)
    document = book.rows(transfers=[captured(uuid4(), 5)], cause_id=uuid4(), happened_at=NOW)
    document["transfers"][0]["debit"] = document["transfers"][0]["credit"]
    with pytest.raises(IntegrityError, match="ledger_transfer_two_accounts"):
        door(document)
    document = book.rows(transfers=[captured(uuid4(), 5)], cause_id=uuid4(), happened_at=NOW)
    document["transfers"][0]["amount_minor"] = -5
    with pytest.raises(IntegrityError, match="ledger_transfer_positive"):
        door(document)
    # PostgreSQL counts sequences on, whatever is rolled back; rows it does not leave.
    assert everything() == before


@pytest.mark.django_db
def test_an_account_cannot_be_opened_unguarded_when_the_chart_guards_it(
    door: Callable[[dict[str, Any]], None],
) -> None:
    document = book.rows(transfers=[captured(uuid4(), 5)], cause_id=uuid4(), happened_at=NOW)
    for account in document["accounts"]:
        account["guarded"] = False
    with pytest.raises(IntegrityError, match="ledger_account_on_chart"):
        door(document)


@pytest.mark.django_db
def test_a_few_amounts_come_with_their_accounts_each_once_by_id_and_as_they_are_kept() -> None:
    order_id = uuid4()
    post(captured(order_id, 500))
    before = everything()
    again = book.rows(transfers=[captured(order_id, 5)], cause_id=uuid4(), happened_at=NOW)
    ((function, arguments),) = book.POST.calls(again)
    assert function == "ledger_post_few"
    *others, ids, codes, owners, guards = arguments
    accounts = again["accounts"]

    def column(name: str, *rows: int) -> str:
        return as_list([accounts[row][name] for row in rows])

    for rows in ((0, 1, 1), (1, 0)):
        given = [*others, *(column(name, *rows) for name in ("id", "code", "owner", "guarded"))]
        with pytest.raises(IntegrityError, match="ledger_accounts_by_id"):
            send((function, given))
    for changed in ("{true,true}", "{false,false}"):
        with pytest.raises(IntegrityError, match="ledger_account_on_chart"):
            send((function, [*others, ids, codes, owners, changed]))
    with pytest.raises(IntegrityError, match="ledger_transfer_currency"):
        send((function, [*others, *(column(name, 0) for name in ("id", "code", "owner", "guarded"))]))
    euros = [value if value != "USD" else "EUR" for value in others]
    with pytest.raises(IntegrityError, match="ledger_transfer_currency"):
        send((function, [*euros, ids, codes, owners, guards]))
    assert everything() == before
    send((function, arguments))
    assert everything() != before


def test_a_movement_off_the_chart_is_a_fault() -> None:
    escrow, bank = chart.of_order("escrow", uuid4(), "USD"), chart.of_operator("client_bank", "USD")
    with pytest.raises(ValueError, match="does not move"):
        book.rows(transfers=[Transfer("released", escrow, bank, 5)], cause_id=uuid4(), happened_at=NOW)
    with pytest.raises(ValueError, match="positive amount"):
        book.rows(transfers=[captured(uuid4(), 0)], cause_id=uuid4(), happened_at=NOW)
    with pytest.raises(ValueError, match="belongs to"):
        chart.of_operator("escrow", "USD")


@pytest.mark.own_database
def test_two_at_once_cannot_spend_the_same_money(own_database: Access) -> None:
    order_id, supplier = uuid4(), uuid4()
    post(captured(order_id, 500))
    escrow, payable = chart.of_order("escrow", order_id, "USD"), chart.of_supplier("payable", supplier, "USD")
    document = Jsonb(
        book.rows(transfers=[Transfer("released", escrow, payable, 400)], cause_id=uuid4(), happened_at=NOW)
    )
    again = Jsonb(book.rows(transfers=[Transfer("released", escrow, payable, 400)], cause_id=uuid4(), happened_at=NOW))
    with psycopg.connect(**own_database.for_psycopg()) as one, psycopg.connect(**own_database.for_psycopg()) as two:
        one.execute("SELECT ledger_post(%s)", [document])
        two.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            two.execute("SELECT ledger_post(%s)", [again])
        two.rollback()
        one.commit()
        with pytest.raises(psycopg.errors.CheckViolation, match="not_overdrawn"):
            two.execute("SELECT ledger_post(%s)", [again])
    assert book.balances(accounts=[escrow, payable]) == {escrow: 100, payable: 400}
    assert list(audit.findings()) == []


@pytest.mark.own_database
def test_the_audit_names_what_the_owner_has_bent(own_database: Access) -> None:
    """Guards hold for the application; whoever holds the schema is found out."""
    order_id = uuid4()
    post(captured(order_id, 500))
    assert list(audit.findings()) == []
    with as_owner(own_database) as owner:
        for change in ("UPDATE ledger_account SET currency = 'EUR'", "DELETE FROM ledger_account"):
            with pytest.raises(psycopg.Error, match="written once"), owner.transaction():
                owner.execute(change)
        # The trigger stands in the owner's way too, until it is taken down.
        with pytest.raises(psycopg.Error, match="written once"), owner.transaction():
            owner.execute("UPDATE ledger_entry SET amount_minor = amount_minor + 1")
        owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        owner.execute("UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE version IS NOT NULL")
        owner.execute("ALTER TABLE ledger_account DISABLE TRIGGER USER")
        owner.execute("UPDATE ledger_account SET currency = 'EUR' WHERE guarded")
    found = {finding.what for finding in audit.findings()}
    assert found >= {
        "every transfer has exactly its two entries",
        "a guarded balance is the sum of its entries",
        "each entry carries on from the one before",
        "a transfer's currency is that of both its accounts",
        "all balances of a currency sum to nothing",
    }
