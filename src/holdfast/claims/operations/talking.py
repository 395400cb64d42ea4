"""Messages between the two sides of an order; who would accept a breach by one is asked before it goes.

A message changes nothing and waives nothing. Only the guard is here; what is kept, and how, is the record's affair.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.claims.breaches import Breach, breaches
from holdfast.claims.operations import conceding
from holdfast.kernel.clock import local_day
from holdfast.kernel.refusals import Refusal
from holdfast.orders.operations.correspondence import put_message
from holdfast.orders.said import thread_of
from holdfast.orders.work import Work, lock
from holdfast.record import threads
from holdfast.record.act import Act
from holdfast.record.rules import CONCESSIONS
from holdfast.record.threads import Message, Read
from holdfast.terms.speech import Acceptance, acceptance

PLAIN = "plain"


class WouldAcceptBreach(Refusal):
    """This answer could be taken for the acceptance of a breach. Choose one of the acts, or send it as a plain message:
    a message waives nothing, only a signed act does."""


def send(
    *,
    act: Act,
    order_id: UUID,
    text: str,
    file_ids: Sequence[UUID] = (),
    answers_id: UUID | None = None,
    is_plain: bool = False,
    is_flagged: bool = False,
) -> Message:
    """Send a message to the other side. `is_plain`, `is_flagged`: the sender was asked, or needs no asking.

    Refusals: `not_allowed`, `not_found` (what it answers, a file), `invalid`, `markup_not_accepted`,
    `leaves_platform`, `would_accept_breach`.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        message = put_message(work, text=text, file_ids=file_ids, answers_id=answers_id, is_flagged=is_flagged)
        if act.role == "buyer" and not is_plain:
            _ask_first(work, message)
        return work.write(message)


def read_up_to(*, act: Act, order_id: UUID, message_id: UUID) -> Read:
    """The acting side has read the thread up to a message. Refusals: `not_allowed`, `not_found`."""
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        read = threads.read_up_to(
            recording=work.recording, chain=work.chain, subject=thread_of(order_id), message_id=message_id
        )
        return work.write(read)


# --- the guard -------------------------------------------------------------------------------------------------------


def _ask_first(work: Work, message: Message) -> None:
    thread = threads.messages(subject=thread_of(work.order.id))
    answers = threads.answered(thread=thread, message=message)
    broken = breaches(work=work, answers=answers)
    found = acceptance(
        text=message.text or "",
        answers=answers,
        breaches=tuple(one.kind for one in broken),
        said_on=local_day(work.now, work.order.buyer_zone),
    )
    if found is not None:
        spoken_of = [one for one in broken if one.kind in found.breaches]
        raise WouldAcceptBreach(
            field="text",
            accepted=[*CONCESSIONS, PLAIN],
            words=found.words,
            breaches=[_breach(one) for one in spoken_of],
            acts=_acts(work, spoken_of, found),
        )


def _breach(one: Breach) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "foreseen": one.foreseen,
        "owed_on": one.owed_on.isoformat() if one.owed_on else None,
        "lots": list(one.lots),
        "terms": list(one.terms),
    }


def _acts(work: Work, broken: Sequence[Breach], found: Acceptance) -> list[dict[str, Any]]:
    """The three acts, each filled in as far as it is known, ready to be proposed."""
    late = work.order.ship_on is not None and conceding.has_rest(work)
    new_on = _new_on(work, found.new_days) if late else None
    given_up = broken[0]
    is_late = given_up.kind == "late"
    acts: list[dict[str, Any]] = [
        {
            "kind": "waive",
            "breach": given_up.kind,
            "terms": list(given_up.terms),
            "lots": list(given_up.lots) if not is_late else [],
            "new_on": new_on.isoformat() if new_on and is_late else None,
            "compensation_minor": None,
        }
    ]
    for kind in ("rights_reserved", "with_compensation"):
        amount = conceding.usual_compensation(work, new_on) if kind == "with_compensation" and new_on else None
        acts.append(
            {
                "kind": kind,
                "breach": "late",
                "terms": [],
                "lots": [],
                "new_on": new_on.isoformat() if new_on else None,
                "compensation_minor": amount,
            }
        )
    return acts


def _new_on(work: Work, said: Sequence[date]) -> date:
    """The first of the days that were spoken of that can be a new ship date; else a week from the first that can."""
    today = local_day(work.now, work.order.supplier_zone)
    first = max(today, (work.order.ship_on or today) + timedelta(days=1))
    return next((day for day in said if day >= first), first + timedelta(days=6))
