"""What the two sides of a quotation say to each other: sent, read, and the files that came with it.

Everything is shown on the quotation's own page; here the forms arrive.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields, uploads
from holdfast.console.pages.quotations import shown_page
from holdfast.console.talking import Writing
from holdfast.console.talking_quoted import Bound
from holdfast.contracts.operations import talking
from holdfast.contracts.operations.talking import WouldAgreeOtherwise
from holdfast.contracts.rules import PERSON_ROLES
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotAllowed, NotFound, OutOfState, Refusal
from holdfast.parties.access import Caller, Standing, require
from holdfast.record import files, threads
from holdfast.record.act import Act
from holdfast.record.files import Kept
from holdfast.record.threads import LeavesPlatform
from holdfast.sourcing import queries, rules
from holdfast.sourcing.said import thread_of


def _side(caller: Caller, ref: str) -> Standing:
    standing = queries.quotation_for(caller=caller, ref=ref)
    if standing.role not in rules.SIDES:
        raise NotAllowed(role=standing.role, accepted=list(rules.SIDES))
    require(caller, roles=PERSON_ROLES)
    return standing


def _there(quotation_id: UUID) -> str:
    return f"{reverse('quotation', args=[public('quo', quotation_id)])}#messages"


@require_POST
@edge.page
def send(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """Send a message; an answer that would agree to something else comes back with what that is."""
    standing = _side(caller, ref)
    form = Writing(request.POST, request.FILES)
    if not form.is_valid():
        return shown_page(request, caller, standing, status=422, talk=Bound(form))
    is_plain, is_flagged = "plain" in request.POST, "flagged" in request.POST

    def put(act: Act, kept: Kept | None) -> Any:
        own = [kept.id] if kept else []
        return talking.send(
            act=act,
            quotation_id=standing.id,
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
            operation=uploads.with_quotation(quotation_id=standing.id, upload=form.cleaned_data["file"], then=put),
            then=lambda _message: _there(standing.id),
        )
    except LeavesPlatform as told:
        bound = Bound(form, flags=told.facts["flags"])
        return shown_page(request, caller, standing, status=told.status, talk=bound)
    except WouldAgreeOtherwise as asked:
        bound = Bound(form, asked.facts, is_flagged=is_flagged)
        return shown_page(request, caller, standing, status=asked.status, talk=bound)
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return shown_page(request, caller, standing, status=refusal.status, talk=Bound(form))
    return done


@require_POST
@edge.page
def read(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One's own side has read the thread up to a message."""
    standing = _side(caller, ref)
    message_id = parse("txt", request.POST.get("up_to"))
    if message_id is None:
        raise NotFound(field="up_to")
    subject = thread_of(standing.id)
    thread, known = threads.messages(subject=subject), threads.reads(subject=subject)
    if not threads.unread(thread=thread, known=known, organisation_id=caller.organisation_id):
        raise OutOfState(subject="thread", verb="read", state="read")
    return edge.command(
        request,
        caller=caller,
        role=standing.role,
        operation=lambda act: talking.read_up_to(act=act, quotation_id=standing.id, message_id=message_id),
        then=lambda _read: _there(standing.id),
    )


@require_GET
@edge.page
def file(request: HttpRequest, caller: Caller, ref: str, name: str) -> HttpResponse:
    """A file of a quotation, always as an attachment."""
    standing = queries.quotation_for(caller=caller, ref=ref)
    file_id = parse("fil", name)
    if file_id is None:
        raise NotFound
    kept = files.find(order_id=standing.id, file_id=file_id)
    response = HttpResponse(files.read(file=kept), content_type=kept.media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
