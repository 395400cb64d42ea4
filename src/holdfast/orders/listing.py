"""Orders in lists, newest first, at a cost that does not grow with how many there are.

A party's list is read from both its sides, each in the order of an index, and never by way of everybody's. A list of
only some orders reads no further than `FURTHEST` in one go: whoever asks for a state that nobody is in is answered as
soon as others, and goes on from where that ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from holdfast.orders.models import Order
from holdfast.orders.queries import OrderLine, rows
from holdfast.parties.access import Caller

FURTHEST = 1_000
"""So many orders one page of a list of only some of them looks through."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list; the next one begins before `rest`, and None says that there is no more."""

    lines: list[OrderLine]
    rest: UUID | None


def newest(*, caller: Caller, limit: int, before: UUID | None = None, only: Q | None = None) -> Stretch:
    """The caller's newest `limit` orders opened before that one; with `only`, those of the next `FURTHEST` that fit.

    A stretch with `only` may hold fewer than `limit`, or none, while there is more: `rest` tells.
    """
    reach = Q() if before is None else Q(id__lt=before)
    end = None
    if only is not None:
        end = _read(caller, reach, FURTHEST).values_list("id", flat=True)[FURTHEST - 1 : FURTHEST].first()
        reach &= only if end is None else only & Q(id__gte=end)
    found = list(_read(caller, reach, limit + 1))
    return Stretch(rows(found[:limit]), found[limit - 1].id if len(found) > limit else end)


def _read(caller: Caller, reach: Q, count: int) -> QuerySet[Order]:
    sides = [Order.objects.filter(side & reach).order_by("-id")[:count] for side in _sides(caller)]
    if not sides:
        return Order.objects.none()
    # Nobody trades with itself, so no order comes from both sides.
    return sides[0] if len(sides) == 1 else sides[0].union(*sides[1:], all=True).order_by("-id")[:count]


def _sides(caller: Caller) -> Iterator[Q]:
    if caller.staff:
        yield Q()
    elif caller.organisation_id is not None:
        yield Q(buyer_id=caller.organisation_id)
        yield Q(supplier_id=caller.organisation_id)
