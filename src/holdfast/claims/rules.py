"""The life of a claim, and the arithmetic that turns an award into refunds of lots: pure.

What a claim is worth is computed by the engines; here is who may do what next, and which lot each amount belongs to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.claims.remedy import Line
from holdfast.kernel.lifecycle import Lifecycle, step
from holdfast.kernel.refusals import Invalid, NotAllowed, Refusal

SIDES = ("buyer", "supplier")
BUYER_REASONS = (
    "late_shipment",
    "late_delivery",
    "not_shipped",
    "not_delivered",
    "quality",
    "quantity",
    "wrong_goods",
    "packaging_labelling",
    "supplier_cancelled",
    "carrier_damage",
    "customs",
    "subjective",
)
SUPPLIER_REASONS = ("balance_unpaid", "wrongful_rejection", "goods_not_returned", "used_goods_returned")
REASONS: Mapping[str, tuple[str, ...]] = {"buyer": BUYER_REASONS, "supplier": SUPPLIER_REASONS}
ANSWERS = ("contest", "offer", "misuse", "force_majeure")
REMEDIES = ("refund", "price_reduction", "return_and_refund", "replacement", "rework_cost", "cost", "release")
OUTCOMES = ("full", "partial", "denied", "shared")
DECIDES_GOODS = frozenset(
    {"quality", "quantity", "wrong_goods", "packaging_labelling", "subjective", "not_delivered", "carrier_damage"}
)
"""Reasons whose final decision settles what the lot itself is worth; lateness leaves the goods to be received."""
OF_WHAT_CAME = frozenset({*(DECIDES_GOODS - {"not_delivered"}), "wrongful_rejection"})
"""Reasons that speak of goods that were shipped: nothing else can be wrong with its units, its count or its label."""
BY_TERMS = frozenset({"quality", "wrong_goods", "packaging_labelling", "subjective", "carrier_damage"})
"""Reasons that are decided by the terms and the criterion of the contract."""
SUPPLIER_AT_FAULT = frozenset(REASONS["buyer"]) - {"customs", "carrier_damage"}
"""Reasons whose award says that the supplier is at fault: the buyer's processing comes back in proportion."""
OF_THE_REST = frozenset({"not_shipped", "supplier_cancelled"})

CLAIM = Lifecycle(
    "claim",
    "opened",
    (
        step("answer", "opened", "answered", *SIDES),
        step("accept", "opened", "final", *SIDES, "clock"),
        step("accept", "answered", "final", *SIDES),
        step("accept", "mediating", "final", *SIDES),
        step("escalate", "opened", "mediating", *SIDES, "clock"),
        step("escalate", "answered", "mediating", *SIDES, "clock"),
        step("decide", "opened", "determined", "clock"),
        step("decide", "answered", "determined", "clock"),
        step("decide", "mediating", "determined", "clock"),
        step("determine", "mediating", "determined", "mediator"),
        step("appeal", "determined", "appealed", *SIDES),
        step("determine", "appealed", "determined", "mediator"),
        step("finalise", "determined", "final", *SIDES, "clock", "mediator"),
        step("await_return", "final", "returning", *SIDES, "clock", "mediator"),
        step("await_replacement", "final", "replacing", *SIDES, "clock", "mediator"),
        step("execute", "final", "executed", *SIDES, "clock", "mediator"),
        step("execute", "replacing", "executed", "buyer", "clock", "mediator"),
        step("execute", "returning", "executed", "supplier", "clock", "mediator"),
        step("forfeit", "returning", "forfeited", "clock"),
        step("withdraw", "opened", "withdrawn", *SIDES),
        step("withdraw", "answered", "withdrawn", *SIDES),
        step("withdraw", "mediating", "withdrawn", *SIDES),
    ),
)
"""final: nothing changes the award any more; returning: it is paid when the goods are back; replacing: the money stays
frozen until new goods are there; executed: money moved."""
UNDECIDED = ("opened", "answered", "mediating")
DECIDED = ("determined", "appealed", "final", "returning", "replacing")
"""A decision stands and its money has not moved."""
OPEN = (*UNDECIDED, *DECIDED)


