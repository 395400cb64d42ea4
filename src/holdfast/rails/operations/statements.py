"""Statements entered: a file once, each line once, in batches that stand by themselves, so that a file whose import was
cut off is carried on where it stopped.

It knows files, accounts and lines. What a line pays for is said by whoever enters (`Judge`); money that nobody expects
is put into suspense here, a batch at a time.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Refusal
from holdfast.rails import models, rows
from holdfast.rails.bank import Event, Line, StatementEnd, StatementHead, matching, read
from holdfast.rails.bank.matching import Named, Naming
from holdfast.rails.models import BankAccount, Statement, StatementFile, StatementLine
from holdfast.rails.operations.wires import Wire, suspended_into
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording

BATCH = 500
"""Lines entered in one transaction."""


class BankAccountUnknown(Refusal):
    """The statement is of an account that is not among the operator's."""

    status = 422


@dataclass(frozen=True, slots=True)
class Belongs:
    """What a line is for, as far as its words say: a payment of an order, something to be asked about line by line
    (`waits`), or nothing that anybody expects: then the reason for suspense."""

    payment_id: UUID | None = None
    order_id: UUID | None = None
    reason: str | None = None
    waits: bool = False


Judge = Callable[[Sequence[Named]], Mapping[str, Belongs]]
"""Says of each line, by its key, what it belongs to."""


@dataclass(frozen=True, slots=True)
class Part:
    """A statement of a file as it was read through: whose, and what it sums up to."""

    end: StatementEnd
    not_booked: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that was read through without fault, and is known by its content."""

    sha256: str
    size_bytes: int
    parts: tuple[Part, ...]

    @property
    def lines(self) -> int:
        """Booked lines in all."""
        return sum(part.end.lines for part in self.parts)


def read_through(*, path: Path, most_bytes: int) -> Reading:
    """Read a file to its end before anything of it is entered. Refusals: those of `rails.bank.read`."""
    parts, not_booked = [], 0
    for event in read(path, most_bytes=most_bytes):
        match event:
            case Line():
                not_booked += not _is_booked(event)
            case StatementEnd():
                parts.append(Part(event, not_booked))
                not_booked = 0
            case StatementHead():
                pass
    return Reading(_digest(path), path.stat().st_size, tuple(parts))


def _is_booked(line: Line) -> bool:
    return line.status == "booked" and line.amount_minor > 0


def _digest(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            whole.update(chunk)
    return whole.hexdigest()


def begin(*, act: Act, reading: Reading, name: str) -> tuple[StatementFile, bool]:
    """The row of a file with its statements; the one that is there already when it was sent before (`True`).

    Refusal: `BankAccountUnknown`.
    """
    accounts = _accounts(reading.parts)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(reading.sha256[:15], 16)])
        found = StatementFile.objects.filter(sha256=reading.sha256).first()
        if found is not None:
            return found, True
        file = StatementFile.objects.create(
            id=new_id(),
            sha256=reading.sha256,
            name="".join(mark for mark in name if mark.isprintable())[:200],
            size_bytes=reading.size_bytes,
            statements=len(reading.parts),
            lines=reading.lines,
            not_booked=sum(part.not_booked for part in reading.parts),
            brought_by=act.actor_id,
            received_at=act.now,
        )
        Statement.objects.bulk_create(
            _statement(file, accounts[place], part, place) for place, part in enumerate(reading.parts)
        )
    return file, False


def _accounts(parts: Sequence[Part]) -> list[BankAccount]:
    """The account of each statement. The currency of a statement that says none is that of the only account."""
    known = list(BankAccount.objects.filter(closed_at=None))
    found = []
    for part in parts:
        head = part.end.head
        meant = [
            one
            for one in known
            if one.number == head.account and (head.currency is None or one.currency == head.currency)
        ]
        if len(meant) != 1:
            said = " ".join(filter(None, [head.account, head.currency]))
            accepted = sorted(f"{one.number} {one.currency}" for one in known)
            raise BankAccountUnknown(field="account", found=said, accepted=accepted)
        found.append(meant[0])
    return found


def _statement(file: StatementFile, account: BankAccount, part: Part, place: int) -> Statement:
    head = part.end.head
    return Statement(
        id=new_id(),
        file=file,
        account=account,
        place=place,
        kind=head.kind,
        name=head.id,
        number=head.number,
        from_on=head.from_on,
        to_on=head.to_on,
        opening_minor=head.opening.amount_minor if head.opening else None,
        opening_on=head.opening.on if head.opening else None,
        closing_minor=head.closing.amount_minor if head.closing else None,
        closing_on=head.closing.on if head.closing else None,
        lines=part.end.lines,
        credits_minor=part.end.credits_minor,
        debits_minor=part.end.debits_minor,
        off_minor=part.end.off_minor,
    )


# --- lines -----------------------------------------------------------------------------------------------------------


def enter(*, act: Act, path: Path, file: StatementFile, judge: Judge) -> None:
    """Enter what is not there yet of a file, a batch at a time; safe to repeat and to do twice at once."""
    statements = {one.place: one for one in file.parts.select_related("account")}
    for place, lines in _by_statement(read(path)):
        statement = statements[place]
        naming = Naming(account=statement.account.number, currency=statement.account.currency)
        batch: list[Named] = []
        for one in naming.named(line for line in lines if _is_booked(line)):
            if len(batch) >= BATCH and one.entry_key != batch[-1].entry_key:
                _enter_batch(act, statement, batch, judge)
                batch = []
            batch.append(one)
        if batch:
            _enter_batch(act, statement, batch, judge)
    with transaction.atomic():
        mine = StatementFile.objects.select_for_update().get(id=file.id)
        if mine.state == "entering":
            mine.known = mine.lines - mine.entered_lines.count()
            mine.state, mine.ended_at = "entered", act.now
            mine.save(update_fields=["known", "state", "ended_at"])


def _by_statement(events: Iterable[Event]) -> Iterator[tuple[int, Iterator[Line]]]:
    """Each statement's place and its lines, read as they are taken; they must be taken before the next."""
    stream = iter(events)
    for place, _head in enumerate(event for event in stream if isinstance(event, StatementHead)):
        yield place, _lines(stream)


