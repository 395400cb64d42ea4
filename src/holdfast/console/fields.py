"""How people write amounts, units and days into forms, and how a refusal finds its field again.

It knows fields. What is right is said by the rules, after the form has been read.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from holdfast.console import reader, words
from holdfast.kernel.money import exponent, parse_minor
from holdfast.kernel.refusals import Refusal
from holdfast.parties import rules


class MoneyField(forms.CharField):
    """An amount as the reader writes it, cleaned to minor units of one currency."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "amount"}))
        super().__init__(max_length=24, **kwargs)

    def clean(self, value: Any) -> int | None:
        """Minor units; a thousands mark is taken where it cannot be mistaken for the decimal one."""
        text: str = super().clean(value)
        if not text:
            return None
        try:
            return read_amount(text, self.currency)
        except ValueError as error:
            raise ValidationError(
                _("An amount in %(currency)s, like %(example)s"),
                params={"currency": self.currency, "example": "1250" if not exponent(self.currency) else "1250.00"},
            ) from error


def read_amount(text: str, currency: str) -> int:
    """Minor units of an amount as the reader writes it; ValueError if it is none."""
    return parse_minor(_plain(text, exponent(currency)), currency)


class FigureField(forms.CharField):
    """A decimal number, with the reader's decimal mark or a point; cleaned to one with a point."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "amount"}))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        """`0,5` is `0.5` where people write it so."""
        text: str = super().clean(value)
        is_comma = reader.locale().number_symbols["latn"]["decimal"] == ","
        return text.replace(",", ".") if is_comma and text.count(",") == 1 and "." not in text else text


def _plain(text: str, digits: int) -> str:
    """Digits with a point: `1,250.00` and, where the reader's locale writes it so, `1.250,00`."""
    decimal = str(reader.locale().number_symbols["latn"]["decimal"])
    group = "." if decimal == "," else ","
    text = text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace("'", "")
    whole, mark, rest = text.rpartition(group)
    if mark and decimal not in text and len(rest) == digits != 3 and group not in whole:
        # One foreign decimal mark with exactly the currency's digits behind it can mean nothing else.
        return f"{whole}.{rest}"
    return text.replace(group, "").replace(decimal, ".")


class UnitsField(forms.IntegerField):
    """Whole units, from zero to what there is."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=most, **kwargs)
        self.widget.attrs["class"] = "units"


class DayField(forms.DateField):
    """A calendar day, by the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class LinesField(forms.CharField):
    """Several short things, one a line or with commas between."""

    def clean(self, value: Any) -> list[str]:
        """The things, without blanks."""
        text: str = super().clean(value)
        return [part.strip() for part in text.replace(",", "\n").splitlines() if part.strip()]


def countries() -> list[tuple[str, str]]:
    """Every country by its name in the reader's language."""
    named = reader.locale().territories
    return sorted(((code, named.get(code, code)) for code in rules.countries()), key=lambda pair: pair[1])


def area(rows: int = 3) -> forms.Textarea:
    """Room for words."""
    return forms.Textarea(attrs={"rows": rows})


def say_no(form: forms.Form, refusal: Refusal, *, currency: str | None = None) -> None:
    """Show a refusal beside the field it names, or above the form. One that names none is about the file, if there
    is one and only one: what was wrong was inside."""
    text = words.refusal(refusal, currency=currency)
    found = next((name for name in _candidates(refusal.field) if name in form.fields), None)
    if refusal.field is None and list(form.fields) == ["file"]:
        found = "file"
    errors = refusal.facts.get("errors")
    if isinstance(errors, list) and len(errors) > 1:
        for error in errors:
            _one(form, error, currency)
        return
    form.add_error(found, text)


def _one(form: forms.Form, error: dict[str, Any], currency: str | None) -> None:
    """One of several errors a reading found."""
    found = next((name for name in _candidates(error.get("field")) if name in form.fields), None)
    wanted = words.accepted(error.get("accepted"), currency=currency)
    place = "" if found else f"{error.get('field')}: "
    form.add_error(found, f"{place}{_('Accepted: %(what)s.') % {'what': wanted}}")


def _candidates(path: str | None) -> Iterator[str]:
    """`instrument.number` may be the field `instrument_number`, `number` or `instrument`; `to` may be `to_on`."""
    if path:
        yield path.replace(".", "_")
        yield path.rpartition(".")[2]
        yield path.partition(".")[0]
        yield f"{path}_on"
