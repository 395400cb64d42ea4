"""The terms of a programme: whole in each language, every rule said, the same bytes each time."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest

from holdfast import programme
from holdfast.kernel.refusals import Invalid
from holdfast.programme import LANGUAGES, Programme, keys
from holdfast.programme.keys import Key, Table
from holdfast.programme.words import words_in

SHIPPED = programme.names()
OTHERS = [language for language in LANGUAGES if language != "en"]
ONE_CHOICE = {"fees.payer"}
"""Whoever pays the fee, it is the supplier: the key allows nothing else."""


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("part", ["joins", "titles", "names", "sentences"])
def test_no_word_is_missing_in_a_language_and_each_sentence_takes_the_same_figures(language: str, part: str) -> None:
    english, other = getattr(words_in("en"), part), getattr(words_in(language), part)
    assert list(english) == list(other)
    for key in english:
        assert _fields(english[key]) == _fields(other[key]), key
        assert other[key], key


def _fields(template: str) -> set[str | None]:
    return {field for _text, field, _form, _way in string.Formatter().parse(template) if field}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_the_same_programme_is_told_part_by_part_in_each_language(name: str, language: str) -> None:
    found = programme.shipped(name)
    told, english = programme.explain(found, language), programme.explain(found)
    assert [len(section.sentences) for section in told] == [len(section.sentences) for section in english]
    text = programme.terms_text(found, language)
    assert text.startswith(f"# {found.title}\n\n")
    assert text.endswith("\n")
    for wrong in ("None", "_", "{", "}", "  "):
        assert wrong not in text
    assert all(sentence[-1] in ".。" for section in told for sentence in section.sentences)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_digest_is_the_hash_of_the_bytes_and_each_language_has_its_own(name: str) -> None:
    found = programme.shipped(name)
    digests = programme.terms_digests(found)
    assert list(digests) == list(LANGUAGES)
    for language, digest in digests.items():
        assert digest == sha256(programme.terms_text(found, language).encode()).hexdigest()
    assert len(set(digests.values())) == len(LANGUAGES)
    again = programme.read_document(programme.as_document(found), source="again")
    assert programme.terms_digests(again) == digests
    assert programme.terms_digests(replace(found, version=found.version + 1)) != digests


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_a_programme_is_said_with_its_figure(language: str) -> None:
    """Each key is changed in turn: whichever programme gives it a meaning, its text is another one then."""
    unsaid, seen = set(ONE_CHOICE), set()
    every = set()
    for name in SHIPPED:
        found = programme.shipped(name)
        text = programme.terms_text(found, language)
        for path, other, figure in _changed(found):
            every.add(path)
            said = programme.terms_text(other(), language)
            if said != text:
                seen.add(path)
                assert not figure or figure in said, (name, path, figure)
    assert every - seen <= unsaid
    assert len(every) > 90


def test_a_language_that_is_not_held_is_refused_with_those_that_are() -> None:
    with pytest.raises(Invalid) as refusal:
        programme.terms_text(programme.shipped("standard"), "fr")
    assert refusal.value.field == "language"
    assert refusal.value.accepted == ["en", "es", "zh-hans"]


def test_spanish_joins_by_sound() -> None:
    spanish = words_in("es")
    assert spanish.listed(["quality", "inspection"]) == "calidad e inspección"
    assert spanish.listed(["quality", "quantity"], "or") == "calidad o cantidad"
    assert spanish.listed(["quality", "gold"], "or") == "calidad u oro"


# --- every key of a programme, changed ------------------------------------------------------------------------------


def _changed(whole: Programme) -> Iterator[tuple[str, Callable[[], Programme], str]]:
    """Each key by its path, a programme with another value there, and the figure that its text must then bear."""
    for path, other, figure in _of_part(whole, ""):
        if path not in {"name", "version", "title"}:
            yield path, other, figure


def _of_part(part: Any, path: str) -> Iterator[tuple[str, Callable[[], Any], str]]:
    for name, key in keys.of(type(part)):
        value = getattr(part, name)
        for inner, change, figure in _of_value(key, value, f"{path}.{name}".lstrip(".")):
            yield inner, (lambda part=part, name=name, change=change: replace(part, **{name: change()})), figure


def _of_value(key: Key, value: Any, path: str) -> Iterator[tuple[str, Callable[[], Any], str]]:
    match key.kind:
        case "section":
            yield from _of_part(value, path)
        case "sections":
            for place, one in enumerate(value):
                for inner, change, figure in _of_part(one, path):
                    yield inner, (lambda p=place, c=change: (*value[:p], c(), *value[p + 1 :])), figure
        case "table" | "amounts_table":
            for row in value:
                nested = (
                    _of_part(value[row], path)
                    if key.kind == "table"
                    else _of_value(Key("amounts", ""), value[row], path)
                )
                for inner, change, figure in nested:
                    yield inner, (lambda r=row, c=change: Table({**value, r: c()})), figure
        case "whole_table":
            for row in value:
                yield path, (lambda r=row: Table({**value, r: 797})), "797"
        case _:
            for other, figure in _of_leaf(key, value):
                # From day 798 on, where the rule says that so many days have passed.
                yield path, (lambda o=other: o), "798" if path == "late.cancel_after_days" else figure


def _of_leaf(key: Key, value: Any) -> Iterator[tuple[Any, str]]:
    """Other values of a key, each with the figure that stands for it."""
    match key.kind:
        case "amounts":
            yield from ((Table({**value, currency: 77_777_700}), "777,7") for currency in value)
        case "whole":
            yield 797, "797"
        case "percent":
            yield Fraction(797, 100), "7.97%"
        case "flag":
            yield not value, ""
        case "choice":
            yield from ((one, "") for one in key.allowed if one != value)
        case "choices":
            yield key.allowed[:1] if value != key.allowed[:1] else key.allowed[:2], ""
        case "words":
            yield ("ZZ",), "ZZ"
        case _:
            yield "6.5" if value != "6.5" else "4.0", ""
