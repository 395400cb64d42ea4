"""Between a term's row in the draft form and the term, both ways; nothing is lost on the way there and back.

It knows names and shapes. Whether the term can be read is for the terms' room to say.
"""

from collections.abc import Iterable, Sequence
from typing import Any

TEXTS = ("kind", "nominal", "unit", "limit", "system", "method", "number", "held_by", "references")


def ids(codes: Sequence[str]) -> list[str]:
    """The ID of each term: the one it had, else the next that is free."""
    given: list[str] = []
    for code in codes:
        free = (f"T{number}" for number in range(1, 2 * len(codes) + 2))
        taken = {*codes, *given}
        given.append(code if code and code not in given else next(one for one in free if one not in taken))
    return given


def write(term_id: str, row: dict[str, Any]) -> dict[str, Any]:
    """The term that a row means."""
    term: dict[str, Any] = {"id": term_id, "property": row["subject"], "class": row["severity"]}
    term |= {key: row[key] for key in TEXTS if row[key]}
    term |= {"refund_trigger": row["refund_trigger"], "decides_lot": row["decides_lot"]}
    if row["minus"] or row["plus"]:
        term["tolerance"] = {"minus": row["minus"] or "0", "plus": row["plus"] or "0", "percent": row["percent"]}
        term["tolerance"] |= {"edges": row["edges"]} if row["edges"] else {}
    if row["lab"]:
        term["lab"] = [part for part in row["lab"].replace(",", " ").split() if part]
    if row["delta_e"]:
        term["delta_e"] = row["delta_e"]
    if row["accepted"]:
        term["accepted"] = _parts(row["accepted"])
    if row["valid_until"]:
        term["valid_until"] = row["valid_until"].isoformat()
    if row["by_size"]:
        pairs = [part.rpartition(":") for part in row["by_size"].split(";") if part.strip()]
        term["by_size"] = [{"size": size.strip(), "nominal": value.strip()} for size, _colon, value in pairs]
    lines, sizes = _parts(row["for_lines"]), _parts(row["for_sizes"])
    if lines or sizes:
        # What is no number is handed on as it is, for the terms' room to refuse at its place.
        numbers = [int(line) if line.isdigit() else line for line in lines]
        term["applies_to"] = {"lines": numbers, "sizes": sizes}
    return term


def read(term: dict[str, Any]) -> dict[str, Any]:
    """The row as it was when this term was written."""
    tolerance, applies = term.get("tolerance") or {}, term.get("applies_to") or {}
    return {
        **term,
        "code": term.get("id", ""),
        "subject": term["property"],
        "severity": term["class"],
        "minus": tolerance.get("minus", ""),
        "plus": tolerance.get("plus", ""),
        "percent": tolerance.get("percent", False),
        "edges": "exclusive" if tolerance.get("edges") == "exclusive" else "",
        "lab": ", ".join(term["lab"]) if term.get("lab") else "",
        "delta_e": term.get("delta_e") or "",
        "accepted": ", ".join(term.get("accepted") or []),
        "references": "\n".join(term.get("references") or []),
        "by_size": "; ".join(f"{one['size']}: {one['nominal']}" for one in term.get("by_size") or []),
        "for_lines": _listed(applies.get("lines")),
        "for_sizes": _listed(applies.get("sizes")),
    }


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _listed(found: Iterable[Any] | None) -> str:
    return ", ".join(str(one) for one in found or ())
