"""Examples that documents show, played for real; each answers the text that must stand between its marks.

A mark is `<!-- example: NAME -->` ... `<!-- end -->`. With WRITE_EXAMPLES=1 the tests write instead of comparing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown; columns whose head begins with a space are aligned to the right."""
    lines = [f"| {' | '.join(one.strip() for one in head)} |"]
    lines.append(f"| {' | '.join('---:' if one.startswith(' ') else '---' for one in head)} |")
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def major(minor: int) -> str:
    """1,234.50 of 123450: the examples are in dollars."""
    sign, amount = ("-" if minor < 0 else ""), abs(minor)
    return f"{sign}{amount // 100:,}.{amount % 100:02}"


def stands(page: str, name: str, text: str) -> None:
    """The page shows exactly this text between the marks of the example."""
    path = DOCS / page
    before = path.read_text(encoding="utf-8")
    mark = re.compile(rf"(<!-- example: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    assert mark.search(before), f"{page} has no example {name}"
    after = mark.sub(lambda found: f"{found[1]}{text}\n{found[2]}", before)
    if os.environ.get("WRITE_EXAMPLES"):
        path.write_text(after, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == after, f"{page}: the example {name} is told as it does not happen"
