"""Numbers as people write them on tech packs: `12 1/2"`, `½`, `1,5 cm`, `±1/8`, `+0.5/-0.3`, `min. 200`.

Pure and exact: everything becomes a fraction, and what could be read in two ways is refused.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from holdfast.contracts.techpack import words
from holdfast.terms.units import conversion

LONGEST = 130
_VULGAR = {
    "½": "1/2", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅓": "1/3", "⅔": "2/3",
    "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6",
}  # fmt: skip
_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "，": ",", "．": ".", "／": "/", "⁄": "/", "∕": "/", "\xa0": " ", "’": "'", "‘": "'"}
)
_PLAIN = r"\d+(?:[.,' ]\d+)*|[.,]\d+"
_FRACTION = r"\d+\s*/\s*\d+"
_NUMBER = re.compile(rf"(?:(?P<whole>\d+)[\s-]+)?(?P<fraction>{_FRACTION})|(?P<plain>{_PLAIN})")
_LIMITS = (
    (
        re.compile(
            r"^(?:>=|≥|⩾|min(?:\.|imum|imo)?|at least|al menos|no less than|不小于|不低于|至少)\s*:?\s*", re.IGNORECASE
        ),
        "at_least",
    ),
    (
        re.compile(
            r"^(?:<=|≤|⩽|max(?:\.|imum|imo)?|máx(?:\.|imo)?|at most|como máximo|不大于|不超过|至多)\s*:?\s*",
            re.IGNORECASE,
        ),
        "at_most",
    ),
)
_BOTH = re.compile(r"^(?:\+\s*/\s*-|\+-|±|-\s*/\s*\+)\s*")
_PAIR = re.compile(
    r"^\+\s*(?P<plus>[^+-]+?)\s*[/;,]?\s*-\s*(?P<minus>[^+-]+)$|^-\s*(?P<minus2>[^+-]+?)\s*[/;,]?\s*\+\s*(?P<plus2>[^+-]+)$"
)
_GROUPED = re.compile(r"\d{1,3}(?:[ ']\d{3})+")


class Unreadable(ValueError):
    """A text that is no number; its message says what would have been one."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, the unit beside it if one stands there, and a limit said with it."""

    value: Fraction
    unit: str | None = None
    limit: str | None = None

    def within(self, unit: str | None) -> "Figure":
        """The same in another unit, exactly. `Unreadable` where the two do not measure the same thing."""
        if unit is None or self.unit is None or self.unit == unit:
            return self
        found = conversion(self.unit, unit)
        if found is None:
            raise Unreadable(f"a value in {unit}")
        return Figure(self.value * found.factor, unit, self.limit)


@dataclass(frozen=True, slots=True)
class Off:
    """A tolerance: how far below and above, in per cent or in a unit."""

    minus: Fraction
    plus: Fraction
    unit: str | None
    percent: bool


def decimal_mark(texts: list[str]) -> str | None:
    """The decimal mark that these texts leave no doubt of: `,` or `.`; None where they do or contradict each other."""
    found = {mark for text in texts for mark in _marks(text.translate(_SIGNS))}
    return found.pop() if len(found) == 1 else None


def _marks(text: str) -> set[str]:
    marks = set()
    for one in re.findall(r"\d[\d.,]*\d|[.,]\d+", text):
        last = max(one.rfind("."), one.rfind(","))
        if last < 0:
            continue
        digits = len(one) - last - 1
        if one.count(one[last]) == 1 and (
            digits != 3 or (("," in one) and ("." in one)) or one.startswith(("0", ".", ","))
        ):
            marks.add(one[last])
    return marks


