"""How to say it so that it can be measured: from the category's template, else from the general one.

It knows which term a template has on an aspect and how to offer it; what is wrong with a text is found elsewhere.
"""

from collections.abc import Sequence

from holdfast.terms.lint.findings import Change
from holdfast.terms.templates import GENERAL, Asked, category_of, template

SAMPLE = "sample"
"""The aspect of what names none: only a sealed sample says it."""
UNSAID = (
    "Say which property, its figure with unit and tolerance, and how it is tested; or seal a sample, number it and name"
    " who holds it"
)
NUMBERED = "A certificate as a term: its scheme, its number, and the day until which it must be valid"
DATED = "Say a day: the ship date or the latest delivery, and what a late day costs"
OR = " / "
"""Between two suggestions of which either would do."""
LACKING = {
    "tolerance": "Say how far it may be off: plus or minus so much, or at least, at most",
    "unit": "Say the unit of the figure",
    "method": "Say how it is tested: the standard, and the conditions",
    "reference": "Say which one: its number, code, standard or file",
}


def offered(*, aspect: str, category: str) -> Asked | None:
    """The term that the category's template, else the general one, has on an aspect."""
    name = category_of(category)
    own = template(name).about(aspect) if name else None
    return own or template(GENERAL).about(aspect)


def suggestion(*, aspect: str, category: str, missing: Sequence[str]) -> str:
    """A sentence that says the measurable thing."""
    asked = offered(aspect=aspect, category=category)
    first = missing[0]
    if first in ("tolerance", "unit", "method"):
        return LACKING[first]
    if aspect == "date":
        return DATED
    if asked is not None:
        return asked.say
    if first == "reference":
        return LACKING["reference"]
    name = category_of(category)
    meant = [offered(aspect=one, category=category) for one in (template(name).quality, SAMPLE)] if name else []
    return OR.join(one.say for one in meant if one is not None) or UNSAID


def adding(asked: Asked, *, lines: Sequence[int] = (), **known: str) -> Change:
    """The change that puts a template's term into the specification; with `lines`, for these alone.

    What is `known` of it already stands in it.
    """
    value = {key: inner for key, inner in asked.document(known).items() if key != "id"}
    if lines:
        value["applies_to"] = {"lines": list(lines)}
    return Change("add", "specification", value, tuple(key for key in asked.needs if key not in known))
