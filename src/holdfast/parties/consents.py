"""Who may act for an organisation: its consents, and the marketplaces that there are.

It answers with frozen views. It changes nothing and asks no gate. What of an organisation's events a marketplace may be
told is said here too.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, When

from holdfast.parties import rules
from holdfast.parties.models import ApiKey, Consent, Membership, Organisation


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What a marketplace may do for an organisation: because it made it (`created`), or by its word (`given`)."""

    id: UUID
    organisation_id: UUID
    marketplace_id: UUID
    marketplace_name: str
    marketplace_standing: str
    basis: str
    scopes: tuple[str, ...]
    sign_limit_minor: int | None
    sign_limit_currency: str | None
    given_at: datetime
    revoked_at: datetime | None


def consent_view(row: Consent) -> ConsentView:
    """The row as a view; its marketplace comes with it."""
    return ConsentView(
        row.id,
        row.organisation_id,
        row.marketplace_id,
        row.marketplace.name,
        row.marketplace.programme_standing,
        row.basis,
        tuple(row.scopes),
        row.sign_limit_minor,
        row.sign_limit_currency,
        row.given_at,
        row.revoked_at,
    )


def consents_of(*, organisation_id: UUID) -> list[ConsentView]:
    """Every consent of an organisation: those that stand first, each the newest first."""
    rows = Consent.objects.select_related("marketplace").filter(organisation_id=organisation_id)
    found = [consent_view(row) for row in rows.order_by("-given_at", "-id")]
    return sorted(found, key=lambda view: view.revoked_at is not None)


def told_to(*, marketplace_id: UUID) -> Q:
    """Of the events of whom it serves, those that a marketplace is told: none of the organisation's own affairs."""
    own = Q()
    for beginning in rules.OWN_AFFAIRS:
        own |= Q(name__startswith=beginning)
    return ~own | Q(payload__about__marketplace=marketplace_id.hex)


def is_told_to(*, marketplace_id: UUID, name: str, about: str | None) -> bool:
    """The same of one event; `about` is the marketplace it speaks of, in hex, if it speaks of one."""
    return not name.startswith(rules.OWN_AFFAIRS) or about == marketplace_id.hex


@dataclass(frozen=True, slots=True)
class MarketplaceView:
    """A marketplace and how it stands."""

    id: UUID
    name: str
    standing: str


def every_marketplace(*, limit: int = 200) -> list[MarketplaceView]:
    """Every marketplace there is or was, by name; those that have ended come last."""
    rows = Organisation.objects.filter(kind=rules.MARKETPLACE)
    ended = Case(When(programme_standing=rules.ENDED, then=1), default=0)
    found = rows.order_by(ended, "name", "id").values_list("id", "name", "programme_standing")
    return [MarketplaceView(*row) for row in found[:limit]]


def left_alone(*, marketplace_id: UUID, now: datetime, limit: int = 200) -> list[tuple[UUID, str]]:
    """Whom a marketplace made and nobody can act for without it: no people, no key that opens anything now, no other
    marketplace. By name."""
    made = Organisation.objects.filter(consents__marketplace_id=marketplace_id, consents__basis="created")
    of_it = {"organisation": OuterRef("id")}
    others = Consent.objects.filter(**of_it, revoked_at=None).exclude(marketplace__programme_standing=rules.ENDED)
    rows = made.exclude(Exists(Membership.objects.filter(**of_it))).exclude(Exists(others))
    keys = ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), **of_it, revoked_at=None)
    rows = rows.exclude(Exists(keys)).order_by("name", "id")
    return list(rows.values_list("id", "name")[:limit])


def marketplaces(*, limit: int = 200) -> list[tuple[UUID, str]]:
    """Who can be let act: every marketplace in good standing, by name."""
    rows = Organisation.objects.filter(kind=rules.MARKETPLACE, programme_standing="good").order_by("name", "id")
    return list(rows.values_list("id", "name")[:limit])
