"""Everything that can be wrong with a body: made from an example that a route takes, one thing wrong at a time.

The API's own description says which of these it must refuse; of the others it must only not break.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

INFINITE = "@1e400@"
"""Stands for a number in the text that is larger than any float: JSON allows it, Python reads infinity."""

NEVER = "01900000000070008000000000000001"
"""The ID of nothing."""

FIRST: tuple[Any, ...] = (None, True, -1, 1.5, 10**30, "", [], {}, "x" * 21_000, "a\x00b", "\ud800", INFINITE)
"""Tried at every place of every body."""
THEN: tuple[Any, ...] = (
    *(0, 2**63, -(2**63) - 1, " ", "nonsense", "\u202e\U0001f3a9"),
    *([None], [[]], {"": None}, [{"a": 1}] * 3),
)
"""Tried when there is time."""
MOMENTS = (
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999-23:59",
    "2026-03-20T00:00:00",
    "20",
)


@dataclass(frozen=True)
class Wrong:
    """A body with one thing wrong: where, what, and the bytes to send."""

    place: tuple[str | int, ...]
    what: str
    document: Any
    names: str | None = None
    """The name of a thing that is a stranger's, or of none at all, where that is what is wrong."""

    @property
    def raw(self) -> bytes:
        return json.dumps(self.document).replace(f'"{INFINITE}"', "1e400").encode()

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.place)) or 'the body'} {self.what[:60]}"


def _nodes(document: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield place, document
    if isinstance(document, dict):
        for name, inner in document.items():
            yield from _nodes(inner, (*place, name))
    elif isinstance(document, list):
        for number, inner in enumerate(document[:1]):
            yield from _nodes(inner, (*place, number))


def _changed(document: Any, place: tuple[str | int, ...], value: Any) -> Any:
    if not place:
        return value
    copy: Any = dict(document) if isinstance(document, dict) else list(document)
    copy[place[0]] = _changed(document[place[0]], place[1:], value)
    return copy


def _without(document: Any, place: tuple[str | int, ...]) -> Any:
    if len(place) > 1:
        return _changed(document, place[:1], _without(document[place[0]], place[1:]))
    return {name: inner for name, inner in document.items() if name != place[0]}


def _names(value: Any, foreign: dict[str, str]) -> Iterator[str]:
    """Names of the same kind as this one, of what is not there for the one who asks: all must be told the same."""
    prefix, _, rest = value.partition("_") if isinstance(value, str) else ("", "", "")
    if len(rest) == 32:
        yield f"{prefix}_{NEVER}"
        if prefix in foreign:
            yield foreign[prefix]


def _others(value: Any) -> Iterator[Any]:
    """What else could stand where this text stands."""
    if not isinstance(value, str):
        return
    if value[:4].isdigit():
        yield from MOMENTS
    if value == "USD":
        yield from ("EUR", "ZZZ", "usd", "XAU")


def bodies(document: dict[str, Any], *, foreign: dict[str, str], thorough: bool) -> Iterator[Wrong]:
    """Every wrong body. `foreign` names a thing of strangers for each prefix."""
    for place, value in _nodes(document):
        if isinstance(value, dict):
            yield Wrong((*place, "surplus"), "is surplus", _changed(document, place, {**value, "surplus": 1}))
        if place and isinstance(place[-1], str):
            yield Wrong(place, "is missing", _without(document, place))
        for name in _names(value, foreign):
            yield Wrong(place, f"names {name}", _changed(document, place, name), name)
        if isinstance(value, list) and value:
            yield Wrong(place, "comes twice", _changed(document, place, [*value, *value]))
        for other in (*FIRST, *(THEN if thorough else ()), *_others(value)):
            if type(other) is type(value) and other == value:
                continue
            if place or not isinstance(other, dict):
                yield Wrong(place, f"is {other!r}", _changed(document, place, other))


class Description:
    """What the API says of a body: whether it must refuse it."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._validator = jsonschema_rs.Draft202012Validator(schema)

    def refuses(self, wrong: Wrong) -> bool:
        """True if the description itself rules it out."""
        text = wrong.raw.decode()
        if "\\ud800" in text or "\\u0000" in text:
            return True
        try:
            return not self._validator.is_valid(json.loads(text))
        except (ValueError, OverflowError):
            return True


RAW: dict[str, bytes] = {
    "nothing": b"",
    "half an object": b'{"a":',
    "two objects": b"{}{}",
    "no UTF-8": b"\xff\xfe{}",
    "a key twice": b'{"a": 1, "a": 1}',
    "NaN": b'{"a": NaN}',
    "nested too deeply": b"[" * 100_000,
    "a list": b"[]",
    "null": b"null",
    "a text": b'"{}"',
    "a number": b"1",
    "too many digits": b'{"a": ' + b"9" * 5_000 + b"}",
}
"""Bodies that are no JSON object."""
OTHER_KINDS = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml")
KEYS = ("", "x" * 256, "tab\tbed", "späť", "\x7f")
"""What is no Idempotency-Key."""
IDS = (
    "x",
    "_",
    "ord_",
    "ord_zz",
    "ord_" + "G" * 32,
    "%00",
    "%ff",
    "%ed%a0%80",
    "..%2f..",
    "x" * 3_000,
    "%F0%9F%8E%A9",
    "'",
)
NUMBERS = ("0", "-1", "99", "32768", "9" * 30, "1.5", "one", "%00", "１")
"""What is no lot of an order, no version of a programme."""
QUERY = (
    "",
    "0",
    "-1",
    "201",
    "501",
    "9" * 30,
    "1e3",
    "1.5",
    "abc",
    "%00",
    "%ed%a0%80",
    "x" * 3_000,
    "AA",
    "A" * 22,
    "-_",
    "%2b",
)
AUTHORIZATION = (
    "",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    "Bearer hf_",
    "Bearer hf_test_x_y",
    "Bearer hf_sandbox_00000000_" + "0" * 43,
    "Bearer " + "x" * 9_000,
    "Bearer h\u00e9",
    "bearer  ",
)
