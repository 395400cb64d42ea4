"""Names of the product turned into the reader's words: states, verbs, roles, and what a refusal says.

It knows how to look words up and how to say what would be accepted. It decides nothing.
"""

import re
from datetime import date
from typing import Any

from babel import dates, units
from django.utils.translation import gettext, gettext_noop

from holdfast.console import reader
from holdfast.console.vocabulary import KINDS, TONES
from holdfast.kernel.money import Money
from holdfast.kernel.refusals import OutOfState, Refusal
from holdfast.terms.lint import Finding
from holdfast.terms.lint.codes import CODES
from holdfast.terms.lint.delivery import NAMES
from holdfast.terms.lint.suggestions import OR

__all__ = ["KINDS", "TONES", "accepted", "lot", "refusal", "word"]

STATES_OF = {
    **dict.fromkeys(("payment", "payout", "refund"), "payment"),
    "beneficiary": "account",
    "payout_batch": "batch",
    "statement_line": "line",
}
"""Under which kind the states of a noun have their words, where it is not its own name."""


def word(kind: str, value: str | None) -> str:
    """The word for a name; a name that has none is shown readably rather than hidden."""
    if not value:
        return ""
    found = KINDS[kind].get(value)
    return str(found) if found is not None else value.replace("_", " ").replace(".", ": ")


def lot(number: int) -> str:
    """A lot by its number."""
    return gettext("Lot %(number)s") % {"number": number}


def lint_message(found: Finding) -> str:
    """What the lint found, in the reader's language."""
    return gettext(CODES[found.code][1]) % _facts(found)


def lint_suggestion(found: Finding) -> str:
    """How to say it so that it can be measured."""
    return gettext(CODES[found.code][2]) % _facts(found)


def _facts(found: Finding) -> dict[str, str]:
    """The facts of a finding, those that have words by them."""
    facts = dict(found.facts)
    for key, kind in {"mode": "mode", "class": "severity"}.items():
        if key in facts:
            facts[key] = word(kind, facts[key])
    for key in ("say", "document", "obstacle", "charge"):
        if key in facts:
            facts[key] = OR.join(gettext(part) for part in facts[key].split(OR))
    return facts


def paper(name: str) -> str:
    """A document of a shipment by its name, as the lint offers it."""
    return gettext(NAMES[name])


def refusal(refused: Refusal, *, currency: str | None = None) -> str:
    """The message of a refusal and, where it says so, what would be accepted."""
    said = gettext(refused.message())
    # A bare number is an amount only where the field, or the lack of one, says so.
    is_money = refused.field is None or refused.field.endswith(("_minor", "tranches"))
    known = currency or refused.facts.get("currency")
    wanted = accepted(_named(refused), currency=known if is_money else None)
    return f"{said} {gettext('Accepted: %(what)s.') % {'what': wanted}}" if wanted else said


def _named(refused: Refusal) -> Any:
    """What would be taken, with states and choices by their words."""
    if not isinstance(refused.accepted, (list, tuple)):
        return refused.accepted
    subject = str(refused.facts.get("subject", "")).replace(" ", "_")
    kind = STATES_OF.get(subject, subject) if isinstance(refused, OutOfState) else (refused.field or "").split(".")[-1]
    known = KINDS.get(kind, {})
    return [str(known.get(one, one)) if isinstance(one, str) else one for one in refused.accepted]


def accepted(what: Any, *, currency: str | None = None) -> str:
    """What a refusal would have taken, as a phrase."""
    if what is None or what in ([], {}, ""):
        return ""
    match what:
        case {"from": low, "to": high}:
            figures = {"low": accepted(low, currency=currency), "high": accepted(high, currency=currency)}
            return gettext("%(low)s to %(high)s") % figures
        case {"at_most": most}:
            return gettext("at most %(most)s") % {"most": accepted(most, currency=currency)}
        case {"at_least": least} | {"least_minor": least}:
            return gettext("at least %(least)s") % {"least": accepted(least, currency=currency)}
        case {"most_minor": most}:
            return gettext("at most %(most)s") % {"most": accepted(most, currency=currency)}
        case {"not_after": last} | {"latest": last}:
            return gettext("not after %(last)s") % {"last": written_day(str(last))}
        case {"at_most_bytes": int(most)}:
            size = units.format_unit(most / 2**20, "digital-megabyte", length="short", locale=reader.locale())
            return gettext("at most %(most)s") % {"most": size}
        case {"at_most_lines": int(most)}:
            return gettext("at most %(most)s lines") % {"most": accepted(most)}
        case dict():
            return ", ".join(f"{key.replace('_', ' ')}: {accepted(value)}" for key, value in what.items())
        case list() | tuple():
            return gettext(" or ").join(str(one) for one in what)
        case bool():
            return gettext("yes") if what else gettext("no")
        case int() if currency is not None:
            return Money(what, currency).display(locale=str(reader.locale()))
        case str():
            return _phrase(what, currency)
        case _:
            return str(what)


def _phrase(said: str, currency: str | None) -> str:
    """What was said in words: figures and days in it are written as the reader writes them."""
    if found := re.fullmatch(r"(\d+) to (\d+)", said):
        return accepted({"from": int(found[1]), "to": int(found[2])}, currency=currency)
    if found := re.fullmatch(r"at most (\d+)", said):
        return accepted({"at_most": int(found[1])}, currency=currency)
    if found := re.fullmatch(r"(\d+) or more", said):
        return gettext("%(least)s or more") % {"least": accepted(int(found[1]))}
    if found := re.fullmatch(r"a multiple of (\d+)", said):
        return gettext("a multiple of %(step)s") % {"step": accepted(int(found[1]), currency=currency)}
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d) or later", said):
        return gettext("%(first)s or later") % {"first": written_day(found[1])}
    for pattern, told in _SAID:
        if found := re.fullmatch(pattern, said):
            return gettext(told) % found.groupdict()
    return gettext(said)


_SAID = (
    (r"a value in (?P<unit>.+)", gettext_noop("a value in %(unit)s")),
    (r"the price of one in (?P<currency>[A-Z]{3})", gettext_noop("the price of one in %(currency)s")),
    (
        r"(?P<currency>[A-Z]{3}), the currency of the contract",
        gettext_noop("%(currency)s, the currency of the contract"),
    ),
    (
        r"an amount in (?P<currency>[A-Z]{3}) with at most (?P<decimals>\d+) decimals, zero or more",
        gettext_noop("an amount in %(currency)s with at most %(decimals)s decimals, zero or more"),
    ),
    (r"an amount in (?P<currency>[A-Z]{3}), like 12\.50", gettext_noop("an amount in %(currency)s, like 12.50")),
    (
        r"(?P<one>\S+) or (?P<other>\S+): it can be read as both",
        gettext_noop("%(one)s or %(other)s: it can be read as both"),
    ),
)
"""What is accepted where a name or a figure stands in the sentence: how it is said elsewhere, and how it is told."""


def written_day(text: str) -> str:
    """A day as the reader writes it; anything else as it stands."""
    try:
        return dates.format_skeleton("yMMMEd", date.fromisoformat(text), locale=reader.locale())
    except ValueError:
        return text
