"""What finance must know and prove each day: holds, reconciliation, closes, proof of liabilities, manual entries.

Reads all rooms below; writes only its own closes and entries, and money only through the ledger's book.
"""
