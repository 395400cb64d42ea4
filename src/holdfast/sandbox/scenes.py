"""Something that waits for everybody, so that whoever signs in has something to do: trades left unfinished."""

from holdfast.sandbox import finance
from holdfast.sandbox.market import Market
from holdfast.sandbox.trade import Trade

FIRST = "scene-mediation"
SUPPLIER = "Boris Trading"
MUG = {"product": "Enamel mug", "quantity": 600, "unit_price_minor": 450}
TERM = {
    "id": "T1",
    "property": "height",
    "kind": "dimension",
    "class": "major",
    "nominal": "80",
    "unit": "mm",
    "tolerance": {"plus": "2", "minus": "2"},
    "method": "caliper, from foot to rim",
}


def furnish(market: Market) -> None:
    """Leave something for everybody, once."""
    if market.order_of(FIRST) is not None:
        return
    supplier = market.supplier(SUPPLIER)

    def trade(scene: str) -> Trade:
        return Trade(market, f"scene-{scene}", "standard", supplier)

    mediation = _delivered(trade("mediation"))
    claim = mediation.claim("quality", lots=[1], statement="The enamel chips at the rim.")
    mediation.contest(claim, "It was whole when it left us.")
    mediation.days_pass(4)
    mediation.escalate(claim)
    answer = _delivered(trade("answer"))
    answer.claim(
        "packaging_labelling",
        lots=[1],
        remedy="rework_cost",
        amount_minor=15_000,
        statement="Forty cartons bear no label.",
    )
    _delivered(trade("receipt"))
    _for_boris_and_ingrid(trade("shipment"))
    trade("payment").agree(mediation.contract(lines=[MUG], ship_in_days=25))
    _for_a_signature(trade("signature"))
    _for_the_operator(market, supplier.id)
    finance.furnish(market)


def _delivered(trade: Trade) -> Trade:
    """Mugs on Alma's pier."""
    trade.agree(trade.contract(lines=[MUG], ship_in_days=5, specification=[TERM]))
    trade.pay_by_wire()
    trade.ship(600)
    trade.arrive()
    return trade


def _for_boris_and_ingrid(trade: Trade) -> None:
    """Goods to be produced, inspected and shipped."""
    trade.agree(
        trade.contract(
            lines=[MUG],
            ship_in_days=20,
            specification=[TERM],
            inspection={"type": "pre_shipment", "payer": "party_at_fault", "blocks": ["shipment"]},
        )
    )
    trade.pay_by_card()
    trade.produce()
    named = {"inspector_id": trade.market.ingrid.id, "kind": "pre_shipment", "fee_minor": 30_000}
    trade.alma.post(f"/orders/{trade.order_id}/inspectors", named)


def _for_a_signature(trade: Trade) -> None:
    """Alma has signed; Boris has not."""
    contract = trade.propose(trade.contract(lines=[MUG], ship_in_days=30, specification=[TERM]))
    trade.alma.post(f"/contracts/{contract['id']}/sign", {"digest": contract["digest"]})


def _for_the_operator(market: Market, supplier_id: str) -> None:
    """Money that nobody can place, and a bank account to be looked at."""
    market.operator.post(
        "/sandbox/wires",
        {
            "source_ref": "line 4711",
            "reference": "invoice 12",
            "amount_minor": 270_000,
            "currency": "USD",
            "payer_name": "Alma Imports",
        },
    )
    market.operator.post(
        f"/organisations/{supplier_id}/beneficiaries",
        {"name": SUPPLIER, "currency": "USD", "account": "6222020200112233", "bic": "ICBKCNBJ"},
    )
