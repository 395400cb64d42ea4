"""Signing up, confirming, signing in, resetting: the account library on our own person, e-mail as the only name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import authenticate
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.module_loading import import_string

from holdfast import settings as product
from holdfast.parties.models import Person
from tests.parties.cast import Cast, person

PASSWORD = "correct horse battery staple"


def path_in_mail() -> str:
    found = re.search(r"http://[^/\s]+(/accounts/\S+)", str(mail.outbox[-1].body))
    assert found is not None, mail.outbox[-1].body
    return found[1]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_sign_up_confirm_and_sign_in(cast: Cast) -> None:
    client = Client()
    form = {"email": "Eva@Example.com", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)
    eva = person("eva@example.com")
    assert not EmailAddress.objects.get(user=eva).verified
    # The address is not proven yet: nobody is let in.
    client.post("/accounts/login/", {"login": "eva@example.com", "password": PASSWORD})
    assert not signed_in(client)
    client.post(path_in_mail())
    assert EmailAddress.objects.get(user=eva).verified
    fresh = Client()
    fresh.post("/accounts/login/", {"login": "EVA@example.com", "password": PASSWORD})
    assert signed_in(fresh)


def test_signing_up_again_tells_a_stranger_nothing(cast: Cast) -> None:
    form = {"email": "ada@example.com", "password1": PASSWORD, "password2": PASSWORD}
    known = Client().post("/accounts/signup/", form)
    unknown = Client().post("/accounts/signup/", {**form, "email": "nobody@example.com"})
    assert (known.status_code, known.get("Location")) == (unknown.status_code, unknown.get("Location"))
    assert authenticate(username="ada@example.com", password=PASSWORD) is None


@pytest.mark.parametrize("password", ["short", "qwertyuiop123", "weak@example.com"])
def test_weak_passwords_are_not_taken(cast: Cast, password: str) -> None:
    form = {"email": "weak@example.com", "password1": password, "password2": password}
    Client().post("/accounts/signup/", form)
    assert not Person.objects.filter(email="weak@example.com").exists()


def test_a_member_set_up_by_the_operator_comes_in_by_a_reset(cast: Cast) -> None:
    assert not person("alma@example.com").has_usable_password()
    client = Client()
    client.post("/accounts/password/reset/", {"email": "alma@example.com"})
    landed: Any = client.get(path_in_mail(), follow=True)
    client.post(landed.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    fresh = Client()
    fresh.post("/accounts/login/", {"login": "alma@example.com", "password": PASSWORD})
    assert signed_in(fresh)


def test_the_first_administrator_signs_in_and_an_inactive_person_does_not(cast: Cast) -> None:
    form = {"login": "ada@example.com", "password": "a long enough pass phrase"}
    client = Client()
    client.post("/accounts/login/", form)
    assert signed_in(client)
    Person.objects.filter(email="ada@example.com").update(is_active=False)
    late = Client()
    late.post("/accounts/login/", form)
    assert not signed_in(late)
    assert "_auth_user_id" not in late.session


def test_the_second_factor_pages_and_argon2_are_on(cast: Cast) -> None:
    client = Client()
    client.force_login(person("ada@example.com"))
    assert client.get("/accounts/2fa/").status_code == 200
    assert {"totp", "recovery_codes", "webauthn"} <= set(settings.MFA_SUPPORTED_TYPES)
    assert import_string(product.PASSWORD_HASHERS[0]).algorithm == "argon2"


def test_an_address_has_one_account_however_it_is_written(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person(email="ALMA@example.com").save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person(email="alma@example.com").save(force_insert=True)


def test_pages_are_guarded_against_other_sites(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/accounts/login/", {"login": "ada@example.com", "password": "x"})
    assert refused.status_code == 403


def test_sessions_are_listed_and_ended(cast: Cast) -> None:
    form = {"login": "ada@example.com", "password": "a long enough pass phrase"}
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post("/accounts/login/", form)
    assert here.get("/accounts/sessions/").status_code == 200
    here.post("/accounts/sessions/")
    assert here.get("/accounts/2fa/").status_code == 200
    assert elsewhere.get("/accounts/2fa/").status_code == 302
