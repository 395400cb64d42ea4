"""Money asked for, and money on its way back to the instruments that paid."""

from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.rails import rules


class Payment(models.Model):
    """Money asked for one tranche of an order. `amount_minor` = `due_minor` + `processing_minor`; `captured_minor` is
    what came, `returned_minor` what went back, `disputed_minor` what the payer's side took back or disputes: together
    never more than came. `netted_minor` is what of it left before settlement."""

    id = models.UUIDField(primary_key=True, editable=False)
    order_id = models.UUIDField(db_index=True)
    tranche = models.SmallIntegerField()
    payer_id = models.UUIDField(db_index=True)
    rail = models.CharField(max_length=8)
    state = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    due_minor = models.BigIntegerField()
    processing_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    captured_minor = models.BigIntegerField(default=0)
    returned_minor = models.BigIntegerField(default=0)
    netted_minor = models.BigIntegerField(default=0)
    settle_days = models.SmallIntegerField()
    reference = models.CharField(max_length=25, unique=True)
    instrument = models.JSONField(default=dict)
    provider_ref = models.CharField(max_length=128, null=True)
    reason = models.CharField(max_length=40, null=True)
    external_id = models.CharField(max_length=128, null=True)
    metadata = models.JSONField(default=dict)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    captured_at = models.DateTimeField(null=True)
    settles_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    disputed_minor = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "rails_payment"
        indexes = [
            models.Index(fields=["settles_at"], name="rails_payment_settling", condition=Q(state="captured")),
            models.Index(fields=["id"], name="rails_payment_unfinished", condition=Q(state__in=rules.OPEN_PAYMENTS)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider_ref"], condition=Q(rail="wire"), name="rails_payment_a_line_is_entered_once"
            ),
        ]
        triggers = [
            *guards.lifecycle(rules.PAYMENT, often=True),
            guards.sound("rails_payment_sound", f" {' '.join(rules.RAILS)} "),
        ]


class Refund(models.Model):
    """Money on its way back to the instrument of one payment; or, where no instrument takes it, to the bank account
    `destination`, as it was verified."""

    id = models.UUIDField(primary_key=True, editable=False)
    order_id = models.UUIDField(db_index=True)
    claim_id = models.UUIDField(null=True)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="refunds")
    state = models.CharField(max_length=12)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    provider_ref = models.CharField(max_length=128, null=True)
    reason = models.CharField(max_length=40, null=True)
    requested_at = models.DateTimeField()
    start_due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    beneficiary_id = models.UUIDField(null=True)
    destination = models.JSONField(null=True)
    batch = models.ForeignKey("rails.PayoutBatch", models.PROTECT, null=True, related_name="refunds")

    class Meta:
        db_table = "rails_refund"
        indexes = [models.Index(fields=["id"], name="rails_refund_open", condition=Q(state__in=["requested", "sent"]))]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="rails_refund_amount"),
            models.CheckConstraint(
                condition=Q(payment__isnull=False) | Q(destination__isnull=False), name="rails_refund_goes_somewhere"
            ),
            models.CheckConstraint(
                condition=~Q(state="instructed") | Q(batch__isnull=False), name="rails_refund_instructed_in_a_batch"
            ),
        ]
        triggers = guards.lifecycle(rules.REFUND)
