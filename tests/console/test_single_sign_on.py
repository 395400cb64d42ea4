"""Single sign-on: whoever the provider proves and the operator lets in comes in; everybody else is told why not, and
nothing is made or changed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.test import Client
from joserfc.jwk import RSAKey

from holdfast.console.signon import configured
from holdfast.kernel import clock
from holdfast.kernel.refusals import Refusal
from holdfast.parties.models import Invitation, Membership, Person, Staff
from holdfast.parties.operations import invite_member
from tests.fakes import openid
from tests.fakes.openid import Provider
from tests.parties.cast import Cast, assemble, person, staff_act

EVA = "eva@example.com"
LEAVE = "/accounts/oidc/sso/login/"
PASSWORD = "a long enough pass phrase"
WRONG: dict[str, Callable[[Provider], Any]] = {
    "nonce": lambda provider: provider.claims.update(nonce="somebody else's"),
    "no nonce": lambda provider: provider.claims.update(nonce=None),
    "signature": lambda provider: setattr(provider, "signed_by", RSAKey.generate_key(2048, {"kid": "first"})),
    "no signature": lambda provider: setattr(provider, "algorithm", "none"),
    "public key as a secret": lambda provider: setattr(provider, "algorithm", "HS256"),
    "audience": lambda provider: provider.claims.update(aud="another"),
    "two audiences": lambda provider: provider.claims.update(aud=["another", openid.CLIENT]),
    "written for another": lambda provider: provider.claims.update(azp="another"),
    "issuer": lambda provider: provider.claims.update(iss="https://elsewhere.example"),
    "issuer of its papers": lambda provider: setattr(provider, "issuer_said", "https://elsewhere.example"),
    "not yet": lambda provider: provider.claims.update(nbf=int(time.time()) + 3600),
    "nobody": lambda provider: provider.claims.update(sub=None),
    "a number for a name": lambda provider: provider.claims.update(sub=7),
    "no time": lambda provider: provider.claims.update(exp=None),
    "an address as a list": lambda provider: provider.claims.update(email=[EVA]),
}


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    """A provider, set up in the environment; Eva has an account there whose address is confirmed."""
    with openid.running() as running:
        running.who |= {"email": EVA, "email_verified": True}
        settings.OIDC = {
            **settings.OIDC,
            "issuer": running.issuer,
            "client_id": openid.CLIENT,
            "secret": openid.SECRET,
            "name": "Example Works",
        }
        configured.check_settings()
        yield running


def invited(cast: Cast) -> None:
    act = replace(staff_act(cast.administrator_id), now=clock.read())
    invite_member(act=act, organisation_id=cast.alma.id, email=EVA, role="trader")


def leaves(client: Client, process: str = "login") -> str:
    """Where the provider sends the browser back to."""
    page: Any = client.post(f"{LEAVE}?process={process}")
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())
    assert found is not None, page.content.decode()
    there = requests.get(unescape(found[1]), allow_redirects=False, timeout=10)
    parts = urlsplit(there.headers["Location"])
    assert parts.path == "/accounts/oidc/sso/login/callback/"
    return f"{parts.path}?{parts.query}"


def comes(client: Client, process: str = "login") -> Any:
    return client.get(leaves(client, process))


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def everything() -> tuple[Any, ...]:
    """What a sign-in could make or change."""
    return tuple(
        list(model.objects.order_by("pk").values())
        for model in (Person, EmailAddress, SocialAccount, Membership, Staff, Invitation, Authenticator)
    )


def refused(client: Client, answer: Any, status: int, before: tuple[Any, ...], said: str) -> None:
    assert answer.status_code == status, answer.content.decode()
    text = unescape(answer.content.decode())
    assert said in text
    assert "Nothing was changed" in text
    assert not is_in(client)
    assert everything() == before


def test_an_invited_person_comes_in_and_comes_again(cast: Cast, provider: Provider) -> None:
    invited(cast)
    client = Client()
    assert "Go on with Example Works" in client.get("/accounts/login/").content.decode()
    assert comes(client).status_code == 302
    assert is_in(client)
    eva = person(EVA)
    assert (eva.name, eva.has_usable_password()) == ("Eva Example", False)
    assert EmailAddress.objects.get(user=eva).verified
    assert not Staff.objects.filter(person=eva).exists()
    assert not Membership.objects.filter(person=eva).exists()
    assert "Alma" in client.get("/welcome/").content.decode()
    kept = SocialAccount.objects.get(user=eva)
    assert kept.extra_data == {"email": EVA}
    assert "248289761001" not in kept.uid
    again = Client()
    provider.who["email"] = "moved@example.com"
    comes(again)
    assert again.session["_auth_user_id"] == str(eva.id)
    assert Person.objects.filter(email="moved@example.com").count() == 0


@pytest.mark.parametrize("wrong", WRONG)
def test_what_does_not_prove_who_it_is_makes_nothing(cast: Cast, provider: Provider, wrong: str) -> None:
    invited(cast)
    before, client = everything(), Client()
    WRONG[wrong](provider)
    if wrong == "issuer of its papers":
        answer: Any = client.post(f"{LEAVE}?process=login")
    else:
        answer = comes(client)
    status = 403 if wrong == "an address as a list" else 401
    said = "did not tell your e-mail address" if status == 403 else "does not prove who you are"
    refused(client, answer, status, before, said)


def test_a_token_that_has_run_out_is_late(cast: Cast, provider: Provider) -> None:
    invited(cast)
    before, client = everything(), Client()
    provider.claims |= {"iat": int(time.time()) - 900, "exp": int(time.time()) - 600}
    refused(client, comes(client), 401, before, "had run out")


def test_an_answer_that_nobody_asked_for_is_not_taken(cast: Cast, provider: Provider) -> None:
    """Another browser's answer, the same one twice, and a made-up one."""
    invited(cast)
    before, mine, theirs = everything(), Client(), Client()
    back = leaves(theirs)
    refused(mine, mine.get(back), 401, before, "was not begun in this browser")
    wrong = back.replace(parse_qs(urlsplit(back).query)["state"][0], "A" * 16)
    refused(theirs, theirs.get(wrong), 401, before, "was not begun in this browser")
    theirs.get(back)
    assert is_in(theirs)
    after = everything()
    assert theirs.get(back).status_code == 401
    assert everything() == after


