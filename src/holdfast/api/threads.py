"""Messages between the two sides of an order over HTTP, what they say otherwise than the contract, and the explicit
acts by which alone a breach is conceded."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.shown import threads as shown
from holdfast.claims.operations import conceding, talking
from holdfast.contracts.rules import Signer
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.orders import said
from holdfast.orders.queries import concession_for, order_for
from holdfast.parties.access import Caller
from holdfast.record import concessions, threads

router = Router(tags=["messages"])

Text = Annotated[str, StringConstraints(min_length=1, max_length=threads.LONGEST_TEXT)]
Files = Annotated[list[fields.Short], Field(max_length=threads.MOST_FILES)]
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
TermId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
LotNumber = Annotated[int, Field(ge=1, le=32767)]


class NewThreadMessage(fields.Body):
    """A message to the other side, with files uploaded to the order before. `plain` sends an answer that could be taken
    for the acceptance of a breach as a message all the same: it waives nothing. `flagged` sends what looks as if it
    would take the deal off the platform: the operator looks at it."""

    text: Text
    file_ids: Files = []
    answers_id: fields.Short | None = None
    plain: bool = False
    flagged: bool = False
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class ReadUpTo(fields.Body):
    """The last message that was read."""

    up_to: fields.Short


class NewConcession(fields.Body):
    """An explicit act about a breach: `late` (the ship date) or `term`. `new_on` is the new ship date; without
    `compensation_minor` the usual rate for the days of delay is taken. `message` is sent to the other side with it."""

    kind: Literal["waive", "rights_reserved", "with_compensation"]
    breach: Literal["late", "term"] = "late"
    terms: Annotated[list[TermId], Field(max_length=1000)] = []
    lots: Annotated[list[LotNumber], Field(max_length=1000)] = []
    new_on: fields.Day | None = None
    compensation_minor: fields.PositiveMinor | None = None
    message: Text | None = None
    file_ids: Files = []
    flagged: bool = False
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class ConcessionDigest(fields.Body):
    """The digest of the act that is signed: the one it shows."""

    digest: Digest


class ConcessionDeclined(fields.Body):
    """Why, in words."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


def _named(prefix: str, ref: str, field: str) -> UUID:
    found = parse(prefix, ref)
    if found is None:
        raise NotFound(field=field)
    return found


def _signer(caller: Caller) -> Signer:
    return Signer(
        caller.kind,
        caller.id,
        caller.member_role,
        caller.scopes,
        caller.sign_limit_minor,
        caller.sign_limit_currency,
        proven_again=False,
    )


# --- the thread ------------------------------------------------------------------------------------------------------


@router.get("/orders/{order_id}/thread", operation_id="list_thread", response=shown.Thread)
@pagination.paged()
def list_thread(request: edge.Request, order_id: str, called: Query[labels.CalledQuery]) -> dict[str, Any]:
    """The messages between the two sides, as they were sent, and who has read up to where. Looking marks nothing. What
    was said about the quotation that the order came from stands beside them."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    subject = said.thread_of(standing.order_id)
    messages, reads = threads.messages(subject=subject), threads.reads(subject=subject)
    unread = threads.unread(thread=messages, known=reads, organisation_id=request.auth.organisation_id)
    before = said.before(order_id=standing.order_id)
    whole = shown.thread(messages=messages, reads=reads, unread=unread, quotation=before)
    items = labels.only_called(whole["items"], caller=request.auth, kind="txt", external_id=called.external_id)
    return {**whole, "items": items}


@router.post("/orders/{order_id}/thread", operation_id="send_message", response={201: shown.ThreadMessage})
def send_message(request: edge.Request, order_id: str, body: NewThreadMessage) -> HttpResponse:
    """Send a message to the other side. An answer that could be taken for the acceptance of a breach is refused with
    the three acts to choose from, filled in; `plain` sends it as it is. What looks as if it would take the deal off
    the platform is refused with what was found; `flagged` sends it, and the operator looks at it."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role)
    file_ids = [_named("fil", ref, "file_ids") for ref in body.file_ids]
    answers = None if body.answers_id is None else _named("txt", body.answers_id, "answers_id")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: talking.send(
                act=act,
                order_id=standing.order_id,
                text=body.text,
                file_ids=file_ids,
                answers_id=answers,
                is_plain=body.plain,
                is_flagged=body.flagged,
            ),
            kind="txt",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=lambda row: labels.given(shown.message(row), body),
        status=201,
    )


