"""What buyers call things, from `headings.toml`: headings of columns, kinds, classes, units, yes and no.

It knows spellings and no cells. A word that stands nowhere in the data means nothing here.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from holdfast.kernel.money import currencies
from holdfast.terms.specification import KINDS

KEPT = 4096
"""So many texts are kept with what they mean: a sheet says the same again and again."""
_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]*)[)\]）】]")
_SIZE = re.compile(
    r"(?:\d?X{0,4}[SL]|M|[2-9]XL|X{1,4}[SL]/.*|[SML]/[SMLX]+|\d{1,3}(?:\.5|1/2|½)?|\d{1,3}[A-HRSTLM]|\d{1,2}/\d{1,2}"
    r"|\d{2,3}/\d{2,3}[A-Z]?|\d{1,2}-\d{1,2}[MYTmyt]?|(?:US|UK|EU|EUR|FR|IT|JP|CN)\s?\d{1,3}(?:\.5)?|OS|O/S|ONE SIZE"
    r"|TU|T/?U|TALLA ÚNICA|TALLA UNICA|均码|\d{2,3}[码号]|NB|\d{1,2}T|\d{1,2}[MY])",
    re.IGNORECASE,
)
_SAID_SIZE = re.compile(r"\s*(?:size|talla|尺码)\s*[:：]\s?(?P<size>.*)", re.IGNORECASE | re.DOTALL)
_OF_SIZE = re.compile(r"\s*(?:size|talla|尺码)\s+(?P<size>\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading taken apart: its words, and the unit, the currency or the sign of per cent said with it."""

    key: str
    unit: str | None = None
    currency: str | None = None


@lru_cache(maxsize=KEPT)
def folded(text: str) -> str:
    """One spelling for all that differ only in case, width, dashes, points and blanks."""
    found = unicodedata.normalize("NFKC", text.replace("½", "1/2").replace("±", "+/-")).casefold()
    found = found.translate(str.maketrans("−–—″”“'’", '---"""\'\''))
    return " ".join(re.sub(r"[.:;,_*()\[\]（）【】?!]", " ", found).split())


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=32)
def spellings(*path: str) -> Mapping[str, str]:
    """From each folded spelling to the name it stands for, of one table of the data."""
    table = _data()
    for part in path:
        table = table[part]
    return {folded(spelling) or spelling: name for name, found in table.items() for spelling in found}


@lru_cache(maxsize=1)
def _units() -> Mapping[str, str]:
    known = {unit for kind in KINDS.values() for unit in kind.units}
    exact = {unit: unit for unit in known} | {unit.casefold(): unit for unit in known if unit.casefold() not in known}
    return {**exact, **spellings("values", "unit")}


@lru_cache(maxsize=KEPT)
def unit(text: str) -> str | None:
    """The unit a text names: exactly as contracts write it, or by another word for it."""
    plain = text.strip()
    known = _units()
    return known.get(plain) or known.get(folded(plain)) or known.get(folded(plain).replace(" ", ""))


def value(table: str, text: str) -> str | None:
    """The name that a word of a table of values stands for."""
    known = spellings("values", table)
    found = known.get(folded(text))
    return found or (text.strip() if text.strip() in known.values() else None)


@lru_cache(maxsize=KEPT)
def heading(text: str) -> Heading:
    """`Unit price (USD)`, `Waist, cm`, `Tol (+/-) in`."""
    unit_found = currency = None
    base = text
    for inner in _BRACKETS.findall(text):
        unit_found = unit_found or unit(inner) or unit(re.sub(r"^in\s+", "", inner.strip(), flags=re.IGNORECASE))
        currency = currency or _currency(inner)
        if unit(inner) or _currency(inner):
            base = base.replace(inner, "")
    key = folded(base)
    parts = key.split()
    if len(parts) > 1 and unit_found is None and currency is None:
        last = parts[-1]
        said = unit(last)
        if said is not None and said not in ("%", "pieces"):
            rest = parts[:-2] if len(parts) > 2 and parts[-2] in ("in", "en") else parts[:-1]
            return Heading(" ".join(rest), said, None)
        if _currency(last):
            return Heading(" ".join(parts[:-1]), None, _currency(last))
    return Heading(key, unit_found, currency)


def without_unit(text: str) -> str:
    """`Waist` of `Waist (cm)` and of `Waist, cm`."""
    found = _BRACKETS.sub(lambda match: "" if unit(match[1]) else match[0], text).strip()
    head, _blank, last = found.rpartition(" ")
    bare = head.rstrip(" ,:-") if head and unit(last) not in (None, "%", "pieces") else found
    return " ".join(bare.split())


def _currency(text: str) -> str | None:
    signs = {
        "$": "USD",
        "us$": "USD",
        "€": "EUR",
        "£": "GBP",
        "¥": "CNY",
        "元": "CNY",
        "rmb": "CNY",
        "人民币": "CNY",
        "美元": "USD",
    }
    for part in re.split(r"[\s/]+", text.strip()):
        code = signs.get(part.casefold(), part.upper())
        if code in currencies():
            return code
    return None


@lru_cache(maxsize=KEPT)
def named(table: str, text: str) -> tuple[str, Heading] | None:
    """The column of a table that a heading names, or None."""
    known = spellings(table)
    whole = folded(text)
    if whole in known:
        return known[whole], heading(text)
    found = heading(text)
    for key in (found.key, folded(_BRACKETS.sub("", text))):
        if key in known:
            return known[key], found
    return None


def is_size_by_name(text: str) -> bool:
    """Whether a heading says itself that it is a size: `Size: M`, `Talla 38`."""
    return _SAID_SIZE.fullmatch(text) is not None or (
        (found := _OF_SIZE.fullmatch(text)) is not None and _SIZE.fullmatch(found["size"].strip()) is not None
    )


def size(text: str) -> str | None:
    """The size that a heading names: `Size: anything`, or what sizes look like."""
    said = _SAID_SIZE.fullmatch(text)
    if said is not None:
        return said["size"]
    plain = unicodedata.normalize("NFKC", _BRACKETS.sub("", text)).strip().strip("*").strip()
    of = _OF_SIZE.fullmatch(plain)
    plain = of["size"] if of is not None else plain
    return plain if _SIZE.fullmatch(plain) else None
