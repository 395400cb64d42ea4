"""5,000 PCB assemblies with another microcontroller than the contract names (S2's case)."""

from typing import Any

from holdfast.sandbox.cases import Case
from holdfast.sandbox.figures import Figures
from holdfast.sandbox.market import Market
from holdfast.sandbox.trade import Trade, expect

CHIP: dict[str, Any] = {
    "id": "T1",
    "property": "microcontroller",
    "kind": "component",
    "class": "critical",
    "nominal": "STM32F407VGT6",
    "method": "marking on the package",
}
INSPECTION_MINOR = 120_000
BROKERAGE_MINOR = 60_000


def _contested(trade: Trade) -> str:
    """38,500.00 paid; the first 2,000 come with a slower chip; the claim is opened on day 5 and goes to Dana. Answers
    the claim."""
    trade.agree(
        trade.contract(
            lines=[{"product": "PCB assembly", "quantity": 5000, "unit_price_minor": 770}],
            charges=[{"kind": "freight", "amount_minor": 0, "basis": "value"}],
            category="electronics",
            specification=[CHIP],
        )
    )
    trade.pay_by_wire()
    trade.waive_inspection()
    trade.days_pass(8)
    trade.ship(2000)
    trade.days_pass(15)
    trade.arrive()
    trade.days_pass(4)
    trade.inspect(
        lot=1,
        units=[{"id": "1-125", "line": 1, "count": 125, "readings": [{"term": "T1", "value": "GD32F407VGT6"}]}],
        fee_minor=INSPECTION_MINOR,
    )
    trade.days_pass(1)
    claim = trade.claim(
        "quality", lots=[1], terms=["T1"], cancel_rest=True, statement="Another chip than agreed, 30% slower."
    )
    trade.evidence(claim, "inspection_invoice", amount_minor=INSPECTION_MINOR, note="examination after delivery")
    trade.evidence(claim, "customs_brokerage", amount_minor=BROKERAGE_MINOR)
    trade.contest(claim, "The chip named was out of stock; ours is functionally equivalent.")
    trade.days_pass(4)
    trade.escalate(claim)
    # Until day 38 after the delivery.
    trade.days_pass(29)
    return claim


def under_import(market: Market) -> None:
    """Computed: 15,400.00 for the lot, 0.00 freight, 23,100.00 for the rest. Dana awards what the source tells,
    35,200.00, with the difference as a line of its own; the inspection is the buyer's."""
    trade = market.trade(case="micro-import", programme="import", supplier="Shenzhen Boards (import)")
    claim = _contested(trade)
    assessment = trade.assessment(claim)
    lines = [(line["label"], line["amount_minor"]) for line in assessment["assessment"]["lines"]]
    expect("computed", assessment["total_minor"], 3_850_000)
    expect("the lot", ("lot_price", 1_540_000) in lines, True)
    expect("the rest", sum(amount for label, amount in lines if label != "lot_price"), 2_310_000)
    trade.decide(
        claim,
        "partial",
        "The component named in the contract was not delivered; the lot is rejected and the rest cancelled.",
        adjustments=[{"amount_minor": -330_000, "reason": "The award the sides were told of is 35,200.00."}],
        departure="The source's figures: 35,200.00, which do not follow from 38,500.00.",
    )
    trade.days_pass(8)
    trade.send_back(claim)
    expect("net to the buyer", trade.figures().refunded_minor - INSPECTION_MINOR - BROKERAGE_MINOR, 3_340_000)


def under_standard(market: Market) -> None:
    """The party at fault bears the inspection: 1,200.00 on top of 38,500.00. With no balance it is a debt; nobody
    advances it."""
    _on_top(market.trade(case="micro-standard", programme="standard", supplier="Shenzhen Boards (standard)"))


def with_a_balance(market: Market) -> None:
    """The same, but Boris has earned 2,000.00 from Alma before: the 1,200.00 come out of that. They are more than her
    wire brought, so the operator must place them."""
    supplier = market.supplier("Shenzhen Boards (known)")
    earlier = Trade(market, "micro-earlier", "standard", supplier)
    earlier.agree(earlier.contract(lines=[{"product": "Cable", "quantity": 1000, "unit_price_minor": 200}]))
    earlier.pay_by_wire()
    earlier.ship(1000)
    earlier.arrive()
    earlier.receive()
    expect("earned", supplier.caller.get("/balance?currency=USD")["payable_minor"], 195_000)
    trade = Trade(market, "micro-balance", "standard", supplier)
    _on_top(trade)
    trade.days_pass(2)
    going_back = trade.alma.all(f"/orders/{trade.order_id}/holds")
    expect(
        "what waits for the operator",
        [(row["amount_minor"], row["why"], row["who"]) for row in going_back],
        [(INSPECTION_MINOR, "no instrument takes it", "operator")],
    )
    expect("left", supplier.caller.get("/balance?currency=USD")["payable_minor"], 75_000)


def _on_top(trade: Trade) -> None:
    claim = _contested(trade)
    assessment = trade.assessment(claim)
    expect("computed", (assessment["refund_minor"], assessment["cost_minor"]), (3_850_000, INSPECTION_MINOR))
    trade.decide(claim, "full", "The component named in the contract was not delivered; the party at fault pays.")
    trade.days_pass(8)
    trade.send_back(claim)


CASES = (
    Case(
        slug="micro-balance",
        title="Microcontroller: from the balance",
        programme="standard",
        expected=Figures(award_minor=3_970_000, refunded_minor=3_850_000),
        play=with_a_balance,
    ),
    Case(
        slug="micro-import",
        title="Microcontroller: award 35,200.00",
        programme="import",
        expected=Figures(award_minor=3_520_000, released_minor=330_000, refunded_minor=3_520_000, fee_minor=8_250),
        play=under_import,
    ),
    Case(
        slug="micro-standard",
        title="Microcontroller: 1,200.00 on top",
        programme="standard",
        expected=Figures(award_minor=3_970_000, refunded_minor=3_850_000, owed_minor=120_000),
        play=under_standard,
    ),
)
