"""What a chargeback does to the claims of its order: they stand still and go on with the days they had left, their
frozen money may be taken, an award that waited is paid. The room of orders asks; every step is part of its act.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from holdfast.claims import models, rules
from holdfast.claims.about import about, of_lot
from holdfast.claims.operations.awards import latest_determination
from holdfast.claims.operations.case import Case, case_of
from holdfast.claims.operations.opening import disputed
from holdfast.kernel.clock import rfc3339
from holdfast.orders.operations.above import Claims
from holdfast.orders.operations.settlement import freeze, refund_processing
from holdfast.orders.rules import money
from holdfast.orders.work import Work
from holdfast.programme.rules import days_left, run_on
from holdfast.record import deadlines, pauses
from holdfast.record.deadlines import Deadline

PAUSED = "claim.paused"
ASK_WITHIN = timedelta(days=120)
"""After so long the operator asks what became of the chargeback that a claim waits for."""


def opened(work: Work) -> None:
    """A chargeback was opened: claims of which everything is in dispute now stand still."""
    for case in _cases(work):
        if case.claim.paused_at is None and _pauses(case):
            _pause(case)


def ended(work: Work, thawed: Mapping[int, int]) -> None:
    """A chargeback has ended: what thawed of goods that a claim is about stands frozen for the claim, and claims that
    no other chargeback holds go on with the days they had left."""
    _freeze_for_claims(work, dict(thawed))
    for case in _cases(work):
        if case.claim.paused_at is not None and not _pauses(case):
            _go_on(case)


def _cases(work: Work) -> list[Case]:
    rows = models.Claim.objects.filter(order_id=work.order.id, state__in=rules.OPEN, claimant="buyer")
    return [case_of(work, claim) for claim in rows.order_by("number")]


def _pauses(case: Case) -> bool:
    return rules.pauses(at_stake_minor=_at_stake(case), disputed_minor=case.work.order.disputed_minor)


def _at_stake(case: Case) -> int:
    """What the claim can still bring: its award, the amount asked for, or what is left of the goods it is about."""
    claim, whole = case.claim, case.work.whole
    if claim.state in rules.DECIDED:
        return sum(latest_determination(claim.id).places.values())
    places = {*claim.lots, *([money.REST] if claim.cancel_rest or claim.cancel_late else [])}
    left = sum(max(0, money.place_price(whole, place) - money.place_refunded(whole, place)) for place in places)
    left = min(left, whole.order.paid_minor - whole.order.refunded_minor)
    return left if claim.amount_minor is None else min(left, claim.amount_minor)


def _freeze_for_claims(work: Work, thawed: dict[int, int]) -> None:
    """A claim that was opened meanwhile froze only what was not frozen yet."""
    rows = models.Claim.objects.filter(order_id=work.order.id, state__in=rules.OPEN) if thawed else ()
    for claim in rows:
        frozen = dict(claim.frozen)
        for place, wanted in disputed(work, claim).items():
            more = min(thawed.get(place, 0), wanted - frozen.get(str(place), 0))
            amount = freeze(work, place=place, wanted_minor=more, claim_id=claim.id) if more > 0 else 0
            if amount:
                frozen[str(place)] = frozen.get(str(place), 0) + amount
                thawed[place] -= amount
        if frozen != claim.frozen:
            claim.frozen = frozen
            claim.save(update_fields=["frozen"])


def _pause(case: Case) -> None:
    """Its deadlines are taken off the register; what each had left is kept in whole days of its zone."""
    work, claim = case.work, case.claim
    found = [row for row in deadlines.of_subject(subject_id=claim.id) if row.kind.startswith("claim.")]
    for row in found:
        work.recording.settle(subject_id=claim.id, kind=row.kind, state="void")
    case.keep(paused_at=work.now, paused=[_kept(work, row) for row in found])
    work.deadline(
        PAUSED,
        subject=("claim", claim.id),
        due_at=work.now + ASK_WITHIN,
        who="operator",
        basis={"rule": "chargeback.pauses", "waits_for": "dispute"},
    )
    days = {row["kind"]: row["days_left"] for row in claim.paused}
    case.event("claim.paused", data={"days_left": days})


def _kept(work: Work, row: Deadline) -> dict[str, Any]:
    # What an inspection holds up already has the days left that it had then.
    days = days_left(due_at=row.due_at, at=row.paused_at or work.now, zone=row.zone, basis=row.basis)
    _moved, paused = pauses.held_up(row=row, at=work.now)
    basis = {**row.basis, **({"paused": paused} if paused else {})}
    return {"kind": row.kind, "who": row.who, "zone": row.zone, "days_left": days, "basis": basis}


def _go_on(case: Case) -> None:
    """Each deadline ends as many days from today as it had left; what people did meanwhile is not waited for again."""
    work, claim = case.work, case.claim
    work.recording.settle(subject_id=claim.id, kind=PAUSED)
    standing = {row.kind for row in deadlines.of_subject(subject_id=claim.id)}
    paused_at, changes = claim.paused_at, {}
    until: dict[str, str] = {}
    for row in claim.paused:
        if row["kind"] in standing or row["kind"] not in rules.DEADLINES[claim.state]:
            continue
        found = run_on(at=work.now, days=row["days_left"], zone=row["zone"], basis=row["basis"])
        due = found.due_at
        basis = {name: said for name, said in row["basis"].items() if name != "extended"}
        work.recording.deadline(
            kind=row["kind"],
            subject=("claim", claim.id),
            order_id=work.order.id,
            due_at=due,
            zone=row["zone"],
            who=row["who"],
            basis={
                **basis,
                **found.basis,
                "paused_from": rfc3339(paused_at) if paused_at else None,
                "days_left": row["days_left"],
            },
        )
        until[row["kind"]] = rfc3339(due)
        if row["kind"] == "claim.final":
            changes["appeal_ends_at"] = due
    case.keep(paused_at=None, paused=[], **changes)
    case.event("claim.resumed", data={"until": until})


def took_frozen(work: Work, place: int, amount_minor: int) -> None:
    """What claims had frozen of a place was taken by a chargeback that was lost: the youngest lose it first."""
    left = amount_minor
    rows = models.Claim.objects.filter(order_id=work.order.id, state__in=rules.OPEN)
    for claim in rows.order_by("-number"):
        part = min(left, claim.frozen.get(str(place), 0))
        if part:
            claim.frozen = {**claim.frozen, str(place): claim.frozen[str(place)] - part}
            claim.save(update_fields=["frozen"])
            left -= part


def paid(work: Work, claim_id: UUID, amount_minor: int) -> int:
    """What waited of an award is paid; processing comes back with it where the supplier is at fault. Answers what of
    that can be sent."""
    claim = models.Claim.objects.get(id=claim_id)
    if claim.claimant != "buyer":
        return 0
    claim.executed_minor = (claim.executed_minor or 0) + amount_minor
    claim.save(update_fields=["executed_minor"])
    if not amount_minor or claim.reason not in rules.SUPPLIER_AT_FAULT:
        return 0
    return refund_processing(work, refunded_minor=amount_minor, claim_id=claim_id).refundable_minor


def decided_against_supplier(work: Work) -> bool:
    """Whether a buyer's claim on the order was decided or accepted with anything for the buyer."""
    rows = models.Claim.objects.filter(
        order_id=work.order.id, claimant="buyer", state__in=[*rules.DECIDED, "executed", "forfeited"]
    )
    made = [latest_determination(claim.id) for claim in rows]
    return any((row.award_minor > 0 and row.supplier_percent > 0) or row.replacement for row in made)


def contested(work: Work) -> bool:
    """Whether the supplier has brought evidence on any claim of the order."""
    return models.Evidence.objects.filter(claim__order_id=work.order.id, by="supplier").exists()


ANSWERS = Claims(
    opened=opened,
    ended=ended,
    took_frozen=took_frozen,
    paid=paid,
    decided_against_supplier=decided_against_supplier,
    contested=contested,
    about=about,
    of_lot=of_lot,
)
"""What the room of orders asks this one."""
