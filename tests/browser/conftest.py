"""A browser at a furnished marketplace: signed in as anybody by a session, not by the form each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from holdfast.parties.models import Person
from tests.console.furnished import Furnished, furnish

PICTURES = Path(__file__).resolve().parents[2] / "build" / "pages"
PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 900}

Opened = Callable[..., Any]


@pytest.fixture
def made(site: str, monkeypatch: pytest.MonkeyPatch) -> Furnished:
    """The marketplace, behind the site's address."""
    return furnish(monkeypatch)


@pytest.fixture
def opened(browser: Any, site: str) -> Iterator[Opened]:
    """Opens a window: `opened("alma", dark=True, phone=True)`."""
    contexts = []

    def window(who: str | None = None, *, dark: bool = False, phone: bool = False, script: bool = True) -> Any:
        context = browser.new_context(
            base_url=site,
            viewport=PHONE if phone else DESKTOP,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="en-GB",
            reduced_motion="reduce",
        )
        contexts.append(context)
        if who is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(who), "url": site}])
        return context.new_page()

    yield window
    for context in contexts:
        context.close()


def _session(who: str) -> str:
    client = Client()
    client.force_login(Person.objects.get(email=f"{who}@example.com"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value
