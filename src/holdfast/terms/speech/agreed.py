"""What the contract says, in the form in which messages are compared with it.

It is filled by who has the contract. Where something stands in the document is kept, so that a difference can become
an amendment.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from holdfast.terms.specification import Specification
from holdfast.terms.speech import figures, things

MEASURED = ("dimension", "weight", "fabric_weight", "performance")


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """A line of the contract. Its place in the document is that of its place in `Agreed.lines`."""

    product: str
    quantity: int
    unit_price_minor: int
    variant: str = ""
    size: str = ""


@dataclass(frozen=True)
class Agreed:
    """A contract as messages are compared with it. `digits` is the currency's minor unit; `amounts_minor` are the sums
    the contract names beside the unit prices; `texts` its free words."""

    currency: str
    digits: int
    lines: tuple[AgreedLine, ...]
    specification: Specification = Specification()
    ship_on: date | None = None
    ship_days: int | None = None
    deliver_on: date | None = None
    also_on: tuple[date, ...] = ()
    """Days that a signed act names beside the contract's own: what is said of them is accounted for."""
    amounts_minor: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    also_counted: tuple[int, ...] = ()
    """Quantities beside those of the lines, as the breaks of a price list."""

    @cached_property
    def words(self) -> str:
        """Everything that is said in words."""
        spec = [word for term in self.specification.terms for word in (term.subject, term.nominal, *term.accepted)]
        lines = [word for line in self.lines for word in (line.product, line.variant)]
        return " \n".join([*lines, *spec, *self.texts])

    @cached_property
    def colours(self) -> frozenset[str]:
        """Names and codes of colours."""
        return frozenset(one.value for one in things.colours(self.words))

    @cached_property
    def materials(self) -> frozenset[str]:
        """Materials by name."""
        return frozenset(one.value for one in things.materials(self.words))

    @cached_property
    def shares(self) -> frozenset[tuple[str, Fraction]]:
        """Shares of materials in per cent, by name."""
        found = set()
        for term in self.specification.terms:
            if term.kind == "composition":
                number = _number(term.nominal)
                found |= {(one.value, number) for one in things.materials(term.subject) if number is not None}
        named = things.materials(self.words)
        return frozenset(found | {(one.value, one.percent) for one in named if one.percent is not None})

    @cached_property
    def sizes(self) -> frozenset[str]:
        """Sizes, in capitals."""
        found = {part.strip().upper() for line in self.lines for part in line.size.replace(",", "/").split("/")}
        found |= {row.size.upper() for term in self.specification.terms for row in term.by_size}
        found |= {size.upper() for term in self.specification.terms for size in term.applies_to.sizes}
        return frozenset(found - {""})

    @cached_property
    def quantities(self) -> frozenset[Fraction]:
        """Counts: of each line, of all together, and those the contract's words name."""
        own = [line.quantity for line in self.lines]
        counted = {Fraction(count) for count in (*own, sum(own), *self.also_counted)}
        texts = " \n".join(self.texts)
        counted |= {one.values[0] for one in figures.counts(texts, products=self.products)}
        terms = [term.nominal for term in self.specification.terms if term.kind in {"count", "packaging"}]
        counted |= {number for nominal in terms if (number := _number(nominal)) is not None}
        return frozenset(counted)

    @cached_property
    def prices(self) -> frozenset[Fraction]:
        """Unit prices, prices of lines and the other sums, in the currency's main unit."""
        minor = {line.unit_price_minor for line in self.lines} | set(self.amounts_minor)
        minor |= {line.unit_price_minor * line.quantity for line in self.lines}
        return frozenset(Fraction(one, 10**self.digits) for one in minor)

    @cached_property
    def products(self) -> tuple[str, ...]:
        """Words for the goods, one or many."""
        last = {line.product.split()[-1].casefold() for line in self.lines if line.product.split()}
        return tuple(sorted({form for word in last for form in (word, f"{word}s")}))


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
