"""Entries that finance proposes and a second person decides."""

from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.treasury.rules import entries as rules


class EntryDocument(models.Model):
    """The evidence of an entry, bytes and all: it is as lasting as the money it moved."""

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=120)
    sha256 = models.BinaryField()
    content = models.BinaryField()
    brought_by = models.UUIDField(null=True)
    brought_at = models.DateTimeField()

    class Meta:
        db_table = "treasury_entry_document"
        triggers = guards.written_once()


class Entry(models.Model):
    """An amount to be moved by hand: why, on what evidence, by whom proposed and by whom decided."""

    id = models.UUIDField(primary_key=True, editable=False)
    state = models.CharField(max_length=12, default=rules.ENTRY.initial)
    debit = models.CharField(max_length=32)
    debit_owner = models.CharField(max_length=32)
    credit = models.CharField(max_length=32)
    credit_owner = models.CharField(max_length=32)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    value_on = models.DateField()
    reason = models.TextField()
    document = models.ForeignKey(EntryDocument, models.PROTECT, related_name="+")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="reversals")
    proposed_by = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()

    class Meta:
        db_table = "treasury_entry"
        indexes = [models.Index(fields=["due_at"], name="treasury_entry_waiting", condition=Q(state="proposed"))]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="treasury_entry_amount"),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(state__in=["proposed", "posted"]),
                name="treasury_entry_reversed_once",
            ),
        ]
        triggers = guards.lifecycle(rules.ENTRY)
