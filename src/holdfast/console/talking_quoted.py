"""What a quotation's page shows of what its two sides say: the thread, what differs from the last version, the form.

It gathers answers of the rooms below and decides nothing.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from holdfast.console.drafting.amending import as_text
from holdfast.console.talking import Line, Otherwise, Writing, lines_of
from holdfast.contracts.operations.talking import order_of
from holdfast.contracts.rules import PERSON_ROLES, SIDES
from holdfast.kernel.identifiers import public
from holdfast.parties.access import Caller
from holdfast.record import threads
from holdfast.sourcing import said
from holdfast.sourcing.queries import QuotationPage


@dataclass(frozen=True, slots=True)
class Bound:
    """The form that came back with a no; `guard` are the facts of the guard's question."""

    writing: Writing
    guard: dict[str, Any] | None = None
    flags: list[dict[str, str]] | None = None
    is_flagged: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything there is to show. `next_version` is where what the guard found can be put into the quotation."""

    lines: tuple[Line, ...]
    unread: int
    last: UUID | None
    otherwise: tuple[Otherwise, ...]
    may_act: bool
    writing: Writing | None
    guard: dict[str, Any] | None
    flags: list[dict[str, str]] | None
    is_flagged: bool
    next_version: str | None
    order_id: UUID | None


def of_quotation(*, caller: Caller, page: QuotationPage, bound: Bound | None = None) -> Talk:
    """What the page of a quotation shows."""
    subject = said.thread_of(page.id)
    thread, reads = threads.messages(subject=subject), threads.reads(subject=subject)
    own = caller.organisation_id if page.role in SIDES else None
    seen = max((one.number for one in reads if one.organisation_id == own), default=0)
    acting = page.role in SIDES and caller.member_role in PERSON_ROLES
    order_id = order_of(quotation_id=page.id) if page.contract_id is not None else None
    guard = bound.guard if bound else None
    differences = [one["change"] for one in guard["differences"]] if guard else []
    return Talk(
        lines=lines_of(thread=thread, own=own, seen=seen),
        unread=threads.unread(thread=thread, known=reads, organisation_id=own) if own else 0,
        last=thread[-1].id if thread else None,
        otherwise=tuple(
            Otherwise(row, _there(page, acting, [row.drift.change.as_document()]) if row.drift.change else None)
            for row in said.drift_of(quotation_id=page.id)
        ),
        may_act=acting,
        writing=(bound.writing if bound else Writing()) if acting and order_id is None else None,
        guard=guard,
        flags=bound.flags if bound else None,
        is_flagged=bound is not None and bound.is_flagged,
        next_version=_there(page, acting, [one for one in differences if one is not None]) if guard else None,
        order_id=order_id,
    )


def _there(page: QuotationPage, acting: bool, changes: list[dict[str, Any]]) -> str | None:
    """The form of the next version with these changes filled in, where the reader may write one."""
    if not acting or not {one.verb for one in page.acts} & {"revise", "counter"}:
        return None
    there = reverse("quotation_edit", args=[public("quo", page.id)])
    # Names and places belong together: what stood nowhere is an empty `from`.
    told = [
        (name, "" if change[name] is None else as_text(change[name]))
        for change in changes
        for name in ("path", "from", "to")
    ]
    return f"{there}?{urlencode(told)}" if told else there
