"""What in the terms themselves would leave a claim undecided: no tolerance, method, test, number, seal or value.

It asks terms by their form, whatever language they are written in; only a term that states a text is read for words.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from holdfast.terms.comparison import permitted
from holdfast.terms.lint.codes import finding
from holdfast.terms.lint.draft import Draft
from holdfast.terms.lint.findings import Change, Finding
from holdfast.terms.lint.phrases import lint_phrase
from holdfast.terms.lint.scoring import covers
from holdfast.terms.specification import Shape, Term

TOLERANCES: dict[str, tuple[str, bool]] = {
    "dimension": ("1", True),
    "weight": ("5", True),
    "fabric_weight": ("5", True),
    "composition": ("3", False),
    "performance": ("5", True),
    "packaging": ("0", False),
}
"""A tolerance to begin with, by kind: the figure, and whether it is in per cent of the value."""
METHODS = {
    "dimension": "steel rule, laid flat",
    "weight": "scale",
    "fabric_weight": "ISO 3801",
    "composition": "ISO 1833",
    "fastness": "ISO 105-C06",
    "colour": "spectrophotometer d/8, D65, 10 degrees, specular included",
}
"""A method to begin with, by kind; None where only the parties know."""
TESTED = frozenset({"fabric_weight", "composition", "fastness", "colour", "performance"})


def readable(draft: Draft) -> Iterator[Finding]:
    """Terms that cannot be read at all."""
    for one in draft.terms:
        if one.no is not None:
            where = one.no.field or f"specification.{one.place}"
            accepted = one.no.accepted
            listed = ", ".join(map(str, accepted)) if isinstance(accepted, list | tuple) else str(accepted)
            yield finding("term_unreadable", where, found=_shown(one.no.facts.get("found")), accepted=listed)


def _shown(found: object) -> str:
    return "nothing" if found in (None, "") else str(found)


def obstacles(draft: Draft) -> Iterator[Finding]:
    """What no reading could decide, and what it would wait for."""
    for place, term in draft.readable:
        where = f"specification.{place}"
        match term.shape:
            case Shape.MEASURE if term.obstacle is not None:
                yield _no_tolerance(term, where)
            case Shape.COLOUR:
                yield from _colour(term, where)
            case Shape.CERTIFIED:
                yield from _certificate(term, where, draft)
            case Shape.PASSED:
                yield from _passed(term, where)
            case _:
                pass


def _no_tolerance(term: Term, where: str) -> Finding:
    figure, percent = TOLERANCES.get(term.kind, ("5", True))
    value = {"minus": figure, "plus": figure, "percent": percent}
    told = f"{figure}%" if percent else f"{figure} {term.unit or ''}".strip()
    change = Change("set", f"{where}.tolerance", value)
    return finding("no_tolerance", f"{where}.tolerance", change, property=term.subject, tolerance=told)


def _colour(term: Term, where: str) -> Iterator[Finding]:
    if term.delta_e is None:
        yield finding("no_colour_limit", f"{where}.delta_e", Change("set", f"{where}.delta_e", "2.0"))
    if term.lab is None:
        change = Change("set", f"{where}.lab", None, ("lab",))
        yield finding("swatch_not_measured", f"{where}.lab", change, code=term.nominal or term.subject)


def _certificate(term: Term, where: str, draft: Draft) -> Iterator[Finding]:
    name = term.nominal
    if not term.number:
        change = Change("set", f"{where}.number", "", ("number",))
        yield finding("no_number", f"{where}.number", change, name=name)
    day = draft.latest_on or draft.ship_on
    if term.valid_until is None:
        put = Change("set", f"{where}.valid_until", day.isoformat()) if day else None
        until = day.isoformat() if day else "the day the goods arrive"
        yield finding("no_expiry", f"{where}.valid_until", put, name=name, day=until)
    elif draft.ship_on is not None and term.valid_until < draft.ship_on:
        ship = draft.ship_on.isoformat()
        change = Change("set", f"{where}.valid_until", ship)
        facts = {"name": name, "day": term.valid_until.isoformat(), "ship": ship}
        yield finding("expired", f"{where}.valid_until", change, **facts)


def _passed(term: Term, where: str) -> Iterator[Finding]:
    if term.kind == "function" and not term.method.strip():
        change = Change("set", f"{where}.method", "", ("method",))
        yield finding("no_named_test", f"{where}.method", change, property=term.subject)
    if term.kind == "sample" and term.obstacle is not None:
        missing = "held_by" if term.number else "number"
        change = Change("set", f"{where}.{missing}", "", (missing,))
        yield finding("no_seal", f"{where}.{missing}", change, obstacle=term.obstacle.capitalize())
    if term.kind == "logo" and not term.references:
        change = Change("set", f"{where}.references", [], ("references",))
        yield finding("no_image", f"{where}.references", change)


def methods(draft: Draft) -> Iterator[Finding]:
    """Figures that laboratories find differently by different methods."""
    for place, term in draft.readable:
        if term.kind in TESTED and not term.method.strip():
            where, usual = f"specification.{place}.method", METHODS.get(term.kind, "")
            change = Change("set", where, usual, () if usual else ("method",))
            told = usual or "the standard and the conditions"
            yield finding("no_method", where, change, property=term.subject, method=told)


def texts(draft: Draft) -> Iterator[Finding]:
    """Terms that state a text or name a test, where the text weighs or points elsewhere instead."""
    for place, term in draft.readable:
        key = {Shape.LISTED: "nominal", Shape.PASSED: "method"}.get(term.shape)
        text = str(getattr(term, key)) if key else ""
        if key is None or not text or term.kind in ("sample", "document", "logo"):
            continue
        report = lint_phrase(text=text, category=draft.category)
        if not report.measurable and report.words:
            say = report.suggestion
            yield finding(
                "vague_term",
                f"specification.{place}.{key}",
                words=", ".join(report.words),
                property=term.subject,
                say=say,
            )


def sizes(draft: Draft) -> Iterator[Finding]:
    """Sizes that are ordered and have no value, and terms that speak of nothing that is ordered."""
    for place, term in draft.readable:
        covered = [line for line in draft.lines if covers(term, line)]
        if draft.lines and not covered:
            lines = ", ".join(f"{line.number} {line.size}".strip() for line in draft.lines[:10])
            yield finding("speaks_of_nothing", f"specification.{place}.applies_to", property=term.subject, lines=lines)
        wanted = dict.fromkeys(line.size for line in covered if line.size)
        empty = [size for size in wanted if term.by_size and term.nominal_for(size) is None]
        if empty:
            listed = ", ".join(empty)
            yield finding("size_without_value", f"specification.{place}.by_size", property=term.subject, sizes=listed)


def twice(draft: Draft) -> Iterator[Finding]:
    """One property agreed twice for the same goods, and differently."""
    alike: defaultdict[tuple[str, str], list[tuple[int, Term]]] = defaultdict(list)
    for place, term in draft.readable:
        alike[term.kind, " ".join(term.subject.casefold().split())].append((place, term))
    for rows in alike.values():
        for (_place, first), (place, second) in combinations(rows, 2):
            shared = any(covers(first, line) and covers(second, line) for line in draft.lines)
            if shared and permitted(first) != permitted(second):
                facts = {"property": second.subject, "first": permitted(first), "second": permitted(second)}
                yield finding("said_twice", f"specification.{place}", **facts)


def sampling(draft: Draft) -> Iterator[Finding]:
    """How units decide the lot: nobody examines them all, and a plan needs a row for each class."""
    units = sum(line.quantity for line in draft.lines)
    if draft.criterion == "every_unit" and units > MANY and draft.terms:
        yield finding("one_by_one", "criterion", units=f"{units:,}")
    if draft.criterion != "every_unit" and draft.inspection is None:
        yield finding("nobody_examines", "inspection")
    plans = draft.raw.get("criterion")
    rows = plans.get("plans") if isinstance(plans, dict) and draft.criterion == "plan" else None
    if isinstance(rows, list | tuple):
        planned = {row.get("class") for row in rows if isinstance(row, dict)}
        for severity in dict.fromkeys(term.severity for _place, term in draft.readable):
            if severity not in planned:
                yield finding("class_without_plan", "criterion.plans", **{"class": severity})


MANY = 200
"""Above so many units, an examination of each is no ordinary one."""
