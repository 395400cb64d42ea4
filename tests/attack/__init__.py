"""Attempts to take, lose or release money twice, and to reach what is not one's own."""
