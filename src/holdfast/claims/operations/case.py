"""What every verb of a claim begins and ends with: the order locked, the claim loaded, one event recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.claims import models
from holdfast.claims.rules import CLAIM, OF_THE_REST, OPEN
from holdfast.kernel.refusals import NotFound
from holdfast.orders.operations.settlement import lock_rest, thaw
from holdfast.orders.operations.withholding import frozen_at, keep_frozen
from holdfast.orders.rules import money
from holdfast.orders.work import Work, lock
from holdfast.record.act import Act


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """What an act did to a claim, and to the money of its order."""

    claim_id: UUID
    order_id: UUID
    number: int
    state: str
    reason: str
    claimant: str
    frozen_minor: int
    award_minor: int | None
    refunded_minor: int
    released_minor: int
    owed_minor: int
    currency: str
    answer_due_at: datetime | None = None
    appeal_ends_at: datetime | None = None


@dataclass(slots=True)
class Case:
    """A claim being worked on together with its order."""

    work: Work
    claim: models.Claim
    refunded_before: int
    released_before: int
    owed_before: int

    def step(self, verb: str, **changes: Any) -> None:
        """Take a step of the claim's lifecycle and keep what changed with it."""
        self.claim.state = CLAIM.step(state=self.claim.state, verb=verb, role=self.work.act.role)
        self.keep(**changes)

    def keep(self, **changes: Any) -> None:
        """Write fields of the claim."""
        for name, value in changes.items():
            setattr(self.claim, name, value)
        self.claim.save(update_fields=["state", *changes])

    def event(self, name: str, *, data: dict[str, Any] | None = None, private: dict[str, Any] | None = None) -> None:
        """The event of this act, on the order's chain."""
        said = {"state": self.claim.state, "reason": self.claim.reason, **(data or {})}
        self.work.event(name, data=said, private=private, claim=self.claim.id)

    def write(self, *, award_minor: int | None = None, answer_due_at: datetime | None = None) -> ClaimStep:
        """Write everything and answer what it did."""
        order, claim = self.work.order, self.claim
        return self.work.write(
            ClaimStep(
                claim.id,
                order.id,
                claim.number,
                claim.state,
                claim.reason,
                claim.claimant,
                self.work.whole.frozen_minor,
                award_minor,
                order.refunded_minor - self.refunded_before,
                order.released_minor - self.released_before,
                order.recourse_minor - self.owed_before,
                order.currency,
                answer_due_at,
                claim.appeal_ends_at,
            )
        )


def begin(*, act: Act, order_id: UUID, claim_id: UUID) -> Case:
    """Lock the order and load the claim; inside a transaction. Refusal: `not_found`."""
    work = lock(act=act, order_id=order_id)
    claim = models.Claim.objects.filter(id=claim_id, order_id=order_id).first()
    if claim is None:
        raise NotFound(claim=str(claim_id))
    return case_of(work, claim)


def case_of(work: Work, claim: models.Claim) -> Case:
    """A claim on an order that is locked already."""
    order = work.order
    return Case(work, claim, order.refunded_minor, order.released_minor, order.recourse_minor)


def others_open(case: Case) -> list[models.Claim]:
    """The order's other claims that are not at their end, the youngest first."""
    rows = models.Claim.objects.filter(order_id=case.work.order.id, state__in=OPEN).exclude(id=case.claim.id)
    return list(rows.order_by("-number"))


def frozen_by_others(case: Case, place: int) -> int:
    """What other open claims froze of a place, and what stands frozen there for an open chargeback."""
    return sum(claim.frozen.get(str(place), 0) for claim in others_open(case)) + frozen_at(case.work, place)


def own_frozen(case: Case, place: int) -> int:
    """What this claim froze of a place and no award took so far."""
    return max(0, money.place_frozen(case.work.whole, place) - frozen_by_others(case, place))


def take_over(case: Case, place: int, amount_minor: int) -> int:
    """Have this claim's award use what other claims froze of the same goods, as far as it needs it: the first award
    is carried out whole, and the others dispute what is left of the place. Answers how much was taken."""
    whole = case.work.whole
    others = frozen_by_others(case, place) - frozen_at(case.work, place)
    room = money.place_price(whole, place) - money.place_refunded(whole, place) - others
    taken = needed = max(0, min(amount_minor - room, others))
    for claim in others_open(case) if needed else ():
        part = min(needed, claim.frozen.get(str(place), 0))
        if part:
            claim.frozen = {**claim.frozen, str(place): claim.frozen[str(place)] - part}
            claim.save(update_fields=["frozen"])
            needed -= part
    return taken


def lock_while_it_stands(case: Case, made: models.Determination) -> None:
    """While a decision stands that gives back what was not shipped, nothing of it may be shipped any more."""
    claim = case.claim
    ends = claim.reason in OF_THE_REST or claim.cancel_rest or claim.cancel_late
    lock_rest(case.work, locked=bool(ends and made.places.get(str(money.REST))))


def thaw_all(case: Case) -> dict[int, int]:
    """What this claim froze and no award took goes back into escrow; what others froze stays, and what an open
    chargeback still lacks. Answers how much, by place."""
    thawed = {}
    for place in [int(number) for number in case.claim.frozen]:
        own = own_frozen(case, place)
        thawed[place] = own - keep_frozen(case.work, place=place, amount_minor=own)
    for place, amount in thawed.items():
        thaw(case.work, place=place, amount_minor=amount, claim_id=case.claim.id)
    return thawed
