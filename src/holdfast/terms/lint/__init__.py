"""The lint: what in a contract could not be enforced, how to say it so that it could, and how much value rests on it.

Pure, and it only advises: nothing anywhere asks it for permission. `lint` takes a contract's document (the JSON that
`contracts.document` reads, whole or half written, or a canonical text around it); `lint_phrase` takes one phrase.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from holdfast.kernel.refusals import Invalid
from holdfast.terms.lint import delivery, expected, remarks, specification
from holdfast.terms.lint.draft import Draft, read_draft
from holdfast.terms.lint.findings import (
    ADVICE,
    WARNING,
    Change,
    Finding,
    LineClaim,
    Open,
    PhraseReport,
    Report,
)
from holdfast.terms.lint.phrases import lint_phrase
from holdfast.terms.lint.scoring import claims, score_percent

__all__ = [
    "ADVICE",
    "WARNING",
    "Change",
    "Finding",
    "LineClaim",
    "Open",
    "PhraseReport",
    "Report",
    "lint",
    "lint_phrase",
]

Rule = Callable[[Draft], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    specification.readable,
    specification.obstacles,
    specification.methods,
    specification.texts,
    specification.sizes,
    specification.twice,
    specification.sampling,
    expected.category,
    remarks.unmeasurable,
    remarks.certificates,
    remarks.contradictions,
    delivery.incoterm,
    delivery.days,
    delivery.papers,
    delivery.charges,
)
"""Each rule yields its findings; they are told in the order of their places, then of their codes."""


LOOSENING = frozenset({"vague_term", "no_named_test"})
"""Findings on a term's own words that leave it without anything to decide it by."""


def lint(document: Mapping[str, Any]) -> Report:
    """The findings on a contract's document and its claimability, in a stable order.

    Refusal: `Invalid` where it is no object at all; nothing else is refused, because drafts are unfinished.
    """
    if not isinstance(document, Mapping):
        raise Invalid(field="document", found=type(document).__name__, accepted="an object")
    draft = read_draft(document)
    lacks = expected.missing(draft)
    found = [*expected.unstated(draft, lacks), *(finding for rule in RULES for finding in rule(draft))]
    # What several sentences of one remark say alike is told once.
    findings = {_order(finding): finding for finding in found}
    loosened = {int(one.where.split(".")[1]): one.message for one in found if one.code in LOOSENING}
    lines = claims(draft, [(one.line.number, one.open) for one in lacks], loosened)
    return Report(score_percent(lines), lines, tuple(findings[key] for key in sorted(findings)))


def _order(finding: Finding) -> tuple[tuple[tuple[int, int, str], ...], str, str]:
    """By place, numbers as numbers: line 10 comes after line 9."""
    parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in finding.where.split("."))
    return parts, finding.code, finding.message
