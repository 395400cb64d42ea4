"""The sampling plan of a lot: lot size and level give a code letter, the letter and the AQL a plan, arrows followed.

Pure. It reads what the tables say and refuses what they do not: nothing is interpolated.
"""

from dataclasses import dataclass

from holdfast.kernel.refusals import Invalid
from holdfast.terms.sampling.refusals import PlanNotHeld
from holdfast.terms.sampling.tables import ABSENT, DOWN, INSPECTIONS, LEVELS, UP, MasterTable, Tables
from holdfast.terms.sampling.tables import tables as shipped_tables

LARGEST_LOT = 10**12
NONE_ACCEPTED = "0"
"""An AQL of 0: the sample of the code letter, in which no defective unit may be found."""


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """Draw `n` of `lot_size`; accepted up to `ac` defective units, rejected from `re`.

    `code_letter` is the lot's, `letter` the one whose plan applies after the arrows. `whole_lot`: the sample is the
    lot; then every unit is examined, the defective ones count and the lot is not rejected, so there are no numbers.
    """

    lot_size: int
    level: str
    aql: str
    inspection: str
    code_letter: str
    letter: str
    n: int
    ac: int | None
    re: int | None
    whole_lot: bool
    sources: tuple[str, ...]


def sampling_plan(
    *, lot_size: int, level: str, aql: str, inspection: str = "normal", tables: Tables | None = None
) -> SamplingPlan:
    """The single sampling plan of ISO 2859-1 for a lot.

    A sample as large as the lot, or larger, means that every unit is examined. AQL `0` stands in no table: it asks for
    the code letter's own sample and accepts none.
    Refusals: `Invalid` for a level, AQL or lot size that is none; `PlanNotHeld` where two sources do not agree.
    """
    held = shipped_tables() if tables is None else tables
    check_choice(level=level, aql=aql, inspection=inspection, tables=held)
    master = held.masters[inspection]
    code_letter = _code_letter(held, lot_size, level)
    letter, ac = (code_letter, 0) if aql == NONE_ACCEPTED else followed(master, code_letter=code_letter, aql=aql)
    n = master.sizes[letter]
    whole = n >= lot_size
    return SamplingPlan(
        lot_size=lot_size,
        level=level,
        aql=aql,
        inspection=inspection,
        code_letter=code_letter,
        letter=letter,
        n=lot_size if whole else n,
        ac=None if whole else ac,
        re=None if whole else ac + 1,
        whole_lot=whole,
        sources=tuple(dict.fromkeys((*held.letter_sources, *master.sources))),
    )


def check_choice(
    *, level: str, aql: str, inspection: str, path: str = "", aql_path: str = "aql", tables: Tables | None = None
) -> None:
    """That there is such a level, such an AQL and such a severity of inspection.

    Refusals: `Invalid`; `PlanNotHeld` for a table that two sources do not hold.
    """
    held = shipped_tables() if tables is None else tables
    if level not in LEVELS:
        raise Invalid(field=f"{path}level", found=level, accepted=list(LEVELS))
    if inspection not in INSPECTIONS:
        raise Invalid(field=f"{path}inspection", found=inspection, accepted=list(INSPECTIONS))
    master = held.masters[inspection]
    if not master.cells:
        accepted = [name for name in INSPECTIONS if held.masters[name].cells]
        raise PlanNotHeld(field=f"{path}inspection", found=inspection, accepted=accepted)
    if aql not in {NONE_ACCEPTED, *master.aql}:
        raise Invalid(field=f"{path}{aql_path}", found=aql, accepted=[NONE_ACCEPTED, *master.aql])


def _code_letter(held: Tables, lot_size: int, level: str) -> str:
    if not 1 <= lot_size <= LARGEST_LOT:
        raise Invalid(field="lot_size", found=lot_size, accepted={"from": 1, "to": LARGEST_LOT})
    # The table begins with lots of two; a single piece is examined whatever letter it has.
    row = next((row for row in held.letters if row.most is None or lot_size <= row.most), None)
    if row is None:
        raise PlanNotHeld(field="level", found=level, accepted=[])
    return row.letters[level]


def followed(master: MasterTable, *, code_letter: str, aql: str) -> tuple[str, int]:
    """The letter and the acceptance number at the end of the arrows. Refusal: `PlanNotHeld`."""
    letters = list(master.sizes)
    place = letters.index(code_letter)
    # An arrow never turns round, so there are fewer steps than letters.
    for _step in letters:
        cell = master.cells[letters[place], aql]
        if cell.isdigit():
            return letters[place], int(cell)
        place += {DOWN: 1, UP: -1, ABSENT: len(letters)}[cell]
        if not 0 <= place < len(letters):
            break
    held = [column for column in master.aql if master.cells[code_letter, column] != ABSENT and column != aql]
    raise PlanNotHeld(field="aql", found=aql, accepted=held, code_letter=code_letter)
