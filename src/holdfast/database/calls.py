"""Calls of a room's SQL functions: its finished rows as one document, or row by row with plain arguments.

To look a value up in a document, to cast it, and to make that expression ready anew in each transaction costs the
database a multiple of a plain argument: a command of few rows costs it a quarter less row by row. Many rows are dearer
to call than to read. It refuses to know what the rows mean.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FEW = 8
"""Rows of one kind up to which they are written one by one."""

Argument = str | None
Call = tuple[str, Sequence[Argument]]
Document = Mapping[str, Any]


def plain(value: Any) -> str:
    """A text, a number or a truth, as PostgreSQL reads it."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def as_json(value: Any) -> str:
    """Any value of a JSON column."""
    return json.dumps(value)


def as_bytes(value: str) -> str:
    """Bytes, given in hex."""
    return f"\\x{value}"


def as_list(values: Iterable[Any]) -> str:
    """An array of plain values, some of which may be nothing."""
    return "{" + ",".join("NULL" if value is None else _quoted(plain(value)) for value in values) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class Row:
    """The function that writes one row, and its arguments: the row's columns, each with how it is said.

    A column that a row leaves out is given as nothing, and so is nothing itself, but as a value of a JSON column: there
    it is the document's `null`. Where nothing means that the column `keeps` its value, a row that is to have nothing in
    one is not for this function.
    """

    function: str
    columns: Mapping[str, Callable[[Any], str]]
    keeps: bool = False

    def takes(self, row: Mapping[str, Any]) -> bool:
        """Whether the function can write all that the row says."""
        return row.keys() <= self.columns.keys() and not (self.keeps and None in row.values())

    def call(self, row: Mapping[str, Any]) -> Call:
        """The function with the row's values."""
        return self.function, [
            None if (value := row.get(name)) is None and (said is not as_json or name not in row) else said(value)
            for name, said in self.columns.items()
        ]


@dataclass(frozen=True, slots=True)
class Function:
    """A room's function that takes its finished rows as a document of lists; `rows` has what writes one row of a list.

    `few` says a whole document in another way, where it has one; None where it has not.
    """

    name: str
    rows: Mapping[str, Row] = field(default_factory=dict)
    few: Callable[[Document], Call | None] | None = None

    def calls(self, document: Document) -> list[Call]:
        """What writes the document: row by row if all of it can be, in its order; else as it is."""
        found = self._few(document)
        return [self.whole(document)] if found is None else found

    def whole(self, document: Document) -> Call:
        """The document as it is."""
        return self.name, [json.dumps(document)]

    def _few(self, document: Document) -> list[Call] | None:
        if self.few is not None:
            call = self.few(document)
            return None if call is None else [call]
        found = []
        for part, rows in document.items():
            row = self.rows.get(part)
            if row is None or len(rows) > FEW or not all(map(row.takes, rows)):
                return None
            found += [row.call(one) for one in rows]
        return found


def statement(calls: Iterable[Call]) -> tuple[str, list[Argument]]:
    """One statement for all the calls, in order, and its parameters."""
    made: list[str] = []
    given: list[Argument] = []
    for function, arguments in calls:
        made.append(f"{function}({', '.join(['%s'] * len(arguments))})")
        given += arguments
    return f"SELECT {', '.join(made)}", given
