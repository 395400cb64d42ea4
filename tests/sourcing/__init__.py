"""Quotations, from the first version to the contract's draft."""
