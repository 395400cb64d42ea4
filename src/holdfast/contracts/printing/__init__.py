"""The contract on paper, for people: the canonical text in the reader's language, and who signed it."""

from holdfast.contracts.printing.found import Printed, SignedBy, amended_for, found_for
from holdfast.contracts.printing.paper import contract

__all__ = ["Printed", "SignedBy", "amended_for", "contract", "found_for"]
