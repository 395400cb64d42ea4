"""The rules of protection as data: read, checked, versioned and pinned to each order at signature.

Everything here is a pure function of a programme and the facts it is given. It asks no clock and no database, and
it decides no case: it says what a rule gives for the facts.
"""

from holdfast.programme.comparing import Difference, differences
from holdfast.programme.document import (
    BUYER_REASONS,
    EXCLUSIONS,
    RAILS,
    REASONS,
    SUPPLIER_REASONS,
    TIERS,
    Programme,
)
from holdfast.programme.explaining import Reworded, Section, explain, reworded, terms_digest, terms_digests, terms_text
from holdfast.programme.reading import load, read_document
from holdfast.programme.shipping import names, shipped
from holdfast.programme.words import LANGUAGES
from holdfast.programme.writing import as_document, check_against

__all__ = [
    "BUYER_REASONS",
    "EXCLUSIONS",
    "LANGUAGES",
    "RAILS",
    "REASONS",
    "SUPPLIER_REASONS",
    "TIERS",
    "Difference",
    "Programme",
    "Reworded",
    "Section",
    "as_document",
    "check_against",
    "differences",
    "explain",
    "load",
    "names",
    "read_document",
    "reworded",
    "shipped",
    "terms_digest",
    "terms_digests",
    "terms_text",
]
