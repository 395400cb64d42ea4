"""The claimability score: the share of a contract's value that rests on terms somebody could enforce.

The rule, exact throughout:

1. Everything that is said or expected of a line has a weight: a term by its class (critical 3, major 2, minor 1); what
   stands only in words, and a property the category's template always asks for and no term states, by the class that
   the property has there (major where nobody says). One aspect counts once, however often it is said.
2. A term is enforceable if a reading could decide it: it can be read, it has its tolerance, limit, number, image or
   named test, and its text does not merely weigh or point elsewhere. A colour by Pantone or RAL code with a limit
   counts: it is decided once the swatch is measured.
3. A line's share is the weight of its enforceable terms divided by the weight of everything. A line without an
   enforceable term about the goods themselves (a paper or a carton is not the goods) has a share of nothing.
4. The score is the sum of price times share over the lines, divided by the sum of the prices, in per cent. Charges are
   shared out with the lines, so they change nothing.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from holdfast.terms.lint.draft import Draft, DraftLine
from holdfast.terms.lint.findings import LineClaim, Open
from holdfast.terms.specification import Term

WEIGHTS = {"critical": 3, "major": 2, "minor": 1}
BESIDE_THE_GOODS = frozenset({"packaging", "document", "certificate"})


def covers(term: Term, line: DraftLine) -> bool:
    """Whether a term speaks of units of this line."""
    return term.covers(line=line.number, size=line.size or None)


def claims(draft: Draft, left_open: Sequence[tuple[int, Open]], loosened: Mapping[int, str]) -> tuple[LineClaim, ...]:
    """Each line with what it rests on.

    `left_open` are (line number, what is said or expected and held by nothing); `loosened` are the places of terms that
    decide nothing as they are worded, and why.
    """
    by_line: dict[int, list[Open]] = {}
    for number, one in left_open:
        by_line.setdefault(number, []).append(one)
    return tuple(_line(line, draft, tuple(by_line.get(line.number, ())), loosened) for line in draft.lines)


def _line(line: DraftLine, draft: Draft, expected: tuple[Open, ...], loosened: Mapping[int, str]) -> LineClaim:
    speaking = [(place, term, term.obstacle or loosened.get(place)) for place, term in draft.readable]
    speaking = [row for row in speaking if covers(row[1], line)]
    firm = [term for _place, term, why in speaking if why is None]
    loose = tuple(
        Open(term.subject, WEIGHTS[term.severity], f"specification.{place}", why)
        for place, term, why in speaking
        if why is not None
    )
    unreadable = tuple(
        Open(_subject(one.raw.get("property")), WEIGHTS["major"], f"specification.{one.place}", "it cannot be read")
        for one in draft.terms
        if one.term is None
    )
    left = (*loose, *unreadable, *expected)
    held, lost = sum(WEIGHTS[term.severity] for term in firm), sum(one.weight for one in left)
    about_goods = any(term.kind not in BESIDE_THE_GOODS for term in firm)
    share = Fraction(held, held + lost) if about_goods else Fraction(0)
    return LineClaim(line.number, line.price_minor, share, tuple(term.id for term in firm), left)


def _subject(found: object) -> str:
    return found if isinstance(found, str) else ""


def score_percent(lines: Sequence[LineClaim]) -> Fraction:
    """The share of all prices that rests on enforceable terms, in per cent; nothing where there is no price."""
    total = sum(line.price_minor for line in lines)
    if total <= 0:
        return Fraction(0)
    return sum((line.share * line.price_minor for line in lines), Fraction(0)) / total * 100
