"""What is no longer held is got back: from the supplier's balance, its deposit, the reserve, in the programme's order.

Refund and cost lines draw at most what is left of the order's cover. What a source pays ahead for the supplier, and
what nobody pays, becomes a docket of its debt. It needs a transaction and leaves writing to its caller.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from holdfast.kernel.identifiers import creditor_reference, new_id
from holdfast.orders.models import Debt
from holdfast.orders.rules.debts import AWARD_WITHIN, REMIND_EVERY
from holdfast.orders.work import Work
from holdfast.programme import rules as programme_rules

Head = Literal["refund", "cost", "processing", "chargeback"]
Into = Literal["refundable", "chargebacks_receivable"]
REMIND, PAY_AWARD = "debt.remind", "award.pay"
_ACCOUNTS = {"balance": "payable", "deposit": "deposit"}
_MOVEMENT = {"processing": "processing_refunded", "chargeback": "chargeback_lost"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where an amount came from: money held for the order, the supplier's balance and deposit, the reserve; and what is
    owed and not paid yet. `uncovered_minor` was asked for above the cover, and nobody owes it."""

    held_minor: int = 0
    balance_minor: int = 0
    deposit_minor: int = 0
    reserve_minor: int = 0
    owed_minor: int = 0
    uncovered_minor: int = 0

    @property
    def refundable_minor(self) -> int:
        """What can be sent to the buyer at once."""
        return self.held_minor + self.balance_minor + self.deposit_minor + self.reserve_minor

    def __add__(self, other: "Drawn") -> "Drawn":
        return Drawn(
            self.held_minor + other.held_minor,
            self.balance_minor + other.balance_minor,
            self.deposit_minor + other.deposit_minor,
            self.reserve_minor + other.reserve_minor,
            self.owed_minor + other.owed_minor,
            self.uncovered_minor + other.uncovered_minor,
        )


def recourse(
    work: Work,
    *,
    amount_minor: int,
    claim_id: UUID | None,
    place: int | None = None,
    head: Head,
    into: Into = "refundable",
    rail: str | None = None,
    dispute_id: UUID | None = None,
) -> Drawn:
    """Draw an amount that is not held any more; `rail` and `dispute_id` name the receivable of a lost chargeback.

    refund: the sources of the programme's list; what the reserve lacks the operator owes. cost: the same without the
    reserve; what they lack is the supplier's recorded debt. processing: the balance, then recorded debt. chargeback: as
    a refund, but for the cover, which it uses up without being bounded by it: the network has taken the money.
    """
    if amount_minor <= 0:
        return Drawn()
    wanted = min(amount_minor, cover_left(work)) if head in {"refund", "cost"} else amount_minor
    found: dict[str, int] = {}
    left, subject = wanted, dispute_id or claim_id
    for source in _sources(work, head):
        part = min(left, work.in_purse(_ACCOUNTS.get(source, source)))
        if part <= 0:
            continue
        if source == "reserve":
            # A chargeback's whole shortage becomes one docket, below: the network has paid itself.
            if head == "refund":
                work.move("recourse", "supplier_debt", into, part, place=place, subject_id=subject)
            work.move("reserve_drawn", "reserve", "reserve_committed", part, subject_id=subject)
        else:
            kind = _MOVEMENT.get(head, "recourse")
            work.move(kind, _ACCOUNTS[source], into, part, place=place, rail=rail, subject_id=subject)
        found[source] = part
        left -= part
    _use_cover(work, head, wanted)
    drawn = Drawn(
        balance_minor=found.get("balance", 0),
        deposit_minor=found.get("deposit", 0),
        reserve_minor=found.get("reserve", 0),
        owed_minor=left,
        uncovered_minor=amount_minor - wanted,
    )
    if head == "chargeback":
        return _lost(work, drawn, claim_id=claim_id, place=place, rail=rail, subject_id=subject)
    if drawn.reserve_minor:
        _docket(work, "advance", drawn.reserve_minor, claim_id=claim_id, reserve_minor=drawn.reserve_minor)
    if left:
        work.move("award_recorded", "supplier_debt", "awarded", left, place=place, subject_id=claim_id)
        owed_by_operator = head == "refund" and "reserve" in _sources(work, head)
        _docket(work, "award" if owed_by_operator else head, left, claim_id=claim_id)
    return drawn


def cover_left(work: Work) -> int:
    """What may still be drawn for the order beyond the money held for it."""
    return max(0, work.order.cover_minor - work.order.cover_drawn_minor)


def _sources(work: Work, head: Head) -> Iterator[str]:
    """What the programme names, but for the held money, which is no recourse; processing is the supplier's alone."""
    if head == "processing":
        return iter(["balance"])
    order = programme_rules.recourse_order(programme=work.programme, head="cost" if head == "cost" else "refund")
    return (source for source in order if source != "held")


def _use_cover(work: Work, head: Head, amount_minor: int) -> None:
    if head != "processing":
        drawn = min(work.order.cover_minor, work.order.cover_drawn_minor + amount_minor)
        work.change(cover_drawn_minor=drawn)


def _lost(
    work: Work, drawn: Drawn, *, claim_id: UUID | None, place: int | None, rail: str | None, subject_id: UUID | None
) -> Drawn:
    """What neither balance nor deposit hold of a lost chargeback is paid ahead already, by the network's own hand: all
    of it is the supplier's debt, and so much of it as the reserve held restores the reserve when it comes in."""
    ahead = drawn.reserve_minor + drawn.owed_minor
    if ahead:
        work.move(
            "chargeback_lost",
            "supplier_debt",
            "chargebacks_receivable",
            ahead,
            place=place,
            rail=rail,
            subject_id=subject_id,
        )
        _docket(work, "chargeback", ahead, claim_id=claim_id, advanced_minor=ahead, reserve_minor=drawn.reserve_minor)
    return drawn


def _docket(
    work: Work,
    kind: str,
    amount_minor: int,
    *,
    claim_id: UUID | None,
    advanced_minor: int | None = None,
    reserve_minor: int = 0,
) -> None:
    """Open the docket of a debt: the supplier is reminded until it is paid; what the operator owes has its day."""
    order = work.order
    debt_id = new_id()
    debt = Debt.objects.create(
        id=debt_id,
        reference=creditor_reference(debt_id),
        order_id=order.id,
        supplier_id=order.supplier_id,
        claim_id=claim_id,
        currency=order.currency,
        kind=kind,
        amount_minor=amount_minor,
        advanced_minor=reserve_minor if advanced_minor is None else advanced_minor,
        reserve_minor=reserve_minor,
        recorded_at=work.now,
    )
    basis = {"rule": "recourse", "debt": kind, "amount_minor": amount_minor}
    work.deadline(REMIND, subject=("debt", debt.id), due_at=work.now + REMIND_EVERY, who="supplier", basis=basis)
    if kind == "award":
        work.deadline(PAY_AWARD, subject=("debt", debt.id), due_at=work.now + AWARD_WITHIN, who="operator", basis=basis)
