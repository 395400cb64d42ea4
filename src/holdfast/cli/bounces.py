"""`holdfast bounces FILE…`: take in delivery reports, as a mail server puts them into a mailbox; `-` reads one that is
piped in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.kernel.refusals import Refusal

if TYPE_CHECKING:
    from holdfast.notices.operations.bouncing import Taken


def register(subparsers: Any) -> None:
    """Add the command."""
    from holdfast.cli.keys import with_database

    command = subparsers.add_parser("bounces", help="take in reports of mails that could not be delivered (RFC 3464)")
    command.add_argument("files", nargs="+", metavar="FILE", help="one message, as it came; - for standard input")
    command.set_defaults(run=with_database(_run))


def _run(arguments: argparse.Namespace) -> int:
    """A line for each; 1 if one could not be read or is no report, after the others were taken in."""
    from holdfast.cli.keys import operator_act
    from holdfast.notices import operations

    code, now = 0, operator_act().now
    for name in arguments.files:
        try:
            content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            print(f"{name}: {told(operations.take_report(content=content, now=now))}")
        except (OSError, Refusal) as no:
            facts = f" (found: {no.facts['found']})" if isinstance(no, Refusal) and "found" in no.facts else ""
            print(f"holdfast: {name}: {no}{facts}", file=sys.stderr)
            code = 1
    return code


def told(taken: Taken) -> str:
    """What a report came to, in a line."""
    from holdfast.kernel.identifiers import public

    if taken.notice_id is None:
        return "speaks of no notice of ours; nothing changed"
    name, said = public("ntc", taken.notice_id), f"{taken.status} {taken.said}".strip()
    match taken.effect:
        case "dead":
            return f"{name} was not delivered, and nothing more is sent to its address: {said}"
        case "refused":
            return f"{name} was not delivered: {said}"
        case "later" if taken.delivery == "waiting":
            return f"{name} was not delivered and is sent again: {said}"
        case "later":
            return f"{name} was not delivered and was sent often enough: {said}"
        case _:
            return f"{name} is {taken.delivery}; nothing changed: {said}"
