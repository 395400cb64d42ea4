"""What a supplier owes for one award, and where each cent of it goes that comes in: pure.

A docket knows amounts only. Who asks for them, and which account they stand on, is decided above.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

KINDS = ("advance", "award", "refund", "cost", "processing", "chargeback")
"""advance: paid to the buyer by the reserve; award: owed to the buyer by the operator, because the reserve was empty;
refund, cost, processing: recorded only, nobody advances it; chargeback: a card network has taken it."""

REMIND_EVERY = timedelta(days=7)
AWARD_WITHIN = timedelta(days=7)
"""How long the operator has to fill the reserve when it owes an award itself."""


@dataclass(frozen=True, slots=True)
class Docket:
    """One debt in minor units. Of `amount_minor` the supplier has paid `collected_minor`; `advanced_minor` was paid
    ahead of it, `reserve_minor` of that by the reserve."""

    kind: str
    amount_minor: int
    collected_minor: int = 0
    advanced_minor: int = 0
    reserve_minor: int = 0

    @property
    def open_minor(self) -> int:
        """What the supplier still owes."""
        return self.amount_minor - self.collected_minor

    @property
    def awarded_minor(self) -> int:
        """What the buyer still waits for."""
        return max(0, self.amount_minor - self.advanced_minor - self.collected_minor)

    @property
    def ahead_minor(self) -> int:
        """What was paid ahead and has not come back."""
        return self.open_minor - self.awarded_minor

    @property
    def reserve_out_minor(self) -> int:
        """What the reserve has paid and not got back: whatever comes in restores it before anything else."""
        return max(0, self.reserve_minor - (self.advanced_minor - self.ahead_minor))


@dataclass(frozen=True, slots=True)
class Collected:
    """What a payment did: so much for the buyer, so much back into the reserve."""

    docket: Docket
    passed_on_minor: int
    restored_minor: int


def collect(docket: Docket, *, amount_minor: int) -> Collected:
    """The supplier pays a part: the buyer who still waits comes first, then what was paid ahead."""
    after = replace(docket, collected_minor=docket.collected_minor + amount_minor)
    return Collected(
        after,
        passed_on_minor=docket.awarded_minor - after.awarded_minor,
        restored_minor=docket.reserve_out_minor - after.reserve_out_minor,
    )


def advance(docket: Docket, *, amount_minor: int) -> Docket:
    """The reserve pays the buyer a part that it had not: the supplier owes it to the operator from now."""
    return replace(
        docket,
        advanced_minor=docket.advanced_minor + amount_minor,
        reserve_minor=docket.reserve_minor + amount_minor,
    )


def owed_by_operator(docket: Docket) -> int:
    """What the operator itself owes the buyer, because its reserve was empty."""
    return docket.awarded_minor if docket.kind == "award" else 0
