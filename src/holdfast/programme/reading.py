"""TOML text to a programme, or every reason why not at once: file, key, what was found, what is allowed.

It knows nothing of what a rule means; that figures also fit each other is checked in `consistency`. It reads no
file by itself: the text is handed in, with the name under which to speak of it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from holdfast.kernel.money import MAX_MINOR, currencies, exponent
from holdfast.programme import consistency, keys
from holdfast.programme.document import Programme
from holdfast.programme.keys import Key, Table
from holdfast.programme.refusals import ProgrammeInvalid
from holdfast.programme.writing import digest_of

_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")


@dataclass
class _Reader:
    """One reading of one document; it collects what is wrong instead of stopping."""

    source: str
    currencies: tuple[str, ...] = ()
    problems: list[dict[str, str]] = field(default_factory=list)

    def wrong(self, key: str, found: Any, allowed: str) -> None:
        self.problems.append({"file": self.source, "key": key, "found": _shown(found), "allowed": allowed})

    def part(self, part: type[Any], found: Any, path: str) -> Any:
        """A dataclass from a table; None if anything in it is wrong."""
        if not isinstance(found, Mapping):
            return self.wrong(path, found, "a table")
        declared = dict(keys.of(part))
        for name in found:
            if name not in declared:
                self.wrong(_join(path, str(name)), found[name], f"no such key; one of {', '.join(declared)}")
        values: dict[str, Any] = {}
        before = len(self.problems)
        for name, key in declared.items():
            if name in found:
                values[name] = self.value(key, found[name], _join(path, name))
            elif key.default is not None:
                values[name] = key.default
            elif key.optional and key.kind == "section":
                values[name] = self.part(cast(type[Any], key.section), {}, _join(path, name))
            elif key.optional:
                values[name] = _absent(key)
            else:
                self.wrong(_join(path, name), None, describe(key))
        return part(**values) if len(self.problems) == before else None

    def value(self, key: Key, found: Any, path: str) -> Any:
        """One value of any kind."""
        match key.kind:
            case "section":
                return self.part(cast(type[Any], key.section), found, path)
            case "sections":
                return self.parts(key, found, path)
            case "table":
                return self.rows(key, found, path, lambda value, at: self.part(cast(type[Any], key.section), value, at))
            case "whole_table":
                return self.rows(key, found, path, lambda value, at: self.single(key, value, at))
            case "amounts_table":
                return self.rows(key, found, path, self.amounts)
            case "amounts":
                return self.amounts(found, path)
            case "choices" | "words":
                return self.list_of(key, found, path)
            case _:
                return self.single(key, found, path)

    def parts(self, key: Key, found: Any, path: str) -> Any:
        if not isinstance(found, list):
            return self.wrong(path, found, describe(key))
        part = cast(type[Any], key.section)
        return tuple(self.part(part, one, f"{path}[{place}]") for place, one in enumerate(found))

    def rows(self, key: Key, found: Any, path: str, read: Any) -> Any:
        if not isinstance(found, Mapping):
            return self.wrong(path, found, describe(key))
        for name in key.required:
            if name not in found:
                self.wrong(_join(path, name), None, "required")
        for name in found:
            if name not in key.allowed:
                self.wrong(_join(path, str(name)), found[name], f"one of {', '.join(key.allowed)}")
        return Table({name: read(found[name], _join(path, name)) for name in key.allowed if name in found})

    def amounts(self, found: Any, path: str) -> Any:
        """Minor units by currency; every currency of the programme, in its order."""
        if not isinstance(found, Mapping):
            return self.wrong(path, found, "an amount for each currency, like { USD = 10000.00 }")
        for name in found:
            if name not in self.currencies:
                self.wrong(_join(path, str(name)), found[name], f"one of {', '.join(self.currencies)}")
        rows: dict[str, int] = {}
        for currency in self.currencies:
            rows[currency] = self.amount(found.get(currency), currency, _join(path, currency))
        return Table(rows)

    def amount(self, found: Any, currency: str, path: str) -> int:
        exact = _decimal(found)
        digits = exponent(currency)
        minor = None if exact is None else exact.scaleb(digits)
        if minor is None or minor != int(minor) or minor > MAX_MINOR:
            self.wrong(path, found, f"an amount that is not negative, at most {digits} digits after the point")
            return 0
        return int(minor)

    def list_of(self, key: Key, found: Any, path: str) -> Any:
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            return self.wrong(path, found, describe(key))
        for place, one in enumerate(found):
            if (key.allowed and one not in key.allowed) or (key.pattern and not re.fullmatch(key.pattern, one)):
                self.wrong(f"{path}[{place}]", one, describe(key))
            elif one in found[:place]:
                self.wrong(f"{path}[{place}]", one, "each word once")
        return tuple(found)

    def single(self, key: Key, found: Any, path: str) -> Any:
        """A whole number, a percentage, a word, a text or a flag."""
        match key.kind:
            case "percent":
                exact = _decimal(found)
                if exact is not None and exact <= key.most:
                    return Fraction(exact)
            case "flag":
                if isinstance(found, bool):
                    return found
            case "choice":
                if isinstance(found, str) and found in key.allowed:
                    return found
            case "text":
                if isinstance(found, str) and re.fullmatch(key.pattern, found):
                    return found
            case _:
                if isinstance(found, int) and not isinstance(found, bool) and key.least <= found <= key.most:
                    return found
        return self.wrong(path, found, describe(key))


def _absent(key: Key) -> Any:
    """What an optional key means that is left out."""
    match key.kind:
        case "amounts":
            return Table[int]({})
        case "flag":
            return False
        case _:
            return ()


def describe(key: Key) -> str:
    """What a key takes, in words."""
    unit = f" ({key.unit})" if key.unit else ""
    match key.kind:
        case "whole" | "whole_table":
            return f"a whole number from {key.least} to {key.most}{unit}"
        case "percent":
            return f"a percentage from 0 to {key.most}"
        case "flag":
            return "true or false"
        case "choice":
            return f"one of {', '.join(key.allowed)}"
        case "choices":
            return f"a list of any of {', '.join(key.allowed)}"
        case "words":
            return f"a list of texts like {key.pattern}"
        case "text":
            return f"a text like {key.pattern}"
        case "amounts":
            return "an amount for each currency of the programme"
        case "sections":
            return "a list of tables"
        case _:
            return "a table"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(found: Any) -> str:
    if found is None:
        return "nothing"
    text = str(found) if isinstance(found, str | int | Decimal) and not isinstance(found, bool) else repr(found)
    return text if len(text) <= 80 else text[:77] + "..."


def _decimal(found: Any) -> Decimal | None:
    """An exact number that is not negative, from a TOML number or a plain decimal text."""
    if isinstance(found, bool) or not isinstance(found, int | Decimal | str):
        return None
    text = found if isinstance(found, str) else format(Decimal(found), "f")
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _known_currencies(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list):
        return ()
    return tuple(one for one in found if isinstance(one, str) and one in currencies())


def read_document(document: Mapping[str, Any], *, source: str) -> Programme:
    """A programme from a table of TOML's or JSON's types; decimals may be texts.

    Refusals: `ProgrammeInvalid` with `problems`, a list of file, key, found, allowed.
    """
    found = document.get("currencies")
    reader = _Reader(source=source, currencies=_known_currencies(found))
    for place, one in enumerate(found if isinstance(found, list) else ()):
        if one not in reader.currencies:
            reader.wrong(f"currencies[{place}]", one, "an ISO 4217 currency in use")
    if found == []:
        reader.wrong("currencies", found, "at least one currency")
    programme = cast("Programme | None", reader.part(Programme, document, ""))
    if programme is not None:
        for key, value, allowed in consistency.check(programme):
            reader.wrong(key, value, allowed)
    if programme is None or reader.problems:
        raise ProgrammeInvalid(problems=reader.problems)
    return replace(programme, digest=digest_of(programme))


def load(*, text: str, source: str) -> Programme:
    """A programme from TOML text; `source` is the file's name in what is said about it.

    Refusals: `ProgrammeInvalid` with every problem found.
    """
    try:
        # Decimal instead of float: a percentage or an amount is never rounded on the way in.
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        problem = {"file": source, "key": "", "found": str(error), "allowed": "valid TOML"}
        raise ProgrammeInvalid(problems=[problem]) from error
    return read_document(document, source=source)
