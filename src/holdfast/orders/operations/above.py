"""What the room of claims does when money of an order is taken back: it names itself here once, when it starts.

Orders know no claims; a dispute must be true for both in one transaction, so they are asked through this.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from holdfast.contracts.amending import Claimed
from holdfast.orders.work import Work


@dataclass(frozen=True, slots=True)
class Claims:
    """The answers of the room above. `ended`: with what thawed, by place; `took_frozen`: so much of a place that claims
    had frozen is gone; `paid`: so much of an award that waited was paid, and answers what more can be sent to the buyer
    because of it; `about`: what the open claims of an order are about, which no amendment changes; `of_lot`: those of
    them that are about a lot, whose days an inspection of it holds up."""

    opened: Callable[[Work], None]
    ended: Callable[[Work, Mapping[int, int]], None]
    took_frozen: Callable[[Work, int, int], None]
    paid: Callable[[Work, UUID, int], int]
    decided_against_supplier: Callable[[Work], bool]
    contested: Callable[[Work], bool]
    about: Callable[[UUID], Sequence[Claimed]]
    of_lot: Callable[[UUID, int], frozenset[UUID]]


_named: list[Claims] = []


def name_claims(room: Claims) -> None:
    """The room above says who answers."""
    _named[:] = [room]


def claims() -> Claims:
    """Who answers for claims."""
    return _named[0]
