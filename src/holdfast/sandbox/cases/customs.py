"""Six days at import customs: whose delay it is follows from the programme and the Incoterm (S1, S2)."""

from typing import Any

from holdfast.sandbox.cases import Case
from holdfast.sandbox.figures import Figures
from holdfast.sandbox.market import Market
from holdfast.sandbox.trade import Trade, expect

LATE_MINOR = 20_000


def _held_up(market: Market, *, case: str, programme: str, incoterm: str, place: str) -> tuple[Trade, str]:
    """Goods of 10,000.00 stand at customs; Alma asks for what six days of lateness would be worth."""
    trade = market.trade(case=case, programme=programme, supplier=f"Xiamen Ceramics ({case})")
    trade.agree(
        trade.contract(
            lines=[{"product": "Bowl", "quantity": 2000, "unit_price_minor": 500}], incoterm=incoterm, place=place
        )
    )
    trade.pay_by_wire()
    trade.days_pass(9)
    trade.ship(2000)
    trade.days_pass(26)
    trade.arrive()
    trade.days_pass(1)
    claim = trade.claim("customs", lots=[1], amount_minor=LATE_MINOR, statement="Six days at customs in New York.")
    trade.receive()
    trade.contest(claim, "We shipped in time.")
    trade.days_pass(4)
    trade.escalate(claim)
    return trade, claim


def _coverage(trade: Trade, claim: str) -> str:
    findings: list[dict[str, Any]] = trade.assessment(claim)["assessment"]["findings"]
    return next(row["points_to"][0] for row in findings if row["topic"] == "coverage")


def _denied(market: Market, *, case: str, programme: str, incoterm: str, place: str, rule: str) -> None:
    trade, claim = _held_up(market, case=case, programme=programme, incoterm=incoterm, place=place)
    expect("the rule", _coverage(trade, claim), rule)
    trade.decide(claim, "denied", "The delay at import customs is not the supplier's here.")
    trade.days_pass(8)


def under_import(market: Market) -> None:
    """Never covered, under any term."""
    _denied(
        market,
        case="customs-import",
        programme="import",
        incoterm="DDP",
        place="New York",
        rule="rule:coverage.customs.never",
    )


def under_fob(market: Market) -> None:
    """Import clearance is the buyer's."""
    _denied(
        market,
        case="customs-fob",
        programme="standard",
        incoterm="FOB",
        place="Xiamen",
        rule="rule:coverage.customs.import_is_buyers",
    )


def under_ddp(market: Market) -> None:
    """Import clearance is the supplier's: compensated as lateness, 2.00%."""
    trade, claim = _held_up(market, case="customs-ddp", programme="standard", incoterm="DDP", place="New York")
    expect("the rule", _coverage(trade, claim), "rule:coverage.customs.import_is_suppliers")
    why = "Six days late less two of grace, at 0.5% a day of 10,000.00."
    trade.decide(
        claim,
        "full",
        "Under DDP the supplier clears the import; the delay is compensated as lateness.",
        adjustments=[{"amount_minor": LATE_MINOR, "reason": why, "label": "late_compensation"}],
        departure="The rules name the measure and leave the amount to a mediator.",
    )
    trade.days_pass(8)


_RELEASED = Figures(award_minor=0, released_minor=1_000_000, fee_minor=25_000)
CASES = (
    Case("customs-import", "Customs: never covered", "import", _RELEASED, under_import),
    Case("customs-fob", "Customs: FOB, the buyer's", "standard", _RELEASED, under_fob),
    Case(
        slug="customs-ddp",
        title="Customs: DDP, the supplier's",
        programme="standard",
        expected=Figures(award_minor=20_000, released_minor=980_000, refunded_minor=20_000, fee_minor=24_500),
        play=under_ddp,
    ),
)
