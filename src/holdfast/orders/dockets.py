"""Questions about what suppliers owe: one debt, the debts of a supplier, all of them by currency and age.

It reads dockets and names nobody's bank. Nothing is changed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.orders.models import Debt
from holdfast.orders.rules.debts import Docket, owed_by_operator
from holdfast.parties.access import Caller

AGES = (30, 60, 90)
"""Days after which a debt counts to the next older group."""


@dataclass(frozen=True, slots=True)
class DebtView:
    """One docket. Of what was awarded the supplier has paid `collected_minor`; `advanced_minor` was paid ahead of it;
    `waiting_minor` the buyer has not got. Money sent for it bears `reference` (ISO 11649)."""

    id: UUID
    order_id: UUID
    supplier_id: UUID
    claim_id: UUID | None
    kind: str
    state: str
    currency: str
    amount_minor: int
    collected_minor: int
    open_minor: int
    advanced_minor: int
    reserve_minor: int
    waiting_minor: int
    reference: str
    reminders: int
    recorded_at: datetime
    ended_at: datetime | None
    write_off_asked_at: datetime | None
    write_off_asked_by: UUID | None
    write_off_reason: str
    owed_by_operator_minor: int

    def age_days(self, now: datetime) -> int:
        """Whole days since it was recorded."""
        return max(0, (now - self.recorded_at).days)


@dataclass(frozen=True, slots=True)
class Aged:
    """What is open in one currency, by age: `groups` counts and sums what is at most 30, 60, 90 and more days old."""

    currency: str
    open_minor: int
    groups: tuple[tuple[int, int], ...]


def docket_of(debt: Debt) -> Docket:
    """The figures of a row."""
    return Docket(debt.kind, debt.amount_minor, debt.collected_minor, debt.advanced_minor, debt.reserve_minor)


def debt_view(debt: Debt) -> DebtView:
    """The row as a view."""
    docket = docket_of(debt)
    is_open = debt.state == "open"
    return DebtView(
        id=debt.id,
        order_id=debt.order_id,
        supplier_id=debt.supplier_id,
        claim_id=debt.claim_id,
        kind=debt.kind,
        state=debt.state,
        currency=debt.currency,
        amount_minor=debt.amount_minor,
        collected_minor=debt.collected_minor,
        open_minor=docket.open_minor if is_open else 0,
        advanced_minor=debt.advanced_minor,
        reserve_minor=debt.reserve_minor,
        waiting_minor=docket.awarded_minor if is_open else 0,
        reference=debt.reference,
        reminders=debt.reminders,
        recorded_at=debt.recorded_at,
        ended_at=debt.ended_at,
        write_off_asked_at=debt.write_off_asked_at,
        write_off_asked_by=debt.write_off_asked_by,
        write_off_reason=debt.write_off_reason,
        owed_by_operator_minor=owed_by_operator(docket) if is_open else 0,
    )


def visible_debts(*, caller: Caller) -> QuerySet[Debt]:
    """A supplier's own, or all of them for the operator's finance."""
    rows = Debt.objects.all()
    if caller.staff & {"finance", "administrator"}:
        return rows
    return rows.filter(supplier_id=caller.organisation_id) if caller.organisation_id else rows.none()


def debt_for(*, caller: Caller, ref: object) -> Debt:
    """A debt of one's own organisation, or any for the operator's staff. Refusal: `NotFound`."""
    identifier = parse("dbt", ref)
    found = visible_debts(caller=caller).filter(id=identifier).first() if identifier else None
    if found is None:
        raise NotFound
    return found


def debts_of(*, supplier_id: UUID, limit: int = 100) -> list[DebtView]:
    """The open debts of a supplier, oldest first."""
    rows = Debt.objects.filter(supplier_id=supplier_id, state="open").order_by("recorded_at", "id")
    return [debt_view(row) for row in rows[:limit]]


def open_debts(*, limit: int = 500) -> list[DebtView]:
    """Every open debt, oldest first."""
    rows = Debt.objects.filter(state="open").order_by("recorded_at", "id")
    return [debt_view(row) for row in rows[:limit]]


def debt_by_reference(reference: str) -> DebtView | None:
    """The open debt that a wire's reference names, blanks and case aside."""
    row = Debt.objects.filter(reference="".join(reference.split()).upper(), state="open").first()
    return debt_view(row) if row else None


def aged(*, debts: Sequence[DebtView], now: datetime) -> list[Aged]:
    """Debts by currency and age."""
    found: dict[str, list[list[int]]] = {}
    for debt in debts:
        groups = found.setdefault(debt.currency, [[0, 0] for _age in (*AGES, None)])
        group = groups[sum(debt.age_days(now) > age for age in AGES)]
        group[0] += 1
        group[1] += debt.open_minor
    return [
        Aged(currency, sum(minor for _count, minor in groups), tuple((count, minor) for count, minor in groups))
        for currency, groups in sorted(found.items())
    ]
