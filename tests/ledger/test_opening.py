"""Many open the same account in the same moment: it is opened once, and nobody's transfer is lost or refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction
from psycopg.types.json import Jsonb

from holdfast.database.connection import Access
from holdfast.kernel.money import currencies
from holdfast.ledger import book, chart
from holdfast.ledger.book import Transfer
from holdfast.ledger.models import Account

pytestmark = [pytest.mark.database, pytest.mark.own_database]

RIVALS = 4
CURRENCIES = sorted(currencies())[:60]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.usefixtures("own_database")
def test_an_account_that_all_open_at_once_is_opened_once(own_database: Access, django_db_blocker: Any) -> None:
    """The bank and a supplier's balance, new in each currency, are moved by four connections in one moment."""
    start = Barrier(RIVALS)
    supplier = uuid4()

    def rival() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            for currency in CURRENCIES:
                rows = _rows(supplier, currency=currency)
                start.wait(timeout=30)
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT ledger_post(%s)", rows)
        finally:
            connections.close_all()

    with django_db_blocker.unblock():
        with ThreadPoolExecutor(RIVALS) as pool:
            for done in [pool.submit(rival) for _ in range(RIVALS)]:
                done.result()
        balances = Account.objects.filter(code="payable", owner=supplier.hex)
        assert {balance.currency: balance.balance_minor for balance in balances} == dict.fromkeys(
            CURRENCIES, 7 * RIVALS
        )
        connections.close_all()


def _rows(supplier: UUID, *, currency: str) -> list[Any]:
    """A transfer between two accounts that are both new."""
    bank = chart.of_operator("client_bank", currency)
    payable = chart.of_supplier("payable", supplier, currency)
    transfer = Transfer("payout_returned", bank, payable, 7)
    return [Jsonb(book.rows(transfers=[transfer], cause_id=uuid4(), happened_at=NOW))]
