"""Stripe on the loopback, chosen by the settings as an operator would choose it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from stripe._http_client import HTTPClient

from holdfast.api import webhooks
from tests.fakes.stripe import KEY, SECRET, FakeStripe
from tests.fakes.stripe_server import serving


@pytest.fixture
def card(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    """Cards are taken by Stripe."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0.001)
    monkeypatch.setattr(HTTPClient, "MAX_DELAY", 0.002)
    with serving(FakeStripe()) as fake:
        settings.CARD, settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRET = "stripe", KEY, SECRET
        settings.STRIPE_API = fake.address
        monkeypatch.setattr(webhooks, "_now", lambda: fake.now())  # noqa: PLW0108  (set later)
        yield fake
