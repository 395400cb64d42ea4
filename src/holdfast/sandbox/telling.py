"""All stories told at once on one calendar, and the table of how they came out."""

from concurrent.futures import ThreadPoolExecutor

from holdfast.sandbox.cases import (
    Case,
    Outcome,
    customs,
    garments,
    hairbands,
    happy,
    hats,
    late,
    microcontroller,
    outcome_of,
    quoted,
)
from holdfast.sandbox.figures import Figures, shown
from holdfast.sandbox.market import Market

STORIES: tuple[Case, ...] = (
    *quoted.CASES,
    *happy.CASES,
    *late.CASES,
    *hats.CASES,
    *hairbands.CASES,
    *microcontroller.CASES,
    *garments.CASES,
    *customs.CASES,
)
HEADINGS = ("case", "programme", "expected", "happened", "held", "released", "refunded", "fee")


def tell(market: Market, cases: tuple[Case, ...] = STORIES) -> list[Outcome]:
    """Play each story once and read how it came out. A story that was played before is only read."""
    waiting = [case for case in cases if market.order_of(case.slug) is None]
    broke = _play_all(market, waiting) if waiting else {}
    return [_outcome(market, case, broke.get(case.slug)) for case in cases]


def _play_all(market: Market, cases: list[Case]) -> dict[str, Exception | None]:
    """What broke each story, if anything did."""
    market.open_for_business()
    market.calendar.begin(len(cases))
    with ThreadPoolExecutor(max_workers=len(cases)) as stage:
        played = list(stage.map(lambda case: _play(market, case), cases))
    market.calendar.begin(1)
    return dict(zip((case.slug for case in cases), played, strict=True))


def _play(market: Market, case: Case) -> Exception | None:
    try:
        case.play(market)
    except Exception as wrong:  # noqa: BLE001  (a story that breaks is told as one that came out wrong)
        return wrong
    finally:
        market.calendar.leave()
    return None


def _outcome(market: Market, case: Case, wrong: Exception | None) -> Outcome:
    found = outcome_of(market, case)
    if wrong is None:
        return found
    return Outcome(case, found.happened, (f"{type(wrong).__name__}: {wrong}", *found.wrong))


def table(outcomes: list[Outcome]) -> str:
    """How each story came out, in columns, and what went wrong below."""
    rows = [HEADINGS, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = ["  ".join(_cell(place, text, widths[place]) for place, text in enumerate(row)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"{outcome.case.title}: {said}" for outcome in outcomes for said in outcome.wrong]
    return "\n".join([*lines, *notes])


def _cell(place: int, text: str, width: int) -> str:
    return text.ljust(width) if place < 2 else text.rjust(width)


def _row(outcome: Outcome) -> tuple[str, ...]:
    happened = outcome.happened or Figures()
    return (
        outcome.case.title,
        outcome.case.programme,
        _award(outcome.case.expected),
        "not played" if outcome.happened is None else _award(happened),
        shown(happened.held_minor),
        shown(happened.released_minor),
        shown(happened.refunded_minor),
        shown(happened.fee_minor),
    )


def _award(figures: Figures) -> str:
    """The award, or what was released where nobody claimed; a debt beside it."""
    text = shown(figures.released_minor if figures.award_minor is None else figures.award_minor)
    return f"{text} ({shown(figures.owed_minor)} owed)" if figures.owed_minor else text
