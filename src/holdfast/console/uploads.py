"""A file and the act it belongs to, together or not at all.

It knows files of orders and of quotations. What a file proves is said by the act that brings it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from holdfast.contracts.operations import talking
from holdfast.orders.operations.correspondence import bring_file
from holdfast.record import files
from holdfast.record.act import Act
from holdfast.record.files import Kept


def together(
    *, order_id: UUID, upload: UploadedFile | None, then: Callable[[Act, Kept | None], Any]
) -> Callable[[Act], Any]:
    """An operation that gives the order a file and then acts with it; refused, it leaves neither."""
    return _both(upload, then, lambda **kept: bring_file(order_id=order_id, **kept))


def with_quotation(
    *, quotation_id: UUID, upload: UploadedFile | None, then: Callable[[Act, Kept | None], Any]
) -> Callable[[Act], Any]:
    """The same for a quotation."""
    return _both(upload, then, lambda **kept: talking.bring_file(quotation_id=quotation_id, **kept))


def _both(
    upload: UploadedFile | None, then: Callable[[Act, Kept | None], Any], bring: Callable[..., Kept]
) -> Callable[[Act], Any]:
    def both(act: Act) -> Any:
        if not upload:
            return then(act, None)
        with files.incoming(chunks=upload.chunks()) as stored, transaction.atomic():
            alone = replace(act, command=None)
            return then(act, bring(act=alone, stored=stored, name=upload.name or "file"))

    return both
