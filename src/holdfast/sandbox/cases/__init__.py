"""The cases that the sources tell, as stories that must come out as they are told. The figures are the sources' own."""

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.sandbox.figures import Figures
from holdfast.sandbox.market import Market


@dataclass(frozen=True, slots=True)
class Case:
    """A story: the name it is found by, what it is about, its programme, and how it must come out."""

    slug: str
    title: str
    programme: str
    expected: Figures
    play: Callable[[Market], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a story came out; `wrong` says where it went another way."""

    case: Case
    happened: Figures | None
    wrong: tuple[str, ...]

    @property
    def as_expected(self) -> bool:
        """Whether it came out as it is told."""
        return not self.wrong


def outcome_of(market: Market, case: Case) -> Outcome:
    """Read from the record how a case came out."""
    order = market.order_of(case.slug)
    if order is None:
        return Outcome(case, None, ("it was not played",))
    happened = Figures.of(order, market.claims_of(order["id"]))
    return Outcome(case, happened, tuple(happened.differs_from(case.expected)))
