"""`holdfast conformity`: the verdict on a lot, computed again by anyone from the contract's terms and the readings.

It reads two files and prints; whether a lot may ship or money may move is not its business.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast import terms
from holdfast.kernel.canonical import canonical
from holdfast.kernel.refusals import Invalid

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = subparsers.add_parser("conformity", help="compare readings with a contract's terms, offline")
    command.add_argument(
        "contract",
        type=Path,
        metavar="FILE",
        help="lines, specification and criterion; with no second file, the readings under `readings` too",
    )
    command.add_argument(
        "readings", type=Path, nargs="?", metavar="READINGS", help="the units read, and the lot's quantities"
    )
    command.add_argument("--json", action="store_true", help="the verdict as canonical JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict: 0 if it could be computed, 1 with the place and what is accepted if not."""
    try:
        verdict = judge(**_parts(arguments))
    except Invalid as refusal:
        print(f"{refusal.field}: found {refusal.facts.get('found')}; accepted: {refusal.accepted}", file=sys.stderr)
        return 1
    if arguments.json:
        print(canonical(verdict.as_document()).decode())
    else:
        print("\n".join(told(verdict)))
    return 0


def _parts(arguments: argparse.Namespace) -> dict[str, Any]:
    """Contract and readings, from two files or from one that has both."""
    contract = _read(arguments.contract)
    if arguments.readings is not None:
        return {"contract": contract, "readings": _read(arguments.readings)}
    if not isinstance(contract, dict) or "readings" not in contract:
        accepted = "an object with `specification` and `readings`, or a second file with the readings"
        raise Invalid(field="readings", found=None, accepted=accepted)
    return {"contract": contract, "readings": contract["readings"]}


def judge(*, contract: Any, readings: Any) -> terms.Verdict:
    """The verdict on the lot that the readings name (`"lot": {"1": 2000}`), or on all that the contract orders.

    Refusals: `Invalid`.
    """
    for name, found in (("contract", contract), ("readings", readings)):
        if not isinstance(found, dict):
            raise Invalid(field=name, found=type(found).__name__, accepted="an object")
    contract = contract["agreed"] if isinstance(contract.get("agreed"), dict) else contract
    lot = readings.get("lot") if "lines" not in contract and contract.get("specification") else None
    ordered = _quantities(contract.get("lines")) if lot is None else _told(lot)
    specification = terms.read_specification(contract.get("specification", []), lines=tuple(ordered))
    criterion = contract.get("criterion") or terms.EVERY_UNIT.as_document()
    return terms.conformity(
        specification=specification,
        criterion=terms.read_criterion(criterion),
        lot_quantity_by_line=_lot(readings.get("lot"), ordered),
        readings=terms.read_readings(
            {"units": readings.get("units"), "severity": readings.get("severity")}, specification=specification
        ),
    )


def _quantities(found: Any) -> dict[int, int]:
    rows = found if isinstance(found, list) else []
    ordered: dict[Any, Any] = {row.get("number"): row.get("quantity") for row in rows if isinstance(row, dict)}
    if not ordered or not all(type(part) is int and part > 0 for pair in ordered.items() for part in pair):
        raise Invalid(field="contract.lines", found=type(found).__name__, accepted="lines with number and quantity")
    return ordered


def _told(lot: Any) -> dict[int, int]:
    """The lot as the readings tell it, where no lines are given to hold it against."""
    numbers = [key for key in lot if isinstance(key, str) and key.isdigit()] if isinstance(lot, dict) else []
    if not numbers or len(numbers) != len(lot) or not all(type(lot[key]) is int and lot[key] >= 0 for key in lot):
        raise Invalid(field="readings.lot", found=str(lot), accepted="whole quantities by line number")
    return {int(key): lot[key] for key in numbers}


def _lot(found: Any, ordered: dict[int, int]) -> dict[int, int]:
    if found is None:
        return ordered
    accepted = f"whole quantities of the lines {', '.join(map(str, ordered))}"
    if not isinstance(found, dict) or not set(found) <= {str(number) for number in ordered}:
        raise Invalid(field="readings.lot", found=str(found), accepted=accepted)
    if not all(type(quantity) is int and quantity >= 0 for quantity in found.values()):
        raise Invalid(field="readings.lot", found=str(found), accepted=accepted)
    return {int(number): quantity for number, quantity in found.items()}


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid(field=str(path), found=str(error), accepted="a readable JSON file") from error


def told(verdict: terms.Verdict) -> list[str]:
    """The verdict in lines for people."""
    lines = [f"lot: {verdict.lot} ({verdict.rule}); {verdict.examined} of {verdict.lot_size} units examined"]
    lines.append(f"  {verdict.sentence}")
    for term in verdict.terms:
        worst = f", worst {term.worst} (unit {term.worst_unit})" if term.worst is not None else ""
        why = f", {term.why}" if term.why else ""
        figures = f"{term.breached} breached, {term.undecided} undecided of {term.examined}"
        lines.append(
            f"{term.term} {term.subject} [{term.severity}], {term.permitted}: {term.status}; {figures}{worst}{why}"
        )
    units = ", ".join(f"{row.units} of line {row.line}" for row in verdict.claimable) or "none"
    lines.append(f"a remedy starts from ({verdict.measure.replace('_', ' ')}): {units}")
    lines.extend(f"1 {one.source} = {one.factor} {one.target}" for one in verdict.conversions)
    return lines
