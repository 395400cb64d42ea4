"""The contract on paper, for people: the canonical text in the reader's language, and who signed it."""

from holdfast.contracts.printing.found import Printed, SignedBy, found_for
from holdfast.contracts.printing.paper import contract

__all__ = ["Printed", "SignedBy", "contract", "found_for"]
