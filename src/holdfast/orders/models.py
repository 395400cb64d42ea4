"""What is stored of orders, and what can never be: a step outside the lifecycle, an order begun half-way, more
released and refunded than was ever paid. No verbs.
"""

from django.db import models
from django.db.models import F, Q

from holdfast.database import guards
from holdfast.orders.rules import debts
from holdfast.orders.rules.lifecycles import DEBT, LOT, ORDER, RESERVE_CHANGE, TRANCHE


class Order(models.Model):
    """One order under one contract and one programme version. Amounts are running totals in its currency."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.TextField(unique=True)
    contract_id = models.UUIDField(unique=True)
    buyer_id = models.UUIDField()
    supplier_id = models.UUIDField()
    state = models.TextField(default=ORDER.initial)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    goods_minor = models.BigIntegerField()
    programme_name = models.TextField()
    programme_version = models.IntegerField()
    tier = models.TextField()
    cap_minor = models.BigIntegerField()
    cover_minor = models.BigIntegerField()
    cover_drawn_minor = models.BigIntegerField(default=0)
    paid_minor = models.BigIntegerField(default=0)
    unsettled_minor = models.BigIntegerField(default=0)
    released_minor = models.BigIntegerField(default=0)
    released_early_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    recourse_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    rest_refunded_minor = models.BigIntegerField(default=0)
    rest_frozen_minor = models.BigIntegerField(default=0)
    rest_settled = models.BooleanField(default=False)
    rest_locked = models.BooleanField(default=False)
    lines = models.JSONField()
    charges = models.JSONField()
    partial_shipments = models.BooleanField()
    incoterm = models.CharField(max_length=3)
    buyer_zone = models.TextField()
    supplier_zone = models.TextField()
    inspection = models.TextField(default="none")
    inspection_waived_by = models.JSONField(default=list)
    ship_on = models.DateField(null=True)
    ship_days = models.IntegerField(null=True)
    transit_days = models.IntegerField(null=True)
    expected_delivery_on = models.DateField(null=True)
    latest_delivery_on = models.DateField(null=True)
    production_started_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    overdue = models.BooleanField(default=False)
    claims_open = models.SmallIntegerField(default=0)
    cancel_proposed_by = models.TextField(null=True)
    cancelled_by = models.TextField(null=True)
    opened_at = models.DateTimeField()
    first_paid_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    external_id = models.TextField(null=True)
    metadata = models.JSONField(default=dict)
    disputed_minor = models.BigIntegerField(default=0, db_default=0)
    borne_minor = models.BigIntegerField(default=0, db_default=0)
    version = models.SmallIntegerField(default=1, db_default=1)

    class Meta:
        db_table = "orders_order"
        # A party's orders in the order of its lists. Nothing that ever changes is in an index: a step of the order's
        # life stays within its page of the table (HOT).
        indexes = [
            models.Index(fields=["buyer_id", "id"], name="orders_order_of_buyer"),
            models.Index(fields=["supplier_id", "id"], name="orders_order_of_supplier"),
        ]
        triggers = [*guards.lifecycle(ORDER, often=True), guards.sound("orders_order_sound")]


class Tranche(models.Model):
    """A part of the total with its own life."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="tranches", db_index=False)
    number = models.SmallIntegerField()
    amount_minor = models.BigIntegerField()
    payable = models.TextField()
    release = models.TextField()
    state = models.TextField(default=TRANCHE.initial)
    funded_minor = models.BigIntegerField(default=0)
    replaced = models.BooleanField(default=False, db_default=False)
    """An amendment took it out of the schedule: it counts for nothing any more."""

    class Meta:
        db_table = "orders_tranche"
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="orders_tranche_once"),
        ]
        triggers = [*guards.lifecycle(TRANCHE, often=True), guards.sound("orders_tranche_sound")]


