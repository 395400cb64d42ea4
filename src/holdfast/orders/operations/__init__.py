"""The verbs of an order, a file a kind: signing, funding, production, shipping, receipt, cancelling, clockwork.

They are the only writers of an order's rows; each locks the order, asks the rules and records once.
"""
