"""A contract is written: drafted and revised by one side alone, then proposed, which fixes its text.

A signature that completes a contract opens an order, which this room does not know; that is in `signing`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from holdfast.contracts import document as documents
from holdfast.contracts import models, programmes, rules
from holdfast.contracts.agreement import individual_cap
from holdfast.contracts.operations.steps import locked, move, put_text, sign_by, write_event
from holdfast.contracts.places import check_places
from holdfast.contracts.queries import ContractPage, page_of
from holdfast.contracts.shape import Document
from holdfast.kernel.clock import local_day
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.parties.models import Organisation
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act
from holdfast.record.chains import held_chain, new_chain
from holdfast.record.recording import Recording
from holdfast.terms.documents import plain


def draft(
    *,
    act: Act,
    counterparty_id: UUID,
    programme: str,
    document: Any,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> ContractPage:
    """Write a draft that only its own side sees. `act.role` is the drafter's side, buyer or supplier.

    Refusals: `NotAllowed`, `Invalid` with every clause that does not fit, `SamePartyTwice`, `CounterpartyUnknown`.
    """
    rules.check_drafter(role=act.role)
    agreed = documents.read(document)
    with transaction.atomic():
        buyer, supplier = _parties(act, counterparty_id)
        recording = Recording(act)
        contract = begin(
            recording,
            between=(buyer, supplier),
            programme=programme,
            agreed=agreed,
            external_id=external_id,
            metadata=metadata,
        )
        return recording.write(page_of(contract, (), role=act.role))


def begin(
    recording: Recording,
    *,
    between: tuple[Organisation, Organisation],
    programme: str,
    agreed: Document,
    contract_id: UUID | None = None,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    about: Mapping[str, UUID] | None = None,
    data: Mapping[str, Any] | None = None,
) -> models.Contract:
    """Add a draft of `act.role`'s side, between buyer and supplier, to a recording that the caller writes; `about` and
    `data` join those of its event. Refusal: `Invalid` for a programme that there is not."""
    act = recording.act
    contract = models.Contract(
        id=contract_id or new_id(),
        number=_number(act.now),
        order_id=new_id(),
        buyer=between[0],
        supplier=between[1],
        drafter=act.role,
        state=rules.CONTRACT.initial,
        programme=programmes.latest(name=programme),
        external_id=external_id,
        metadata=dict(metadata or {}),
        drafted_at=act.now,
    )
    put_text(contract, agreed, None)
    contract.save(force_insert=True)
    chain = new_chain(kind="order", chain_id=contract.order_id)
    said = {"total_minor": contract.total_minor, **(data or {})}
    write_event(recording, chain, contract, "contract.drafted", said, about=about)
    return contract


def revise(
    *,
    act: Act,
    contract_id: UUID,
    document: Any,
    programme: str | None = None,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> ContractPage:
    """Replace the text of a draft; labels that are not given stay.

    Refusals: `Invalid`, `NotAllowed`, `OutOfState`.
    """
    agreed = documents.read(document)
    with transaction.atomic():
        contract = locked(contract_id)
        move(contract, "revise", act)
        if programme is not None:
            contract.programme = programmes.latest(name=programme)
        if external_id is not None:
            contract.external_id = external_id
        if metadata is not None:
            contract.metadata = dict(metadata)
        put_text(contract, agreed, None)
        contract.save()
        return _recorded(act, contract, "contract.revised", {"total_minor": contract.total_minor})


def propose(*, act: Act, contract_id: UUID, linked: bool = False, linked_reserved_minor: int = 0) -> ContractPage:
    """Fix the text, with the cover it would have, and lay it before the other side to sign.

    `linked` and `linked_reserved_minor` say what orders linked to this one have reserved of the shared cover.
    Refusals: `Invalid`, `NotEligible`, `PlaceUnknown`, `FixedSampleRefused`, `EarlyAboveCover`, those of
    `programme.rules.cover_reserved`.
    """
    with transaction.atomic():
        contract = locked(contract_id)
        move(contract, "propose", act)
        buyer, supplier = contract.buyer, contract.supplier
        agreed = documents.read(contract.document["agreed"])
        # The newest version counts from the moment the text is fixed, not from the first draft.
        contract.programme = programmes.latest(name=contract.programme.name)
        programme = programmes.programme_of(name=contract.programme.name, version=contract.programme.version)
        documents.check_days(agreed, today=local_day(act.now, supplier.time_zone))
        check_eligible(programme, buyer, supplier, agreed)
        check_places(
            programme=programme,
            buyer=buyer.subdivision or buyer.country,
            supplier=supplier.subdivision or supplier.country,
        )
        check_clauses(programme, agreed)
        cover = _cover(programme, supplier, agreed, linked, linked_reserved_minor)
        contract.cover_minor = cover.reserved_minor
        put_text(contract, agreed, cover)
        contract.proposed_at = act.now
        other = rules.other_side(contract.drafter)
        recording = Recording(act)
        sign_by(recording, contract, programme, who=other, anchor=("proposed", act.now))
        contract.save()
        chain = held_chain(kind="order", chain_id=contract.order_id)
        data = {"total_minor": contract.total_minor, "cover_minor": contract.cover_minor}
        write_event(recording, chain, contract, "contract.proposed", data)
        return recording.write(page_of(contract, (), role=act.role))


def _recorded(act: Act, contract: models.Contract, event: str, data: Mapping[str, Any]) -> ContractPage:
    recording = Recording(act)
    write_event(recording, held_chain(kind="order", chain_id=contract.order_id), contract, event, data)
    return recording.write(page_of(contract, (), role=act.role))


def _parties(act: Act, counterparty_id: UUID) -> tuple[Organisation, Organisation]:
    """Buyer and supplier, the actor's side being `act.role`."""
    if act.organisation_id == counterparty_id:
        raise rules.SamePartyTwice(field="counterparty")
    found = Organisation.objects.in_bulk([act.organisation_id, counterparty_id])
    own, other = found.get(act.organisation_id), found.get(counterparty_id)
    if own is None:
        raise NotFound
    if other is None or other.kind not in rules.TRADERS:
        raise rules.CounterpartyUnknown(field="counterparty")
    return (own, other) if act.role == "buyer" else (other, own)


