"""The kinds of notices as people look them up: who is told, what hangs on each, and an example of what it says."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation

from holdfast.notices import words
from holdfast.notices.kinds import DEAD, EXTENSION, LEGAL, REMINDER, TOLD, group_of

HEARERS = {
    "buyer": "the buyer",
    "supplier": "the supplier",
    "both": "both sides",
    "other": "the side that did not act",
    "own": "the organisation itself",
}
BESIDE_EVENTS = {
    EXTENSION: "who must act, and the operator",
    REMINDER: "who must act",
    DEAD: "the other members, and the operator",
}
"""Who hears of the kinds that come from no event."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice. `deadlines` are the kinds of deadline that hang on it."""

    kind: str
    group: str
    told: str
    is_legal: bool
    deadlines: tuple[str, ...]
    example: str


def kinds() -> list[Kind]:
    """All of them, in the order of what they are about; in English."""
    with translation.override("en"):
        return list(_kinds())


def _kinds() -> Iterator[Kind]:
    hearers = {**{kind: HEARERS[listener] for kind, listener in TOLD.items()}, **BESIDE_EVENTS}
    for kind, told in hearers.items():
        example = words.sentence_of(kind, actor="Alma Imports") + "."
        yield Kind(kind, group_of(kind), told, kind in LEGAL, LEGAL.get(kind, ()), example)
