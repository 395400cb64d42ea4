"""Outside ways to pay and what they protect, as dated data: read from the package, each figure with its source.

It knows what a source says and on which day it said it. What that comes to for an order is in `rules.comparison`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, Literal

from holdfast.kernel.money import parse_minor
from holdfast.programme.document import BUYER_REASONS

FIGURES = ("cost", "held", "covered", "cap", "window", "evidence", "best_for")


@dataclass(frozen=True, slots=True)
class SchemeSource:
    """A public text and the day it is of."""

    key: str
    title: str
    address: str
    on: date


@dataclass(frozen=True, slots=True)
class SaidOf:
    """One figure of a scheme: in the source's own words, and which source."""

    figure: str
    says: str
    source: SchemeSource


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to pay outside. Amounts are minor units by currency; a currency that is missing is not stated.

    `cost_percent` and the amounts are the buyer's cost, `cost_more` names what comes on top and is not known;
    the cap is a range, since the source gives one.
    """

    name: str
    title: str
    cost_percent: Fraction
    cost_low: Mapping[str, int]
    cost_high: Mapping[str, int]
    cost_more: str
    held: Literal["yes", "partly", "no"]
    covered: tuple[str, ...]
    cap_low: Mapping[str, int]
    cap_high: Mapping[str, int]
    window_days: int | None
    window_anchor: str
    evidence: tuple[str, ...]
    best_for: str
    said: tuple[SaidOf, ...]


@cache
def schemes() -> tuple[Scheme, ...]:
    """The outside schemes that come with Holdfast, in the file's order."""
    file = resources.files("holdfast.programme").joinpath("outside", "schemes.toml")
    return read_schemes(file.read_text(encoding="utf-8"))


def read_schemes(text: str) -> tuple[Scheme, ...]:
    """The schemes of a TOML text. Faults: KeyError, ValueError for a figure without a dated source."""
    found = tomllib.loads(text, parse_float=Decimal)
    sources = {key: SchemeSource(key=key, **row) for key, row in found["sources"].items()}
    undated = [key for key, source in sources.items() if not isinstance(source.on, date)]
    if undated:
        raise ValueError(f"sources without a day: {undated}")
    return tuple(_scheme(name, row, sources) for name, row in found["schemes"].items())


def _scheme(name: str, row: dict[str, Any], sources: dict[str, SchemeSource]) -> Scheme:
    cost, cap, window = row["cost"], row["cap"], row["window"]
    reasons = tuple(row["covered"]["reasons"])
    if not set(reasons) <= set(BUYER_REASONS):
        raise ValueError(f"{name}: reasons that are none: {reasons}")
    return Scheme(
        name=name,
        title=row["title"],
        cost_percent=Fraction(cost.get("percent", 0)),
        cost_low=_minor(cost.get("low", {})),
        cost_high=_minor(cost.get("high", {})),
        cost_more=cost.get("more", ""),
        held=row["held"]["answer"],
        covered=reasons,
        cap_low=_minor(cap["low"]),
        cap_high=_minor(cap["high"]),
        window_days=window.get("days"),
        window_anchor=window.get("anchor", ""),
        evidence=tuple(row["evidence"]["needs"]),
        best_for=row["best_for"]["orders"],
        said=tuple(SaidOf(figure, row[figure]["says"], sources[row[figure]["source"]]) for figure in FIGURES),
    )


def _minor(amounts: dict[str, Any]) -> dict[str, int]:
    return {currency: parse_minor(str(amount), currency) for currency, amount in amounts.items()}