def _lines(stream: Iterator[Event]) -> Iterator[Line]:
    for event in stream:
        if isinstance(event, StatementEnd):
            return
        if isinstance(event, Line):
            yield event


def _enter_batch(act: Act, statement: Statement, batch: Sequence[Named], judge: Judge) -> None:
    account = statement.account
    with transaction.atomic():
        # Whoever enters lines of this account comes after us: what is not there now is not there.
        BankAccount.objects.select_for_update().get(id=account.id)
        new = _not_there(statement, batch)
        if not new:
            return
        if account.holds == "own":
            _copy(act, statement, new, {})
            _became(new, state="explained", kind="own_money", now=act.now)
            return
        belongs = judge(new)
        _copy(act, statement, new, belongs)
        _suspend_all(act, statement, new, belongs)


def _not_there(statement: Statement, batch: Sequence[Named]) -> list[Named]:
    """What no file has brought yet. An entry that another file has brought, whole or in its details, is not entered in
    another shape."""
    there = StatementLine.objects.filter(entry_key__in={one.entry_key for one in batch})
    keys, elsewhere = set(), set()
    for key, entry_key, file_id in there.values_list("key", "entry_key", "file_id"):
        keys.add(key)
        if file_id != statement.file_id:
            elsewhere.add(entry_key)
    return [one for one in batch if one.key not in keys and one.entry_key not in elsewhere]


_COLUMNS = (
    *("id", "account_id", "file_id", "statement_id", "entry", "detail", "key", "entry_key", "bank_ref", "end_to_end"),
    *("references", "text", "amount_minor", "currency", "direction", "booked_on", "value_on", "counterparty_name"),
    *("counterparty_account", "charges", "reversal", "code", "state", "kind", "subject_kind", "subject_id"),
    *("order_id", "note", "entered_at"),
)


