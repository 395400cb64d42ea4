"""Amounts and figures as people of several places write them; what could mean two things is never guessed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from holdfast.console.fields import FigureField, MoneyField


@pytest.mark.parametrize(
    ("language", "currency", "typed", "minor"),
    [
        ("en", "USD", "1250.00", 125_000),
        ("en", "USD", "1,250", 125_000),
        ("en", "USD", "1,250.50", 125_050),
        ("en", "USD", "1250,50", 125_050),
        ("en", "USD", "1 250.50", 125_050),
        ("es", "EUR", "1250,50", 125_050),
        ("es", "EUR", "1.250,50", 125_050),
        ("es", "EUR", "1.250", 125_000),
        ("es", "EUR", "1250.50", 125_050),
        ("zh-hans", "CNY", "1,250.5", 125_050),
        ("en", "JPY", "1,250", 1_250),
        ("es", "JPY", "1.250", 1_250),
        ("en", "KWD", "1,250", 1_250_000),
        ("en", "KWD", "1.250", 1_250),
    ],
)
def test_an_amount_is_read_as_its_reader_means_it(language: str, currency: str, typed: str, minor: int) -> None:
    with translation.override(language):
        assert MoneyField(currency=currency).clean(typed) == minor


@pytest.mark.parametrize("typed", ["", "many", "1.005", "1e5", "0x10", "--5", "1.2.3"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError):
        MoneyField(currency="USD").clean(typed)


def test_a_figure_may_be_written_with_the_mark_of_the_place() -> None:
    with translation.override("es"):
        assert FigureField().clean("0,5") == "0.5"
        assert FigureField().clean("1.000,5") == "1.000,5"
    with translation.override("en"):
        assert FigureField().clean("0.5") == "0.5"
