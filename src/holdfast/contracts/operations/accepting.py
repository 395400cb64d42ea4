"""A quotation becomes the draft of a contract, in one act and with nothing typed again.

The quotation's own step is sourcing's; the draft is this room's. Either both are written or neither.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.contracts import document as documents
from holdfast.contracts.operations.drafting import begin
from holdfast.contracts.queries import ContractPage, page_of
from holdfast.kernel.identifiers import new_id
from holdfast.record.act import Act
from holdfast.record.recording import Recording
from holdfast.sourcing import operations as sourcing


def accept_quotation(
    *,
    act: Act,
    quotation_id: UUID,
    version: int,
    quantities: Mapping[int, int] | None = None,
    ship_to: dict[str, Any] | None = None,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> ContractPage:
    """Accept the last version of a quotation as `act.role`: a draft of that side stands, under the newest version of
    the quotation's programme, with its protected prices at the accepted quantities, its terms, charges and dates.

    Refusals: those of `sourcing.operations.take_into`, `Invalid` for what no contract can say.
    """
    with transaction.atomic():
        recording = Recording(act)
        contract_id = new_id()
        taken = sourcing.take_into(
            recording=recording,
            quotation_id=quotation_id,
            contract_id=contract_id,
            version=version,
            quantities=quantities,
            ship_to=ship_to,
        )
        quotation = taken.quotation
        contract = begin(
            recording,
            between=(quotation.buyer, quotation.supplier),
            programme=quotation.programme_name,
            agreed=documents.read(taken.document),
            contract_id=contract_id,
            external_id=external_id,
            metadata=metadata,
            about={"quotation": quotation.id},
            data={"quotation": quotation.number, "version": taken.version.number, "offered": taken.version.digest},
        )
        return recording.write(page_of(contract, (), role=act.role))
