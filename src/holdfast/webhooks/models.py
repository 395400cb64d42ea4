"""What is stored of webhooks: endpoints, their secrets (encrypted), what is to be sent, each attempt, and how far the
record has been heard. No verbs.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.parties.models import Organisation
from holdfast.webhooks.rules import DELIVERY, ENDPOINT

PENDING = ["waiting", "sending"]


class Endpoint(models.Model):
    """Where an organisation's program listens, and to what. `failing_since` is when it began to fail, `paused_until`
    until when it is left in peace, `told_at` when its owners were told that something could not be delivered."""

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="webhooks")
    url = models.TextField()
    description = models.TextField(default="")
    kinds = ArrayField(models.TextField())
    ordered = models.BooleanField(default=False)
    state = models.TextField(default=ENDPOINT.initial)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.TextField(default="")
    failures = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=128, null=True)
    metadata = models.JSONField(default=dict)

    class Meta:
        db_table = "webhooks_endpoint"
        indexes = [models.Index(fields=["taken_at"], name="webhooks_endpoint_enabled", condition=Q(state="enabled"))]
        triggers = guards.lifecycle(ENDPOINT)


class Secret(models.Model):
    """What deliveries are signed with, encrypted under a key outside the database; `ends_at` once another follows."""

    id = models.UUIDField(primary_key=True, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="secrets")
    sealed = models.TextField()
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhooks_secret"
        constraints = [
            models.UniqueConstraint(fields=["endpoint"], condition=Q(ends_at=None), name="webhooks_secret_one_current"),
        ]


class Delivery(models.Model):
    """One event to one endpoint. `parties` are those of the endpoint's organisations that may read it; `due_since` is
    when it was first to be sent, or last asked for again."""

    id = models.UUIDField(primary_key=True, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries")
    event_id = models.UUIDField()
    kind = models.TextField()
    chain_id = models.UUIDField()
    seq = models.IntegerField()
    parties = ArrayField(models.UUIDField())
    state = models.TextField(default=DELIVERY.initial)
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    due_since = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True)
    fault = models.TextField(default="")
    duration_ms = models.IntegerField(null=True)
    answer = models.TextField(default="")

    class Meta:
        db_table = "webhooks_delivery"
        indexes = [
            models.Index(
                fields=["endpoint", "created_at", "seq"], name="webhooks_delivery_waiting", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["endpoint", "chain_id", "seq"],
                name="webhooks_delivery_pending",
                condition=Q(state__in=PENDING),
            ),
            models.Index(fields=["taken_at"], name="webhooks_delivery_sending", condition=Q(state="sending")),
            models.Index(fields=["endpoint", "-id"], name="webhooks_delivery_log"),
            models.Index(fields=["ended_at"], name="webhooks_delivery_ended", condition=Q(ended_at__isnull=False)),
        ]
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhooks_delivery_once")]
        triggers = guards.lifecycle(DELIVERY)


class Attempt(models.Model):
    """One call: what was answered, how long it took, and the first bytes; or why there was no answer."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="log")
    number = models.IntegerField()
    at = models.DateTimeField()
    status = models.SmallIntegerField(null=True)
    fault = models.TextField(default="")
    duration_ms = models.IntegerField()
    answer = models.TextField(default="")

    class Meta:
        db_table = "webhooks_attempt"


class Heard(models.Model):
    """Up to where the record has been heard: everything written by transactions below `beyond`, but for those that were
    still `running` then, of which none is below `lowest` (`operations/hearing.py`). One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    lowest = models.BigIntegerField()
    beyond = models.BigIntegerField()
    running = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "webhooks_heard"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="webhooks_heard_one")]
