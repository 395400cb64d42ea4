"""What an open dispute keeps back: refunds of the order that it may have paid already wait for its end, and money stays
frozen for it wherever that money has been moved.

Each is a step on one order being worked on. How a dispute begins and ends is for the verbs; a claim's own freezing and
thawing asks here what it must leave.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from holdfast.orders.models import Order
from holdfast.orders.rules import disputes as rules
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Lot
from holdfast.orders.rules.money import REST
from holdfast.orders.work import Work
from holdfast.rails.models import Dispute


def keep_figures(work: Work, **figures: int) -> None:
    """Write figures of the order that only disputes change: at once, since what follows is held against them."""
    Order.objects.filter(id=work.order.id).update(**figures)
    work.change(**figures)


def open_disputes(work: Work) -> list[Dispute]:
    """The order's open disputes, the oldest first; nothing is asked of the database where there are none."""
    if not work.order.disputed_minor:
        return []
    return list(Dispute.objects.filter(order_id=work.order.id, state="open").order_by("id"))


def frozen_at(work: Work, place: int) -> int:
    """What stands frozen at a place for open disputes."""
    return sum(dispute.frozen.get(str(place), 0) for dispute in open_disputes(work))


def withhold(work: Work, *, place: int, amount_minor: int, own_frozen_minor: int, claim_id: UUID | None) -> int:
    """Keep back what of a refund an open dispute may have paid already: it is promised to whoever the refund is for,
    and paid when the dispute is won. `own_frozen_minor` is what the refund's own claim froze there, which then stands
    for the dispute. Answers how much was kept back.
    """
    order = work.order
    free = order.paid_minor - order.refunded_minor - order.disputed_minor
    left, kept, own = amount_minor, 0, own_frozen_minor
    found = open_disputes(work)
    for dispute in found:
        room = max(0, dispute.order_minor - promised(dispute))
        last = dispute is found[-1]
        part = min(left, max(room, left - max(0, free))) if last else min(left, room)
        if part <= 0:
            continue
        dispute.promised = [
            *dispute.promised,
            {"place": place, "amount_minor": part, "claim_id": str(claim_id) if claim_id else None},
        ]
        own -= _stand_at(work, dispute, place, own)
        dispute.save(update_fields=["promised", "frozen"])
        left -= part
        kept += part
    return kept


def promised(dispute: Dispute) -> int:
    """What of refunds waits for the end of a dispute."""
    return sum(row["amount_minor"] for row in dispute.promised)


def _stand_at(work: Work, dispute: Dispute, place: int, own_frozen_minor: int) -> int:
    """What is promised at a place stands frozen at that place: first what the claim froze there, then what the dispute
    froze elsewhere. Answers how much of the claim's was taken over."""
    wanted = sum(row["amount_minor"] for row in dispute.promised if row["place"] == place)
    missing = min(wanted, dispute.order_minor) - dispute.frozen.get(str(place), 0)
    taken = max(0, min(missing, own_frozen_minor))
    _note(dispute, place, taken)
    missing -= taken
    for other in [int(number) for number in dispute.frozen if int(number) != place]:
        part = min(missing, _idle_at(dispute, other), rules.room(work.whole, place))
        if part > 0:
            _carry(work, dispute, other, place, part)
            missing -= part
    over = rules.frozen_total(dispute.frozen) - dispute.order_minor
    for other in [int(number) for number in dispute.frozen if int(number) != place]:
        part = min(over, _idle_at(dispute, other))
        if part > 0:
            work.move("thawed", "frozen", "escrow", part, place=other, subject_id=dispute.id)
            work.frozen_at(other, -part)
            _note(dispute, other, -part)
            over -= part
    return taken


def _idle_at(dispute: Dispute, place: int) -> int:
    """What stands frozen at a place and is not promised there."""
    owed = sum(row["amount_minor"] for row in dispute.promised if row["place"] == place)
    return max(0, int(dispute.frozen.get(str(place), 0)) - owed)


def _carry(work: Work, dispute: Dispute, source: int, target: int, amount_minor: int) -> None:
    """Frozen money of one place stands frozen at another."""
    work.move("thawed", "frozen", "escrow", amount_minor, place=source, subject_id=dispute.id)
    work.frozen_at(source, -amount_minor)
    work.move("frozen", "escrow", "frozen", amount_minor, place=target, subject_id=dispute.id)
    work.frozen_at(target, amount_minor)
    _note(dispute, source, -amount_minor)
    _note(dispute, target, amount_minor)


def _note(dispute: Dispute, place: int, delta_minor: int) -> None:
    frozen = {**dispute.frozen, str(place): dispute.frozen.get(str(place), 0) + delta_minor}
    dispute.frozen = {number: amount for number, amount in frozen.items() if amount}


def keep_frozen(work: Work, *, place: int, amount_minor: int) -> int:
    """A claim ends and would thaw so much of a place: what open disputes still lack stays frozen, for them. Answers how
    much that is."""
    left = amount_minor
    for dispute in open_disputes(work):
        part = min(left, dispute.order_minor - rules.frozen_total(dispute.frozen))
        if part > 0:
            _note(dispute, place, part)
            dispute.save(update_fields=["frozen"])
            left -= part
    return amount_minor - left


def frozen_for(*, dispute: Dispute, places: Mapping[int, int]) -> None:
    """Note what was frozen for a dispute, place by place."""
    for place, amount in places.items():
        _note(dispute, place, amount)
    dispute.save(update_fields=["frozen"])


def follow(work: Work, lot: Lot) -> None:
    """Goods leave: what a dispute froze of what was not shipped goes with them, as far as the rest costs less."""
    found = open_disputes(work)
    if not found:
        return
    over = work.order.rest_frozen_minor - max(0, money.rest_price(work.whole))
    for dispute in found:
        part = min(over, dispute.frozen.get(str(REST), 0), rules.room(work.whole, lot.number))
        if part > 0:
            _carry(work, dispute, REST, lot.number, part)
            dispute.save(update_fields=["frozen"])
            over -= part


def credit(work: Work, *, award_minor: int) -> int:
    """What of an award came back to the buyer by disputes that were lost, and was not credited on another award yet.
    Answers how much the award is less by it."""
    lost: Sequence[Dispute] = list(Dispute.objects.filter(order_id=work.order.id, state="lost").order_by("ended_at"))
    counted = [(row.order_minor - row.due_again_minor, row.credited_minor) for row in lost]
    parts = rules.credited(award_minor=award_minor, lost=counted)
    for dispute, part in zip(lost, parts, strict=True):
        if part:
            dispute.credited_minor += part
            dispute.save(update_fields=["credited_minor"])
    return sum(parts)
