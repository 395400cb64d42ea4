"""The verbs of quotations: the only writers of their rows.

A quotation's events stand on a chain of its own, written under its row's lock.
"""

from holdfast.sourcing.operations.accepting import Taken, take_into
from holdfast.sourcing.operations.ending import decline, expire, withdraw
from holdfast.sourcing.operations.steps import ANSWER, locked
from holdfast.sourcing.operations.writing import counter, offer, revise

__all__ = [
    "ANSWER",
    "Taken",
    "counter",
    "decline",
    "expire",
    "locked",
    "offer",
    "revise",
    "take_into",
    "withdraw",
]
