"""A file and the act it belongs to, together or not at all.

It knows files of orders. What a file proves is said by the act that brings it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.orders.operations.correspondence import bring_file
from holdfast.record.act import Act
from holdfast.record.files import Kept, Stored


def together(
    *, order_id: UUID, stored: Stored | None, name: str, then: Callable[[Act, Kept | None], Any]
) -> Callable[[Act], Any]:
    """An operation that gives the order a file that is in storage already, and then acts with it."""

    def both(act: Act) -> Any:
        with transaction.atomic():
            kept = None
            if stored is not None:
                kept = bring_file(act=replace(act, command=None), order_id=order_id, stored=stored, name=name)
            return then(act, kept)

    return both
