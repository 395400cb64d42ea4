"""How a line of a statement is told from every other, and what in it names a payment: pure.

Banks cut references into lines, put spaces into them and words around them; check digits say which are whole.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from stdnum import iso11649

from holdfast.rails.bank.statement import Line

_REFERENCE = re.compile(r"(?=(RF[0-9]{2}[0-9A-Z]{15}))")
"""The references that are given out here: RF, two check digits, fifteen characters more."""
_JUNK = re.compile(r"[^0-9A-Z]")
_PLACEHOLDER = re.compile(r"(NONREF|NOTPROVIDED|NOREF|NONE|0+|-+)?", re.IGNORECASE)
_LEGAL = re.compile(r"\b(GMBH|AG|BV|NV|INC|LLC|LTD|LIMITED|CO|CORP|SA|SRL|SAS|PLC|OY|AB|THE)\b")


def references(said: Iterable[str]) -> tuple[str, ...]:
    """Creditor references (ISO 11649) in what was written, as they are stored, in their order. Each text is looked at
    without its spaces, signs and line ends; only those whose check digits are right are answered."""
    found: dict[str, None] = {}
    for text in said:
        packed = _JUNK.sub("", text.upper())
        if "RF" not in packed:
            continue
        candidates = [packed] if packed.startswith("RF") and len(packed) <= 25 else []
        for candidate in [*candidates, *(one[1] for one in _REFERENCE.finditer(packed))]:
            if iso11649.is_valid(candidate):
                found.setdefault(candidate)
    return tuple(found)


def written(line: Line) -> tuple[str, ...]:
    """Where a line may name what it is for: its own fields first, then the free text."""
    return (*line.references, line.end_to_end, line.text)


def same_name(one: str, other: str) -> bool:
    """Whether two names are of the same company: letters and digits alone count, and no legal form."""
    first, second = _name(one), _name(other)
    return bool(first) and first == second


def _name(text: str) -> str:
    plain = re.sub(r"[.,'’]", "", text.upper())
    return "".join(mark for mark in _LEGAL.sub(" ", plain) if mark.isalnum())


@dataclass(frozen=True, slots=True)
class Named:
    """A line with the names under which it is entered: `entry_key` is shared by the lines of one entry."""

    line: Line
    key: str
    entry_key: str


class Naming:
    """Names the lines of one statement. Of entries that are alike in everything a bank says of them, the first is
    another than the second: they are counted."""

    def __init__(self, *, account: str, currency: str) -> None:
        self._account = f"{account}|{currency}"
        self._seen: dict[bytes, int] = {}

    def named(self, lines: Iterable[Line]) -> Iterator[Named]:
        """Each line with its names; lines of one entry follow each other."""
        entry: list[Line] = []
        for line in lines:
            if entry and line.entry != entry[0].entry:
                yield from self._entry(entry)
                entry = []
            entry.append(line)
        if entry:
            yield from self._entry(entry)

    def _entry(self, lines: Sequence[Line]) -> Iterator[Named]:
        first = lines[0]
        signed = sum(line.amount_minor if line.direction == "credit" else -line.amount_minor for line in lines)
        parts = (self._account, first.booked_on.isoformat(), str(signed), first.currency, _said(lines))
        base = sha256("|".join(parts).encode()).digest()
        occurrence = self._seen.get(base, 0) + 1
        self._seen[base] = occurrence
        entry_key = sha256(base + str(occurrence).encode()).hexdigest()
        for line in lines:
            key = entry_key if len(lines) == 1 else sha256(f"{entry_key}/{line.detail}".encode()).hexdigest()
            yield Named(line, key, entry_key)


def _said(lines: Sequence[Line]) -> str:
    """What tells an entry from another of the same day and amount: the bank's reference; without one, what the payer
    gave; without that, what was written."""
    first = lines[0]
    for reference in (first.entry_ref, first.bank_ref if len(lines) == 1 else ""):
        if not _PLACEHOLDER.fullmatch(reference):
            return f"ref:{reference}"
    said = [line.end_to_end or " ".join(line.references) or f"{line.counterparty_name} {line.text}" for line in lines]
    return "said:" + "|".join(said)
