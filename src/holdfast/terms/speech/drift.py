"""What messages say of the goods that the contract says otherwise, or not at all.

It lists and advises: nothing that is said changes what was signed. Where the difference could become an amendment, the
change is given in the document's own terms; a price or a payee never is.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from holdfast.terms import units
from holdfast.terms.documents import plain as exact
from holdfast.terms.speech import days, figures, things, words
from holdfast.terms.speech.agreed import MEASURED, Agreed
from holdfast.terms.speech.figures import Figure

KINDS = ("ship_date", "delivery_date", "quantity", "colour", "material", "size", "measure", "price", "payee")
NEVER_BY_MESSAGE = ("price", "payee")
"""What no message changes, and no amendment is prepared for from one."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message: its words, the day it was said, and the words it answers."""

    text: str
    said_on: date
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What would have to change in the contract's document: where, from what, to what. A term of the specification
    stands under its ID (`specification.T1.nominal`), a line under its place (`lines.0.quantity`)."""

    path: str
    before: Any
    after: Any

    def as_document(self) -> dict[str, Any]:
        """The JSON form, as an amendment takes it."""
        return {"path": self.path, "from": self.before, "to": self.after}


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference. `said` are the words of the message, `value` what they mean; `agreed` what the contract says, and
    nothing where it is silent."""

    kind: str
    said: str
    value: str
    agreed: tuple[str, ...]
    change: Change | None

    @property
    def only_warns(self) -> bool:
        """Whether it is of a kind that a message can never change."""
        return self.kind in NEVER_BY_MESSAGE


def drift(*, spoken: Spoken, agreed: Agreed) -> tuple[Drift, ...]:
    """The differences of one message, each once, in the order of the kinds."""
    heard = replace(spoken, text=words.plain(spoken.text), answers=words.plain(spoken.answers))
    found: dict[tuple[str, str], Drift] = {}
    named = days.days(text=heard.text, said_on=heard.said_on)
    taken = bytearray(len(heard.text))
    for day in named:
        _take(taken, day.start, day.end)
    for one in (*_dates(heard, agreed, named), *_things(heard, agreed), *_figures(heard, agreed, taken)):
        found.setdefault((one.kind, one.value), one)
    return tuple(sorted(found.values(), key=lambda one: KINDS.index(one.kind)))


# --- dates -----------------------------------------------------------------------------------------------------------


def _dates(spoken: Spoken, agreed: Agreed, named: list[days.Day]) -> Iterator[Drift]:
    purposes = _purposes(spoken, named)
    for day in named:
        kind = purposes[day.start]
        if kind is None:
            continue
        path, owed = ("ship.on", agreed.ship_on) if kind == "ship_date" else ("latest_delivery_on", agreed.deliver_on)
        if any(day.covers(known) for known in (owed, *agreed.also_on) if known is not None):
            continue
        moved = _moved(day, owed)
        if moved is None:
            continue
        before = owed.isoformat() if owed else None
        if owed is None and kind == "ship_date" and agreed.ship_days is not None:
            stands: tuple[str, ...] = (f"{agreed.ship_days} days after payment",)
        else:
            stands = (before,) if before else ()
        yield Drift(kind, day.text, moved.isoformat(), stands, Change(path, before, moved.isoformat()))


def _moved(day: days.Day, owed: date | None) -> date | None:
    """The day that is spoken of: the last of a span; a delay counts from the day that is owed."""
    if day.delay_days is not None:
        return owed + timedelta(days=day.delay_days) if owed is not None else None
    return day.last


def _purposes(spoken: Spoken, named: list[days.Day]) -> dict[int, str | None]:
    """What each day is for, by its place: the nearest word of shipping or delivery in its sentence, else in the
    message, else in what the message answers. A day that is for neither is nobody's business here."""
    found: dict[int, str | None] = {}
    otherwise = _first(spoken.text) or _first(spoken.answers)
    waiting = list(named)
    for begin, sentence in words.sentences(spoken.text):
        inside = [day for day in waiting if day.start < begin + len(sentence)]
        waiting = waiting[len(inside) :]
        if inside:
            marks = _marks(sentence)
            for day in inside:
                near = _nearest(marks, day.start - begin, day.end - begin)
                found[day.start] = near or otherwise or ("ship_date" if day.delay_days is not None else None)
    return found


def _marks(text: str) -> list[tuple[int, int, str]]:
    """Every word of shipping or delivery: where it begins and ends, and what it is a word of."""
    return sorted(
        (place.start(), place.end(), kind)
        for kind, name in (("ship_date", "shipping"), ("delivery_date", "delivery"))
        for place in words.pattern(name).finditer(text)
    )


def _first(text: str) -> str | None:
    found = _marks(text)
    return found[0][2] if found else None


def _nearest(marks: list[tuple[int, int, str]], start: int, end: int) -> str | None:
    """The kind of the mark nearest to a place. Marks do not overlap much, so the neighbours of the place will do."""
    around = bisect_left(marks, (start, 0, ""))
    close = marks[max(0, around - 2) : around + 2]
    return min(((min(abs(one[0] - end), abs(start - one[1])), one[2]) for one in close), default=(0, None))[1]


# --- colours, materials, sizes, payees -------------------------------------------------------------------------------


def _things(spoken: Spoken, agreed: Agreed) -> Iterator[Drift]:
    text = spoken.text
    for one in things.colours(text):
        if one.value not in agreed.colours:
            yield Drift("colour", one.text, one.value, _sorted(agreed.colours), _colour(agreed, one.value))
    for one in things.materials(text):
        shares = {share for material, share in agreed.shares if material == one.value}
        other_share = one.percent is not None and bool(shares) and one.percent not in shares
        if one.value not in agreed.materials or other_share:
            yield Drift("material", one.text, one.text, _sorted(agreed.materials), _material(agreed, one.text))
    for one in things.sizes(text):
        if one.value not in agreed.sizes:
            yield Drift("size", one.text, one.value, _sorted(agreed.sizes), _of_line(agreed, "size", one.value))
    for one in things.payees(text):
        yield Drift("payee", one.text, one.value, (), None)


