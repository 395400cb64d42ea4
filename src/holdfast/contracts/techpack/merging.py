"""A tech pack put into the document of a draft: its lines replace the lines, its terms the specification.

What the contract itself does not take is told by the cell it was read from. Nothing is half taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.contracts import document as documents
from holdfast.contracts.shape import Document
from holdfast.contracts.techpack.pack import Problem, TechPack, letters
from holdfast.kernel.refusals import Invalid, Refusal


class TechPackUnclear(Refusal):
    """Some cells of this file cannot be used: they are listed with what would be taken. Nothing was changed."""

    status = 422

    def __init__(self, *, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(
            field=first.field or "file",
            accepted=first.accepted,
            found=first.found,
            errors=[problem.as_document() for problem in problems],
        )
        self.problems = problems


class DraftChanged(Refusal):
    """The draft has changed since this file was looked at; look at it once more."""


def merged(*, pack: TechPack, agreed: Mapping[str, Any]) -> Document:
    """The document of a draft with the tech pack in it. Refusal: `TechPackUnclear`, every problem among its facts."""
    if pack.problems:
        raise TechPackUnclear(problems=pack.problems)
    found = dict(agreed)
    if pack.lines:
        found["lines"] = [dict(line) for line in pack.lines]
        found["payment"] = _by_percent(found["payment"])
    if pack.specification:
        found["specification"] = [dict(term) for term in pack.specification]
    try:
        return documents.read(found)
    except Invalid as refusal:
        raise TechPackUnclear(problems=problems_of(refusal, pack)) from refusal


def problems_of(refusal: Invalid, pack: TechPack) -> tuple[Problem, ...]:
    """What the contract's own reading does not take, each at the cell it comes from."""
    listed = refusal.facts.get("errors") or [{"field": refusal.field, "accepted": refusal.accepted, **refusal.facts}]
    problems = []
    for error in listed:
        path = str(error.get("field") or "")
        place = pack.place(path)
        problems.append(
            Problem(
                sheet=place.sheet if place else "",
                row=place.row if place else None,
                column=letters(place.column) if place else None,
                found=error.get("found"),
                accepted=error.get("accepted"),
                field=path,
            )
        )
    return tuple(problems)


def _by_percent(payment: Mapping[str, Any]) -> dict[str, Any]:
    """The schedule with its percentages alone: amounts follow from the new total."""
    tranches = [
        {**one, "amount_minor": None} if one.get("percent") is not None else dict(one)
        for one in payment.get("tranches") or []
    ]
    return {**payment, "tranches": tranches}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would be with a tech pack in it. `document` is there where nothing stands in the way."""

    pack: TechPack
    problems: tuple[Problem, ...]
    document: Document | None
    currency: str
    lines_before: int
    terms_before: int
    total_before_minor: int

    @property
    def total_minor(self) -> int | None:
        """The new total."""
        return self.document.total_minor if self.document is not None else None


def preview(*, pack: TechPack, agreed: Mapping[str, Any], total_minor: int) -> Preview:
    """Look at it; nothing is written. `total_minor` is that of the draft as it stands."""
    document, problems = None, pack.problems
    try:
        document = merged(pack=pack, agreed=agreed)
    except TechPackUnclear as refusal:
        problems = problems or refusal.problems
    return Preview(
        pack=pack,
        problems=problems,
        document=document,
        currency=agreed["currency"],
        lines_before=len(agreed["lines"]),
        terms_before=len(agreed.get("specification") or []),
        total_before_minor=total_minor,
    )
