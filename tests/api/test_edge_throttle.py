"""A key is let through at a steady rate with a burst, and is told where it stands."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.api import throttle
from holdfast.api.throttle import Meter
from tests.api.test_edge_keys import code
from tests.parties.cast import Cast, Shop


def test_a_burst_then_the_rate() -> None:
    meter, key = Meter(per_second=2, burst=4), uuid4()
    assert [meter.take(key=key, at=0.0).remaining for _ in range(4)] == [3, 2, 1, 0]
    refused = meter.take(key=key, at=0.0)
    assert (refused.retry_after_seconds, refused.reset_seconds) == (1, 2)
    assert meter.take(key=key, at=0.5).retry_after_seconds is None
    assert meter.take(key=key, at=0.5).retry_after_seconds is not None
    assert meter.take(key=uuid4(), at=0.5).retry_after_seconds is None
    assert meter.take(key=key, at=100.0).remaining == 3


@given(st.lists(st.integers(0, 500), min_size=1, max_size=200))
def test_never_more_than_burst_and_rate_together(gaps: list[int]) -> None:
    meter, key, at, passed = Meter(per_second=5, burst=10), uuid4(), 0.0, 0
    for gap in gaps:
        at += gap / 1000
        passed += meter.take(key=key, at=at).retry_after_seconds is None
    assert passed <= 10 + at * 5 + 1


def test_keys_that_rest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "REMEMBERED", 3)
    meter = Meter(per_second=1, burst=1)
    for moment in range(10):
        meter.take(key=uuid4(), at=moment * 10.0)
    assert len(meter._empty_at) <= 3


def test_the_answer_says_how_much_is_left(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "RateLimit-Limit" not in Shop(cast.alma.secret).get("/v1/me")
    settings.API_REQUESTS_PER_SECOND = 1
    monkeypatch.setattr(throttle, "_meters", {1: Meter(per_second=1, burst=2)})
    shop = Shop(cast.alma.secret)
    first, second, third = (shop.get("/v1/me") for _ in range(3))
    assert [first["RateLimit-Remaining"], second["RateLimit-Remaining"]] == ["1", "0"]
    assert code(third) == (429, "too_many_requests")
    assert int(third["Retry-After"]) >= 1
    assert Shop(cast.boris.secret).get("/v1/me").status_code == 200