CHECKLIST: Mapping[str, tuple[str, ...]] = {
    "quality": ("inspection_report", "photo", "unboxing_video"),
    "wrong_goods": ("inspection_report", "photo", "unboxing_video"),
    "quantity": ("unboxing_video", "photo", "document"),
    "packaging_labelling": ("photo", "rework_invoice"),
    "late_shipment": ("tracking",),
    "late_delivery": ("tracking",),
    "not_shipped": (),
    "not_delivered": ("tracking",),
    "supplier_cancelled": (),
    "carrier_damage": ("photo", "unboxing_video", "tracking"),
    "customs": ("document",),
    "subjective": ("photo",),
    "balance_unpaid": ("document",),
    "wrongful_rejection": ("document", "photo"),
    "goods_not_returned": ("tracking",),
    "used_goods_returned": ("photo", "document"),
}
"""What usually decides a reason: shown as what is still missing, never demanded."""


class LotsUnderDifferentTerms(Invalid):
    """These lots left under versions of the contract with different terms; claim those of each version apart."""


class WindowClosed(Refusal):
    """The time to claim for this reason is over."""


class ReasonNotYours(Invalid):
    """This reason is not open to your side."""


class NothingToClaim(Refusal):
    """There is nothing left to claim here: it was refunded, or is in another claim already."""


class AlreadyClaimed(Refusal):
    """There is an open claim for the same reason on the same goods; add to that one."""


class RemedyNotOffered(Invalid):
    """The programme does not give this remedy for this reason."""


class TooEarlyToEscalate(Refusal):
    """The sides negotiate first; escalation opens on a later day."""


class NotDecidable(Refusal):
    """The record does not decide this without a person."""


class DepartureNeedsReason(Refusal):
    """The award departs from the assessment; say why."""

    status = 422


class OutcomeDoesNotFit(Refusal):
    """The outcome and the lines of the award contradict each other."""

    status = 422


class GroundNotAccepted(Invalid):
    """The programme does not take an appeal on this ground."""


class AppealedAlready(Refusal):
    """A determination is reviewed once; this one was."""


class AppealOver(Refusal):
    """The time to appeal is over."""


class AnotherMediator(NotAllowed):
    """Whoever decided a case does not decide its appeal."""


class AboveDefaultShare(Refusal):
    """More than the evidenced cost, the contract's buyer-default share and what is held allow."""


class DocumentsNeeded(Refusal):
    """This answer needs documents; add them as evidence first."""

    status = 422


class NothingToSend(Refusal):
    """No goods go back under this claim, or they are on their way already."""


class Conflict(NotAllowed):
    """A mediator who belongs to one of the parties cannot decide this claim."""


def claimant_of(role: str) -> str:
    """The side that claims. Refusal: `not_allowed` for anybody who is no party."""
    if role not in SIDES:
        raise NotAllowed(subject="claim", verb="open", role=role, accepted=list(SIDES))
    return role


def respondent(claimant: str) -> str:
    """The other side."""
    return "supplier" if claimant == "buyer" else "buyer"


def check_reason(*, side: str, reason: str) -> None:
    """Each side has its own reasons. Refusal: `reason_not_yours`."""
    if reason not in REASONS[side]:
        raise ReasonNotYours(field="reason", accepted=list(REASONS[side]), found=reason)


def check_side(*, role: str, expected: str, verb: str) -> None:
    """Some acts belong to one of the two sides alone. Refusal: `not_allowed`."""
    if role != expected:
        raise NotAllowed(subject="claim", verb=verb, role=role, accepted=[expected])


@dataclass(frozen=True, slots=True)
class Place:
    """Where money of the order belongs (a lot's number, 0: not shipped), and the most that can still go back of it."""

    number: int
    left_minor: int