def decimal(text: str, *, mark: str | None = None) -> Fraction:
    """`1,250.5`, `1.250,5`, `1 250,5`, `12,5`. `Unreadable` for `1,250`, unless `mark` says which mark is decimal."""
    text = _GROUPED.sub(lambda found: re.sub("[ ']", "", found.group()), text.strip())
    if re.search(r"[ ']", text):
        raise Unreadable("a number like 12.5")
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return Fraction(text)
    sign, head, tail = text[last], text[:last], text[last + 1 :]
    other = "," if sign == "." else "."
    if text.count(sign) > 1 or (len(tail) == 3 and mark not in (None, sign) and head):
        groups = re.split(r"[.,]", text)
        if other in text or not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]):
            raise Unreadable("a number like 12.5")
        return Fraction("".join(groups))
    if other in head and any(len(group) != 3 for group in head.split(other)[1:]):
        raise Unreadable("a number like 12.5")
    is_open = mark is None and other not in head and head and not head.startswith("0")
    if is_open and len(tail) == 3 and len(head) <= 3:
        raise Unreadable(f"{head}{tail} or {head}.{tail.rstrip('0') or '0'}: it can be read as both")
    return Fraction(f"{head.replace(other, '') or '0'}.{tail}")


def figure(text: str, *, mark: str | None = None) -> Figure:
    """One number with what stands around it. `Unreadable` for anything else."""
    if len(text) > LONGEST:
        raise Unreadable("a number like 12.5")
    rest, limit = _prepared(text), None
    for pattern, name in _LIMITS:
        cut = pattern.sub("", rest)
        if cut != rest:
            rest, limit = cut.strip(), name
    sign = 1
    if rest[:1] in "+-":
        sign, rest = (-1 if rest[:1] == "-" else 1), rest[1:].strip()
    match = _NUMBER.match(rest)
    if match is None:
        raise Unreadable("a number like 12.5 or 12 1/2")
    unit = _unit(rest[match.end() :])
    if match["fraction"] is not None:
        top, bottom = (int(part) for part in match["fraction"].split("/"))
        if bottom == 0:
            raise Unreadable("a number like 12.5 or 12 1/2")
        value = Fraction(top, bottom)
        if match["whole"] is not None:
            if top >= bottom:
                raise Unreadable("a whole number and a fraction below one, like 12 1/2")
            value += int(match["whole"])
    else:
        value = decimal(match["plain"], mark=mark)
    return Figure(sign * value, unit, limit)


def _prepared(text: str) -> str:
    rest = text.strip()
    for sign, spelt in _VULGAR.items():
        rest = rest.replace(sign, f" {spelt}")
    return " ".join(rest.translate(_SIGNS).split())


def _unit(rest: str) -> str | None:
    if not rest.strip():
        return None
    unit = words.unit(rest)
    if unit is None:
        raise Unreadable("a number, and no more than a known unit behind it")
    return unit


def tolerance(text: str, *, mark: str | None = None) -> Off:
    """`1/2`, `±0,5 cm`, `+0.5/-0.3`, `5%`. `Unreadable` for anything else."""
    rest = _prepared(text)
    pair = None if _BOTH.match(rest) else _PAIR.match(rest)
    if pair is not None:
        plus = figure(pair["plus"] or pair["plus2"], mark=mark)
        minus = figure(pair["minus"] or pair["minus2"], mark=mark)
        unit = plus.unit or minus.unit
        if plus.unit and minus.unit and plus.unit != minus.unit:
            raise Unreadable("both sides in one unit")
        return Off(minus.value, plus.value, None if unit == "%" else unit, unit == "%")
    if pair is None and rest.startswith(("+", "-")) and not _BOTH.match(rest):
        raise Unreadable("±0.5, or both sides like +0.5/-0.3")
    found = figure(_BOTH.sub("", rest), mark=mark)
    if found.value < 0 or found.limit:
        raise Unreadable("±0.5, or both sides like +0.5/-0.3")
    return Off(found.value, found.value, None if found.unit == "%" else found.unit, found.unit == "%")


def whole(text: str) -> int:
    """A count: `1250`, `1,250`, `1 250`, `1250.0`. `Unreadable` for what is no whole number."""
    rest = _prepared(text)
    if re.fullmatch(r"\d{1,3}(?:[ ,.']\d{3})+", rest):
        return int(re.sub(r"[ ,.']", "", rest))
    try:
        value = decimal(rest) if rest[:1].isdigit() else None
    except ValueError:
        value = None
    if value is None or value.denominator != 1:
        raise Unreadable("a whole number")
    return int(value)
