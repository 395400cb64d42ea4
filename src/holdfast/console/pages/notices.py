"""What one was told, newest first, and whether the mail arrived; how one wants to be told; and the link in a mail
that ends its kind.

Notices are written elsewhere; here they are read, marked as read and chosen.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.console import edge, words
from holdfast.console.pages.home import said
from holdfast.console.pages.orders import as_uuid
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import Refusal
from holdfast.notices import due, links, operations, queries
from holdfast.notices.kinds import CHOOSABLE, DIGEST, GROUPS, LEGAL, group_of
from holdfast.notices.rules import WAYS, LegalNotice, LinkNotValid
from holdfast.notices.words import sentence_of
from holdfast.parties.access import Caller
from holdfast.parties.models import Person


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """One's own notices: all, the unread, or those of one order or quotation."""
    about = request.GET.get("order", "")
    order_id = _order(about)
    only_unread = request.GET.get("unread") == "1"
    page = queries.page(
        person_id=caller.id,
        before=as_uuid(request.GET.get("before")),
        order_id=order_id,
        only_unread=only_unread,
    )
    following = page.notices[-1].id if page.has_more else None
    shown = {"page": page, "following": following, "about": about if order_id else "", "only_unread": only_unread}
    dead = queries.dead(address=_email(request))
    return render(request, "holdfast/notices.html", {**shown, "dead": dead, "tab": "notices"})


def _order(ref: str | None) -> UUID | None:
    """The order or quotation that an address names; without one, or with one that is none, there is no filter."""
    return parse("ord", ref) or parse("quo", ref)


def _email(request: HttpRequest) -> str:
    person: Any = request.user
    return str(person.email)


@require_POST
@edge.page
def read(request: HttpRequest, caller: Caller) -> HttpResponse:
    """One of them, those of an order, or all have been read."""
    one, about = parse("ntc", request.POST.get("notice")), request.POST.get("order", "")
    is_narrowed = "notice" in request.POST
    operations.mark_read(
        act=caller.act(role="reader"),
        notice_ids=[one] if one else [] if is_narrowed else None,
        order_id=_order(about),
    )
    return edge.see_other(reverse("notices"), **({"order": about} if _order(about) else {}))


# --- how one wants to be told ------------------------------------------------------------------------------------


class Choices(forms.Form):
    """A way for each kind that can be chosen, and the hour of the digest."""

    hour = forms.TypedChoiceField(
        label=_("Hour of the digest"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        help_text=_("In your time zone. Nothing is sent when nothing is there."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(way, words.word("way", way)) for way in WAYS]
        for kind in CHOOSABLE:
            self.fields[kind] = forms.ChoiceField(label=sentence_of(kind, actor=say("The other side")), choices=ways)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of kinds, by what they are about."""
        found = [(group, [self[kind] for kind in CHOOSABLE if group_of(kind) == group]) for group in GROUPS]
        return [(group, fields) for group, fields in found if fields]


def _always() -> list[tuple[str, list[str]]]:
    """What cannot be switched off, with what must be done in time because of it."""
    return [
        (sentence_of(kind, actor=say("The other side")), [str(due.WHAT[one]) for one in deadlines])
        for kind, deadlines in LEGAL.items()
    ]


@require_http_methods(["GET", "POST"])
@edge.page
def choices(request: HttpRequest, caller: Caller) -> HttpResponse:
    """How each kind of notice reaches one."""
    chosen = queries.chosen(person_id=caller.id)
    given = {**chosen.ways, "hour": chosen.hour}
    form = Choices(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        hour, ways = form.cleaned_data["hour"], {kind: form.cleaned_data[kind] for kind in CHOOSABLE}
        operations.choose(person_id=caller.id, ways=ways, hour=hour)
        said(request)
        return edge.see_other(reverse("notice_choices"))
    shown = {"form": form, "always": _always(), "dead": queries.dead(address=_email(request)), "tab": "notices"}
    return render(request, "holdfast/notice_choices.html", shown, status=422 if form.is_bound else 200)


@require_POST
@edge.page
def works_again(request: HttpRequest, caller: Caller) -> HttpResponse:
    """One's mailbox takes mails again."""
    if operations.works_again(act=caller.act(role="reader"), address=_email(request)):
        said(request, say("Mails are sent to you again."))
    return edge.see_other(reverse("notice_choices"))


# --- the link in a mail ------------------------------------------------------------------------------------------


@csrf_exempt
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, ref: str) -> HttpResponse:
    """End one kind of mail to one person, by the signed link in it: looking asks, sending the form acts. Mail programs
    send it too (RFC 8058); the link itself says whose and which, so that nobody need be signed in."""
    try:
        return _stop(request, ref)
    except Refusal as refusal:
        return edge.refused(request, refusal)


def _stop(request: HttpRequest, ref: str) -> HttpResponse:
    found = links.opened(ref)
    person = Person.objects.filter(id=found.person_id).first()
    if person is None:
        raise LinkNotValid
    if not links.can_be_stopped(found.kind):
        raise LegalNotice
    if request.method == "POST":
        operations.stop(person_id=found.person_id, kind=found.kind)
    with translation.override(person.language):
        is_digest = found.kind == DIGEST
        what = "" if is_digest else sentence_of(found.kind, actor=say("The other side"))
        shown = {"is_done": request.method == "POST", "is_digest": is_digest, "what": what, "address": person.email}
        return render(request, "holdfast/notice_stop.html", shown)