def _number(now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('contracts_number')")
        return f"HF-{now.year}-{cursor.fetchone()[0]:06d}"


def check_eligible(programme: Programme, buyer: Organisation, supplier: Organisation, agreed: Document) -> None:
    """That the programme protects this trade. Refusal: `NotEligible`."""
    reasons: list[str] = [] if supplier.programme_standing == "good" else [f"supplier_{supplier.programme_standing}"]
    for product in dict.fromkeys(line.product for line in agreed.lines):
        reasons += programme_rules.eligible(
            programme=programme,
            buyer_country=buyer.country,
            supplier_country=supplier.country,
            category=agreed.category,
            product=product,
        )
    if reasons:
        raise rules.NotEligible(reasons=list(dict.fromkeys(reasons)))


def check_clauses(programme: Programme, agreed: Document) -> None:
    """What the programme lets two sides agree on. Refusals: `Invalid`, `FixedSampleRefused`."""
    most = programme.amendments.buyer_default_percent
    if agreed.buyer_default_percent > most:
        found = plain(agreed.buyer_default_percent)
        raise Invalid(field="buyer_default_percent", found=found, accepted=f"at most {plain(most)}")
    criterion, pieces = agreed.criterion, sum(line.quantity for line in agreed.lines)
    # A stated plan is as fixed as a stated sample: ten of five thousand are ten, whatever numbers stand beside them.
    samples = {f"criterion.plans.{place}.n": row.n for place, row in enumerate(criterion.plans)}
    if criterion.sample_size is not None:
        samples["criterion.sample_size"] = criterion.sample_size
    for field, sample in samples.items():
        programme_rules.check_sample(programme=programme, sample=sample, lot=pieces, field=field)


def _cover(
    programme: Programme, supplier: Organisation, agreed: Document, linked: bool, linked_reserved_minor: int
) -> documents.Cover:
    reserved = programme_rules.cover_reserved(
        programme=programme,
        tier=supplier.tier,
        currency=agreed.currency,
        total_minor=agreed.total_minor,
        individual_minor=individual_cap(supplier, agreed.currency),
        linked_reserved_minor=linked_reserved_minor,
        linked=linked,
    )
    most_early = programme_rules.early_release_left(
        programme=programme, cover_reserved_minor=reserved, released_early_minor=0
    )
    if agreed.early_minor > most_early:
        raise rules.EarlyAboveCover(
            field="payment.tranches",
            accepted=most_early,
            early_minor=agreed.early_minor,
            cover_minor=reserved,
            currency=agreed.currency,
        )
    excess = programme_rules.uncovered_excess(total_minor=agreed.total_minor, reserved_minor=reserved)
    return documents.Cover(supplier.tier, reserved, excess)
