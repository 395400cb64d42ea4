"""What the treasury stores, a file a noun: closes, manual entries, papers. No verbs."""
