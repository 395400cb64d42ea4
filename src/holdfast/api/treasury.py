"""What finance must know and prove, over HTTP: holds, reconciliation, closes and everybody's own leaves, entries by
hand, any account's lines.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from holdfast.api import edge, fields, pagination, presenting, scopes
from holdfast.api.description import gives
from holdfast.api.edge import command
from holdfast.api.shown import treasury as shown
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.parties import access
from holdfast.record.act import Act
from holdfast.treasury.operations import closing, entries
from holdfast.treasury.operations.entries import Proposal
from holdfast.treasury.queries import ages, books, closes, holds
from holdfast.treasury.queries import entries as entry_queries

router = Router(tags=["treasury"])
STAFF = ("finance", "administrator")
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class HoldQuery(Schema):
    """Which amounts: of an account, for a reason, waiting for somebody, late."""

    account: fields.Filter | None = None
    why: fields.Filter | None = None
    who: fields.Filter | None = None
    late: bool = False


class NewClose(fields.Body):
    """Through which day; every day before it that is open is closed with it."""

    day: fields.Day


class RoutineWanted(fields.Body):
    """The hour, where the operator is, from which on the day before is closed by itself; null for never."""

    close_hour: Annotated[int, Field(ge=0, le=23)] | None


class EntryQuery(pagination.PageQuery):
    """Which entries."""

    state: Literal["proposed", "posted", "declined", "withdrawn"] | None = None


class NewEntry(fields.Body):
    """Money to be moved by hand: debit and credit by the list, on a document that was brought in."""

    debit: fields.Short
    credit: fields.Short
    currency: fields.Currency
    amount_minor: fields.PositiveMinor
    value_on: fields.Day
    reason: fields.Reason
    document_id: fields.Short
    organisation_id: fields.Short | None = None
    rail: fields.Short | None = None


class Reversal(fields.Body):
    """Why an entry is taken back."""

    reason: fields.Reason


class NameQuery(Schema):
    """What a document is called."""

    name: Annotated[fields.Title, StringConstraints(pattern=r"^[^\x00]*$")]


class AccountQuery(pagination.PageQuery):
    """Which accounts: by what they are for, whose they are (an organisation, an order, a rail, `operator`)."""

    code: fields.Filter | None = None
    owner: fields.Filter | None = None
    currency: fields.Currency | None = None


class PeriodQuery(pagination.PageQuery):
    """From which day through which."""

    first: fields.Day
    last: fields.Day


def _finance(request: edge.Request) -> str:
    return access.require_staff(request.auth, *STAFF)


# --- holds and agreement -----------------------------------------------------------------------------------------


@router.get("/holds", operation_id="list_register", response=presenting.Page[shown.HoldInRegister])
@pagination.paged("account", "owner", "currency", "where", "why", "who", "order_id", "until")
def list_register(request: edge.Request, asked: Query[HoldQuery]) -> dict[str, Any]:
    """Every amount that has not reached its end, the most urgent first. The operator's."""
    _finance(request)
    now = request.auth.now
    found = (
        one
        for one in holds.register(now=now)
        if asked.account in (None, one.account)
        and asked.why in (None, one.why)
        and asked.who in (None, one.who)
        and (not asked.late or one.late(now))
    )
    return {"items": [shown.held(one, now) for one in found]}


@router.get("/holds/summary", operation_id="get_holds_summary", response=shown.HoldSummary)
def get_holds_summary(request: edge.Request) -> dict[str, Any]:
    """What waits by reason and age, and how long money takes from condition to payout. The operator's."""
    _finance(request)
    now = request.auth.now
    return shown.summary(ages.heaps(holds.register(now=now), now=now), ages.taken(now=now))


@router.get("/reconciliation", operation_id="get_reconciliation", response=shown.Reconciliation)
def get_reconciliation(request: edge.Request) -> dict[str, Any]:
    """The books against providers and banks as they are now, with every break. The operator's."""
    _finance(request)
    return shown.reconciliation(books.today(now=request.auth.now))


# --- closes --------------------------------------------------------------------------------------------------------


