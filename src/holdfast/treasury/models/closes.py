"""The closes, each written once, and what finance has decided about closing."""

from django.db import models
from django.db.models import F, Q

from holdfast.database import guards


class Close(models.Model):
    """One close: the last day it covers and the first. `salt_key` is a secret of its own, from which every account's
    salt is derived; it leaves this table only as salts of accounts, to their owners."""

    day = models.DateField(primary_key=True)
    first_day = models.DateField()
    statement = models.JSONField()
    books = models.JSONField()
    digest = models.BinaryField(unique=True)
    previous = models.BinaryField()
    salt_key = models.BinaryField()
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField()
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField()

    class Meta:
        db_table = "treasury_close"
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("day")), name="treasury_close_period"),
            models.UniqueConstraint(fields=["previous"], name="treasury_close_one_after_each"),
        ]
        triggers = guards.written_once()


class Routine(models.Model):
    """What the clock does by itself: from which hour on, where the operator is, it closes the day before."""

    singular = models.BooleanField(primary_key=True, default=True)
    close_hour = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "treasury_routine"
        constraints = [
            models.CheckConstraint(condition=Q(singular=True), name="treasury_routine_single"),
            models.CheckConstraint(
                condition=Q(close_hour__isnull=True) | Q(close_hour__gte=0, close_hour__lte=23),
                name="treasury_routine_hour",
            ),
        ]
