"""The rules of cover a second time, written from the programme's prose and read from the file as it is written: tables
of strings, nothing of the product but the file. It knows what is covered, how much at most, and until when."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

D_TERMS = ("DAP", "DPU", "DDP")
INSURED = ("CIP", "CIF")
MEASURED = ("dimension", "weight", "fabric_weight", "composition", "performance")
"""Kinds that need a tolerance, or a limit on one side, before anything can be measured."""


def file_of(name: str) -> dict[str, Any]:
    """A shipped programme as its file says it."""
    text = resources.files("holdfast.programme").joinpath("shipped", f"{name}.toml").read_text()
    return tomllib.loads(text)


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def percent(text: Any) -> Fraction:
    return Fraction(str(text))


class Contract:
    """A contract as a dictionary, with what the supplier is good for."""

    def __init__(self, document: dict[str, Any], *, cap: int) -> None:
        self.document, self.cap = document, cap
        self.goods = sum(line["quantity"] * line["unit_price_minor"] for line in document["lines"])
        charges = document.get("charges", [])
        signed = [-one["amount_minor"] if one["kind"] == "discount" else one["amount_minor"] for one in charges]
        self.total = self.goods + sum(signed)
        self.cover = min(cap, self.total)
        self.latest = document.get("latest_delivery_on")

    def enforceable(self) -> list[dict[str, Any]]:
        return [term for term in self.document["specification"] if self._can_be_measured(term)]

    @staticmethod
    def _can_be_measured(term: dict[str, Any]) -> bool:
        if term["kind"] == "colour":
            return "delta_e" in term
        if term["kind"] in MEASURED:
            return "tolerance" in term or term.get("limit") in ("at_least", "at_most")
        return True


def comes_back(rules: dict[str, Any], contract: Contract, wanted: int, held: int, *, cost: bool = False) -> int:
    """Of so much wanted: at most what was paid, and held and cover together; under `total` every refund is capped."""
    most = held + contract.cover
    if rules["cover"]["limits"] == "total":
        most = min(most, contract.cap)
    return min(wanted, most if cost else min(most, contract.total))


def highest_rate(rules: dict[str, Any], contract: Contract) -> Fraction:
    """What lateness without an end costs of the late value."""
    clause, late = contract.document.get("late"), rules["late"]
    if clause is not None:
        return percent(clause["cap_percent"]) / 100 if percent(clause["percent_per_day"]) else Fraction(0)
    match late["scale"]:
        case "daily":
            return percent(late["cap_percent"]) / 100
        case "steps":
            return min(percent(late["steps"][-1]["percent"]), percent(late["cap_percent"])) / 100
        case _:
            return Fraction(0)


def rate_of(rules: dict[str, Any], contract: Contract, days: int) -> Fraction:
    """What so many days cost: grace first, a contract's clause before the programme's scale."""
    clause, late = contract.document.get("late"), rules["late"]
    grace = clause["grace_days"] if clause is not None else late.get("grace_days", 0)
    counted = 0 if days <= grace else days - grace if late["grace"] == "deducted" else days
    if clause is not None or late["scale"] == "daily":
        table = clause if clause is not None else late
        return min(counted * percent(table["percent_per_day"]), percent(table["cap_percent"])) / 100
    if late["scale"] == "steps":
        reached = [percent(step["percent"]) for step in late["steps"] if counted >= step["from_day"]]
        return min(reached[-1], percent(late["cap_percent"])) / 100 if reached else Fraction(0)
    return Fraction(0)


def arrival_owed(rules: dict[str, Any], contract: Contract) -> bool:
    return (
        contract.document["incoterm"] in D_TERMS or contract.latest is not None or rules["late"]["basis"] == "delivery"
    )


def compensation(rules: dict[str, Any], contract: Contract, *, by_arrival: bool) -> int:
    """The most that lateness gives; a day must have been owed for it."""
    if by_arrival and contract.latest is None:
        return 0
    return half_up(contract.goods * highest_rate(rules, contract))


def covered(rules: dict[str, Any], contract: Contract, reason: str, situation: str) -> bool:
    """S2's table and S1's lists, row by row."""
    incoterm, measurable = contract.document["incoterm"], contract.enforceable()
    match reason, situation:
        case "late_delivery", _:
            return arrival_owed(rules, contract)
        case "not_delivered", "after_risk":
            return False
        case "quality", "after_use":
            return any(term["kind"] == "fastness" for term in measurable)
        case "quality", _:
            return bool(measurable)
        case "quantity", "inside_tolerance":
            return False
        case "packaging_labelling", _:
            return bool(contract.document["specification"])
        case "carrier_damage", _ if rules["exclusions"]["carrier_damage"] == "never":
            return False
        case "carrier_damage", "after_risk":
            return False
        case "carrier_damage", "after_risk_uninsured":
            return incoterm in INSURED
        case "customs", _ if rules["exclusions"]["customs"] == "never":
            return False
        case "customs", "export":
            return incoterm != "EXW"
        case "customs", "import" | "seized":
            return incoterm == "DDP"
        case "subjective", _:
            return False
        case _:
            return True


def most(rules: dict[str, Any], contract: Contract, reason: str, situation: str, held: int) -> int:
    """The most that can come back for a reason, with so much of the money held."""
    if not covered(rules, contract, reason, situation):
        return 0
    by_arrival = rules["late"]["basis"] == "delivery"
    match reason, situation:
        case "late_shipment", "cancelled":
            wanted = 0 if by_arrival and contract.latest is None else contract.total
        case "late_shipment", _:
            wanted = compensation(rules, contract, by_arrival=by_arrival)
        case "late_delivery", _:
            wanted = compensation(rules, contract, by_arrival=True)
        case "customs", "export" | "import":
            wanted = compensation(rules, contract, by_arrival=by_arrival)
        case "quantity", _:
            # All that is missing, where it is more than was agreed it might be.
            wanted = _all_missing(contract)
        case "quality", "" | "after_use":
            wanted = _all_failing(contract)
        case "packaging_labelling", _:
            return comes_back(rules, contract, contract.goods, held, cost=True)
        case "wrongful_rejection" | "goods_not_returned" | "used_goods_returned", _:
            # Released to the supplier: all that is there for the goods.
            return held
        case "balance_unpaid", _:
            share = min(
                percent(contract.document.get("buyer_default_percent", 0)),
                percent(rules["amendments"]["buyer_default_percent"]),
            )
            return min(half_up(contract.total * share / 100), held)
        case _:
            wanted = contract.total
    return comes_back(rules, contract, wanted, held)


def _all_missing(contract: Contract) -> int:
    """The price of every unit of the lines whose whole quantity is beyond their tolerance, and its share of charges."""
    lines = contract.document["lines"]
    tolerated = [percent(line.get("tolerance", {}).get("percent", 0)) for line in lines]
    assert max(tolerated) < 100, "no contract here lets a whole line be missing"
    return contract.total


def _all_failing(contract: Contract) -> int:
    """Every unit fails every term: all of it where a critical term of the whole lot or a term that decides the lot is
    broken, else the units of the lines that a term with a refund speaks of, each with its share of the charges."""
    lines, terms = contract.document["lines"], contract.enforceable()
    numbers = {line["number"] for line in lines}
    spoken = {term["id"]: set(term.get("applies_to", {}).get("lines", [])) or numbers for term in terms}
    refunds = [term for term in terms if term.get("refund_trigger", True)]
    if any(t["class"] == "critical" and spoken[t["id"]] == numbers for t in terms) or any(
        t.get("decides_lot") for t in terms
    ):
        return contract.total
    failed = set().union(*(spoken[term["id"]] for term in refunds)) if refunds else set()
    price = sum(line["quantity"] * line["unit_price_minor"] for line in lines if line["number"] in failed)
    if not price:
        return 0
    pieces = sum(line["quantity"] for line in lines if line["number"] in failed)
    given = price
    for charge in contract.document.get("charges", []):
        amount = -charge["amount_minor"] if charge["kind"] == "discount" else charge["amount_minor"]
        part = Fraction(price, contract.goods)
        if charge["basis"] == "unit":
            part = Fraction(pieces, sum(line["quantity"] for line in lines))
        given += half_up(amount * part) if amount >= 0 else -half_up(-amount * part)
    return given


def window_ends(
    rules: dict[str, Any], reason: str, days: dict[str, date | None], zone: str, receipt: datetime | None
) -> datetime | None:
    """N calendar days after the day of the anchor, to the last second of that day where the claimant is."""
    rule = rules["window"].get(reason)
    if rule is None:
        return None
    known = [days.get(anchor) for anchor in rule["anchors"]]
    there = [day for day in known if day is not None]
    if not there or (rule["combine"] == "later_of" and len(there) < len(known)):
        return None
    day = {"later_of": max, "earlier_of": min}.get(rule["combine"], lambda found: found[0])(there)
    end = datetime.combine(day + timedelta(days=rule["days"]), time(23, 59, 59), tzinfo=ZoneInfo(zone))
    return max(end, receipt) if receipt is not None else end
