"""What a story is told for: how much of an order was awarded, is held, released, refunded, taken as a fee, and owed."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Figures:
    """Minor units of the order's currency. `released_minor` is what the supplier keeps; `owed_minor` is awarded and
    not there to be paid: the supplier's recorded debt."""

    award_minor: int | None = None
    held_minor: int = 0
    released_minor: int = 0
    refunded_minor: int = 0
    fee_minor: int = 0
    owed_minor: int = 0

    @classmethod
    def of(cls, order: dict[str, Any], claims: list[dict[str, Any]]) -> "Figures":
        """As the API shows an order and its claims."""
        money = order["money"]
        decided = [claim["determination"]["award_minor"] for claim in claims if claim["determination"] is not None]
        held = money["held_minor"] + money["frozen_minor"]
        return cls(
            award_minor=sum(decided) if decided else None,
            held_minor=held,
            released_minor=money["paid_minor"] - money["refunded_minor"] - held,
            refunded_minor=money["refunded_minor"],
            fee_minor=money["fee_minor"],
            owed_minor=money["owed_by_supplier_minor"],
        )

    def differs_from(self, other: "Figures") -> list[str]:
        """Which figures are not the same, in words."""
        return [
            f"{one.name.removesuffix('_minor')} is {shown(mine)}, expected {shown(theirs)}"
            for one in fields(self)
            if (mine := getattr(self, one.name)) != (theirs := getattr(other, one.name))
        ]


def shown(minor: int | None) -> str:
    """An amount with two decimals, as the stories' currencies have them."""
    return "-" if minor is None else f"{Decimal(minor) / 100:,.2f}"
