"""A tech pack is put into a draft: all of it, or nothing where a single cell is unclear."""

from uuid import UUID

from django.db import transaction

from holdfast.contracts.operations.steps import locked, move, put_text, write_event
from holdfast.contracts.queries import ContractPage, page_of
from holdfast.contracts.techpack import DraftChanged, TechPack, merged
from holdfast.record.act import Act
from holdfast.record.chains import held_chain
from holdfast.record.recording import Recording


def import_techpack(*, act: Act, contract_id: UUID, pack: TechPack, digest: str | None = None) -> ContractPage:
    """Replace a draft's lines and its specification by those that were found; what was not found stays.

    `digest` is that of the draft that was looked at, where somebody looked first.
    Refusals: `TechPackUnclear` with every problem, `DraftChanged`, `NotAllowed`, `OutOfState`.
    """
    with transaction.atomic():
        contract = locked(contract_id)
        move(contract, "revise", act)
        if digest is not None and digest != contract.digest:
            raise DraftChanged
        put_text(contract, merged(pack=pack, agreed=contract.document["agreed"]), None)
        contract.save()
        recording = Recording(act)
        chain = held_chain(kind="order", chain_id=contract.order_id)
        write_event(recording, chain, contract, "contract.revised", {"total_minor": contract.total_minor})
        return recording.write(page_of(contract, (), role=act.role))
