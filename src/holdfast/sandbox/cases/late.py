"""Six days late: decided from the carrier's record, without a person."""

from holdfast.sandbox.cases import Case
from holdfast.sandbox.figures import Figures
from holdfast.sandbox.market import Market
from holdfast.sandbox.trade import expect


def _play(market: Market, *, programme: str) -> None:
    """Goods of 10,000.00 leave six days after the ship date. Boris says nothing; nobody appeals."""
    trade = market.trade(case=f"late-{programme}", programme=programme, supplier=f"Wenzhou Bags ({programme})")
    trade.agree(trade.contract(lines=[{"product": "Bag", "quantity": 1000, "unit_price_minor": 1000}], ship_in_days=10))
    trade.pay_by_wire()
    trade.days_pass(16)
    trade.ship(1000)
    trade.days_pass(20)
    trade.arrive()
    trade.days_pass(1)
    claim = trade.claim("late_shipment", statement="The carrier took the goods six days after the agreed date.")
    trade.receive()
    trade.days_pass(7)
    expect("the claim", trade.state_of(claim), "determined")
    trade.days_pass(8)
    expect("the claim", trade.state_of(claim), "executed")


def under_standard(market: Market) -> None:
    """0.5% a day after two days of grace: 2.00%."""
    _play(market, programme="standard")


def under_import(market: Market) -> None:
    """By steps: one to seven days, 5.00%."""
    _play(market, programme="import")


CASES = (
    Case(
        slug="late-standard",
        title="Late by 6 days: 2.00%",
        programme="standard",
        expected=Figures(award_minor=20_000, released_minor=980_000, refunded_minor=20_000, fee_minor=24_500),
        play=under_standard,
    ),
    Case(
        slug="late-import",
        title="Late by 6 days: 5.00%",
        programme="import",
        expected=Figures(award_minor=50_000, released_minor=950_000, refunded_minor=50_000, fee_minor=23_750),
        play=under_import,
    ),
)
