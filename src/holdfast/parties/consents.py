"""Who may act for an organisation: its consents, and the marketplaces that there are.

It answers with frozen views. It changes nothing and asks no gate. What of an organisation's events a marketplace may be
told is said here too.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from holdfast.parties import rules
from holdfast.parties.models import Consent, Organisation


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What a marketplace may do for an organisation: because it made it (`created`), or by its word (`given`)."""

    id: UUID
    organisation_id: UUID
    marketplace_id: UUID
    marketplace_name: str
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


def marketplaces(*, limit: int = 200) -> list[tuple[UUID, str]]:
    """Who can be let act: every marketplace in good standing, by name."""
    rows = Organisation.objects.filter(kind=rules.MARKETPLACE, programme_standing="good").order_by("name", "id")
    return list(rows.values_list("id", "name")[:limit])
