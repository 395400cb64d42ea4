"""An endpoint whose name is answered late and whose server never ends: each call would leave a thread behind."""

from __future__ import annotations

import threading
import time

from holdfast.webhooks import rules
from holdfast.webhooks.posting import Line, Patience, Reply
from tests.webhooks.receivers import drips, receiver


def test_a_name_that_is_answered_after_the_call_was_given_up_is_not_called() -> None:
    late, found = threading.Event(), list[Reply]()

    def resolve(_host: str, _port: int) -> list[str]:
        late.wait(10)
        return ["127.0.0.1"]

    with receiver(drips) as slow:
        target = rules.target(url=slow.url, loopback=True)
        line = Line(target=target, loopback=True, patience=Patience(connect=1.0, call=0.2), resolve=resolve)
        calling = threading.Thread(target=lambda: found.append(line.post(body=b"{}", headers={})), daemon=True)
        calling.start()
        while not line.is_overdue():
            time.sleep(0.02)
        # Nobody looks at this call again after it was cut off.
        line.cut()
        late.set()
        calling.join(3)
        assert not calling.is_alive()
        assert (found[0].status, found[0].fault) == (None, "timeout")
        assert slow.got == []
