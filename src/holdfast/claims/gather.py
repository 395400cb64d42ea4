"""Gathers the facts of a case from order, contract, shipments, reports and evidence, for an engine to assess.

It copies what is recorded and judges nothing; the result is the whole input of an assessment, ready to be kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from holdfast.claims import breaches, facts, models, rules
from holdfast.claims.agreed import contract_facts
from holdfast.contracts.agreement import Agreement
from holdfast.contracts.attested import specification_of
from holdfast.contracts.queries import agreement as agreement_of
from holdfast.fulfilment import queries as fulfilment
from holdfast.inspection import queries as inspection
from holdfast.kernel.clock import local_day
from holdfast.kernel.identifiers import public
from holdfast.orders import queries as orders
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Lot, Whole
from holdfast.programme import rules as programme_rules
from holdfast.record import concessions, deadlines, messages
from holdfast.record.act import Act
from holdfast.record.models import Event
from holdfast.terms import read_readings
from holdfast.terms.documents import from_document
from holdfast.terms.specification import Term

_ATTESTED = {"attested": "both", "denied": "denied", "brought": "silent"}


def gather(*, act: Act, whole: Whole, claims: Sequence[models.Claim]) -> facts.AssessmentFacts:
    """The case of one or more claims on one order, as at the moment of the act."""
    order = whole.order
    agreement = agreement_of(contract_id=order.contract_id, version=version_of(whole, claims))
    first = claims[0]
    lots = tuple(_lots(whole, agreement, claims))
    gathered = facts.AssessmentFacts(
        order=public("ord", order.id),
        assessed_at=act.now,
        buyer_zone=order.buyer_zone,
        supplier_zone=order.supplier_zone,
        contract=_contract(whole, agreement, lots, _charges_refunded(order.id, claims)),
        lots=lots,
        money=_of_these_goods(whole, claims),
        complaints=tuple(_complaint(claim) for claim in claims),
        evidence=tuple(_evidence(claims, order.id)),
        answer=_answer(first),
        supplier_cancelled_on=_cancelled_on(whole),
    )
    known = concessions.in_force(order_id=order.id)
    return breaches.concede(gathered=gathered, whole=whole, known=known)


def version_of(whole: Whole, claims: Sequence[models.Claim]) -> int:
    """The version that judges: the one under which the goods left, if they all left under one; else that in force."""
    numbers = {number for claim in claims for number in claim.lots}
    versions = {lot.version for lot in whole.lots if lot.number in numbers}
    return versions.pop() if len(versions) == 1 and money.REST not in numbers else whole.order.version


def _contract(
    whole: Whole, agreement: Agreement, lots: Sequence[facts.Lot], refunded: dict[str, int]
) -> facts.ContractFacts:
    order = whole.order
    own = [lot for lot in whole.lots if lot.version == agreement.version]
    ship_on, deliver_by = money.promised_on(order, own[-1] if own and agreement.version != order.version else None)
    agreed = contract_facts(
        document=agreement.document,
        number=agreement.number,
        version=agreement.version,
        digest=agreement.digest,
        ship_on=ship_on,
        inspection=order.inspection,
        refunded=refunded,
    )
    sent: dict[int, int] = {}
    for lot in lots:
        for row in lot.lines:
            sent[row.line] = sent.get(row.line, 0) + row.ordered
    # Units sent beyond an earlier version's order may be ordered since.
    lines = tuple(replace(line, quantity=max(line.quantity, sent.get(line.number, 0))) for line in agreed.lines)
    return replace(agreed, currency=order.currency, deliver_by=deliver_by, lines=lines)


def _lots(whole: Whole, agreement: Agreement, claims: Sequence[models.Claim]) -> Iterable[facts.Lot]:
    order = whole.order
    shipped = {row.lot_number: row for row in fulfilment.shipments(order_id=order.id)}
    reports = inspection.reports(order_id=order.id)
    refunded = _units_refunded(order.id, claims)
    same = _Same(order.contract_id, agreement)
    for lot in whole.lots:
        if lot.version > agreement.version:
            # It left under a later version, of which this one knows nothing.
            continue
        shipment = shipped.get(lot.number)
        of_lot = [row for row in reports if row.lot == lot.number and same.terms(lot.version)]
        counted, by = _counted(lot, of_lot, claims)
        short = _short(whole, lot, counted)
        yield facts.Lot(
            number=lot.number,
            lines=tuple(
                facts.LotLine(
                    line,
                    units,
                    lot.quantities[line],
                    counted.get(line),
                    refunded.get((lot.number, line), 0),
                    short.get(line),
                )
                for line, units in money.billed(whole, lot=lot).items()
            ),
            price_minor=lot.price_minor,
            ship_on=money.promised_on(order, lot)[0],
            deliver_by=money.promised_on(order, lot)[1],
            shipped_on=lot.shipped_on,
            ship_grade=shipment.grade if shipment else lot.grade,
            uploaded_on=local_day(shipment.uploaded_at, order.supplier_zone) if shipment else None,
            expected_delivery_on=money.expected_on(order, lot),
            delivered_on=lot.delivered_on,
            delivery_grade=lot.grade if lot.delivered_on else None,
            receipt_confirmed_on=local_day(lot.received_at, order.buyer_zone) if lot.received_at else None,
            receipt_deadline_at=_receipt_ends(lot, claims),
            accepted_without_reservation=lot.receipt == "confirmed",
            counted_by=by,
            reports=tuple(_report(row, order.buyer_zone, agreement) for row in of_lot),
        )


def _receipt_ends(lot: Lot, claims: Sequence[models.Claim]) -> datetime | None:
    """Until when the buyer could speak about a lot, if a claim on it was opened while that ran: the day by which the
    claim came in, with the extensions and the pauses of the register."""
    opened = [claim.opened_at for claim in claims if lot.number in claim.lots and claim.claimant == "buyer"]
    return deadlines.last_end(subject_id=lot.id, kind="lot.receipt", at=opened) if opened else None


class _Same:
    """Whether another version has the terms of the one that judges: readings of other terms mean nothing to it."""

    def __init__(self, contract_id: UUID, agreement: Agreement) -> None:
        self._contract_id, self._agreement = contract_id, agreement
        self._known = {agreement.version: True}

    def terms(self, version: int) -> bool:
        if version not in self._known:
            other = agreement_of(contract_id=self._contract_id, version=version).document
            self._known[version] = other.specification == self._agreement.document.specification
        return self._known[version]


def _short(whole: Whole, lot: Lot, counted: dict[int, int]) -> dict[int, int]:
    """Of each line that was counted: the units missing beyond its tolerance, as a receipt settles them, less those
    whose price went back on receipt."""
    billed = money.billed(whole, lot=lot)
    found = money.shortage(whole, lot=lot, received={**billed, **counted}).beyond
    settled = money.shortage(whole, lot=lot, received=lot.received if lot.received is not None else billed)
    return {
        line: max(0, found.get(line, 0) - settled.missing.get(line, 0) + settled.beyond.get(line, 0))
        for line in counted
    }


def _counted(
    lot: Lot, reports: Sequence[inspection.ReportView], claims: Sequence[models.Claim]
) -> tuple[dict[int, int], str]:
    """What came of each line, and who counted: an inspector, the buyer on receipt, or the buyer in its claim."""
    for row in reversed(reports):
        found = row.document["counted"]
        if row.role == "inspector" and row.kind == "after_delivery" and found:
            return {int(line): units for line, units in found.items()}, "inspector"
    if lot.received is not None and lot.receipt != "silence":
        return dict(lot.received), "buyer"
    short = {
        row["line"]: row["units"]
        for claim in claims
        if claim.reason == "quantity"
        for row in claim.units
        if row["lot"] == lot.number
    }
    if short:
        return {line: max(0, units - short.get(line, 0)) for line, units in lot.quantities.items()}, "buyer"
    return dict(lot.received or {}), "buyer"


def _report(row: inspection.ReportView, zone: str, agreement: Agreement) -> facts.Report:
    """A report; an inspector whom the supplier alone has sent speaks as the supplier."""
    role = "supplier" if row.role == "inspector" and row.commissioned_by == "supplier" else row.role
    return facts.Report(
        id=public("rpt", row.id),
        role=role,
        reported_on=local_day(row.examined_at, zone),
        readings=read_readings(row.document["readings"], specification=specification_of(agreement)),
        stage=row.kind,
    )


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


def standing(order_id: UUID, claims: Sequence[models.Claim]) -> list[models.Determination]:
    """The decisions on the order's other claims that stand, whether their money has moved or will."""
    mine = {claim.id for claim in claims}
    rows = models.Determination.objects.filter(claim__order_id=order_id, claim__claimant="buyer")
    latest = {row.claim_id: row for row in rows.select_related("claim").order_by("id")}
    return [
        row
        for claim_id, row in latest.items()
        if claim_id not in mine and row.claim.state in {*rules.DECIDED, "executed"}
    ]


