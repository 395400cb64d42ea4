"""`export journal`: the double entries of a period, for a bookkeeper's own program."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    """Add the command."""
    export = subparsers.add_parser("export", help="write out what others' programs read")
    kinds = export.add_subparsers(metavar="WHAT", required=True)
    journal = kinds.add_parser("journal", help="the double entries of a period, by accounting day")
    journal.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="DAY")
    journal.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="DAY")
    journal.add_argument("--format", dest="form", choices=("csv", "beancount", "hledger"), default="csv")
    journal.add_argument("--bom", action="store_true", help="begin with what makes some spreadsheets read UTF-8")
    journal.add_argument("--output", type=Path, metavar="FILE", help="instead of standard output")
    journal.set_defaults(run=_journal)


def _journal(arguments: argparse.Namespace) -> int:
    from holdfast.cli.environment import database, set_up

    set_up()
    from holdfast.treasury.queries import exports

    with database():
        parts = exports.exported(first=arguments.first, last=arguments.last, form=arguments.form, bom=arguments.bom)
        if arguments.output is None:
            for part in parts:
                sys.stdout.buffer.write(part.encode())
            sys.stdout.buffer.flush()
            return 0
        with arguments.output.open("wb") as file:
            for part in parts:
                file.write(part.encode())
    return 0
