"""Questions about parties, answered with frozen views.

Nothing is changed here and no gate is asked: that came before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from holdfast.parties import rules
from holdfast.parties.models import (
    ApiKey,
    Beneficiary,
    Consent,
    Installation,
    Invitation,
    Membership,
    Organisation,
    Staff,
)


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation as its members see it."""

    id: UUID
    name: str
    kind: str
    country: str
    subdivision: str | None
    time_zone: str
    language: str
    tier: str
    individual_cap_minor: int | None
    individual_cap_currency: str | None
    standing: str
    external_id: str | None
    metadata: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MemberView:
    """A person in an organisation."""

    id: UUID
    organisation_id: UUID
    person_id: UUID
    email: str
    name: str
    role: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An open offer of membership."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    email: str
    role: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key without its secret; `secret` is there only in the answer to its making."""

    id: UUID
    organisation_id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    addresses: tuple[str, ...]
    sign_limit_minor: int | None
    sign_limit_currency: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    holder_id: UUID | None = None
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class BeneficiaryView:
    """A bank account. `name_match` says how the holder's name stands to the organisation's, `usable_at` until when a
    changed account waits."""

    id: UUID
    organisation_id: UUID
    name: str
    currency: str
    iban: str
    bic: str
    account: str
    bank: str
    state: str
    created_at: datetime
    verified_at: datetime | None
    usable_at: datetime | None
    withdrawn_at: datetime | None
    name_match: str
    name_match_why: str
    match_reason: str
    external_id: str | None
    metadata: dict[str, Any]
    added_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class StaffView:
    """A staff role of a person."""

    id: UUID
    person_id: UUID
    email: str
    name: str
    role: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class InstallationView:
    """What this database is."""

    sandbox: bool
    clock_offset_seconds: int
    operator_name: str
    programme: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Supplier:
    """What cover and fees depend on."""

    organisation_id: UUID
    kind: str
    tier: str
    standing: str
    individual_cap_minor: int | None
    individual_cap_currency: str | None
    country: str
    time_zone: str


def organisation_view(row: Organisation) -> OrganisationView:
    """The row as a view."""
    return OrganisationView(
        id=row.id,
        name=row.name,
        kind=row.kind,
        country=row.country,
        subdivision=row.subdivision,
        time_zone=row.time_zone,
        language=row.language,
        tier=row.tier,
        individual_cap_minor=row.individual_cap_minor,
        individual_cap_currency=row.individual_cap_currency,
        standing=row.programme_standing,
        external_id=row.external_id,
        metadata=row.metadata,
        created_at=row.created_at,
    )


def member_view(row: Membership) -> MemberView:
    """The row as a view; its person comes with it."""
    return MemberView(
        row.id, row.organisation_id, row.person_id, row.person.email, row.person.name, row.role, row.created_at
    )


def invitation_view(row: Invitation) -> InvitationView:
    """The row as a view; its organisation comes with it."""
    return InvitationView(
        row.id, row.organisation_id, row.organisation.name, row.email, row.role, row.created_at, row.expires_at
    )


def key_view(row: ApiKey, *, secret: str | None = None) -> KeyView:
    """The row as a view, with its secret if it has just been made."""
    return KeyView(
        id=row.id,
        organisation_id=row.organisation_id,
        name=row.name,
        prefix=row.prefix,
        scopes=tuple(row.scopes),
        addresses=tuple(row.addresses),
        sign_limit_minor=row.sign_limit_minor,
        sign_limit_currency=row.sign_limit_currency,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        holder_id=row.holder_id,
        secret=secret,
    )


def beneficiary_view(row: Beneficiary) -> BeneficiaryView:
    """The row as a view."""
    return BeneficiaryView(
        id=row.id,
        organisation_id=row.organisation_id,
        name=row.name,
        currency=row.currency,
        iban=row.iban,
        bic=row.bic,
        account=row.account,
        bank=row.bank,
        state=row.state,
        created_at=row.created_at,
        verified_at=row.verified_at,
        usable_at=row.usable_at,
        withdrawn_at=row.withdrawn_at,
        name_match=row.name_match,
        name_match_why=row.name_match_why,
        match_reason=row.match_reason,
        external_id=row.external_id,
        metadata=row.metadata,
        added_by=row.added_by,
    )


def staff_view(row: Staff) -> StaffView:
    """The row as a view; its person comes with it."""
    return StaffView(row.id, row.person_id, row.person.email, row.person.name, row.role, row.granted_at)


def organisation(*, organisation_id: UUID) -> OrganisationView:
    """One organisation."""
    return organisation_view(Organisation.objects.get(id=organisation_id))


def organisations_of(*, person_id: UUID) -> list[tuple[OrganisationView, str]]:
    """The organisations a person belongs to, with the role there, oldest membership first."""
    rows = Membership.objects.select_related("organisation").filter(person_id=person_id).order_by("id")
    return [(organisation_view(row.organisation), row.role) for row in rows]


def served_by(marketplace_id: UUID, *, scope: str | None = None) -> frozenset[UUID]:
    """The organisations for which a marketplace may act now; with a scope, those that let it do that. Whoever has ended
    acts for nobody, also while its consents are still being ended."""
    rows = Consent.objects.filter(marketplace_id=marketplace_id, revoked_at=None)
    rows = rows.exclude(marketplace__programme_standing=rules.ENDED)
    if scope is not None:
        rows = rows.filter(scopes__contains=[scope])
    return frozenset(rows.values_list("organisation_id", flat=True))


def names(*, organisation_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of organisations, for pages."""
    return dict(Organisation.objects.filter(id__in=organisation_ids).values_list("id", "name"))


