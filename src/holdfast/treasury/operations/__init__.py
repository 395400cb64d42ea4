"""The treasury's verbs, a file a noun."""
