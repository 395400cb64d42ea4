"""The questions asked of invoices and credit notes: who may see one, what is listed, what still waits for a paper.

Reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum

from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.ledger import journal
from holdfast.ledger.chart import of_supplier
from holdfast.orders.queries import parties_of
from holdfast.parties.access import Caller
from holdfast.treasury.models import Billing, FeeOnPaper, Paper, PaperLine, PaperRun, Seller, TaxRule
from holdfast.treasury.papers.documents import display_number
from holdfast.treasury.papers.rules import Fee, Standing, Tax

STAFF = frozenset({"finance", "administrator"})
"""Who of the operator's staff sees every organisation's papers."""
PREFIX = "ivc"
NO_DAY = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class PaperView:
    """An invoice or a credit note for show; `document` is what `digest` is taken of."""

    id: UUID
    kind: str
    number: str
    organisation_id: UUID
    order_id: UUID | None
    corrects_id: UUID | None
    currency: str
    period_from: date
    period_to: date
    issued_on: date
    gross_minor: int
    tax_minor: int
    document: dict[str, Any]
    digest: str


def view(row: Paper) -> PaperView:
    """A stored paper."""
    return PaperView(
        row.id,
        row.kind,
        display_number(series=row.series, number=row.number),
        row.organisation_id,
        row.order_id,
        row.corrects_id,
        row.currency,
        row.period_from,
        row.period_to,
        row.issued_on,
        row.gross_minor,
        row.tax_minor,
        row.document,
        bytes(row.digest).hex(),
    )


def visible(*, caller: Caller) -> QuerySet[Paper]:
    """The papers that a caller may list: its own organisation's, all for finance."""
    if caller.staff & STAFF:
        return Paper.objects.all()
    if caller.organisation_id is None:
        return Paper.objects.none()
    return Paper.objects.filter(organisation_id=caller.organisation_id)


def paper_for(*, caller: Caller, ref: object) -> PaperView:
    """The gate of one paper. Refusal: `not_found`, the same for every stranger."""
    paper_id = parse(PREFIX, ref)
    row = visible(caller=caller).filter(id=paper_id).first() if paper_id is not None else None
    if row is None:
        raise NotFound
    return view(row)


def papers(*, paper_ids: Sequence[UUID]) -> list[PaperView]:
    """Some papers, in the order of their numbers."""
    return [view(row) for row in Paper.objects.filter(id__among=paper_ids).order_by("series", "number")]


def supplier_of_order(*, order_id: UUID) -> UUID:
    """Whose fee an order's is."""
    return parties_of(order_id=order_id)[1]


# --- what papers are made of ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """Fees of a supplier in a currency that stand on no paper yet."""

    organisation_id: UUID
    currency: str
    fees: int
    amount_minor: int


_WAITING = """
    SELECT a.owner, a.currency, count(*),
           sum(CASE t.kind WHEN 'fee_taken' THEN t.amount_minor ELSE -t.amount_minor END)::bigint
    FROM ledger_transfer t
    JOIN ledger_account a ON a.id = CASE t.kind WHEN 'fee_taken' THEN t.debit_id ELSE t.credit_id END
    WHERE t.kind IN ('fee_taken', 'fee_given_back') AND t.booked_on > %s AND t.booked_on <= %s
      AND NOT EXISTS (SELECT 1 FROM treasury_fee_on_paper f WHERE f.transfer_id = t.id)
    GROUP BY 1, 2 ORDER BY 1, 2
"""


def waiting(*, through: date, after: date = NO_DAY) -> list[Waiting]:
    """Whose fees booked through a day (and after another, before which nothing waits) wait for a paper."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [after, through])
        return [Waiting(UUID(owner), currency, count, amount) for owner, currency, count, amount in cursor.fetchall()]


def overdue(*, today: date) -> int:
    """How many suppliers wait for the papers of months that are over."""
    last, end = last_run(), today.replace(day=1) - timedelta(days=1)
    # Every month to the last one issued has all its papers: only what came after it is looked through.
    after = NO_DAY if last is None else (last + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return len({row.organisation_id for row in waiting(through=end, after=after)})


def first_waiting() -> date | None:
    """The day of the oldest fee that waits for a paper."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT min(t.booked_on) FROM ledger_transfer t WHERE t.kind IN ('fee_taken', 'fee_given_back')
               AND NOT EXISTS (SELECT 1 FROM treasury_fee_on_paper f WHERE f.transfer_id = t.id)"""
        )
        found: date | None = cursor.fetchone()[0]
        return found


def last_run() -> date | None:
    """The last month whose invoices were issued."""
    return PaperRun.objects.order_by("-month").values_list("month", flat=True).first()


def waiting_fees(*, organisation_id: UUID, currency: str, through: date, order_id: UUID | None = None) -> list[Fee]:
    """The fees themselves, oldest first; of one order, or of all."""
    accounts = [of_supplier(code, organisation_id, currency).id for code in ("payable", "supplier_debt")]
    moved = [
        row
        for row in journal.fees(account_ids=accounts, through=through)
        if order_id is None or row.order_id == order_id
    ]
    taken = [row.transfer_id for row in moved]
    done = set(FeeOnPaper.objects.filter(transfer_id__among=taken).values_list("transfer_id", flat=True))
    return [
        Fee(row.transfer_id, row.order_id, row.booked_on, row.amount_minor)
        for row in moved
        if row.transfer_id not in done
    ]


def standing(*, organisation_id: UUID, currency: str, order_ids: Sequence[UUID | None]) -> list[Standing]:
    """The lines of invoices that these orders have, oldest first, with what was credited of each."""
    rows = (
        PaperLine.objects.filter(
            paper__kind="invoice",
            paper__organisation_id=organisation_id,
            paper__currency=currency,
            order_id__among=order_ids,
        )
        .annotate(credited=Sum("corrected_by__gross_minor"), credited_tax=Sum("corrected_by__tax_minor"))
        .order_by("paper__issued_at", "paper__number", "position")
    )
    return [
        Standing(
            row.id,
            row.paper_id,
            row.order_id,
            Tax("", row.treatment, row.percent, NO_DAY),
            row.gross_minor,
            row.tax_minor,
            int(row.credited or 0),
            int(row.credited_tax or 0),
        )
        for row in rows
    ]


# --- who and how ----------------------------------------------------------------------------------------------------


def seller() -> Seller | None:
    """Who invoices, as recorded last."""
    return Seller.objects.order_by("-recorded_at", "-id").first()


def billing_of(*, organisation_id: UUID) -> Billing | None:
    """Whom an organisation's papers are made out to, as recorded last."""
    return Billing.objects.filter(organisation_id=organisation_id).order_by("-recorded_at", "-id").first()


def tax_rules() -> list[Tax]:
    """Every rule, in the order recorded."""
    rows = TaxRule.objects.order_by("recorded_at", "id")
    return [Tax(row.country, row.treatment, row.percent, row.valid_from) for row in rows]
