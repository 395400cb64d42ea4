"""Tells programs what happened: signed, at least once, to addresses that organisations have registered."""
