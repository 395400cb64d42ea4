"""Nothing goes wrong: 30 per cent down by card, the balance by wire, two lots, both received."""

from holdfast.sandbox.cases import Case
from holdfast.sandbox.figures import Figures
from holdfast.sandbox.market import Market
from holdfast.sandbox.trade import expect


def play(market: Market) -> None:
    """1,000 lamps at 10.00. The deposit is let go at shipment, everything else as the lots are received."""
    trade = market.trade(case="happy", programme="standard", supplier="Ningbo Lamps")
    trade.agree(
        trade.contract(
            lines=[{"product": "Desk lamp", "quantity": 1000, "unit_price_minor": 1000}],
            payment={
                "kind": "milestones",
                "tranches": [
                    {"number": 1, "payable": "signature", "release": "shipment", "percent": "30"},
                    {"number": 2, "payable": "ready", "release": "receipt", "percent": "70"},
                ],
            },
        )
    )
    expect("held of the deposit", trade.pay_by_card(1)["held_minor"], 300_000)
    trade.produce()
    expect("held of the balance", trade.pay_by_wire(2)["held_minor"], 700_000)
    # The card's money has settled by then: nobody can take it back any more.
    trade.days_pass(5)
    trade.ship(400)
    expect("let go at shipment", trade.figures().released_minor, 300_000)
    trade.ship(600)
    trade.days_pass(21)
    trade.arrive(1)
    trade.arrive(2)
    trade.days_pass(1)
    # Each lot uses up its share of the deposit: 4,000.00 less 1,200.00, and 6,000.00 less 1,800.00.
    expect("released for the first lot", trade.receive(1)["released_minor"], 280_000)
    expect("released for the second lot", trade.receive(2)["released_minor"], 420_000)


CASES = (
    Case(
        slug="happy",
        title="Happy: 30/70, two lots",
        programme="standard",
        expected=Figures(released_minor=1_000_000, fee_minor=25_000),
        play=play,
    ),
)
