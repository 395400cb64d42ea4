"""Messages between the two sides of a quotation over HTTP, their files, and what they say otherwise than
its last version.

Once a quotation has become an order they are read from there, and one writes on the order's own thread.
"""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.description import gives
from holdfast.api.edge import command
from holdfast.api.events import UPLOAD, FileQuery, bring_file
from holdfast.api.shown import record as shown_record
from holdfast.api.shown import threads as shown
from holdfast.contracts.operations import talking
from holdfast.contracts.queries import contract_for
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotAllowed, NotFound
from holdfast.orders.said import quoted_before
from holdfast.parties.access import Caller, Standing
from holdfast.record import files, threads
from holdfast.sourcing import queries, rules, said

router = Router(tags=["messages"])


class NewQuotationMessage(fields.Body):
    """A message to the other side, with files uploaded to the quotation before. `plain` sends an answer that could be
    taken for agreement to something the quotation does not say as a message all the same: it changes nothing. `flagged`
    sends what looks as if it would take the deal off the platform: the operator looks at it."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=threads.LONGEST_TEXT)]
    file_ids: Annotated[list[fields.Short], Field(max_length=threads.MOST_FILES)] = []
    answers_id: fields.Short | None = None
    plain: bool = False
    flagged: bool = False
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class QuotationReadUpTo(fields.Body):
    """The last message that was read."""

    up_to: fields.Short


def _may_act(caller: Caller, ref: str) -> Standing:
    standing = queries.quotation_for(caller=caller, ref=ref)
    if standing.role not in rules.SIDES:
        raise NotAllowed(role=standing.role, accepted=list(rules.SIDES))
    scopes.acts(caller, role=standing.role)
    return standing


def _named(prefix: str, ref: str, field: str) -> Any:
    found = parse(prefix, ref)
    if found is None:
        raise NotFound(field=field)
    return found


@router.get("/quotations/{quotation_id}/thread", operation_id="list_quotation_thread", response=shown.Thread)
@pagination.paged()
def list_quotation_thread(
    request: edge.Request, quotation_id: str, called: Query[labels.CalledQuery]
) -> dict[str, Any]:
    """The messages about a quotation, as they were sent, and who has read up to where. Looking marks nothing."""
    standing = queries.quotation_for(caller=request.auth, ref=quotation_id)
    scopes.reads(request.auth)
    subject = said.thread_of(standing.id)
    messages, reads = threads.messages(subject=subject), threads.reads(subject=subject)
    unread = threads.unread(thread=messages, known=reads, organisation_id=request.auth.organisation_id)
    whole = shown.thread(messages=messages, reads=reads, unread=unread)
    items = labels.only_called(whole["items"], caller=request.auth, kind="txt", external_id=called.external_id)
    return {**whole, "items": items}


@router.post(
    "/quotations/{quotation_id}/thread", operation_id="send_quotation_message", response={201: shown.ThreadMessage}
)
def send_quotation_message(request: edge.Request, quotation_id: str, body: NewQuotationMessage) -> HttpResponse:
    """Send a message to the other side. An answer that could be taken for agreement to something that the quotation
    does not say is refused with the differences and the way to agree on them; `plain` sends it as it is."""
    standing = _may_act(request.auth, quotation_id)
    file_ids = [_named("fil", ref, "file_ids") for ref in body.file_ids]
    answers = None if body.answers_id is None else _named("txt", body.answers_id, "answers_id")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: talking.send(
                act=act,
                quotation_id=standing.id,
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


@router.post("/quotations/{quotation_id}/thread/read", operation_id="read_quotation_thread", response=shown.ThreadRead)
def read_quotation_thread(request: edge.Request, quotation_id: str, body: QuotationReadUpTo) -> HttpResponse:
    """Say up to which message one's own organisation has read; the other side sees it."""
    standing = _may_act(request.auth, quotation_id)
    message_id = _named("txt", body.up_to, "up_to")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: talking.read_up_to(act=act, quotation_id=standing.id, message_id=message_id),
        present=shown.read,
    )


