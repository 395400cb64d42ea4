"""One draft being filled in: the form with its rows, from a post, from a stored document, or blank.

It knows how many rows there are and what stands in them, and puts each error of a reading at its place.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from holdfast.console import words
from holdfast.console.drafting.rows import ROWS, SECTIONS, Agreement, Row
from holdfast.kernel.refusals import Invalid, Refusal

MOST_ROWS = 200


class DraftTooLong(Refusal):
    """This draft has more rows than a form holds. Put in a tech pack instead, or revise it over the API."""

    status = 422


BLANK = {"lines": 1, "charges": 0, "specification": 1, "tranches": 0, "plans": 0}


class Sheet:
    """The whole draft form: what is there once, the rows, and where each stands on the page."""

    once: ClassVar[type[forms.Form]] = Agreement
    kinds: ClassVar[tuple[type[Row], ...]] = ROWS
    layout: ClassVar[tuple[tuple[Any, tuple[str, ...], str], ...]] = SECTIONS
    blank_rows: ClassVar[Mapping[str, int]] = BLANK

    def __init__(self, agreement: forms.Form, rows: dict[str, list[Row]]) -> None:
        self.agreement = agreement
        self.rows = rows
        self.beside: dict[str, tuple[Any, ...]] = {}
        """What is told beside a field of the agreement (by its name) or a row (`specification-0`)."""

    @classmethod
    def blank(cls, **initial: Any) -> Self:
        """Nothing filled in yet."""
        rows = {
            kind.section: [kind(prefix=f"{kind.section}-{place}") for place in range(cls.blank_rows[kind.section])]
            for kind in cls.kinds
        }
        return cls(cls.once(initial=initial), rows)

    @staticmethod
    def check_holds(document: Mapping[str, Any]) -> None:
        """That a form shows all of a draft: what it does not show it would lose. Refusal: `DraftTooLong`."""
        if max(len(document["lines"]), len(document.get("specification") or [])) > MOST_ROWS:
            raise DraftTooLong(accepted={"at_most_rows": MOST_ROWS})

    @classmethod
    def filled(cls, initial: Mapping[str, Any], rows: Mapping[str, list[dict[str, Any]]]) -> Self:
        """From what was written down before."""
        built = {
            kind.section: [
                kind(initial=one, prefix=f"{kind.section}-{place}")
                for place, one in enumerate(rows.get(kind.section, []))
            ]
            for kind in cls.kinds
        }
        return cls(cls.once(initial=dict(initial)), built)

    @classmethod
    def posted(cls, data: QueryDict) -> Self:
        """As it was sent."""
        rows = {
            kind.section: [
                kind(data, prefix=f"{kind.section}-{place}", empty_permitted=False)
                for place in range(_count(data, kind.section))
            ]
            for kind in cls.kinds
        }
        return cls(cls.once(data), rows)

    @classmethod
    def changed(cls, data: QueryDict) -> Self:
        """As it was sent, with a row added (`row_in`) or taken out (`row_out`); nothing is checked yet."""
        adding, removing = data.get("row_in", ""), data.get("row_out", "")
        rows: dict[str, list[dict[str, Any]]] = {}
        for kind in cls.kinds:
            found = [_typed(kind, data, f"{kind.section}-{place}") for place in range(_count(data, kind.section))]
            section, _dash, place = removing.rpartition("-")
            if section == kind.section and place.isdigit() and int(place) < len(found):
                del found[int(place)]
            if adding == kind.section and len(found) < MOST_ROWS:
                found.append({name: field.initial for name, field in kind.base_fields.items() if field.initial})
            rows[kind.section] = found
        return cls.filled(_typed(cls.once, data, None), rows)

    def is_valid(self) -> bool:
        """Whether every field by itself can be read; every one is asked, so that all errors show at once."""
        asked = [self.agreement, *(row for rows in self.rows.values() for row in rows)]
        return [form.is_valid() for form in asked].count(False) == 0

    def say_no(self, refusal: Refusal) -> None:
        """Put each error of a reading where it belongs."""
        errors = refusal.facts.get("errors") or [{"field": refusal.field, "accepted": refusal.accepted}]
        for error in errors:
            self._one(refusal, error)

    def _one(self, refusal: Refusal, error: Mapping[str, Any]) -> None:
        path = str(error.get("field") or "")
        wanted = words.accepted(error.get("accepted"))
        text = (
            str(_("Accepted: %(what)s.") % {"what": wanted})
            if wanted and isinstance(refusal, Invalid)
            else words.refusal(refusal)
        )
        form, name = self._place(path)
        if name is None:
            text = f"{path}: {text}" if path else words.refusal(refusal)
        form.add_error(name, text)

    def _place(self, path: str) -> tuple[forms.Form, str | None]:
        parts = path.removeprefix("payment.").removeprefix("criterion.").split(".")
        rows = self.rows.get(parts[0], [])
        if len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < len(rows):
            row = rows[int(parts[1])]
            return row, _named(row, "_".join(parts[2:]))
        return self.agreement, _named(self.agreement, path.replace(".", "_"))

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The page from top to bottom."""
        kinds = {kind.section: kind for kind in self.kinds}
        shown = []
        for title, names, section in self.layout:
            fields = [(self.agreement[name], name in self.beside, self.beside.get(name)) for name in names]
            kind = kinds.get(section)
            rows = [(row, self.beside.get(row.prefix or "")) for row in self.rows.get(section, [])]
            shown.append({"title": title, "fields": fields, "section": section, "kind": kind, "rows": rows})
            shown[-1]["has_incoterm"] = "incoterm" in names
            if section == "specification" and "plans" in self.rows:
                shown[-1]["plans"] = [(row, None) for row in self.rows.get("plans", [])]
        return shown


