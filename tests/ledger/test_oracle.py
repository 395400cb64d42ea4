"""The real book and a book of dictionaries are told the same things and must agree on every answer."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from holdfast.database.calls import statement
from holdfast.ledger import audit, book, chart
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import ACCOUNTS, MOVEMENTS, Account
from tests.ledger.oracle import Oracle, Overdrawn

START = datetime(2026, 3, 1, tzinfo=UTC)
PAIRS = sorted((kind, debit, credit) for kind, pairs in MOVEMENTS.items() for debit, credit in pairs)
# What fills guarded accounts stands more often than its share, or nearly every movement would be an overdraft.
FILLING = [pair for pair in PAIRS if not ACCOUNTS[pair[1]].guarded]


def post(transfers: list[Transfer], at: datetime) -> None:
    """Through the door, as one act."""
    document = book.rows(transfers=transfers, cause_id=uuid4(), happened_at=at)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*statement(book.POST.calls(document)))


class Books(RuleBasedStateMachine):
    """Two orders, two suppliers, two currencies, every movement on the chart, in batches."""

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.names = {"order": [uuid4(), uuid4()], "supplier": [uuid4(), uuid4()]}
        self.rail, self.operator = f"rail-{uuid4().hex}", f"operator-{uuid4().hex}"
        self.now = START

    def account(self, code: str, place: int, currency: str) -> Account:
        match ACCOUNTS[code].owner:
            case "order":
                return chart.of_order(code, self.names["order"][place], currency)
            case "supplier":
                return chart.of_supplier(code, self.names["supplier"][place], currency)
            case "rail":
                return chart.of_rail(code, self.rail, currency)
            case _:
                return Account(code, self.operator, currency)

    def everything(self) -> list[Account]:
        return [self.account(*parts) for parts in itertools.product(ACCOUNTS, (0, 1), ("EUR", "USD"))]

    @rule(
        moves=st.lists(
            st.tuples(
                st.one_of(st.sampled_from(FILLING), st.sampled_from(PAIRS)),
                st.integers(0, 1),
                st.integers(0, 1),
                st.integers(1, 300),
                st.sampled_from(["EUR", "USD"]),
            ),
            min_size=1,
            # A few amounts of one currency are written one by one; more than eight, or of several, set by set.
            max_size=14,
        ),
    )
    def post(self, moves: list[tuple[tuple[str, str, str], int, int, int, str]]) -> None:
        self.now += timedelta(seconds=1)
        transfers = [
            Transfer(kind, self.account(debit, one, currency), self.account(credit, other, currency), amount)
            for (kind, debit, credit), one, other, amount, currency in moves
        ]
        try:
            self.oracle.post(transfers=transfers, at=self.now)
        except Overdrawn:
            with pytest.raises(IntegrityError, match=r"ledger_account_not_overdrawn|ledger_entry_balance_with_version"):
                post(transfers, self.now)
        else:
            post(transfers, self.now)

    @rule(ago=st.integers(0, 20))
    def look_back(self, ago: int) -> None:
        at = self.now - timedelta(seconds=ago)
        mine = self.everything()
        found = book.balances(accounts=mine, at=at)
        assert found == {account: self.oracle.balance(account=account, at=at) for account in mine}

    @rule(code=st.sampled_from(sorted(set(ACCOUNTS))), place=st.integers(0, 1))
    def read_statement(self, code: str, place: int) -> None:
        account = self.account(code, place, "USD")
        lines = [(line.amount_minor, line.balance_after_minor) for line in book.statement(account=account)]
        assert lines == self.oracle.statement(account=account)

    @invariant()
    def balances_agree(self) -> None:
        asked = self.everything()
        expected = {account: self.oracle.balance(account=account) for account in asked}
        assert book.balances(accounts=asked) == expected
        guarded = [account for account in asked if account.guarded]
        assert book.lock(accounts=guarded) == {account: expected[account] for account in guarded}

    def teardown(self) -> None:
        # Money that nobody covers may come of a random order of movements; whatever else is found is a fault.
        assert [finding for finding in audit.findings() if finding.what != "clients' money is all there"] == []


@pytest.mark.database
@pytest.mark.django_db
def test_the_book_answers_as_the_oracle_does() -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
