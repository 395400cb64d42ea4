"""Questions about guarantees: a supplier's own, every one, the one that a wire's reference names.

The line and what is required are the parties'; what has been paid in is read from the ledger.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from holdfast.ledger import book
from holdfast.ledger.chart import of_supplier
from holdfast.parties.models import Guarantee
from holdfast.parties.rules import SUSPENDED_AFTER


@dataclass(frozen=True, slots=True)
class GuaranteeView:
    """A supplier's line and guarantee in one currency, minor units. `free_minor` may be withdrawn; money paid in by
    wire bears `reference` (ISO 11649); `suspends_at` is when a shortfall costs the supplier its badge."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    currency: str
    programme: str
    programme_version: int
    by: str
    state: str
    line_minor: int
    required_minor: int
    deposit_minor: int
    reference: str
    short_since: datetime | None
    suspends_at: datetime | None
    suspended_at: datetime | None

    @property
    def missing_minor(self) -> int:
        """What is still to be paid in or kept back."""
        return max(0, self.required_minor - self.deposit_minor)

    @property
    def free_minor(self) -> int:
        """What is above the requirement."""
        return max(0, self.deposit_minor - self.required_minor)


def guarantee_view(row: Guarantee, *, deposit_minor: int) -> GuaranteeView:
    """The row with what stands on its account."""
    return GuaranteeView(
        id=row.id,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        currency=row.currency,
        programme=row.programme_name,
        programme_version=row.programme_version,
        by=row.by,
        state=row.state,
        line_minor=row.line_minor,
        required_minor=row.required_minor,
        deposit_minor=deposit_minor,
        reference=row.reference,
        short_since=row.short_since,
        suspends_at=row.short_since + SUSPENDED_AFTER if row.short_since and not row.suspended_at else None,
        suspended_at=row.suspended_at,
    )


def guarantees_of(*, organisation_id: UUID) -> list[GuaranteeView]:
    """A supplier's, by currency."""
    return _views(Guarantee.objects.filter(organisation_id=organisation_id))


def guarantees(*, limit: int = 500) -> list[GuaranteeView]:
    """Everybody's: those that lack something first."""
    views = _views(Guarantee.objects.all()[:limit])
    return sorted(views, key=lambda view: (view.state not in {"short", "due"}, view.organisation_name, view.currency))


def guarantee_by_reference(reference: str) -> GuaranteeView | None:
    """The guarantee that a wire's reference names, blanks and case aside."""
    found = _views(Guarantee.objects.filter(reference="".join(reference.split()).upper()))
    return found[0] if found else None


def references_known(references: Collection[str]) -> set[str]:
    """Which of these references, as they are stored, name a guarantee."""
    return set(Guarantee.objects.filter(reference__in=references).values_list("reference", flat=True))


def _views(rows: QuerySet[Guarantee]) -> list[GuaranteeView]:
    found = list(rows.select_related("organisation"))
    accounts = {row.id: of_supplier("deposit", row.organisation_id, row.currency) for row in found}
    stands = book.balances(accounts=accounts.values()) if accounts else {}
    views = [guarantee_view(row, deposit_minor=stands[accounts[row.id]]) for row in found]
    return sorted(views, key=lambda view: (view.organisation_name, view.currency))
