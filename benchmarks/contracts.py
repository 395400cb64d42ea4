"""What a contract costs before it is in force: its lint, its preview, a tech pack, signatures under
contention. Each measure stands beside bare work that nothing can avoid.

A measure is a function of the market that prints one line; put another into `MEASURES` to have it measured too.
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks import signing, techpack
from benchmarks.market import Market, _document

TERMS = 60
ROUNDS = 30


def run(market: Market) -> None:
    """Measure every part and print a line each."""
    for measure in MEASURES:
        measure(market)


def lint_of_a_contract(_market: Market) -> None:
    """The lint of a contract with 60 terms, four lines and ten sentences of remarks, from its bytes to its findings;
    beside reading the same bytes as JSON."""
    from holdfast.terms.lint import lint

    ours, bare, found = [], [], 0
    for number in range(ROUNDS):
        # Other remarks each time, so that no sentence is known from the round before.
        written = json.dumps(sixty_terms(number)).encode()
        began = time.perf_counter()
        document = json.loads(written)
        read = time.perf_counter()
        found = len(lint(document).findings)
        ours.append(time.perf_counter() - began)
        bare.append(read - began)
    median, plain = statistics.median(ours), statistics.median(bare)
    print(
        f"lint of a contract: {TERMS} terms, {found} findings, {median * 1000:.1f} ms, "
        f"JSON alone {plain * 1000:.3f} ms, ratio {median / plain:.0f}"
    )


def sixty_terms(round_number: int = 0) -> dict[str, Any]:
    """Measures, limits, models and colours as a tech pack has them; every fifth lacks something."""
    terms: list[dict[str, Any]] = []
    for number in range(TERMS):
        shared = {"id": f"T{number + 1}", "property": f"point {number + 1}", "class": "major"}
        tolerance = {} if number % 5 == 0 else {"tolerance": {"minus": "0.5", "plus": "0.5"}}
        terms.append(
            [
                {
                    **shared,
                    "kind": "dimension",
                    "unit": "cm",
                    "nominal": f"{40 + number}",
                    "method": "flat",
                    **tolerance,
                },
                {**shared, "kind": "colour", "system": "pantone", "nominal": "19-4052 TCX", "delta_e": "2.0"},
                {**shared, "kind": "component", "nominal": f"YKK-{number}VSC"},
                {**shared, "kind": "performance", "unit": "N", "nominal": "120", "limit": "at_least"},
            ][number % 4]
        )
    line = {"product": "Jacket", "variant": "navy", "quantity": 500, "unit": "piece", "unit_price_minor": 4200}
    remarks = [f"Point {number} is {40 + number} cm in draft {round_number}, good quality." for number in range(1, 11)]
    remarks.append(f"This is draft number {round_number}.")
    return {
        "currency": "USD",
        "category": "Apparel",
        "lines": [{**line, "number": number + 1, "size": size} for number, size in enumerate(("S", "M", "L", "XL"))],
        "specification": terms,
        "packaging": "Standard export carton, 24 pieces in each.",
        "remarks": " ".join(remarks),
        "documents": ["commercial_invoice", "packing_list", "OEKO-TEX certificate"],
        "incoterm": "FOB",
        "place": "Ningbo",
        "mode": "sea",
        "ship_to": {"name": "Alma", "street": "Kai 1", "city": "Hamburg", "country": "DE"},
        "ship": {"on": "2027-04-10"},
        "transit_days": 32,
        "payment": {"kind": "full"},
    }


def preview_of_a_contract(market: Market) -> None:
    """What could be claimed under a contract with as many terms, both parties and the line looked up; beside reading
    the same document alone."""
    from holdfast.claims import previews
    from holdfast.contracts import document as documents

    terms = [{**term, "tolerance": {"minus": "0.5", "plus": "0.5"}} for term in sixty_terms()["specification"]]
    measured = [term for term in terms if term["kind"] in ("dimension", "weight")]
    document = _document(market.now.date()) | {"specification": measured}
    draft = previews.Draft(document, "standard", market.buyer_id, "buyer", market.supplier_id)
    ours, bare = [], []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        previews.of_draft(draft=draft, now=market.now)
        shown = time.perf_counter()
        documents.read(document)
        ours.append(shown - began)
        bare.append(time.perf_counter() - shown)
    median, plain = statistics.median(ours), statistics.median(bare)
    print(
        f"preview of a contract: {len(measured)} terms, {median * 1000:.1f} ms, "
        f"reading it alone {plain * 1000:.1f} ms, ratio {median / plain:.1f}"
    )


MEASURES: tuple[Callable[[Market], None], ...] = (
    lint_of_a_contract,
    preview_of_a_contract,
    techpack.run,
    signing.run,
)
