"""Messages between the two sides of a quotation, until it has become an order; who would agree by one to something that
the quotation does not say is asked before it goes.

A message changes nothing: a quotation changes by its next version, a contract by what is signed. Here is only the guard
and the way to the thread, which is the record's; on an order one writes on the order's own.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.contracts.models import Contract
from holdfast.kernel.clock import local_day
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import NotAllowed, NotFound, Refusal
from holdfast.record import files, threads
from holdfast.record.act import Act
from holdfast.record.files import Kept, Stored
from holdfast.record.recording import Recording
from holdfast.record.threads import Message, Read
from holdfast.sourcing import models as sourcing
from holdfast.sourcing import rules as sourcing_rules
from holdfast.sourcing import said
from holdfast.sourcing.operations import locked
from holdfast.sourcing.operations.steps import chain_of, zone_of
from holdfast.terms.speech import LATE, PAYEE, PRICE, TERM, Drift, Spoken, acceptance, drift

PLAIN = "plain"
_KIND = {"ship_date": LATE, "delivery_date": LATE, "price": PRICE, "payee": PAYEE}


class WouldAgreeOtherwise(Refusal):
    """This answer could be taken for agreement to something that the quotation does not say. Put it into the next
    version, or send it as a plain message: a message changes nothing."""


class ThreadMoved(Refusal):
    """The quotation has become an order: what is said from now on is said there."""


def bring_file(*, act: Act, quotation_id: UUID, stored: Stored, name: str) -> Kept:
    """Give a quotation a file that is in storage already. Refusals: `not_allowed`, `thread_moved`,
    `quota_used_up`."""
    if act.role not in threads.SIDES or act.organisation_id is None:
        raise NotAllowed(subject="file", verb="bring", role=act.role, accepted=list(threads.SIDES))
    with transaction.atomic():
        quotation = locked(quotation_id)
        _check_here(quotation)
        recording = Recording(act)
        kept = files.bring(
            recording=recording,
            chain=chain_of(quotation),
            order_id=quotation_id,
            stored=stored,
            name=name,
            subject="quotation",
        )
        return recording.write(kept)


def send(
    *,
    act: Act,
    quotation_id: UUID,
    text: str,
    file_ids: Sequence[UUID] = (),
    answers_id: UUID | None = None,
    is_plain: bool = False,
    is_flagged: bool = False,
) -> Message:
    """Send a message to the other side. `is_plain`, `is_flagged`: the sender was asked, or needs no asking.

    Refusals: `not_allowed`, `thread_moved`, `not_found` (what it answers, a file), `invalid`, `markup_not_accepted`,
    `leaves_platform`, `would_agree_otherwise`.
    """
    with transaction.atomic():
        quotation = locked(quotation_id)
        recording = Recording(act)
        message = threads.send(
            recording=recording,
            chain=chain_of(quotation),
            subject=said.thread_of(quotation_id),
            text=text,
            files=[_file(quotation_id, file_id) for file_id in file_ids],
            answers_id=answers_id,
            is_flagged=is_flagged,
        )
        _check_here(quotation)
        if not is_plain:
            _ask_first(quotation, message)
        return recording.write(message)


def read_up_to(*, act: Act, quotation_id: UUID, message_id: UUID) -> Read:
    """The acting side has read the thread up to a message, also once it is an order's. Refusals: `not_allowed`,
    `not_found`."""
    with transaction.atomic():
        quotation = locked(quotation_id)
        recording = Recording(act)
        read = threads.read_up_to(
            recording=recording,
            chain=chain_of(quotation),
            subject=said.thread_of(quotation_id),
            message_id=message_id,
        )
        return recording.write(read)


def order_of(*, quotation_id: UUID) -> UUID | None:
    """The order that a quotation has become, once both have signed its contract."""
    signed = Contract.objects.exclude(signed_at=None)
    wanted = sourcing.Quotation.objects.filter(id=quotation_id, contract_id__isnull=False).values("contract_id")
    return signed.filter(id__in=wanted).values_list("order_id", flat=True).first()


def _check_here(quotation: sourcing.Quotation) -> None:
    """Signatures are written under the contract's own lock: it is taken here too, after the quotation's, so that what
    is said while the last one is written is said before it or refused. Nothing that holds a contract takes its
    quotation afterwards."""
    if quotation.contract_id is None:
        return
    rows = Contract.objects.select_for_update().filter(id=quotation.contract_id)
    # Asked of the row once it is held: a condition in the query would be judged before the wait.
    signed_at, order_id = rows.values_list("signed_at", "order_id").get()
    if signed_at is not None:
        raise ThreadMoved(order_id=public("ord", order_id))


def _file(quotation_id: UUID, file_id: UUID) -> Kept:
    try:
        return files.find(order_id=quotation_id, file_id=file_id)
    except NotFound:
        raise NotFound(field="file_ids") from None


# --- the guard -------------------------------------------------------------------------------------------------------


def _ask_first(quotation: sourcing.Quotation, message: Message) -> None:
    """Either side may agree too easily: the buyer to other goods, the supplier to another price."""
    thread = threads.messages(subject=said.thread_of(quotation.id))
    answers = threads.answered(thread=thread, message=message)
    other = "supplier" if message.role == "buyer" else "buyer"
    differing = _differences(quotation, answers, local_day(message.sent_at, zone_of(quotation, other)))
    kinds = tuple(dict.fromkeys(_KIND.get(one.kind, TERM) for one in differing))
    found = acceptance(
        text=message.text or "",
        answers=answers,
        breaches=kinds,
        said_on=local_day(message.sent_at, zone_of(quotation, message.role)),
    )
    if found is not None:
        spoken_of = [one for one in differing if _KIND.get(one.kind, TERM) in found.breaches]
        raise WouldAgreeOtherwise(
            field="text",
            accepted=[_way(quotation, message.role), PLAIN],
            words=found.words,
            differences=[_difference(one) for one in spoken_of],
        )


def _differences(quotation: sourcing.Quotation, words: str, said_on: date) -> list[Drift]:
    agreed = said.agreed_of(said.last_offer(quotation.id))
    return [said.within(one) for one in drift(spoken=Spoken(words, said_on), agreed=agreed)]


def _way(quotation: sourcing.Quotation, role: str) -> str:
    """How it could be agreed on: by the next version, by the contract that is being drafted, by a new quotation."""
    open_now = sourcing_rules.QUOTATION.open_verbs(state=quotation.state, role=role)
    verb = next((one for one in ("revise", "counter") if one in open_now), None)
    return verb or ("contract" if quotation.contract_id is not None else "quotation")


def _difference(one: Drift) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "said": one.said,
        "value": one.value,
        "agreed": list(one.agreed),
        "only_warns": one.only_warns,
        "change": None if one.change is None else one.change.as_document(),
    }