def pending(order_id: UUID, claims: Sequence[models.Claim]) -> dict[int, int]:
    """What decisions on the order's other claims will still move, by place."""
    amounts: dict[int, int] = {}
    for row in standing(order_id, claims):
        if row.claim.state in rules.DECIDED:
            for place, amount in row.places.items():
                amounts[int(place)] = amounts.get(int(place), 0) + amount
    return amounts


def money_left(whole: Whole, claims: Sequence[models.Claim]) -> programme_rules.OrderMoney:
    """The order's money as if all that is decided on other claims had moved already: nothing is awarded twice."""
    found = orders.order_money(whole)
    decided = [row for row in standing(whole.order.id, claims) if row.claim.state in rules.DECIDED]
    refunds = sum(amount for row in decided for amount in row.places.values())
    taken = refunds + sum(row.cost_minor for row in decided)
    from_frozen = min(taken, found.frozen)
    from_held = min(taken - from_frozen, found.held)
    return replace(
        found,
        refunded=found.refunded + refunds,
        frozen=found.frozen - from_frozen,
        held=found.held - from_held,
        cover_drawn=min(found.cover_reserved, found.cover_drawn + taken - from_frozen - from_held),
    )


def _of_these_goods(whole: Whole, claims: Sequence[models.Claim]) -> programme_rules.OrderMoney:
    """The order's money, and how much of it the goods complained of can still bring back."""
    own = {number for claim in claims for number in _concerned(whole, claim)}
    return replace(
        money_left(whole, claims), goods=sum(left for number, left in places(whole, claims) if number in own)
    )


