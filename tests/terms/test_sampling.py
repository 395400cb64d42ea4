"""The tables of sampling plans: a second reading of MIL-STD-105E agrees cell by cell, and chances are exact.

The second reading has every arrow followed already, as the R package AQLSchemes prints it (`AAZ14Single`); the tables
that come with Holdfast hold arrows and follow them.
"""

from __future__ import annotations

import tomllib
from fractions import Fraction
from importlib import resources
from itertools import pairwise
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.refusals import Invalid
from holdfast.terms.outlook import outlook, written
from holdfast.terms.sampling import LEVELS, PlanNotHeld, binomial, hypergeometric, read_tables, sampling_plan, tables
from holdfast.terms.sampling.plans import followed

AQL = ["0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0", "1.5", "2.5", "4.0", "6.5"]
NORMAL = """
A 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0
B 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0
C 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 8/1
D 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 13/1 8/1
E 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 20/1 13/1 13/2
F 200/0 125/0 80/0 50/0 32/0 20/0 13/0 32/1 20/1 20/2 20/3
G 200/0 125/0 80/0 50/0 32/0 20/0 50/1 32/1 32/2 32/3 32/5
H 200/0 125/0 80/0 50/0 32/0 80/1 50/1 50/2 50/3 50/5 50/7
J 200/0 125/0 80/0 50/0 125/1 80/1 80/2 80/3 80/5 80/7 80/10
K 200/0 125/0 80/0 200/1 125/1 125/2 125/3 125/5 125/7 125/10 125/14
L 200/0 125/0 315/1 200/1 200/2 200/3 200/5 200/7 200/10 200/14 200/21
M 200/0 500/1 315/1 315/2 315/3 315/5 315/7 315/10 315/14 315/21 200/21
N 800/1 500/1 500/2 500/3 500/5 500/7 500/10 500/14 500/21 315/21 200/21
P 800/1 800/2 800/3 800/5 800/7 800/10 800/14 800/21 500/21 315/21 200/21
Q 1250/2 1250/3 1250/5 1250/7 1250/10 1250/14 1250/21 800/21 500/21 315/21 200/21
R 2000/3 2000/5 2000/7 2000/10 2000/14 2000/21 1250/21 800/21 500/21 315/21 200/21
"""
TIGHTENED = """
A 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0
B 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0
C 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 13/1
D 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 20/1 13/1
E 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 32/1 20/1 13/1
F 315/0 200/0 125/0 80/0 50/0 32/0 20/0 50/1 32/1 20/1 20/2
G 315/0 200/0 125/0 80/0 50/0 32/0 80/1 50/1 32/1 32/2 32/3
H 315/0 200/0 125/0 80/0 50/0 125/1 80/1 50/1 50/2 50/3 50/5
J 315/0 200/0 125/0 80/0 200/1 125/1 80/1 80/2 80/3 80/5 80/8
K 315/0 200/0 125/0 315/1 200/1 125/1 125/2 125/3 125/5 125/8 125/12
L 315/0 200/0 500/1 315/1 200/1 200/2 200/3 200/5 200/8 200/12 200/18
M 315/0 800/1 500/1 315/1 315/2 315/3 315/5 315/8 315/12 315/18 200/18
N 1250/1 800/1 500/1 500/2 500/3 500/5 500/8 500/12 500/18 315/18 200/18
P 1250/1 800/1 800/2 800/3 800/5 800/8 800/12 800/18 500/18 315/18 200/18
Q 1250/1 1250/2 1250/3 1250/5 1250/8 1250/12 1250/18 800/18 500/18 315/18 200/18
R 2000/2 2000/3 2000/5 2000/8 2000/12 2000/18 1250/18 800/18 500/18 315/18 200/18
"""
"""Sample size and acceptance number by code letter and AQL, arrows followed."""
CODE_LETTERS = """
2 A A A A A A B
9 A A A A A B C
16 A A B B B C D
26 A B B C C D E
51 B B C C C E F
91 B B C D D F G
151 B C D E E G H
281 B C D E F H J
501 C C E F G J K
1201 C D E G H K L
3201 C D F G J L M
10001 C D F H K M N
35001 D E G J L N P
150001 D E G J M P Q
500001 D E H K N Q R
"""
"""From so many pieces: the letters of levels S-1 to S-4 and I to III (AQLSchemes, `SSCodeLetters`)."""
HANDBOOK = ["0.998", "0.980", "0.930", "0.845", "0.739", "0.620", "0.502", "0.394", "0.300", "0.223", "0.162", "0.115"]
"""NIST/SEMATECH e-Handbook of Statistical Methods, 6.2.3.2: n 52, c 3, at 1% to 12% defective."""
MONTGOMERY = {"0.005": "0.9897", "0.01": "0.9397", "0.02": "0.7366", "0.05": "0.1721", "0.09": "0.0109"}
"""Montgomery, Introduction to Statistical Quality Control, table 15.2: n 89, c 2."""