def _sorted(values: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(values))


def _term(agreed: Agreed, kind: str) -> tuple[str, str] | None:
    """The ID and the nominal value of the only term of a kind."""
    found = [(term.id, term.nominal) for term in agreed.specification.terms if term.kind == kind]
    return found[0] if len(found) == 1 else None


def _added(agreed: Agreed, kind: str, subject: str, nominal: str) -> Change:
    """A term that is not there yet; tolerance and method are for the two sides to fill in."""
    terms = agreed.specification.terms
    number = len(terms) + 1
    while any(term.id == f"T{number}" for term in terms):
        number += 1
    after = {"id": f"T{number}", "property": subject, "kind": kind, "class": "major", "nominal": nominal}
    return Change(f"specification.T{number}", None, after)


def _colour(agreed: Agreed, value: str) -> Change | None:
    if value[0].isdigit() or value.startswith("RAL "):
        found = _term(agreed, "colour")
        if found is not None:
            return Change(f"specification.{found[0]}.nominal", found[1], value)
        return _added(agreed, "colour", "colour", value)
    return _of_line(agreed, "variant", value) or _added(agreed, "colour", "colour", value)


def _material(agreed: Agreed, said: str) -> Change:
    found = _term(agreed, "component")
    if found is not None:
        return Change(f"specification.{found[0]}.nominal", found[1], said)
    return _added(agreed, "component", "material", said)


def _of_line(agreed: Agreed, name: str, after: Any) -> Change | None:
    """A change of the only line; where there are several the two sides must say which."""
    if len(agreed.lines) != 1:
        return None
    return Change(f"lines.0.{name}", getattr(agreed.lines[0], name) or None, after)


# --- figures ---------------------------------------------------------------------------------------------------------


def _figures(spoken: Spoken, agreed: Agreed, taken: bytearray) -> Iterator[Drift]:
    """Prices first, then measures, then counts: a figure is one thing only."""
    text = spoken.text
    for one in (*figures.prices(text), *figures.discounts(text)):
        _take(taken, one.start, one.end)
        if one.unit == "%" or one.unit != agreed.currency or not set(one.values) & agreed.prices:
            main = sorted(f"{exact(price)} {agreed.currency}" for price in agreed.prices)
            yield Drift("price", one.text, f"{exact(one.values[0])} {one.unit}", tuple(main), None)
    for one in figures.measures(text):
        if not any(taken[one.start : one.end]):
            _take(taken, one.start, one.end)
            yield from _measure(one, agreed)
    for thing in (*things.colours(text), *things.materials(text)):
        _take(taken, thing.start, thing.end)
    yield from _counts(text, agreed, taken)


def _take(taken: bytearray, start: int, end: int) -> None:
    """This part of the text has been understood."""
    taken[start:end] = b"\1" * (end - start)


def _measure(one: Figure, agreed: Agreed) -> Iterator[Drift]:
    nearest: tuple[Fraction, str, str, Fraction] | None = None
    stands = []
    for term in agreed.specification.terms:
        conversion = units.conversion(one.unit, term.unit) if term.unit and term.kind in MEASURED else None
        nominals = [term.nominal, *(row.nominal for row in term.by_size)]
        for nominal in nominals if conversion else []:
            if conversion is None or not nominal:
                continue
            there, said = Fraction(nominal), one.values[0] * conversion.factor
            stands.append(f"{term.subject} {nominal} {term.unit}")
            if said == there:
                return
            step = (abs(said - there), term.id, nominal, said)
            nearest = min(nearest, step) if nearest else step
    if nearest is None:
        added = _added(agreed, "dimension" if one.unit in units.LENGTH else "weight", one.text, exact(one.values[0]))
        yield Drift("measure", one.text, f"{exact(one.values[0])} {one.unit}", (), _with_unit(added, one.unit))
        return
    _gap, term_id, nominal, said = nearest
    change = Change(f"specification.{term_id}.nominal", nominal, exact(said))
    yield Drift("measure", one.text, f"{exact(one.values[0])} {one.unit}", tuple(stands), change)


def _with_unit(change: Change, unit: str) -> Change:
    kind = {"g/m2": "fabric_weight"}.get(unit, change.after["kind"])
    return replace(change, after={**change.after, "kind": kind, "unit": unit})


def _counts(text: str, agreed: Agreed, taken: bytearray) -> Iterator[Drift]:
    for begin, sentence in words.sentences(text):
        if words.has("fault", sentence):
            continue
        moves = words.has("shipping", sentence) or words.has("counted", sentence)
        named = [*figures.counts(sentence, products=agreed.products), *(figures.bare(sentence) if moves else ())]
        found = {one.start: one for one in reversed(named)}.values()
        if sum(one.values[0] for one in found) in agreed.quantities:
            # Parts of what was ordered, that together are all of it.
            continue
        for one in found:
            start, end = begin + one.start, begin + one.end
            if any(taken[start:end]):
                continue
            _take(taken, start, end)
            if not set(one.values) & agreed.quantities:
                stands = tuple(f"{line.quantity} {line.product}" for line in agreed.lines)
                value = one.values[0]
                change = _of_line(agreed, "quantity", int(value)) if value.denominator == 1 else None
                yield Drift("quantity", one.text, exact(value), stands, change)
