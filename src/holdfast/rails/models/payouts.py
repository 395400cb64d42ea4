"""Money on its way out: a supplier's balance to its bank, the batches in which the bank gets it told, their files, and
the amounts above which two people look.
"""

from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.rails import rules


class PayoutBatch(models.Model):
    """Payouts and refunds that one file asks the bank to pay on one day from one account. `debtor` is that account as
    it was then; what the batch holds is said by `count` and `total_minor`, which its rows always add up to."""

    id = models.UUIDField(primary_key=True, editable=False)
    account_id = models.UUIDField()
    debtor = models.JSONField()
    currency = models.CharField(max_length=3)
    execution_on = models.DateField()
    state = models.CharField(max_length=12)
    count = models.IntegerField()
    total_minor = models.BigIntegerField()
    needs_second = models.BooleanField()
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    released_by = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=40, null=True)
    booked_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rails_payout_batch"
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gt=0, total_minor__gt=0), name="rails_payout_batch_holds_something"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("released", "accepted", "rejected", "booked"))
                | (Q(released_at__isnull=False) & ~Q(sha256="")),
                name="rails_payout_batch_released_has_a_file",
            ),
        ]
        triggers = guards.lifecycle(rules.PAYOUT_BATCH)


class PayoutFile(models.Model):
    """The file of a batch as it was released: compressed, and never another."""

    batch = models.OneToOneField(PayoutBatch, models.PROTECT, primary_key=True, related_name="file")
    size_bytes = models.BigIntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "rails_payout_file"
        triggers = guards.written_once()


class PayoutLimit(models.Model):
    """Above this amount a payout, or a batch of them, needs a second person."""

    currency = models.CharField(primary_key=True, max_length=3)
    amount_minor = models.BigIntegerField()
    set_by = models.UUIDField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "rails_payout_limit"
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gte=0), name="rails_payout_limit_amount")]


class Payout(models.Model):
    """A supplier's balance on its way to its bank. `destination` is the account as it was verified."""

    id = models.UUIDField(primary_key=True, editable=False)
    organisation_id = models.UUIDField(db_index=True)
    beneficiary_id = models.UUIDField()
    destination = models.JSONField()
    state = models.CharField(max_length=12)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    provider_ref = models.CharField(max_length=128, null=True)
    reason = models.CharField(max_length=40, null=True)
    external_id = models.CharField(max_length=128, null=True)
    metadata = models.JSONField(default=dict)
    requested_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    needs_approval = models.BooleanField(default=False, db_default=False)
    requested_by = models.UUIDField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(PayoutBatch, models.PROTECT, null=True, related_name="payouts")

    class Meta:
        db_table = "rails_payout"
        indexes = [
            models.Index(fields=["id"], name="rails_payout_open", condition=Q(state__in=["requested", "sent"])),
            models.Index(
                fields=["state", "id"], name="rails_payout_waiting", condition=Q(state__in=rules.OPEN_PAYOUTS)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="rails_payout_amount"),
            models.CheckConstraint(
                condition=~Q(needs_approval=True, state__in=("approved", "instructed", "sent", "confirmed"))
                | Q(approved_by__isnull=False),
                name="rails_payout_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="instructed") | Q(batch__isnull=False), name="rails_payout_instructed_in_a_batch"
            ),
        ]
        triggers = guards.lifecycle(rules.PAYOUT)