@router.post("/orders/{order_id}/thread/read", operation_id="read_thread", response=shown.ThreadRead)
def read_thread(request: edge.Request, order_id: str, body: ReadUpTo) -> HttpResponse:
    """Say up to which message one's own organisation has read; the other side sees it."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role)
    message_id = _named("txt", body.up_to, "up_to")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: talking.read_up_to(act=act, order_id=standing.order_id, message_id=message_id),
        present=shown.read,
    )


@router.get("/orders/{order_id}/drift", operation_id="list_drift", response=presenting.Page[shown.DriftShown])
@pagination.paged("kind", "source", "message_id", "said")
def list_drift(request: edge.Request, order_id: str) -> dict[str, Any]:
    """What was said of dates, quantities, goods and money that the contract says otherwise or not at all. Look here
    before paying and before shipping; it advises and blocks nothing."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    return {"items": [shown.drift(row) for row in said.drift_of(order_id=standing.order_id)]}


# --- concessions -----------------------------------------------------------------------------------------------------


@router.get(
    "/orders/{order_id}/concessions",
    operation_id="list_concessions",
    response=presenting.Page[shown.ConcessionShown],
)
@pagination.paged()
def list_concessions(request: edge.Request, order_id: str, called: Query[labels.CalledQuery]) -> dict[str, Any]:
    """Every explicit act about a breach of this order, the earliest first."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    found = [shown.concession(row, standing.role) for row in concessions.of_order(order_id=standing.order_id)]
    return {"items": labels.only_called(found, caller=request.auth, kind="conc", external_id=called.external_id)}


@router.post("/orders/{order_id}/concessions", operation_id="propose_concession", response={201: shown.ConcessionShown})
def propose_concession(request: edge.Request, order_id: str, body: NewConcession) -> HttpResponse:
    """Propose an act. A side whose signature it needs signs by proposing, within its key's limit; it is in force once
    everybody it needs has signed."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role)
    file_ids = [_named("fil", ref, "file_ids") for ref in body.file_ids]
    proposal = conceding.Proposal(
        body.kind, body.breach, tuple(body.terms), tuple(body.lots), body.new_on, body.compensation_minor
    )
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: conceding.propose(
                act=act,
                order_id=standing.order_id,
                proposal=proposal,
                signer=_signer(request.auth),
                text=body.message,
                file_ids=file_ids,
                is_flagged=body.flagged,
            ),
            kind="conc",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=lambda row: labels.given(shown.concession(row, standing.role), body),
        status=201,
    )


@router.get("/concessions/{concession_id}", operation_id="get_concession", response=shown.ConcessionShown)
def get_concession(request: edge.Request, concession_id: str) -> dict[str, Any]:
    """One act with what is signed, and what may be done now."""
    standing, found = concession_for(caller=request.auth, ref=concession_id)
    scopes.reads(request.auth)
    row = concessions.find(order_id=standing.order_id, concession_id=found)
    return shown.concession(row, standing.role)


@router.post("/concessions/{concession_id}/sign", operation_id="sign_concession", response=shown.ConcessionShown)
def sign_concession(request: edge.Request, concession_id: str, body: ConcessionDigest) -> HttpResponse:
    """Sign over the digest, within the key's limit: for the order's total, since rights over all of it may go."""
    standing, found = concession_for(caller=request.auth, ref=concession_id)
    scopes.acts(request.auth, role=standing.role, scope="contracts:sign")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: conceding.sign(
            act=act,
            order_id=standing.order_id,
            concession_id=found,
            digest=body.digest,
            signer=_signer(request.auth),
        ),
        present=lambda row: labels.own(shown.concession(row, standing.role), caller=request.auth),
    )


@router.post("/concessions/{concession_id}/decline", operation_id="decline_concession", response=shown.ConcessionShown)
def decline_concession(request: edge.Request, concession_id: str, body: ConcessionDeclined) -> HttpResponse:
    """Say no to what the other side has proposed."""
    standing, found = concession_for(caller=request.auth, ref=concession_id)
    scopes.acts(request.auth, role=standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: conceding.decline(
            act=act, order_id=standing.order_id, concession_id=found, reason=body.reason
        ),
        present=lambda row: labels.own(shown.concession(row, standing.role), caller=request.auth),
    )


@router.post(
    "/concessions/{concession_id}/withdraw", operation_id="withdraw_concession", response=shown.ConcessionShown
)
def withdraw_concession(request: edge.Request, concession_id: str, body: fields.Nothing) -> HttpResponse:
    """Take back what one has proposed oneself."""
    standing, found = concession_for(caller=request.auth, ref=concession_id)
    scopes.acts(request.auth, role=standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: conceding.withdraw(act=act, order_id=standing.order_id, concession_id=found),
        present=lambda row: labels.own(shown.concession(row, standing.role), caller=request.auth),
    )
