"""What is stored of quotations and their versions, and what can never be stored.

No verbs. A version is written once; what a quotation is called, between whom and in which currency never changes, and
its state moves only along its lifecycle.
"""

from django.db import models
from django.db.models import F, Q

from holdfast.database import guards
from holdfast.parties.models import Organisation
from holdfast.sourcing import rules


class Quotation(models.Model):
    """One quotation of a supplier to a named buyer. Its ID names the chain that tells its story; the contract it became
    is in a room above, and named by `contract_id`."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    programme_name = models.CharField(max_length=40)
    programme_version = models.IntegerField()
    version = models.IntegerField()
    total_minor = models.BigIntegerField()
    valid_until = models.DateField()
    due_at = models.DateTimeField()
    contract_id = models.UUIDField(null=True, unique=True)
    decline_reason = models.CharField(max_length=16, null=True)
    external_id = models.CharField(max_length=128, null=True)
    metadata = models.JSONField(default=dict)
    offered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sourcing_quotation"
        indexes = [
            models.Index(fields=["buyer", "-id"], name="sourcing_quotation_buyer"),
            models.Index(fields=["supplier", "-id"], name="sourcing_quotation_supplier"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(buyer=F("supplier")), name="sourcing_quotation_two_parties"),
            models.CheckConstraint(condition=Q(version__gte=1), name="sourcing_quotation_counted_from_one"),
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="sourcing_quotation_total"),
            models.CheckConstraint(
                condition=Q(state="accepted", contract_id__isnull=False)
                | (~Q(state="accepted") & Q(contract_id__isnull=True)),
                name="sourcing_quotation_accepted_is_a_contract",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | Q(decline_reason__in=rules.REASONS),
                name="sourcing_quotation_declined_for_a_reason",
            ),
        ]
        triggers = [
            *guards.lifecycle(rules.QUOTATION),
            *guards.fixed("number", "buyer_id", "supplier_id", "currency", "offered_at"),
        ]


class QuotationVersion(models.Model):
    """One version as its side wrote it: an offer of the supplier's, or a counter-offer of the buyer's."""

    id = models.UUIDField(primary_key=True, editable=False)
    quotation = models.ForeignKey(Quotation, models.PROTECT, related_name="versions")
    number = models.IntegerField()
    side = models.CharField(max_length=8)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    total_minor = models.BigIntegerField()
    valid_until = models.DateField()
    at = models.DateTimeField()

    class Meta:
        db_table = "sourcing_quotation_version"
        constraints = [
            models.UniqueConstraint(fields=["quotation", "number"], name="sourcing_quotation_version_once"),
            models.CheckConstraint(condition=Q(side__in=rules.SIDES), name="sourcing_quotation_version_side"),
            models.CheckConstraint(condition=Q(number__gte=1), name="sourcing_quotation_version_from_one"),
        ]
        triggers = guards.written_once()
