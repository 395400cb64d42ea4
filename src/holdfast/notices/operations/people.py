"""Whom there is to tell: the members of organisations and the operator's administrators, each with how they read."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from holdfast.notices.rules import ACTING_ROLES
from holdfast.notices.words import Reader
from holdfast.parties.models import Membership, Person, Staff


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person, for which organisation (None for the operator's staff), and whether telling them tells the side."""

    person: Person
    organisation_id: UUID | None
    acts: bool
    zone: str

    @property
    def reader(self) -> Reader:
        """How they read. Who has set no zone reads times where their organisation is, as in the console."""
        own = self.person.time_zone
        return Reader(self.person.get_full_name(), self.person.language, self.zone if own == "UTC" else own)


def members(*, organisation_ids: Sequence[UUID]) -> dict[UUID, list[Addressee]]:
    """Everybody who can sign in, by organisation."""
    rows = Membership.objects.filter(organisation_id__in=organisation_ids, person__is_active=True)
    found: dict[UUID, list[Addressee]] = {}
    for row in rows.select_related("person", "organisation").order_by("id"):
        to = Addressee(row.person, row.organisation_id, row.role in ACTING_ROLES, row.organisation.time_zone)
        found.setdefault(row.organisation_id, []).append(to)
    return found


def colleagues(*, person_id: UUID) -> list[Addressee]:
    """Everybody of every organisation that somebody belongs to, themselves among them."""
    own = list(Membership.objects.filter(person_id=person_id).values_list("organisation_id", flat=True))
    return [to for found in members(organisation_ids=own).values() for to in found]


def administrators() -> list[Addressee]:
    """Who hears of what concerns the operator."""
    rows = Staff.objects.filter(role="administrator", person__is_active=True).select_related("person")
    return [Addressee(row.person, None, False, "UTC") for row in rows.order_by("id")]
