"""What the two sides of an order say to each other, and the explicit acts about a breach: sent, read, proposed, signed.

Everything is shown on the order's own page; here the forms arrive.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from holdfast.claims.operations import conceding, talking
from holdfast.claims.operations.talking import WouldAcceptBreach
from holdfast.console import edge, fields, uploads
from holdfast.console.pages import orders
from holdfast.console.pages.home import said
from holdfast.console.talking import Bound, Conceding, Declining, Signing, Writing
from holdfast.contracts.rules import PERSON_ROLES, Signer
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotFound, OutOfState, Refusal
from holdfast.orders import queries
from holdfast.orders.said import thread_of
from holdfast.parties.access import Caller, require
from holdfast.record import concessions, files, threads
from holdfast.record.act import Act
from holdfast.record.files import Kept
from holdfast.record.rules import CONCESSIONS
from holdfast.record.threads import LeavesPlatform


def _there(order_id: UUID, part: str = "messages") -> str:
    return f"{reverse('order', args=[public('ord', order_id)])}#{part}"


@require_POST
@edge.page
def send(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """Send a message; an answer that would accept a breach comes back with the acts to choose from."""
    standing = queries.order_for(caller=caller, ref=ref)
    require(caller, roles=PERSON_ROLES)
    form = Writing(request.POST, request.FILES)
    if not form.is_valid():
        return orders.page_of(request, caller, standing, talk=Bound(writing=form), status=422)
    is_plain, is_flagged = "plain" in request.POST, "flagged" in request.POST

    def put(act: Act, kept: Kept | None) -> Any:
        own = [kept.id] if kept else []
        return talking.send(
            act=act,
            order_id=standing.order_id,
            text=form.cleaned_data["text"],
            file_ids=own,
            is_plain=is_plain,
            is_flagged=is_flagged,
        )

    try:
        done = edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=uploads.together(order_id=standing.order_id, upload=form.cleaned_data["file"], then=put),
            then=lambda _message: _there(standing.order_id),
        )
    except LeavesPlatform as told:
        bound = Bound(writing=form, flags=told.facts["flags"])
        return orders.page_of(request, caller, standing, talk=bound, status=told.status)
    except WouldAcceptBreach as asked:
        bound = Bound(writing=form, guard=asked.facts, is_flagged=is_flagged)
        return orders.page_of(request, caller, standing, talk=bound, status=asked.status)
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return orders.page_of(request, caller, standing, talk=Bound(writing=form), status=refusal.status)
    return done


@require_POST
@edge.page
def read(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One's own side has read the thread up to a message."""
    standing = queries.order_for(caller=caller, ref=ref)
    require(caller, roles=PERSON_ROLES)
    message_id = parse("txt", request.POST.get("up_to"))
    if message_id is None:
        raise NotFound(field="up_to")
    subject = thread_of(standing.order_id)
    thread, known = threads.messages(subject=subject), threads.reads(subject=subject)
    if not threads.unread(thread=thread, known=known, organisation_id=caller.organisation_id):
        raise OutOfState(subject="thread", verb="read", state="read")
    return edge.command(
        request,
        caller=caller,
        role=standing.role,
        operation=lambda act: talking.read_up_to(act=act, order_id=standing.order_id, message_id=message_id),
        then=lambda _read: _there(standing.order_id),
    )


@require_GET
@edge.page
def file(request: HttpRequest, caller: Caller, ref: str, name: str) -> HttpResponse:
    """A file of an order, always as an attachment."""
    standing = queries.order_for(caller=caller, ref=ref)
    file_id = parse("fil", name)
    if file_id is None:
        raise NotFound
    kept = files.find(order_id=standing.order_id, file_id=file_id)
    response = HttpResponse(files.read(file=kept), content_type=kept.media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- explicit acts ---------------------------------------------------------------------------------------------------


def _signer(caller: Caller) -> Signer:
    return Signer("person", caller.id, caller.member_role, None, None, None, proven_again=True)


@require_POST
@edge.page
def propose(request: HttpRequest, caller: Caller, ref: str, kind: str) -> HttpResponse:
    """Propose one of the three acts, with the message that led to it if there is one."""
    standing = queries.order_for(caller=caller, ref=ref)
    if kind not in CONCESSIONS:
        raise NotFound
    require(caller, roles=PERSON_ROLES)
    page = queries.page(order_id=standing.order_id, role=standing.role, now=caller.now)
    form = Conceding(request, kind=kind, page=page, data=request.POST)
    if not form.is_valid():
        return orders.page_of(request, caller, standing, talk=Bound(conceding=form), status=422)
    data = form.cleaned_data
    terms = tuple(data.get("terms") or ())
    proposal = conceding.Proposal(
        kind,
        "term" if terms else "late",
        terms=terms,
        new_on=data["new_on"],
        compensation_minor=data.get("compensation_minor"),
    )
    try:
        done = edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=lambda act: conceding.propose(
                act=act,
                order_id=standing.order_id,
                proposal=proposal,
                signer=_signer(caller),
                text=data["text"] or None,
                is_flagged=data["flagged"],
            ),
            then=lambda _found: _there(standing.order_id, "acts"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal, currency=page.order.currency)
        return orders.page_of(request, caller, standing, talk=Bound(conceding=form), status=refusal.status)
    said(request)
    return done


@require_POST
@edge.page
def answer(request: HttpRequest, caller: Caller, ref: str, verb: str) -> HttpResponse:
    """Sign, decline or withdraw an act."""
    standing, concession_id = queries.concession_for(caller=caller, ref=ref)
    if verb not in {"sign", "decline", "withdraw"}:
        raise NotFound
    require(caller, roles=PERSON_ROLES)
    row = concessions.find(order_id=standing.order_id, concession_id=concession_id)
    form: forms.Form = Declining(request.POST, auto_id="decline-concession-%s")
    if verb == "sign":
        form = Signing(request, request.POST)
    if not form.is_valid():
        bound = Bound(answering=(row.id, verb, form))
        return orders.page_of(request, caller, standing, talk=bound, status=422)
    own: dict[str, Any] = {"order_id": standing.order_id, "concession_id": concession_id}
    data = form.cleaned_data
    try:
        done = edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=lambda act: _carried_out(act, verb, own, data, caller),
            then=lambda _found: _there(standing.order_id, "acts"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        bound = Bound(answering=(row.id, verb, form))
        return orders.page_of(request, caller, standing, talk=bound, status=refusal.status)
    said(request)
    return done


def _carried_out(act: Act, verb: str, own: dict[str, Any], data: dict[str, Any], caller: Caller) -> Any:
    match verb:
        case "sign":
            return conceding.sign(act=act, digest=data["digest"], signer=_signer(caller), **own)
        case "decline":
            return conceding.decline(act=act, reason=data["reason"], **own)
        case _:
            return conceding.withdraw(act=act, **own)
