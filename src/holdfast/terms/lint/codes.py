"""Every finding the lint can make: how grave it is, what it says and what it suggests, as texts with places for facts.

The console says these texts in the reader's language, so that they stand here and nowhere else.
"""

from holdfast.terms.lint.findings import ADVICE, WARNING, Change, Finding

CODES: dict[str, tuple[str, str, str]] = {
    "term_unreadable": (
        WARNING,
        "This term cannot be read: %(found)s",
        "Write %(accepted)s",
    ),
    "no_tolerance": (
        WARNING,
        "Nothing says how far %(property)s may be off, so that no reading could decide it",
        "Plus or minus %(tolerance)s",
    ),
    "no_colour_limit": (
        WARNING,
        "Nothing says how far the colour may be off, so that no reading could decide it",
        "CIEDE2000 at most 2.0",
    ),
    "swatch_not_measured": (
        ADVICE,
        "%(code)s has no measured Lab: a claim waits until somebody measures the approved swatch",
        "Measure the approved swatch and write its L, a, b",
    ),
    "no_method": (
        ADVICE,
        "Nothing says how %(property)s is tested: two laboratories may differ",
        "Tested by %(method)s",
    ),
    "no_named_test": (
        WARNING,
        "%(property)s shall pass a test that is not named",
        "Name the test: the standard or the procedure, its revision, and when it is passed",
    ),
    "no_number": (
        WARNING,
        "%(name)s has no number: any paper of that name would do",
        "Write the certificate's number, as its issuer's site shows it",
    ),
    "no_expiry": (
        ADVICE,
        "Nothing says until when %(name)s must be valid",
        "Valid until at least %(day)s",
    ),
    "expired": (
        WARNING,
        "%(name)s need only be valid until %(day)s, before the goods ship",
        "Valid until at least %(ship)s",
    ),
    "no_seal": (
        WARNING,
        "%(obstacle)s: nobody could prove which sample was meant",
        "Seal two samples with one number and name who holds each",
    ),
    "no_image": (
        WARNING,
        "The logo has no reference image to be compared with",
        "Attach the image and write the SHA-256 of its file",
    ),
    "size_without_value": (
        WARNING,
        "%(property)s has no value for size %(sizes)s, which the contract orders",
        "A value for size %(sizes)s",
    ),
    "speaks_of_nothing": (
        WARNING,
        "%(property)s is agreed for lines or sizes that the contract does not order",
        "Lines and sizes that the contract has: %(lines)s",
    ),
    "said_twice": (
        WARNING,
        "%(property)s is agreed twice, and differently: %(first)s and %(second)s",
        "One value, or say which lines each is for",
    ),
    "vague_term": (
        WARNING,
        '"%(words)s" in %(property)s: two people would judge it differently',
        "%(say)s",
    ),
    "vague_words": (WARNING, '"%(words)s" cannot be measured: a claim about it would be refused as taste', "%(say)s"),
    "points_elsewhere": (
        WARNING,
        '"%(words)s" points to something that the contract does not identify',
        "%(say)s",
    ),
    "no_day": (WARNING, '"%(words)s" is no day: nobody is late against it', "%(say)s"),
    "lacks_unit": (WARNING, '"%(words)s" has a figure without its unit', "%(say)s"),
    "colour_in_words": (
        WARNING,
        'The colour ("%(words)s") is not enforceable as written: no term states it by a code with a limit',
        "%(say)s",
    ),
    "not_stated": (
        WARNING,
        "Not enforceable as written: %(property)s. No term states it, and such goods are often argued about over it",
        "%(say)s",
    ),
    "contradicts_term": (
        WARNING,
        '"%(words)s" contradicts term %(term)s, which says %(permitted)s; the term prevails',
        "Change the term, or take the words out",
    ),
    "other_incoterm": (
        WARNING,
        '"%(words)s" is not the Incoterm agreed, %(agreed)s',
        "One Incoterm, with its named place",
    ),
    "other_day": (
        ADVICE,
        "%(words)s is a day that no clause of the contract has",
        "Write it as the ship date or the latest delivery, or take it out",
    ),
    "category_unknown": (
        ADVICE,
        "The category says nothing to the lint, so that it cannot tell what is missing",
        "One of: %(categories)s",
    ),
    "one_by_one": (
        ADVICE,
        "Every unit counts for itself: of %(units)s units only those somebody examined could be claimed",
        "A sampling plan, or the share of bad units above which the lot fails and the units to examine",
    ),
    "class_without_plan": (
        ADVICE,
        "The sampling plan has no row for defects that are %(class)s, though terms of that class are agreed",
        "A row with sample size and acceptance number for %(class)s",
    ),
    "nobody_examines": (
        ADVICE,
        "A sample decides the lot, and no inspection is agreed in which somebody would draw it",
        "An inspection before shipment, by whom, and who pays",
    ),
    "waterway_only": (
        WARNING,
        "%(incoterm)s is for ships: risk passes at a quay or on board, and these goods go by %(mode)s",
        "%(instead)s, which says the same for any mode",
    ),
    "place_at_destination": (
        WARNING,
        "%(incoterm)s names where the supplier hands over, and %(place)s is where the goods are to arrive",
        "The place or port of shipment",
    ),
    "place_unclear": (
        ADVICE,
        "%(place)s does not say where: risk and cost pass at a point",
        "The terminal, warehouse or address",
    ),
    "place_a_country": (WARNING, "%(place)s is a country, not a place", "The port, terminal or address"),
    "arrival_impossible": (
        WARNING,
        "%(days)s days after the ship date the goods would arrive on %(arrives)s, later than promised (%(promised)s)",
        "A latest delivery on %(arrives)s or later, or an earlier ship date",
    ),
    "arrival_promised": (
        ADVICE,
        "A day of arrival is promised under %(incoterm)s: the carrier's delay is then the supplier's",
        "Leave the day of arrival out, or choose DAP, DPU or DDP",
    ),
    "no_arrival": (
        ADVICE,
        "Under %(incoterm)s the supplier answers for arrival, and no day of it is agreed",
        "A latest delivery",
    ),
    "transit_unusual": (
        ADVICE,
        "%(days)s days in transit is not usual by %(mode)s (%(usual)s days)",
        "The carrier's own schedule",
    ),
    "no_transport_document": (
        ADVICE,
        "No document proves the handover to the carrier by %(mode)s",
        "%(document)s",
    ),
    "no_insurance_document": (
        WARNING,
        "Under %(incoterm)s the supplier insures, and no insurance document is asked for",
        "Insurance policy or certificate over 110%% of the value, Institute Cargo Clauses %(clauses)s",
    ),
    "no_usual_document": (ADVICE, "%(document)s is not among the documents", "%(document)s"),
    "charge_not_due": (
        ADVICE,
        "%(charge)s is charged, though under %(incoterm)s it is the buyer's to arrange",
        "Take the charge out, or choose %(instead)s",
    ),
    "certificate_in_words": (
        WARNING,
        '"%(words)s" has no number and no day: any paper of that name would do',
        "%(say)s",
    ),
}


def finding(code: str, where: str, change: Change | None = None, /, **facts: str) -> Finding:
    """The finding of that code, its texts filled with the facts."""
    severity, message, suggestion = CODES[code]
    return Finding(code, where, severity, message % facts, suggestion % facts, facts, change)