@router.get("/closes", operation_id="list_closes", response=presenting.Page[shown.CloseInList])
def list_closes(request: edge.Request, page: Query[pagination.PageQuery]) -> dict[str, Any]:
    """The closes, the newest first."""
    scopes.reads(request.auth)
    for_operator = bool(request.auth.staff & set(STAFF))
    before = pagination.placed(page.cursor, parts=1)
    found = closes.closes(before=_cursor_day(before[0]) if before else None, limit=page.limit + 1)
    shown_now = found[: page.limit]
    return {
        "items": [shown.close_line(one, for_operator=for_operator) for one in shown_now],
        "next_cursor": pagination.place(shown_now[-1].day.isoformat()) if len(found) > page.limit else None,
    }


def _cursor_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise pagination.CursorNotValid(field="cursor") from error


@router.post("/closes", operation_id="close_day", response={201: shown.CloseMade})
def close_day(request: edge.Request, body: NewClose) -> HttpResponse:
    """Close the books through a day that is over. The operator's."""
    role = _finance(request)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: closing.close_day(act=act, day=body.day),
        present=shown.close_made,
        status=201,
    )


@router.get("/closes/routine", operation_id="get_close_routine", response=shown.RoutineShown)
def get_close_routine(request: edge.Request) -> dict[str, Any]:
    """When days are closed by themselves. The operator's."""
    _finance(request)
    return {"close_hour": closes.close_hour()}


@router.post("/closes/routine", operation_id="set_close_routine", response=shown.RoutineShown)
def set_close_routine(request: edge.Request, body: RoutineWanted) -> HttpResponse:
    """Have days closed by themselves from an hour on, or not. The operator's."""
    role = _finance(request)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: closing.set_routine(act=act, close_hour=body.close_hour),
        present=lambda hour: {"close_hour": hour},
    )


@router.get("/closes/{day}", operation_id="get_close", response=shown.CloseFile, exclude_none=True)
def get_close(request: edge.Request, day: str) -> dict[str, Any]:
    """A close as a file that anybody can verify (`holdfast close verify`); with the books for the operator."""
    scopes.reads(request.auth)
    return closes.file_of(day=_day(day), with_books=bool(request.auth.staff & set(STAFF)))


@router.get("/closes/{day}/leaves", operation_id="list_own_leaves", response=presenting.Page[shown.Leaf])
@pagination.paged("account")
def list_own_leaves(request: edge.Request, day: str) -> dict[str, Any]:
    """What was owed to one's own organisation, and on its orders, at a close: each with the path to the signed root."""
    scopes.reads(request.auth)
    return {"items": closes.leaves_of(organisation_id=edge.owner(request.auth), day=_day(day))}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


# --- entries by hand -----------------------------------------------------------------------------------------------


@router.post(
    "/entry-documents", operation_id="bring_document", response={201: shown.DocumentBrought}, openapi_extra=UPLOAD
)
def bring_document(request: edge.Request, asked: Query[NameQuery]) -> HttpResponse:
    """Bring in the document that an entry is to be proposed on: at most 10 MiB. The operator's."""
    role = _finance(request)

    def bring(act: Act) -> UUID:
        return entries.bring_document(act=act, name=asked.name, content=request.body)

    return command(request, caller=request.auth, role=role, operation=bring, present=shown.brought, status=201)


@router.get("/entry-documents/{document_id}", operation_id="download_document", openapi_extra=gives("*/*"))
def download_document(request: edge.Request, document_id: str) -> HttpResponse:
    """The bytes of a document, as an attachment. The operator's."""
    _finance(request)
    found = entry_queries.document(document_id=_named("doc", document_id))
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{document_id}"'
    return response


@router.get("/entries", operation_id="list_entries", response=presenting.Page[shown.EntryShown])
def list_entries(request: edge.Request, page: Query[EntryQuery]) -> dict[str, Any]:
    """Entries by hand, the newest first. The operator's."""
    _finance(request)
    states = () if page.state is None else (page.state,)
    found = entry_queries.entries(states=states, before=pagination.opened(page.cursor), limit=page.limit + 1)
    return pagination.shown(found, limit=page.limit, present=shown.entry)


