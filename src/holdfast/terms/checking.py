"""Checks that documents of two sides have in common: each yields what does not fit, at its place.

Pure. Which clause is asked what is for the document's own room to say.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from holdfast.kernel.money import MAX_MINOR
from holdfast.kernel.refusals import Invalid
from holdfast.terms.documents import plain

MOST_TEXT = 20_000
MOST_DEPTH = 12


def refuse_unwritable(found: Any, path: str, depth: int) -> None:
    """What no database or canonical text carries faithfully, and texts nobody could read."""
    if depth > MOST_DEPTH:
        raise Invalid(field=path, found="deeper", accepted=f"at most {MOST_DEPTH} levels")
    if isinstance(found, int) and abs(found) > MAX_MINOR:
        raise Invalid(field=path, found="a larger number", accepted=f"at most {MAX_MINOR}")
    if isinstance(found, str):
        if len(found) > MOST_TEXT:
            raise Invalid(field=path, found=f"{len(found)} characters", accepted=f"at most {MOST_TEXT}")
        if any((ord(one) < 32 and one not in "\n\t") or 0xD800 <= ord(one) < 0xE000 for one in found):
            raise Invalid(field=path, found="a control character", accepted="plain text")
    elif isinstance(found, dict):
        for key, inner in found.items():
            refuse_unwritable(key, path, depth)
            refuse_unwritable(inner, f"{path}.{key}".lstrip("."), depth + 1)
    elif isinstance(found, list):
        for place, inner in enumerate(found):
            refuse_unwritable(inner, f"{path}.{place}".lstrip("."), depth + 1)


def fail(errors: list[Invalid]) -> None:
    """Refuse with the first of the errors, and list every one. Refusal: `Invalid`."""
    if errors:
        first = errors[0]
        listed = [{"field": one.field, "accepted": one.accepted, **one.facts} for one in errors]
        raise Invalid(field=first.field, accepted=first.accepted, **first.facts, errors=listed)


def no(field: str, found: Any, accepted: Any) -> Invalid:
    """A place, what stands there, and what would be accepted."""
    return Invalid(field=field, found=plain(found) if isinstance(found, Fraction) else found, accepted=accepted)


def among(field: str, found: str, accepted: tuple[str, ...]) -> Iterator[Invalid]:
    """One of a list of names."""
    if found not in accepted:
        yield no(field, found, list(accepted))


def said(field: str, found: str) -> Iterator[Invalid]:
    """Some text."""
    if not found.strip():
        yield no(field, found, "text")


def whole(field: str, found: int | None, least: int, most: int) -> Iterator[Invalid]:
    """A whole number between two, where one is given."""
    if found is not None and not least <= found <= most:
        yield no(field, found, f"{least} to {most}")


def percent(field: str, found: Fraction | None) -> Iterator[Invalid]:
    """A share from 0 to 100, where one is given."""
    if found is not None and not 0 <= found <= 100:
        yield no(field, found, "0 to 100")
