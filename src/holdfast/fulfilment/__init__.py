"""How goods travel: shipments, what is said of them on the way, and how good the proof is. Knows nothing of claims."""
