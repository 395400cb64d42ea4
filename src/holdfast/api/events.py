"""The record over HTTP: files and messages brought to an order, everything that happened, who was told of it."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.description import gives
from holdfast.api.edge import command
from holdfast.api.shown import record as shown
from holdfast.contracts import queries as contracts
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.notices import queries as notices
from holdfast.orders.operations import correspondence
from holdfast.orders.queries import order_for
from holdfast.parties import consents
from holdfast.record import events, files, messages, naming
from holdfast.record.act import Act

router = Router(tags=["record"])
UPLOAD = {
    "requestBody": {
        "required": True,
        "description": "the bytes of the file; what it is, is told by its content",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FileCalled = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00]*$")]


class FileQuery(Schema):
    """How the file is called, and one's own labels on it; `metadata` is an object of JSON."""

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")
    ] = "file"
    external_id: FileCalled | None = None
    metadata: fields.MetadataInAddress = {}


class NewMessage(fields.Body):
    """What was said, where and when, perhaps with the specification term that it is said to have agreed on."""

    channel: Literal["whatsapp", "wechat", "email", "phone", "meeting", "other"]
    said_on: fields.Day
    text: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    term: dict[str, Any] | None = None
    file_id: fields.Short | None = None
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class EventQuery(Schema):
    """From where on; `after` is the cursor of the last event seen."""

    after: str | None = Query(None, max_length=64)
    limit: int = Query(100, ge=1, le=500)


# --- files -------------------------------------------------------------------------------------------------------


@router.post("/orders/{order_id}/files", operation_id="upload_file", response={201: shown.File}, openapi_extra=UPLOAD)
def upload_file(request: edge.Request, order_id: str, asked: Query[FileQuery]) -> HttpResponse:
    """Give an order a file of at most 10 MiB: pictures, PDF, CSV, XLSX, MP4, text."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role)

    return bring_file(
        request,
        role=standing.role,
        asked=asked,
        bring=lambda act, stored: correspondence.bring_file(
            act=act, order_id=standing.order_id, stored=stored, name=asked.name
        ),
        present=shown.file,
    )


def bring_file(
    request: edge.Request,
    *,
    role: str,
    asked: FileQuery,
    bring: Callable[[Act, files.Stored], files.Kept],
    present: Callable[[files.Kept], dict[str, Any]],
) -> HttpResponse:
    """Store a body and give it, with its labels, to what `bring` names: in one transaction and while the bytes are
    `incoming`, so that they are gone again where the name is taken or the act refused."""

    def labelled(act: Act) -> files.Kept:
        with files.incoming(chunks=_chunks(request.body)) as stored:
            return labels.labelled(
                lambda act: bring(act, stored), kind="fil", external_id=asked.external_id, metadata=asked.metadata
            )(act)

    return command(
        request,
        caller=request.auth,
        role=role,
        operation=labelled,
        present=lambda kept: labels.given(present(kept), asked),
        status=201,
    )


def _chunks(content: bytes, size: int = 1 << 16) -> Iterator[bytes]:
    """A body, a piece at a time."""
    for place in range(0, len(content), size):
        yield content[place : place + size]


@router.get("/orders/{order_id}/files", operation_id="list_files", response=presenting.Page[shown.File])
@pagination.paged()
def list_files(request: edge.Request, order_id: str, called: Query[labels.CalledQuery]) -> dict[str, Any]:
    """The files of an order, oldest first."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    found = [shown.file(kept) for kept in files.of_order(order_id=standing.order_id)]
    return {"items": labels.only_called(found, caller=request.auth, kind="fil", external_id=called.external_id)}


@router.get("/orders/{order_id}/files/{file_id}", operation_id="get_file", response=shown.File)
def get_file(request: edge.Request, order_id: str, file_id: str) -> dict[str, Any]:
    """What is known of one file."""
    return shown.file(_file(request, order_id, file_id))


@router.get("/orders/{order_id}/files/{file_id}/content", operation_id="download_file", openapi_extra=gives("*/*"))
def download_file(request: edge.Request, order_id: str, file_id: str) -> HttpResponse:
    """The bytes, checked against their hash once more; always as an attachment."""
    kept = _file(request, order_id, file_id)
    response = HttpResponse(files.read(file=kept), content_type=kept.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file_id}"'
    return response