@router.post("/entries", operation_id="propose_entry", response={201: shown.EntryShown})
def propose_entry(request: edge.Request, body: NewEntry) -> HttpResponse:
    """Propose to move money by hand; a second person decides. The operator's."""
    role = _finance(request)
    proposal = Proposal(
        body.debit,
        body.credit,
        body.currency,
        body.amount_minor,
        body.value_on,
        body.reason,
        owner_id=parse("org", body.organisation_id) if body.organisation_id else None,
        rail=body.rail,
    )
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: entries.propose(act=act, proposal=proposal, document_id=parse("doc", body.document_id)),
        present=shown.entry,
        status=201,
    )


@router.get("/entries/{entry_id}", operation_id="get_entry", response=shown.EntryShown)
def get_entry(request: edge.Request, entry_id: str) -> dict[str, Any]:
    """One entry by hand. The operator's."""
    _finance(request)
    return shown.entry(entry_queries.entry(entry_id=_named("ent", entry_id)))


def _decides(verb: str) -> Any:
    def decided(request: edge.Request, entry_id: str, body: fields.Nothing) -> HttpResponse:
        role = _finance(request)
        wanted = _named("ent", entry_id)
        return command(
            request,
            caller=request.auth,
            role=role,
            operation=lambda act: entries.decide(act=act, entry_id=wanted, verb=verb),
            present=shown.entry,
        )

    return decided


for _verb, _says in (
    ("approve", "Post an entry that somebody else proposed. The operator's."),
    ("decline", "Turn down an entry. The operator's."),
    ("withdraw", "Take a proposal back. The operator's."),
):
    _view = _decides(_verb)
    _view.__doc__ = _says
    _view.__name__ = f"{_verb}_entry"
    router.post(f"/entries/{{entry_id}}/{_verb}", operation_id=f"{_verb}_entry", response=shown.EntryShown)(_view)


@router.post("/entries/{entry_id}/reverse", operation_id="reverse_entry", response={201: shown.EntryShown})
def reverse_entry(request: edge.Request, entry_id: str, body: Reversal) -> HttpResponse:
    """Propose the opposite of an entry that was posted. The operator's."""
    role = _finance(request)
    wanted = _named("ent", entry_id)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: entries.reverse(act=act, entry_id=wanted, reason=body.reason),
        present=shown.entry,
        status=201,
    )


# --- accounts ------------------------------------------------------------------------------------------------------


@router.get("/accounts", operation_id="list_accounts", response=presenting.Page[shown.AccountShown])
def list_accounts(request: edge.Request, asked: Query[AccountQuery]) -> dict[str, Any]:
    """The accounts of the ledger with what stands on them. The operator's."""
    _finance(request)
    owner = asked.owner
    if owner is not None:
        named = parse("org", owner) or parse("ord", owner)
        owner = named.hex if named else owner
    seen = pagination.placed(asked.cursor, parts=3)
    after = (seen[0], seen[1], seen[2]) if seen else None
    found = books.accounts(code=asked.code, owner=owner, currency=asked.currency, after=after, limit=asked.limit + 1)
    page = found[: asked.limit]
    more = len(found) > asked.limit
    return {
        "items": [shown.account(one) for one in page],
        "next_cursor": pagination.place(page[-1].code, page[-1].currency, page[-1].owner) if more else None,
    }


@router.get("/accounts/{account_id}/lines", operation_id="list_account_lines", response=shown.AccountStatement)
def list_account_lines(request: edge.Request, account_id: str, asked: Query[PeriodQuery]) -> dict[str, Any]:
    """An account's lines of a period with the balance after each. The operator's."""
    _finance(request)
    found = books.account(account_id=_named("acc", account_id))
    seen = pagination.placed(asked.cursor, parts=2)
    after = (_cursor_day(seen[0]), _cursor_number(seen[1])) if seen else None
    page = books.lines(account_id=found.id, first=asked.first, last=asked.last, after=after, limit=asked.limit)
    last = page.lines[-1] if page.following is not None else None
    more = None if last is None else pagination.place(last.booked_on.isoformat(), str(last.place))
    return shown.account_statement(found, page, next_cursor=more)


def _cursor_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise pagination.CursorNotValid(field="cursor")
    return int(text)


def _named(prefix: str, text: str) -> UUID:
    found = parse(prefix, text)
    if found is None:
        raise NotFound
    return found
