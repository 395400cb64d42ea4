"""A contract that would win its claim, from the first offer on: two suppliers quote hats to Alma, she counters once,
compares and accepts; the lint tells her that the colour could not be enforced, she takes its advice, both sign."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from holdfast.sandbox.advice import taken
from holdfast.sandbox.cases import Case
from holdfast.sandbox.figures import Figures
from holdfast.sandbox.market import Firm, Market
from holdfast.sandbox.trade import Trade, expect

CASE = "quoted"
HATS, CLIPS, BELTS = ("Felt hat", 2_000), ("Hair clip", 1_000), ("Belt", 5_000)
COLOUR: dict[str, Any] = {
    "id": "T1",
    "property": "colour",
    "kind": "colour",
    "class": "critical",
    "system": "pantone",
    "nominal": "19-4029 TCX",
}
MATERIAL: dict[str, Any] = {
    "id": "T2",
    "property": "material",
    "kind": "component",
    "class": "major",
    "nominal": "wool felt",
    "method": "read the label",
}
LIMITS = [{"class": "critical", "aql": "0"}, {"class": "major", "aql": "2.5"}, {"class": "minor", "aql": "4.0"}]
KNOWN: dict[str, dict[str, Any]] = {
    "colour": {"lab": ["24.1", "1.7", "-16.2"]},
    "share of the main material": {"nominal": "100"},
    "main dimension": {"nominal": "57"},
    "units a carton": {"nominal": "24"},
}
"""What only Alma knows: the swatch as her laboratory measured it, and her sizes."""


def play(market: Market) -> None:
    """2,000 hats at 4.80, wished at 4.30, met at 4.50; freight of 300.00."""
    trade = market.trade(case=CASE, programme="standard", supplier="Qingdao Felt Hats")
    rival = market.supplier("Shengzhou Felt Hats")
    first = _quoted(trade, trade.supplier, HATS, 480, direct=462)
    other = _quoted(trade, rival, HATS, 495)
    _countered_and_met(trade, first)
    _compared(trade, first, other)
    draft = trade.alma.post(f"/quotations/{first}/accept", {"version": 3, "external_id": CASE})
    _told_that_colour_would_not_hold(trade, draft["id"])
    _advice_taken(trade, draft)
    _signed_by_both(trade, draft["id"])
    trade.pay_by_wire()
    trade.days_pass(20)
    trade.ship(HATS[1])
    trade.days_pass(21)
    trade.arrive()
    trade.days_pass(1)
    expect("released on receipt", trade.receive()["released_minor"], 930_000)


def _offer(trade: Trade, goods: tuple[str, int], unit_minor: int, *, direct: int | None = None) -> dict[str, Any]:
    """As suppliers write it: what is to be seen is told by a code and by praise."""
    product, quantity = goods
    price = {"from": quantity, "unit_price_minor": unit_minor, "direct_price_minor": direct}
    return {
        "currency": "USD",
        "category": "Fashion accessories",
        "lines": [{"number": 1, "product": product, "quantity": quantity, "unit": "piece", "prices": [price]}],
        "charges": [{"kind": "freight", "amount_minor": 30_000, "basis": "value", "label": "to the port"}],
        "specification": [COLOUR, MATERIAL],
        "criterion": {"kind": "aql", "level": "II", "aql": LIMITS},
        "incoterm": "FOB",
        "place": "Ningbo",
        "mode": "sea",
        "lead_time_days": 30,
        "transit_days": 20,
        "payment": {"kind": "full"},
        "valid_until": (trade.today() + timedelta(days=30)).isoformat(),
        "remarks": "High quality, shade as agreed.",
        "ship_to": {"name": "Alma Imports", "street": "1 Pier", "city": "New York", "country": "US"},
    }


def _quoted(trade: Trade, supplier: Firm, goods: tuple[str, int], unit_minor: int, *, direct: int | None = None) -> str:
    """A supplier quotes to Alma, whom it knows by name; answers the quotation's ID."""
    document = _offer(trade, goods, unit_minor, direct=direct)
    new = {"buyer_id": trade.market.alma.id, "programme": trade.programme, "document": document}
    return str(supplier.caller.post("/quotations", new)["id"])


