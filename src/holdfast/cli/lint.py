"""`holdfast lint`: what in a contract, or in single phrases, could not be enforced, and how to say it instead.

It reads a file and prints; it advises, so that findings are no failure: only what cannot be read is one.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.kernel.canonical import canonical
from holdfast.kernel.refusals import Invalid
from holdfast.terms.lint import PhraseReport, Report, lint, lint_phrase
from holdfast.terms.lint.findings import tenth
from holdfast.terms.templates import CATEGORIES, category_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = subparsers.add_parser("lint", help="say what in a contract could not be enforced, offline")
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a contract's document or text, JSON")
    what.add_argument("--text", type=Path, metavar="FILE", help="instead: phrases, one a line")
    command.add_argument(
        "--category", default="", metavar="NAME", help=f"the kind of goods of the phrases: {', '.join(CATEGORIES)}"
    )
    command.add_argument("--json", action="store_true", help="the findings as canonical JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what was found: 0 whatever it is, 1 with the place and what is accepted if nothing could be read."""
    try:
        return _phrases(arguments) if arguments.text is not None else _contract(arguments)
    except Invalid as refusal:
        print(f"{refusal.field}: found {refusal.facts.get('found')}; accepted: {refusal.accepted}", file=sys.stderr)
        return 1


def _contract(arguments: argparse.Namespace) -> int:
    report = lint(_document(arguments.file))
    print(canonical(report.as_document()).decode() if arguments.json else "\n".join(told(report)))
    return 0


def _phrases(arguments: argparse.Namespace) -> int:
    if arguments.category and category_of(arguments.category) is None:
        known = ", ".join(CATEGORIES)
        print(f"No template has the category {arguments.category}; it may be {known}.", file=sys.stderr)
    lines = [line.strip() for line in _text(arguments.text).splitlines()]
    reports = [lint_phrase(text=line, category=arguments.category) for line in lines if line]
    if arguments.json:
        print(canonical([report.as_document() for report in reports]).decode())
    else:
        print("\n".join(line for report in reports for line in phrase_told(report)))
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise Invalid(field=str(path), found=str(error), accepted="a readable text file in UTF-8") from error


def _document(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except ValueError as error:
        raise Invalid(field=str(path), found=str(error), accepted="a readable JSON file") from error


def told(report: Report) -> list[str]:
    """The report in lines for people."""
    lines = [f"claimability: {tenth(report.score_percent)}% of the value rests on enforceable terms"]
    for line in report.lines:
        rests = ", ".join(line.rests_on) or "nothing"
        lines.append(f"  line {line.line}: {tenth(line.share * 100)}%, rests on {rests}")
        lines.extend(f"    open: {one.aspect}, {one.why} ({one.where})" for one in line.open)
    if not report.findings:
        lines.append("Nothing was found that could not be enforced.")
    for one in report.findings:
        lines += [f"{one.severity}: {one.where} [{one.code}]: {one.message}", f"  say instead: {one.suggestion}"]
    return lines


def phrase_told(report: PhraseReport) -> list[str]:
    """A phrase in lines for people."""
    state = "measurable" if report.measurable else "not measurable"
    lines = [f"{report.text}: {state}" + (f"; missing: {', '.join(report.missing)}" if report.missing else "")]
    return [*lines, f"  say instead: {report.suggestion}"] if report.suggestion else lines
