"""A comparison of ways to pay in lines for people. `holdfast programme compare` prints it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holdfast.kernel.money import Money
from holdfast.programme.rules import Protection
from holdfast.programme.words import words

MORE = {
    "": "",
    "fixed_fee_not_stated": ", and a fixed fee that the source does not state",
    "each_side_pays_its_bank": ", and as much again for the supplier",
    "banks_own_charges": ", by rail; a wire also costs what the banks charge",
}

ANCHORS = {"paid": "payment"}


def told(ways: Sequence[Protection], *, currency: str) -> list[str]:
    """One paragraph for each way to pay."""
    lines: list[str] = []
    for way in ways:
        lines += ["", way.title] if lines else [way.title]
        lines += [f"  {label}: {text}" for label, text in _rows(way, currency)]
    return lines


def _rows(way: Protection, currency: str) -> Iterator[tuple[str, str]]:
    cost = _range(way.cost_low_minor, way.cost_high_minor, currency)
    yield "cost to the buyer", f"{cost}{MORE[way.cost_more]}"
    for row in way.rails:
        limit = "" if row.limit_minor is None else f", at most {Money(row.limit_minor, currency)} at once"
        shown = "not for this amount" if row.cost_minor is None else str(Money(row.cost_minor, currency))
        yield f"  by {words(row.rail)}", f"{shown}{limit}"
    if way.supplier_fee_minor is not None:
        yield "fee of the supplier", str(Money(way.supplier_fee_minor, currency))
    yield "held until receipt", way.held
    yield "covered", ", ".join(words(one) for one in way.covered) or "nothing"
    yield "not covered", ", ".join(words(one) for one in way.not_covered) or "nothing"
    yield "cap", _range(way.cap_low_minor, way.cap_high_minor, currency)
    if way.unprotected_while_held_minor is not None:
        yield "of this amount unprotected while held", str(Money(way.unprotected_while_held_minor, currency))
    yield "of this amount unprotected", _range(way.unprotected_low_minor, way.unprotected_high_minor, currency)
    yield "time to claim", _window(way)
    yield "evidence needed", ", ".join(words(one) for one in way.evidence) or "none"
    for source in dict.fromkeys(said.source for said in way.said):
        yield f"as said on {source.on.isoformat()}", f"{source.title} ({source.address})"
    for said in way.said:
        yield f"  {words(said.figure)}", f'"{said.says}"'


def _window(way: Protection) -> str:
    if way.window_days is None:
        return "none"
    last = "" if way.window_ends_on is None else f", the last day {way.window_ends_on.isoformat()}"
    return f"{way.window_days} days from {ANCHORS.get(way.window_anchor, words(way.window_anchor))}{last}"


def _range(low: int | None, high: int | None, currency: str) -> str:
    if low is None or high is None:
        return f"not stated in {currency}"
    shown = str(Money(low, currency))
    return shown if low == high else f"{shown} to {Money(high, currency)}"
