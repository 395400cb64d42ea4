"""`holdfast docs`: write the reference pages from the code, or say that they are stale.

It knows files; what stands in them is made by the modules beside this one.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

Subparsers = Any
FOLDER = Path(__file__).resolve().parents[4] / "docs" / "reference"


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    docs = subparsers.add_parser("docs", help="write docs/reference from the code")
    docs.add_argument("--check", action="store_true", help="write nothing; fail if a page is stale")
    docs.add_argument("--into", type=Path, default=FOLDER, metavar="FOLDER", help="where the pages are")
    docs.set_defaults(run=_docs)


def _docs(arguments: argparse.Namespace) -> int:
    from holdfast.cli.environment import set_up

    # A sandbox has every address there is; production lacks those under /v1/sandbox.
    os.environ["HOLDFAST_SANDBOX"] = "1"
    set_up()
    folder: Path = arguments.into
    made = made_pages()
    if arguments.check:
        stale = stale_pages(folder=folder, made=made)
        for name in stale:
            print(f"{folder / name} is stale: run `holdfast docs`", file=sys.stderr)
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    for path in folder.iterdir():
        if path.name not in made:
            path.unlink()
    return 0


def made_pages() -> dict[str, str]:
    """Every page as it should be, by file name. Django must be set up."""
    from holdfast.cli import parser
    from holdfast.cli.docs.pages import pages

    return pages(command_line=parser())


def stale_pages(*, folder: Path, made: dict[str, str]) -> list[str]:
    """The names of pages that are missing, different, or not made any more."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} if folder.is_dir() else {}
    return sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))
