"""The switching rules of ISO 2859-1, lot by lot, and the reduced plans on which both public sources agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.refusals import Invalid
from holdfast.terms import read_criterion
from holdfast.terms.criterion import lot_sampling, not_reduced
from holdfast.terms.sampling import (
    ClassResult,
    Inspected,
    PlanNotHeld,
    Severity,
    sampling_plan,
    severity_after,
    switching_points,
    tables,
)
from holdfast.terms.sampling.plans import followed

AQL = ["0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0", "1.5", "2.5", "4.0", "6.5"]
MIL_SIZES = """
A 80 50 32 20 13 8 5 3 2 2 2
B 80 50 32 20 13 8 5 3 2 2 2
C 80 50 32 20 13 8 5 3 2 2 3
D 80 50 32 20 13 8 5 3 2 5 3
E 80 50 32 20 13 8 5 3 8 5 5
F 80 50 32 20 13 8 5 13 8 8 8
G 80 50 32 20 13 8 20 13 13 13 13
H 80 50 32 20 13 32 20 20 20 20 20
J 80 50 32 20 50 32 32 32 32 32 32
K 80 50 32 80 50 50 50 50 50 50 50
L 80 50 125 80 80 80 80 80 80 80 80
M 80 200 125 125 125 125 125 125 125 125 80
N 315 200 200 200 200 200 200 200 200 125 80
P 315 315 315 315 315 315 315 315 200 125 80
Q 500 500 500 500 500 500 500 315 200 125 80
R 800 800 800 800 800 800 500 315 200 125 80
"""
"""MIL-STD-105E table II-C, arrows followed: sample sizes by code letter and AQL (AQLSchemes, `AAZ14Single`)."""
MIL_AC = [0, 0, 1, 1, 2, 3, 5, 7, 10]
MIL_RE = [2, 2, 3, 4, 5, 6, 8, 10, 13]
"""Its numbers down a column, after the letters that accept none and reject from one: the last goes on to the end."""
MIL_NONE_ACCEPTED = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]
"""How many letters, from A on, accept none and reject from one, by AQL."""
GB = """
A 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0 2/0 2/0
B 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0 2/0 2/0
C 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0 2/0 5/1
D 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0 8/1 5/1
E 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 13/1 8/1 5/1
F 80/0 50/0 32/0 20/0 13/0 8/0 5/0 20/1 13/1 8/1 8/2
G 80/0 50/0 32/0 20/0 13/0 8/0 32/1 20/1 13/1 13/2 13/3
H 80/0 50/0 32/0 20/0 13/0 50/1 32/1 20/1 20/2 20/3 20/5
J 80/0 50/0 32/0 20/0 80/1 50/1 32/1 32/2 32/3 32/5 32/6
K 80/0 50/0 32/0 125/1 80/1 50/1 50/2 50/3 50/5 50/6 50/8
L 80/0 50/0 200/1 125/1 80/1 80/2 80/3 80/5 80/6 80/8 80/10
M 80/0 315/1 200/1 125/1 125/2 125/3 125/5 125/6 125/8 125/10 80/10
N 500/1 315/1 200/1 200/2 200/3 200/5 200/6 200/8 200/10 125/10 80/10
P 500/1 315/1 315/2 315/3 315/5 315/6 315/8 315/10 200/10 125/10 80/10
Q 500/1 500/2 500/3 500/5 500/6 500/8 500/10 315/10 200/10 125/10 80/10
R 800/2 800/3 800/5 800/6 800/8 800/10 500/10 315/10 200/10 125/10 80/10
"""
"""GB/T 2828.1-2012 table 2-C, arrows followed: sample size and acceptance number; it rejects from one more."""


def test_a_reduced_plan_is_held_exactly_where_both_sources_say_the_same() -> None:
    master, letters, held = tables().masters["reduced"], list(tables().masters["reduced"].sizes), 0
    military = [[int(cell) for cell in line.split()[1:]] for line in MIL_SIZES.strip().split("\n")]
    chinese = [line.split()[1:] for line in GB.strip().split("\n")]
    for row, letter in enumerate(letters):
        for column, aql in enumerate(AQL):
            after = row - MIL_NONE_ACCEPTED[column]
            numbers = (0, 1) if after < 0 else (MIL_AC[min(after, 8)], MIL_RE[min(after, 8)])
            n, ac = (int(part) for part in chinese[row][column].split("/"))
            agree = (military[row][column], *numbers) == (n, ac, ac + 1)
            if agree:
                final, accepted = followed(master, code_letter=letter, aql=aql)
                assert (master.sizes[final], accepted) == (n, ac), (letter, aql)
                held += 1
            else:
                with pytest.raises(PlanNotHeld) as refusal:
                    followed(master, code_letter=letter, aql=aql)
                assert (refusal.value.facts["found"], refusal.value.facts["code_letter"]) == (aql, letter)
    assert held == 77


def test_a_lot_finds_its_reduced_plan_or_hears_which_is_missing() -> None:
    plan = sampling_plan(lot_size=250, level="II", aql="0.65", inspection="reduced")
    assert (plan.code_letter, plan.letter, plan.n, plan.ac, plan.re) == ("G", "F", 8, 0, 1)
    with pytest.raises(PlanNotHeld) as refusal:
        sampling_plan(lot_size=4000, level="II", aql="2.5", inspection="reduced")
    assert refusal.value.facts == {"found": "2.5", "code_letter": "L"}
    assert refusal.value.accepted == ["0.065", "0.10"]


def lots(text: str) -> list[Inspected]:
    """`+` an accepted lot, `-` a rejected one; `3` or `2` an accepted one with its points; behind a letter (`t+`, `r-`)
    one that was inspected tightened or reduced."""
    found, inspection = [], "normal"
    for sign in text.replace(" ", ""):
        if sign in "tr":
            inspection = {"t": "tightened", "r": "reduced"}[sign]
            continue
        found.append(Inspected(sign != "-", inspection, int(sign) if sign.isdigit() else 0))
        inspection = "normal"
    return found


T5, N10 = "t+ t+ t+ t+ t+", "3333333333"


@pytest.mark.parametrize(
    ("record", "inspection", "reason"),
    [
        ("", "normal", "begins"),
        ("-", "normal", "begins"),
        ("--", "tightened", "rejections"),
        ("- + + + -", "tightened", "rejections"),
        ("- + + + + -", "normal", "begins"),
        ("+ + + + + + + - -", "tightened", "rejections"),
        (f"-- {T5[:-3]}", "tightened", "rejections"),
        (f"-- {T5}", "normal", "recovered"),
        ("-- t+ t+ t- t+ t+", "tightened", "rejections"),
        (f"-- t+ t+ t- {T5}", "normal", "recovered"),
        # What was rejected before the switch does not count again.
        (f"-- {T5} -", "normal", "recovered"),
        (f"-- {T5} --", "tightened", "rejections"),
        (N10[:9], "normal", "begins"),
        (N10, "reduced", "steady"),
        ("2" * 14, "normal", "begins"),
        ("2" * 15, "reduced", "steady"),
        # A lot that would have failed one step tighter, or is rejected, begins the score anew.
        ("333333333 0 3", "normal", "begins"),
        (f"333333333 - {N10}", "reduced", "steady"),
        (f"{N10} r+ r+", "reduced", "steady"),
        (f"{N10} r+ r-", "normal", "slipped"),
        # Whoever inspected more strictly than was asked, and found the lot good, found it good for the rule, too; and
        # a lot that falls by a milder plan would have fallen by the stricter one.
        ("-- + + + + +", "tightened", "rejections"),
        ("-- - - - t+", "tightened", "rejections"),
        ("t- t-", "normal", "begins"),
        (f"{N10} -", "normal", "slipped"),
    ],
)
def test_the_record_says_how_the_next_lot_is_inspected(record: str, inspection: str, reason: str) -> None:
    found = severity_after(lots(record))
    assert (found.inspection, found.reason) == (inspection, reason)


def test_the_lots_that_decided_are_named() -> None:
    found = severity_after(lots("+ - + - t+ t-"))
    assert (found.decided_by, found.since, found.rejected) == ((1, 3), (4, 5), (5,))
    steady = severity_after(lots(f"- {N10} r+"))
    assert (steady.decided_by, steady.since) == (tuple(range(1, 11)), (11,))


def test_five_rejected_under_tightened_inspection_discontinue_it_until_five_pass() -> None:
    four, five = severity_after(lots("-- t- t+ t- t- t-")), severity_after(lots("-- t- t- t+ t- t- t-"))
    assert (four.discontinued, five.discontinued) == (False, True)
    assert severity_after(lots(f"-- t- t- t- t- t- {T5}")).discontinued is False


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["normal", "tightened", "reduced"]), st.sampled_from([0, 2, 3])))
)
def test_whatever_the_record_it_is_explained_by_lots_of_it(record: list[tuple[bool, str, int]]) -> None:
    given_lots = [Inspected(*one) for one in record]
    found = severity_after(given_lots)
    counted = [*found.decided_by, *found.since]
    assert counted == sorted(set(counted))
    assert all(0 <= place < len(record) for place in counted)
    assert (found.reason == "begins") == (not found.decided_by)
    assert set(found.rejected) == {place for place in found.since if not given_lots[place].accepted}
    if found.inspection == "reduced":
        assert len(found.decided_by) >= 10
        assert all(given_lots[place].accepted for place in found.decided_by)
    assert severity_after([]) == Severity()


@pytest.mark.parametrize(
    ("results", "points"),
    [
        # Letter L at 2.5 accepts 10, one step tighter 7.
        ([ClassResult("2.5", "L", 10, 7)], 3),
        ([ClassResult("2.5", "L", 10, 8)], 0),
        ([ClassResult("2.5", "F", 1, 1)], 2),
        ([ClassResult("2.5", "L", 10, 0), ClassResult("4.0", "L", 14, 10)], 3),
        ([ClassResult("2.5", "L", 10, 0), ClassResult("4.0", "L", 14, 11)], 0),
        ([ClassResult("0", "L", 0, 0), ClassResult("2.5", "L", 10, 0)], 3),
        ([ClassResult("0", "L", 0, 0)], 2),
        ([ClassResult("2.5", "C", None, 0)], 0),
        # There is no column tighter than the first.
        ([ClassResult("0.065", "R", 3, 0)], 0),
    ],
)
def test_a_lot_adds_to_the_score_what_it_would_have_shown_one_step_tighter(
    results: list[ClassResult], points: int
) -> None:
    assert switching_points(results) == points


SWITCHING = {"kind": "aql", "level": "II", "aql": [{"class": "major", "aql": "0.65"}], "switching": True}


def test_reduced_inspection_is_earned_and_never_agreed_on_beforehand() -> None:
    for agreed, accepted in ((SWITCHING, ["normal"]), ({**SWITCHING, "switching": False}, ["normal", "tightened"])):
        with pytest.raises(Invalid) as refusal:
            read_criterion({**agreed, "inspection": "reduced"})
        assert (refusal.value.field, refusal.value.accepted) == ("criterion.inspection", accepted)
    with pytest.raises(Invalid):
        read_criterion({"kind": "every_unit", "switching": True})
    before = read_criterion({key: SWITCHING[key] for key in ("kind", "level", "aql")})
    assert "switching" not in before.as_document()


def test_where_the_reduced_plan_is_not_held_the_lot_is_inspected_normally() -> None:
    earned = read_criterion(SWITCHING).under("reduced")
    small, large = lot_sampling(earned, lot_size=250), lot_sampling(earned, lot_size=4000)
    assert small is not None
    assert large is not None
    assert (small.inspection, small.classes[0].n) == ("reduced", 8)
    assert (large.inspection, large.classes[0].n) == ("normal", 200)
    missing = not_reduced(earned, lot_size=4000)
    assert missing is not None
    assert missing.facts == {"found": "0.65", "code_letter": "L"}
    assert not_reduced(earned, lot_size=250) is None
    tightened = lot_sampling(read_criterion(SWITCHING).under("tightened"), lot_size=4000)
    assert tightened is not None
    assert (tightened.inspection, tightened.classes[0].ac) == ("tightened", 2)
    assert read_criterion({**SWITCHING, "switching": False}).under("tightened").inspection is None
