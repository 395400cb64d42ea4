"""How holds, reconciliation, closes, entries by hand and accounts look from outside."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from ninja import Schema

from holdfast.api.presenting import ActOut
from holdfast.api.shown import day, moment, name
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.treasury.operations.closing import Closed
from holdfast.treasury.queries.ages import Heap, Taken
from holdfast.treasury.queries.books import AccountLine, BooksToday
from holdfast.treasury.queries.closes import CloseLine
from holdfast.treasury.queries.entries import EntryView
from holdfast.treasury.queries.holds import Held
from holdfast.treasury.rules.entries import ENTRY


class HoldInRegister(Schema):
    """An amount that has not reached its end: on which account, why, who must act, since when and until when."""

    account: str
    owner: str
    currency: str
    amount_minor: int
    where: str
    why: str
    who: str
    since: str | None
    until: str | None
    is_late: bool
    order_id: str | None
    organisation_id: str | None


class HoldHeap(Schema):
    """All amounts of one account and reason: `late_minor` is past its deadline; `by_age` is in days."""

    account: str
    why: str
    currency: str
    count: int
    amount_minor: int
    late_minor: int
    by_age: dict[str, int]


class TimeTaken(Schema):
    """Seconds from the condition to the release and to the payout: half of the parts took at most p50."""

    parts: int
    release_p50_seconds: int | None
    release_p95_seconds: int | None
    payout_p50_seconds: int | None
    payout_p95_seconds: int | None


class HoldSummary(Schema):
    """The register in figures."""

    items: list[HoldHeap]
    time_taken: TimeTaken


class TrialLine(Schema):
    """What stands on all accounts of a code: credits less debits."""

    code: str
    currency: str
    balance_minor: int


class RailStanding(Schema):
    """What a provider owes by the ledger, and how much of it payments on their way explain."""

    rail: str
    currency: str
    ledger_minor: int
    explained_minor: int
    items: int


class BankStanding(Schema):
    """Clients' money by the ledger and by the bank's statements; null where there is no statement."""

    currency: str
    ledger_minor: int
    statement_minor: int | None
    statement_on: str | None
    explained_minor: int


class ClientsMoney(Schema):
    """Money apart from the operator's own, beside what is owed to clients."""

    currency: str
    there_minor: int
    owed_minor: int


class BreakShown(Schema):
    """Something that does not agree or is late: since which close, until when, and whether it was carried over."""

    kind: str
    subject: str
    currency: str
    amount_minor: int
    who: str
    since: str
    until: str
    carried: bool


class Reconciliation(Schema):
    """How the books stand now against providers and banks."""

    zone: str
    today: str
    closed_through: str | None
    trial_balance: list[TrialLine]
    rails: list[RailStanding]
    banks: list[BankStanding]
    clients_money: list[ClientsMoney]
    breaks: list[BreakShown]


class CloseInList(Schema):
    """A close: the days it covers, the SHA-256 of what was signed, and how much did not agree (for the operator)."""

    day: str
    first_day: str
    closed_at: str
    digest: str
    breaks: int | None


class CloseMade(Schema):
    """A day that was closed."""

    day: str
    first_day: str
    digest: str
    breaks: int


class CloseFile(Schema):
    """A close as it is verified: what is signed, the signature, the key; the books for the operator alone."""

    statement: dict[str, Any]
    key_id: str
    public_key: str
    signature: str
    books: dict[str, Any] | None = None


class LeafStep(Schema):
    """A neighbour on the way from a leaf to the root, and on which side it stands."""

    side: str
    hash: str
    sum_minor: int


class Leaf(Schema):
    """What was owed on one account at a close, and the path from it to the signed root."""

    format: str
    day: str
    currency: str
    account: str
    code: str
    owner: str
    amount_minor: int
    salt: str
    path: list[LeafStep]


class RoutineShown(Schema):
    """From which hour on the day before is closed by itself; null leaves it to people."""

    close_hour: int | None


class EntryShown(Schema):
    """An entry by hand. Owners are `operator`, a rail or an organisation."""

    id: str
    state: str
    debit: str
    debit_owner: str
    credit: str
    credit_owner: str
    currency: str
    amount_minor: int
    value_on: str
    reason: str
    document_id: str
    reverses_id: str | None
    proposed_by: str | None
    proposed_at: str
    decided_by: str | None
    decided_at: str | None
    due_at: str
    acts: list[ActOut]


class DocumentBrought(Schema):
    """A document that an entry may be proposed on."""

    id: str


class AccountShown(Schema):
    """An account of the ledger and what stands on it: credits less debits."""

    id: str
    code: str
    purpose: str
    owner: str
    owner_name: str
    currency: str
    balance_minor: int


