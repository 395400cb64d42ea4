"""The entries by hand: which wait, and what became of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from holdfast.kernel.refusals import NotFound
from holdfast.treasury.models import Entry, EntryDocument


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry. Owners are the ledger's: `operator`, a rail, or an organisation's hex."""

    id: UUID
    state: str
    debit: str
    debit_owner: str
    credit: str
    credit_owner: str
    currency: str
    amount_minor: int
    value_on: date
    reason: str
    document_id: UUID
    reverses_id: UUID | None
    proposed_by: UUID | None
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    due_at: datetime


def entry_view(row: Entry) -> EntryView:
    """The row as it stands."""
    return EntryView(
        row.id,
        row.state,
        row.debit,
        row.debit_owner,
        row.credit,
        row.credit_owner,
        row.currency,
        row.amount_minor,
        row.value_on,
        row.reason,
        row.document_id,
        row.reverses_id,
        row.proposed_by,
        row.proposed_at,
        row.decided_by,
        row.decided_at,
        row.due_at,
    )


def entries(*, states: Sequence[str] = (), before: UUID | None = None, limit: int = 50) -> list[EntryView]:
    """Entries, the newest first, from `before` on."""
    rows = Entry.objects.order_by("-id")
    if states:
        rows = rows.filter(state__in=states)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [entry_view(row) for row in rows[:limit]]


def entry(*, entry_id: UUID) -> EntryView:
    """One entry. Refusal: `NotFound`."""
    row = Entry.objects.filter(id=entry_id).first()
    if row is None:
        raise NotFound
    return entry_view(row)


def waiting() -> int:
    """How many wait for a decision."""
    return Entry.objects.filter(state="proposed").count()


@dataclass(frozen=True, slots=True)
class DocumentView:
    """The evidence of an entry; `content` only where it is asked for."""

    id: UUID
    name: str
    media_type: str
    sha256: bytes
    size_bytes: int
    content: bytes


def document(*, document_id: UUID | None) -> DocumentView:
    """One document. Refusal: `NotFound`."""
    row = EntryDocument.objects.filter(id=document_id).first() if document_id else None
    if row is None:
        raise NotFound
    content = bytes(row.content)
    return DocumentView(row.id, row.name, row.media_type, bytes(row.sha256), len(content), content)
