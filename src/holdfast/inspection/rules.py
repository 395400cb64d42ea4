"""Who may report, what a report covers, and whether its verdict opens or blocks what the contract tied to it.

Pure tables and functions. What the readings mean is for `terms.conformity`; here a verdict is a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.kernel.lifecycle import Lifecycle, step

KINDS = ("during_production", "pre_shipment", "loading", "after_delivery")
BEFORE_SHIPMENT = ("during_production", "pre_shipment")
"""Examined while no lot exists yet."""
PARTIES = ("buyer", "supplier")
REPORTERS = ("inspector", *PARTIES)
COMMISSIONERS = (*PARTIES, "platform")

ASSIGNMENT = Lifecycle(
    "assignment",
    "assigned",
    (
        step("agree", "assigned", "agreed", *PARTIES),
        step("withdraw", "assigned", "withdrawn", *PARTIES, "operator"),
        step("withdraw", "agreed", "withdrawn", *PARTIES, "operator"),
    ),
)
"""assigned: one side, or the platform, named the inspector; agreed: the other side took it for its own."""


WHO_NAMES = (*PARTIES, "operator")
BOOKING = Lifecycle(
    "booking",
    "proposed",
    (
        step("accept", "proposed", "accepted", "inspector"),
        step("decline", "proposed", "declined", "inspector"),
        step("lapse", "proposed", "lapsed", "clock"),
        step("move", "proposed", "proposed", *WHO_NAMES),
        step("move", "accepted", "proposed", *WHO_NAMES),
        step("cancel", "proposed", "cancelled", *WHO_NAMES),
        step("cancel", "accepted", "cancelled", *WHO_NAMES),
        step("begin", "accepted", "under_way", "inspector"),
        step("miss", "accepted", "missed", "inspector", "clock"),
        step("report", "accepted", "reported", "inspector"),
        step("report", "under_way", "reported", "inspector"),
        step("stop", "under_way", "stopped", "inspector", *WHO_NAMES),
        step("overrun", "under_way", "overdue", "clock"),
    ),
)
"""proposed: waits for the inspector; accepted: the visit stands; under_way: the inspector is there, and what waits for
it stands still; reported: the report is filed. A side stops a visit only by withdrawing the inspector."""
STANDING = ("proposed", "accepted", "under_way")
MISSED = ("not_ready", "no_access", "inspector")
"""Why a visit did not take place: the goods were not ready, nobody let the inspector in, or the inspector could not."""
NEEDS_READINESS = ("pre_shipment", "loading")
"""Goods are examined then only when so much of them is finished and packed as the contract says."""
FAR_AHEAD_DAYS = 365

HELD_UP: Mapping[str, tuple[str, ...]] = {
    "during_production": ("tranche.pay", "tranche.grace"),
    "pre_shipment": ("tranche.pay", "tranche.grace"),
    "loading": ("tranche.pay", "tranche.grace"),
    "after_delivery": ("lot.receipt", "claim.answer", "claim.escalate", "claim.rules", "claim.returned"),
}
"""The deadlines that stand still while an inspection of a kind is under way. Reading: who must pay, accept or answer
may first see what is found; dates that the contract names, windows for claims and appeals run on."""


def may_book(*, commissioned_by: str, state: str, role: str) -> bool:
    """Who named the inspector books its visits; once the other side has agreed to it, that side may, too."""
    return role in {"operator", commissioned_by} or (state == "agreed" and role in PARTIES)


def holds_up(*, who: str, booked_by: str, binding: bool, held_before: bool) -> bool:
    """Whether a visit lets a deadline stand still on which `who` must act; `held_before`: it stood still for another.

    Reading: nobody gains time by an inspector of their own choosing. One that the supplier alone has named holds up
    nothing, and whoever must act holds up the same deadline once; what the other side or the operator has booked does
    so as often as it takes.
    """
    given = booked_by == "platform" or (who in PARTIES and booked_by != who)
    return binding and (given or not held_before)


def payers(*, role: str, clause_payer: str | None) -> tuple[str, ...]:
    """Who may be named to pay the inspector: whoever books, or whom the contract names; the usual one first."""
    named = (clause_payer,) if clause_payer in PARTIES else ()
    return tuple(dict.fromkeys((*named, commissioner(role))))


def booking_verbs(*, state: str, commissioned_by: str, assignment: str, role: str) -> tuple[str, ...]:
    """What a role may do with a booking now. A report is filed for the order, not for the booking."""
    verbs = [verb for verb in BOOKING.open_verbs(state=state, role=role) if verb != "report"]
    if role == "inspector":
        return tuple(verbs)
    if not may_book(commissioned_by=commissioned_by, state=assignment, role=role):
        return ()
    return tuple(verb for verb in verbs if verb != "stop")


def commissioner(role: str) -> str:
    """Under which word an assignment keeps who made it."""
    return role if role in PARTIES else "platform"


def may_agree(*, commissioned_by: str, role: str) -> bool:
    """Only the other side agrees to what one side has named."""
    return commissioned_by in PARTIES and role in PARTIES and role != commissioned_by


def may_withdraw(*, commissioned_by: str, role: str) -> bool:
    """Who named an inspector takes it back; the operator may for anybody."""
    return role in {"operator", commissioned_by}


def is_binding(*, commissioned_by: str, state: str) -> bool:
    """Whether a verdict of this inspector moves what the contract tied to inspection.

    Reading: an inspection protects the buyer, so one that the supplier alone has chosen opens nothing.
    """
    return state == "agreed" or (state == "assigned" and commissioned_by in {"buyer", "platform"})


def open_verbs(*, state: str, commissioned_by: str, role: str) -> tuple[str, ...]:
    """What a role may do with an assignment now."""
    allowed = {
        "agree": may_agree(commissioned_by=commissioned_by, role=role),
        "withdraw": may_withdraw(commissioned_by=commissioned_by, role=role),
    }
    return tuple(verb for verb in ASSIGNMENT.open_verbs(state=state, role=role) if allowed[verb])


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the order: what was ordered, how many units short are permitted, what has been shipped."""

    number: int
    ordered: int
    tolerance: int
    shipped: int

    @property
    def left(self) -> int:
        """Not shipped yet, as ordered."""
        return max(0, self.ordered - self.shipped)

    @property
    def most_left(self) -> int:
        """Most that may still be shipped."""
        return max(0, self.ordered + self.tolerance - self.shipped)


