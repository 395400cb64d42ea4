"""What is stored about programmes, contracts, amendments and signatures, and what can never be stored.

No verbs. A published programme, a signature and accepted terms are written once; a contract's text is fixed when it
is proposed (`sql/fixed_v1.sql`), an amendment's from the beginning; their states move only along their lifecycles.
"""

from django.db import models
from django.db.models import F, Q

from holdfast.contracts import rules
from holdfast.database import guards
from holdfast.parties.models import Organisation


class Programme(models.Model):
    """A published version of the rules: the file as written, and the canonical document it means."""

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=40)
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    text = models.TextField()
    document = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        db_table = "contracts_programme"
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="contracts_programme_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="contracts_programme_counted_from_one"),
        ]
        triggers = guards.written_once()


class Contract(models.Model):
    """One contract. `document` is the whole canonical text, `digest` its SHA-256; `order_id` names the order that a
    complete one opens, and the chain that tells its story from the first draft on."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    order_id = models.UUIDField(unique=True)
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    drafter = models.CharField(max_length=8)
    state = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    cover_minor = models.BigIntegerField(null=True)
    external_id = models.CharField(max_length=128, null=True)
    metadata = models.JSONField(default=dict)
    drafted_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    sign_due_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.SmallIntegerField(default=1, db_default=1)
    """The version in force once both have signed: 1 is this row's own text, the later ones are amendments'."""

    class Meta:
        db_table = "contracts_contract"
        indexes = [
            models.Index(fields=["buyer", "-id"], name="contracts_contract_buyer"),
            models.Index(fields=["supplier", "-id"], name="contracts_contract_supplier"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(buyer=F("supplier")), name="contracts_contract_two_parties"),
            models.CheckConstraint(condition=Q(drafter__in=rules.SIDES), name="contracts_contract_drafter"),
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="contracts_contract_total"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(proposed_at__isnull=False, sign_due_at__isnull=False, cover_minor__isnull=False),
                name="contracts_contract_proposed_has_times",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_at__isnull=False), name="contracts_contract_signed_at"
            ),
        ]
        triggers = guards.lifecycle(rules.CONTRACT)


class Signature(models.Model):
    """One side's signature over a digest. `kind` says whose word it is: a person's, or attested by the marketplace."""

    id = models.UUIDField(primary_key=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=8)
    organisation_id = models.UUIDField()
    kind = models.CharField(max_length=12)
    signer_kind = models.CharField(max_length=8)
    signer_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "contracts_signature"
        constraints = [
            models.UniqueConstraint(fields=["contract", "side"], name="contracts_signature_one_a_side"),
            models.CheckConstraint(condition=Q(side__in=rules.SIDES), name="contracts_signature_side"),
            models.CheckConstraint(
                condition=Q(kind="person", signer_kind="person") | Q(kind="marketplace", signer_kind="key"),
                name="contracts_signature_kind",
            ),
        ]
        triggers = guards.written_once()


class Amendment(models.Model):
    """A new version of a contract: its whole canonical text, and what it changes in the version in force before it.
    `number` counts what was proposed, `version` what it becomes when both have signed."""

    id = models.UUIDField(primary_key=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="amendments")
    number = models.SmallIntegerField()
    version = models.SmallIntegerField()
    proposer = models.CharField(max_length=8)
    state = models.CharField(max_length=12, default=rules.AMENDMENT.initial)
    note = models.TextField(default="")
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    base_digest = models.CharField(max_length=64)
    changes = models.JSONField()
    total_minor = models.BigIntegerField()
    total_before_minor = models.BigIntegerField()
    cover_minor = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    sign_due_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "contracts_amendment"
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="contracts_amendment_number"),
            models.UniqueConstraint(
                fields=["contract", "version"], condition=Q(state="signed"), name="contracts_amendment_version"
            ),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state__in=rules.AMENDMENT_OPEN), name="contracts_amendment_one_open"
            ),
            models.CheckConstraint(condition=Q(proposer__in=rules.SIDES), name="contracts_amendment_proposer"),
            models.CheckConstraint(condition=Q(version__gte=2), name="contracts_amendment_later_version"),
            models.CheckConstraint(
                condition=Q(total_minor__gt=0, cover_minor__gte=0), name="contracts_amendment_money"
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_at__isnull=False), name="contracts_amendment_signed_at"
            ),
        ]
        triggers = [
            *guards.lifecycle(rules.AMENDMENT),
            *guards.fixed(
                *(
                    "contract_id",
                    "number",
                    "version",
                    "proposer",
                    "note",
                    "document",
                    "digest",
                    "base_digest",
                    "changes",
                ),
                *("total_minor", "total_before_minor", "cover_minor", "proposed_at"),
            ),
        ]


class AmendmentSignature(models.Model):
    """One side's signature over the digest of an amendment."""

    id = models.UUIDField(primary_key=True, editable=False)
    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=8)
    organisation_id = models.UUIDField()
    kind = models.CharField(max_length=12)
    signer_kind = models.CharField(max_length=8)
    signer_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "contracts_amendment_signature"
        constraints = [
            models.UniqueConstraint(fields=["amendment", "side"], name="contracts_amendment_signature_one_a_side"),
            models.CheckConstraint(condition=Q(side__in=rules.SIDES), name="contracts_amendment_signature_side"),
            models.CheckConstraint(
                condition=Q(kind="person", signer_kind="person") | Q(kind="marketplace", signer_kind="key"),
                name="contracts_amendment_signature_kind",
            ),
        ]
        triggers = guards.written_once()


class Terms(models.Model):
    """The terms of a version of a programme in one language, kept as somebody accepted them: should a later release
    word them otherwise, what was accepted stays readable by its digest."""

    id = models.UUIDField(primary_key=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "contracts_terms"
        triggers = guards.written_once()


class TermsAcceptance(models.Model):
    """One side accepted the terms of the programme together with its signature of a contract."""

    id = models.UUIDField(primary_key=True, editable=False)
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="acceptances")
    side = models.CharField(max_length=8)
    organisation_id = models.UUIDField()
    signer_kind = models.CharField(max_length=8)
    signer_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "contracts_terms_acceptance"
        indexes = [models.Index(fields=["organisation_id", "-id"], name="contracts_terms_accepted_by")]
        constraints = [
            models.UniqueConstraint(fields=["contract", "side"], name="contracts_terms_acceptance_one_a_side"),
            models.CheckConstraint(condition=Q(side__in=rules.SIDES), name="contracts_terms_acceptance_side"),
        ]
        triggers = guards.written_once()
