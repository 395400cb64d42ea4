"""What a row of the table of expectations is, and the groups of callers that rows name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.matrix.scene import Scene

PARTIES = ("alma", "alma.reader", "alma.bare", "boris", "boris.reader", "boris.bare")
STAFF = ("operator", "mediator")
STRANGERS = ("bella", "chen", "iris")
EVERYBODY = (*PARTIES, *STAFF, *STRANGERS, "ingrid")
SIDES = (*PARTIES, *STAFF)
"""To whom an order between Alma and Boris is there."""
ORDER_READERS = ("alma", "alma.reader", "boris", "boris.reader", *STAFF)
EXAMINED = (*SIDES, "ingrid")
ALMA_S = ("alma", "alma.reader", "alma.bare")
BORIS_S = ("boris", "boris.reader", "boris.bare")

Body = dict[str, Any] | Callable[[Scene], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One route. `at` says which thing of the scene stands for each parameter; `may` who succeeds; `there` to whom the
    thing exists; `told` the code for those of them who may not, where it is not `not_allowed`."""

    may: tuple[str, ...]
    at: Mapping[str, str] = field(default_factory=dict)
    there: tuple[str, ...] = EVERYBODY
    body: Body | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    raw: bytes | None = None

    def document(self, scene: Scene) -> dict[str, Any] | None:
        """The body of the example."""
        return self.body(scene) if callable(self.body) else self.body

    def values(self, scene: Scene) -> dict[str, str]:
        """The parameters of the example: things of the scene by name, anything else as it stands."""
        return {name: scene.refs.get(thing, thing) for name, thing in self.at.items()}


def of_order(may: tuple[str, ...], order: str, body: Body | None = None, **more: Any) -> Row:
    """A route of one order between Alma and Boris."""
    at = {"order_id": f"order.{order}", **more.pop("at", {})}
    return Row(may=may, at=at, there=more.pop("there", SIDES), body=body, **more)


def of_claim(may: tuple[str, ...], claim: str, body: Body | None = None, **more: Any) -> Row:
    """A route of one claim of Alma's against Boris."""
    return Row(may=may, at={"claim_id": f"claim.{claim}"}, there=SIDES, body=body, **more)


def read_order(order: str = "funded", **more: Any) -> Row:
    """A page of an order: for who has the scope to read."""
    return of_order(ORDER_READERS, order, **more)


def for_operator(at: Mapping[str, str] | None = None, body: Body | None = None) -> Row:
    """The operator's alone: all others learn nothing but that."""
    return Row(may=("operator",), at=at or {}, body=body)


LABELS: dict[str, Any] = {"external_id": "ours-1", "metadata": {"colour": "blue"}}
LABELLED_FILE = "name=words.txt&external_id=ours-1&metadata=%7B%22colour%22%3A%22blue%22%7D"
