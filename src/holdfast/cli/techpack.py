"""`holdfast techpack FILE`: what a spreadsheet says to a contract, offline; the same reading as at the API.

It reads one file and prints; no draft is touched.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from holdfast.contracts.techpack import TechPack


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = subparsers.add_parser("techpack", help="read lines and terms from an XLSX or CSV file, offline")
    command.add_argument("file", type=Path, metavar="FILE", help="a tech pack as buyers keep it")
    command.add_argument("--currency", default="USD", help="the contract's; prices in another are a problem")
    command.add_argument("--json", action="store_true", help="lines, specification and problems as JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what was found: 0 if all of it is clear, 1 if a cell is not."""
    from holdfast.contracts import techpack
    from holdfast.kernel.money import currencies
    from holdfast.kernel.refusals import Invalid

    if arguments.currency not in currencies():
        raise Invalid(field="currency", found=arguments.currency, accepted="an ISO 4217 currency in use")
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        print(f"holdfast: {arguments.file}: {error.strerror}", file=sys.stderr)
        return 1
    pack = techpack.read(techpack.opened(content), currency=arguments.currency)
    if arguments.json:
        print(json.dumps(as_document(pack), ensure_ascii=False, indent=2))
    else:
        print("\n".join(told(pack)))
    return 1 if pack.problems else 0


def as_document(pack: TechPack) -> dict[str, Any]:
    """Everything that was found."""
    return {
        "lines": [dict(line) for line in pack.lines],
        "specification": [dict(term) for term in pack.specification],
        "problems": [problem.as_document() for problem in pack.problems],
        "unread": [{"sheet": one.sheet, "row": one.row, "column": one.column, "text": one.text} for one in pack.unread],
        "assumed": list(pack.assumed),
    }


def told(pack: TechPack) -> list[str]:
    """The same in lines for people."""
    lines = [f"{len(pack.lines)} lines, {len(pack.specification)} terms"]
    lines += [f"{one.sheet} rows {one.first_row} to {one.last_row}: {one.kind}, {one.rows} rows" for one in pack.tables]
    for problem in pack.problems:
        where = f"{problem.sheet} {problem.column or ''}{problem.row or ''}".strip()
        lines.append(f"{where}: found {problem.found}; accepted: {problem.accepted}")
    lines += [f"not taken: {one.sheet} {one.column or ''}{one.row}: {one.text}" for one in pack.unread]
    return lines
