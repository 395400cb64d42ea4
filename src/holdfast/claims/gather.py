"""Gathers the facts of a case from order, contract, shipments, reports and evidence, for an engine to assess.

It copies what is recorded and judges nothing; the result is the whole input of an assessment, ready to be kept.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from holdfast.claims import facts, models
from holdfast.claims.rules import OPEN
from holdfast.contracts.agreement import Agreement
from holdfast.contracts.queries import agreement as agreement_of
from holdfast.fulfilment import queries as fulfilment
from holdfast.inspection import queries as inspection
from holdfast.kernel.clock import local_day
from holdfast.kernel.identifiers import public
from holdfast.orders import queries as orders
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Lot, Whole
from holdfast.programme import rules as programme_rules
from holdfast.record import messages
from holdfast.record.act import Act
from holdfast.record.models import Event
from holdfast.terms.documents import from_document
from holdfast.terms.specification import Term

_ATTESTED = {"attested": "both", "denied": "denied", "brought": "silent"}


def gather(*, act: Act, whole: Whole, claims: Sequence[models.Claim]) -> facts.AssessmentFacts:
    """The case of one or more claims on one order, as at the moment of the act."""
    order = whole.order
    agreement = agreement_of(contract_id=order.contract_id)
    first = claims[0]
    return facts.AssessmentFacts(
        order=public("ord", order.id),
        assessed_at=act.now,
        buyer_zone=order.buyer_zone,
        supplier_zone=order.supplier_zone,
        contract=_contract(whole, agreement, _charges_refunded(order.id)),
        lots=tuple(_lots(whole)),
        money=_money(whole),
        complaints=tuple(_complaint(claim) for claim in claims),
        evidence=tuple(_evidence(claims, order.id)),
        answer=_answer(first),
        supplier_cancelled_on=_cancelled_on(whole),
    )


def _contract(whole: Whole, agreement: Agreement, refunded: dict[str, int]) -> facts.ContractFacts:
    document, order = agreement.document, whole.order
    return facts.ContractFacts(
        number=agreement.number,
        version=1,
        currency=order.currency,
        incoterm=document.incoterm,
        lines=tuple(
            facts.ContractLine(
                number=line.number,
                product=line.product,
                quantity=line.quantity,
                unit_price_minor=line.unit_price_minor,
                tolerance_percent=_tolerance_percent(line),
                unit_weight=Fraction(line.weight_grams) if line.weight_grams else None,
            )
            for line in document.lines
        ),
        charges=tuple(
            facts.Charge(charge.kind, charge.signed_minor, charge.basis, refunded.get(charge.kind, 0))
            for charge in document.charges
        ),
        specification=document.specification,
        criterion=document.criterion,
        ship_on=order.ship_on,
        deliver_by=order.latest_delivery_on,
        promises_arrival=document.promises_arrival,
        late_clause=_late_clause(agreement),
        inspection={"waived": "waived_by_both"}.get(order.inspection, order.inspection),
        digest=agreement.digest,
    )


def _tolerance_percent(line: Any) -> Fraction:
    if line.tolerance is None:
        return Fraction(0)
    if line.tolerance.percent is not None:
        return Fraction(line.tolerance.percent)
    return Fraction(100 * line.tolerance.units, line.quantity)


def _late_clause(agreement: Agreement) -> programme_rules.LateClause | None:
    late = agreement.document.late
    if late is None:
        return None
    return programme_rules.LateClause(
        percent_per_day=late.percent_per_day,
        grace_days=late.grace_days,
        cap_percent=late.cap_percent,
        cancel_after_days=late.cancel_after_days,
    )


def _lots(whole: Whole) -> Iterable[facts.Lot]:
    order = whole.order
    shipped = {row.lot_number: row for row in fulfilment.shipments(order_id=order.id)}
    reports = inspection.reports(order_id=order.id)
    refunded = _units_refunded(order.id)
    for lot in whole.lots:
        shipment = shipped.get(lot.number)
        yield facts.Lot(
            number=lot.number,
            lines=tuple(_lot_line(lot, line, refunded) for line in sorted(lot.quantities)),
            price_minor=lot.price_minor,
            ship_on=order.ship_on,
            deliver_by=order.latest_delivery_on,
            shipped_on=lot.shipped_on,
            ship_grade=shipment.grade if shipment else lot.grade,
            uploaded_on=local_day(shipment.uploaded_at, order.supplier_zone) if shipment else None,
            expected_delivery_on=lot.expected_delivery_on,
            delivered_on=lot.delivered_on,
            delivery_grade=lot.grade if lot.delivered_on else None,
            receipt_confirmed_on=local_day(lot.received_at, order.buyer_zone) if lot.received_at else None,
            accepted_without_reservation=lot.receipt == "confirmed",
            reports=tuple(_report(row, order.buyer_zone) for row in reports if row.lot == lot.number),
        )


def _lot_line(lot: Lot, line: int, refunded: dict[tuple[int, int], int]) -> facts.LotLine:
    units = lot.quantities[line]
    received = lot.received.get(line, units) if lot.received is not None else None
    return facts.LotLine(line, units, units, received, refunded.get((lot.number, line), 0))


def _report(row: inspection.ReportView, zone: str) -> facts.Report:
    return facts.Report(
        id=public("rpt", row.id),
        role=row.role,
        reported_on=local_day(row.filed_at, zone),
        readings=row.readings,
        stage=row.kind,
    )


def _money(whole: Whole) -> programme_rules.OrderMoney:
    return orders.order_money(whole)


def _complaint(claim: models.Claim) -> facts.Complaint:
    return facts.Complaint(
        id=public("clm", claim.id),
        reason=claim.reason,
        opened_at=claim.opened_at,
        by=claim.claimant,
        lots=tuple(number for number in claim.lots if number),
        quantities=tuple(facts.ClaimedUnits(row["lot"], row["line"], row["units"]) for row in claim.units),
        terms=tuple(claim.terms),
        about=claim.about,
        remedy=claim.remedy,
        amount_minor=claim.amount_minor,
        cancel_rest=claim.cancel_rest,
        cancel_late=claim.cancel_late,
        return_waived=claim.return_waived,
        counterfeit=claim.counterfeit,
        dangerous=claim.dangerous,
    )


def _evidence(claims: Sequence[models.Claim], order_id: UUID) -> Iterable[facts.Evidence]:
    for row in models.Evidence.objects.filter(claim__in=claims).order_by("id"):
        yield facts.Evidence(
            id=public("evd", row.id),
            kind=row.kind,
            by=row.by,
            on=row.said_on,
            lot=row.lot,
            amount_minor=row.amount_minor,
        )
    for message in messages.of_order(order_id=order_id):
        yield facts.Evidence(
            id=public("msg", message.id),
            kind="message",
            by=message.brought_role,
            origin="outside",
            attested=_ATTESTED[message.state],
            on=message.said_on,
            term=from_document(Term, message.term) if message.term else None,
        )


def _answer(claim: models.Claim) -> facts.Answer | None:
    if claim.answer is None or claim.answered_at is None:
        return None
    rows = models.Evidence.objects.filter(claim=claim).exclude(by=claim.claimant).order_by("id")
    documents = tuple(public("evd", row.id) for row in rows)
    return facts.Answer(claim.answer, claim.answered_at, documents, bool(claim.answer_text))


def _cancelled_on(whole: Whole) -> date | None:
    order = whole.order
    if order.cancelled_by != "supplier":
        return None
    event = Event.objects.filter(chain_id=order.id, name="order.cancelled").order_by("-seq").first()
    return local_day(event.at, order.supplier_zone) if event else None


def awards(order_id: UUID) -> list[models.Determination]:
    """The determinations of an order that moved money."""
    rows = models.Determination.objects.filter(claim__order_id=order_id, claim__state="executed")
    return list(rows.order_by("id"))


def _units_refunded(order_id: UUID) -> dict[tuple[int, int], int]:
    counted: dict[tuple[int, int], int] = {}
    for row in awards(order_id):
        for line in row.lines:
            if line["basis"] == "price":
                for units in line["units"]:
                    key = (units["lot"], units["line"])
                    counted[key] = counted.get(key, 0) + units["units"]
    return counted


def _charges_refunded(order_id: UUID) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in awards(order_id):
        for line in row.lines:
            if line["charge"]:
                counted[line["charge"]] = counted.get(line["charge"], 0) + line["amount_minor"]
    return counted


def open_claims(order_id: UUID) -> list[models.Claim]:
    """The claims of an order that are not at their end."""
    return list(models.Claim.objects.filter(order_id=order_id, state__in=OPEN).order_by("number"))


def places(whole: Whole) -> list[tuple[int, int]]:
    """(place, most that can still go back of it) for every place of the order that has a price."""
    numbers = [lot.number for lot in whole.lots] + [money.REST]
    return [(number, money.place_price(whole, number) - money.place_refunded(whole, number)) for number in numbers]
