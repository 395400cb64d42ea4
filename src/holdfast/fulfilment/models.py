"""What is stored of shipments, and what can never be: a step outside the lifecycle, a lot that travels twice, an event
changed after it was reported. No verbs.
"""

from django.db import models
from django.db.models import Q

from holdfast.database import guards
from holdfast.fulfilment import rules
from holdfast.orders.models import Lot, Order


class Shipment(models.Model):
    """One lot of one order on its way. `shipped_on` is what the supplier states, `left_on` the day the goods left by
    the best proof there is, `ship_date_on` the ship date of record, `ship_basis` what they rest on, `grade` how good
    the proof of shipment is. They follow from events and papers, and are kept because lots and lists ask for them."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_index=True)
    lot = models.OneToOneField(Lot, models.PROTECT, related_name="+")
    lot_number = models.SmallIntegerField()
    buyer_id = models.UUIDField()
    supplier_id = models.UUIDField()
    state = models.TextField(default=rules.SHIPMENT.initial)
    carrier = models.TextField()
    mode = models.TextField()
    tracking_number = models.TextField(null=True)
    container_number = models.TextField(null=True)
    number_scheme = models.TextField(null=True)
    number_is_valid = models.BooleanField(default=False)
    is_reused = models.BooleanField(default=False)
    is_elsewhere = models.BooleanField(default=False)
    documents = models.JSONField(default=list)
    from_zone = models.TextField()
    to_zone = models.TextField()
    to_country = models.CharField(max_length=2)
    shipped_on = models.DateField()
    uploaded_at = models.DateTimeField()
    uploaded_on = models.DateField()
    accepted_at = models.DateTimeField(null=True)
    left_on = models.DateField()
    ship_date_on = models.DateField()
    ship_basis = models.TextField()
    grade = models.CharField(max_length=1)
    delivered_on = models.DateField(null=True)
    delivery_grade = models.CharField(max_length=1, null=True)
    polled_at = models.DateTimeField(null=True)
    external_id = models.TextField(null=True)
    metadata = models.JSONField(default=dict)

    class Meta:
        db_table = "fulfilment_shipment"
        indexes = [
            models.Index(fields=["tracking_number"], name="fulfilment_shipment_tracking"),
            models.Index(fields=["container_number"], name="fulfilment_shipment_container"),
            models.Index(
                fields=["polled_at"],
                name="fulfilment_shipment_to_ask",
                condition=Q(delivery_grade=None) | Q(delivery_grade="C"),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=rules.MODES), name="fulfilment_shipment_mode"),
            models.CheckConstraint(condition=Q(grade__in=list(rules.GRADES)), name="fulfilment_shipment_grade"),
            models.CheckConstraint(
                condition=Q(ship_basis__in=["carrier", "document", "word"]), name="fulfilment_shipment_basis"
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered")
                | (Q(delivered_on__isnull=False) & Q(delivery_grade__in=["A", "B", "C"])),
                name="fulfilment_shipment_delivered_by_a_proof",
            ),
        ]
        triggers = guards.lifecycle(rules.SHIPMENT)


class Event(models.Model):
    """One thing reported of a shipment: `at` in `zone`, by `source`. `proof_sha256` is the digest of what was shown."""

    id = models.UUIDField(primary_key=True, editable=False)
    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="events", db_index=False)
    code = models.TextField()
    at = models.DateTimeField()
    zone = models.TextField()
    place = models.TextField(default="")
    source = models.TextField()
    proof_sha256 = models.CharField(max_length=64, null=True)
    file_id = models.UUIDField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        db_table = "fulfilment_event"
        constraints = [
            models.UniqueConstraint(fields=["shipment", "source", "code", "at"], name="fulfilment_event_once"),
            models.CheckConstraint(condition=Q(code__in=list(rules.CODES)), name="fulfilment_event_code"),
            models.CheckConstraint(condition=Q(source__in=rules.SPEAKERS), name="fulfilment_event_source"),
        ]
        triggers = guards.written_once()