def test_what_the_provider_refuses_or_the_person_breaks_off_is_said(cast: Cast, provider: Provider) -> None:
    before, client = everything(), Client()
    back = leaves(client)
    state = parse_qs(urlsplit(back).query)["state"][0]
    answer = client.get(f"{urlsplit(back).path}?error=server_error&state={state}")
    refused(client, answer, 401, before, "Example Works did not sign you in")
    state = parse_qs(urlsplit(leaves(client)).query)["state"][0]
    answer = client.get(f"{urlsplit(back).path}?error=access_denied&state={state}", follow=True)
    refused(client, answer, 200, before, "You broke it off")


@pytest.mark.parametrize("silent", ["openid-configuration", "token", "keys"])
def test_a_provider_that_is_down_is_said(cast: Cast, provider: Provider, silent: str) -> None:
    invited(cast)
    before, client = everything(), Client()
    if silent == "openid-configuration":
        provider.down.add(silent)
        answer: Any = client.post(f"{LEAVE}?process=login")
        refused(client, answer, 503, before, "Example Works does not answer")
        provider.down.clear()
    back = leaves(client)
    provider.down.add(silent)
    # A token endpoint that says no in whatever way has proven nothing.
    status, said = (401, "does not prove who you are") if silent == "token" else (503, "does not answer")
    refused(client, client.get(back), status, before, said)


def test_a_provider_that_is_not_there_at_all_is_said(cast: Cast, provider: Provider, settings: Any) -> None:
    before, client = everything(), Client()
    settings.OIDC = {**settings.OIDC, "issuer": "http://127.0.0.1:9"}
    answer: Any = client.post(f"{LEAVE}?process=login")
    refused(client, answer, 503, before, "does not answer")


@pytest.mark.parametrize("said", [False, None, "false", "yes", 1.5])
def test_an_address_that_the_provider_has_not_confirmed_is_not_believed(
    cast: Cast, provider: Provider, said: Any
) -> None:
    invited(cast)
    before, client = everything(), Client()
    provider.claims["email_verified"] = said
    refused(client, comes(client), 403, before, "has not confirmed")


def test_an_address_opens_nobodys_account(cast: Cast, provider: Provider) -> None:
    """Not a member's, not the administrator's, not a second address of theirs, not one that waits to be confirmed."""
    EmailAddress.objects.create(user=person("ada@example.com"), email="ada@elsewhere.example", verified=True)
    Client().post("/accounts/signup/", {"email": "waits@example.com", "password1": PASSWORD, "password2": PASSWORD})
    before = everything()
    for address in ("alma@example.com", "ADA@example.com", "ada@elsewhere.example", "waits@example.com"):
        client = Client()
        provider.who |= {"email": address, "sub": f"of {address}"}
        refused(client, comes(client), 403, before, "There is an account with your e-mail address already")


