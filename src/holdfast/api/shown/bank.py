"""How bank accounts, statements and money in suspense look in answers."""

from typing import Any

from ninja import Schema

from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment, money, name
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.orders.candidates import Candidate as CandidateView
from holdfast.rails.incoming import StatementView
from holdfast.rails.models import BankAccount as AccountRow
from holdfast.rails.models import StatementFile as FileRow
from holdfast.rails.models import StatementLine as LineRow
from holdfast.rails.rows import StrayRow

PREFIXES = {
    "payment": "pay",
    "stray": "str",
    "payout": "pot",
    "refund": "rfd",
    "batch": "bat",
    "settlement": "stl",
    "guarantee": "gua",
    "debt": "dbt",
    "line": "sln",
}
"""What a line may belong to, and how that is named outside."""


class BankAccount(Schema):
    """An account of the operator's; `holds` says whose money is on it."""

    id: str
    name: str
    number: str
    bic: str
    currency: str
    holds: str
    added_at: str


class BankStatement(Schema):
    """A statement of a file. `break_minor`: it opens so much off the one before it; `off_minor`: its lines miss its
    closing balance by so much. Null where there is nothing to compare with."""

    bank_account_id: str
    number: str
    currency: str
    kind: str
    name: str
    sequence: str
    from_on: str | None
    to_on: str | None
    opening_minor: int | None
    closing_minor: int | None
    lines: int
    credits_minor: int
    debits_minor: int
    off_minor: int | None
    break_minor: int | None


class BankStatementFile(Schema):
    """A file that was taken in: of its booked `lines`, `known` had come by other files; `not_booked` were announced
    only; `states` counts what became of the others. `again`: it had been sent before."""

    id: str
    name: str
    sha256: str
    size_bytes: int
    state: str
    lines: int
    not_booked: int
    known: int
    states: dict[str, int]
    statements: list[BankStatement]
    received_at: str
    ended_at: str | None
    again: bool


class BankCharge(Schema):
    """What a bank took; `included`: out of the line's amount."""

    amount_minor: int
    currency: str
    included: bool


class BankLine(Schema):
    """One booked movement and what became of it."""

    id: str
    bank_account_id: str
    file_id: str
    state: str
    kind: str
    direction: str
    amount_minor: int
    currency: str
    booked_on: str
    value_on: str | None
    reversal: bool
    bank_ref: str
    end_to_end: str
    references: list[str]
    text: str
    counterparty_name: str
    counterparty_account: str
    charges: list[BankCharge]
    code: str
    subject_id: str | None
    order_id: str | None
    note: str
    ended_at: str | None
    acts: list[ActOut]


class StrayCandidate(Schema):
    """A payment that money in suspense may be for; `why` says what fits."""

    payment_id: str
    order_id: str
    order_number: str
    payer_name: str
    amount_minor: int
    currency: str
    why: list[str]


class StrayWithCandidates(money.Stray):
    """Money in suspense, with the payments it may be for."""

    candidates: list[StrayCandidate]


def bank_account(row: AccountRow) -> dict[str, Any]:
    """An account."""
    return {
        "id": public("bka", row.id),
        "name": row.name,
        "number": row.number,
        "bic": row.bic,
        "currency": row.currency,
        "holds": row.holds,
        "added_at": rfc3339(row.added_at),
    }


def statement(view: StatementView) -> dict[str, Any]:
    """A statement."""
    return {
        "bank_account_id": public("bka", view.account_id),
        "number": view.number,
        "currency": view.currency,
        "kind": view.kind,
        "name": view.name,
        "sequence": view.sequence,
        "from_on": view.from_on and view.from_on.isoformat(),
        "to_on": view.to_on and view.to_on.isoformat(),
        "opening_minor": view.opening_minor,
        "closing_minor": view.closing_minor,
        "lines": view.lines,
        "credits_minor": view.credits_minor,
        "debits_minor": view.debits_minor,
        "off_minor": view.off_minor,
        "break_minor": view.break_minor,
    }


def statement_file(
    row: FileRow, *, states: dict[str, int], statements: list[StatementView], again: bool = False
) -> dict[str, Any]:
    """A file with its statements and what became of its lines."""
    return {
        "id": public("stf", row.id),
        "name": row.name,
        "sha256": row.sha256,
        "size_bytes": row.size_bytes,
        "state": row.state,
        "lines": row.lines,
        "not_booked": row.not_booked,
        "known": row.known,
        "states": states,
        "statements": [statement(view) for view in statements],
        "received_at": rfc3339(row.received_at),
        "ended_at": moment(row.ended_at),
        "again": again,
    }


def statement_line(row: LineRow) -> dict[str, Any]:
    """A line."""
    prefix = PREFIXES.get(row.subject_kind)
    return {
        "id": public("sln", row.id),
        "bank_account_id": public("bka", row.account_id),
        "file_id": public("stf", row.file_id),
        "state": row.state,
        "kind": row.kind,
        "direction": row.direction,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "booked_on": row.booked_on.isoformat(),
        "value_on": row.value_on and row.value_on.isoformat(),
        "reversal": row.reversal,
        "bank_ref": row.bank_ref,
        "end_to_end": row.end_to_end,
        "references": row.references,
        "text": row.text,
        "counterparty_name": row.counterparty_name,
        "counterparty_account": row.counterparty_account,
        "charges": [
            {"amount_minor": minor, "currency": currency, "included": included}
            for minor, currency, included in row.charges
        ],
        "code": row.code,
        "subject_id": public(prefix, row.subject_id) if prefix and row.subject_id else None,
        "order_id": name("ord", row.order_id),
        "note": row.note,
        "ended_at": moment(row.ended_at),
        "acts": [{"verb": "explain", "due_at": None}] if row.state == "unexplained" else [],
    }


def stray(row: StrayRow, candidates: list[CandidateView]) -> dict[str, Any]:
    """Money in suspense with what it may be for."""
    return {**money.stray(row), "candidates": [_candidate(one) for one in candidates]}


def _candidate(one: CandidateView) -> dict[str, Any]:
    return {
        "payment_id": public("pay", one.payment_id),
        "order_id": public("ord", one.order_id),
        "order_number": one.order_number,
        "payer_name": one.payer_name,
        "amount_minor": one.amount_minor,
        "currency": one.currency,
        "why": list(one.why),
    }
