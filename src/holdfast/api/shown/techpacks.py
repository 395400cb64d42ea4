"""How a tech pack looks from outside: what was found in a file, and what stands in the way."""

from typing import Any

from ninja import Schema

from holdfast.api.shown.contracts import Contract, contract
from holdfast.contracts.document import as_document
from holdfast.contracts.queries import ContractPage
from holdfast.contracts.techpack import Preview


class TechPackProblem(Schema):
    """A cell that cannot be used: what stood there, and what would have been taken."""

    sheet: str
    row: int | None
    column: str | None
    field: str | None
    found: Any
    accepted: Any


class TechPackTable(Schema):
    """A table that was recognised."""

    kind: str
    sheet: str
    first_row: int
    last_row: int
    rows: int


class TechPackUnread(Schema):
    """What stands in the file and was not taken."""

    sheet: str
    row: int
    column: str | None
    text: str


class TechPackImport(Schema):
    """What a file says, in the contract's own shape; `contract` is there once the draft was changed."""

    usable: bool
    problems: list[TechPackProblem]
    tables: list[TechPackTable]
    unread: list[TechPackUnread]
    assumed: list[str]
    lines: list[dict[str, Any]]
    specification: list[dict[str, Any]]
    currency: str
    total_before_minor: int
    total_minor: int | None
    contract: Contract | None


def imported(found: Preview, page: ContractPage | None = None) -> dict[str, Any]:
    """A preview, or what became of it."""
    document = as_document(found.document) if found.document is not None else None
    pack = found.pack
    return {
        "usable": not found.problems,
        "problems": [one.as_document() for one in found.problems],
        "tables": [
            {
                "kind": one.kind,
                "sheet": one.sheet,
                "first_row": one.first_row,
                "last_row": one.last_row,
                "rows": one.rows,
            }
            for one in pack.tables
        ],
        "unread": [{"sheet": one.sheet, "row": one.row, "column": one.column, "text": one.text} for one in pack.unread],
        "assumed": list(pack.assumed),
        "lines": document["lines"] if document else [dict(one) for one in pack.lines],
        "specification": document["specification"] if document else [dict(one) for one in pack.specification],
        "currency": found.currency,
        "total_before_minor": found.total_before_minor,
        "total_minor": found.total_minor,
        "contract": None if page is None else contract(page),
    }
