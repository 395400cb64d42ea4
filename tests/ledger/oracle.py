"""A second ledger, of dictionaries, that predicts what the real one answers. Slow, obvious, and without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import MOVEMENTS, Account


class Overdrawn(Exception):
    """A guarded account would go below zero."""


@dataclass(frozen=True)
class Side:
    """One entry."""

    account: Account
    amount_minor: int
    at: datetime
    after_minor: int | None
    version: int | None


@dataclass
class Oracle:
    """Balances, versions and entries, all in memory."""

    balances: dict[Account, int] = field(default_factory=dict)
    versions: dict[Account, int] = field(default_factory=dict)
    entries: list[Side] = field(default_factory=list)
    transfers: int = 0

    def post(self, *, transfers: Sequence[Transfer], at: datetime) -> None:
        """All of them or none."""
        trial = Oracle(dict(self.balances), dict(self.versions), list(self.entries), self.transfers)
        for transfer in transfers:
            trial._move(transfer, at)
        self.balances, self.versions = trial.balances, trial.versions
        self.entries, self.transfers = trial.entries, trial.transfers

    def _move(self, transfer: Transfer, at: datetime) -> None:
        assert (transfer.debit.code, transfer.credit.code) in MOVEMENTS[transfer.kind]
        for account, delta in ((transfer.debit, -transfer.amount_minor), (transfer.credit, transfer.amount_minor)):
            after = self.balances.get(account, 0) + delta
            if account.guarded and after < 0:
                raise Overdrawn
            self.balances[account] = after
            side = Side(account, delta, at, None, None)
            if account.guarded:
                self.versions[account] = self.versions.get(account, 0) + 1
                side = replace(side, after_minor=after, version=self.versions[account])
            self.entries.append(side)
        self.transfers += 1

    def balance(self, *, account: Account, at: datetime | None = None) -> int:
        """Summed from the entries, never remembered."""
        return sum(
            side.amount_minor for side in self.entries if side.account == account and (at is None or side.at <= at)
        )

    def statement(self, *, account: Account) -> list[tuple[int, int | None]]:
        """Amount and balance after, oldest first."""
        return [(side.amount_minor, side.after_minor) for side in self.entries if side.account == account]
