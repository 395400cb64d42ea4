"""What a process that lives long tells Python's garbage collector. It knows nothing of what the process does."""

import gc

EVERY = 50_000
"""Objects made and not freed before the collector looks: an act makes hundreds, and nearly all go by themselves."""


def settle() -> None:
    """Once everything is loaded: leave the program itself alone from now on, and look for rubbish less often.

    Frameworks and rules are half a million objects that stay to the end; going through them again and again cost a
    release run a fifth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(EVERY, 20, 20)
