"""What is written in words: packaging, remarks, documents and the names of products, sentence by sentence.

Words that nobody can measure are marked with the term that would say it; figures, codes and days that contradict a term
are found by their form alone. Structured terms prevail over words, so that a contradiction is lost by whoever reads the
words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import islice

from holdfast.programme.rules import INCOTERMS
from holdfast.terms import units
from holdfast.terms.comparison import permitted
from holdfast.terms.documents import number
from holdfast.terms.lint.anchors import Figure
from holdfast.terms.lint.codes import finding
from holdfast.terms.lint.draft import Draft
from holdfast.terms.lint.findings import Change, Finding
from holdfast.terms.lint.phrases import Read, judged, lint_phrase, read_phrase
from holdfast.terms.lint.suggestions import DATED, NUMBERED, SAMPLE, adding, offered
from holdfast.terms.lint.vocabulary import documents
from holdfast.terms.specification import Shape, Term, measured
from holdfast.terms.templates import Asked

SENTENCE = re.compile(r"(?<!\d)[.](?!\w)|(?<=\d)[.](?=\s|$)|[;；。！!?？\n]|，")
DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
TERM = re.compile(r"(?<![A-Z])(?:" + "|".join(INCOTERMS) + r")(?![A-Z])")
MOST_SENTENCES = 200
WORD = re.compile(r"[^\W\d_]{4,}")
KNOWN = frozenset({*units.PERFORMANCE, *units.FABRIC_WEIGHT})
IDEOGRAMS = re.compile(r"[\u3400-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the contract's words, and where it stands."""

    where: str
    text: str


def sentences(draft: Draft) -> tuple[Sentence, ...]:
    """All that is said in words beside the terms, in the order of the document."""
    found = [Sentence(where, part) for where in ("packaging", "remarks") for part in _split(getattr(draft, where))]
    return tuple(found)


def _split(text: str) -> list[str]:
    parts = (part.strip() for part in SENTENCE.split(text))
    return list(islice((part for part in parts if part), MOST_SENTENCES))


def unmeasurable(draft: Draft) -> Iterator[Finding]:
    """Sentences that no term holds and no reading could decide."""
    for sentence in sentences(draft):
        report = lint_phrase(text=sentence.text, category=draft.category)
        phrase = read_phrase(sentence.text)
        if report.measurable:
            continue
        words = ", ".join(report.words) or sentence.text
        if phrase.hurry and not report.anchors:
            yield finding("no_day", sentence.where, words=words, say=DATED)
            continue
        code = {"reference": "points_elsewhere", "unit": "lacks_unit"}.get(report.missing[0], "vague_words")
        asked = offered(aspect=report.aspect or SAMPLE, category=draft.category)
        yield finding(code, sentence.where, _change(asked, sentence, draft), words=words, say=report.suggestion)


def _change(asked: Asked | None, sentence: Sentence, draft: Draft) -> Change | None:
    """The term that would say it; where a term of the kind is there already, the words may go."""
    if asked is None:
        return None
    held = any(term.kind == asked.term["kind"] for _place, term in draft.readable)
    return Change("take", sentence.where, sentence.text) if held else adding(asked)


def certificates(draft: Draft) -> Iterator[Finding]:
    """Certificates that are only named among the documents, with neither number nor day."""
    named = {term.nominal.casefold() for _place, term in draft.readable if term.kind == "certificate"}
    for place, text in enumerate(draft.documents):
        phrase = read_phrase(text)
        told = phrase.anchors.certificates
        is_paper = bool(told) or "certificate" in phrase.aspects
        if not is_paper or documents(text) or phrase.anchors.references or any(_alike(text, one) for one in named):
            continue
        asked = offered(aspect="certificate", category=draft.category)
        if asked is not None:
            words = ", ".join(told) or text
            change = adding(asked, nominal=words, property=text)
            yield finding("certificate_in_words", f"documents.{place}", change, words=words, say=NUMBERED)


def _alike(text: str, name: str) -> bool:
    plain = text.casefold()
    return name in plain or plain in name or any(part in plain for part in name.split() if len(part) > 3)


def contradictions(draft: Draft) -> Iterator[Finding]:
    """Figures, models and colour codes in words that are not those of the terms; another Incoterm; other days."""
    for sentence in sentences(draft):
        phrase = read_phrase(sentence.text)
        for _place, term in draft.readable:
            said = _against(term, phrase, draft)
            if said:
                agreed = permitted(term)
                yield finding("contradicts_term", sentence.where, words=said, term=term.id, permitted=agreed)
        for other in TERM.findall(sentence.text):
            if draft.incoterm and other != draft.incoterm:
                yield finding("other_incoterm", sentence.where, words=other, agreed=draft.incoterm)
        for day in DAY.findall(sentence.text):
            if day not in _days(draft):
                yield finding("other_day", sentence.where, words=day)


