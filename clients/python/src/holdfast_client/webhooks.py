"""Proof that a message came from Holdfast: Standard Webhooks signatures (`webhook-id`, `webhook-timestamp`,
`webhook-signature`), by the endpoint's secret and before anything in the message is believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from holdfast_client.errors import HoldfastError

TOLERANCE_SECONDS = 300
Handler = Callable[[Any], Any]
"""What is done when something happened; it is given the message's `data`."""
SHORTEST_KEY = 24
"""Bytes, as Standard Webhooks asks for."""


class NotGenuine(HoldfastError):
    """The message is not from who it says, or is not fresh: answer 400 and do nothing."""


class Webhook:
    """An endpoint's secret, `whsec_…`; while secrets are rotated, several."""

    def __init__(self, *secrets: str, clock: Callable[[], float] = time.time) -> None:
        self._keys = [_key(secret) for secret in secrets]
        self._clock = clock
        self._handlers: dict[str, Handler] = {}
        if not self._keys:
            raise ValueError("a secret is needed")

    def verify(self, body: bytes | str, headers: Mapping[str, str]) -> Any:
        """The message, once it is proven. `body` is what came, byte for byte. Raises `NotGenuine`."""
        found = {name.lower(): value for name, value in headers.items()}
        try:
            message_id, stamp = found["webhook-id"], found["webhook-timestamp"]
            signatures = found["webhook-signature"].split(" ")
            sent_at = float(int(stamp))
        except (KeyError, ValueError, OverflowError) as error:
            raise NotGenuine("a header is missing or malformed") from error
        if abs(self._clock() - sent_at) > TOLERANCE_SECONDS:
            raise NotGenuine("it is too old, or from the future")
        content = body.encode() if isinstance(body, str) else body
        signed = f"{message_id}.{stamp}.".encode() + content
        if not self._is_signed(signed, signatures):
            raise NotGenuine("no signature fits")
        try:
            return json.loads(content)
        except ValueError as error:
            raise NotGenuine("it is no JSON") from error

    def on(self, *kinds: str) -> Callable[[Handler], Handler]:
        """Decorates what is done with messages of these kinds (`order.funded`)."""

        def register(handler: Handler) -> Handler:
            self._handlers.update(dict.fromkeys(kinds, handler))
            return handler

        return register

    def handle(self, body: bytes | str, headers: Mapping[str, str]) -> int:
        """Verify a message and hand its `data` to whatever is registered for its kind; answers the status to answer
        with. What a handler raises goes through, so that the message comes again."""
        try:
            data = self.verify(body, headers)["data"]
        except NotGenuine:
            return 400
        handler = self._handlers.get(data["name"])
        if handler is not None:
            handler(data)
        return 204

    def _is_signed(self, signed: bytes, signatures: Iterable[str]) -> bool:
        wanted = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in self._keys]
        sent = [text.partition(",")[2].encode() for text in signatures if text.startswith("v1,")]
        # Every pair is looked at, so that time tells nothing.
        return sum(hmac.compare_digest(one, other) for one in wanted for other in sent) > 0


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError as error:
        raise ValueError("a secret looks like whsec_…") from error
    if len(key) < SHORTEST_KEY:
        # An empty setting would let everybody sign.
        raise ValueError("a secret looks like whsec_… and is longer")
    return key
