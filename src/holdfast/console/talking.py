"""What an order's page shows of what its two sides say: the thread, what differs from the contract, explicit acts about
a breach, and their forms.

It gathers answers of the rooms below and decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.console import proving
from holdfast.console.drafting.amending import as_text
from holdfast.console.fields import DayField, LinesField, MoneyField, area
from holdfast.contracts.rules import PERSON_ROLES, SIDES
from holdfast.kernel.identifiers import public
from holdfast.kernel.money import Money
from holdfast.orders import said
from holdfast.orders.queries import OrderPage
from holdfast.parties.access import Caller
from holdfast.record import concessions, files, threads
from holdfast.record.concessions import Concession
from holdfast.record.files import Kept
from holdfast.record.rules import CONCESSIONS
from holdfast.record.threads import LONGEST_TEXT, Message
from holdfast.sourcing.said import SaidOtherwise

TITLES: dict[str, str | Promise] = {
    "waive": _("Waive it"),
    "rights_reserved": _("A new date, rights reserved"),
    "with_compensation": _("A new date, with compensation"),
}
SAYS: dict[str, str | Promise] = {
    "waive": _(
        "What is late or differs is accepted and can no longer be claimed. With a new date, only what is later than "
        "that still counts; with terms, only these terms are waived."
    ),
    "rights_reserved": _("The new date is noted. Nothing is given up: lateness counts from the date first agreed."),
    "with_compensation": _(
        "The amount goes back to the buyer at once from held money; what is later than the new date counts anew, "
        "without days of grace. Both sides sign."
    ),
}


class Writing(forms.Form):
    """A message, perhaps with a file."""

    text = forms.CharField(label=_("Your message"), max_length=LONGEST_TEXT, strip=False, widget=area(3))
    file = forms.FileField(label=_("File"), required=False, help_text=_("A photo, a PDF or another document."))

    def __init__(self, data: Any = None, uploads: Any = None) -> None:
        super().__init__(data, uploads, auto_id="message-%s")


class Conceding(proving.Proof):
    """One of the three acts. Whoever must sign it proves again who they are."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in CONCESSIONS], widget=forms.HiddenInput)
    flagged = forms.BooleanField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(required=False, strip=False, max_length=LONGEST_TEXT, widget=forms.HiddenInput)
    new_on = DayField(label=_("New ship date"), required=False)
    terms = LinesField(
        label=_("Terms"),
        required=False,
        help_text=_("By their IDs, when it is not about the ship date."),
    )

    def __init__(self, request: HttpRequest, *, kind: str, page: OrderPage, data: Any = None, **kwargs: Any) -> None:
        super().__init__(request, data, **kwargs)
        self.auto_id = f"{kind}-%s"
        self.act, self.title, self.says = kind, TITLES[kind], SAYS[kind]
        self.initial = {"kind": kind, **self.initial}
        if kind != "waive":
            del self.fields["terms"]
            self.fields["new_on"].required = True
        if kind == "with_compensation":
            self.fields["compensation_minor"] = MoneyField(
                currency=page.order.currency,
                label=_("Compensation"),
                required=False,
                help_text=_("Left empty: the usual rate for the days of delay."),
            )
        if page.role not in CONCESSIONS[kind]:
            self.fields.pop("password", None)
        # The password is asked last.
        self.order_fields([name for name in self.fields if name != "password"] + ["password"])


class Signing(proving.Proof):
    """A signature over the digest that is shown."""

    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, data: Any = None, **kwargs: Any) -> None:
        super().__init__(request, data, **kwargs)
        self.auto_id = "concession-%s"


class Declining(forms.Form):
    """A no, with a reason if one wants to give it."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000, widget=area(2))


@dataclass(frozen=True, slots=True)
class Line:
    """A message as the page shows it."""

    message: Message
    is_own: bool
    is_new: bool
    files: tuple[tuple[Kept, str], ...]
    """With the address of each."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was said about the quotation that something came from."""

    id: UUID
    number: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A difference, with the way towards an amendment."""

    row: SaidOtherwise
    amend: str | None


@dataclass(frozen=True, slots=True)
class Offered:
    """An act with the forms of what the reader may do with it."""

    row: Concession
    forms: tuple[tuple[str, forms.Form | None], ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """Forms that came back with a no: the message, one of the acts, or the answer to one. `guard` are the facts of the
    guard's question."""

    writing: Writing | None = None
    conceding: Conceding | None = None
    answering: tuple[UUID, str, forms.Form] | None = None
    guard: dict[str, Any] | None = None
    flags: list[dict[str, str]] | None = None
    is_flagged: bool = False
    """What of the message would take the deal off the platform; whether its sender knows."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything there is to show."""

    lines: tuple[Line, ...]
    unread: int
    last: UUID | None
    otherwise: tuple[Otherwise, ...]
    acts: tuple[Offered, ...]
    writing: Writing | None
    conceding: tuple[Conceding, ...]
    guard: dict[str, Any] | None
    flags: list[dict[str, str]] | None
    is_flagged: bool
    before: Before | None

    @property
    def is_asked(self) -> bool:
        """Whether the acts lie open: the guard asks, or one of them came back with a no."""
        return self.guard is not None or any(form.is_bound for form in self.conceding)


