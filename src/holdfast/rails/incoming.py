"""The questions about what banks say: accounts, files, statements with what does not fit between them, and lines.

Nothing is written, and no gate is asked: all of it is the operator's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet

from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.rails.models import BankAccount, Statement, StatementFile, StatementLine

_WITH_BALANCES = ("camt.053", "mt940")
"""Statements of whole days; reports and notifications give no balances that others continue."""


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement of a file. `break_minor` is by how much it opens off the one before it (None where there is none or
    no balance); `off_minor` by how much its own lines miss its closing balance."""

    id: UUID
    account_id: UUID
    account_name: str
    number: str
    currency: str
    kind: str
    name: str
    sequence: str
    from_on: date | None
    to_on: date | None
    opening_minor: int | None
    closing_minor: int | None
    lines: int
    credits_minor: int
    debits_minor: int
    off_minor: int | None
    break_minor: int | None


def bank_accounts() -> list[BankAccount]:
    """All of them, by name."""
    return list(BankAccount.objects.order_by("name", "currency"))


def statement_files() -> QuerySet[StatementFile]:
    """Every file that was taken in."""
    return StatementFile.objects.all()


def file_for(*, ref: object) -> StatementFile:
    """A file by its public name. Refusal: `NotFound`."""
    file_id = parse("stf", ref)
    found = StatementFile.objects.filter(id=file_id).first() if file_id else None
    if found is None:
        raise NotFound
    return found


def states_of(*, file_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """How many lines of each file are in which state."""
    found: dict[UUID, dict[str, int]] = {file_id: {} for file_id in file_ids}
    counted = StatementLine.objects.filter(file_id__in=file_ids).values_list("file_id", "state")
    for file_id, state, count in counted.annotate(count=Count("id")).order_by("file_id", "state"):
        found[file_id][state] = count
    return found


def statements_of(*, file_id: UUID) -> list[StatementView]:
    """The statements of a file, each beside the one before it on its account."""
    rows = Statement.objects.filter(file_id=file_id).select_related("account").order_by("place")
    return [_view(row) for row in rows]


def _view(row: Statement) -> StatementView:
    return StatementView(
        id=row.id,
        account_id=row.account_id,
        account_name=row.account.name,
        number=row.account.number,
        currency=row.account.currency,
        kind=row.kind,
        name=row.name,
        sequence=row.number,
        from_on=row.from_on,
        to_on=row.to_on,
        opening_minor=row.opening_minor,
        closing_minor=row.closing_minor,
        lines=row.lines,
        credits_minor=row.credits_minor,
        debits_minor=row.debits_minor,
        off_minor=row.off_minor,
        break_minor=_break(row),
    )


def _break(row: Statement) -> int | None:
    """What lies between this statement and those before it: nothing if one of them closed with what this opens with."""
    if row.opening_minor is None or row.opening_on is None or row.kind not in _WITH_BALANCES:
        return None
    before = Statement.objects.filter(
        account_id=row.account_id, kind__in=_WITH_BALANCES, closing_on__lte=row.opening_on, closing_minor__isnull=False
    ).exclude(id=row.id)
    # The same statement sent again is not the one before it.
    before = before.exclude(opening_on=row.opening_on, opening_minor=row.opening_minor, closing_on=row.closing_on)
    if before.filter(closing_minor=row.opening_minor).exists():
        return 0
    last = before.order_by("-closing_on", "-id").first()
    return None if last is None or last.closing_minor is None else row.opening_minor - last.closing_minor


def breaks() -> list[StatementView]:
    """Statements that do not continue the one before them, or whose lines miss their own balance; newest first."""
    rows = Statement.objects.filter(kind__in=_WITH_BALANCES).select_related("account").order_by("-closing_on", "-id")
    return [view for view in map(_view, rows[:500]) if view.off_minor or view.break_minor]


def statement_lines(*, state: str | None = None, file_id: UUID | None = None) -> QuerySet[StatementLine]:
    """Lines, of one state or of one file."""
    found = StatementLine.objects.select_related("account")
    if state is not None:
        found = found.filter(state=state)
    return found.filter(file_id=file_id) if file_id is not None else found


def line_for(*, ref: object) -> StatementLine:
    """A line by its public name. Refusal: `NotFound`."""
    line_id = parse("sln", ref)
    found = StatementLine.objects.select_related("account").filter(id=line_id).first() if line_id else None
    if found is None:
        raise NotFound
    return found


def lines_of_strays(*, source_refs: Sequence[str]) -> dict[str, StatementLine]:
    """The lines that brought money in suspense, by what it was entered by."""
    return {line.key: line for line in StatementLine.objects.filter(key__in=source_refs)}
