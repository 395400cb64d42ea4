"""`holdfast plan`: the sampling plan of a lot by level and AQL, and how likely it accepts a bad one.

It reads the tables that come with Holdfast and prints; no contract and no database is needed.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from holdfast.kernel.refusals import Invalid
from holdfast.terms.outlook import Outlook, outlook, plan_document
from holdfast.terms.sampling import INSPECTIONS, LEVELS, SamplingPlan, sampling_plan

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = subparsers.add_parser("plan", help="the sampling plan of a lot, and what it lets pass")
    command.add_argument("--lot", type=int, required=True, metavar="PIECES", help="how many pieces the lot has")
    command.add_argument("--level", default="II", metavar="LEVEL", help=f"inspection level: {', '.join(LEVELS)}")
    command.add_argument(
        "--aql", default="2.5", metavar="AQL", help="acceptance quality limit, like 2.5; 0 accepts none"
    )
    command.add_argument("--inspection", default="normal", metavar="SEVERITY", help=", ".join(INSPECTIONS))
    command.add_argument("--json", action="store_true", help="plan, chances and curve as JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the plan: 0; or 1 with what was found and what is accepted."""
    try:
        plan = sampling_plan(
            lot_size=arguments.lot, level=arguments.level, aql=arguments.aql, inspection=arguments.inspection
        )
    except Invalid as refusal:
        where = f" for code letter {letter}" if (letter := refusal.facts.get("code_letter")) else ""
        found = f"{refusal.field}: found {refusal.facts.get('found')}{where}"
        print(f"{found}; accepted: {refusal.accepted}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(plan_document(plan), indent=2))
    else:
        print("\n".join(told(plan)))
    return 0


def told(plan: SamplingPlan) -> list[str]:
    """The plan in lines for people."""
    arrows = "" if plan.letter == plan.code_letter else f", whose arrow leads to {plan.letter}"
    how = f"level {plan.level}, AQL {plan.aql}, {plan.inspection} inspection"
    lines = [f"lot of {plan.lot_size:,}, {how}: code letter {plan.code_letter}{arrows}"]
    if plan.whole_lot:
        return [*lines, f"examine all {plan.n:,}: the defective units count, and the lot is not rejected"]
    lines.append(f"draw {plan.n:,}; accept up to {plan.ac} defective, reject from {plan.re}")
    lines += chances(outlook(lot_size=plan.lot_size, n=plan.n, ac=plan.ac))
    return lines


def chances(seen: Outlook) -> list[str]:
    """How likely a bad lot is accepted, in lines for people."""
    return [
        f"  {one.percent}% defective ({one.defective:,} pieces): accepted {_percent(one.this_lot)} of the time"
        for one in seen.chances
    ]


def _percent(chance: object) -> str:
    share = float(chance)  # type: ignore[arg-type]
    return "less than 0.1%" if 0 < share < 0.001 else f"{share:.1%}"
