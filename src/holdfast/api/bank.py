"""Money that comes by bank over HTTP: accounts, statements taken in, lines, and what waits in suspense.

All of it is the operator's, for finance and administrators.
"""

import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from holdfast.api import edge, fields, pagination, presenting
from holdfast.api.edge import command
from holdfast.api.shown import bank as shown
from holdfast.api.shown import money
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.orders.candidates import candidates
from holdfast.orders.operations import by_hand, explaining, incoming, wiring
from holdfast.parties import access
from holdfast.rails import incoming as questions
from holdfast.rails import operations, queries
from holdfast.rails.bank import StatementTooLarge
from holdfast.rails.operations.bank_accounts import add_bank_account
from holdfast.record.act import Act

router = Router(tags=["bank"])
FINANCE = ("finance", "administrator")
CHUNK = 256 * 1024
Reason = Annotated[str, StringConstraints(max_length=500)]
State = Literal["entered", "matched", "suspense", "explained", "unexplained", "returned"]
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class NewBankAccount(fields.Body):
    """An account whose statements will be taken in; `number` is its IBAN, or another number."""

    name: fields.Short
    number: fields.Short
    currency: fields.Currency
    bic: fields.Short = ""
    holds: Literal["clients", "own"] = "clients"


class FileName(Schema):
    """How the bank called the file."""

    name: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = "statement"


class LineQuery(pagination.PageQuery):
    """Of one state, or of one file."""

    state: State | None = None
    file_id: str | None = Query(None, max_length=64)


class Match(fields.Body):
    """For what money in suspense came, one of them: a payment, an order, for whose due tranche it then counts, or what
    bears a reference (a payment, a supplier's guarantee, what it owes); and why."""

    payment_id: fields.Short | None = None
    reference: fields.Short | None = None
    order_id: fields.Short | None = None
    reason: Reason


class Back(fields.Body):
    """Why money goes back to who sent it."""

    reason: Reason = ""


class Explanation(fields.Body):
    """What a debit is that nobody knew: the bank's charge or the operator's own money, which is booked then, or
    something that is written elsewhere."""

    kind: Literal["bank_charge", "own_money", "by_hand"]
    reason: Reason


# --- accounts and statements -----------------------------------------------------------------------------------------


@router.get("/bank-accounts", operation_id="list_bank_accounts", response=presenting.Page[shown.BankAccount])
@pagination.paged()
def list_bank_accounts(request: edge.Request) -> dict[str, Any]:
    """The operator's accounts at banks."""
    access.require_staff(request.auth, *FINANCE)
    return {"items": [shown.bank_account(row) for row in questions.bank_accounts()]}


@router.post("/bank-accounts", operation_id="add_bank_account", response={201: shown.BankAccount})
def new_bank_account(request: edge.Request, body: NewBankAccount) -> HttpResponse:
    """Make an account known, so that its statements can be taken in."""
    role = access.require_staff(request.auth, *FINANCE)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: add_bank_account(
            act=act, name=body.name, number=body.number, currency=body.currency, bic=body.bic, holds=body.holds
        ),
        present=shown.bank_account,
        status=201,
    )


@router.post(
    "/bank-statements",
    operation_id="import_bank_statement",
    response={200: shown.BankStatementFile},
    openapi_extra=UPLOAD,
)
def import_statement(request: edge.Request, asked: Query[FileName]) -> HttpResponse:
    """Take in a bank's file as the body: camt.052, camt.053, camt.054 or MT940. Known by its content: sent again, it is
    answered with what it did the first time."""
    role = access.require_staff(request.auth, *FINANCE)
    edge.require_idempotency_key(request)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement"
        _receive(request, path)
        done = incoming.import_statement(act=request.auth.act(role=role), path=path, name=asked.name)
    return edge.answer(_shown(done.file_id, again=done.again))


def _receive(request: edge.Request, path: Path) -> None:
    """The body, a piece at a time: it may be larger than what a process should hold."""
    size = 0
    with path.open("wb") as file:
        while chunk := request.read(CHUNK):
            size += len(chunk)
            if size > settings.STATEMENT_BYTES:
                raise StatementTooLarge(field="file", accepted={"at_most_bytes": settings.STATEMENT_BYTES})
            file.write(chunk)


def _shown(file_id: Any, *, again: bool = False) -> dict[str, Any]:
    row = questions.statement_files().get(id=file_id)
    states = questions.states_of(file_ids=[row.id])[row.id]
    return shown.statement_file(row, states=states, statements=questions.statements_of(file_id=row.id), again=again)


