"""`holdfast programme`: check a file, show a programme in words, say what a change means, compare what it protects.

It reads files that are named to it and prints; the database and published versions are not its business.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast import programme
from holdfast.cli import protection
from holdfast.kernel.money import parse_minor
from holdfast.kernel.refusals import Refusal
from holdfast.programme import rules, written
from holdfast.programme.refusals import ProgrammeInvalid
from holdfast.programme.schemes import schemes

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
    verb.add_argument("--language", choices=programme.LANGUAGES, default="en", help="the language; English if left out")
    verb.add_argument("--text", action="store_true", help="the terms byte for byte, as a side accepts them")
    verb.set_defaults(run=show)
    verb = verbs.add_parser("diff", help="what changes from one programme to another")
    verb.add_argument("before", metavar="A", help="a shipped programme or a file")
    verb.add_argument("after", metavar="B", help="a shipped programme or a file")
    verb.set_defaults(run=diff)
    verb = verbs.add_parser("compare", help="what protects an order: the programme, PayPal, a direct transfer")
    verb.add_argument("name", metavar="NAME", help="a shipped programme or a file")
    verb.add_argument("--amount", required=True, metavar="AMOUNT", help="the order's total, like 20000.00")
    verb.add_argument("--currency", default="USD", metavar="CODE", help="its currency")
    verb.add_argument("--tier", default="verified", metavar="TIER", help="the supplier's tier")
    verb.add_argument("--incoterm", default="FOB", metavar="TERM", help="the contract's Incoterm")
    verb.add_argument("--paid-on", type=date.fromisoformat, metavar="DAY", help="when it is paid")
    verb.add_argument(
        "--expected-delivery-on", type=date.fromisoformat, metavar="DAY", help="when the goods should come"
    )
    verb.add_argument("--json", action="store_true", help="the comparison as JSON")
    verb.set_defaults(run=compare)
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
    """The rules in words and figures; with `--text` nothing but the terms, whose SHA-256 is the digest accepted."""
    found = _read(arguments.name)
    if found is None:
        return 1
    language = arguments.language
    if arguments.text:
        sys.stdout.write(programme.terms_text(found, language))
        return 0
    print(f"{found.title}\n{found.name}, version {found.version}, digest {found.digest}")
    print(f"terms in {language}: digest {programme.terms_digest(found, language)}")
    # A Chinese character takes two columns.
    width = 56 if language == "zh-hans" else 110
    for section in programme.explain(found, language):
        print(f"\n{section.title}")
        for sentence in section.sentences:
            print(textwrap.fill(sentence, width=width, initial_indent="  - ", subsequent_indent="    "))
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


def compare(arguments: argparse.Namespace) -> int:
    """The ways to pay side by side: 0; or 1 with what is not possible and what is."""
    found = _read(arguments.name)
    if found is None:
        return 1
    try:
        amount = parse_minor(arguments.amount, arguments.currency)
    except (KeyError, ValueError) as error:
        print(f"--amount: {error}", file=sys.stderr)
        return 1
    if amount <= 0:
        print(f"--amount: found {arguments.amount}; accepted: more than 0", file=sys.stderr)
        return 1
    order = rules.ComparedOrder(
        amount_minor=amount,
        currency=arguments.currency,
        tier=arguments.tier,
        incoterm=arguments.incoterm,
        paid_on=arguments.paid_on,
        expected_delivery_on=arguments.expected_delivery_on,
    )
    try:
        ways = rules.compare(programme=found, order=order, schemes=schemes())
    except Refusal as refusal:
        print(f"{refusal.field}: {refusal}; accepted: {refusal.accepted}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(written.comparison_document(programme=found, order=order, ways=ways), indent=2))
    else:
        print("\n".join(protection.told(ways, currency=arguments.currency)))
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
