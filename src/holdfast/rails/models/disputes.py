"""Money that the payer's side took back: chargebacks and returned e-checks, and what is said to the provider."""

from django.db import models
from django.db.models import F, Q

from holdfast.database import guards
from holdfast.rails import rules
from holdfast.rails.models.payments import Payment


class Dispute(models.Model):
    """One dispute of one payment, entered once for each `provider_ref`.

    `amount_minor`, as the provider took it, is: `order_minor`, of what was paid for the order; `processing_minor`, paid
    beside it; `stopped_minor`, a refund that was on its way and was stopped; `excess_minor`, more than was left.
    `frozen` says how much of each place stands frozen for it, `promised` which refunds of the order wait for its end.
    `unsettled_minor` and `netted_minor` are what it took out of the same figures of its order and payment.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    order_id = models.UUIDField(db_index=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    rail = models.CharField(max_length=8)
    provider_ref = models.CharField(max_length=128, unique=True)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=12, default=rules.DISPUTE.initial)
    reason = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    order_minor = models.BigIntegerField()
    processing_minor = models.BigIntegerField()
    stopped_minor = models.BigIntegerField()
    excess_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    from_bank = models.BooleanField(default=False)
    unsettled_minor = models.BigIntegerField(default=0)
    netted_minor = models.BigIntegerField(default=0)
    frozen = models.JSONField(default=dict)
    promised = models.JSONField(default=list)
    credited_minor = models.BigIntegerField(default=0)
    bearer = models.CharField(max_length=8, null=True)
    fault = models.CharField(max_length=40, null=True)
    held_minor = models.BigIntegerField(default=0)
    recourse_minor = models.BigIntegerField(default=0)
    borne_minor = models.BigIntegerField(default=0)
    due_again_minor = models.BigIntegerField(default=0)
    respond_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rails_dispute"
        indexes = [models.Index(fields=["id"], name="rails_dispute_open", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=rules.DISPUTE_KINDS), name="rails_dispute_kind"),
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gt=0,
                    order_minor__gte=0,
                    processing_minor__gte=0,
                    stopped_minor__gte=0,
                    excess_minor__gte=0,
                    fee_minor__gte=0,
                    credited_minor__gte=0,
                    credited_minor__lte=F("order_minor"),
                ),
                name="rails_dispute_amounts",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_minor=F("order_minor") + F("processing_minor") + F("stopped_minor") + F("excess_minor")
                ),
                name="rails_dispute_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | ~Q(state="open") & Q(ended_at__isnull=False),
                name="rails_dispute_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="lost")
                | Q(
                    bearer__in=["supplier", "operator"],
                    amount_minor=F("held_minor")
                    + F("recourse_minor")
                    + F("borne_minor")
                    + F("due_again_minor")
                    + F("stopped_minor"),
                ),
                name="rails_dispute_lost_is_borne",
            ),
        ]
        triggers = guards.lifecycle(rules.DISPUTE)


class DisputeNote(models.Model):
    """What the operator said to the provider, or on which paper a dispute ended: written once."""

    id = models.UUIDField(primary_key=True, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=12)
    text = models.TextField()
    document = models.CharField(max_length=140, blank=True)
    by_id = models.UUIDField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "rails_dispute_note"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["evidence", "won", "lost"]), name="rails_dispute_note_kind")
        ]
        triggers = guards.written_once()
