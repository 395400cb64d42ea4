"""What many orders need at once: they are locked and read in one round trip, go through the same verbs one by one, and
are written in one statement.

It knows how orders travel together. What is done to each is the verb's; a test proves that the rows are those that the
verb writes for one order at a time. An order whose verb refuses, fails, or must lock what others share is left out, and
nothing of it is written; the rest is decided anew without it.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db import transaction

from holdfast.database import transactions
from holdfast.orders.work import NOTHING_EARNED, Work
from holdfast.record.act import Act
from holdfast.record.recording import write_together

log = logging.getLogger(__name__)
Item = TypeVar("Item")
Verb = Callable[[Work, Item], bool]
"""Works on one order, writes nothing, and answers whether there is something to write."""

LEFT_OUT = 4
"""After so many orders that had to be left out of one batch, all that is left is done one by one."""


def lock_many(*, act: Act, wanted: Mapping[UUID, UUID | None]) -> dict[UUID, Work]:
    """Lock many orders, by ID, and load each with the payment named for it, in one round trip; inside a transaction.

    What is not there is left out. Orders of one supplier know of each other what they have moved so far.
    """
    rows = transactions.open_with("SELECT orders_lock_many(%s, %s)", [list(wanted), list(wanted.values())])
    earned: dict[tuple[str, str], dict[str, int]] = {}
    found = {}
    for row in map(json.loads, rows):
        purse = (row["order"]["supplier_id"], row["order"]["currency"])
        work = Work(act=act, row=row, earned=earned.setdefault(purse, dict(NOTHING_EARNED)))
        found[work.order.id] = work
    return found


class _LeaveOut(Exception):
    """One item cannot be done with the others."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True, slots=True)
class Together(Generic[Item]):
    """One thing that is done to many orders. `still` is asked under the locks which items stand as they did."""

    verb: Verb[Item]
    order_of: Callable[[Item], UUID]
    payment_of: Callable[[Item], UUID] | None = None
    still: Callable[[Sequence[Item]], Sequence[bool]] | None = None

    def do(self, *, act: Act, items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
        """Do it in one transaction; answers what was done and what is left to be done alone.

        The first item of each order is taken; further ones of it are left. A deadlock, or whatever else the database
        says to the whole batch, leaves all of it.
        """
        first = {self.order_of(item): place for place, item in reversed(list(enumerate(items)))}
        taken = sorted(first.values())
        for _attempt in range(LEFT_OUT):
            try:
                with transaction.atomic():
                    self._decide(act, [items[place] for place in taken])
            except _LeaveOut as left:
                del taken[left.place]
            except Exception:
                log.warning("a batch of %s orders is done one by one", len(taken), exc_info=True)
                break
            else:
                done = set(taken)
                return [items[place] for place in taken], [
                    item for place, item in enumerate(items) if place not in done
                ]
        return [], list(items)

    def _decide(self, act: Act, items: Sequence[Item]) -> None:
        payment_of = self.payment_of
        wanted = {self.order_of(item): payment_of(item) if payment_of else None for item in items}
        works = lock_many(act=act, wanted=wanted)
        standing = self.still(items) if self.still else [True] * len(items)
        changed = []
        for place, item in enumerate(items):
            if not standing[place]:
                continue
            try:
                work = works[self.order_of(item)]
                if self.verb(work, item):
                    work.hand_over()
                    changed.append(work.recording)
            except Exception as reason:
                # A refusal or a fault of one order: it is met again, and told, when that order is done alone.
                raise _LeaveOut(place) from reason
        write_together(recordings=changed)