def _count(data: QueryDict, section: str) -> int:
    text = data.get(f"{section}-count", "0")
    return min(int(text), MOST_ROWS) if text.isdigit() else 0


def _typed(kind: type[forms.Form], data: QueryDict, prefix: str | None) -> dict[str, Any]:
    """What stands in a form, unread."""
    typed: dict[str, Any] = {}
    for name, field in kind.base_fields.items():
        key = f"{prefix}-{name}" if prefix else name
        typed[name] = key in data if isinstance(field, forms.BooleanField) else data.get(key, "")
        if isinstance(field, forms.JSONField):
            typed[name] = _json(typed[name])
    return typed


def _json(text: str) -> Any:
    """What is carried along in a row, as it came; nothing where it is not as it was given."""
    try:
        return json.loads(text)
    except ValueError:
        return {}


ALIASES = {
    "property": "subject",
    "class": "severity",
    "unit_price_minor": "unit_price",
    "amount_minor": "amount",
    "tolerance_minus": "minus",
    "tolerance_plus": "plus",
    "tolerance_edges": "edges",
    "applies_to_lines": "for_lines",
    "applies_to_sizes": "for_sizes",
    "ship_days_after_payment": "ship_days",
    "ship": "ship_on",
    "late_percent_per_day": "late_percent",
    "late_cap_percent": "late_cap",
    "late_grace_days": "late_grace",
    "late_cancel_after_days": "late_cancel",
    "inspection_type": "inspection",
    "kind": "payment",
    "payment_kind": "payment",
    "payment_deposit_percent": "deposit_percent",
    "criterion_kind": "criterion",
    "criterion_fraction": "fraction",
    "criterion_sample_size": "sample_size",
    "criterion_level": "level",
    "criterion_inspection": "severity_of_inspection",
    "criterion_aql": "aql_major",
    "criterion_switching": "switching",
}
"""What a document calls a thing, and what the form calls it, where they differ."""


def _named(form: forms.Form, path: str) -> str | None:
    """The field of a document's path: itself, an alias, or the nearest before it."""
    parts = path.split("_")
    for end in range(len(parts), 0, -1):
        name = "_".join(parts[:end])
        if name in form.fields:
            return name
        if ALIASES.get(name) in form.fields:
            return ALIASES[name]
    return None
