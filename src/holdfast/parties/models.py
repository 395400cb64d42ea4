"""What is stored about people, organisations, keys and beneficiaries, and what can never be stored.

No verbs. Secrets of keys are never here, only their SHA-256; what a party may do is a matter of `rules`.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower

from holdfast.database import guards
from holdfast.kernel.identifiers import new_id
from holdfast.parties import rules


class PersonDirectory(BaseUserManager["Person"]):
    """How the account library finds and makes people: by e-mail address, never by a user name."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """The person with this address, however it is written."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Someone who signs in. Rights come from memberships and staff roles only, so there are no flags here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    # How often they had the browsers they had signed in with forgotten; what a browser was given before counts no more.
    browsers_forgotten = models.IntegerField(default=0, db_default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonDirectory] = PersonDirectory()

    class Meta:
        db_table = "parties_person"
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="parties_person_email_lower")]

    def clean(self) -> None:
        """Addresses are compared in lower case, so they are kept in it."""
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        """The name to greet by."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """The same: names are not taken apart."""
        return self.get_full_name()


class Organisation(models.Model):
    """A company, or the marketplace's operator."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    country = models.CharField(max_length=2)
    # The part of the country whose holidays count as well, as the calendars name it: `DE-BY`.
    subdivision = models.CharField(max_length=24, null=True)
    time_zone = models.CharField(max_length=64)
    language = models.CharField(max_length=12)
    tier = models.CharField(max_length=12, default="none")
    individual_cap_minor = models.BigIntegerField(null=True)
    individual_cap_currency = models.CharField(max_length=3, null=True)
    programme_standing = models.CharField(max_length=12, default="good")
    external_id = models.CharField(max_length=128, null=True)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "parties_organisation"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=rules.KINDS), name="parties_organisation_kind"),
            models.CheckConstraint(condition=Q(tier__in=rules.TIERS), name="parties_organisation_tier"),
            models.CheckConstraint(
                condition=Q(programme_standing__in=rules.STANDINGS), name="parties_organisation_standing"
            ),
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="parties_organisation_country"),
            models.CheckConstraint(
                condition=Q(subdivision__isnull=True) | Q(subdivision__startswith=Concat("country", Value("-"))),
                name="parties_organisation_subdivision",
            ),
            models.CheckConstraint(
                condition=Q(individual_cap_minor__isnull=True, individual_cap_currency__isnull=True)
                | Q(individual_cap_minor__gte=0, individual_cap_currency__isnull=False),
                name="parties_organisation_cap_has_currency",
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="operator"), name="parties_organisation_one_operator"
            ),
            models.UniqueConstraint(
                fields=["external_id"], condition=Q(external_id__isnull=False), name="parties_organisation_external"
            ),
        ]


class Membership(models.Model):
    """A person's one role inside one organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "parties_membership"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=rules.MEMBER_ROLES), name="parties_membership_role"),
            models.UniqueConstraint(fields=["person", "organisation"], name="parties_membership_once"),
        ]


class Invitation(models.Model):
    """An owner's offer of a role to an e-mail address; whoever proves the address may take it up."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField(max_length=254, db_index=True)
    role = models.CharField(max_length=12)
    invited_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "parties_invitation"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=rules.MEMBER_ROLES), name="parties_invitation_role"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="parties_invitation_email_lower"),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="parties_invitation_one_open",
            ),
        ]


class Staff(models.Model):
    """A role in the operator's own staff."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="staff_roles")
    role = models.CharField(max_length=16)
    granted_at = models.DateTimeField()

    class Meta:
        db_table = "parties_staff"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=rules.STAFF_ROLES), name="parties_staff_role"),
            models.UniqueConstraint(fields=["person", "role"], name="parties_staff_once"),
        ]


class ApiKey(models.Model):
    """A program's way in. The prefix is looked up, the SHA-256 compared; the secret was shown once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="keys")
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16, unique=True)
    sha256 = models.BinaryField()
    scopes = ArrayField(models.CharField(max_length=24))
    addresses = ArrayField(models.CharField(max_length=49), default=list)
    sign_limit_minor = models.BigIntegerField(null=True)
    sign_limit_currency = models.CharField(max_length=3, null=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    holder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "parties_apikey"
        constraints = [
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="parties_apikey_has_scope"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=sorted(rules.SCOPES)), name="parties_apikey_known_scopes"
            ),
            models.CheckConstraint(
                condition=Q(sign_limit_minor__isnull=True, sign_limit_currency__isnull=True)
                | Q(sign_limit_minor__gte=0, sign_limit_currency__isnull=False),
                name="parties_apikey_limit_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(holder__isnull=False, scopes__contains=[rules.MEDIATE_SCOPE])
                | (Q(holder__isnull=True) & ~Q(scopes__contains=[rules.MEDIATE_SCOPE])),
                name="parties_apikey_mediates_for_someone",
            ),
        ]


