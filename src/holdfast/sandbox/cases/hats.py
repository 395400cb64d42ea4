"""10,000 hats in the wrong shade: agreed on WeChat only, agreed and attested, or written as a term."""

from typing import Any

from holdfast.sandbox.cases import Case
from holdfast.sandbox.figures import Figures
from holdfast.sandbox.market import Market
from holdfast.sandbox.trade import Trade, expect

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
# CIEDE2000 between this and the agreed shade is 2.0425, above the limit of 2.0.
MEASURED: list[dict[str, Any]] = [
    {"id": "1-200", "line": 1, "count": 200, "readings": [{"term": "T7", "lab": ["50", "0", "-82.7485"]}]}
]


def _delivered(market: Market, *, case: str, programme: str, terms: list[dict[str, Any]]) -> Trade:
    """12,000.00 of hats, shipped in time and delivered."""
    trade = market.trade(case=case, programme=programme, supplier=f"Qingdao Hats ({case})")
    trade.agree(
        trade.contract(
            lines=[{"product": "Hat", "quantity": 10_000, "unit_price_minor": 120}],
            category="accessories",
            specification=terms,
        )
    )
    trade.pay_by_wire()
    trade.days_pass(8)
    trade.ship(10_000)
    trade.days_pass(20)
    trade.arrive()
    trade.days_pass(2)
    return trade


def _attested(trade: Trade) -> None:
    """The shade agreed on WeChat, brought by Alma and attested by Boris."""
    message = trade.alma.post(
        f"/orders/{trade.order_id}/messages",
        {
            "channel": "wechat",
            "said_on": trade.today().isoformat(),
            "text": "The crown in the shade of the swatch, as we said.",
            "term": SHADE,
        },
    )
    trade.boris.post(f"/messages/{message['id']}/attest")


def denied(market: Market) -> None:
    """The shade was agreed on WeChat and stands in no term: taste. The answer names the term that was missing."""
    trade = _delivered(market, case="hats-denied", programme="accessories", terms=[])
    _attested(trade)
    claim = trade.claim("subjective", about="colour", statement="The hats have the wrong shade of blue.")
    trade.contest(claim, "The contract says nothing of a shade.")
    trade.days_pass(4)
    trade.escalate(claim)
    assessment = trade.assessment(claim)
    expect("the assessment", assessment["outcome"], "denied")
    named = [row["sentence"] for row in assessment["assessment"]["findings"] if row["topic"] == "missing_term"]
    expect("the missing colour term is named", any("a colour term" in sentence for sentence in named), True)
    trade.days_pass(3)
    trade.decide(claim, "denied", "No term of the contract speaks of colour, and messages from outside do not count.")
    trade.days_pass(8)
    expect("the claim", trade.state_of(claim), "executed")


def upheld_by_term(market: Market) -> None:
    """The shade is a term, and every hat measured is beyond its limit: the lot is rejected whole and goes back."""
    trade = _delivered(market, case="hats-term", programme="standard", terms=[SHADE])
    trade.inspect(lot=1, units=MEASURED)
    _upheld(trade, trade.claim("quality", terms=["T7"], statement="Delta E is above 2.0 on every hat measured."))


def upheld_by_message(market: Market) -> None:
    """Both attest to the message and it states a measurable value: it counts as a term."""
    trade = _delivered(market, case="hats-message", programme="standard", terms=[])
    _attested(trade)
    trade.inspect(lot=1, units=MEASURED)
    _upheld(trade, trade.claim("subjective", about="colour", statement="Delta E is above 2.0 on every hat measured."))


def _upheld(trade: Trade, claim: str) -> None:
    trade.contest(claim, "It is the same blue to our eyes.")
    trade.days_pass(4)
    trade.escalate(claim)
    expect("computed", trade.assessment(claim)["total_minor"], 1_200_000)
    trade.days_pass(3)
    trade.decide(claim, "full", "Every unit examined breaches a critical term: the lot is rejected whole.")
    trade.days_pass(8)
    expect("the claim", trade.state_of(claim), "returning")
    trade.send_back(claim)
    expect("the claim", trade.state_of(claim), "executed")


CASES = (
    Case(
        slug="hats-denied",
        title="Hats: shade on WeChat only, denied",
        programme="accessories",
        expected=Figures(award_minor=0, released_minor=1_200_000, fee_minor=30_000),
        play=denied,
    ),
    Case(
        slug="hats-term",
        title="Hats: colour term and dE above it",
        programme="standard",
        expected=Figures(award_minor=1_200_000, refunded_minor=1_200_000),
        play=upheld_by_term,
    ),
    Case(
        slug="hats-message",
        title="Hats: message attested by both",
        programme="standard",
        expected=Figures(award_minor=1_200_000, refunded_minor=1_200_000),
        play=upheld_by_message,
    ),
)
