"""Promises of a programme: what is written is what decides, and every reading has its row."""
