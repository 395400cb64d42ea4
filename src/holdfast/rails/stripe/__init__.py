"""Stripe behind the rail of cards: its library is called here and nowhere else.

`rail` is what the rest knows (`rails.port`); beside it stand the client, amounts, declines, the bank transfers of what
came in, and signed news.
"""
