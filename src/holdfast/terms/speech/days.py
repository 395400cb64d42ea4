"""Days said in a message: written out, by their number, by the name of a weekday, or as a time from now.

A day without a year is the nearest one to the day of the message. It reads; what the day is for is told elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from holdfast.terms.speech import words


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or the span of days, that a text names; `start` and `end` are its place in the text.

    `either` is the other reading of figures that may be day and month or month and day; `delay_days` stands where so
    many days more are spoken of, whatever they count from.
    """

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    either: date | None = None
    delay_days: int | None = None

    def covers(self, day: date) -> bool:
        """Whether that day may be the one that was meant."""
        if self.either == day:
            return True
        return self.first is not None and self.last is not None and self.first <= day <= self.last


def _month_names() -> str:
    latin = [name for name in words.months() if name[0].isalpha() and not name[0].isdigit() and name.isascii()]
    return "|".join(sorted((re.escape(name) for name in latin), key=len, reverse=True))


_MONTH = rf"(?P<month>{_month_names()})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?:de\s+)?(?P<year>20\d\d))?"
_WRITTEN = (
    re.compile(r"(?<![\d-])(?P<year>20\d\d)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})(?!\d)日?"),
    re.compile(r"(?:(?P<year>20\d\d)年)?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?"),
    re.compile(rf"\b{_DAY}[\s-](?:of\s+|de\s+)?{_MONTH}(?![^\W\d_]){_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s*{_DAY}(?!\d){_YEAR}", re.IGNORECASE),
)
_FIGURES = re.compile(r"(?<![\d/.-])(\d{1,2})[/.](\d{1,2})[/.](20\d\d|\d\d)(?![\d/-])")
_OF_MONTH = re.compile(
    r"(?<!\d)(?:(?P<en>\d{1,2})(?:st|nd|rd|th)\b(?!\s+(?:of\s+)?[A-Z])"
    r"|\bel (?P<es>\d{1,2})\b(?! de [a-z])(?!\s?[%.,]\d)|(?<!月)(?P<zh>\d{1,2})号)"
)
_NUMBER = words.alternatives(tuple(word for given in words.lists()["number"].values() for word in given))


def _part_of_month(name: str) -> re.Pattern[str]:
    """`end of April`, `4月底`: the words of a list beside the name of a month, or behind its number."""
    latin = tuple(word for word in words.lists()["span"][name] if word[0].isascii())
    han = "|".join(word.removeprefix("月") for word in words.lists()["span"][name] if not word[0].isascii())
    shape = rf"{words.alternatives(latin)}[\s-]{_MONTH}(?![^\W\d_])|(?P<han>\d{{1,2}})月(?:{han})"
    return re.compile(shape, re.IGNORECASE)


_PARTS = ((_part_of_month("start_of"), 1), (_part_of_month("mid_of"), 11), (_part_of_month("end_of"), 21))

_WEEKDAY = re.compile(
    rf"(?:(?P<following>next |próximo |下)|(?:this |本|这))?(?P<name>{words.alternatives(tuple(words.weekdays()))})",
    re.IGNORECASE,
)


def _delay_of(name: str) -> re.Pattern[str]:
    unit = words.alternatives(words.lists()["span"][name])
    count_of = rf"(?P<figure>(?<!\d)\d{{1,3}}|{_NUMBER})\s?(?:more\s|extra\s)?{unit}"
    return re.compile(rf"{count_of}(?P<more>\s(?:later|longer|más|more|late))?", re.IGNORECASE)


_DELAYS = tuple((_delay_of(name), length) for name, length in (("day", 1), ("week", 7), ("month", 30)))


def days(*, text: str, said_on: date) -> list[Day]:
    """Every day that a text names, in its order; where two readings overlap the longer one counts."""
    found = [*_written(text, said_on), *_figures(text), *_of_month(text, said_on), *_month_ends(text, said_on)]
    found += [*_spans(text, said_on), *_named(text, said_on), *_delays(text)]
    kept: list[Day] = []
    taken = bytearray(len(text))
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _on(place: re.Match[str], day: date, *, either: date | None = None) -> Day:
    return Day(place.start(), place.end(), place.group().strip(), day, day, either)


