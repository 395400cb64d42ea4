"""What the ledger stores and what can never be stored: an overdraft, two currencies in one transfer, a change.

No verbs. The application's role may only read these tables; `ledger_post` (owned by the schema's owner) is the
one door through which rows come in, `ledger_lock` the way to hold them still.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.ledger.chart import ACCOUNTS

GUARDED = sorted(code for code, kind in ACCOUNTS.items() if kind.guarded)
SUMMED = sorted(code for code, kind in ACCOUNTS.items() if not kind.guarded)


class Account(models.Model):
    """One account. Guarded ones carry a running balance (credits less debits) and a version."""

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.TextField()
    owner = models.TextField()
    currency = models.CharField(max_length=3)
    guarded = models.BooleanField()
    balance_minor = models.BigIntegerField(null=True)
    version = models.IntegerField(default=0)

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.UniqueConstraint(fields=["code", "owner", "currency"], name="ledger_account_once"),
        ]
        # The chart is asked when an account is opened, and what it said cannot change: a constraint would read all of
        # the chart again with every balance.
        triggers = [
            guards.named("ledger_account_on_chart", f" {' '.join(GUARDED)} ", f" {' '.join(SUMMED)} "),
            *guards.fixed("id", "code", "owner", "currency", "guarded"),
            guards.sound("ledger_account_sound"),
        ]


class Transfer(models.Model):
    """One debit, one credit, one amount: an imbalance cannot be written down.

    That both accounts are there and of the transfer's currency is asked by `ledger_post`, through which alone it comes;
    no account is ever deleted or changes its currency, so it stays true. A foreign key would lock the accounts that
    everybody shares, each time. The audit proves it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.TextField()
    debit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    credit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    order_id = models.UUIDField(null=True)
    tranche = models.SmallIntegerField(null=True)
    lot = models.SmallIntegerField(null=True)
    subject_id = models.UUIDField(null=True)
    cause_id = models.UUIDField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    booked_on = models.DateField()
    """The accounting day, which `ledger_post` alone decides: no day that is closed."""

    class Meta:
        db_table = "ledger_transfer"
        indexes = [
            # Days are written one after the other, so the smallest index finds them.
            BrinIndex(fields=["booked_on"], name="ledger_transfer_day", autosummarize=True),
            models.Index(
                fields=["order_id"],
                name="ledger_transfer_order",
                condition=Q(order_id__isnull=False),
            ),
        ]
        triggers = [*guards.written_once(), guards.sound("ledger_transfer_sound")]


class Entry(models.Model):
    """One side of a transfer on one account; credits count up, debits down."""

    id = models.BigAutoField(primary_key=True)
    # `ledger_post` takes both from the transfer that it writes in the same breath, and nobody else writes here: asking
    # again for each entry would lock the accounts that everybody shares. The audit proves it.
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="entries", db_index=False, db_constraint=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    amount_minor = models.BigIntegerField()
    balance_after_minor = models.BigIntegerField(null=True)
    version = models.IntegerField(null=True)

    class Meta:
        db_table = "ledger_entry"
        constraints = [
            models.UniqueConstraint(fields=["account", "version"], name="ledger_entry_one_a_version"),
            models.UniqueConstraint(fields=["transfer", "account"], name="ledger_entry_one_a_side"),
        ]
        triggers = [*guards.written_once(), guards.sound("ledger_entry_sound")]


class Calendar(models.Model):
    """The one row that says in which zone accounting days end and through which day the books are closed.

    Whoever posts holds a share lock on it (an advisory one: nothing is written for it), the close an exclusive one.
    """

    singular = models.BooleanField(primary_key=True, default=True)
    zone = models.TextField(default="UTC")
    closed_through = models.DateField(null=True)

    class Meta:
        db_table = "ledger_calendar"
        constraints = [models.CheckConstraint(condition=Q(singular=True), name="ledger_calendar_single")]


class Checkpoint(models.Model):
    """What stood on an account at the end of a closed day, for accounts that moved since the checkpoint before."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    booked_on = models.DateField()
    balance_minor = models.BigIntegerField()

    class Meta:
        db_table = "ledger_checkpoint"
        constraints = [
            models.UniqueConstraint(fields=["account", "booked_on"], name="ledger_checkpoint_one_a_day"),
        ]
        triggers = guards.written_once()
