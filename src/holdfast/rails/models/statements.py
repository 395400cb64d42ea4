"""What the bank says: our accounts there, the files it sends, their statements, and each line with what it became."""

from django.db import models
from django.db.models import F, Q

from holdfast.database import guards
from holdfast.rails.bank import rules


class BankAccount(models.Model):
    """An account of the operator's at a bank, in one currency. `number` is the IBAN, or another number, without spaces;
    `holds` says whose money is on it."""

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=140)
    number = models.CharField(max_length=64)
    bic = models.CharField(max_length=11, blank=True)
    currency = models.CharField(max_length=3)
    holds = models.CharField(max_length=8)
    added_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rails_bank_account"
        constraints = [
            models.UniqueConstraint(fields=["number", "currency"], name="rails_bank_account_is_known_once"),
            models.CheckConstraint(condition=Q(holds__in=rules.HOLDS), name="rails_bank_account_holds"),
        ]


class StatementFile(models.Model):
    """A file as the bank sent it, entered once for each content. `not_booked` counts what was only announced, `known`
    what other files had brought before."""

    id = models.UUIDField(primary_key=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    size_bytes = models.BigIntegerField()
    state = models.CharField(max_length=12, default=rules.STATEMENT_FILE.initial)
    statements = models.IntegerField()
    lines = models.IntegerField()
    not_booked = models.IntegerField()
    known = models.IntegerField(default=0)
    brought_by = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rails_statement_file"
        indexes = [models.Index(fields=["id"], name="rails_statement_file_open", condition=Q(state="entering"))]
        triggers = guards.lifecycle(rules.STATEMENT_FILE)


class Statement(models.Model):
    """One statement of a file. `off_minor` says by how much its lines miss its closing balance."""

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="parts")
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    place = models.IntegerField()
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=64, blank=True)
    number = models.CharField(max_length=32, blank=True)
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    opening_minor = models.BigIntegerField(null=True)
    opening_on = models.DateField(null=True)
    closing_minor = models.BigIntegerField(null=True)
    closing_on = models.DateField(null=True)
    lines = models.IntegerField()
    credits_minor = models.BigIntegerField()
    debits_minor = models.BigIntegerField()
    off_minor = models.BigIntegerField(null=True)

    class Meta:
        db_table = "rails_statement"
        indexes = [models.Index(fields=["account", "closing_on"], name="rails_statement_by_day")]
        constraints = [models.UniqueConstraint(fields=["file", "place"], name="rails_statement_place")]
        triggers = guards.written_once()


class StatementLine(models.Model):
    """One booked movement on an account of ours, entered once for each `key` however many files bring it; `entry_key`
    is what lines of one entry have in common. `subject_kind` and `subject_id` say what it belongs to."""

    id = models.UUIDField(primary_key=True, editable=False)
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="lines")
    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="entered_lines")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="entered_lines")
    entry = models.IntegerField()
    detail = models.IntegerField()
    key = models.CharField(max_length=64, unique=True)
    entry_key = models.CharField(max_length=64, db_index=True)
    bank_ref = models.CharField(max_length=64, blank=True)
    end_to_end = models.CharField(max_length=64, blank=True)
    references = models.JSONField(default=list)
    text = models.TextField(blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    direction = models.CharField(max_length=6)
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    counterparty_name = models.CharField(max_length=140, blank=True)
    counterparty_account = models.CharField(max_length=64, blank=True)
    charges = models.JSONField(default=list)
    reversal = models.BooleanField(default=False)
    code = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, default=rules.STATEMENT_LINE.initial)
    kind = models.CharField(max_length=20, blank=True)
    subject_kind = models.CharField(max_length=12, blank=True)
    subject_id = models.UUIDField(null=True)
    order_id = models.UUIDField(null=True)
    note = models.CharField(max_length=500, blank=True)
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rails_statement_line"
        indexes = [
            models.Index(fields=["id"], name="rails_statement_line_waiting", condition=Q(state="entered")),
            models.Index(fields=["id"], name="rails_statement_line_open", condition=Q(state="unexplained")),
            models.Index(fields=["account", "booked_on"], name="rails_statement_line_by_day"),
            models.Index(fields=["subject_id"], name="rails_statement_line_subject"),
            models.Index(fields=["file", "state"], name="rails_statement_line_of_file"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="rails_statement_line_amount"),
            models.CheckConstraint(condition=Q(direction__in=["credit", "debit"]), name="rails_statement_line_way"),
            models.CheckConstraint(condition=Q(kind__in=rules.LINE_KINDS), name="rails_statement_line_kind"),
            models.CheckConstraint(
                condition=~Q(state__in=["matched", "suspense", "returned"]) | Q(subject_id__isnull=False),
                name="rails_statement_line_has_its_subject",
            ),
            models.CheckConstraint(
                condition=Q(entered_at__lte=F("ended_at")) | Q(ended_at__isnull=True),
                name="rails_statement_line_ends_later",
            ),
        ]
        triggers = guards.lifecycle(rules.STATEMENT_LINE)
