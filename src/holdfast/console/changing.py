"""What a version of a quotation changed, in the reader's words: where, what stood there, what stands there now.

It knows paths and words. What counts as a change is said by sourcing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from holdfast.console import reader, words
from holdfast.kernel.money import Money
from holdfast.sourcing.rules import Change


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One change: the part, the place in it, and both values as the reader writes them."""

    part: str
    place: str
    before: str
    after: str


def told(changes: Iterable[Change], *, currency: str) -> Iterator[ToldChange]:
    """Each change in words."""
    for change in changes:
        first, *rest = change.path.split(".")
        place = " · ".join(_named(one) for one in rest)
        name = change.path.rpartition(".")[2]
        yield ToldChange(
            words.word("quotation_part", first),
            place,
            _written(name, change.before, currency),
            _written(name, change.after, currency),
        )


def _named(step: str) -> str:
    if step == "prices":
        return _("from")
    return words.word("quotation_field", step) if not step.isdigit() else step


def _written(name: str, value: Any, currency: str) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case int() if name.endswith("_minor"):
            return Money(value, currency).display(locale=str(reader.locale()))
        case list() | tuple():
            return ", ".join(str(one) for one in value)
        case _:
            return str(value)
