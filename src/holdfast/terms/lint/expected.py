"""What is said of a line only in words, and what such goods are hardly agreed without: found line by line, weighed.

It gives the score what no enforceable term holds, and tells the drafter once for all the lines it is true of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holdfast.terms.lint.codes import finding
from holdfast.terms.lint.draft import Draft, DraftLine
from holdfast.terms.lint.findings import Finding, Open
from holdfast.terms.lint.remarks import Sentence, is_open, sentences
from holdfast.terms.lint.scoring import WEIGHTS, covers
from holdfast.terms.lint.suggestions import SAMPLE, adding, offered
from holdfast.terms.lint.vocabulary import vocabulary
from holdfast.terms.specification import Term
from holdfast.terms.templates import CATEGORIES, Asked, category_of, template

QUALITY = "quality"
"""The aspect of words that name no other."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An aspect of a line that no term states: the words that name it, or the template that asks for it."""

    line: DraftLine
    aspect: str
    asked: Asked | None
    where: str
    words: str = ""

    @property
    def open(self) -> Open:
        """For the score."""
        severity = str(self.asked.term["class"]) if self.asked is not None else "major"
        why = "it stands only in words" if self.words else "no term states it"
        return Open(self.aspect, WEIGHTS[severity], self.where, why)


def missing(draft: Draft) -> tuple[Missing, ...]:
    """Everything that a line lacks, each aspect once."""
    named = category_of(draft.category)
    asked = template(named).expected if named else ()
    said = [(sentence, *is_open(sentence)) for sentence in sentences(draft)]
    words = [(sentence, aspect) for sentence, claims, aspect in said if claims]
    return tuple(one for line in draft.lines for one in _of_line(line, draft, asked, words))


def _of_line(
    line: DraftLine, draft: Draft, asked: tuple[Asked, ...], words: list[tuple[Sentence, str]]
) -> Iterator[Missing]:
    terms = [term for _place, term in draft.readable if covers(term, line)]
    # A term that is begun and cannot be read yet is told of where it stands, not missed as well.
    begun = [str(one.raw.get("kind")) for one in draft.terms if one.term is None]
    kinds = {*begun, *(term.kind for term in terms)}
    lacking = _lacking(asked, terms, begun)
    seen: set[str] = set()
    for key, text in line.texts if "colour" not in kinds else ():
        named = vocabulary()["colours"].within(text)
        if named and "colour" not in seen:
            seen.add("colour")
            usual = offered(aspect="colour", category=draft.category)
            yield Missing(line, "colour", usual, f"lines.{line.place}.{key}", ", ".join(named))
    for sentence, aspect in words:
        usual = offered(aspect=aspect or SAMPLE, category=draft.category)
        held = usual is not None and usual.term["kind"] in kinds
        name = aspect or QUALITY
        if not held and name not in seen:
            seen.add(name)
            yield Missing(line, name, usual, sentence.where, sentence.text)
    for one in lacking:
        if one.aspect not in seen:
            yield Missing(line, one.aspect, one, "specification")


def _lacking(expected: tuple[Asked, ...], terms: list[Term], begun: list[str]) -> tuple[Asked, ...]:
    """Which of the expected terms are not there: by kind, and of several of one kind by the words of their property."""
    lacking: list[Asked] = []
    for kind in dict.fromkeys(str(one.term["kind"]) for one in expected):
        asked = [one for one in expected if one.term["kind"] == kind]
        there = [term for term in terms if term.kind == kind]
        # Another language has other words: what matches none of them still counts for one that is left.
        unmatched = [one for one in asked if not any(_alike(one, term) for term in there)]
        spare = len(there) + begun.count(kind) - (len(asked) - len(unmatched))
        lacking += unmatched[max(0, spare) :]
    return tuple(one for one in expected if one in lacking)


def _alike(asked: Asked, term: Term) -> bool:
    own = {word for word in str(asked.term["property"]).casefold().split() if len(word) > 3}
    return bool(own & set(term.subject.casefold().split()))


def unstated(draft: Draft, lacks: Sequence[Missing]) -> Iterator[Finding]:
    """One finding for each aspect that lines lack and words do not name; colours in a product's name at their place."""
    lines: dict[str, list[int]] = {}
    first: dict[tuple[str, bool], Missing] = {}
    for one in lacks:
        lines.setdefault(one.aspect, []).append(one.line.number)
        first.setdefault((one.aspect, bool(one.words)), one)
    for one in first.values():
        if one.asked is None or (one.words and not one.where.startswith("lines.")):
            continue
        every = len(lines[one.aspect]) == len(draft.lines)
        change = adding(one.asked, lines=() if every else lines[one.aspect])
        if one.words:
            yield finding("colour_in_words", one.where, change, words=one.words, say=one.asked.say)
        else:
            subject = str(one.asked.term["property"])
            yield finding("not_stated", "specification", change, property=subject, say=one.asked.say)


def category(draft: Draft) -> Iterator[Finding]:
    """A category that no template has."""
    if draft.lines and category_of(draft.category) is None:
        titles = ", ".join(template(name).title for name in CATEGORIES)
        yield finding("category_unknown", "category", categories=titles)
