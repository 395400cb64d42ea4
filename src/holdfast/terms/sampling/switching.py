"""How strictly the next lot is inspected: normal, tightened or reduced, by the lots that were inspected before it.

The switching rules of ISO 2859-1 (clause 9.3), pure: lots in their order go in, the severity for the next one comes out
with its reason and the lots that decided it. Whose lots they are, and which of them count, is said by whoever asks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from holdfast.terms.sampling.plans import NONE_ACCEPTED
from holdfast.terms.sampling.tables import MasterTable
from holdfast.terms.sampling.tables import tables as shipped_tables

NORMAL, TIGHTENED, REDUCED = "normal", "tightened", "reduced"
STRICTNESS = (REDUCED, NORMAL, TIGHTENED)
WINDOW, MOST_REJECTED = 5, 2
"""Two rejected lots of five or fewer in succession tighten the inspection."""
BACK_TO_NORMAL = 5
"""So many accepted in succession under tightened inspection."""
SCORE_FOR_REDUCED = 30
"""The switching score from which inspection may be reduced: at least ten lots accepted in succession."""
DISCONTINUED_FROM = 5
"""So many rejected under tightened inspection: acceptance by sample is discontinued until the supplier has mended."""
BEGINS, REJECTIONS, RECOVERED, STEADY, SLIPPED = "begins", "rejections", "recovered", "steady", "slipped"
REASONS = (BEGINS, REJECTIONS, RECOVERED, STEADY, SLIPPED)


@dataclass(frozen=True, slots=True)
class Inspected:
    """A lot on its first inspection. `inspection` is the severity it was inspected with; `points` what an accepted lot
    adds to the switching score, nothing where it would have failed one step tighter."""

    accepted: bool
    inspection: str = NORMAL
    points: int = 0


@dataclass(frozen=True, slots=True)
class Severity:
    """How the next lot is inspected, and why.

    `reason`: `begins` (nothing has switched yet), `rejections`, `recovered` (five accepted), `steady` (the score
    reached), `slipped` (rejected under reduced inspection). `decided_by` are the places of the lots that switched it,
    `since` those counted after that. `discontinued`: five lots were rejected under tightened inspection.
    """

    inspection: str = NORMAL
    reason: str = BEGINS
    score: int = 0
    discontinued: bool = False
    decided_by: tuple[int, ...] = ()
    since: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()
    """Of those since, the rejected ones."""


@dataclass(frozen=True, slots=True)
class ClassResult:
    """What a lot showed for one class of defect: the plan it was held against, and how many were defective."""

    aql: str
    letter: str
    ac: int | None
    defective: int


def severity_after(lots: Iterable[Inspected]) -> Severity:
    """The severity for the next lot after these, in the order in which they were inspected."""
    state = Severity()
    for place, lot in enumerate(lots):
        if _counts(lot, state.inspection):
            state = _step(state, lot, place)
    return state


def _counts(lot: Inspected, inspection: str) -> bool:
    """A lot inspected otherwise than the rules ask counts where it would have come out so all the same: accepted by a
    stricter plan, or rejected by a milder one. Reduced inspection ends with any lot that is rejected."""
    if inspection == REDUCED:
        return True
    stricter = STRICTNESS.index(lot.inspection) - STRICTNESS.index(inspection)
    return stricter == 0 or (lot.accepted if stricter > 0 else not lot.accepted)


def _step(before: Severity, lot: Inspected, place: int) -> Severity:
    state = replace(
        before,
        since=(*before.since, place),
        rejected=before.rejected if lot.accepted else (*before.rejected, place),
        score=before.score + lot.points if lot.accepted and lot.points else 0,
    )
    match state.inspection:
        case "tightened":
            return _tightened(state)
        case "reduced":
            return Severity(NORMAL, SLIPPED, decided_by=(place,)) if not lot.accepted else replace(state, score=0)
        case _:
            return _normal(state)


def _normal(state: Severity) -> Severity:
    window = state.since[-WINDOW:]
    rejected = tuple(place for place in state.rejected if place in window)
    if len(rejected) >= MOST_REJECTED:
        return Severity(TIGHTENED, REJECTIONS, decided_by=rejected)
    if state.score >= SCORE_FOR_REDUCED:
        return Severity(REDUCED, STEADY, decided_by=_run(state))
    return state


def _tightened(state: Severity) -> Severity:
    state = replace(state, score=0)
    run = _run(state)
    if len(run) >= BACK_TO_NORMAL:
        return Severity(NORMAL, RECOVERED, decided_by=run)
    return replace(state, discontinued=state.discontinued or len(state.rejected) >= DISCONTINUED_FROM)


def _run(state: Severity) -> tuple[int, ...]:
    """The lots accepted in succession up to now."""
    last = max(state.rejected, default=-1)
    return tuple(place for place in state.since if place > last)


def switching_points(results: Sequence[ClassResult]) -> int:
    """What an accepted lot adds to the switching score: 3 if it would have been accepted one step tighter, too; 2 where
    up to one defective unit is accepted; nothing if it would not. The least of its classes counts. A class that is
    examined whole, or of which none may be defective by agreement, stands in no table and says nothing."""
    master = shipped_tables().masters[NORMAL]
    found = [_points(master, one) for one in results if one.ac is not None and one.aql != NONE_ACCEPTED]
    return min(found, default=2 if any(one.ac is not None for one in results) else 0)


def _points(master: MasterTable, result: ClassResult) -> int:
    if result.ac is None or result.ac < 2:
        return 2
    place = master.aql.index(result.aql)
    tighter = master.cells.get((result.letter, master.aql[place - 1])) if place else None
    return 3 if tighter is not None and tighter.isdigit() and result.defective <= int(tighter) else 0
