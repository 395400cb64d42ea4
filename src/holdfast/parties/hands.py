"""Whose hand a key is: who made it, or whom it stands for. Where two people must agree, a person and a key of theirs
are one. It knows keys and who made them, and refuses to know what is agreed on.
"""

from uuid import UUID

from holdfast.parties.models import ApiKey

FURTHEST = 16
"""Keys made by keys made by keys: far beyond any that there are."""


def behind(actor_id: UUID | None) -> frozenset[UUID]:
    """Everybody who may have acted where this key did: who made it, or made the key that made it, and whom it stands
    for. Nobody where it is no key."""
    found: set[UUID] = set()
    wanted = actor_id
    for _step in range(FURTHEST):
        key = ApiKey.objects.filter(id=wanted).values_list("created_by", "holder_id").first() if wanted else None
        if key is None:
            break
        found.update(one for one in key if one is not None)
        wanted = key[0]
    return frozenset(found)