def _date(year: int | None, month: int, day: int, said_on: date) -> date | None:
    try:
        if year is not None:
            return date(year, month, day)
        near = [date(said_on.year + step, month, day) for step in (-1, 0, 1)]
    except ValueError:
        return None
    return min(near, key=lambda one: abs(one - said_on))


def _written(text: str, said_on: date) -> Iterator[Day]:
    for shape in _WRITTEN:
        for place in shape.finditer(text):
            name = place["month"].casefold()
            month = int(name) if name.isdigit() else words.months()[name]
            day = _date(int(place["year"]) if place["year"] else None, month, int(place["day"]), said_on)
            if day is not None:
                yield _on(place, day)


def _figures(text: str) -> Iterator[Day]:
    for place in _FIGURES.finditer(text):
        first, second, year = (int(part) for part in place.groups())
        year += 2000 if year < 100 else 0
        readings = [_date(year, month, day, date.min) for day, month in ((first, second), (second, first))]
        known = [one for one in readings if one is not None]
        if known:
            yield _on(place, known[0], either=known[-1])


def _of_month(text: str, said_on: date) -> Iterator[Day]:
    """`the 24th`: the next day of that number."""
    for place in _OF_MONTH.finditer(text):
        for ahead in range(62):
            day = said_on + timedelta(days=ahead)
            if day.day == int(place["en"] or place["es"] or place["zh"]):
                yield _on(place, day)
                break


def _month_ends(text: str, said_on: date) -> Iterator[Day]:
    """`mid May`, `antes de finales de abril`, `4月底`: the first, the second or the last ten days of that month."""
    for shape, begins in _PARTS:
        for place in shape.finditer(text):
            month = int(place["han"]) if place["han"] else words.months()[place["month"].casefold()]
            first = _date(None, month, begins, said_on) if 1 <= month <= 12 else None
            if first is not None:
                ends = (first.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
                last = ends if begins > 20 else first + timedelta(days=9)
                yield Day(place.start(), place.end(), place.group().strip(), first, last)


def _spans(text: str, said_on: date) -> Iterator[Day]:
    monday = said_on - timedelta(days=said_on.weekday())
    following = (said_on.replace(day=1) + timedelta(days=32)).replace(day=1)
    spans = {
        "today": (said_on, said_on),
        "tomorrow": (said_on + timedelta(days=1), said_on + timedelta(days=1)),
        "this_week": (said_on, monday + timedelta(days=6)),
        "next_week": (monday + timedelta(days=7), monday + timedelta(days=13)),
        "next_month": (following, (following + timedelta(days=32)).replace(day=1) - timedelta(days=1)),
    }
    for name, (first, last) in spans.items():
        for place in words.spelt(words.lists()["span"][name]).finditer(text):
            yield Day(place.start(), place.end(), place.group(), first, last)


def _named(text: str, said_on: date) -> Iterator[Day]:
    """A weekday: the next one that comes; with `next` or `下` before it, the one of the following week."""
    for place in _WEEKDAY.finditer(text):
        ahead = (words.weekdays()[place["name"].casefold()] - said_on.weekday()) % 7 or 7
        monday = said_on - timedelta(days=said_on.weekday())
        day = said_on + timedelta(days=ahead)
        if place["following"] and day < monday + timedelta(days=7):
            day += timedelta(days=7)
        yield _on(place, day)


def _delays(text: str) -> Iterator[Day]:
    """`a week later`, `diez días más`, `三天`: so many days, counted from wherever the two sides count."""
    for shape, length in _DELAYS:
        for place in shape.finditer(text):
            figure = place["figure"].casefold()
            count = int(figure) if figure.isdigit() else int(words.meanings("number")[figure])
            before = text[max(0, place.start() - 12) : place.start()]
            if place["more"] or words.has("delay", before + " ") or words.has("delay", text[place.end() :][:12]):
                yield Day(place.start(), place.end(), place.group(), None, None, delay_days=count * length)
