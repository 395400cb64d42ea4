"""Amounts, numbers and days on paper, as the reader of the language in force writes them."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from django.utils.translation import get_language, to_locale

from holdfast.kernel.money import Money


def locale() -> str:
    """Of the language in force, as Babel names it."""
    return to_locale(get_language() or "en")


def amount(minor: int, currency: str) -> str:
    """The amount without its currency, which stands above."""
    found = Money(minor, currency).decimal
    places = max(0, -int(found.as_tuple().exponent))
    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    written: str = format_decimal(found, format=pattern, locale=locale())
    return written


def number(value: str | int) -> str:
    """A decimal number, every digit of it."""
    written: str = format_decimal(Decimal(value), locale=locale(), decimal_quantization=False)
    return written


def day(found: str | date) -> str:
    """A day, its month in words."""
    written: str = format_date(
        date.fromisoformat(found) if isinstance(found, str) else found, format="medium", locale=locale()
    )
    return written


def moment(found: datetime) -> str:
    """A moment to the second, in Coordinated Universal Time."""
    written: str = format_datetime(found, format="medium", locale=locale())
    return f"{written} UTC"
