"""Signing in with more than a password, in a real browser: app, code, passkey, provider; ending sessions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from holdfast.database.models import Remembered
from holdfast.parties.models import Person
from tests.browser.conftest import PICTURES, Opened
from tests.browser.test_accessibility import RULES
from tests.console.furnished import PASSWORD, Furnished
from tests.fakes import openid
from tests.fakes.openid import Provider

pytestmark = pytest.mark.browser
ALMA = "alma@example.com"


@pytest.fixture
def site(site: str) -> str:
    """By name: a browser has passkeys for names, not for numbers."""
    return site.replace("127.0.0.1", "localhost")


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def signs_in(page: Any) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(ALMA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def proves(page: Any) -> None:
    """Whatever changes how one comes in asks for the password once more."""
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()


def is_in(page: Any) -> bool:
    page.goto("/account/")
    return urlsplit(page.url).path == "/account/"


def looked_at(page: Any, name: str) -> None:
    """Drawn, and nothing on it that somebody could not use."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"account-{name}.png", full_page=True)
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]


def test_an_app_and_a_recovery_code_are_asked_for_and_taken(made: Furnished, opened: Opened) -> None:
    page = opened()
    signs_in(page)
    page.goto("/account/")
    looked_at(page, "overview")
    page.get_by_role("link", name="Set up (Authenticator app)").click()
    proves(page)
    looked_at(page, "app")
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Authenticator code").fill(code(secret))
    page.get_by_role("button", name="Activate").click()
    page.goto("/accounts/2fa/recovery-codes/")
    looked_at(page, "codes")
    recovery = page.locator("#recovery_codes").input_value().split()
    assert len(recovery) == 10
    # The code just used works once only, so somebody else's browser comes with the next and with a recovery code.
    second = opened()
    signs_in(second)
    assert "2fa/authenticate" in second.url
    looked_at(second, "second-factor")
    second.locator("input[name=code]").first.fill("000000")
    second.get_by_role("button", name="Sign In", exact=True).click()
    assert "Incorrect code" in second.locator("main").inner_text()
    assert not is_in(second)
    second.goto("/accounts/2fa/authenticate/")
    second.locator("input[name=code]").first.fill(recovery[0])
    second.get_by_role("button", name="Sign In", exact=True).click()
    assert is_in(second)
    assert "9 are left" in second.locator("main").inner_text()
    third = opened()
    signs_in(third)
    third.locator("input[name=code]").first.fill(recovery[0])
    third.get_by_role("button", name="Sign In", exact=True).click()
    assert not is_in(third)


@pytest.fixture
def keyed(opened: Opened) -> Iterator[Any]:
    """A window whose machine has an authenticator of its own that knows its owner's finger."""
    page = opened()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield page
    session.detach()


def test_a_passkey_is_set_up_and_opens_the_door_without_a_password(made: Furnished, keyed: Any) -> None:
    signs_in(keyed)
    keyed.goto("/account/")
    keyed.get_by_role("link", name="Add one (Passkeys and security keys)").click()
    proves(keyed)
    looked_at(keyed, "passkey-new")
    keyed.get_by_label("Name").fill("Alma's laptop")
    keyed.get_by_label(re.compile("Passwordless")).check()
    with keyed.expect_navigation():
        keyed.get_by_role("button", name="Add", exact=True).click()
    assert Authenticator.objects.get(user__email=ALMA, type="webauthn").wrap().is_passwordless
    keyed.goto("/accounts/2fa/webauthn/")
    looked_at(keyed, "passkeys")
    assert "Alma's laptop" in keyed.locator("main").inner_text()
    keyed.context.clear_cookies()
    assert not is_in(keyed)
    keyed.goto("/accounts/login/")
    looked_at(keyed, "login")
    with keyed.expect_navigation(url=re.compile(r"/$")):
        keyed.get_by_role("button", name="Sign in with a passkey").click()
    assert is_in(keyed)
    # It proves again who one is before something that binds: the form of a signature asks for no password then.
    keyed.goto("/accounts/2fa/webauthn/reauthenticate/")
    looked_at(keyed, "reauthenticate")
    with keyed.expect_navigation():
        keyed.get_by_role("button", name="Use a security key").click()
    keyed.goto(reverse("contract", args=[made.contracts["proposed"]]))
    assert keyed.get_by_label("Your password, once more").count() == 0


def test_sessions_are_seen_and_ended_from_another_browser(made: Furnished, opened: Opened) -> None:
    here, elsewhere = opened(), opened()
    signs_in(here)
    signs_in(elsewhere)
    assert is_in(elsewhere)
    assert is_in(here)
    assert "Signed in at 2 places" in here.locator("main").inner_text()
    here.get_by_role("link", name="See and end (Sessions)").click()
    looked_at(here, "sessions")
    here.get_by_role("button", name="Sign Out Other Sessions").click()
    assert not is_in(elsewhere)
    assert is_in(here)
    assert "Signed in at 1 place" in here.locator("main").inner_text()


def test_guessing_is_held_up_with_a_page_that_says_so(made: Furnished, opened: Opened) -> None:
    page = opened()
    for _attempt in range(6):
        page.goto("/accounts/password/reset/")
        page.get_by_label("Email").fill(ALMA)
        page.get_by_role("button", name=re.compile("Reset")).click()
    assert "Too many attempts" in page.locator("h1").inner_text()
    looked_at(page, "too-many")
    Remembered.objects.all().delete()


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with openid.running() as running:
        named = {"issuer": running.issuer, "client_id": openid.CLIENT, "secret": openid.SECRET, "name": "Example Works"}
        settings.OIDC = {**settings.OIDC, **named}
        yield running


def test_a_provider_is_connected_and_opens_the_door(made: Furnished, opened: Opened, provider: Provider) -> None:
    """Through our own Content-Security-Policy: a form of ours may be sent to nobody else."""
    page = opened()
    provider.who |= {"email": ALMA, "email_verified": True}
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Go on with Example Works").click()
    page.wait_for_url("**/login/callback/**")
    assert "There is an account with your e-mail address already" in page.locator("main").inner_text()
    looked_at(page, "refused")
    signs_in(page)
    page.goto("/account/")
    page.get_by_role("link", name="Connect (Example Works)").click()
    page.get_by_role("button", name="Connect Example Works").click()
    page.wait_for_url("**/reauthenticate/**")
    proves(page)
    looked_at(page, "connected")
    assert SocialAccount.objects.get().user == Person.objects.get(email=ALMA)
    fresh = opened()
    fresh.goto("/accounts/login/")
    fresh.get_by_role("button", name="Go on with Example Works").click()
    fresh.wait_for_url(re.compile(r"localhost:\d+/$"))
    assert is_in(fresh)
