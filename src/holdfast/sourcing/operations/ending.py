"""A quotation comes to nothing: declined with a reason, withdrawn by whose version it is, or its time is over."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.record.act import Act
from holdfast.record.recording import Recording
from holdfast.sourcing import models, rules
from holdfast.sourcing.operations.steps import ANSWER, chain_of, locked, move, record_step
from holdfast.sourcing.queries import ProgrammeOf, QuotationPage, page_of
from holdfast.sourcing.rules import contacts


def decline(*, act: Act, quotation_id: UUID, programme_of: ProgrammeOf, reason: str, note: str = "") -> QuotationPage:
    """The side that did not write the last version says no, and why; `note` is said to the other side.

    Refusals: `Invalid`, `ReasonMissing`, `DetailsInText`, `NotAllowed`, `OutOfState`.
    """
    rules.check_reason(reason=reason, note=note)
    contacts.check(note, path="note")
    with transaction.atomic():
        quotation = locked(quotation_id)
        move(quotation, "decline", act)
        quotation.decline_reason = reason
        recording = _ended(act, quotation, "quotation.declined", {"reason": reason}, note)
        page = page_of(quotation, role=act.role, programme_of=programme_of, now=act.now, note=note.strip())
        recording.write(page)
        return page


def withdraw(*, act: Act, quotation_id: UUID, programme_of: ProgrammeOf, note: str = "") -> QuotationPage:
    """The side that wrote the last version takes it back, and the quotation ends.

    Refusals: `DetailsInText`, `NotAllowed`, `OutOfState`.
    """
    contacts.check(note, path="note")
    with transaction.atomic():
        quotation = locked(quotation_id)
        move(quotation, "withdraw", act)
        recording = _ended(act, quotation, "quotation.withdrawn", {}, note)
        page = page_of(quotation, role=act.role, programme_of=programme_of, now=act.now, note=note.strip())
        recording.write(page)
        return page


def expire(*, act: Act, quotation_id: UUID) -> None:
    """The quotation is valid no longer, and ends.

    Refusals: `StillValid`, `OutOfState` if it was answered meanwhile.
    """
    with transaction.atomic():
        quotation = locked(quotation_id)
        move(quotation, "expire", act)
        rules.check_over(due_at=quotation.due_at, now=act.now)
        _ended(act, quotation, "quotation.expired", {}, "", deadline="done").write(None)


def _ended(
    act: Act,
    quotation: models.Quotation,
    event: str,
    data: Mapping[str, Any],
    note: str,
    *,
    deadline: str = "void",
) -> Recording:
    """The end of a quotation, ready to be written."""
    quotation.ended_at = quotation.changed_at = act.now
    quotation.save(update_fields=["state", "decline_reason", "ended_at", "changed_at"])
    recording = Recording(act)
    recording.settle(subject_id=quotation.id, kind=ANSWER, state=deadline)
    private = {"note": note.strip()} if note.strip() else None
    record_step(recording, chain_of(quotation), quotation, event, data, private=private)
    return recording
