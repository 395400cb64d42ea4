"""Django's backend for PostgreSQL, except for how it learns that a kept connection is dead.

It knows sockets. Django asks the server with a statement of its own before the first query of every request; here the
operating system is asked, which costs no way to the server and back.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of a thread, kept from request to request."""

    def is_usable(self) -> bool:
        """False when the server has gone. After a failed statement it is asked itself.

        A server that ends closes its sockets, and the end of a stream can be read. Between two requests nothing else
        comes from a server that was asked nothing, so whatever can be read means: not this connection any more.
        """
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred:
            return bool(super().is_usable())
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0)
