"""What people say to each other about an order, read for two questions: does an answer accept a breach, and does what
was said differ from what was signed.

Pure: no database, no clock. Both questions advise; a message never changes a contract and never waives a right.
"""

from holdfast.terms.speech.agreed import Agreed, AgreedLine
from holdfast.terms.speech.drift import KINDS, NEVER_BY_MESSAGE, Change, Drift, Spoken, drift
from holdfast.terms.speech.leaving import Attempt, attempts
from holdfast.terms.speech.waiver import LATE, PAYEE, PRICE, TERM, Acceptance, acceptance

__all__ = [
    "KINDS",
    "LATE",
    "NEVER_BY_MESSAGE",
    "PAYEE",
    "PRICE",
    "TERM",
    "Acceptance",
    "Agreed",
    "AgreedLine",
    "Attempt",
    "Change",
    "Drift",
    "Spoken",
    "acceptance",
    "attempts",
    "drift",
]