@router.get(
    "/quotations/{quotation_id}/drift", operation_id="list_quotation_drift", response=presenting.Page[shown.DriftShown]
)
@pagination.paged("kind", "source", "message_id", "said")
def list_quotation_drift(request: edge.Request, quotation_id: str) -> dict[str, Any]:
    """What was said of dates, quantities, goods and money that the last version says otherwise or not at all. Look here
    before accepting; it advises and blocks nothing."""
    standing = queries.quotation_for(caller=request.auth, ref=quotation_id)
    scopes.reads(request.auth)
    return {"items": [shown.drift(row) for row in said.drift_of(quotation_id=standing.id)]}


@router.get("/contracts/{contract_id}/thread", operation_id="list_contract_thread", response=shown.BeforeContract)
def list_contract_thread(request: edge.Request, contract_id: str) -> dict[str, Any]:
    """What was said about the quotation that a contract came from; nothing where it came from none."""
    standing = contract_for(caller=request.auth, ref=contract_id)
    scopes.reads(request.auth)
    return {"quotation": shown.quoted(quoted_before(contract_id=standing.id))}


# --- files -----------------------------------------------------------------------------------------------------------


@router.post(
    "/quotations/{quotation_id}/files",
    operation_id="upload_quotation_file",
    response={201: shown_record.File},
    openapi_extra=UPLOAD,
)
def upload_quotation_file(request: edge.Request, quotation_id: str, asked: Query[FileQuery]) -> HttpResponse:
    """Give a quotation a file of at most 10 MiB: pictures, PDF, CSV, XLSX, MP4, text."""
    standing = _may_act(request.auth, quotation_id)

    return bring_file(
        request,
        role=standing.role,
        asked=asked,
        bring=lambda act, stored: talking.bring_file(act=act, quotation_id=standing.id, stored=stored, name=asked.name),
        present=_shown,
    )


@router.get(
    "/quotations/{quotation_id}/files",
    operation_id="list_quotation_files",
    response=presenting.Page[shown_record.File],
)
@pagination.paged()
def list_quotation_files(request: edge.Request, quotation_id: str, called: Query[labels.CalledQuery]) -> dict[str, Any]:
    """The files of a quotation, oldest first."""
    standing = queries.quotation_for(caller=request.auth, ref=quotation_id)
    scopes.reads(request.auth)
    found = [_shown(kept) for kept in files.of_order(order_id=standing.id)]
    return {"items": labels.only_called(found, caller=request.auth, kind="fil", external_id=called.external_id)}


@router.get("/quotations/{quotation_id}/files/{file_id}", operation_id="get_quotation_file", response=shown_record.File)
def get_quotation_file(request: edge.Request, quotation_id: str, file_id: str) -> dict[str, Any]:
    """What is known of one file."""
    return _shown(_file(request, quotation_id, file_id))


@router.get(
    "/quotations/{quotation_id}/files/{file_id}/content",
    operation_id="download_quotation_file",
    openapi_extra=gives("*/*"),
)
def download_quotation_file(request: edge.Request, quotation_id: str, file_id: str) -> HttpResponse:
    """The bytes, checked against their hash once more; always as an attachment."""
    kept = _file(request, quotation_id, file_id)
    response = HttpResponse(files.read(file=kept), content_type=kept.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file_id}"'
    return response


def _shown(kept: files.Kept) -> dict[str, Any]:
    return shown_record.file(kept, prefix="quo")


def _file(request: edge.Request, quotation_id: str, file_id: str) -> files.Kept:
    standing = queries.quotation_for(caller=request.auth, ref=quotation_id)
    scopes.reads(request.auth)
    found = parse("fil", file_id)
    if found is None:
        raise NotFound
    return files.find(order_id=standing.id, file_id=found)
