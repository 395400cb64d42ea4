"""What whoever runs the installation has to mend before anything goes on. No caller can do anything about it."""


class Missing(RuntimeError):
    """Something that belongs to this installation is not on this machine; the message names it and says what to do."""
