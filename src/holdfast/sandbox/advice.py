"""What a buyer does with the lint's advice: each suggestion is put in where it says, with the values only she knows."""

from copy import deepcopy
from typing import Any


def taken(
    document: dict[str, Any], findings: list[dict[str, Any]], *, known: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """The document with every suggestion in it that can be put in; the same document stays as it was.

    `known` has, by property, the values that a suggestion asks for. What is asked for and not known is left out.
    """
    better = deepcopy(document)
    for change in (found["change"] for found in findings if found["change"]):
        match change["act"]:
            case "take":
                better[change["path"]] = better[change["path"]].replace(change["value"], "").strip(" .;\n")
            case "add":
                _add(better, change, known)
            case _:
                _set(better, change, known)
    return better


def _add(better: dict[str, Any], change: dict[str, Any], known: dict[str, dict[str, Any]]) -> None:
    there = better.setdefault(change["path"], [])
    if change["path"] != "specification":
        there.append(change["value"])
        return
    values = known.get(change["value"]["property"], {})
    if set(change["needs"]) <= values.keys():
        there.append({"id": f"T{len(there) + 1}", **change["value"], **values})


def _set(better: dict[str, Any], change: dict[str, Any], known: dict[str, dict[str, Any]]) -> None:
    *way, last = change["path"].split(".")
    place: Any = better
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    value = change["value"]
    if change["needs"]:
        value = known.get(place.get("property", ""), {}).get(last)
    if value is not None:
        place[last] = value
