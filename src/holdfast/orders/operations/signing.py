"""A contract is laid before both sides and signed; the second signature opens the order in the same transaction.

Cover is computed and reserved here, because only here it is known which orders share it. What the supplier's line has
left is asked twice: as whoever signs sees it, and again under the line's own lock in the statement that writes the last
signature.
"""

from dataclasses import dataclass
from math import floor
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from holdfast.contracts import operations as contract_operations
from holdfast.contracts.agreement import Agreement, agreement_of
from holdfast.contracts.models import Contract
from holdfast.contracts.places import places_for
from holdfast.contracts.programmes import programme_of
from holdfast.contracts.queries import ContractPage
from holdfast.contracts.rules import Accepted, CoverChanged, NotEligible, Signer
from holdfast.contracts.shape import Document, Line
from holdfast.kernel.identifiers import new_id
from holdfast.orders import written
from holdfast.orders.cover import linked_taken
from holdfast.orders.models import Order, Tranche
from holdfast.orders.operations import lines
from holdfast.orders.operations.debts import cover_stopped_minor
from holdfast.orders.refusals import CoverStopped
from holdfast.parties.queries import supplier
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act
from holdfast.record.chains import held_chain
from holdfast.record.recording import Recording


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature did; `order_id` once both have signed."""

    contract_id: UUID
    contract_state: str
    side: str
    kind: str
    order_id: UUID | None
    cover_minor: int
    currency: str
    terms: Accepted | None
    """Which terms of the programme were accepted with it, if a digest was stated."""


def propose(*, act: Act, contract_id: UUID) -> ContractPage:
    """Fix the text with the cover it would have now, orders linked to it included. Refusals: as `contracts`,
    `CoverStopped`."""
    with transaction.atomic():
        contract = contract_operations.locked(contract_id)
        _check_goes_on(contract)
        linked = _linked_cover(contract, act)
        return contract_operations.propose(
            act=act, contract_id=contract_id, linked=linked is not None, linked_reserved_minor=linked or 0
        )


def sign(*, act: Act, contract_id: UUID, digest: str, signer: Signer, terms_digest: str | None = None) -> Signed:
    """Sign as `act.role` (buyer or supplier) over the digest the signer states, and over that of the programme's terms.

    With the second signature the order is open, its cover reserved, and what is payable at signature is due.
    Refusals: those of `contracts.operations.sign_into`, `cover_changed`, `cover_stopped`, `line_exhausted` with what is
    left, `not_eligible`.
    """
    with lines.told():
        return _sign(act, contract_id, digest, signer, terms_digest)


def _sign(act: Act, contract_id: UUID, digest: str, signer: Signer, terms_digest: str | None) -> Signed:
    with transaction.atomic():
        contract = contract_operations.locked(contract_id)
        _check_goes_on(contract)
        recording = Recording(act)
        step = contract_operations.sign_into(
            recording=recording,
            chain=held_chain(kind="order", chain_id=contract.order_id),
            contract=contract,
            digest=digest,
            signer=signer,
            terms_digest=terms_digest,
        )
        check_standing(contract.supplier_id)
        lines.check(_need(agreement_of(contract)))
        if step.complete:
            _open_order(recording, contract)
        return recording.write(
            Signed(
                contract.id,
                contract.state,
                act.role,
                step.signature.kind,
                contract.order_id if step.complete else None,
                contract.cover_minor or 0,
                contract.currency,
                step.terms,
            )
        )


def _check_goes_on(contract: Contract) -> None:
    """While the operator owes a buyer what its reserve could not pay, it covers nothing new in that currency."""
    owed = cover_stopped_minor(currency=contract.currency)
    if owed:
        raise CoverStopped(owed_minor=owed, currency=contract.currency)


def check_standing(supplier_id: UUID) -> None:
    """The supplier may have been suspended since the text was proposed. Refusal: `NotEligible`."""
    found = supplier(organisation_id=supplier_id)
    if found is not None and found.standing != "good":
        raise NotEligible(reasons=[f"supplier_{found.standing}"])


def _need(agreement: Agreement) -> lines.Need:
    """What both sign of the supplier's line."""
    return lines.Need(
        programme=agreement.programme,
        supplier_id=agreement.supplier_id,
        tier=agreement.supplier_tier,
        currency=agreement.currency,
        minor=agreement.cover_minor,
        individual_minor=agreement.supplier_cap_minor,
    )


def _linked_cover(contract: Contract, act: Act) -> int | None:
    """What orders linked to this one have taken of the pair's cover.

    The pair is locked, so that two contracts signed at once cannot both take the last of the cover.
    """
    lock_pair(buyer_id=contract.buyer_id, supplier_id=contract.supplier_id)
    return linked_taken(
        buyer_id=contract.buyer_id,
        supplier_id=contract.supplier_id,
        currency=contract.currency,
        programme=programme_of(name=contract.programme.name, version=contract.programme.version),
        now=act.now,
    )


