"""Cases of the sources as facts: the microcontroller, the hats, the hairbands, the late lot."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from holdfast import programme
from holdfast.claims.engines import LATEST, Assessment, engine
from holdfast.claims.facts import (
    Answer,
    AssessmentFacts,
    Charge,
    Complaint,
    ContractFacts,
    ContractLine,
    Evidence,
    Lot,
    LotLine,
    Report,
)
from holdfast.programme import Programme
from holdfast.programme.rules import OrderMoney
from holdfast.terms import read_criterion, read_readings, read_specification
from holdfast.terms.documents import from_document
from holdfast.terms.readings import Readings

CHIP: dict[str, Any] = {
    "id": "T1",
    "property": "microcontroller",
    "kind": "component",
    "class": "critical",
    "nominal": "STM32F407VGT6",
    "method": "marking on the package",
}
SHADE: dict[str, Any] = {
    "id": "T7",
    "property": "shade of the crown",
    "kind": "colour",
    "class": "critical",
    "system": "lab",
    "lab": ["50", "2.6772", "-79.7751"],
    "delta_e": "2.0",
    "method": "spectrophotometer, D65/10",
}


def at(day: int, *, month: int = 3) -> datetime:
    """Noon UTC of a day in 2026."""
    return datetime(2026, month, day, 12, tzinfo=UTC)


INSPECTION = Evidence("ev_1", "inspection_invoice", "buyer", amount_minor=120_000)
BROKERAGE = Evidence("ev_2", "customs_brokerage", "buyer", amount_minor=60_000)
CONTEST = Answer("contest", at(8), has_text=True)
ACCEPT = Answer("accept", at(7))


def assess(name: str, facts: AssessmentFacts) -> Assessment:
    """The latest engine's answer under a shipped programme."""
    return engine(LATEST)(programme=shipped(name), facts=facts)


def shipped(name: str) -> Programme:
    """A shipped programme."""
    return programme.shipped(name)


def money(paid: int, *, cap: int = 5_000_000, **more: int) -> OrderMoney:
    """Everything paid is held; cover as reserved at signature."""
    figures = {"paid": paid, "refunded": 0, "held": paid, "frozen": 0, "cover_drawn": 0, "cap": cap}
    return OrderMoney(**{**figures, "cover_reserved": min(cap, paid), **more})


def readings(term: dict[str, Any], count: int, **value: Any) -> Readings:
    """So many units that all read the same."""
    unit = {"id": f"1-{count}", "line": 1, "count": count, "readings": [{"term": term["id"], **value}]}
    return from_document(Readings, {"units": [unit]})


def checked_readings(terms: list[dict[str, Any]], units: list[dict[str, Any]]) -> Readings:
    """Readings checked against their terms."""
    return read_readings({"units": units}, specification=read_specification(terms))


def case(
    *,
    quantity: int,
    price_minor: int,
    complaint: Complaint,
    lots: tuple[Lot, ...],
    terms: list[dict[str, Any]] | None = None,
    criterion: dict[str, Any] | None = None,
    freight_minor: int = 0,
    **more: Any,
) -> AssessmentFacts:
    """One line, one complaint, FOB, everything paid and held."""
    contract = ContractFacts(
        number="C-1",
        version=1,
        currency="USD",
        incoterm="FOB",
        lines=(ContractLine(1, "goods", quantity, price_minor),),
        charges=(Charge("freight", freight_minor),),
        specification=read_specification(terms or []),
        criterion=read_criterion(criterion or {"kind": "every_unit"}),
        ship_on=date(2026, 2, 1),
        **more.pop("contract", {}),
    )
    total = quantity * price_minor + freight_minor
    facts = AssessmentFacts(
        order="ord_1",
        assessed_at=at(20),
        buyer_zone="America/New_York",
        supplier_zone="Asia/Shanghai",
        contract=contract,
        lots=lots,
        money=money(total),
        complaints=(complaint,),
    )
    return replace(facts, **more)


def lot(number: int, ordered: int, price_minor: int, **more: Any) -> Lot:
    """A lot that came in full on 1 March, shipped in time with proof of grade A."""
    received = more.pop("received", ordered)
    sent = more.pop("shipped", ordered)
    usual: dict[str, Any] = {
        "shipped_on": date(2026, 2, 1),
        "ship_grade": "A",
        "uploaded_on": date(2026, 2, 1),
        "expected_delivery_on": date(2026, 2, 27),
        "delivered_on": date(2026, 3, 1),
        "delivery_grade": "A",
    }
    return Lot(
        number,
        (LotLine(1, ordered, sent, received),),
        ordered * price_minor,
        **{**usual, **more},
    )


def microcontroller(**more: Any) -> AssessmentFacts:
    """5,000 PCB assemblies at 7.70, freight 0.00; the first 2,000 came with another component."""
    report = Report("rep_1", "inspector", date(2026, 3, 4), readings(CHIP, 125, value="GD32F407VGT6"))
    complaint = Complaint("clm_1", "quality", at(6), lots=(1,), terms=("T1",), cancel_rest=True)
    return case(
        quantity=5_000,
        price_minor=770,
        complaint=complaint,
        lots=(lot(1, 2_000, 770, reports=(report,)),),
        terms=[CHIP],
        **more,
    )


def hats(**more: Any) -> AssessmentFacts:
    """10,000 hats whose shade was agreed on WeChat and stands in no term of the contract."""
    complaint = Complaint("clm_2", "subjective", at(6), about="colour")
    lots = (lot(1, 10_000, 120, reports=more.pop("reports", ())),)
    return case(quantity=10_000, price_minor=120, complaint=more.pop("complaint", complaint), lots=lots, **more)


def hairbands(remedy: str = "refund", received: int = 500, **more: Any) -> AssessmentFacts:
    """1,000 hairbands at 0.80 and freight 50.00; exactly half the shipment arrived."""
    complaint = Complaint("clm_3", "quantity", at(6), remedy=remedy)
    return case(
        quantity=1_000,
        price_minor=80,
        freight_minor=5_000,
        complaint=complaint,
        lots=(lot(1, 1_000, 80, received=received),),
        **more,
    )


def late(days: int, *, grade: str = "A", **more: Any) -> AssessmentFacts:
    """1,000 units at 10.00 and freight 500.00, shipped so many days after 1 February."""
    day = date(2026, 2, 1 + days)
    return case(
        quantity=1_000,
        price_minor=1_000,
        freight_minor=50_000,
        complaint=more.pop("complaint", Complaint("clm_4", "late_shipment", at(6))),
        lots=(lot(1, 1_000, 1_000, shipped_on=day, uploaded_on=day, ship_grade=grade),),
        **more,
    )
