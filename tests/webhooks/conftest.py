"""A sandbox that may call this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.webhooks.receivers import Receiver, receiver


@pytest.fixture(autouse=True)
def _to_this_machine(settings: Any) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = True


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A server that takes whatever it is sent."""
    with receiver() as found:
        yield found