@pytest.mark.parametrize(("inspection", "printed"), [("normal", NORMAL), ("tightened", TIGHTENED)])
def test_every_cell_agrees_with_a_second_reading_of_the_standard(inspection: str, printed: str) -> None:
    master, seen = tables().masters[inspection], 0
    for line in printed.split("\n"):
        letter, *cells = line.split() or [""]
        for aql, cell in zip(AQL, cells, strict=False):
            final, ac = followed(master, code_letter=letter, aql=aql)
            assert f"{master.sizes[final]}/{ac}" == cell, (letter, aql)
            seen += 1
    assert seen == 16 * 11


def test_every_code_letter_agrees_with_a_second_reading_of_the_standard() -> None:
    rows = [line.split() for line in CODE_LETTERS.strip().split("\n")]
    levels = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
    for place, (least, *letters) in enumerate(rows):
        most = int(rows[place + 1][0]) - 1 if place + 1 < len(rows) else 10**9
        for lot_size in (int(least), most):
            found = [sampling_plan(lot_size=lot_size, level=level, aql="2.5").code_letter for level in levels]
            assert found == letters, lot_size


def test_four_thousand_pieces_at_level_two() -> None:
    plan = sampling_plan(lot_size=4000, level="II", aql="2.5")
    assert (plan.code_letter, plan.n, plan.ac, plan.re) == ("L", 200, 10, 11)
    minor = sampling_plan(lot_size=4000, level="II", aql="4.0")
    assert (minor.n, minor.ac, minor.re) == (200, 14, 15)
    critical = sampling_plan(lot_size=4000, level="II", aql="0")
    assert (critical.n, critical.ac, critical.re) == (200, 0, 1)


def test_an_arrow_leads_to_another_letter_and_its_sample() -> None:
    down = sampling_plan(lot_size=4000, level="II", aql="0.15")
    assert (down.code_letter, down.letter, down.n, down.ac) == ("L", "M", 315, 1)
    up = sampling_plan(lot_size=20_000, level="II", aql="6.5")
    assert (up.code_letter, up.letter, up.n, up.ac) == ("M", "L", 200, 21)


@pytest.mark.parametrize("inspection", ["normal", "tightened"])
def test_the_tables_are_in_order(inspection: str) -> None:
    master = tables().masters[inspection]
    letters = list(master.sizes)
    assert all(master.sizes[one] < master.sizes[next_] for one, next_ in pairwise(letters))
    for letter in letters:
        figures = [followed(master, code_letter=letter, aql=aql) for aql in AQL]
        own = [ac for final, ac in figures if final == letter]
        assert own == sorted(own)
        # A looser limit never asks for a larger sample at the same acceptance number.
        for (one, ac), (next_, more) in pairwise(figures):
            assert more > ac or master.sizes[next_] <= master.sizes[one]
    for aql in AQL:
        accepted = [followed(master, code_letter=letter, aql=aql)[1] for letter in letters]
        assert accepted == sorted(accepted)
        # In a column, arrows point down above the figures and up below them, or into the gap between 0 and 1.
        assert all(final in letters for final, _ac in (followed(master, code_letter=one, aql=aql) for one in letters))


@given(lot_size=st.integers(1, 2_000_000), level=st.sampled_from(LEVELS), aql=st.sampled_from(["0", *AQL]))
def test_a_sample_is_never_larger_than_the_lot(lot_size: int, level: str, aql: str) -> None:
    plan = sampling_plan(lot_size=lot_size, level=level, aql=aql)
    assert plan.n <= lot_size
    assert plan.whole_lot == (plan.n == lot_size)
    assert (plan.ac is None) == plan.whole_lot
    assert plan.ac is None or (0 <= plan.ac < plan.n and plan.re == plan.ac + 1)


