"""The receiver in the documents, run as it stands: it takes what we send, once, and nothing that we did not sign."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from holdfast.webhooks.models import Delivery
from holdfast.webhooks.operations.delivering import Message, signed
from tests.webhooks.stage import listens, sent
from tests.world import World

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "webhook_receiver.py"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_receiver_takes_what_is_signed_once_and_nothing_else(world: World) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    webhook = listens(world, world.alma, url, "order.funded", "lot.shipped")
    environment = {**os.environ, "WEBHOOK_SECRET": str(webhook.secret)}
    with subprocess.Popen([sys.executable, EXAMPLE, str(port)], env=environment, stdout=subprocess.PIPE) as receiver:
        try:
            _until_it_listens(port)
            world.shipped()
            assert sent(world) == 2
            row = Delivery.objects.get(kind="order.funded")
            with pytest.raises(HTTPError) as forged:
                urlopen(Request(url, data=b"{}", headers={"webhook-id": "evt_1", "webhook-timestamp": "1"}))
            forged.value.close()
            assert forged.value.code == 401
            # A copy of what it has: taken, and not done again.
            Delivery.objects.filter(id=row.id).update(state="waiting")
            assert sent(world) == 1
        finally:
            receiver.terminate()
        said = receiver.stdout.read().decode().splitlines() if receiver.stdout else []
    assert [line.split()[0] for line in said] == ["order.funded", "lot.shipped"]


def _until_it_listens(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the receiver does not start")


def test_our_signatures_are_those_of_the_published_vector() -> None:
    """From the specification's own libraries: this secret, name, time and body have this signature."""
    body = b'{"test": 2432232314}'
    at = datetime.fromtimestamp(1614265330, UTC)
    signature = Webhook(SECRET).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body.decode())
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    one = Message(UUID(int=1), UUID(int=2), body)
    headers = signed(one, secrets=[SECRET, SECRET], at=at)
    assert headers["webhook-timestamp"] == "1614265330"
    first, second = headers["webhook-signature"].split(" ")
    assert first == second == Webhook(SECRET).sign(headers["webhook-id"], at, body.decode())
