"""Every act on a claim, as a form: opening, evidence, answers, offers, the mediator's decision.

It knows how a case is spoken about. What it is worth, and whether an act is open, is said by the claims' room.
"""
