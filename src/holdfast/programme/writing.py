"""A programme to its canonical document and that document's hash: what an order is pinned to.

The document is what the reader takes, so an old version stays readable without its file. Comments, order and
spelling of numbers leave no trace in it.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.money import exponent
from holdfast.programme import keys
from holdfast.programme.document import Programme
from holdfast.programme.keys import Key, Table
from holdfast.programme.refusals import ProgrammeChanged


def plain(percent: Fraction) -> str:
    """A percentage as a plain decimal: 5/2 is 2.5. Every percentage was read from a decimal, so it ends."""
    text = format(Decimal(percent.numerator) / Decimal(percent.denominator), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _amounts(rows: Table[int]) -> dict[str, str]:
    return {currency: format(Decimal(rows[currency]).scaleb(-exponent(currency)), "f") for currency in rows}


def _value(key: Key, value: Any) -> Any:
    match key.kind:
        case "percent":
            return plain(value)
        case "amounts":
            return _amounts(value)
        case "amounts_table":
            return {name: _amounts(value[name]) for name in value}
        case "whole_table":
            return dict(value)
        case "section":
            return _part(value)
        case "table":
            return {name: _part(value[name]) for name in value}
        case "sections":
            return [_part(one) for one in value]
        case "choices" | "words":
            return list(value)
        case _:
            return value


def _part(part: Any) -> dict[str, Any]:
    written = {}
    for name, key in keys.of(type(part)):
        value = getattr(part, name)
        is_default = key.default is not None and value == key.default
        if not is_default and not (key.optional and key.default is None and not value):
            shown = _value(key, value)
            if shown != {} or not (key.optional and key.kind == "section"):
                written[name] = shown
    return written


def as_document(programme: Programme) -> dict[str, Any]:
    """The canonical document: JSON's types only, decimals as texts, absent what is not set."""
    return _part(programme)


def digest_of(programme: Programme) -> str:
    """SHA-256 of the canonical document, hex."""
    return digest(canonical(as_document(programme))).hex()


def check_against(*, published: Programme, candidate: Programme) -> None:
    """A published version never changes.

    Refusals: `ProgrammeChanged` if the candidate bears the same name and version with other rules.
    """
    same = (published.name, published.version) == (candidate.name, candidate.version)
    if same and published.digest != candidate.digest:
        raise ProgrammeChanged(
            field="version",
            accepted=published.version + 1,
            name=published.name,
            version=published.version,
            published=published.digest,
            candidate=candidate.digest,
        )
