"""Guessing passwords, codes and addresses: held up soon, by all processes together, and the answer says nothing."""

from __future__ import annotations

import re
import time
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.test import Client

from holdfast.database import shared
from holdfast.database.models import Remembered
from holdfast.kernel import clock
from tests.parties.cast import Cast, person

PASSWORD = "a long enough pass phrase"
SECRET = "JBSWY3DPEHPK3PXP"
ADA = "ada@example.com"


@pytest.fixture(autouse=True)
def _within_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """All attempts of a test are made at once, however slow the machine is."""
    at_once = SimpleNamespace(time=lambda: 1_800_000_000.0, monotonic=time.monotonic, sleep=time.sleep)
    monkeypatch.setattr(ratelimit, "time", at_once)


def signs_in(email: str, password: str, *, place: int) -> tuple[Client, Any]:
    """From one place of many: whoever guesses has more than one."""
    client = Client(REMOTE_ADDR=f"203.0.113.{place}")
    return client, client.post("/accounts/login/", {"login": email, "password": password})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def told(answer: Any) -> str:
    found = re.search(r'<div class="refusal".*?</div>', answer.content.decode(), re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", found[0])).strip() if found else ""


def code() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time())))))


def test_every_process_counts_in_the_one_database() -> None:
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert caches["default"]._table == Remembered._meta.db_table  # type: ignore[attr-defined]


def test_five_wrong_passwords_hold_up_the_right_one_from_everywhere(cast: Cast) -> None:
    known = [told(signs_in(ADA, f"wrong {place}", place=place)[1]) for place in range(1, 8)]
    unknown = [told(signs_in("nobody@example.com", f"wrong {place}", place=50 + place)[1]) for place in range(1, 8)]
    assert known == unknown
    assert known[0] == known[4] != known[5]
    assert "Too many" in known[5]
    client, _answer = signs_in(ADA, PASSWORD, place=99)
    assert not is_in(client)
    assert Remembered.objects.filter(cache_key__contains="login_failed").exists()
    # Another process would see the same rows; once they have run out, the right password is taken.
    Remembered.objects.all().delete()
    assert is_in(signs_in(ADA, PASSWORD, place=99)[0])


def test_one_place_cannot_try_many_addresses(cast: Cast) -> None:
    answers = [signs_in(f"guess{number}@example.com", "wrong", place=7)[1] for number in range(12)]
    assert "Too many" in told(answers[-1])
    assert is_in(signs_in(ADA, PASSWORD, place=8)[0])


def test_five_wrong_codes_hold_up_the_right_one_also_in_another_browser(cast: Cast) -> None:
    ada = person(ADA)
    TOTP.activate(ada, SECRET)
    RecoveryCodes.activate(ada)
    left = RecoveryCodes(Authenticator.objects.get(user=ada, type="recovery_codes")).get_unused_codes()
    for place in range(1, 6):
        client, _answer = signs_in(ADA, PASSWORD, place=place)
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert not is_in(client)
    for right in (code(), left[0]):
        client, _answer = signs_in(ADA, PASSWORD, place=60)
        page: Any = client.post("/accounts/2fa/authenticate/", {"code": right})
        assert "Too many" in page.content.decode()
        assert not is_in(client)
    assert RecoveryCodes(Authenticator.objects.get(user=ada, type="recovery_codes")).get_unused_codes() == left
    Remembered.objects.all().delete()
    client, _answer = signs_in(ADA, PASSWORD, place=61)
    client.post("/accounts/2fa/authenticate/", {"code": left[0]})
    assert is_in(client)
    # A recovery code works once.
    client, _answer = signs_in(ADA, PASSWORD, place=62)
    client.post("/accounts/2fa/authenticate/", {"code": left[0]})
    assert not is_in(client)


def test_reset_mails_are_few_and_say_nothing_to_whoever_asks(cast: Cast) -> None:
    def ask(email: str, place: int) -> tuple[int, str, str]:
        client = Client(REMOTE_ADDR=f"198.51.100.{place}")
        answer: Any = client.post("/accounts/password/reset/", {"email": email})
        page = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
        return answer.status_code, answer.get("Location", ""), page[0] if page else ""

    known = [ask(ADA, place) for place in range(1, 9)]
    to_ada = len([one for one in mail.outbox if one.to == [ADA]])
    unknown = [ask("nobody@example.com", place) for place in range(1, 9)]
    assert known == unknown
    assert [status for status, _where, _page in known] == [302] * 5 + [429] * 3
    assert to_ada == 5
    assert "Too many attempts" in known[-1][2]
    assert 'class="card plain-page"' in known[-1][2]


def test_guessing_the_password_of_a_session_left_open_is_held_up(cast: Cast) -> None:
    client, _answer = signs_in(ADA, PASSWORD, place=1)
    for _attempt in range(10):
        client.post("/accounts/reauthenticate/", {"password": "wrong"})
    answer: Any = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 429


def test_a_proxys_word_is_taken_only_from_a_proxy(cast: Cast, settings: Any) -> None:
    """Otherwise whoever guesses would count as somebody else each time."""
    for number in range(12):
        client = Client(REMOTE_ADDR="203.0.113.200", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
        answer = client.post("/accounts/login/", {"login": f"guess{number}@example.com", "password": "wrong"})
    assert "Too many" in told(answer)


@pytest.mark.parametrize("address", ["", "unix:", "nonsense"])
def test_a_browser_without_an_address_can_sign_in(cast: Cast, address: str) -> None:
    client = Client(REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": ADA, "password": PASSWORD})
    assert is_in(client)


def test_what_has_run_out_is_forgotten(cast: Cast) -> None:
    caches["default"].set("short", 1, timeout=-1)
    Remembered.objects.create(cache_key="old", value="", expires=clock.read())
    caches["default"].set("long", 1, timeout=3600)
    assert shared.forget(now=clock.read()) >= 1
    assert [row.cache_key for row in Remembered.objects.all()] == [":1:long"]