def test_a_sample_as_large_as_the_lot_means_every_unit() -> None:
    whole = sampling_plan(lot_size=13, level="II", aql="1.0")
    assert (whole.n, whole.ac, whole.re, whole.whole_lot) == (13, None, None, True)
    part = sampling_plan(lot_size=14, level="II", aql="1.0")
    assert (part.n, part.ac, part.whole_lot) == (13, 0, False)


def test_what_two_sources_do_not_hold_alike_is_refused() -> None:
    text = resources.files("holdfast.terms.sampling").joinpath("tables.toml").read_text(encoding="utf-8")
    row = next(line for line in text.split("\n") if line.startswith('L = "'))
    holed = read_tables(text.replace(row, row.replace("10", " ?", 1), 1))
    with pytest.raises(PlanNotHeld) as hole:
        sampling_plan(lot_size=4000, level="II", aql="2.5", tables=holed)
    assert "2.5" not in hole.value.accepted
    assert "4.0" in hole.value.accepted
    one_source = text.replace('sources = ["mil-std-105e", "gbt-2828.1"]', 'sources = ["mil-std-105e"]')
    with pytest.raises(PlanNotHeld):
        sampling_plan(lot_size=4000, level="II", aql="2.5", tables=read_tables(one_source))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"level": "IV"}, "level"),
        ({"aql": "3"}, "aql"),
        ({"inspection": "x"}, "inspection"),
        ({"lot_size": 0}, "lot_size"),
    ],
)
def test_a_choice_that_is_none_is_refused_with_what_is_one(asked: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        sampling_plan(**{"lot_size": 4000, "level": "II", "aql": "2.5", **asked})  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert refusal.value.accepted


def test_every_table_names_its_sources_and_they_are_described() -> None:
    found = tomllib.loads(resources.files("holdfast.terms.sampling").joinpath("tables.toml").read_text())
    for name in ("letters", "normal", "tightened", "reduced"):
        assert len(set(found[name]["sources"])) >= 2
    assert all(source.title and source.read_from and source.tables for source in tables().sources)


def test_chances_are_those_of_published_curves() -> None:
    for percent, printed in enumerate(HANDBOOK, start=1):
        assert abs(binomial(n=52, ac=3, share=Fraction(percent, 100)) - Fraction(printed)) <= Fraction(1, 1000)
    for share, printed in MONTGOMERY.items():
        assert round(binomial(n=89, ac=2, share=Fraction(share)), 4) == Fraction(printed)
    # Ten pieces, none defective: a lot of which a tenth is bad passes a third of the time.
    assert binomial(n=10, ac=0, share=Fraction(1, 10)) == Fraction(9, 10) ** 10


def test_a_lot_of_four_thousand_under_two_and_a_half() -> None:
    seen = outlook(lot_size=4000, n=200, ac=10)
    told = [(str(one.percent), one.defective, written(one.this_lot), written(one.long_run)) for one in seen.chances]
    assert told == [
        ("5", 200, "0.583259", "0.583067"),
        ("10", 400, "0.006924", "0.008071"),
        ("15", 600, "0.000005", "0.000007"),
    ]
    assert seen.curve[0] == (0, 1)
    assert [chance for _share, chance in seen.curve] == sorted((chance for _share, chance in seen.curve), reverse=True)


@given(st.data())
def test_the_chance_in_a_lot_is_counted_sample_by_sample(data: st.DataObject) -> None:
    lot_size = data.draw(st.integers(1, 60))
    defective, n = data.draw(st.integers(0, lot_size)), data.draw(st.integers(0, lot_size))
    ac = data.draw(st.integers(0, n))
    ways = sum(comb(defective, found) * comb(lot_size - defective, n - found) for found in range(ac + 1))
    assert hypergeometric(lot_size=lot_size, defective=defective, n=n, ac=ac) == Fraction(ways, comb(lot_size, n))


def test_in_a_very_large_lot_both_distributions_say_the_same() -> None:
    for percent in (1, 5, 10):
        lot = hypergeometric(lot_size=10**9, defective=10**7 * percent, n=200, ac=10)
        assert abs(lot - binomial(n=200, ac=10, share=Fraction(percent, 100))) < Fraction(1, 10**5)


def test_where_every_unit_is_examined_there_is_no_chance_to_tell() -> None:
    seen = outlook(lot_size=40, n=50, ac=2)
    assert (seen.n, seen.ac, seen.chances, seen.curve) == (40, None, (), ())
