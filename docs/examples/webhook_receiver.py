"""A receiver of webhooks in plain Python: it checks the signature, takes each event once, and answers at once.

Start it with the endpoint's secret and look at what comes:

    WEBHOOK_SECRET=whsec_… python webhook_receiver.py 9000
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

SECRET = os.environ["WEBHOOK_SECRET"]
LARGEST = 1_000_000

# Keep this where you keep your orders: an event that comes again must be known again after a restart.
seen: set[str] = set()


def handle(event: dict) -> None:
    """Your own work. What takes long belongs into a queue of yours: answer within 15 seconds."""
    print(event["type"], event["data"]["about"], event["data"]["data"], flush=True)


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what it has taken, 401 to what was not signed with its secret."""

    def do_POST(self) -> None:
        """Take one event."""
        length = int(self.headers.get("Content-Length", 0))
        if not 0 <= length <= LARGEST:
            return self.answer(413)
        body = self.rfile.read(length)
        try:
            # Over the very bytes that came, and not older than five minutes.
            Webhook(SECRET).verify(body, dict(self.headers.items()))
        except WebhookVerificationError:
            return self.answer(401)
        name = self.headers["webhook-id"]
        if name not in seen:
            handle(json.loads(body))
            seen.add(name)
        return self.answer(204)

    def answer(self, status: int) -> None:
        """A status and nothing else."""
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Events are worth a line each, requests are not."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
