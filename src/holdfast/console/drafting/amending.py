"""The contract's form filled in with the version in force, and what somebody has changed in it; and every change in the
reader's words.

A form says less than a document: only what was changed in the form is asked to change, all else stays as it was agreed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext

from holdfast.console import reader, words
from holdfast.console.drafting import document as documents
from holdfast.console.drafting.sheet import Sheet
from holdfast.console.vocabulary_amendments import CLAUSE, FIELD, MEMBER
from holdfast.contracts import document as agreements
from holdfast.contracts.changes import Change, changed, differences
from holdfast.kernel.money import Money
from holdfast.kernel.refusals import Invalid, Refusal


@dataclass(frozen=True, slots=True)
class Row:
    """One change as people read it."""

    place: str
    before: str
    after: str


def sheet_of(agreed: Mapping[str, Any], *, programme: str) -> Sheet:
    """The form as the document fills it in."""
    return documents.read(dict(agreed), programme=programme, external_id=None)


def _contract(document: dict[str, Any]) -> None:
    """Whether it is a contract at all; the payment schedule follows the total, and is no suggestion's affair."""
    agreements.read({**document, "payment": {"kind": "full"}})


def suggested(
    agreed: Mapping[str, Any], query: QueryDict, *, check: Callable[[dict[str, Any]], Any] = _contract
) -> dict[str, Any]:
    """The document with what an address suggests: `path`, `from` and `to`, each as often as there are changes. What
    does not fit the version in force, or what `check` refuses, is left out: the reader sees the form and decides."""
    found = dict(agreed)
    paths, befores, afters = (query.getlist(name) for name in ("path", "from", "to"))
    for place, path in enumerate(paths[: len(afters)]):
        stands = _standing(found, path)
        if place < len(befores) and befores[place] and befores[place] != as_text(stands):
            continue
        try:
            tried = changed(found, [{"path": path, "to": _typed(stands, afters[place])}])
            check(tried)
        except Refusal:
            continue
        found = {**tried, "payment": found["payment"]}
    return found


def _standing(document: Any, path: str) -> Any:
    found = document
    for part in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list):
            named = [one for one in found if isinstance(one, Mapping) and one.get("id") == part]
            at = int(part) if part.isascii() and part.isdigit() and len(part) < 6 else len(found)
            found = named[0] if named else (found[at] if at < len(found) else None)
        else:
            return None
    return found


def as_text(value: Any) -> str:
    """A value as an address carries it."""
    return value if isinstance(value, str) else json.dumps(value)


def _typed(stands: Any, said: str) -> Any:
    """The text of an address as the kind of value that stands there."""
    if isinstance(stands, str) or stands is None:
        return said
    try:
        return json.loads(said)
    except ValueError:
        return said


def wanted(agreed: Mapping[str, Any], sheet: Sheet, *, programme: str) -> dict[str, Any]:
    """The agreed document with what was changed in a valid sheet. Refusals: `Invalid`."""
    base = _as_sent(sheet_of(agreed, programme=programme))
    if not base.is_valid():
        raise Invalid(field="document", accepted="a contract that this form can hold; use the API for this one")
    # The plain figures of the document are read as it writes them, whatever the reader's own marks are.
    with translation.override("en"):
        before = documents.write(base)
    after = documents.write(sheet)
    asked = [{"path": one.path, "to": one.after} for one in differences(before, after)]
    return changed(agreed, asked) if asked else dict(agreed)


def _as_sent(sheet: Sheet) -> Sheet:
    """The sheet as a browser would send it back untouched."""
    data = QueryDict(mutable=True)
    _fill(data, sheet.agreement)
    for section, rows in sheet.rows.items():
        data[f"{section}-count"] = str(len(rows))
        for row in rows:
            _fill(data, row)
    with translation.override("en"):
        posted = Sheet.posted(data)
        posted.is_valid()
    return posted


def _fill(data: QueryDict, form: forms.Form) -> None:
    for name in form.fields:
        value = form.get_initial_for_field(form.fields[name], name)
        if isinstance(form.fields[name], forms.BooleanField):
            if value:
                data[form.add_prefix(name)] = "on"
        elif value is not None:
            data[form.add_prefix(name)] = str(value)


def fixed(data: QueryDict, agreed: Mapping[str, Any], *, programme: str, schedule: bool) -> QueryDict:
    """What was sent, with what no amendment changes in its place: currency, programme, label; and the payment schedule
    where it only follows the total."""
    sent = data.copy()
    untouched = sheet_of(agreed, programme=programme)
    names = ["currency", "programme", "external_id", *([] if schedule else ["payment", "deposit_percent"])]
    for name in names:
        value = untouched.agreement.initial.get(name)
        sent[name] = "" if value is None else str(value)
    if not schedule:
        rows = untouched.rows["tranches"]
        sent["tranches-count"] = str(len(rows))
        for row in rows:
            _fill(sent, row)
    return sent


def has_form(agreed: Mapping[str, Any], *, stage: str) -> bool:
    """Whether the payment schedule can be changed in the form: before anything is paid, where it stands in per cent."""
    return stage == "before_payment" and all(one.get("percent") for one in agreed["payment"]["tranches"])


# --- words -----------------------------------------------------------------------------------------------------------


def shown(changes: Sequence[Change], *, currency: str) -> list[Row]:
    """Each change as the reader says it."""
    return [
        Row(place(one.path), _said(one.path, one.before, currency), _said(one.path, one.after, currency))
        for one in changes
    ]


def place(path: str) -> str:
    """`lines.0.quantity` is "Line 1, Quantity"."""
    head, parts = path.split(".", maxsplit=1)[0], path.split(".")
    for prefix, text in MEMBER.items():
        if path.startswith(f"{prefix}."):
            rest = path[len(prefix) + 1 :]
            name, _dot, field = rest.partition(".")
            if prefix != "specification" and name.isdigit():
                name = str(int(name) + 1)
            label = str(text) % {"name": name}
            return f"{label}, {_field(field)}" if field else label
    clause = str(CLAUSE.get(head, head))
    return f"{clause}, {_field('.'.join(parts[1:]))}" if len(parts) > 1 else clause


def _field(path: str) -> str:
    names = [str(FIELD.get(part, part.replace("_", " "))) for part in path.split(".")]
    return ", ".join(names)


def _said(path: str, value: Any, currency: str) -> str:
    key = path.rpartition(".")[2]
    match value:
        case None | "" | [] | {}:
            return "–"
        case bool():
            return gettext("yes") if value else gettext("no")
        case int() if key.endswith("_minor"):
            return Money(value, currency).display(locale=str(reader.locale()))
        case dict():
            known = [(name, inner) for name, inner in value.items() if inner not in (None, "", [], {}, False)]
            return "; ".join(f"{_field(name)}: {_said(name, inner, currency)}" for name, inner in known)
        case list():
            return ", ".join(_said(key, inner, currency) for inner in value)
        case str() if key == "on" or key.endswith("_on"):
            return words.written_day(value)
        case str() if key in ("basis", "payable", "release", "mode"):
            return words.word(key, value)
        case _:
            return str(value)
