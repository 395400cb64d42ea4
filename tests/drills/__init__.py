"""Drills: a whole installation, with real processes and a database that keeps its promises, and `kill -9`."""
