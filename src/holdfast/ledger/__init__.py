"""Accounts, transfers, entries. The ledger knows money and nothing of trade; `book` is its only writer."""
