"""Shipments, tracking and proofs."""
