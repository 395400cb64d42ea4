"""The verbs of an amendment for tests: one side proposes, both sign, as people who have just proven themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from holdfast.contracts.rules import Signer
from holdfast.contracts.versions import AmendmentPage
from holdfast.orders.operations import amending
from tests.world import Party, World


def change(path: str, before: Any, after: Any) -> dict[str, Any]:
    """One place of the agreed document, as it is asked for."""
    return {"path": path, "from": before, "to": after}


def proposes(
    world: World, order_id: UUID, *changes: dict[str, Any], by: str = "supplier", note: str = ""
) -> AmendmentPage:
    """One side proposes changes."""
    act = world.buyer() if by == "buyer" else world.supplier()
    return amending.propose(act=act, order_id=order_id, changes=list(changes), note=note)


def person(party: Party, *, role: str = "owner", proven: bool = True) -> Signer:
    """Somebody who signs for a side."""
    return Signer("person", party.person_id, role, None, None, None, proven_again=proven)


def signs(world: World, page: AmendmentPage, side: str, *, digest: str | None = None) -> amending.Amended:
    """One side signs."""
    party = world.alma if side == "buyer" else world.boris
    return amending.sign(
        act=world.act(party, side), amendment_id=page.id, digest=digest or page.digest, signer=person(party)
    )


def amends(world: World, order_id: UUID, *changes: dict[str, Any], by: str = "supplier") -> amending.Amended:
    """Changes that both sides sign at once."""
    page = proposes(world, order_id, *changes, by=by)
    signs(world, page, by)
    return signs(world, page, "supplier" if by == "buyer" else "buyer")