@router.get("/bank-statements", operation_id="list_bank_statements", response=presenting.Page[shown.BankStatementFile])
def list_statements(request: edge.Request, page: Query[pagination.PageQuery]) -> dict[str, Any]:
    """The files that were taken in, newest first."""
    access.require_staff(request.auth, *FINANCE)
    return pagination.newest_first(questions.statement_files(), page=page, present=lambda row: _shown(row.id))


@router.get("/bank-statements/{file_id}", operation_id="get_bank_statement", response=shown.BankStatementFile)
def get_statement(request: edge.Request, file_id: str) -> dict[str, Any]:
    """One file: its statements, what does not fit between them, and what became of its lines."""
    access.require_staff(request.auth, *FINANCE)
    return _shown(questions.file_for(ref=file_id).id)


@router.get("/bank-lines", operation_id="list_bank_lines", response=presenting.Page[shown.BankLine])
def list_statement_lines(request: edge.Request, page: Query[LineQuery]) -> dict[str, Any]:
    """Lines, newest first: of one state, or of one file."""
    access.require_staff(request.auth, *FINANCE)
    file_id = questions.file_for(ref=page.file_id).id if page.file_id else None
    rows = questions.statement_lines(state=page.state, file_id=file_id)
    return pagination.newest_first(rows, page=page, present=shown.statement_line)


@router.post("/bank-lines/{line_id}/explain", operation_id="explain_bank_line", response=shown.BankLine)
def explain_line(request: edge.Request, line_id: str, body: Explanation) -> HttpResponse:
    """Say what a debit is that nobody knew."""
    role = access.require_staff(request.auth, *FINANCE)
    line = questions.line_for(ref=line_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: explaining.explain_line(act=act, line_id=line.id, kind=body.kind, reason=body.reason),
        present=shown.statement_line,
    )


# --- suspense --------------------------------------------------------------------------------------------------------


@router.get("/strays", operation_id="list_strays", response=presenting.Page[shown.StrayWithCandidates])
@pagination.paged()
def list_strays(request: edge.Request) -> dict[str, Any]:
    """Money in suspense, the most urgent first, with the payments it may be for. The operator's."""
    access.require_staff(request.auth, *FINANCE)
    rows = queries.open_strays()
    found = candidates(strays=rows)
    return {"items": [shown.stray(row, found[row.id]) for row in rows]}


@router.post("/strays/{stray_id}/match", operation_id="match_stray", response=money.WireOutcome)
def match_stray(request: edge.Request, stray_id: str, body: Match) -> HttpResponse:
    """Say for what money in suspense came. It goes into escrow when it is enough, with what waits already; else it
    waits for the rest."""
    role = access.require_staff(request.auth, *FINANCE)
    stray = _stray(stray_id)
    payment_id, order_id = _named("payment_id", "pay", body.payment_id), _named("order_id", "ord", body.order_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: _placed(act, stray, body, payment_id, order_id),
        present=money.wire,
    )


def _placed(act: Act, stray_id: UUID, body: Match, payment_id: UUID | None, order_id: UUID | None) -> Any:
    if body.reference is not None:
        if payment_id or order_id:
            raise Invalid(field="reference", accepted="payment_id, order_id or reference, one of them")
        return by_hand.match_reference(act=act, stray_id=stray_id, reference=body.reference, reason=body.reason)
    return wiring.match_stray(act=act, stray_id=stray_id, payment_id=payment_id, order_id=order_id, reason=body.reason)


@router.post("/strays/{stray_id}/return", operation_id="return_stray", response=money.Stray)
def return_stray(request: edge.Request, stray_id: str, body: Back) -> HttpResponse:
    """Send money back that nobody could place. The operator's."""
    role = access.require_staff(request.auth, *FINANCE)
    stray = _stray(stray_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.return_stray(act=act, stray_id=stray, reason=body.reason.strip()),
        present=money.stray,
    )


def _stray(ref: str) -> Any:
    found = parse("str", ref)
    if found is None:
        raise NotFound
    return found


def _named(field: str, prefix: str, ref: str | None) -> Any:
    if ref is None:
        return None
    found = parse(prefix, ref)
    if found is None:
        raise Invalid(field=field, found=ref, accepted=f"{prefix}_ and 32 hex digits")
    return found