def test_whoever_was_not_invited_stays_outside_unless_their_domain_may_come(
    cast: Cast, provider: Provider, settings: Any
) -> None:
    before, client = everything(), Client()
    refused(client, comes(client), 403, before, "Nobody has invited")
    settings.OIDC = {**settings.OIDC, "signup": "domains", "domains": ["works.example"]}
    refused(client, comes(client), 403, before, "Addresses like yours")
    provider.who["email"] = "eva@notworks.example"
    refused(client, comes(client), 403, before, "Addresses like yours")
    provider.who["email"] = "eva@WORKS.example"
    comes(client)
    assert is_in(client)
    assert person("eva@works.example").name == "Eva Example"


def test_a_claim_is_asked_of_everybody_each_time(cast: Cast, provider: Provider, settings: Any) -> None:
    invited(cast)
    settings.OIDC = {**settings.OIDC, "claim": "groups=holdfast"}
    for said in (None, "other", ["other"], {"holdfast": 1}):
        before, client = everything(), Client()
        provider.claims["groups"] = said
        refused(client, comes(client), 403, before, "does not count you among those")
    provider.claims["groups"] = ["other", "holdfast"]
    client = Client()
    comes(client)
    assert is_in(client)
    provider.claims["groups"] = ["other"]
    before, later = everything(), Client()
    refused(later, comes(later), 403, before, "does not count you among those")


def test_an_address_may_come_from_what_the_provider_says_besides(cast: Cast, provider: Provider) -> None:
    invited(cast)
    provider.claims |= {"email": None, "email_verified": None}
    before, client = everything(), Client()
    provider.about = {"sub": "another", "email": EVA, "email_verified": True}
    refused(client, comes(client), 401, before, "does not prove who you are")
    provider.about = {"sub": provider.who["sub"]}
    refused(client, comes(client), 403, before, "did not tell your e-mail address")
    provider.about = {"sub": provider.who["sub"], "email": EVA, "email_verified": True}
    comes(client)
    assert is_in(client)


def test_an_account_is_connected_from_inside_after_proving_who_one_is(cast: Cast, provider: Provider) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})
    assert "Not connected" in client.get("/account/").content.decode()
    answer = comes(client, "connect")
    # Nothing is connected before the password is given once more.
    assert (answer.status_code, SocialAccount.objects.count()) == (302, 0)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert SocialAccount.objects.get().user.email == "ada@example.com"
    fresh = Client()
    comes(fresh)
    assert fresh.session["_auth_user_id"] == str(cast.administrator_id)
    # Neither connecting nor coming in that way has added an address or a role.
    assert not Person.objects.filter(email=EVA).exists()
    assert not EmailAddress.objects.filter(email=EVA).exists()
    assert list(Staff.objects.values_list("person_id", "role")) == [(cast.administrator_id, "administrator")]
    page = client.get("/accounts/3rdparty/").content.decode()
    assert f"Example Works: {EVA}" in page


def test_what_is_connected_is_not_connected_to_somebody_else(cast: Cast, provider: Provider) -> None:
    invited(cast)
    comes(Client())
    client = Client()
    client.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})
    before = [row["user_id"] for row in SocialAccount.objects.values()]
    comes(client, "connect")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert [row["user_id"] for row in SocialAccount.objects.values()] == before


def test_a_second_factor_is_asked_for_all_the_same(cast: Cast, provider: Provider) -> None:
    invited(cast)
    comes(Client())
    Authenticator.objects.create(user=person(EVA), type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    client = Client()
    answer = comes(client)
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_somebody_who_was_locked_out_stays_out(cast: Cast, provider: Provider) -> None:
    invited(cast)
    comes(Client())
    Person.objects.filter(email=EVA).update(is_active=False)
    client = Client()
    comes(client)
    assert not is_in(client)


def test_without_a_provider_there_is_no_such_way(cast: Cast) -> None:
    client = Client()
    assert client.post(LEAVE).status_code == 404
    assert client.get(f"{LEAVE}callback/?code=1&state=2").status_code == 404
    assert "oidc" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"issuer": "https://id.example"}, configured.SignOnIncomplete),
        ({"issuer": "http://id.example", "client_id": "a", "secret": "b"}, configured.SignOnAddress),
        ({"signup": "everybody"}, configured.SignOnSignup),
        ({"signup": "domains"}, configured.SignOnSignup),
        ({"claim": "groups"}, configured.SignOnClaim),
    ],
)
def test_half_a_setting_does_not_start(settings: Any, changes: dict[str, str], refusal: type[Refusal]) -> None:
    settings.OIDC = {**settings.OIDC, **changes}
    with pytest.raises(refusal):
        configured.check_settings()


def test_the_secret_goes_to_nobody_by_a_plain_line() -> None:
    assert settings.OIDC["issuer"] == ""
    for address in ("http://id.example/token", "ftp://id.example", "https://", None, 7):
        assert not configured.is_safe(address)
