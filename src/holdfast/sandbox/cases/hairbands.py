"""Exactly half of the hairbands arrived; paid by card, accepted by the supplier, done inside 14 days."""

from datetime import datetime, timedelta

from holdfast.sandbox.cases import Case
from holdfast.sandbox.figures import Figures
from holdfast.sandbox.market import Market
from holdfast.sandbox.trade import expect


def _play(market: Market, *, programme: str, award_minor: int, back: tuple[int, ...]) -> None:
    """1,000 hairbands at 0.80 and freight of 50.00; 500 are in the cartons."""
    trade = market.trade(case=f"hairbands-{programme}", programme=programme, supplier=f"Yiwu Hairbands ({programme})")
    trade.agree(
        trade.contract(
            lines=[{"product": "Hairband", "quantity": 1000, "unit_price_minor": 80}],
            charges=[{"kind": "freight", "amount_minor": 5_000, "basis": "value"}],
            category="accessories",
        )
    )
    trade.pay_by_card()
    trade.days_pass(7)
    trade.ship(1000)
    trade.days_pass(18)
    trade.arrive()
    trade.days_pass(1)
    opened = trade.now
    claim = trade.claim(
        "quantity", units=[{"lot": 1, "line": 1, "units": 500}], statement="Half of the cartons were empty."
    )
    trade.evidence(claim, "unboxing_video", note="all ten cartons, opened in one take")
    trade.days_pass(2)
    expect("the award", trade.accept(claim)["award_minor"], award_minor)
    trade.days_pass(5)
    refunds = trade.alma.all(f"/orders/{trade.order_id}/refunds")
    expect(
        "back on the card",
        [(row["amount_minor"], row["state"]) for row in refunds],
        [(one, "confirmed") for one in back],
    )
    took = max(datetime.fromisoformat(row["ended_at"]) for row in refunds) - opened
    expect("inside 14 days", took < timedelta(days=14), True)


def under_accessories(market: Market) -> None:
    """A full refund, and the goods are kept. The card's processing of 24.95 is the supplier's, who was at fault; with
    no balance to take it from it is a debt."""
    _play(market, programme="accessories", award_minor=85_000, back=(85_000,))


def under_import(market: Market) -> None:
    """The missing half, with its share of the freight; half of the processing comes back from what Boris was paid."""
    _play(market, programme="import", award_minor=42_500, back=(42_500, 1_248))


CASES = (
    Case(
        slug="hairbands-accessories",
        title="Hairbands: half came, full refund",
        programme="accessories",
        expected=Figures(award_minor=85_000, refunded_minor=85_000, owed_minor=2_495),
        play=under_accessories,
    ),
    Case(
        slug="hairbands-import",
        title="Hairbands: half came, missing half",
        programme="import",
        # What is released is 425.00, of it 400.00 for goods: the fee is 2.5% of that.
        expected=Figures(award_minor=42_500, released_minor=42_500, refunded_minor=42_500, fee_minor=1_000),
        play=under_import,
    ),
)
