"""How the lint's findings and the templates look from outside."""

from typing import Any

from ninja import Schema

from holdfast.terms.lint import PhraseReport, Report
from holdfast.terms.templates import Asked, Template


class LintChange(Schema):
    """What puts a suggestion in: `add` to the list at `path`, `set` it there, or `take` the text out.

    `needs` are the keys of the value that only the parties know."""

    act: str
    path: str
    value: Any
    needs: list[str]


class Finding(Schema):
    """Something that would weaken a claim; `where` is a dotted path into the document."""

    code: str
    where: str
    severity: str
    message: str
    suggestion: str
    facts: dict[str, str]
    change: LintChange | None


class Open(Schema):
    """What is said or expected of a line and held by no enforceable term."""

    aspect: str
    weight: int
    where: str
    why: str


class LineClaim(Schema):
    """What a line rests on; `share` is the part of its price that does, an exact number from 0 to 1."""

    line: int
    price_minor: int
    share: str
    rests_on: list[str]
    open: list[Open]


class Lint(Schema):
    """The lint of a document: the share of its value that rests on enforceable terms, and what weakens the rest.

    `score_exact` is the score as a decimal or a ratio; `score_percent` the same to one decimal."""

    score_percent: str
    score_exact: str
    lines: list[LineClaim]
    findings: list[Finding]


class Phrase(Schema):
    """One phrase: `missing` are `value`, `reference`, `unit`, `tolerance` or `method`."""

    text: str
    measurable: bool
    aspect: str
    anchors: list[str]
    words: list[str]
    missing: list[str]
    suggestion: str


class Phrases(Schema):
    """Each phrase, in the order asked."""

    items: list[Phrase]


class AskedTerm(Schema):
    """A term as a template asks for it: fill in what it `needs`; `example` is what could stand there."""

    id: str
    aspect: str
    expected: bool
    say: str
    needs: list[str]
    term: dict[str, Any]
    example: dict[str, Any]


class TemplateInList(Schema):
    """A template by its category."""

    name: str
    title: str
    units: list[str]


class TemplateShown(TemplateInList):
    """What is asked of the goods of a category."""

    terms: list[AskedTerm]


def report(found: Report) -> dict[str, Any]:
    """The lint of a document."""
    return found.as_document()


def phrase(found: PhraseReport) -> dict[str, Any]:
    """The lint of a phrase."""
    return found.as_document()


def template_line(found: Template) -> dict[str, Any]:
    """A template in a list."""
    return {"name": found.name, "title": found.title, "units": list(found.units)}


def template(found: Template) -> dict[str, Any]:
    """A template with its terms."""
    return {**template_line(found), "terms": [_asked(one) for one in found.terms]}


def _asked(found: Asked) -> dict[str, Any]:
    return {
        "id": found.id,
        "aspect": found.aspect,
        "expected": found.expected,
        "say": found.say,
        "needs": list(found.needs),
        "term": found.document(),
        "example": dict(found.example),
    }
