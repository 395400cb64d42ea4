"""What is stored of inspections, and what can never be: a report changed after it was filed, an inspector's report
without an assignment. No verbs.
"""

from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.inspection import rules
from holdfast.orders.models import Lot, Order
from holdfast.parties.models import Organisation


class Assignment(models.Model):
    """One inspector for one kind of inspection of one order: the gate through which it sees the order at all.
    `switching` is the severity that the supplier's record asked for when it was ordered, with the lots it counted,
    where the contract follows that."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    inspector = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.TextField()
    state = models.TextField(default=rules.ASSIGNMENT.initial)
    commissioned_by = models.TextField()
    fee_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    assigned_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    switching = models.JSONField(null=True)

    class Meta:
        db_table = "inspection_assignment"
        constraints = [
            models.UniqueConstraint(
                fields=["order", "inspector", "kind"],
                condition=~Q(state="withdrawn"),
                name="inspection_assignment_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=rules.KINDS), name="inspection_assignment_kind"),
            models.CheckConstraint(condition=Q(fee_minor__gte=0), name="inspection_assignment_fee"),
            models.CheckConstraint(
                condition=Q(commissioned_by__in=rules.COMMISSIONERS), name="inspection_assignment_commissioner"
            ),
        ]
        triggers = guards.lifecycle(rules.ASSIGNMENT)


class Readiness(models.Model):
    """What the supplier said of how far the goods of an order are, in whole percent; the last one counts."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    finished_percent = models.SmallIntegerField()
    packed_percent = models.SmallIntegerField()
    declared_at = models.DateTimeField()

    class Meta:
        db_table = "inspection_readiness"
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_percent__range=(0, 100), packed_percent__range=(0, 100)),
                name="inspection_readiness_percent",
            ),
        ]
        triggers = guards.written_once()


class Booking(models.Model):
    """A visit of an assigned inspector: on which day, where, at whose cost. `notice` keeps how the working days of the
    place before it were counted, `late` that it was cancelled or moved with fewer of them left."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    lot_number = models.SmallIntegerField(null=True)
    state = models.TextField(default=rules.BOOKING.initial)
    on = models.DateField()
    place = models.TextField()
    city = models.TextField()
    zone = models.TextField()
    notice = models.JSONField()
    booked_by = models.TextField()
    payer = models.TextField()
    booked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    moved = models.SmallIntegerField(default=0)
    late = models.BooleanField(default=False)
    why = models.TextField(default="")
    report_id = models.UUIDField(null=True)

    class Meta:
        db_table = "inspection_booking"
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(state__in=rules.STANDING), name="inspection_booking_one_standing"
            ),
            models.CheckConstraint(condition=Q(payer__in=rules.COMMISSIONERS), name="inspection_booking_payer"),
            models.CheckConstraint(condition=Q(booked_by__in=rules.COMMISSIONERS), name="inspection_booking_booked_by"),
            models.CheckConstraint(
                condition=~Q(state="reported") | Q(report_id__isnull=False), name="inspection_booking_reported"
            ),
        ]
        indexes = [
            models.Index(fields=["order"], name="inspection_booking_under_way", condition=Q(state="under_way")),
        ]
        triggers = guards.lifecycle(rules.BOOKING)


class Report(models.Model):
    """One examination. `document` is its canonical text with the readings, `digest` the SHA-256 of it; `verdict` is
    what the contract of `contract_digest` makes of it, computed once and for ever computable again."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", null=True)
    lot_number = models.SmallIntegerField(null=True)
    kind = models.TextField()
    role = models.TextField()
    organisation_id = models.UUIDField()
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+", null=True)
    commissioned_by = models.TextField(null=True)
    fee_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    examined_at = models.DateTimeField()
    filed_at = models.DateTimeField()
    signed_by_kind = models.TextField()
    signed_by_id = models.UUIDField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    contract_digest = models.CharField(max_length=64)
    verdict = models.JSONField()
    verdict_lot = models.TextField()
    effect = models.TextField()
    effect_rule = models.TextField()
    file_ids = models.JSONField(default=list)
    external_id = models.TextField(null=True)
    metadata = models.JSONField(default=dict)

    class Meta:
        db_table = "inspection_report"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=rules.KINDS), name="inspection_report_kind"),
            models.CheckConstraint(
                condition=Q(role="inspector", assignment__isnull=False, commissioned_by__isnull=False)
                | Q(role__in=rules.PARTIES, assignment__isnull=True, commissioned_by__isnull=True),
                name="inspection_report_inspectors_are_assigned",
            ),
            models.CheckConstraint(
                condition=Q(verdict_lot__in=["accepted", "rejected", "undecided"]), name="inspection_report_verdict"
            ),
            models.CheckConstraint(
                condition=Q(effect__in=["opens", "blocks", "none"]), name="inspection_report_effect"
            ),
        ]
        triggers = guards.written_once()