class Consent(models.Model):
    """What a marketplace may do for an organisation: by the organisation's word, or because it made it. One row a pair;
    what was said before and when it ended is in the organisation's chain."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    marketplace = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="consents")
    basis = models.CharField(max_length=8)
    scopes = ArrayField(models.CharField(max_length=24))
    sign_limit_minor = models.BigIntegerField(null=True)
    sign_limit_currency = models.CharField(max_length=3, null=True)
    given_at = models.DateTimeField()
    given_by = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "parties_consent"
        constraints = [
            models.UniqueConstraint(fields=["marketplace", "organisation"], name="parties_consent_one_a_pair"),
            models.CheckConstraint(
                condition=~Q(marketplace=models.F("organisation")), name="parties_consent_of_others"
            ),
            models.CheckConstraint(condition=Q(basis__in=["created", "given"]), name="parties_consent_basis"),
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0, scopes__contained_by=sorted(rules.CONSENT_SCOPES)),
                name="parties_consent_known_scopes",
            ),
            models.CheckConstraint(
                condition=Q(
                    scopes__contains=["contracts:sign"], sign_limit_minor__gte=0, sign_limit_currency__isnull=False
                )
                | (
                    Q(sign_limit_minor__isnull=True, sign_limit_currency__isnull=True)
                    & ~Q(scopes__contains=["contracts:sign"])
                ),
                name="parties_consent_signs_within_a_limit",
            ),
        ]


class Beneficiary(models.Model):
    """A bank account a payout may go to, once two people have looked at it; one that takes the place of another waits
    until `usable_at` besides. What was once named is never edited: a changed account is another row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="beneficiaries")
    name = models.CharField(max_length=140)
    currency = models.CharField(max_length=3)
    iban = models.CharField(max_length=34, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    account = models.CharField(max_length=34, blank=True)
    bank = models.CharField(max_length=140, blank=True)
    state = models.CharField(max_length=12)
    added_by = models.UUIDField(null=True)
    verified_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    usable_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    name_match = models.CharField(max_length=8, blank=True, default="", db_default="")
    name_match_why = models.CharField(max_length=16, blank=True, default="", db_default="")
    match_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    external_id = models.CharField(max_length=128, null=True)
    metadata = models.JSONField(default=dict)

    class Meta:
        db_table = "parties_beneficiary"
        indexes = [
            models.Index(
                fields=["state", "id"],
                name="parties_beneficiary_waiting",
                condition=Q(state__in=("pending", "cooling")),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(iban="") & Q(account="")) | (Q(iban="") & ~Q(account="")),
                name="parties_beneficiary_one_account",
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="parties_beneficiary_verified_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="cooling")
                | Q(verified_at__isnull=False, verified_by__isnull=False, usable_at__isnull=False),
                name="parties_beneficiary_cooling_ends",
            ),
        ]
        triggers = guards.lifecycle(rules.BENEFICIARY)


class Guarantee(models.Model):
    """A supplier's line in one currency, and the guarantee it must have for it. The money is in the ledger."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="guarantees")
    currency = models.CharField(max_length=3)
    programme_name = models.TextField()
    programme_version = models.IntegerField()
    by = models.TextField()
    line_minor = models.BigIntegerField()
    required_minor = models.BigIntegerField()
    state = models.TextField(default=rules.GUARANTEE.initial)
    account_id = models.UUIDField(unique=True)
    reference = models.CharField(max_length=25, unique=True)
    set_at = models.DateTimeField()
    short_since = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    reminders = models.IntegerField(default=0)

    class Meta:
        db_table = "parties_guarantee"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "currency"], name="parties_guarantee_one_a_currency"),
            models.CheckConstraint(condition=Q(by__in=["deposit", "credit_hold"]), name="parties_guarantee_by"),
            models.CheckConstraint(
                condition=Q(line_minor__gte=0, required_minor__gte=0, required_minor__lte=models.F("line_minor")),
                name="parties_guarantee_at_most_its_line",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["due", "short"], short_since__isnull=False)
                | Q(state__in=["building", "met"], short_since__isnull=True),
                name="parties_guarantee_short_since",
            ),
        ]
        triggers = guards.lifecycle(rules.GUARANTEE)


class CoverLine(models.Model):
    """How much cover of a supplier's open orders stands in one currency, beside what may stand. `line_minor` is a
    verifier's word, null where none was given; `most_minor` is what the programme allowed at most when it was last
    asked. A trigger (`migrations/0006_cover_line.py`) lets no more be reserved than the lesser of the two; what stands
    already may be more, since a line can be lowered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="cover_lines")
    currency = models.CharField(max_length=3)
    line_minor = models.BigIntegerField(null=True)
    most_minor = models.BigIntegerField()
    reserved_minor = models.BigIntegerField(default=0)

    class Meta:
        db_table = "parties_coverline"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "currency"], name="parties_coverline_one_a_currency"),
            models.CheckConstraint(
                condition=Q(reserved_minor__gte=0, most_minor__gte=0), name="parties_coverline_nothing_negative"
            ),
            models.CheckConstraint(
                condition=Q(line_minor__isnull=True) | Q(line_minor__gte=0), name="parties_coverline_line"
            ),
        ]


class OuterKey(models.Model):
    """The name of a key outside this database with which its secrets are encrypted; one is in use. Never the key."""

    id = models.CharField(max_length=16, primary_key=True, editable=False)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "parties_outerkey"
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(ended_at__isnull=True), name="parties_outerkey_one_in_use"
            )
        ]


class Installation(models.Model):
    """The one row that says what this database is. A trigger (`migrations/0002_installation_guard.py`) lets nothing
    of it change but the clock's offset, and that only forwards."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    singular = models.BooleanField(default=True, unique=True)
    sandbox = models.BooleanField()
    clock_offset_seconds = models.BigIntegerField(default=0)
    operator_name = models.CharField(max_length=200)
    programme = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "parties_installation"
        constraints = [
            models.CheckConstraint(condition=Q(singular=True), name="parties_installation_single"),
            models.CheckConstraint(
                condition=Q(sandbox=True) | Q(clock_offset_seconds=0), name="parties_installation_clock_sandbox_only"
            ),
        ]