class Lot(models.Model):
    """Goods that travel and are judged together."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="lots", db_index=False)
    number = models.SmallIntegerField()
    state = models.TextField(default=LOT.initial)
    quantities = models.JSONField()
    received = models.JSONField(null=True)
    price_minor = models.BigIntegerField()
    goods_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    frozen_minor = models.BigIntegerField(default=0)
    reserved_minor = models.BigIntegerField(default=0)
    shipped_on = models.DateField()
    grade = models.CharField(max_length=1, default="D")
    expected_delivery_on = models.DateField(null=True)
    delivered_on = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    receipt = models.TextField(null=True)
    extended_by = models.JSONField(default=list)
    version = models.SmallIntegerField(default=1, db_default=1)
    ship_on = models.DateField(null=True)
    deliver_by = models.DateField(null=True)

    class Meta:
        db_table = "orders_lot"
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="orders_lot_once"),
        ]
        triggers = [*guards.lifecycle(LOT, often=True), guards.sound("orders_lot_sound")]


class Debt(models.Model):
    """What a supplier owes for one award: its docket. Of the amount a part may have been paid ahead to the buyer
    (`advanced_minor`), by the reserve (`reserve_minor`) or, at a chargeback, by the network's own hand."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="debts")
    supplier_id = models.UUIDField()
    claim_id = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    collected_minor = models.BigIntegerField(default=0)
    recorded_at = models.DateTimeField()
    kind = models.TextField()
    state = models.TextField(default=DEBT.initial)
    advanced_minor = models.BigIntegerField(default=0)
    reserve_minor = models.BigIntegerField(default=0)
    reminders = models.IntegerField(default=0)
    reference = models.CharField(max_length=25, unique=True)
    ended_at = models.DateTimeField(null=True)
    write_off_asked_by = models.UUIDField(null=True)
    write_off_asked_at = models.DateTimeField(null=True)
    write_off_reason = models.TextField(default="")
    written_off_by = models.UUIDField(null=True)

    class Meta:
        db_table = "orders_debt"
        indexes = [
            models.Index(
                fields=["supplier_id", "currency"],
                name="orders_debt_open",
                condition=Q(collected_minor__lt=F("amount_minor")),
            ),
            models.Index(fields=["currency"], name="orders_debt_award", condition=Q(state="open", kind="award")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, collected_minor__gte=0, collected_minor__lte=F("amount_minor")),
                name="orders_debt_collected_at_most_owed",
            ),
            models.CheckConstraint(
                condition=Q(
                    reserve_minor__gte=0,
                    reserve_minor__lte=F("advanced_minor"),
                    advanced_minor__lte=F("amount_minor"),
                ),
                name="orders_debt_advanced_at_most_owed",
            ),
            models.CheckConstraint(condition=Q(kind__in=debts.KINDS), name="orders_debt_kind"),
            models.CheckConstraint(
                condition=Q(state="collected", collected_minor=F("amount_minor"))
                | Q(collected_minor__lt=F("amount_minor")) & ~Q(state="collected"),
                name="orders_debt_collected_when_paid",
            ),
            models.CheckConstraint(
                condition=~Q(state="written_off")
                | Q(write_off_asked_at__isnull=False) & Q(written_off_by__isnull=False) & ~Q(write_off_reason=""),
                name="orders_debt_written_off_by_two",
            ),
        ]
        triggers = guards.lifecycle(DEBT)


class ReserveChange(models.Model):
    """More or less of the operator's own money set aside for advances to buyers: said by one person, then another."""

    id = models.UUIDField(primary_key=True, editable=False)
    currency = models.CharField(max_length=3)
    kind = models.TextField()
    amount_minor = models.BigIntegerField()
    reason = models.TextField()
    state = models.TextField(default=RESERVE_CHANGE.initial)
    proposed_by = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_reserve_change"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["set_aside", "give_up"]), name="orders_reserve_change_kind"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="orders_reserve_change_of_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="orders_reserve_change_has_reason"),
        ]
        triggers = guards.lifecycle(RESERVE_CHANGE)
