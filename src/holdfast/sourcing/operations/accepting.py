"""A quotation is accepted: its part of the act by which it becomes a contract, written by the room above.

The step is taken under the quotation's lock, so that of two who accept at once one is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from holdfast.kernel.refusals import Invalid
from holdfast.record.recording import Recording
from holdfast.sourcing import document as documents
from holdfast.sourcing import models, rules
from holdfast.sourcing.operations.steps import ANSWER, chain_of, locked, move, record_step


@dataclass(frozen=True, slots=True)
class Taken:
    """What was accepted: the row, and the document of the contract that it becomes."""

    quotation: models.Quotation
    version: models.QuotationVersion
    document: dict[str, Any]


def take_into(
    *,
    recording: Recording,
    quotation_id: UUID,
    contract_id: UUID,
    version: int,
    quantities: Mapping[int, int] | None = None,
    ship_to: dict[str, Any] | None = None,
) -> Taken:
    """Add the acceptance to a recording; the caller has a transaction, drafts the contract in it and writes.

    `version` is the one the acceptor has read; `quantities` by line, where they differ from those quoted.
    Refusals: `NotFound`, `NotAllowed`, `OutOfState`, `QuotationExpired`, `OtherVersion`, `Invalid`, `BelowFirstBreak`,
    `DestinationMissing`.
    """
    act = recording.act
    quotation = locked(quotation_id)
    move(quotation, "accept", act)
    rules.check_in_time(due_at=quotation.due_at, now=act.now)
    rules.check_version(stated=version, latest=quotation.version)
    found = models.QuotationVersion.objects.get(quotation=quotation, number=quotation.version)
    offer = documents.stored(found.document)
    wanted = _quantities(offer.quantities, quantities or {})
    if offer.ship_to is None and ship_to is None:
        raise rules.DestinationMissing(field="ship_to", accepted="name, street, city, country")
    document = documents.as_contract(offer=offer, quantities=wanted, ship_to=ship_to)
    quotation.contract_id = contract_id
    quotation.ended_at = quotation.changed_at = act.now
    quotation.save(update_fields=["state", "contract_id", "ended_at", "changed_at"])
    recording.settle(subject_id=quotation.id, kind=ANSWER)
    changed = {str(line): quantity for line, quantity in wanted.items() if quantity != offer.quantities[line]}
    data = {"digest": found.digest, "side": act.role, "quantities": changed}
    record_step(recording, chain_of(quotation), quotation, "quotation.accepted", data)
    return Taken(quotation, found, document)


def _quantities(quoted: dict[int, int], wanted: Mapping[int, int]) -> dict[int, int]:
    """The quantities of the contract. Refusal: `Invalid` for a line that there is not, or nothing of one."""
    for line, quantity in wanted.items():
        if line not in quoted:
            raise Invalid(field="quantities", found=line, accepted=list(quoted))
        if not 1 <= quantity <= documents.MOST_QUANTITY:
            raise Invalid(field="quantities", found=quantity, accepted=f"1 to {documents.MOST_QUANTITY}")
    return quoted | dict(wanted)
