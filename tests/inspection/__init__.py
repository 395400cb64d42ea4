"""Inspectors, reports and verdicts."""
