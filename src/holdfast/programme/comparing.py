"""One programme beside another: every key in which they differ, with its meaning.

It compares values and judges nothing; the words come from the declarations of the keys.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from holdfast.programme import keys
from holdfast.programme.document import Programme
from holdfast.programme.keys import Key
from holdfast.programme.words import amounts
from holdfast.programme.writing import plain


@dataclass(frozen=True, slots=True)
class Difference:
    """One key whose value differs; `about` says what the key means."""

    key: str
    about: str
    before: str
    after: str


def differences(*, before: Programme, after: Programme) -> tuple[Difference, ...]:
    """Every key in which two programmes differ, but for name, version and title, in the order of the document."""
    first, second = dict(_leaves(before, "")), dict(_leaves(after, ""))
    found = []
    for path in dict.fromkeys((*first, *second)):
        if path in {"name", "version", "title"}:
            continue
        about, old = first.get(path, ("", "not set"))
        also, new = second.get(path, ("", "not set"))
        if old != new:
            found.append(Difference(path, about or also, old, new))
    return tuple(found)


def _leaves(part: Any, path: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, key in keys.of(type(part)):
        value, here = getattr(part, name), f"{path}.{name}" if path else name
        match key.kind:
            case "section":
                yield from _leaves(value, here)
            case "sections":
                for place, one in enumerate(value):
                    yield from _leaves(one, f"{here}[{place}]")
            case "table":
                for row in value:
                    yield from _leaves(value[row], f"{here}.{row}")
            case "amounts_table":
                for row in value:
                    yield f"{here}.{row}", (key.about, amounts(value[row]))
            case "whole_table":
                for row in value:
                    yield f"{here}.{row}", (key.about, f"{value[row]} {key.unit}")
            case _:
                yield here, (_about(key), _shown(key, value))


def _about(key: Key) -> str:
    return f"{key.about} (from: {key.anchor})" if key.anchor else key.about


def _shown(key: Key, value: Any) -> str:
    match key.kind:
        case "percent":
            return f"{plain(value)}%"
        case "amounts":
            return amounts(value) if value else "not set"
        case "choices" | "words":
            return ", ".join(value) if value else "none"
        case "flag":
            return "yes" if value else "no"
        case "whole":
            return f"{value} {key.unit}"
        case _:
            return str(value)