def everything_left(lines: tuple[Line, ...]) -> dict[int, int]:
    """What an examination before shipment covers when it does not say."""
    return {line.number: line.left for line in lines if line.left}


def covers_the_rest(*, lines: tuple[Line, ...], covers: Mapping[int, int]) -> bool:
    """Whether nothing that is still to be shipped stands outside the examination.

    Reading: a verdict on a part opens nothing. Units have no names before they travel, so two parts examined one
    after the other might be the same part twice.
    """
    return all(covers.get(line.number, 0) + line.tolerance >= line.left for line in lines)


def covers_all(*, lines: tuple[Line, ...], covers: Mapping[int, int]) -> bool:
    """Whether lots examined after delivery are the whole order, tolerances aside."""
    return all(covers.get(line.number, 0) + line.tolerance >= line.ordered for line in lines)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a verdict does to the order: `opens`, `blocks` or `none`, and the rule that says so."""

    word: str
    rule: str


def effect(
    *,
    role: str,
    binding: bool,
    kind: str,
    tied_to: str,
    verdict: str,
    complete: bool,
    inspection: str,
    order_state: str,
) -> Effect:
    """Whether a report moves what waits for an inspection. `tied_to` is the kind of the contract's clause;
    `inspection` is how the order stands: none, advised, required, passed, failed, waived."""
    if role != "inspector":
        return Effect("none", "inspection.party_evidence")
    if not binding:
        return Effect("none", "inspection.not_agreed")
    if kind != tied_to:
        return Effect("none", "inspection.other_kind")
    if order_state != "active" or inspection == "waived":
        return Effect("none", "inspection.nothing_waits")
    match verdict:
        case "rejected" if inspection in {"required", "passed", "failed"}:
            return Effect("blocks", "inspection.rejected")
        case "rejected":
            return Effect("none", "inspection.nothing_waits")
        case "accepted" if complete:
            return Effect("opens", "inspection.accepted")
        case "accepted":
            return Effect("none", "inspection.part_only")
        case _:
            return Effect("none", "inspection.undecided")
