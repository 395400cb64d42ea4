"""The document that a half-filled draft form would mean, for the lint: what cannot be read yet is left out.

It refuses nothing and saves nothing. Rows nobody has begun are no rows, so that places in what is found have to be
brought back to the form's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from types import SimpleNamespace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from holdfast.console.drafting import document as documents
from holdfast.console.drafting.rows import Row
from holdfast.console.drafting.sheet import Sheet
from holdfast.console.fields import LinesField, read_amount

BEGUN = {"lines": ("product", "quantity"), "specification": ("subject", "nominal", "number", "by_size")}
"""What makes a row one that somebody has begun."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """The document so far, and which row of the form each line and term of it is."""

    document: dict[str, Any]
    rows: Mapping[str, tuple[int, ...]]

    def place(self, path: str) -> str:
        """A place in the document as a place in the form."""
        section, _dot, rest = path.partition(".")
        number, _dot, tail = rest.partition(".")
        if section not in self.rows or not number.isdigit():
            return path
        return ".".join(part for part in (section, str(self.rows[section][int(number)]), tail) if part)


def sketch(sheet: Sheet) -> Sketch:
    """What stands in the form, as far as it can be read."""
    agreement = _read(sheet.agreement)
    currency = agreement["currency"] or "USD"
    kept: dict[str, tuple[int, ...]] = {}
    rows: dict[str, list[Any]] = {}
    for section, found in sheet.rows.items():
        read = [_row(row, currency) for row in found]
        begun = BEGUN.get(section)
        kept[section] = tuple(n for n, one in enumerate(read) if begun is None or any(one[key] for key in begun))
        rows[section] = [SimpleNamespace(cleaned_data=read[n]) for n in kept[section]]
    if not _is_number(agreement["fraction"]):
        agreement["fraction"] = ""
    filled = SimpleNamespace(agreement=SimpleNamespace(cleaned_data={**agreement, "currency": currency}), rows=rows)
    return Sketch(documents.write(cast(Sheet, filled)), kept)


def _row(row: Row, currency: str) -> dict[str, Any]:
    read = _read(row)
    for key in ("unit_price", "amount"):
        if key in read and not _is_amount(read[key], currency):
            read[key] = "0"
    for key in ("n", "ac"):
        if key in read and read[key] is None:
            read[key] = 0
    return read


def _read(form: forms.Form) -> dict[str, Any]:
    """Each field's value, or nothing of its kind."""
    read: dict[str, Any] = {}
    for name, field in form.fields.items():
        raw = form[name].value()
        try:
            read[name] = field.clean(raw)
        except ValidationError:
            # What was typed and is wrong is still what somebody wants to say.
            read[name] = raw if isinstance(field, forms.CharField) and isinstance(raw, str) else None
        if isinstance(field, LinesField) and not isinstance(read[name], list):
            read[name] = []
        if isinstance(field, forms.DateField) and not isinstance(read[name], date):
            read[name] = None
    return read


def _is_amount(text: Any, currency: str) -> bool:
    try:
        read_amount(str(text), currency)
    except ValueError:
        return False
    return True


def _is_number(text: Any) -> bool:
    try:
        Decimal(str(text))
    except InvalidOperation:
        return False
    return True
