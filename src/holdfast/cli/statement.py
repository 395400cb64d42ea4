"""`holdfast statement FILE`: read a bank's file and say what is in it and what would become of it; or take it in.

What is only read needs no database.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.kernel.money import Money
from holdfast.kernel.refusals import Refusal

if TYPE_CHECKING:
    from holdfast.rails.bank import StatementEnd


def register(subparsers: Any) -> None:
    """Add the command."""
    command = subparsers.add_parser("statement", help="read a bank statement: camt.052, camt.053, camt.054 or MT940")
    command.add_argument("file", type=Path, help="as the bank gave it")
    command.add_argument("--import", dest="take_in", action="store_true", help="take it in")
    command.add_argument("--offline", action="store_true", help="only say what is in it; needs no database")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """0 when it was read; 1 with the place and what is accepted if not."""
    from holdfast.cli.keys import with_database

    try:
        done: int = _read(arguments) if arguments.offline else with_database(_with_database)(arguments)
    except (OSError, Refusal) as no:
        said = str(no)
        if isinstance(no, Refusal):
            said = f"{no.field}: found {no.facts.get('found')}; accepted: {no.accepted}"
        print(f"holdfast: {said}", file=sys.stderr)
        return 1
    return done


def _read(arguments: argparse.Namespace) -> int:
    """Each statement of the file with its sums, after it was read to its end."""
    from holdfast.rails.bank import StatementEnd, read

    for event in [event for event in read(arguments.file) if isinstance(event, StatementEnd)]:
        print("\n".join(told(event)))
    return 0


def told(end: StatementEnd) -> list[str]:
    """A statement in lines for people."""
    head = end.head
    lines = [f"{head.kind} {head.id} of {head.account} {head.currency or ''}: {end.lines} lines".rstrip()]
    currency = head.currency
    if currency is not None:
        came, left = Money(end.credits_minor, currency), Money(end.debits_minor, currency)
        lines.append(f"  {came} came, {left} left")
    for word, balance in (("opens", head.opening), ("closes", head.closing)):
        if balance is not None:
            lines.append(f"  {word} with {Money(balance.amount_minor, balance.currency)} on {balance.on}")
    if end.off_minor and currency is not None:
        lines.append(f"  its lines miss its closing balance by {Money(end.off_minor, currency)}")
    return lines


def _with_database(arguments: argparse.Namespace) -> int:
    from holdfast.cli.keys import operator_act
    from holdfast.orders.operations import incoming
    from holdfast.rails import incoming as questions

    _read(arguments)
    act = operator_act()
    if not arguments.take_in:
        for (state, kind), count in incoming.preview(act=act, path=arguments.file, name=arguments.file.name).items():
            print(f"would be {state}{f' ({kind})' if kind else ''}: {count}")
        return 0
    done = incoming.import_statement(act=act, path=arguments.file, name=arguments.file.name)
    print("taken in before; nothing changed" if done.again else "taken in")
    for state, count in questions.states_of(file_ids=[done.file_id])[done.file_id].items():
        print(f"{state}: {count}")
    return 0
