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