def lock_pair(*, buyer_id: UUID, supplier_id: UUID) -> None:
    """Hold what orders of two parties share of one cover, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4203))", [f"{buyer_id}:{supplier_id}"])


def _open_order(recording: Recording, contract: Contract) -> None:
    act = recording.act
    agreement = agreement_of(contract)
    _check_cover(contract, agreement, _linked_cover(contract, act))
    lines.take(recording, _need(agreement))
    order = Order.objects.create(**_row(act, agreement))
    rows = [
        Tranche(
            id=new_id(),
            order=order,
            number=tranche.number,
            amount_minor=tranche.due_minor,
            payable=tranche.payable,
            release=tranche.release,
        )
        for tranche in agreement.document.tranches
    ]
    Tranche.objects.bulk_create(rows)
    due = [row for row in rows if row.payable == "signature"]
    recording.call(written.WRITE, {"tranches": [{"id": str(row.id), "state": "due", "funded_minor": 0} for row in due]})
    key = "signing.pay_days"
    limit = programme_rules.limit(
        programme=agreement.programme,
        key=key,
        anchor=act.now,
        zone=agreement.buyer_zone,
        who="buyer",
        places=places_for(programme=agreement.programme, contract_id=contract.id, key=key, text=contract.document),
    )
    for row in due:
        recording.deadline(
            kind="tranche.pay",
            subject=("tranche", row.id),
            order_id=order.id,
            due_at=limit.due_at,
            zone=agreement.buyer_zone,
            who="buyer",
            basis={
                "rule": "signing.pay_days",
                "tranche": row.number,
                **limit.basis,
                **programme_rules.remind(programme=agreement.programme),
            },
        )


def _check_cover(contract: Contract, agreement: Agreement, linked: int | None) -> None:
    """The cover that both signed must still be there when the second signature comes."""
    reserved = programme_rules.cover_reserved(
        programme=agreement.programme,
        tier=agreement.supplier_tier,
        currency=agreement.currency,
        total_minor=agreement.total_minor,
        individual_minor=agreement.supplier_cap_minor,
        linked=linked is not None,
        linked_reserved_minor=linked or 0,
    )
    if reserved < (contract.cover_minor or 0):
        raise CoverChanged(signed_minor=contract.cover_minor, possible_minor=reserved, currency=contract.currency)


def _row(act: Act, agreement: Agreement) -> dict[str, Any]:
    document = agreement.document
    ship_on = document.ship_on(first_paid_on=None)
    return {
        "id": agreement.order_id,
        "number": agreement.number,
        "contract_id": agreement.contract_id,
        "buyer_id": agreement.buyer_id,
        "supplier_id": agreement.supplier_id,
        "currency": agreement.currency,
        **agreed_terms(document),
        "programme_name": agreement.programme.name,
        "programme_version": agreement.programme.version,
        "tier": agreement.supplier_tier,
        "cap_minor": programme_rules.cover_cap(
            programme=agreement.programme,
            tier=agreement.supplier_tier,
            currency=agreement.currency,
            individual_minor=agreement.supplier_cap_minor,
        ),
        "cover_minor": agreement.cover_minor,
        "buyer_zone": agreement.buyer_zone,
        "supplier_zone": agreement.supplier_zone,
        "inspection": inspection_need(agreement.programme, document),
        "ship_on": ship_on,
        "expected_delivery_on": document.delivery_on(ship_on=ship_on),
        "opened_at": act.now,
        "external_id": agreement.external_id,
        "metadata": agreement.metadata,
    }


def agreed_terms(document: Document) -> dict[str, Any]:
    """What an order keeps of the document of the version in force, column by column."""
    return {
        "total_minor": document.total_minor,
        "goods_minor": document.goods_minor,
        "lines": [
            {
                "number": line.number,
                "quantity": line.quantity,
                "unit_price_minor": line.unit_price_minor,
                "tolerance_units": _tolerance_units(line),
                "unit_weight_grams": line.weight_grams or 0,
            }
            for line in document.lines
        ],
        "charges": [
            {"number": number, "kind": charge.kind, "amount_minor": charge.signed_minor, "basis": charge.basis}
            for number, charge in enumerate(document.charges, start=1)
        ],
        "partial_shipments": document.partial_shipments,
        "incoterm": document.incoterm,
        "ship_days": document.ship.days_after_payment,
        "transit_days": document.transit_days,
        "latest_delivery_on": document.latest_delivery_on,
    }


def _tolerance_units(line: Line) -> int:
    """Whole units a line may be short or over; a fraction of a unit is not permitted."""
    if line.tolerance is None:
        return 0
    if line.tolerance.units is not None:
        return line.tolerance.units
    return floor(line.quantity * (line.tolerance.percent or 0) / 100)


def inspection_need(programme: Programme, document: Document) -> str:
    """Required by the programme from an amount on, or by the contract's own clause that blocks shipment."""
    clause = document.inspection
    need = programme_rules.inspection_need(
        programme=programme, total_minor=document.total_minor, currency=document.currency
    )
    if clause is not None and "shipment" in clause.blocks:
        return "required"
    return need
