"""Money that came and could not be placed."""

from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.rails import rules
from holdfast.rails.models.payments import Payment


class Stray(models.Model):
    """Money that came and could not be placed: why, who must act, by when. Entered once for each `source_ref`."""

    id = models.UUIDField(primary_key=True, editable=False)
    rail = models.CharField(max_length=8)
    source_ref = models.CharField(max_length=128, unique=True)
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=24)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=140, blank=True)
    payer_name = models.CharField(max_length=140, blank=True)
    order_id = models.UUIDField(null=True, db_index=True)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="strays")
    owner = models.CharField(max_length=12, default="operator")
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rails_stray"
        indexes = [models.Index(fields=["due_at"], name="rails_stray_open", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="rails_stray_amount"),
            models.CheckConstraint(condition=Q(reason__in=rules.REASONS), name="rails_stray_reason"),
        ]
        triggers = guards.lifecycle(rules.STRAY)
