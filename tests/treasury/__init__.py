"""The treasury: what it proves, closes and explains."""
