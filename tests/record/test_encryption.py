"""Secrets at rest: a key outside the database, changed without a gap, and named when it is missing."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client

from holdfast.database.home import Home
from holdfast.kernel.faults import Missing
from holdfast.parties import outer_key
from holdfast.parties.installation import check_setting
from holdfast.parties.models import OuterKey
from holdfast.record import encryption, signing
from tests.parties.cast import NOW, Cast, assemble, person
from tests.world import digest_of_everything

OTHER = "another outer key, as long and as random as the first one"


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    # As where the key comes from the environment: the tests' home is not to be changed.
    settings.ENCRYPTION_KEY_IN_HOME = False
    return assemble()


@pytest.fixture
def factors(cast: Cast) -> tuple[str, list[str]]:
    """Ada has an authenticator app and recovery codes."""
    ada, secret = person("ada@example.com"), generate_totp_secret()
    TOTP.activate(ada, secret)
    return secret, RecoveryCodes.activate(ada).get_unused_codes()


def everything() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM mfa_authenticator t")
        found: str = cursor.fetchone()[0]
    return found


def test_no_second_factor_stands_in_the_database_in_clear(factors: tuple[str, list[str]]) -> None:
    secret, codes = factors
    kept = everything()
    assert secret not in kept
    assert not any(code in kept for code in codes)
    assert kept.count(f"enc1:{encryption.current()}:") == 2
    ada = person("ada@example.com")
    assert TOTP(Authenticator.objects.get(user=ada, type="totp")).validate_code("000000") is False
    assert RecoveryCodes(Authenticator.objects.get(user=ada, type="recovery_codes")).validate_code(codes[0])
    page = Client()
    page.force_login(ada)
    assert page.get("/accounts/2fa/").status_code == 200


def test_with_a_new_key_everything_is_encrypted_anew_and_the_old_one_opens_nothing(
    factors: tuple[str, list[str]], settings: Any
) -> None:
    secret, codes = factors
    before, name = settings.ENCRYPTION_KEY, encryption.current()
    signed = signing.ensure_key(now=NOW)
    settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_BEFORE = OTHER, before
    # Announced and not yet done: everything still opens, and the start is not refused.
    check_setting()
    assert signing.missing() is None
    done = outer_key.replace(now=NOW)
    assert (done["second factors"], done["signing keys"] >= 1) == (2, True)
    settings.ENCRYPTION_KEY_BEFORE = ""
    check_setting()
    assert name not in everything()
    row = Authenticator.objects.get(user=person("ada@example.com"), type="totp")
    assert encryption.decrypt(row.data["secret"]) == secret
    assert signing.ensure_key(now=NOW).key_id == signed.key_id
    assert list(OuterKey.objects.order_by("ended_at").values_list("id", "ended_at")) == [
        (name, NOW),
        (encryption.current(), None),
    ]
    assert outer_key.replace(now=NOW)["second factors"] == 0
    settings.ENCRYPTION_KEY = before
    with pytest.raises(Missing):
        check_setting()
    # The home of the tests is everybody's: its signing key goes back under its own key.
    settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_BEFORE = before, OTHER
    outer_key.replace(now=NOW)
    assert codes


def test_a_database_restored_without_its_key_says_what_is_missing_and_nothing_changes(
    factors: tuple[str, list[str]], settings: Any
) -> None:
    name, settings.ENCRYPTION_KEY = encryption.current(), OTHER
    before = digest_of_everything()
    for step in (check_setting, outer_key.check, lambda: outer_key.replace(now=NOW)):
        with pytest.raises(Missing, match=name) as told:
            step()
        assert encryption.current() in str(told.value)
        assert "secrets.json" in str(told.value)
    row = Authenticator.objects.get(user=person("ada@example.com"), type="totp")
    with pytest.raises(Missing, match=name):
        encryption.decrypt(row.data["secret"])
    assert digest_of_everything() == before


def test_what_an_earlier_version_kept_in_clear_opens_and_is_encrypted_when_asked(cast: Cast) -> None:
    ada, secret = person("ada@example.com"), generate_totp_secret()
    row = Authenticator.objects.create(user=ada, type="totp", data={"secret": secret})
    assert encryption.decrypt(row.data["secret"]) == secret
    assert encryption.count_in_clear() == 1
    assert outer_key.replace(now=NOW)["second factors"] == 1
    assert encryption.count_in_clear() == 0
    row.refresh_from_db()
    assert encryption.decrypt(row.data["secret"]) == secret


def test_a_changed_secret_does_not_open(cast: Cast) -> None:
    kept = encryption.encrypt("seed")
    mark, name, token = kept.split(":")
    raw = bytearray(base64.urlsafe_b64decode(token))
    raw[-1] ^= 1
    with pytest.raises(ValueError, match="tampered"):
        encryption.decrypt(f"{mark}:{name}:{base64.urlsafe_b64encode(raw).decode()}")
    foreign = Fernet(Fernet.generate_key()).encrypt(b"seed").decode()
    with pytest.raises(ValueError, match="tampered"):
        encryption.decrypt(f"{mark}:{name}:{foreign}")


def test_a_running_process_takes_up_the_key_that_another_has_made(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.HOME, settings.ENCRYPTION_KEY_IN_HOME = Home(tmp_path / "home"), True
    encryption.read_home()
    kept, first = encryption.encrypt("seed"), encryption.current()
    settings.HOME.change_encryption_key()
    written = encryption.encrypt("written by a process that started before")
    assert encryption.current() != first
    assert written.startswith(f"enc1:{encryption.current()}:")
    assert encryption.decrypt(kept) == "seed"
    assert (tmp_path / "home" / "secrets.json").stat().st_mode & 0o777 == 0o600
