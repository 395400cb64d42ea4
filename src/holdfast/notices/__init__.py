"""Tells people what happened to their orders: in the console and by mail, with the proof that the mail arrived."""
