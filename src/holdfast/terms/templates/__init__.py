"""Templates by category: the terms that such goods are usually agreed by, ready but for the values only buyers know.

Each category is one TOML file beside this module. What a template asks for as `expected` is what the lint misses where
no term states it; what it offers besides is what the lint suggests in place of words.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from holdfast.kernel.refusals import Invalid
from holdfast.terms.specification import read_term

CATEGORIES = ("apparel", "fashion_accessories", "electronics", "furniture", "machinery", "raw_material")
GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Asked:
    """One term as a template asks for it. `needs` are the keys the buyer fills in, `example` what could stand there.

    `say` is the term in a sentence; `aspect` the side of the goods it speaks of.
    """

    id: str
    aspect: str
    expected: bool
    say: str
    needs: tuple[str, ...]
    term: Mapping[str, Any]
    example: Mapping[str, Any]

    def document(self, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The term with these values in it, as a contract's document has it."""
        return {"id": self.id, **self.term, **(values or {})}


@dataclass(frozen=True, slots=True)
class Template:
    """What is asked of the goods of a category, and the units they are usually sold in."""

    name: str
    title: str
    units: tuple[str, ...]
    quality: str
    """The aspect that words like "good quality" mean first of all."""
    terms: tuple[Asked, ...]

    def find(self, term_id: str) -> Asked | None:
        """What it asks for under this ID."""
        return next((one for one in self.terms if one.id == term_id), None)

    def about(self, aspect: str) -> Asked | None:
        """The first term it has on a side of the goods."""
        return next((one for one in self.terms if one.aspect == aspect), None)

    @property
    def expected(self) -> tuple[Asked, ...]:
        """What such goods are hardly ever agreed without."""
        return tuple(one for one in self.terms if one.expected)


@lru_cache(maxsize=16)
def template(name: str) -> Template:
    """The template of a category. Refusal: `Invalid` for a name that is none."""
    if name not in (*CATEGORIES, GENERAL):
        raise Invalid(field="category", found=name, accepted=list(CATEGORIES))
    found = tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))
    terms = tuple(
        Asked(
            id=f"T{place + 1}",
            aspect=row["aspect"],
            expected=row["expected"],
            say=row["say"],
            needs=tuple(row["needs"]),
            term=row["term"],
            example=row["example"],
        )
        for place, row in enumerate(found["terms"])
    )
    return Template(name, found["title"], tuple(found["units"]), found["quality"], terms)


def templates() -> tuple[Template, ...]:
    """One for each category."""
    return tuple(template(name) for name in CATEGORIES)


def category_of(text: str) -> str | None:
    """The category that a contract's free text names: `Fashion accessories` is `fashion_accessories`; None if none."""
    name = "_".join(text.casefold().replace("-", " ").split())
    if name in CATEGORIES:
        return name
    titles = {one.title.casefold(): one.name for one in templates()}
    return titles.get(text.strip().casefold())


def filled(*, name: str, values: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The terms of a template whose values are given, in its order, with everything else as it asks.

    `values` maps a term's ID to the keys that are to stand in it, its needs and whatever shall differ. An expected
    term that needs nothing is in; one whose needs are not given is left out, and the lint says so if it is expected.

    Refusals: `Invalid` for a category or a term that is not there, and for a value that the term cannot take.
    """
    chosen = template(name)
    unknown = [term_id for term_id in values if chosen.find(term_id) is None]
    if unknown:
        raise Invalid(field=f"values.{unknown[0]}", found="no such term", accepted=[one.id for one in chosen.terms])
    written = []
    for asked in chosen.terms:
        given = values.get(asked.id)
        if given is None and (asked.needs or not asked.expected):
            continue
        term = asked.document(given)
        # Asked here as well, so that the refusal names the value and not a place in a document nobody wrote.
        read_term(term, path=f"values.{asked.id}")
        written.append(term)
    return written
