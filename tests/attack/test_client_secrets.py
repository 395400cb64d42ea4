"""A program whose secret was never set, and somebody who knows that."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import pytest

from holdfast_client.webhooks import Webhook


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_AAAA"])
def test_a_secret_that_anybody_can_guess_is_none(secret: str) -> None:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    body, stamp = json.dumps({"type": "order.funded"}).encode(), str(int(time.time()))
    signature = base64.b64encode(hmac.new(key, f"evt_1.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
    headers = {"webhook-id": "evt_1", "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}
    with pytest.raises(ValueError, match="whsec_"):
        Webhook(secret).verify(body, headers)
