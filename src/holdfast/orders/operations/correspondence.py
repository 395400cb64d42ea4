"""What a side brings to an order: a file, a message to the other side, a message from outside, its word on one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.kernel.refusals import NotAllowed, NotFound
from holdfast.orders.said import thread_of
from holdfast.orders.work import Work, lock
from holdfast.record import files, messages, threads
from holdfast.record.act import Act
from holdfast.record.files import Kept, Stored
from holdfast.record.messages import OutsideMessage
from holdfast.record.threads import Message
from holdfast.terms import read_term
from holdfast.terms.documents import as_document


def bring_file(*, act: Act, order_id: UUID, stored: Stored, name: str) -> Kept:
    """Give an order a file that is in storage already. Refusals: `not_allowed`, `quota_used_up`."""
    if act.organisation_id is None:
        raise NotAllowed(subject="file", verb="bring", role=act.role)
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        kept = files.bring(recording=work.recording, chain=work.chain, order_id=order_id, stored=stored, name=name)
        return work.write(kept)


def bring_message(
    *,
    act: Act,
    order_id: UUID,
    channel: str,
    said_on: date,
    text: str | None,
    term: Mapping[str, Any] | None = None,
    file_id: UUID | None = None,
) -> OutsideMessage:
    """Bring what was said elsewhere, perhaps with the term that it is said to have agreed on.

    Refusals: `not_allowed` for who is no side, `not_found` (a file), `invalid` (also for a term that says nothing
    measurable).
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        file = None if file_id is None else files.find(order_id=order_id, file_id=file_id)
        message = messages.bring(
            recording=work.recording,
            chain=work.chain,
            order_id=order_id,
            channel=channel,
            said_on=said_on,
            text=text,
            term=None if term is None else as_document(read_term(term)),
            file=file,
        )
        return work.write(message)


def answer_message(*, act: Act, order_id: UUID, message_id: UUID, verb: str) -> OutsideMessage:
    """`attest` or `deny` what the other side brought. Refusals: `not_found`, `not_allowed`, `out_of_state`."""
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        message = messages.answer(
            recording=work.recording, chain=work.chain, order_id=order_id, message_id=message_id, verb=verb
        )
        return work.write(message)


def put_message(
    work: Work,
    *,
    text: str,
    file_ids: Sequence[UUID] = (),
    answers_id: UUID | None = None,
    is_flagged: bool = False,
) -> Message:
    """Put a message into the order's thread; the verb that called this writes it.

    Refusals: `not_allowed`, `not_found` (what it answers, a file), `invalid`, `markup_not_accepted`,
    `leaves_platform`.
    """
    return threads.send(
        recording=work.recording,
        chain=work.chain,
        subject=thread_of(work.order.id),
        text=text,
        files=[_file(work.order.id, file_id) for file_id in file_ids],
        answers_id=answers_id,
        is_flagged=is_flagged,
    )


def _file(order_id: UUID, file_id: UUID) -> Kept:
    try:
        return files.find(order_id=order_id, file_id=file_id)
    except NotFound:
        raise NotFound(field="file_ids") from None
