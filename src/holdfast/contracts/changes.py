"""What differs between two agreed documents, place by place; and a document with some places of it changed.

Pure, on the JSON form. A place is a dotted path as in errors (`lines.0.quantity`); a term of the specification stands
under its ID (`specification.T1.nominal`). What may be changed is for `amending` to say.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.kernel.refusals import Invalid, Refusal

BY_ID = ("specification",)
"""The lists whose members have names of their own."""
MOST_CHANGES = 500


class ChangedMeanwhile(Refusal):
    """Another value stands there now than the one you would change; read the contract again."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place; None before where something is added, None after where it is taken away."""

    path: str
    before: Any
    after: Any

    @property
    def clause(self) -> str:
        """The clause it belongs to, as programmes name them: a line's unit price is `prices`."""
        parts = self.path.split(".")
        priced = parts[0] == "lines" and parts[-1] == "unit_price_minor"
        return "prices" if priced else parts[0]

    def as_document(self) -> dict[str, Any]:
        """The JSON form."""
        return {"path": self.path, "from": self.before, "to": self.after}


def read_change(found: Mapping[str, Any]) -> Change:
    """From the JSON form that `as_document` writes."""
    return Change(found["path"], found["from"], found["to"])


def differences(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """Every place in which two documents differ, in the order of the first."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from differences(before.get(key), after.get(key), f"{path}.{key}".lstrip("."))
    elif _rows(before, after):
        yield from _in_lists(before, after, path)
    else:
        yield Change(path, before, after)


def _rows(before: Any, after: Any) -> bool:
    both = isinstance(before, list) and isinstance(after, list)
    return both and all(isinstance(one, dict) for one in (*before, *after))


def _in_lists(before: list[Any], after: list[Any], path: str) -> Iterator[Change]:
    if path in BY_ID:
        old, new = ({one["id"]: one for one in rows} for rows in (before, after))
    else:
        old, new = ({str(place): one for place, one in enumerate(rows)} for rows in (before, after))
    for name in dict.fromkeys((*old, *new)):
        yield from differences(old.get(name), new.get(name), f"{path}.{name}")


def changed(document: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The document with `to` in the place of each `path`; where `from` is given it must be what stands there.

    A member is added behind the last one, or under a new ID; `to` null takes a member away. Refusals: `Invalid` at
    `changes.N`, `ChangedMeanwhile`.
    """
    if not 0 < len(changes) <= MOST_CHANGES:
        raise Invalid(field="changes", found=len(changes), accepted=f"1 to {MOST_CHANGES} changes")
    written = copy.deepcopy(dict(document))
    gone: list[tuple[list[Any], Any]] = []
    for place, change in enumerate(changes):
        _put(written, change, f"changes.{place}", gone)
    for rows, member in gone:
        # By identity: two members may be alike, and places keep their numbers until all changes are made.
        rows[:] = [one for one in rows if one is not member]
    return written


def _put(document: Any, change: Mapping[str, Any], field: str, gone: list[tuple[list[Any], Any]]) -> None:
    holder, parts = document, _parts(str(change["path"]), document)
    for part in parts[:-1]:
        holder = _step(holder, part, field, change["path"])
    last = parts[-1]
    stands = _find(holder, last, field, change["path"])
    if "from" in change and change["from"] != stands:
        raise ChangedMeanwhile(field=f"{field}.from", accepted=stands, found=change["from"], path=change["path"])
    to = copy.deepcopy(change["to"])
    if isinstance(holder, dict):
        holder[last] = to
    elif to is None:
        gone.append((holder, stands))
    elif stands is None:
        holder.append(_named(to, path=str(change["path"]), last=last, before=len(holder)))
    else:
        holder[_place(holder, last)] = to


def _named(member: Any, *, path: str, last: str, before: int) -> Any:
    """A new member with the ID or the number that its place gives it, where it says none."""
    if not isinstance(member, dict):
        return member
    key: tuple[str, Any] = ("id", last) if path.startswith("specification.") else ("number", before + 1)
    return member if path.startswith("charges.") else {key[0]: key[1], **member}


def _parts(path: str, document: Mapping[str, Any]) -> list[str]:
    """The steps of a path; the ID of a term may hold dots itself."""
    head, _dot, rest = path.partition(".")
    if head not in BY_ID or not rest:
        return path.split(".")
    known = [one for one in _ids(document.get(head)) if rest == one or rest.startswith(one + ".")]
    name = max(known, key=len, default=rest)
    return [head, name, *(part for part in rest[len(name) :].split(".") if part)]


def _ids(rows: Any) -> list[str]:
    """The IDs in a list, whatever earlier changes have made of it."""
    members = rows if isinstance(rows, list) else []
    return [one["id"] for one in members if isinstance(one, dict) and isinstance(one.get("id"), str)]


def _place(rows: list[Any], part: str) -> int | None:
    """Where in a list a member stands, by its ID or counted from 0."""
    named = next((at for at, one in enumerate(rows) if isinstance(one, dict) and one.get("id") == part), None)
    if named is not None:
        return named
    return int(part) if part.isascii() and part.isdigit() and len(part) < 6 and int(part) < len(rows) else None


def _find(holder: Any, part: str, field: str, path: str) -> Any:
    """What stands at a place now; None where something may be added."""
    if isinstance(holder, dict) and part in holder:
        return holder[part]
    if isinstance(holder, list):
        at = _place(holder, part)
        if at is not None:
            return holder[at]
        has_ids = any(isinstance(one, dict) and "id" in one for one in holder)
        if part == str(len(holder)) or has_ids or path == f"specification.{part}":
            return None
    raise Invalid(field=f"{field}.path", found=path, accepted=_next(holder))


def _step(holder: Any, part: str, field: str, path: str) -> Any:
    found = _find(holder, part, field, path)
    if not isinstance(found, dict | list):
        raise Invalid(field=f"{field}.path", found=path, accepted=_next(holder))
    return found


def _next(holder: Any) -> Any:
    if isinstance(holder, dict):
        return sorted(holder)
    if isinstance(holder, list):
        return [one.get("id", str(at)) if isinstance(one, dict) else str(at) for at, one in enumerate(holder)][:50]
    return "a place in the agreed document"
