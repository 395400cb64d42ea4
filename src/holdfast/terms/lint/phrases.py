"""One phrase: could two people who have the goods and the phrase differ, and what would settle it?

What a phrase rests on is found by its form (`anchors`); only what weighs, points elsewhere or names a property is
looked for by words. The order of the questions is the rule: a reference that nobody identifies, then figures, then
words that weigh, then a property without a figure. What is left is a thing that is there or not, which anybody sees.
"""

from dataclasses import dataclass
from functools import lru_cache

from holdfast.terms.lint.anchors import FRACTION, Anchors, anchors_of
from holdfast.terms.lint.findings import PhraseReport
from holdfast.terms.lint.suggestions import DATED, suggestion
from holdfast.terms.lint.vocabulary import Vocabulary, vocabulary

MOST = 2000
VALUE, REFERENCE, UNIT, TOLERANCE, METHOD = "value", "reference", "unit", "tolerance", "method"
FIGURED = frozenset({"size", "weight", "fabric_weight", "performance", "fastness", "strength", "shrinkage", "purity"})
"""Aspects that are nothing without a figure, a code or a test."""


@dataclass(frozen=True, slots=True)
class Read:
    """A phrase taken apart."""

    text: str
    anchors: Anchors
    vague: tuple[str, ...]
    pointing: tuple[str, ...]
    colours: tuple[str, ...]
    hurry: tuple[str, ...]
    samples: tuple[str, ...]
    aspects: tuple[str, ...]
    substitutes: tuple[str, ...]


def lint_phrase(*, text: str, category: str = "") -> PhraseReport:
    """Whether a phrase is measurable, what it rests on, what is missing, and how it could be said instead.

    `category` names the kind of goods, for the suggestion; one that no template has is as good as none.
    """
    phrase = read_phrase(text)
    measurable, missing = judged(phrase)
    aspect = phrase.aspects[0] if phrase.aspects else ""
    said = suggestion(aspect=aspect, category=category, missing=missing) if missing else ""
    if phrase.hurry and missing == (VALUE,):
        said = DATED
    colours = phrase.colours if REFERENCE in missing else ()
    words = sorted((*phrase.substitutes, *phrase.vague, *phrase.pointing, *phrase.hurry, *colours), key=text.find)
    return PhraseReport(text, measurable, aspect, phrase.anchors.told, tuple(dict.fromkeys(words)), missing, said)


@lru_cache(maxsize=512)
def read_phrase(text: str) -> Read:
    """The anchors and words of a phrase, as far as a phrase is read. Several rules ask it of the same sentence."""
    text, words = text[:MOST], vocabulary()
    plain = words["not_vague"].without(text)
    unlimited = words["limits"].without(plain)
    sealed = words["sealed"].within(text)
    return Read(
        text=text,
        anchors=anchors_of(text, words),
        vague=(*words["vague"].within(unlimited), *words["endings"].within(unlimited)),
        pointing=(*words["pointing"].within(words["sealed"].without(plain)), *words.empty.within(text)),
        colours=words["colours"].within(text),
        hurry=words["hurry"].within(text),
        samples=(*sealed, *words["samples"].within(words["sealed"].without(text))),
        aspects=_aspects(text, words),
        substitutes=words["substitutes"].within(text),
    )


def _aspects(text: str, words: Vocabulary) -> tuple[str, ...]:
    """The aspects named, the one whose word comes first before the others, longer words before shorter ones."""
    found = []
    for order, (aspect, listed) in enumerate(words.aspects.items()):
        hit = listed.pattern.search(text)
        if hit:
            found.append((hit.start(), -len(hit.group()), order, aspect))
    if not found and words["colours"].are_in(text):
        return ("colour",)
    return tuple(aspect for _start, _length, _order, aspect in sorted(found))


def judged(phrase: Read) -> tuple[bool, tuple[str, ...]]:
    """Whether it is measurable, and what is missing."""
    anchors = phrase.anchors
    firm = bool(anchors.standards or anchors.colours or anchors.models or anchors.references)
    figures = [one for one in anchors.figures if one.kind != "part"]
    if phrase.hurry and not figures:
        return False, (VALUE,)
    if phrase.substitutes or _points_nowhere(phrase, is_firm=firm, has_figures=bool(figures)):
        return False, (REFERENCE,)
    if _lacks_unit(phrase) and not firm:
        return False, (UNIT,)
    if firm or figures:
        return True, _around(phrase)
    if anchors.certificates:
        return True, (REFERENCE,)
    if phrase.vague:
        return False, (VALUE,)
    if anchors.names:
        return True, ()
    if FIGURED & set(phrase.aspects) and not anchors.is_limited and _states_a_property(phrase):
        return False, (VALUE,)
    return True, ()


def _points_nowhere(phrase: Read, *, is_firm: bool, has_figures: bool) -> bool:
    if is_firm:
        return False
    if phrase.samples and not has_figures:
        return True
    if phrase.colours and "colour" in (phrase.aspects or ("colour",))[:1] and not has_figures:
        return True
    return bool(phrase.pointing) and not has_figures and not phrase.anchors.names and not phrase.anchors.certificates


def _lacks_unit(phrase: Read) -> bool:
    """A fraction of nothing said, or a whole number for what is measured; `trays of 50` are counted."""
    bare = [one for one in phrase.anchors.figures if one.kind == "bare"]
    broken = any(FRACTION.search(one.text) for one in bare)
    return bool(bare) and not phrase.anchors.measured and (broken or bool(FIGURED & set(phrase.aspects)))


def _states_a_property(phrase: Read) -> bool:
    """`Bag size: medium` states one; `ribbed cuffs` only names a thing that may belong to one."""
    return any(mark in phrase.text for mark in (":", "：", "="))


def _around(phrase: Read) -> tuple[str, ...]:
    """What is missing around an anchor that is there."""
    anchors, words, missing = phrase.anchors, vocabulary(), []
    nominal = [one for one in anchors.measured if not one.text.startswith("100 %")]
    if nominal and (not anchors.is_limited or words["approximate"].are_in(phrase.text)):
        missing.append(TOLERANCE)
    if anchors.colours and not anchors.is_limited:
        missing.append(TOLERANCE)
    tested = bool(anchors.standards) or words["tests"].are_in(phrase.text)
    if words["behaviours"].are_in(phrase.text) and anchors.figures and not tested:
        missing.append(METHOD)
    return tuple(dict.fromkeys(missing))
