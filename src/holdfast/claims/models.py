"""What is stored of claims: the case as its claimant put it, evidence and determinations written once. No verbs."""

from django.db import models
from django.db.models import F, Q, Value

from holdfast.claims.rules import CLAIM, OUTCOMES, REASONS, REMEDIES, SIDES
from holdfast.database import guards
from holdfast.orders.models import Order


class Claim(models.Model):
    """One case on one order. `units` is [{lot, line, units}]; lot 0 is what has not been shipped. `frozen` says
    how much of each place this claim froze. While a chargeback covers all that is at stake it is paused: `paused` keeps
    its deadlines with the days they had left. `charged_back_minor` of its award came back by a chargeback."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="claims")
    number = models.SmallIntegerField()
    claimant = models.TextField()
    reason = models.TextField()
    state = models.TextField(default=CLAIM.initial)
    lots = models.JSONField(default=list)
    units = models.JSONField(default=list)
    terms = models.JSONField(default=list)
    about = models.TextField(default="")
    remedy = models.TextField(default="refund")
    amount_minor = models.BigIntegerField(null=True)
    frozen = models.JSONField(default=dict)
    statement = models.TextField(default="")
    cancel_rest = models.BooleanField(default=False)
    cancel_late = models.BooleanField(default=False)
    return_waived = models.BooleanField(default=False)
    counterfeit = models.BooleanField(default=False)
    dangerous = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    window_ends_at = models.DateTimeField(null=True)
    answer = models.TextField(null=True)
    answer_text = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)
    offer_minor = models.BigIntegerField(null=True)
    escalated_at = models.DateTimeField(null=True)
    determined_at = models.DateTimeField(null=True)
    appeal_ends_at = models.DateTimeField(null=True)
    appeal_waived_by = models.JSONField(default=list)
    appealed_by = models.TextField(null=True)
    appealed_at = models.DateTimeField(null=True)
    appeal_ground = models.TextField(default="")
    appeal_text = models.TextField(default="")
    final_at = models.DateTimeField(null=True)
    executed_minor = models.BigIntegerField(null=True)
    return_deduction_minor = models.BigIntegerField(default=0)
    returned_on = models.DateField(null=True)
    return_number = models.TextField(null=True)
    ended_at = models.DateTimeField(null=True)
    external_id = models.TextField(null=True)
    metadata = models.JSONField(default=dict)
    paused_at = models.DateTimeField(null=True)
    paused = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    charged_back_minor = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "claims_claim"
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="claims_claim_once"),
            models.CheckConstraint(
                condition=Q(claimant="buyer", reason__in=REASONS["buyer"])
                | Q(claimant="supplier", reason__in=REASONS["supplier"]),
                name="claims_claim_reason_of_the_side",
            ),
            models.CheckConstraint(condition=Q(remedy__in=REMEDIES), name="claims_claim_remedy"),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gt=0), name="claims_claim_amount"
            ),
        ]
        triggers = guards.lifecycle(CLAIM)


class Evidence(models.Model):
    """Something brought in for a case. `reference` points to a file, a message, a report or an event by ID."""

    id = models.UUIDField(primary_key=True, editable=False)
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="evidence")
    kind = models.TextField()
    by = models.TextField()
    reference = models.UUIDField(null=True)
    sha256 = models.BinaryField(null=True)
    said_on = models.DateField(null=True)
    lot = models.SmallIntegerField(null=True)
    amount_minor = models.BigIntegerField(null=True)
    note = models.TextField(default="")
    added_at = models.DateTimeField()

    class Meta:
        db_table = "claims_evidence"
        constraints = [
            models.CheckConstraint(condition=Q(by__in=[*SIDES, "mediator"]), name="claims_evidence_by"),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gt=0), name="claims_evidence_amount"
            ),
        ]
        triggers = guards.written_once()


class Determination(models.Model):
    """A decision, by a mediator or by the rules alone: itemised, reasoned, written once.

    `facts` and `assessment` are what it was decided on, so that both can be computed again.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="determinations")
    kind = models.TextField()
    decided_by = models.UUIDField(null=True)
    outcome = models.TextField()
    supplier_percent = models.SmallIntegerField(default=100)
    award_minor = models.BigIntegerField()
    refund_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    lines = models.JSONField()
    places = models.JSONField()
    goods_back = models.BooleanField()
    replacement = models.BooleanField(default=False)
    reasons = models.TextField(default="")
    departure = models.TextField(default="")
    engine = models.TextField()
    facts = models.JSONField()
    assessment = models.JSONField()
    assessment_sha256 = models.BinaryField()
    published_at = models.DateTimeField()

    class Meta:
        db_table = "claims_determination"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["mediator", "rules", "settlement"]), name="claims_determination_kind"
            ),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="claims_determination_outcome"),
            models.CheckConstraint(
                condition=Q(award_minor=F("refund_minor") + F("cost_minor"), award_minor__gte=0),
                name="claims_determination_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(supplier_percent__gte=0, supplier_percent__lte=100), name="claims_determination_share"
            ),
        ]
        triggers = guards.written_once()
