"""The clauses of a contract's text as labelled facts, in the language in force.

Pure but for the language. What this module has no words for is printed under its own name: a contract has no term
that its paper does not show.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from holdfast.contracts.printing.words import name
from holdfast.paper import figures

Fact = tuple[str, str]
Writer = Callable[[Any], str]
Said = Mapping[str, tuple[Any, Writer]]


def is_said(found: Any) -> bool:
    """Whether there is something to say; false and zero are something."""
    return found is not None and found not in ("", [], {}, ())


def number(found: Any) -> str:
    """A decimal as the reader writes it; a ratio or a text as it stands."""
    try:
        return figures.number(found)
    except ArithmeticError:
        return str(found)


def percent(found: Any) -> str:
    """`2.5%`."""
    return f"{number(found)}%"


def answer(found: Any) -> str:
    """Yes or no."""
    return name("answer", "yes" if found else "no")


def listed(found: Any) -> str:
    """One after the other."""
    return ", ".join(str(one) for one in found)


def named(kind: str) -> Writer:
    """The words for a name."""
    return lambda found: name(kind, found)


def plain(found: Any) -> str:
    """Anything, whole, where nothing better is known."""
    match found:
        case bool():
            return answer(found)
        case Mapping():
            return "; ".join(f"{key}: {plain(inner)}" for key, inner in found.items() if is_said(inner))
        case list() | tuple():
            return ", ".join(plain(inner) for inner in found)
        case _:
            return str(found)


def facts(found: Mapping[str, Any], said: Said, *, without: frozenset[str] = frozenset()) -> Iterator[Fact]:
    """What is known in its order and words, then the rest under its own name. `without` is said elsewhere."""
    for key, (label, write) in said.items():
        if is_said(found.get(key)):
            yield str(label), write(found[key])
    for key, inner in found.items():
        if key not in said and key not in without and is_said(inner):
            yield key.replace("_", " "), plain(inner)


def address(found: Mapping[str, Any]) -> str:
    """On one line, in the order it is written down."""
    keys = ("name", "street", "postcode", "city", "region", "country")
    rest = [plain(inner) for key, inner in found.items() if key not in keys and is_said(inner)]
    return listed([found[key] for key in keys if found.get(key)] + rest)


def ship(found: Mapping[str, Any]) -> str:
    """A day, or so many days after payment."""
    if found.get("on"):
        return figures.day(found["on"])
    return gettext("%(days)s days after payment") % {"days": number(found["days_after_payment"])}


def plan(found: Mapping[str, Any]) -> str:
    """`Major: 200 examined, accepted up to 10, rejected from 11`."""
    return gettext("%(severity)s: %(n)s examined, accepted up to %(ac)s, rejected from %(re)s") % {
        "severity": name("severity", found["class"]),
        **{key: number(found[key]) for key in ("n", "ac", "re")},
    }


def applies(found: Mapping[str, Any]) -> str:
    """Lines and sizes; everything where none is named."""
    said = []
    if found.get("lines"):
        said.append(gettext("lines %(lines)s") % {"lines": listed(found["lines"])})
    if found.get("sizes"):
        said.append(gettext("sizes %(sizes)s") % {"sizes": listed(found["sizes"])})
    return "; ".join(said) or gettext("all goods")


# --- clauses -------------------------------------------------------------------------------------------------------

PARTY: Said = {
    "name": (_("Name"), str),
    "country": (_("Country"), str),
    "id": (_("Identifier"), str),
}
PROGRAMME: Said = {
    "name": (_("Programme"), str),
    "version": (_("Version"), str),
    "digest": (_("SHA-256 of the programme"), str),
}
DELIVERY: Said = {
    "incoterm": (_("Incoterm 2020"), str),
    "place": (_("Named place"), str),
    "mode": (_("Shipment by"), named("mode")),
    "ship_to": (_("Ship to"), address),
    "ship": (_("Ship date"), ship),
    "transit_days": (_("Days in transit"), number),
    "latest_delivery_on": (_("Latest delivery"), figures.day),
    "partial_shipments": (_("Several shipments are allowed"), answer),
}
INSPECTION: Said = {
    "type": (_("Inspection"), named("examination")),
    "by": (_("By whom"), str),
    "when": (_("When"), str),
    "finished_percent": (_("Finished by then"), percent),
    "packed_percent": (_("Packed by then"), percent),
    "payer": (_("Paid by"), named("payer")),
    "blocks": (_("Waiting for it"), lambda found: listed(name("blocks", one) for one in found)),
}
LATE: Said = {
    "percent_per_day": (_("For each day late"), percent),
    "grace_days": (_("Days of grace"), number),
    "cap_percent": (_("At most"), percent),
    "cancel_after_days": (_("The buyer may cancel after so many days"), number),
}
CRITERION: Said = {
    "kind": (_("How units decide the lot"), named("criterion")),
    "fraction": (_("Share of bad units"), number),
    "sample_size": (_("Units examined"), number),
    "level": (_("Inspection level"), str),
    "inspection": (_("Severity"), named("sampling")),
    "aql": (_("AQL"), lambda found: "; ".join(f"{name('severity', one['class'])}: {one['aql']}" for one in found)),
    "switching": (_("The severity follows the supplier's record, by ISO 2859-1"), answer),
    "plans": (_("Sampling plan"), lambda found: "; ".join(plan(one) for one in found)),
}
TERM: Said = {
    "system": (_("Colour system"), str),
    "lab": (_("Measured L, a, b of the approved swatch"), lambda found: "; ".join(number(one) for one in found)),
    "delta_e": (_("CIEDE2000 limit"), number),
    "accepted": (_("Also accepted"), listed),
    "method": (_("How it is tested"), str),
    "applies_to": (_("Applies to"), applies),
    "references": (_("Reference files, by SHA-256"), listed),
    "refund_trigger": (_("A breach may bring a refund"), answer),
    "decides_lot": (_("A breach decides the lot"), answer),
}
IN_HEAD = frozenset({"id", "property", "kind", "class", "nominal", "by_size", "unit", "limit", "tolerance"})
SAID_APART = frozenset(
    {"currency", "lines", "charges", "specification", "criterion", "payment", "inspection", "late", *DELIVERY}
)
GENERAL: Said = {
    "category": (_("Category"), str),
    "packaging": (_("Packaging"), plain),
    "documents": (_("Documents and certificates"), plain),
    "buyer_default_percent": (_("If the buyer defaults: at most, for the supplier's cost"), percent),
}


def agreed(term: Mapping[str, Any]) -> Iterator[Fact]:
    """The value of a term with its limit, its sizes and its tolerance."""
    is_number = term.get("limit") is not None
    write: Writer = number if is_number else str
    unit = f" {term['unit']}" if term.get("unit") else ""
    if is_said(term.get("nominal")):
        yield gettext("Agreed value"), f"{write(term['nominal'])}{unit}"
    if term.get("by_size"):
        yield gettext("By size"), "; ".join(f"{row['size']}: {write(row['nominal'])}{unit}" for row in term["by_size"])
    if is_number:
        yield gettext("It must be"), name("limit", term["limit"])
    tolerance = term.get("tolerance")
    if tolerance:
        of = "%" if tolerance.get("percent") else unit
        edges = name("edges", tolerance.get("edges", "inclusive"))
        yield gettext("Tolerance"), f"−{number(tolerance['minus'])}{of} / +{number(tolerance['plus'])}{of}; {edges}"