def _copy(act: Act, statement: Statement, lines: Sequence[Named], belongs: Mapping[str, Belongs]) -> None:
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    with connection.cursor() as cursor, cursor.copy(f"COPY rails_statement_line ({columns}) FROM STDIN") as copy:
        for one in lines:
            copy.write_row(_row(act, statement, one, belongs.get(one.key, Belongs())))


def _row(act: Act, statement: Statement, one: Named, belongs: Belongs) -> tuple[Any, ...]:
    line = one.line
    charges = [[charge.amount_minor, charge.currency, charge.included] for charge in line.charges]
    return (
        new_id(),
        statement.account_id,
        statement.file_id,
        statement.id,
        line.entry,
        line.detail,
        one.key,
        one.entry_key,
        line.bank_ref,
        line.end_to_end,
        json.dumps(line.references),
        line.text,
        line.amount_minor,
        line.currency,
        line.direction,
        line.booked_on,
        line.value_on,
        line.counterparty_name,
        line.counterparty_account,
        json.dumps(charges),
        line.reversal,
        line.code,
        "entered",
        "payment_in" if belongs.payment_id else "",
        "payment" if belongs.payment_id else "",
        belongs.payment_id,
        belongs.order_id,
        "",
        act.now,
    )


def _became(lines: Sequence[Named], *, state: str, kind: str, now: datetime) -> None:
    keys = [one.key for one in lines]
    StatementLine.objects.filter(key__in=keys).update(state=state, kind=kind, ended_at=now)


def _suspend_all(act: Act, statement: Statement, lines: Sequence[Named], belongs: Mapping[str, Belongs]) -> None:
    """All that nobody expects of a batch, by one recording."""
    lost = [one for one in lines if belongs[one.key].reason is not None]
    if not lost:
        return
    chain = operator_chain()
    recording = Recording(act)
    strays = []
    for one in lost:
        wire = wire_of(one.line, key=one.key, received_at=act.now)
        stray, _about = suspended_into(
            recording=recording, wire=wire, reason=belongs[one.key].reason or "", payment=None
        )
        strays.append(stray)
    recording.call(rows.WRITE, rows.written(new=strays))
    recording.event(
        chain,
        "statement.unmatched",
        about={"statement": statement.id},
        data={
            "count": len(strays),
            "amount_minor": sum(stray.amount_minor for stray in strays),
            "currency": strays[0].currency,
        },
    )
    recording.write(None)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE rails_statement_line l SET state = 'suspense', subject_kind = 'stray', subject_id = s.id
               FROM rails_stray s WHERE s.source_ref = l.key AND l.key = ANY(%s)""",
            [[one.key for one in lost]],
        )


def wire_of(line: Line | StatementLine, *, key: str, received_at: datetime, line_id: UUID | None = None) -> Wire:
    """A credit on a statement as money that came."""
    said = " ".join([*line.references, line.end_to_end, line.text])
    return Wire(
        source_ref=key,
        reference=" ".join(said.split())[:140],
        amount_minor=line.amount_minor,
        currency=line.currency,
        payer_name=line.counterparty_name,
        received_at=received_at,
        line_id=line_id,
    )


def payments_named(lines: Sequence[Named]) -> dict[str, models.Payment]:
    """The wire payment that each line names by its reference, by the line's key; one query."""
    wanted = {one.key: matching.references(matching.written(one.line)) for one in lines}
    known = {reference for found in wanted.values() for reference in found}
    if not known:
        return {}
    payments = {row.reference: row for row in models.Payment.objects.filter(rail="wire", reference__in=known)}
    hits = {key: [payments[one] for one in found if one in payments] for key, found in wanted.items()}
    return {key: found[0] for key, found in hits.items() if found}