def _days(draft: Draft) -> set[str]:
    days: list[date | None] = [draft.ship_on, draft.latest_on]
    days += [term.valid_until for _place, term in draft.readable]
    return {day.isoformat() for day in days if day is not None}


def _against(term: Term, phrase: Read, draft: Draft) -> str:
    """What in a phrase is not what the term says, or nothing."""
    match term.shape:
        case Shape.MEASURE if not term.by_size and term.obstacle is None:
            figures = phrase.anchors.figures if _speaks_of(term, phrase.text) else ()
            return next((one.text for one in figures if _outside(term, one)), "")
        case Shape.LISTED:
            return _other_model(term, phrase)
        case Shape.COLOUR:
            colours = [one for _place, one in draft.readable if one.shape is Shape.COLOUR]
            alone = len(colours) == 1 or _speaks_of(term, phrase.text)
            agreed = _plain(f"{term.system} {term.nominal}")
            said = [code for code in phrase.anchors.colours if _plain(code).removeprefix("pantone") not in agreed]
            return said[0] if said and alone and term.nominal else ""
        case _:
            return ""


def _speaks_of(term: Term, text: str) -> bool:
    """Whether the words of a term's property stand in a text: a word of four letters, two ideograms."""
    plain = text.casefold()
    words, runs = _names(term.subject)
    hits = sum(word.search(plain) is not None for word in words)
    return (bool(words) and hits * 2 >= len(words)) or any(run in plain for run in runs)


@lru_cache(maxsize=2048)
def _names(subject: str) -> tuple[tuple[re.Pattern[str], ...], tuple[str, ...]]:
    words = [one.casefold() for one in WORD.findall(subject) if not IDEOGRAMS.search(one)]
    runs = [run[at : at + 2] for run in IDEOGRAMS.findall(subject) for at in range(len(run) - 1)]
    return tuple(re.compile(rf"(?<!\w){re.escape(word)}") for word in words), tuple(runs)


def _outside(term: Term, figure: Figure) -> bool:
    """Whether a figure in the term's own measure is outside of what the term permits."""
    text, _space, unit = figure.text.partition(" ")
    if figure.kind == "counted":
        text, unit = re.match(r"[+-]?[\d.,/]+", figure.text).group(), ""  # type: ignore[union-attr]
    try:
        value = number(text.replace(",", "."))
        nominal = measured(term.nominal, shape=term.shape)
    except ValueError:
        return False
    factor = _factor(unit, term, figure.kind)
    return factor is not None and not _within(term, value * factor, nominal)


def _factor(unit: str, term: Term, kind: str) -> Fraction | None:
    if term.unit in units.COUNTED:
        return Fraction(1) if kind in ("counted", "measured") and not units.conversion(unit, "cm") else None
    known = {"gsm": "g/m2", "g/m²": "g/m2", "inches": "in", "inch": "in"}.get(unit.casefold(), unit)
    for spelt in (known, known.casefold()):
        found = (
            units.conversion(spelt, term.unit or "") if spelt in (*units.PERFORMANCE, *units.FABRIC_WEIGHT) else None
        )
        if found is not None:
            return found.factor
    return None


def _within(term: Term, value: Fraction, nominal: Fraction) -> bool:
    tolerance = term.tolerance
    scale = abs(nominal) / 100 if tolerance is not None and tolerance.percent else Fraction(1)
    low = nominal - (tolerance.minus * scale if tolerance else 0)
    high = nominal + (tolerance.plus * scale if tolerance else 0)
    return {"at_least": value >= low, "at_most": value <= high}.get(term.limit or "", low <= value <= high)


def _other_model(term: Term, phrase: Read) -> str:
    """A model or version in the words that is neither the one agreed nor listed."""
    listed = {_plain(one) for one in (term.nominal, *term.accepted)}
    codes = (*phrase.anchors.models, *phrase.anchors.standards)
    for code in codes:
        alike = _plain(code)[:4] == _plain(term.nominal)[:4] or _speaks_of(term, phrase.text)
        if alike and not any(_plain(code) in one or one in _plain(code) for one in listed):
            return code
    return ""


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def is_open(sentence: Sentence) -> tuple[bool, str]:
    """Whether a sentence claims something that nothing could decide, and of which aspect."""
    phrase = read_phrase(sentence.text)
    measurable, _missing = judged(phrase)
    return not measurable and not phrase.hurry, phrase.aspects[0] if phrase.aspects else ""
