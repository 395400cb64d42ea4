"""Garments in bulk: under the cap or in one pool of cover, inspected, 12 days late; and shirts that fade (S1)."""

from typing import Any

from holdfast.sandbox.cases import Case
from holdfast.sandbox.figures import Figures
from holdfast.sandbox.market import Market
from holdfast.sandbox.trade import Trade, expect

CHEST: dict[str, Any] = {
    "id": "T1",
    "property": "chest width",
    "kind": "dimension",
    "class": "major",
    "nominal": "520",
    "unit": "mm",
    "tolerance": {"plus": "10", "minus": "10"},
    "method": "flat, 2 cm below the armhole",
}
# ISO 2859-1, general level II, AQL 2.5, a lot of 10,000: code letter L.
PLAN: dict[str, Any] = {"kind": "plan", "plans": [{"class": "major", "n": 200, "ac": 10, "re": 11}]}
FASTNESS: dict[str, Any] = {
    "id": "T2",
    "property": "colour fastness to washing",
    "kind": "fastness",
    "class": "critical",
    "nominal": "4",
    "method": "ISO 105-C06",
}


def _bulk(market: Market, *, programme: str, covers: list[int]) -> None:
    """120,000.00 of shirts in three contracts of 40,000.00; the first is followed to its end."""
    trades = [
        Trade(market, f"garments-{programme}{suffix}", programme, firm)
        for firm in [market.supplier(f"Dongguan Garments ({programme})")]
        for suffix in ("", "-2", "-3")
    ]
    for trade in trades:
        trade.agree(
            trade.contract(
                lines=[{"product": "Shirt", "quantity": 10_000, "unit_price_minor": 400}],
                ship_in_days=9,
                category="apparel",
                specification=[CHEST],
                criterion=PLAN,
                inspection={"type": "pre_shipment", "payer": "party_at_fault", "blocks": ["shipment"]},
            )
        )
    first = trades[0]
    orders = [market.operator.get(f"/orders/{trade.order_id}") for trade in trades]
    expect("cover of the three", [order["money"]["cover_minor"] for order in orders], covers)
    first.pay_by_wire()
    first.days_pass(20)
    report = first.inspect(
        kind="pre_shipment",
        units=[
            {"id": "1-195", "line": 1, "count": 195, "readings": [{"term": "T1", "value": "521", "unit": "mm"}]},
            {"id": "196-200", "line": 1, "count": 5, "readings": [{"term": "T1", "value": "535", "unit": "mm"}]},
        ],
    )
    expect("5 of 200 are beyond the tolerance, 10 may be", report["verdict"]["lot"], "accepted")
    first.days_pass(1)
    first.ship(10_000)
    first.days_pass(20)
    first.arrive()
    first.days_pass(1)
    claim = first.claim("late_shipment", statement="Twelve days after the agreed date.")
    first.receive()
    first.days_pass(15)
    expect("the claim", first.state_of(claim), "executed")


def linked(market: Market) -> None:
    """Linked orders share one cap of 50,000.00."""
    _bulk(market, programme="standard", covers=[4_000_000, 1_000_000, 0])


def split(market: Market) -> None:
    """Contracts under the cap each have their own."""
    _bulk(market, programme="apparel", covers=[4_000_000, 4_000_000, 4_000_000])


def _washed(market: Market, *, case: str, terms: list[dict[str, Any]]) -> tuple[Trade, str]:
    """2,000 shirts at 6.00 whose colour has changed after washing."""
    trade = market.trade(case=case, programme="apparel", supplier=f"Shaoxing Dyers ({case})")
    trade.agree(
        trade.contract(
            lines=[{"product": "Shirt", "quantity": 2000, "unit_price_minor": 600}],
            category="apparel",
            specification=terms,
        )
    )
    trade.pay_by_wire()
    trade.days_pass(8)
    trade.ship(2000)
    trade.days_pass(20)
    trade.arrive()
    trade.days_pass(5)
    if terms:
        trade.inspect(lot=1, units=[{"id": "1-8", "line": 1, "count": 8, "readings": [{"term": "T2", "value": "2-3"}]}])
    claim = trade.claim(
        "quality",
        lots=[1],
        terms=[term["id"] for term in terms],
        about="colour fastness to washing",
        statement="The colour has changed after one wash.",
    )
    trade.contest(claim, "Nobody spoke of washing.")
    trade.days_pass(4)
    trade.escalate(claim)
    return trade, claim


def wash_denied(market: Market) -> None:
    """No term speaks of fastness."""
    trade, claim = _washed(market, case="wash-denied", terms=[])
    expect("the assessment", trade.assessment(claim)["outcome"], "denied")
    trade.decide(claim, "denied", "A change after washing is not covered, and no term of the contract speaks of it.")
    trade.days_pass(8)


def wash_upheld(market: Market) -> None:
    """Fastness was a term: grade 4 at least, 2-3 on every shirt tested."""
    trade, claim = _washed(market, case="wash-term", terms=[FASTNESS])
    expect("computed", trade.assessment(claim)["total_minor"], 1_200_000)
    trade.decide(claim, "full", "Every shirt tested is below the grade agreed.")
    trade.days_pass(8)
    trade.send_back(claim)


CASES = (
    Case(
        slug="garments-standard",
        title="Garments: 12 days late, one pool",
        programme="standard",
        expected=Figures(award_minor=200_000, released_minor=3_800_000, refunded_minor=200_000, fee_minor=95_000),
        play=linked,
    ),
    Case(
        slug="garments-apparel",
        title="Garments: 12 days late, three caps",
        programme="apparel",
        expected=Figures(award_minor=200_000, released_minor=3_800_000, refunded_minor=200_000, fee_minor=95_000),
        play=split,
    ),
    Case(
        slug="wash-denied",
        title="Wash: colour changed, no term",
        programme="apparel",
        expected=Figures(award_minor=0, released_minor=1_200_000, fee_minor=30_000),
        play=wash_denied,
    ),
    Case(
        slug="wash-term",
        title="Wash: fastness was a term",
        programme="apparel",
        expected=Figures(award_minor=1_200_000, refunded_minor=1_200_000),
        play=wash_upheld,
    ),
)