def _countered_and_met(trade: Trade, quotation: str) -> None:
    """Alma wishes for 4.30; Boris comes half of the way."""
    wish = trade.alma.post(f"/quotations/{quotation}/counter", {"document": _offer(trade, HATS, 430)})
    expect("the counter-offer", (wish["state"], wish["version"], wish["waits_for"]), ("countered", 2, "supplier"))
    met = trade.boris.post(f"/quotations/{quotation}/revise", {"document": _offer(trade, HATS, 450, direct=440)})
    expect("met", (met["state"], met["version"], met["total_minor"]), ("offered", 3, 930_000))


def _compared(trade: Trade, first: str, other: str) -> None:
    """The hats side by side; and what protection adds to hair clips and to belts, which Boris quotes besides."""
    found = _beside(trade, first, other)
    lowest = [row["quotation_id"] for row in found if row["is_lowest"]]
    expect("the lowest landed cost", lowest, [first])
    clips = _quoted(trade, trade.supplier, CLIPS, 25, direct=23)
    belts = _quoted(trade, trade.supplier, BELTS, 178, direct=175)
    added = {row["quotation_id"]: row["gap"]["percent"] for row in _beside(trade, clips, belts)}
    expect("protection adds to hair clips and to belts", (added[clips], added[belts]), ("8.7", "1.7"))


def _beside(trade: Trade, first: str, other: str) -> list[dict[str, Any]]:
    query = f"beside={other}&freight_minor=90000&duty_percent=10"
    rows: list[dict[str, Any]] = trade.alma.get(f"/quotations/{first}/comparison?{query}")["quotations"]
    return rows


def _told_that_colour_would_not_hold(trade: Trade, contract: str) -> None:
    """Before anybody has signed anything."""
    lacking = trade.alma.get(f"/contracts/{contract}/preview")["lacking"]
    said = [row["obstacle"] for row in lacking if row["property"] == "colour"]
    expect("why a claim about the colour would fail", said, ["no CIEDE2000 limit was agreed"])


def _advice_taken(trade: Trade, draft: dict[str, Any]) -> None:
    """From a fifth of the value to all of it."""
    ref, before = draft["id"], trade.alma.get(f"/contracts/{draft['id']}/lint")
    expect("under 50 per cent", Decimal(before["score_percent"]) < 50, True)
    better = taken(draft["text"]["agreed"], before["findings"], known=KNOWN)
    trade.alma.post(f"/contracts/{ref}/revise", {"document": better})
    after = trade.alma.get(f"/contracts/{ref}/lint")
    expect("over 90 per cent", Decimal(after["score_percent"]) > 90, True)
    preview = trade.alma.get(f"/contracts/{ref}/preview")
    expect("what could not be enforced", [row for row in preview["lacking"] if row["obstacle"]], [])
    quality = next(row for row in preview["promises"] if row["reason"] == "quality")
    expect("a claim about quality brings", (quality["covered"], quality["held_minor"]), (True, 930_000))


def _signed_by_both(trade: Trade, contract: str) -> None:
    """With the second signature cover is reserved, and the supplier's line says so."""
    line = _line(trade)
    digest = {"digest": trade.alma.post(f"/contracts/{contract}/propose")["digest"]}
    trade.alma.post(f"/contracts/{contract}/sign", digest)
    expect("reserved by one signature", _line(trade)["reserved_minor"], line["reserved_minor"])
    signed = trade.boris.post(f"/contracts/{contract}/sign", digest)
    trade.order_id = str(signed["order_id"])
    expect("cover", signed["cover_minor"], 930_000)
    after = _line(trade)
    taken_of_it = (after["reserved_minor"] - line["reserved_minor"], line["left_minor"] - after["left_minor"])
    expect("taken of the supplier's line", taken_of_it, (930_000, 930_000))


def _line(trade: Trade) -> dict[str, Any]:
    rows = trade.boris.all(f"/organisations/{trade.supplier.id}/cover")
    return next(row for row in rows if row["currency"] == "USD")


CASES = (
    Case(
        slug=CASE,
        title="Hats: quoted, advised, covered",
        programme="standard",
        expected=Figures(released_minor=930_000, fee_minor=22_500),
        play=play,
    ),
)