def counterparties(*, organisation_id: UUID, limit: int = 500) -> list[OrganisationView]:
    """With whom one may write a contract: enrolled suppliers in good standing for everybody, buyers for suppliers."""
    own = Organisation.objects.filter(id=organisation_id).values_list("kind", flat=True).first()
    others = Q(kind="supplier", programme_standing="good") & ~Q(tier="none")
    if own == "supplier":
        others = Q(kind__in=["buyer", "agent"])
    rows = Organisation.objects.filter(others).exclude(id=organisation_id).order_by("name")
    return [organisation_view(row) for row in rows[:limit]]


def suppliers(*, limit: int = 500) -> list[OrganisationView]:
    """Every supplier, by name."""
    rows = Organisation.objects.filter(kind="supplier").order_by("name")
    return [organisation_view(row) for row in rows[:limit]]


def inspectors(*, limit: int = 200) -> list[OrganisationView]:
    """Who may be asked to examine goods: inspectors in good standing, by name."""
    rows = Organisation.objects.filter(kind="inspector", programme_standing="good").order_by("name")
    return [organisation_view(row) for row in rows[:limit]]


def supplier(*, organisation_id: UUID) -> Supplier | None:
    """What cover and fees depend on, or None for nobody."""
    row = Organisation.objects.filter(id=organisation_id).first()
    if row is None:
        return None
    return Supplier(
        row.id,
        row.kind,
        row.tier,
        row.programme_standing,
        row.individual_cap_minor,
        row.individual_cap_currency,
        row.country,
        row.time_zone,
    )


def members(*, organisation_id: UUID) -> list[MemberView]:
    """Everybody in an organisation, oldest first."""
    rows = Membership.objects.select_related("person").filter(organisation_id=organisation_id).order_by("id")
    return [member_view(row) for row in rows]


def member(*, member_id: UUID) -> MemberView:
    """One membership."""
    return member_view(Membership.objects.select_related("person").get(id=member_id))


def open_invitations(*, now: datetime, organisation_id: UUID) -> list[InvitationView]:
    """The invitations an organisation has out."""
    return [invitation_view(row) for row in _open_invitations(now).filter(organisation_id=organisation_id)]


def invitations_to(*, now: datetime, emails: frozenset[str]) -> list[InvitationView]:
    """The invitations waiting for somebody who has proven these addresses."""
    return [invitation_view(row) for row in _open_invitations(now).filter(email__in=emails)]


def _open_invitations(now: datetime) -> Any:
    return (
        Invitation.objects.select_related("organisation")
        .filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now)
        .order_by("id")
    )


def keys(*, organisation_id: UUID) -> list[KeyView]:
    """Every key of an organisation, newest first, revoked ones too."""
    return [key_view(row) for row in ApiKey.objects.filter(organisation_id=organisation_id).order_by("-id")]


def person_behind(*, actor_kind: str, actor_id: UUID | None) -> UUID | None:
    """The person who acts: themselves, or the one whom a key stands for; None where nobody does."""
    if actor_kind == "person" or actor_id is None:
        return actor_id
    return ApiKey.objects.filter(id=actor_id).values_list("holder_id", flat=True).first()


def key(*, key_id: UUID) -> KeyView:
    """One key."""
    return key_view(ApiKey.objects.get(id=key_id))


def beneficiaries(*, organisation_id: UUID) -> list[BeneficiaryView]:
    """Every bank account of an organisation, newest first."""
    rows = Beneficiary.objects.filter(organisation_id=organisation_id).order_by("-id")
    return [beneficiary_view(row) for row in rows]


def beneficiary(*, beneficiary_id: UUID) -> BeneficiaryView:
    """One bank account."""
    return beneficiary_view(Beneficiary.objects.get(id=beneficiary_id))


def payout_beneficiary(*, organisation_id: UUID, currency: str) -> BeneficiaryView | None:
    """Where a payout goes: the verified account in the currency that was verified last."""
    row = (
        Beneficiary.objects.filter(organisation_id=organisation_id, currency=currency, state="verified")
        .order_by("-verified_at", "-id")
        .first()
    )
    return beneficiary_view(row) if row else None


def staff() -> list[StaffView]:
    """The operator's staff."""
    return [staff_view(row) for row in Staff.objects.select_related("person").order_by("person__email", "role")]


def installation() -> InstallationView:
    """The installation's one row. `Installation.DoesNotExist` before `holdfast init`."""
    row = Installation.objects.get()
    return InstallationView(row.sandbox, row.clock_offset_seconds, row.operator_name, row.programme, row.created_at)


def operator_organisation_id() -> UUID:
    """The operator's own organisation."""
    return Organisation.objects.values_list("id", flat=True).get(kind="operator")


def operator_place() -> str:
    """Where the operator is, as far as holidays are concerned: its country, or the part of it that it has named."""
    subdivision, country = Organisation.objects.values_list("subdivision", "country").get(kind="operator")
    return subdivision or country
