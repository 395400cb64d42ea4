"""The verbs of a claim, a file a stage: opening, answering, deciding, executing, and what the clock does.

Each locks the order first: a claim has no lock of its own, so no two of its acts can cross.
"""
