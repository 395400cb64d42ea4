"""What is stored of papers: who the operator is to the tax office, dated tax rules, invoices and credit notes with
their lines, which fee stands on which of them, dated rates, account numbers. All of it is written once. No verbs.
"""

from django.db import models
from django.db.models import F, Q

from holdfast.database import guards
from holdfast.treasury.papers.rules import ANYWHERE, KINDS, TREATMENTS


class Seller(models.Model):
    """Who invoices: the operator as the law knows it. The row recorded last holds."""

    id = models.UUIDField(primary_key=True, editable=False)
    legal_name = models.TextField()
    address = models.TextField()
    country = models.CharField(max_length=2)
    registration_number = models.TextField(blank=True)
    vat_number = models.TextField(blank=True)
    prefix = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        db_table = "treasury_seller"
        constraints = [models.CheckConstraint(condition=~Q(prefix=""), name="treasury_seller_prefix")]
        triggers = guards.written_once()


class TaxRule(models.Model):
    """How fees are taxed for customers of a country (or `*`, any other) from a day on. The later row of a day holds."""

    id = models.UUIDField(primary_key=True, editable=False)
    country = models.CharField(max_length=2)
    treatment = models.TextField()
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    valid_from = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        db_table = "treasury_tax_rule"
        constraints = [
            models.CheckConstraint(
                condition=Q(country=ANYWHERE) | Q(country__regex="^[A-Z]{2}$"), name="treasury_tax_rule_country"
            ),
            models.CheckConstraint(condition=Q(treatment__in=TREATMENTS), name="treasury_tax_rule_treatment"),
            models.CheckConstraint(
                condition=Q(treatment="standard", percent__gt=0, percent__lt=100) | Q(percent=0),
                name="treasury_tax_rule_percent",
            ),
        ]
        triggers = guards.written_once()


class Billing(models.Model):
    """Whom an organisation's invoices are made out to, where that is more than its name. The last row holds."""

    id = models.UUIDField(primary_key=True, editable=False)
    organisation_id = models.UUIDField(db_index=True)
    legal_name = models.TextField()
    address = models.TextField()
    country = models.CharField(max_length=2)
    registration_number = models.TextField(blank=True)
    vat_number = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        db_table = "treasury_billing"
        triggers = guards.written_once()


class Paper(models.Model):
    """An invoice or a credit note: the canonical document, its SHA-256, and what lists and proofs ask for.

    A trigger (`sql/papers_v1.sql`) gives numbers out one after the other: a gap cannot be stored.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.TextField()
    series = models.TextField()
    number = models.IntegerField()
    organisation_id = models.UUIDField(db_index=True)
    order_id = models.UUIDField(null=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    currency = models.CharField(max_length=3)
    period_from = models.DateField()
    period_to = models.DateField()
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    gross_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    document = models.JSONField()
    digest = models.BinaryField()

    class Meta:
        db_table = "treasury_paper"
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="treasury_paper_number"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="treasury_paper_kind"),
            models.CheckConstraint(
                condition=Q(gross_minor__gt=0, tax_minor__gte=0, tax_minor__lt=F("gross_minor")),
                name="treasury_paper_amounts",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", corrects__isnull=True) | Q(kind="credit_note", corrects__isnull=False),
                name="treasury_paper_credit_corrects",
            ),
            models.CheckConstraint(condition=Q(period_from__lte=F("period_to")), name="treasury_paper_period"),
        ]
        triggers = guards.written_once()


class PaperLine(models.Model):
    """One order on a paper. A credit note's line names the invoice's line that it takes back from."""

    id = models.UUIDField(primary_key=True, editable=False)
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="lines")
    position = models.IntegerField()
    order_id = models.UUIDField(null=True, db_index=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    treatment = models.TextField()
    gross_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()

    class Meta:
        db_table = "treasury_paper_line"
        constraints = [
            models.UniqueConstraint(fields=["paper", "position"], name="treasury_paper_line_position"),
            models.CheckConstraint(
                condition=Q(gross_minor__gt=0, tax_minor__gte=0, tax_minor__lte=F("gross_minor")),
                name="treasury_paper_line_amounts",
            ),
        ]
        triggers = guards.written_once()


class FeeOnPaper(models.Model):
    """Each transfer of a fee stands on one paper, once. Without a paper: it was taken and given back before one."""

    transfer_id = models.UUIDField(primary_key=True, editable=False)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="fees")

    class Meta:
        db_table = "treasury_fee_on_paper"
        triggers = guards.written_once()


class PaperRun(models.Model):
    """A month whose invoices were issued, for all suppliers."""

    month = models.DateField(primary_key=True)
    papers = models.IntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        db_table = "treasury_paper_run"
        constraints = [models.CheckConstraint(condition=Q(month__day=1), name="treasury_paper_run_first_of_month")]
        triggers = guards.written_once()


class Rate(models.Model):
    """So much of `currency` for one unit of `base` on a day, by a source. The row recorded last holds."""

    id = models.UUIDField(primary_key=True, editable=False)
    base = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    on = models.DateField()
    per_base = models.DecimalField(max_digits=20, decimal_places=8)
    source = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        db_table = "treasury_rate"
        indexes = [models.Index(fields=["currency", "-on"], name="treasury_rate_day")]
        constraints = [
            models.CheckConstraint(condition=Q(per_base__gt=0), name="treasury_rate_positive"),
            models.CheckConstraint(condition=~Q(base=F("currency")), name="treasury_rate_two_currencies"),
        ]
        triggers = guards.written_once()


class AccountNumber(models.Model):
    """Under which number and name a bookkeeper keeps an account of ours. The row recorded last holds."""

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.TextField()
    number = models.TextField()
    name = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        db_table = "treasury_account_number"
        triggers = guards.written_once()
