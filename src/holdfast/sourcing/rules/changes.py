"""What differs between two versions of a quotation, place by place.

It compares documents and knows by what rows are told apart: a line's number, a term's ID, a break's quantity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NAMED_BY = ("id", "number", "from")
DIRECT = "direct_price_minor"


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs: a dotted path like `lines.1.prices.1000.unit_price_minor`; None where it is not there."""

    path: str
    before: Any
    after: Any


def changes(*, before: Mapping[str, Any], after: Mapping[str, Any], direct: bool = True) -> tuple[Change, ...]:
    """Every difference, in the order of the later document; `direct` False leaves the direct prices out, which a
    counter-offer does not speak of."""
    was, now = _flat(before, ""), _flat(after, "")
    paths = [*now, *(path for path in was if path not in now)]
    return tuple(
        Change(path, was.get(path), now.get(path))
        for path in paths
        if was.get(path) != now.get(path) and (direct or not path.endswith(DIRECT))
    )


def without_direct(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same version without what goods would cost unprotected."""
    lines = [
        {**line, "prices": [{**price, DIRECT: None} for price in line["prices"]]} for line in document.get("lines", [])
    ]
    return {**document, "lines": lines}


def _flat(found: Any, path: str) -> dict[str, Any]:
    """Every leaf by its path."""
    if isinstance(found, Mapping):
        flat: dict[str, Any] = {}
        for key, inner in found.items():
            flat |= _flat(inner, f"{path}.{key}".lstrip("."))
        return flat
    if isinstance(found, list | tuple) and any(isinstance(one, Mapping) for one in found):
        flat = {}
        for place, inner in enumerate(found):
            key = _key(inner)
            name = str(inner[key]) if key else str(place + 1)
            # What names a row is said by its path already.
            flat |= _flat({one: value for one, value in inner.items() if one != key}, f"{path}.{name}")
        return flat
    # A list of plain values is one value: a document added to it is said with the whole list.
    return {path: found} if found not in (None, [], "") else {}


def _key(row: Mapping[str, Any]) -> str | None:
    """By what people find a row again; None where it has no name."""
    return next((key for key in NAMED_BY if key in row), None)
