"""Questions about bank accounts: which may be paid to, which are in the organisation's own name, which wait for whom.

Nothing is changed here and no gate is asked: that came before.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from holdfast.kernel.identifiers import public
from holdfast.parties.models import Beneficiary, Person
from holdfast.parties.queries import BeneficiaryView, beneficiary_view


def usable(beneficiary_ids: Collection[UUID], /) -> frozenset[UUID]:
    """Which of these accounts may be paid to now: verified, not waiting, not withdrawn. Inside a transaction they stay
    so to its end."""
    found = Beneficiary.objects.filter(id__among=beneficiary_ids, state="verified").order_by("id")
    if connection.in_atomic_block:
        found = found.select_for_update(no_key=True)
    return frozenset(found.values_list("id", flat=True))


def beneficiary_in_same_name(*, organisation_id: UUID, currency: str) -> BeneficiaryView | None:
    """The one verified account that is in the organisation's own name; None where there is none, or a choice."""
    rows = Beneficiary.objects.filter(
        organisation_id=organisation_id, currency=currency, state="verified", name_match="match"
    )[:2]
    found = list(rows)
    return beneficiary_view(found[0]) if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class WaitingAccount:
    """A bank account that waits: for somebody to verify it, or for its cooling-off to end."""

    view: BeneficiaryView
    organisation: str
    replaces: int
    """How many accounts of the same organisation and currency were verified before."""
    added_by: str
    same_person: bool
    """Whether the one who asks is the one who added it."""

    @property
    def ref(self) -> str:
        """Its public name."""
        return public("ben", self.view.id)


def waiting_beneficiaries(*, person_id: UUID | None = None, limit: int = 200) -> list[WaitingAccount]:
    """Bank accounts that wait, the oldest first: for the verifier's page."""
    rows = Beneficiary.objects.filter(state__in=("pending", "cooling")).select_related("organisation").order_by("id")
    found = list(rows[:limit])
    before = Counter(
        Beneficiary.objects.filter(
            organisation_id__among={row.organisation_id for row in found}, verified_at__isnull=False
        ).values_list("organisation_id", "currency")
    )
    people = Person.objects.in_bulk([row.added_by for row in found if row.added_by])
    return [
        WaitingAccount(
            view=beneficiary_view(row),
            organisation=row.organisation.name,
            replaces=before[row.organisation_id, row.currency] - (row.verified_at is not None),
            added_by=people[row.added_by].get_full_name() if row.added_by in people else "",
            same_person=person_id is not None and row.added_by == person_id,
        )
        for row in found
    ]
