"""What providers told us, when they were last asked, and what they sent to our bank."""

from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.rails import rules


class ProviderEvent(models.Model):
    """A signed message of a provider, entered once for each `event_id`. Only what it is about is kept: how things
    stand is asked for, never read from a message."""

    provider = models.CharField(max_length=16)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=255)
    state = models.CharField(max_length=12)
    tries = models.SmallIntegerField(default=0)
    received_at = models.DateTimeField()
    again_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rails_provider_event"
        indexes = [
            models.Index(fields=["again_at"], name="rails_provider_event_waiting", condition=Q(state="received"))
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="rails_provider_event_is_entered_once")
        ]
        triggers = guards.lifecycle(rules.NEWS)


class Inquiry(models.Model):
    """When a provider was last asked about a thing that waits for it."""

    subject_id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    times = models.IntegerField(default=1)

    class Meta:
        db_table = "rails_inquiry"


class Settlement(models.Model):
    """What a provider sends to our bank in one sum: less than nothing if it collects. `statement_line_id` is the line
    of a bank statement that brought it."""

    id = models.UUIDField(primary_key=True, editable=False)
    rail = models.CharField(max_length=8)
    provider_ref = models.CharField(max_length=128)
    trace = models.CharField(max_length=140, blank=True)
    state = models.CharField(max_length=12)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    arrival_on = models.DateField()
    statement_line_id = models.UUIDField(null=True, unique=True)
    reason = models.CharField(max_length=40, null=True)
    sent_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rails_settlement"
        indexes = [models.Index(fields=["arrival_on"], name="rails_settlement_open", condition=Q(state="sent"))]
        constraints = [
            models.UniqueConstraint(fields=["rail", "provider_ref"], name="rails_settlement_is_entered_once"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="rails_settlement_amount"),
            models.CheckConstraint(
                condition=~Q(state="arrived") | Q(ended_at__isnull=False), name="rails_settlement_arrived_on_a_day"
            ),
        ]
        triggers = guards.lifecycle(rules.SETTLEMENT)


class SettlementLine(models.Model):
    """One movement at the provider that a settlement consists of; `payment_id` or `refund_id` if it is one of ours."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines")
    provider_ref = models.CharField(max_length=128)
    kind = models.CharField(max_length=40)
    source_ref = models.CharField(max_length=128, blank=True)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    payment_id = models.UUIDField(null=True, db_index=True)
    refund_id = models.UUIDField(null=True, db_index=True)

    class Meta:
        db_table = "rails_settlement_line"
        constraints = [
            models.UniqueConstraint(fields=["settlement", "provider_ref"], name="rails_settlement_line_once"),
            models.CheckConstraint(
                condition=Q(net_minor=models.F("amount_minor") - models.F("fee_minor")),
                name="rails_settlement_line_adds_up",
            ),
        ]
        triggers = guards.written_once()
