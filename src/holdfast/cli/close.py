"""`holdfast close`: close a day, hand out its file and an organisation's leaves, and verify both.

Verifying needs no database, no network and nothing of the installation but its public key's fingerprint.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from holdfast.kernel.refusals import Invalid


def register(subparsers: Any) -> None:
    """Add the command."""
    close = subparsers.add_parser("close", help="close a day; `close verify FILE`: check a close and leaves, offline")
    close.add_argument(
        "what", nargs="?", default="", help="a day (YYYY-MM-DD; without it, yesterday), or verify, file, leaves"
    )
    close.add_argument("file", nargs="?", help="verify: the close's file; file and leaves: the day")
    close.add_argument("--day", help="the day, instead of the first word")
    close.add_argument("--leaf", action="append", default=[], help="verify: a file with a leaf, or several leaves")
    close.add_argument("--key", help="verify: SHA-256 of the public key you trust (at least its first 16 digits)")
    close.add_argument("--organisation", help="leaves: whose, org_…")
    close.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    match arguments.what:
        case "verify":
            return verify(file=arguments.file, leaves=arguments.leaf, key=arguments.key)
        case "file" | "leaves":
            return _with_database(_show, arguments)
        case _:
            return _with_database(_close, arguments)


def _with_database(verb: Any, arguments: argparse.Namespace) -> int:
    from holdfast.cli.keys import with_database

    done: int = with_database(verb)(arguments)
    return done


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(field="day", accepted="YYYY-MM-DD") from error


def _close(arguments: argparse.Namespace) -> int:
    from holdfast.cli.keys import operator_act
    from holdfast.kernel.clock import local_day
    from holdfast.ledger import days
    from holdfast.treasury.operations import closing
    from holdfast.treasury.refusals import BooksNotProven

    act = operator_act()
    yesterday = local_day(act.now, days.calendar().zone) - timedelta(days=1)
    try:
        done = closing.close_day(act=act, day=_day(arguments.day or arguments.what) or yesterday)
    except BooksNotProven as refusal:
        for finding in refusal.facts["findings"]:
            print(finding)
        raise
    print(f"closed {done.first_day} to {done.day}: {done.breaks} breaks, {done.digest.hex()}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from holdfast.kernel.identifiers import parse
    from holdfast.treasury.queries import closes

    day = _day(arguments.day or arguments.file)
    if day is None:
        raise Invalid(field="day", accepted="YYYY-MM-DD")
    if arguments.what == "file":
        print(json.dumps(closes.file_of(day=day, with_books=True)))
        return 0
    organisation_id = parse("org", arguments.organisation)
    if organisation_id is None:
        raise Invalid(field="organisation", accepted="org_…")
    print(json.dumps({"items": closes.leaves_of(organisation_id=organisation_id, day=day)}))
    return 0


# --- without an installation ---------------------------------------------------------------------------------------


def verify(*, file: str | None, leaves: Sequence[str], key: str | None) -> int:
    """Print what is wrong with a close and leaves under it; 0 if nothing is."""
    from holdfast.treasury.rules import document

    close = _read(file)
    wrong = document.problems(file=close, fingerprint=key)
    checked = [leaf for name in leaves for leaf in _leaves(_read(name))]
    for leaf in checked:
        wrong += [f"leaf {leaf.get('account')}: {one}" for one in document.leaf_problems(file=close, leaf=leaf)]
    for one in wrong:
        print(one)
    if wrong:
        return 1
    _tell(close, checked, key)
    return 0


def _tell(close: Mapping[str, Any], checked: Sequence[Mapping[str, Any]], key: str | None) -> None:
    said = close["statement"]
    print(f"{said['operator']}, {said['first_day']} to {said['day']} ({said['zone']}): the close holds")
    for one in said["liabilities"]:
        print(f"  {one['currency']}: {one['sum_minor']} owed on {one['leaves']} accounts, root {one['root']}")
    for leaf in checked:
        print(f"  leaf: {leaf['amount_minor']} {leaf['currency']} on {leaf['code']} {leaf['owner']} is in it")
    if key is None:
        print("  no --key given: the file's own key was used, which proves nothing of who signed")


def _leaves(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """One leaf, or the list that the API and the console hand out."""
    items = found.get("items") if isinstance(found, dict) else None
    return list(items) if isinstance(items, list) else [found]


def _read(name: str | None) -> dict[str, Any]:
    if name is None:
        raise Invalid(field="file", accepted="the file of a close")
    try:
        found = json.loads(Path(name).read_bytes())
    except (OSError, ValueError) as error:
        raise Invalid(field="file", accepted=f"a JSON file that can be read: {error}") from error
    return found if isinstance(found, dict) else {}