class AccountEntry(Schema):
    """One line of an account: a credit when positive; `running_minor` is what stood after it."""

    transfer_id: str
    kind: str
    other_code: str
    other_owner: str
    amount_minor: int
    running_minor: int
    currency: str
    happened_at: str
    booked_on: str
    order_id: str | None
    subject_id: str | None


class AccountStatement(Schema):
    """An account's lines of a period; `next_cursor` is null on the last page."""

    account: AccountShown
    opening_minor: int
    closing_minor: int
    items: list[AccountEntry]
    next_cursor: str | None


def held(one: Held, now: Any) -> dict[str, Any]:
    """A line of the register."""
    return {
        "account": one.account,
        "owner": one.owner,
        "currency": one.currency,
        "amount_minor": one.amount_minor,
        "where": one.where,
        "why": one.why,
        "who": one.who,
        "since": moment(one.since),
        "until": moment(one.until),
        "is_late": one.late(now),
        "order_id": name("ord", one.order_id),
        "organisation_id": name("org", one.organisation_id),
    }


def summary(heaps: list[Heap], taken: Taken) -> dict[str, Any]:
    """The register in figures."""
    items = [{**asdict(heap), "by_age": dict(heap.by_age)} for heap in heaps]
    return {"items": items, "time_taken": asdict(taken)}


def reconciliation(books: BooksToday) -> dict[str, Any]:
    """How the books stand now."""
    found = books.found
    return {
        "zone": books.zone,
        "today": books.today.isoformat(),
        "closed_through": day(books.closed_through),
        "trial_balance": [asdict(one) for one in found.trial_balance],
        "rails": [asdict(one) for one in found.rails],
        "banks": [asdict(one) for one in found.banks],
        "clients_money": [asdict(one) for one in found.clients_money],
        "breaks": [asdict(one) for one in found.breaks],
    }


def close_line(one: CloseLine, *, for_operator: bool) -> dict[str, Any]:
    """A close in a list."""
    return {
        "day": one.day.isoformat(),
        "first_day": one.first_day.isoformat(),
        "closed_at": rfc3339(one.closed_at),
        "digest": one.digest.hex(),
        "breaks": one.breaks if for_operator else None,
    }


def close_made(one: Closed) -> dict[str, Any]:
    """A close that was just made."""
    return {
        "day": one.day.isoformat(),
        "first_day": one.first_day.isoformat(),
        "digest": one.digest.hex(),
        "breaks": one.breaks,
    }


def _owner(text: str) -> str:
    return public("org", text) if len(text) == 32 else text


def entry(one: EntryView) -> dict[str, Any]:
    """An entry by hand, and what may be done with it."""
    return {
        "id": public("ent", one.id),
        "state": one.state,
        "debit": one.debit,
        "debit_owner": _owner(one.debit_owner),
        "credit": one.credit,
        "credit_owner": _owner(one.credit_owner),
        "currency": one.currency,
        "amount_minor": one.amount_minor,
        "value_on": one.value_on.isoformat(),
        "reason": one.reason,
        "document_id": public("doc", one.document_id),
        "reverses_id": name("ent", one.reverses_id),
        "proposed_by": None if one.proposed_by is None else one.proposed_by.hex,
        "proposed_at": rfc3339(one.proposed_at),
        "decided_by": None if one.decided_by is None else one.decided_by.hex,
        "decided_at": moment(one.decided_at),
        "due_at": rfc3339(one.due_at),
        "acts": [
            {"verb": verb, "due_at": rfc3339(one.due_at)} for verb in ENTRY.open_verbs(state=one.state, role="operator")
        ],
    }


def brought(document_id: UUID) -> dict[str, Any]:
    """A document that was kept."""
    return {"id": public("doc", document_id)}


def account(one: AccountLine) -> dict[str, Any]:
    """An account."""
    return {**asdict(one), "id": public("acc", one.id)}


def account_statement(one: AccountLine, found: Any, *, next_cursor: str | None) -> dict[str, Any]:
    """A page of an account's statement."""
    return {
        "account": account(one),
        "opening_minor": found.opening_minor,
        "closing_minor": found.closing_minor,
        "items": [
            {
                "transfer_id": public("trf", line.transfer_id),
                "kind": line.kind,
                "other_code": line.other_code,
                "other_owner": line.other_owner,
                "amount_minor": line.amount_minor,
                "running_minor": line.running_minor,
                "currency": line.currency,
                "happened_at": rfc3339(line.happened_at),
                "booked_on": line.booked_on.isoformat(),
                "order_id": name("ord", line.order_id),
                "subject_id": None if line.subject_id is None else line.subject_id.hex,
            }
            for line in found.lines
        ],
        "next_cursor": next_cursor,
    }
