"""A supplier's balance on its way to its bank."""

from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.rails import rules


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

    class Meta:
        db_table = "rails_payout"
        indexes = [models.Index(fields=["id"], name="rails_payout_open", condition=Q(state__in=["requested", "sent"]))]
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="rails_payout_amount")]
        triggers = guards.lifecycle(rules.PAYOUT)