def may_act(page: OrderPage, caller: Caller) -> bool:
    """Whether the reader writes and signs for a side."""
    return page.role in SIDES and caller.member_role in PERSON_ROLES


def of_order(*, request: HttpRequest, caller: Caller, page: OrderPage, bound: Bound | None = None) -> Talk:
    """What the page of an order shows."""
    bound, order_id, acting = bound or Bound(), page.order.id, may_act(page, caller)
    subject = said.thread_of(order_id)
    thread, reads = threads.messages(subject=subject), threads.reads(subject=subject)
    own = caller.organisation_id if page.role in SIDES else None
    seen = max((one.number for one in reads if one.organisation_id == own), default=0)
    known = concessions.of_order(order_id=order_id)
    asks = acting and page.order.state != "closed" and not any(one.state == "proposed" for one in known)
    return Talk(
        lines=lines_of(thread=thread, own=own, seen=seen),
        unread=threads.unread(thread=thread, known=reads, organisation_id=own) if own else 0,
        last=thread[-1].id if thread else None,
        otherwise=tuple(_otherwise(page, row) for row in said.drift_of(order_id=order_id)),
        acts=tuple(_offered(request, page, one, acting, bound) for one in reversed(known)),
        writing=(bound.writing or Writing()) if acting else None,
        conceding=tuple(_conceding(request, page, bound)) if asks or bound.conceding else (),
        guard=bound.guard,
        flags=bound.flags,
        is_flagged=bound.is_flagged,
        before=before_of(caller=caller, contract_id=page.order.contract_id),
    )


def lines_of(*, thread: Sequence[Message], own: UUID | None, seen: int = 0) -> tuple[Line, ...]:
    """The messages of one thread for one of its sides, or for somebody who only reads."""
    if not thread:
        return ()
    subject = thread[0].subject
    kept = {file.id: file for file in files.of_order(order_id=subject.id)}
    page, prefix = {"order": ("order_file", "ord"), "quotation": ("quotation_file", "quo")}[subject.kind]

    def there(file_id: UUID) -> str:
        return reverse(page, args=[public(prefix, subject.id), public("fil", file_id)])

    return tuple(
        Line(
            message,
            message.organisation_id == own,
            own is not None and message.number > seen and message.organisation_id != own,
            tuple((kept[file_id], there(file_id)) for file_id in message.file_ids if file_id in kept),
        )
        for message in thread
    )


def before_of(*, caller: Caller, contract_id: UUID) -> Before | None:
    """What was said about the quotation that a contract came from."""
    found = said.quoted_before(contract_id=contract_id)
    if found is None or not found[2]:
        return None
    return Before(found[0], found[1], lines_of(thread=found[2], own=caller.organisation_id))


def _otherwise(page: OrderPage, row: SaidOtherwise) -> Otherwise:
    """The order's page of amendments with the change filled in."""
    change = row.drift.change
    if change is None:
        return Otherwise(row, None)
    there = reverse("order_amend", args=[public("ord", page.order.id)])
    before = {} if change.before is None else {"from": as_text(change.before)}
    return Otherwise(row, f"{there}?{urlencode({'path': change.path, **before, 'to': as_text(change.after)})}")


def _offered(request: HttpRequest, page: OrderPage, row: Concession, acting: bool, bound: Bound) -> Offered:
    found: list[tuple[str, forms.Form | None]] = []
    for verb in row.open_verbs(page.role) if acting else ():
        form: forms.Form | None = None
        if bound.answering is not None and bound.answering[:2] == (row.id, verb):
            form = bound.answering[2]
        elif verb == "sign":
            form = Signing(request, initial={"digest": row.digest})
        elif verb == "decline":
            form = Declining(auto_id="decline-concession-%s")
        found.append((verb, form))
    return Offered(row, tuple(found))


def _conceding(request: HttpRequest, page: OrderPage, bound: Bound) -> list[Conceding]:
    """The three acts, filled in with what the guard found."""
    text = (bound.writing.data.get("text", "") if bound.writing and bound.guard else "") or ""
    found = {act["kind"]: act for act in (bound.guard or {}).get("acts", [])}
    shown = []
    for kind in CONCESSIONS:
        if bound.conceding is not None and bound.conceding.act == kind:
            shown.append(bound.conceding)
            continue
        act = found.get(kind, {})
        amount = act.get("compensation_minor")
        initial = {
            "text": text,
            "flagged": bound.is_flagged,
            "new_on": act.get("new_on"),
            "terms": ", ".join(act.get("terms", [])),
            "compensation_minor": format(Money(amount, page.order.currency).decimal, "f") if amount else None,
        }
        shown.append(Conceding(request, kind=kind, page=page, initial=initial))
    return shown
