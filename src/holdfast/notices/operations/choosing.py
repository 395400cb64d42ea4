"""What a person chooses: how each kind of notice reaches them, and at which hour their digest comes.

Theirs alone: no organisation's record says it. What a deadline or a loss hangs on cannot be chosen.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid
from holdfast.notices.kinds import CHOOSABLE, DIGEST, LEGAL
from holdfast.notices.models import Choice, Morning
from holdfast.notices.rules import WAYS, LegalNotice


def choose(*, person_id: UUID, ways: Mapping[str, str], hour: int | None = None) -> None:
    """Choose for some kinds, and the hour (0 to 23, in the person's own zone). Refusals: `Invalid`, `LegalNotice`."""
    for kind, way in ways.items():
        _check(kind, way)
    if hour is not None and not 0 <= hour <= 23:
        raise Invalid(field="hour", accepted={"from": 0, "to": 23})
    with transaction.atomic():
        before = dict(Choice.objects.filter(person_id=person_id, kind__in=ways).values_list("kind", "way"))
        # At once is what is without a choice.
        changed = {kind: way for kind, way in ways.items() if way != before.get(kind, "mail")}
        Choice.objects.bulk_create(
            (Choice(id=new_id(), person_id=person_id, kind=kind, way=way) for kind, way in changed.items()),
            update_conflicts=True,
            unique_fields=["person_id", "kind"],
            update_fields=["way"],
        )
        if hour is not None:
            Morning.objects.update_or_create(person_id=person_id, defaults={"hour": hour})


def _check(kind: str, way: str) -> None:
    if kind in LEGAL:
        raise LegalNotice(field=kind)
    if kind not in CHOOSABLE:
        raise Invalid(field=kind, accepted=list(CHOOSABLE))
    if way not in WAYS:
        raise Invalid(field=kind, accepted=list(WAYS))


def stop(*, person_id: UUID, kind: str) -> None:
    """No more mails of this kind; of the digest, no more of what is in it. Refusals: `Invalid`, `LegalNotice`."""
    if kind == DIGEST:
        Choice.objects.filter(person_id=person_id, way="digest").update(way="console")
    else:
        choose(person_id=person_id, ways={kind: "console"})
