"""What the lint answers with: findings at their place, the claimability of each line, and what one phrase lacks.

Frozen shapes only. `where` is a dotted path into the contract's document, as in a refusal's `field`; numbers are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from holdfast.terms.documents import as_document as to_document

ADVICE, WARNING = "advice", "warning"
"""A warning: as written, a claim about it would fail or be argued. Advice: it would be stronger otherwise."""
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Change:
    """What puts a suggestion in: `add` appends `value` to the list at `path`, `set` puts it there, `take` takes it out.

    `needs` names the keys of the value that only the parties know; they stand empty until somebody fills them in.
    """

    act: str
    path: str
    value: Any = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that would weaken a claim. `suggestion` says it so that it can be measured; `facts` fill both texts."""

    code: str
    where: str
    severity: str
    message: str
    suggestion: str
    facts: Mapping[str, str]
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """Something said or expected of a line that no enforceable term holds, and the weight it has."""

    aspect: str
    weight: int
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class LineClaim:
    """What a line rests on: the IDs of the enforceable terms that speak of it, and what is left open.

    `share` is the part of its price that rests on them, from 0 to 1.
    """

    line: int
    price_minor: int
    share: Fraction
    rests_on: tuple[str, ...]
    open: tuple[Open, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The lint of one document. `score_percent` is exact; see `scoring` for its rule."""

    score_percent: Fraction
    lines: tuple[LineClaim, ...]
    findings: tuple[Finding, ...]

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings over which a claim would fail or be argued."""
        return tuple(finding for finding in self.findings if finding.severity == WARNING)

    def at(self, path: str) -> tuple[Finding, ...]:
        """The findings at a place or below it."""
        return tuple(one for one in self.findings if one.where == path or one.where.startswith(f"{path}."))

    def as_document(self) -> dict[str, Any]:
        """The JSON form; `score_percent` is rounded to a tenth there, `score_exact` is the ratio."""
        document: dict[str, Any] = to_document(self)
        return {"score_exact": document["score_percent"], **document, "score_percent": tenth(self.score_percent)}


@dataclass(frozen=True, slots=True)
class PhraseReport:
    """One phrase: whether two people who measure would agree, what it rests on, what is missing, what to say instead.

    `words` are those in it that nobody can measure; `anchors` the figures, standards, codes and references in it.
    """

    text: str
    measurable: bool
    aspect: str
    anchors: tuple[str, ...]
    words: tuple[str, ...]
    missing: tuple[str, ...]
    suggestion: str

    def as_document(self) -> dict[str, Any]:
        """The JSON form."""
        document: dict[str, Any] = to_document(self)
        return document


def tenth(value: Fraction) -> str:
    """To one decimal, half up, for people: 66.7."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(TENTH, rounding=ROUND_HALF_UP))
