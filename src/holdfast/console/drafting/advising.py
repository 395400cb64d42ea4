"""The lint beside the fields of the draft form, and its suggestions put in by one click.

It knows where in the form a finding belongs and how a change becomes what stands in a field; what is found is the
lint's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from holdfast.console import words
from holdfast.console.drafting import terms
from holdfast.console.drafting.sheet import Sheet
from holdfast.console.drafting.sketch import BEGUN, Sketch, sketch
from holdfast.terms.lint import Change, Finding, Report, lint
from holdfast.terms.lint.findings import tenth
from holdfast.terms.templates import CATEGORIES, category_of, template

FIELDS = {
    "criterion": "criterion",
    "inspection": "inspection",
    "remarks": "remarks",
    "packaging": "packaging",
    "documents": "documents",
    "incoterm": "incoterm",
    "place": "place",
    "latest_delivery_on": "latest_delivery_on",
    "transit_days": "transit_days",
    "category": "category",
}
"""The field beside which what is found at a place of the document is shown."""
ROWS = ("lines", "charges", "specification")


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in the reader's words; `key` is what the button that puts its suggestion in sends."""

    key: str
    severity: str
    message: str
    suggestion: str
    can_be_put_in: bool
    where: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Everything found, and the score as it is shown: to a tenth, and for the meter."""

    score: str
    whole: int
    told: tuple[Told, ...]
    elsewhere: tuple[Told, ...]
    """What belongs beside no field."""
    targets: str
    """Every place beside a field, for the page to renew."""
    askable: tuple[tuple[str, str], ...]
    """(ID, sentence) of what the category's template asks besides, and no row has."""

    @property
    def warnings(self) -> int:
        """How many would lose a claim."""
        return sum(one.severity == "warning" for one in self.told)


def told(report: Report, *, place: Any = str) -> tuple[Told, ...]:
    """The findings of a report in the reader's words."""
    return tuple(
        Told(
            key=_key(one),
            severity=one.severity,
            message=words.lint_message(one),
            suggestion=words.lint_suggestion(one),
            can_be_put_in=_can_be_put_in(one),
            where=place(one.where),
        )
        for one in report.findings
    )


def advise(sheet: Sheet) -> Advice:
    """Put what the lint finds beside the fields and rows of a sheet, and answer all of it."""
    drawn = sketch(sheet)
    report = lint(drawn.document)
    found = told(report, place=drawn.place)
    beside: dict[str, list[Told]] = {}
    for one in found:
        beside.setdefault(_spot(one.where), []).append(one)
    spots = []
    for name in dict.fromkeys(FIELDS.values()):
        sheet.beside[name] = tuple(beside.get(name, ()))
        spots.append(name)
    for section in ROWS:
        for number in range(len(sheet.rows[section])):
            sheet.beside[f"{section}-{number}"] = tuple(beside.get(f"{section}-{number}", ()))
            spots.append(f"{section}-{number}")
    return Advice(
        score=tenth(report.score_percent),
        whole=int(report.score_percent),
        told=found,
        elsewhere=tuple(beside.get("", ())),
        targets=",".join(f"#lint-{spot}" for spot in spots),
        askable=_askable(drawn.document),
    )


def _askable(document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    name = category_of(str(document["category"]))
    there = {term["property"] for term in document["specification"]}
    asked = template(name).terms if name else ()
    return tuple((one.id, gettext(one.say)) for one in asked if one.term["property"] not in there)


def ask(data: QueryDict) -> Sheet:
    """The sheet as it was sent, with one more term of its category's template; nothing is checked yet."""
    typed = _Typed(Sheet.changed(data))
    name = category_of(str(typed.initial.get("category") or ""))
    asked = template(name).find(data.get("ask", "")) if name else None
    if asked is not None:
        typed.ask(asked.document())
    return typed.sheet()


def _spot(where: str) -> str:
    section, _dot, rest = where.partition(".")
    number = rest.partition(".")[0]
    if section in ROWS and number.isdigit():
        return f"{section}-{number}"
    return FIELDS.get(section, "")


def _key(found: Finding) -> str:
    return sha256(f"{found.code} {found.where} {found.message}".encode()).hexdigest()[:16]


def _can_be_put_in(found: Finding) -> bool:
    change = found.change
    return change is not None and (change.act != "set" or not change.needs)


def put_in(data: QueryDict) -> Sheet:
    """The sheet as it was sent, with the suggestion that the button names put in; nothing is checked yet."""
    sheet = Sheet.changed(data)
    drawn = sketch(sheet)
    wanted = data.get("suggest", "")
    found = next((one for one in lint(drawn.document).findings if _key(one) == wanted), None)
    if found is None or found.change is None or not _can_be_put_in(found):
        return sheet
    typed = _Typed(sheet)
    typed.apply(found.change, drawn)
    return typed.sheet()


class _Typed:
    """What stands in a sheet's fields, to be changed; `sheet` is it with the changes."""

    def __init__(self, sheet: Sheet) -> None:
        self.initial = dict(sheet.agreement.initial or {})
        self.rows = {section: [dict(row.initial or {}) for row in found] for section, found in sheet.rows.items()}

    def sheet(self) -> Sheet:
        """A sheet with this in it."""
        return Sheet.filled(self.initial, self.rows)

    def apply(self, change: Change, drawn: Sketch) -> None:
        """Put a suggestion in."""
        match change.act, change.path.partition(".")[0]:
            case "add", "specification":
                self.ask(change.value)
            case "add", "documents":
                lines = str(self.initial.get("documents") or "").splitlines()
                self.initial["documents"] = "\n".join([*lines, words.paper(change.value)])
            case "take", name:
                text = str(self.initial.get(name) or "")
                self.initial[name] = text.replace(change.value, "").strip(" .;\n")
            case "set", "specification":
                _section, number, key = drawn.place(change.path).split(".", 2)
                row = terms.read({"property": "", "class": "", key: change.value})
                self.rows["specification"][int(number)].update(_only(row, key))
            case _, name:
                self.initial[name] = change.value

    def ask(self, term: Mapping[str, Any]) -> None:
        """A term in the first row that nobody has begun, else in a new one."""
        row = terms.read({"refund_trigger": True, **term, "id": ""})
        rows = self.rows["specification"]
        blank = next((n for n, one in enumerate(rows) if not any(one.get(key) for key in BEGUN["specification"])), None)
        if blank is None:
            rows.append(row)
        else:
            rows[blank] = row


def _only(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The fields of a row that one key of a term fills."""
    names = {"tolerance": ("minus", "plus", "percent", "edges")}.get(key, (key,))
    return {name: row[name] for name in names}


def from_template(sheet: Sheet, name: str) -> Sheet:
    """The blank sheet asking for what such goods are hardly agreed without; the same sheet for a name that is none."""
    if name not in CATEGORIES:
        return sheet
    typed, chosen = _Typed(sheet), template(name)
    # The title stays as it is in every language: the lint knows a category by it.
    typed.initial["category"] = chosen.title
    for asked in chosen.expected:
        typed.ask(asked.document())
    return typed.sheet()
