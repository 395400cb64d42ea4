"""`holdfast programme`: check a file, show a programme in words, say what a change means.

It reads files that are named to it and prints; the database and published versions are not its business.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast import programme
from holdfast.programme.refusals import ProgrammeInvalid

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    group = subparsers.add_parser("programme", help="check, show and compare protection programmes")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    verb = verbs.add_parser("check", help="read a programme file and say everything that is wrong with it")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.set_defaults(run=check)
    verb = verbs.add_parser("show", help="a programme in words and figures")
    verb.add_argument("name", metavar="NAME", help="a shipped programme or a file: " + ", ".join(programme.names()))
    verb.set_defaults(run=show)
    verb = verbs.add_parser("diff", help="what changes from one programme to another")
    verb.add_argument("before", metavar="A", help="a shipped programme or a file")
    verb.add_argument("after", metavar="B", help="a shipped programme or a file")
    verb.set_defaults(run=diff)
    verb = verbs.add_parser("list", help="the programmes that come with Holdfast")
    verb.set_defaults(run=names)


def check(arguments: argparse.Namespace) -> int:
    """One line and 0 if the file is a programme, else every problem and 1."""
    found = _read(str(arguments.file))
    if found is None:
        return 1
    print(f"{arguments.file}: {found.name} version {found.version} is valid, digest {found.digest}")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """The rules in words and figures."""
    found = _read(arguments.name)
    if found is None:
        return 1
    print(f"{found.title}\n{found.name}, version {found.version}, digest {found.digest}")
    for section in programme.explain(found):
        print(f"\n{section.title}")
        for sentence in section.sentences:
            print(textwrap.fill(sentence, width=110, initial_indent="  - ", subsequent_indent="    "))
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """Every key that differs: what it means, before, after."""
    before, after = _read(arguments.before), _read(arguments.after)
    if before is None or after is None:
        return 1
    found = programme.differences(before=before, after=after)
    print(f"{before.name} version {before.version} -> {after.name} version {after.version}: {len(found)} differences")
    for one in found:
        print(f"\n{one.key}: {one.about}\n  - {one.before}\n  + {one.after}")
    return 0


def names(_arguments: argparse.Namespace) -> int:
    """The shipped programmes, one a line."""
    for name in programme.names():
        found = programme.shipped(name)
        print(f"{name:<12} version {found.version}  {found.title}")
    return 0


def _read(name: str) -> programme.Programme | None:
    """A shipped programme by name, or a file; what is wrong goes to stderr."""
    if name in programme.names():
        return programme.shipped(name)
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(programme.names())
        print(f"{name}: not a readable file, nor a shipped programme ({known}): {error}", file=sys.stderr)
        return None
    try:
        return programme.load(text=text, source=name)
    except ProgrammeInvalid as refusal:
        for problem in refusal.facts["problems"]:
            place = f"{problem['file']}: {problem['key']}" if problem["key"] else problem["file"]
            print(f"{place}: found {problem['found']}; allowed: {problem['allowed']}", file=sys.stderr)
        print(f"{name}: {len(refusal.facts['problems'])} problems", file=sys.stderr)
        return None
