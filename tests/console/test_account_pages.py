"""Every page of the account library that somebody can reach: in the console's own frame, wholly in their language."""

from __future__ import annotations

import re
from gettext import GNUTranslations
from html import unescape
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils.translation import to_locale

from holdfast.parties.models import Person
from tests.parties.cast import Cast, assemble

PASSWORD = "a long enough pass phrase"
MOVED_ON = {302, 405}
"""A page that sends the reader elsewhere, or that a form alone is sent to."""
FILES = {"mfa_download_recovery_codes"}


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def named() -> list[tuple[str, str]]:
    """Name and address of every page below /accounts/ that names nothing."""
    found = []
    for entry in get_resolver().reverse_dict:
        if isinstance(entry, str) and entry.startswith(("account_", "mfa_", "usersessions_", "socialaccount_")):
            try:
                found.append((entry, reverse(entry)))
            except NoReverseMatch:
                continue
    return sorted(found)


def browsers() -> list[Client]:
    """Nobody; somebody with every way in, who has just proven who they are; and one who has no password yet."""
    ada = Person.objects.get(email="ada@example.com")
    whole = Client()
    whole.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    whole.post("/accounts/reauthenticate/", {"password": PASSWORD})
    fresh = Client()
    fresh.force_login(Person.objects.get(email="alma@example.com"), backend=settings.AUTHENTICATION_BACKENDS[0])
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(ada)
    EmailAddress.objects.create(user=ada, email="ada@elsewhere.example")
    return [Client(), whole, fresh]


def english(language: str) -> set[str]:
    """What would be shown in English if it were not translated."""
    own = Path(settings.PACKAGE) / "locale" / to_locale(language)
    theirs = Path(allauth.__file__).parent / "locale" / to_locale(language)
    found: set[str] = set()
    for folder in (theirs, own):
        with (folder / "LC_MESSAGES" / "django.mo").open("rb") as file:
            kept: dict[Any, str] = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        found -= {key for key, said in kept.items() if key == said}
        found |= {key for key, said in kept.items() if isinstance(key, str) and key and key != said}
    return found


@pytest.mark.parametrize("language", ["en", "es", "zh-hans"])
def test_every_page_of_accounts_is_ours_and_in_the_readers_language(cast: Cast, language: str) -> None:
    left, seen = [], set()
    foreign = english(language) if language != "en" else set()
    for browser in browsers():
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for name, address in named():
            answer: Any = browser.get(address)
            if answer.status_code in MOVED_ON or name in FILES:
                continue
            assert answer.status_code < 500, name
            page = answer.content.decode()
            seen.add(name)
            assert f'<html lang="{language}"' in page, name
            assert 'class="top-in"' in page, name
            assert "<style" not in page, name
            texts = {unescape(text).strip() for text in re.findall(r">([^<]+)<", page)}
            left += [f"{name}: {text}" for text in sorted(texts & foreign)]
    assert not left, "\n".join(left)
    assert {"account_login", "account_signup", "account_reset_password", "account_email", "mfa_index"} <= seen
    assert {"mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "usersessions_list"} <= seen
    assert {"account_set_password", "socialaccount_connections", "socialaccount_login_error"} <= seen


def test_my_account_leads_to_every_way_in(cast: Cast, settings: Any) -> None:
    settings.OIDC = {**settings.OIDC, "issuer": "https://id.example", "client_id": "a", "secret": "b", "name": "Works"}
    page = browsers()[1].get("/account/").content.decode()
    for name in (
        *("account_email", "account_change_password", "mfa_deactivate_totp", "mfa_add_webauthn"),
        *("mfa_view_recovery_codes", "socialaccount_connections", "usersessions_list"),
    ):
        assert f'href="{reverse(name)}"' in page, name


def test_no_page_of_accounts_is_without_a_name() -> None:
    """So that the tests above find it."""
    below = next(entry for entry in get_resolver().url_patterns if str(entry.pattern) == "accounts/")
    for entry in below.url_patterns:
        assert not isinstance(entry, URLPattern) or entry.name or "social/" in str(entry.pattern), entry
