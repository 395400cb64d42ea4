"""Whether an answer could be taken for the acceptance of a breach, so that its sender is asked before it is sent.

First the shape of things: is anything broken, does the message answer that, does it name a day, a quantity or the
goods. Words decide only the last step, and stand in a list. A false alarm costs a click; nothing is decided here.
"""

import re
from dataclasses import dataclass
from datetime import date

from holdfast.terms.speech import days, figures, things, words

LATE, TERM = "late", "term"
PRICE, PAYEE = "price", "payee"
"""What can be agreed to before there is a contract, and is no breach of one."""
_BEGINS = 12
_CLOSE = 80
"""So many signs before a word are looked at for a refusal."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What gave it away: the words, the kinds of breach that are spoken of, and the days that may be the new one."""

    words: str
    breaches: tuple[str, ...]
    new_days: tuple[date, ...]


def acceptance(*, text: str, answers: str, breaches: tuple[str, ...], said_on: date) -> Acceptance | None:
    """`breaches` are those open or to be foreseen, of `late` and `term`, and before a contract what the other side has
    said otherwise of `price` and `payee`; `answers` is its last message."""
    if not breaches:
        return None
    text, answers = words.plain(text), words.plain(answers)
    if words.has("reservation", text):
        return None
    spoken_of = tuple(kind for kind in breaches if _is_about(kind, text, answers, said_on))
    agreed = _agreement(text, answers, said_on) if spoken_of else None
    if agreed is None:
        return None
    return Acceptance(agreed, spoken_of, _new_days(text, answers, said_on))


def _is_about(kind: str, text: str, answers: str, said_on: date) -> bool:
    for part in (text, answers):
        if kind == LATE and (_has_day(part, said_on) or words.has("delay", part) or words.has("shipping", part)):
            return True
        if kind == TERM and (words.has("goods", part) or words.has("shipping", part) or _names_goods(part)):
            return True
        if kind == PRICE and any([*figures.prices(part), *figures.discounts(part)]):
            return True
        if kind == PAYEE and any(True for _one in things.payees(part)):
            return True
    return False


def _has_day(text: str, said_on: date) -> bool:
    return bool(days.days(text=text, said_on=said_on))


def _names_goods(text: str) -> bool:
    found = (things.colours(text), things.materials(text), figures.measures(text), figures.counts(text, products=()))
    return any(any(True for _one in mentions) for mentions in found)


def _new_days(text: str, answers: str, said_on: date) -> tuple[date, ...]:
    """The days that may be the new one, the likeliest first: those of the message, latest first (of a week, the day in
    it that the other side named), then those of what it answers."""
    named, before = ([day for day in days.days(text=part, said_on=said_on) if day.last] for part in (text, answers))
    exact = [day.last for day in before if day.first == day.last and day.last is not None]
    own = sorted((next((one for one in exact if day.covers(one)), day.last or said_on) for day in named), reverse=True)
    offered = sorted((day.last for day in before if day.last is not None), reverse=True)
    return tuple(dict.fromkeys((*own, *offered)))


def _agreement(text: str, answers: str, said_on: date) -> str | None:
    """The words of agreement, if none of them is taken back; or, without one, the other side's own day said
    again in an answer that refuses and asks nothing."""
    found = None
    for begin, sentence in words.sentences(text):
        asks = "?" in sentence
        for place in words.pattern("agreement").finditer(sentence):
            if _is_refused(sentence[max(0, place.start() - _CLOSE) : place.start()]):
                return None
            # Who begins with yes and asks on has said yes.
            if not asks or begin + place.start() < _BEGINS:
                found = found or place.group()
    if found is not None or "?" in text or words.has("refusal", text) or words.has("complaint", text):
        return found
    named = {day.last: day.text for day in days.days(text=text, said_on=said_on) if day.last}
    offered = {day.last for day in days.days(text=answers, said_on=said_on)}
    return next((said for day, said in named.items() if day in offered), None)


def _is_refused(before: str) -> bool:
    """Whether a word of refusal stands close before: among the last three words, or the last two Chinese signs."""
    masked = words.pattern("agreement").sub(" ", before)
    if re.search(r"[\u4e00-\u9fff]", before[-2:]):
        return words.has("refusal", masked[-2:])
    near = " ".join(re.split(r"[,:]", masked)[-1].split()[-3:])
    return words.has("refusal", near)
