"""An expected "no": a stable code, the message its docstring, and the facts that explain it.

Nothing has changed when a refusal is raised. A bug is a fault and is never dressed as one of these.
"""

import re
from collections.abc import Iterator
from typing import Any, ClassVar


class Refusal(Exception):
    """The request cannot be carried out."""

    status: ClassVar[int] = 409
    """The HTTP status under which an edge presents it."""

    def __init__(self, *, field: str | None = None, accepted: Any = None, **facts: Any) -> None:
        """`field` is a dotted path into the input; `accepted` says what would have been taken; facts are JSON."""
        super().__init__(self.message())
        self.field = field
        self.accepted = accepted
        self.facts = facts

    @classmethod
    def code(cls) -> str:
        """`NotFunded` is `not_funded`, for ever."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def message(cls) -> str:
        """The first paragraph of the docstring."""
        return " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())


class NotFound(Refusal):
    """There is no such thing, or it is not yours to see."""

    status = 404


class NotAllowed(Refusal):
    """Your role does not include this act."""

    status = 403


class Invalid(Refusal):
    """The input cannot be used."""

    status = 422


class OutOfState(Refusal):
    """This cannot be done in the state things are in."""


class FourEyes(Refusal):
    """Two people are needed, and a key is not a person."""

    status = 403


def every_refusal(root: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """All refusals defined so far, each once: the catalogue for documents and tests."""
    seen: set[type[Refusal]] = set()
    waiting = [root]
    while waiting:
        refusal = waiting.pop()
        if refusal not in seen:
            seen.add(refusal)
            yield refusal
            waiting.extend(refusal.__subclasses__())
