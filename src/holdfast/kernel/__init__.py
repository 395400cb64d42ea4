"""The words every room uses: money, lifecycles, refusals, clock, identifiers, canonical JSON.

The kernel imports nothing of ours and knows nothing of trade, the database or the web.
"""