def _concerned(whole: Whole, claim: models.Claim) -> set[int]:
    lots = {number for number in claim.lots if number} or {lot.number for lot in whole.lots}
    rest = money.REST in claim.lots or claim.cancel_rest or claim.cancel_late
    return lots | ({money.REST} if rest else set())


def _units_refunded(order_id: UUID, claims: Sequence[models.Claim]) -> dict[tuple[int, int], int]:
    counted: dict[tuple[int, int], int] = {}
    for row in standing(order_id, claims):
        for line in row.lines:
            if line["basis"] == "price":
                for units in line["units"]:
                    key = (units["lot"], units["line"])
                    counted[key] = counted.get(key, 0) + units["units"]
    return counted


def _charges_refunded(order_id: UUID, claims: Sequence[models.Claim]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in standing(order_id, claims):
        for line in row.lines:
            if line["charge"]:
                counted[line["charge"]] = counted.get(line["charge"], 0) + line["amount_minor"]
    return counted


def open_claims(order_id: UUID, *, state: str | None = None) -> list[models.Claim]:
    """The claims of an order that are not at their end; those in one state, if it is named."""
    states = rules.OPEN if state is None else (state,)
    return list(models.Claim.objects.filter(order_id=order_id, state__in=states).order_by("number"))


def places(whole: Whole, claims: Sequence[models.Claim]) -> list[tuple[int, int]]:
    """(place, most that can still go back of it) for every place of the order that has a price; the claims' own first.

    Of the rest only what was paid beyond the lots can go back.
    """
    own = {number for claim in claims for number in claim.lots}
    taken = pending(whole.order.id, claims)
    found = []
    for number in [*(lot.number for lot in whole.lots), money.REST]:
        left = money.place_price(whole, number) - money.place_refunded(whole, number) - taken.get(number, 0)
        if number == money.REST:
            lots = sum(lot.price_minor for lot in whole.lots)
            left = min(left, whole.order.paid_minor - lots - whole.order.rest_refunded_minor - taken.get(number, 0))
        if left > 0:
            found.append((number, left))
    return sorted(found, key=lambda place: (place[0] not in own, place[0] == money.REST, place[0]))
