"""What the pages on sampling and protection show is what the rules compute."""

from __future__ import annotations

from fractions import Fraction

import pytest

from holdfast import programme
from holdfast.cli import main
from holdfast.programme import rules
from holdfast.programme.schemes import schemes
from holdfast.terms.outlook import outlook
from holdfast.terms.sampling import sampling_plan
from tests.docs.examples import major, stands, table

K = 100_000
PLANS = ((4000, "II", "2.5"), (4000, "II", "4.0"), (4000, "S-2", "2.5"), (500, "II", "2.5"))


def test_the_command_is_told_as_it_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--lot", "4000", "--level", "II", "--aql", "2.5"]) == 0
    stands("sampling.md", "plan", f"```text\n{capsys.readouterr().out.rstrip()}\n```")


def test_what_passes_is_told_as_it_is_computed() -> None:
    rows = []
    for lot, level, aql in PLANS:
        plan = sampling_plan(lot_size=lot, level=level, aql=aql)
        seen = outlook(lot_size=lot, n=plan.n, ac=plan.ac)
        shown = [f"{_percent(one.this_lot)} ({_percent(one.long_run)})" for one in seen.chances]
        rows.append([f"{lot:,}", level, aql, f"{plan.n}", f"{plan.ac}", *shown])
    head = [" lot", "level", " AQL", " n", " ac", " 5% bad", " 10% bad", " 15% bad"]
    stands("sampling.md", "chances", f"{table(head, rows)}\n\nIn brackets: in the long run.")


def _percent(chance: Fraction) -> str:
    return f"{float(chance):.1%}" if chance >= Fraction(1, 1000) else "under 0.1%"


def test_three_amounts_are_told_as_they_compare() -> None:
    rows = []
    for amount in (2 * K, 20 * K, 200 * K):
        order = rules.ComparedOrder(amount_minor=amount, currency="USD", tier="verified")
        for way in rules.compare(programme=programme.shipped("standard"), order=order, schemes=schemes()):
            cost = _range(way.cost_low_minor, way.cost_high_minor)
            rest = _range(way.unprotected_low_minor, way.unprotected_high_minor)
            days = "none" if way.window_days is None else f"{way.window_days} days"
            cap = _range(way.cap_low_minor, way.cap_high_minor)
            rows.append([major(amount), way.name, cost, way.held, cap, rest, days])
    head = [" amount", "way", " cost to the buyer", "held", " cap", " unprotected", "to claim"]
    stands("protection.md", "comparison", table(head, rows))


def _range(low: int | None, high: int | None) -> str:
    assert low is not None
    assert high is not None
    return major(low) if low == high else f"{major(low)} to {major(high)}"


def test_a_large_order_is_told_as_it_is_planned() -> None:
    costs = rules.SplitCosts(freight_together_minor=6 * K, freight_each_minor=250_000, handling_each_minor=15_000)
    order = rules.LargeOrder(total_minor=120 * K, currency="USD", tier="verified", costs=costs)
    rows = []
    for name in ("standard", "import"):
        plan = rules.plan_large_order(programme=programme.shipped(name), order=order)
        for way in (plan.one, plan.split):
            parts = " + ".join(f"{one.total_minor // K:,}" for one in way.contracts)
            held, costs_ = major(way.refundable_while_held_minor), major(way.cost_minor)
            figures = [major(way.cover_minor), major(way.uncovered_minor), held, costs_, major(way.fee_minor)]
            rows.append([name, parts, *figures])
        rows.append([name, f"*{plan.sentence}*", "", "", "", "", ""])
    head = [
        "programme",
        "contracts (thousands)",
        " cover",
        " uncovered",
        " back while held",
        " freight, handling",
        " fee",
    ]
    stands("protection.md", "large order", table(head, rows))


def test_incoterms_are_told_as_the_rules_have_them() -> None:
    cells = []
    for row in rules.carrying_table(programme=programme.shipped("standard")):
        shown = [_carried(one) for one in (row.transit, row.export_clearance, row.import_clearance)]
        cells.append([row.incoterm, row.risk_passes_at.replace("_", " "), *shown])
    head = ["term", "risk passes", "damage on the way", "export clearance", "import clearance"]
    stands("protection.md", "incoterms", table(head, cells))


def _carried(one: rules.Carried) -> str:
    return f"{one.bearer}, {'covered' if one.covered else 'not covered'}"
