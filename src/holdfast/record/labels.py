"""An organisation's own labels on things: what it calls them elsewhere (`external_id`) and a few words (`metadata`).

They are notes of one side that the other never sees, and so no events. Which things an organisation may see, and so
label, is decided by the caller.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from holdfast.kernel.refusals import Refusal
from holdfast.record import models


class LabelTaken(Refusal):
    """Another of your things of this kind has this external_id."""


@dataclass(frozen=True, slots=True)
class Label:
    """What an organisation calls one thing. `kind` is the prefix of the thing's public name: `ord`, `clm`."""

    kind: str
    object_id: UUID
    external_id: str | None
    metadata: Mapping[str, Any]
    changed_at: datetime


def put(
    *,
    owner: UUID,
    kind: str,
    object_id: UUID,
    external_id: str | None,
    metadata: Mapping[str, Any],
    now: datetime,
    field: str = "external_id",
) -> Label:
    """Label a thing, in place of what it was called before; the same again changes nothing. `field` is where the name
    stands in what was asked. Refusal: `label_taken`."""
    known = of(owner=owner, object_ids=[object_id]).get(object_id)
    if known is not None and (known.external_id, known.metadata) == (external_id, dict(metadata)):
        return known
    values = {"kind": kind, "external_id": external_id, "metadata": dict(metadata), "changed_at": now}
    try:
        with transaction.atomic():
            row, _is_new = models.Label.objects.update_or_create(owner=owner, object_id=object_id, defaults=values)
    except IntegrityError as error:
        if "record_label_one_name" not in str(error):
            raise
        raise LabelTaken(field=field) from error
    return _label(row)


def of(*, owner: UUID, object_ids: Collection[UUID]) -> dict[UUID, Label]:
    """An organisation's labels on some things, those that have any."""
    rows = models.Label.objects.filter(owner=owner, object_id__in=object_ids)
    return {row.object_id: _label(row) for row in rows}


def found(*, owner: UUID, kind: str, external_id: str) -> list[UUID]:
    """What an organisation calls so: at most one thing of a kind."""
    rows = models.Label.objects.filter(owner=owner, kind=kind, external_id=external_id)
    return list(rows.values_list("object_id", flat=True))


def page(*, owner: UUID, kind: str | None, external_id: str | None, after: UUID | None, limit: int) -> list[Label]:
    """An organisation's labels, those of the newest things first."""
    rows = models.Label.objects.filter(owner=owner)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if external_id is not None:
        rows = rows.filter(external_id=external_id)
    if after is not None:
        rows = rows.filter(object_id__lt=after)
    return [_label(row) for row in rows.order_by("-object_id")[:limit]]


def _label(row: models.Label) -> Label:
    return Label(row.kind, row.object_id, row.external_id, row.metadata, row.changed_at)