def by_place(
    *, lines: Sequence[Line], places: Sequence[Place], prices: Mapping[tuple[int, int], int]
) -> dict[int, int]:
    """The refund of each place under an award; costs are not among them.

    Lines with units fall where their units are, in proportion to price; what has no units (freight, departures) and
    what does not fit goes where room is left, in the order of `places`; what a departure takes away is taken from the
    end.
    `prices` is the price of one unit by (lot, line). The parts sum to the refund lines exactly.
    """
    amounts = dict.fromkeys((place.number for place in places), 0)
    left = {place.number: place.left_minor for place in places}
    rest = 0
    for line in lines:
        if line.head != "refund":
            continue
        rest += line.amount_minor - _onto_units(line, amounts, prices)
    order = list(amounts)
    for number in order:
        over = max(0, amounts[number] - left[number])
        amounts[number] -= over
        rest += over
    for number in order if rest > 0 else reversed(order):
        room = left[number] - amounts[number] if rest > 0 else -amounts[number]
        moved = min(rest, room) if rest > 0 else max(rest, room)
        amounts[number] += moved
        rest -= moved
    if rest:
        raise NothingToClaim(left_minor=sum(left.values()), over_minor=rest)
    return {number: amount for number, amount in amounts.items() if amount}


def _onto_units(line: Line, amounts: dict[int, int], prices: Mapping[tuple[int, int], int]) -> int:
    """Share a line over the lots of its units; answers what was placed."""
    weights: dict[int, int] = {}
    for row in line.units:
        if row.lot in amounts:
            weights[row.lot] = weights.get(row.lot, 0) + row.units * prices.get((row.lot, row.line), 0)
    whole = sum(weights.values())
    if whole == 0 or line.amount_minor <= 0:
        return 0
    placed = 0
    for number, weight in sorted(weights.items()):
        part = line.amount_minor * weight // whole
        amounts[number] += part
        placed += part
    return placed


def outcome_of(*, award_minor: int, assessed_minor: int, share_percent: int) -> str:
    """What an award is called."""
    if award_minor == 0:
        return "denied"
    if share_percent < 100:
        return "shared"
    return "full" if award_minor >= assessed_minor else "partial"


def check_outcome(*, outcome: str, award_minor: int, share_percent: int, replacement: bool = False) -> None:
    """An award of nothing is a denial, unless goods come in place of money. Refusal: `outcome_does_not_fit`."""
    given = award_minor > 0 or replacement
    fits = {
        "denied": not given,
        "shared": award_minor > 0 and share_percent < 100,
        "full": given,
        "partial": award_minor > 0,
    }
    if not fits.get(outcome, False):
        raise OutcomeDoesNotFit(field="outcome", accepted=[name for name, ok in fits.items() if ok], found=outcome)


def departs(*, lines: Sequence[Line], computed: Sequence[Line]) -> bool:
    """Whether an award is anything else than what the rules computed."""
    return [line.as_document() for line in lines] != [line.as_document() for line in computed]


def pauses(*, at_stake_minor: int, disputed_minor: int) -> bool:
    """Whether a claim stands still while chargebacks are open.

    The reading of "a chargeback pauses its own amount only": a claim is paused when all that it could still bring is in
    dispute with the payer's bank, since then nothing is left to decide until that ends. Otherwise it goes on, and only
    the disputed part of what it awards waits.
    """
    return disputed_minor > 0 and disputed_minor >= at_stake_minor


DEADLINES: Mapping[str, tuple[str, ...]] = {
    "opened": ("claim.answer", "claim.rules", "claim.escalate"),
    "answered": ("claim.rules", "claim.escalate"),
    "mediating": ("claim.mediate", "claim.limit"),
    "determined": ("claim.final",),
    "appealed": ("claim.mediate", "claim.limit"),
    "returning": ("claim.return", "claim.returned"),
    "replacing": ("claim.replacement",),
}
"""Which deadlines a claim can wait for in a state: of those that were paused, these go on."""


def latest(*moments: datetime | None) -> datetime | None:
    """The later of the moments that are known."""
    known = [moment for moment in moments if moment is not None]
    return max(known) if known else None
