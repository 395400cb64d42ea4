"""Frozen dataclasses to JSON documents and back: exact numbers as decimal strings, days and moments in ISO 8601.

It knows shapes, never meaning. What does not fit is an `Invalid` refusal that names the place (a dotted field), what
stood there and what would have been taken; unknown keys are refused, so that a misspelt term is never ignored.
"""

import dataclasses
import re
import types
import typing
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.refusals import Invalid

T = TypeVar("T")

DECIMAL = r"[+-]?\d{1,40}(\.\d{1,40})?"
RATIO = r"-?\d{1,60}/[1-9]\d{0,60}"
_DECIMAL = re.compile(DECIMAL)
_RATIO = re.compile(RATIO)


def number(text: str) -> Fraction:
    """The exact value of a decimal like `70.5` (or of a ratio `1/3`, as `plain` writes it); ValueError otherwise."""
    if not isinstance(text, str) or not (_DECIMAL.fullmatch(text) or _RATIO.fullmatch(text)):
        raise ValueError(f"{text!r} is not a decimal number like 70.5")
    return Fraction(text)


def plain(value: Fraction) -> str:
    """The shortest decimal that says exactly this, else the ratio `n/d`; never rounded."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


@lru_cache(maxsize=256)
def fields_of(shape: Any) -> tuple[tuple[str, str, Any, bool], ...]:
    """(attribute, key in the document, type, required) of a dataclass."""
    hints = typing.get_type_hints(shape)
    return tuple(
        (
            field.name,
            field.metadata.get("key", field.name),
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(shape)
        if field.init
    )


def as_document(value: Any) -> Any:
    """The JSON value of a frozen dataclass (or of a part of one): every key present, in one spelling."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {key: as_document(getattr(value, name)) for name, key, _hint, _required in fields_of(type(value))}
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [as_document(inner) for inner in value]
    if isinstance(value, dict):
        return {str(key): as_document(inner) for key, inner in value.items()}
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"{type(value).__name__} has no place in a document")


def _no(field: str, found: Any, accepted: Any) -> Invalid:
    shown = found if isinstance(found, str | int | bool | None) else type(found).__name__
    return Invalid(field=field or "document", found=shown, accepted=accepted)


def _read_dataclass(shape: type[Any], found: Any, path: str) -> Any:
    if not isinstance(found, dict):
        raise _no(path, found, "an object")
    rows = fields_of(typing.cast(Any, shape))
    known = [key for _name, key, _hint, _required in rows]
    for key in found:
        if key not in known:
            raise _no(f"{path}.{key}".lstrip("."), "an unknown key", known)
    given: dict[str, Any] = {}
    for name, key, hint, required in rows:
        place = f"{path}.{key}".lstrip(".")
        if key in found:
            given[name] = _read(hint, found[key], place)
        elif required:
            raise _no(place, None, "a value")
    return shape(**given)


def _read_tuple(hints: tuple[Any, ...], found: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(found, list | tuple):
        raise _no(path, found, "a list")
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_read(hints[0], inner, f"{path}.{place}") for place, inner in enumerate(found))
    if len(found) != len(hints):
        raise _no(path, f"{len(found)} values", f"{len(hints)} values")
    pairs = zip(hints, found, strict=True)
    return tuple(_read(hint, inner, f"{path}.{place}") for place, (hint, inner) in enumerate(pairs))


def _read_moment(found: Any, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _no(path, found, "a moment with its offset, like 2026-07-03T18:30:05.000000Z")
    return moment.astimezone(UTC)


def _read_scalar(hint: Any, found: Any, path: str) -> Any:
    if hint is bool or hint is int:
        # True is an int to Python; a quantity of `true` is not one to us.
        if type(found) is not hint:
            raise _no(path, found, "true or false" if hint is bool else "a whole number")
        return found
    if hint is str:
        if not isinstance(found, str):
            raise _no(path, found, "text")
        return found
    if hint is Fraction:
        try:
            return Fraction(found) if type(found) is int else number(found)
        except ValueError:
            raise _no(path, found, "a decimal number in quotes, like 70.5") from None
    if hint is datetime:
        return _read_moment(found, path)
    if hint is date:
        try:
            return date.fromisoformat(found)
        except (TypeError, ValueError):
            raise _no(path, found, "a day like 2026-07-03") from None
    raise TypeError(f"{path}: no document can hold {hint}")


def _read(hint: Any, found: Any, path: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        if found is None:
            return None
        inner = [one for one in typing.get_args(hint) if one is not type(None)]
        return _read(inner[0], found, path)
    if origin is tuple:
        return _read_tuple(typing.get_args(hint), found, path)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _read_dataclass(hint, found, path)
    return _read_scalar(hint, found, path)


def from_document(shape: type[T], found: Any, path: str = "") -> T:
    """The dataclass a document describes. Refusals: `Invalid` with field, found, accepted."""
    value: T = _read(shape, found, path)
    return value