def _file(request: edge.Request, order_id: str, file_id: str) -> files.Kept:
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    found = parse("fil", file_id)
    if found is None:
        raise NotFound
    return files.find(order_id=standing.order_id, file_id=found)


# --- messages from outside ---------------------------------------------------------------------------------------


@router.post("/orders/{order_id}/messages", operation_id="bring_message", response={201: shown.Message})
def bring_message(request: edge.Request, order_id: str, body: NewMessage) -> HttpResponse:
    """Bring what was said elsewhere, under its hash."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role)
    file_id = None if body.file_id is None else parse("fil", body.file_id)
    if body.file_id is not None and file_id is None:
        raise NotFound(field="file_id")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: correspondence.bring_message(
                act=act,
                order_id=standing.order_id,
                channel=body.channel,
                said_on=body.said_on,
                text=body.text,
                term=body.term,
                file_id=file_id,
            ),
            kind="msg",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=lambda row: labels.given(shown.message(row, role=standing.role), body),
        status=201,
    )


@router.get("/orders/{order_id}/messages", operation_id="list_messages", response=presenting.Page[shown.Message])
@pagination.paged()
def list_messages(request: edge.Request, order_id: str, called: Query[labels.CalledQuery]) -> dict[str, Any]:
    """All that was brought to an order, by the day it was said."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    found = [shown.message(row, role=standing.role) for row in messages.of_order(order_id=standing.order_id)]
    return {"items": labels.only_called(found, caller=request.auth, kind="msg", external_id=called.external_id)}


@router.post("/messages/{message_id}/attest", operation_id="attest_message", response=shown.Message)
def attest_message(request: edge.Request, message_id: str, body: fields.Nothing) -> HttpResponse:
    """Say that the other side's message is true."""
    return _answer(request, message_id, "attest")


@router.post("/messages/{message_id}/deny", operation_id="deny_message", response=shown.Message)
def deny_message(request: edge.Request, message_id: str, body: fields.Nothing) -> HttpResponse:
    """Say that it is not."""
    return _answer(request, message_id, "deny")


def _answer(request: edge.Request, ref: str, verb: str) -> HttpResponse:
    message_id = parse("msg", ref)
    if message_id is None:
        raise NotFound
    order_id = messages.order_of(message_id=message_id)
    standing = order_for(caller=request.auth, ref=f"ord_{order_id.hex}")
    scopes.acts(request.auth, role=standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: correspondence.answer_message(
            act=act, order_id=order_id, message_id=message_id, verb=verb
        ),
        present=lambda row: labels.own(shown.message(row, role=standing.role), caller=request.auth),
    )


# --- what happened -----------------------------------------------------------------------------------------------


@router.get("/events", operation_id="list_events", response=shown.Events)
def list_events(request: edge.Request, asked: Query[EventQuery]) -> dict[str, Any]:
    """Everything that happened to one's own organisation and orders, in the order of commits: keep the last cursor
    and ask again, and nothing is ever missed. For the operator, everything."""
    scopes.reads(request.auth)
    visible = None if request.auth.staff else contracts.chains_of(organisation_id=edge.owner(request.auth))
    through = request.auth.through
    # Keys, members and other marketplaces are an organisation's own affairs, here as anywhere.
    only = None if through is None else consents.told_to(marketplace_id=through.marketplace_id)
    page = events.page(visible=visible, after=asked.after, limit=asked.limit, only=only)
    return {"items": [naming.document(row) for row in page.events], "cursor": page.cursor, "has_more": page.has_more}


@router.get("/orders/{order_id}/notices", operation_id="list_order_notices", response=presenting.Page[shown.Notice])
@pagination.paged()
def list_order_notices(request: edge.Request, order_id: str) -> dict[str, Any]:
    """What one's own people were told about an order, and whether the mails arrived; for the operator all of it. A
    marketplace is not told which person it was."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    whose = None if standing.role in scopes.STAFF_ROLES else request.auth.organisation_id
    found = notices.of_order(order_id=standing.order_id, organisation_id=whose)
    present = shown.notice if request.auth.through is None else shown.notice_to_marketplace
    return {"items": [present(row) for row in found]}
