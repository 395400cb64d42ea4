"""A stranger's guesses do not keep anybody out of a browser in which they have signed in before, and what makes a
browser known is worth nothing to anybody else."""

from __future__ import annotations

import time
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from allauth.mfa.totp.internal.auth import TOTP
from django.core import signing
from django.test import Client

from holdfast.console import known_browsers
from holdfast.database.models import Remembered
from holdfast.parties.models import Person
from tests.parties.cast import Cast, person
from tests.parties.test_guessing import ADA, PASSWORD, SECRET, _within_a_moment, code, is_in, signs_in, told

__all__ = ["_within_a_moment"]

OTHER = "another long enough pass phrase"
ALMA = "alma@example.com"


def try_in(client: Client, password: str, *, email: str = ADA) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password})


def name(email: str = ADA) -> str:
    return f"{known_browsers.PREFIX}{person(email).pk.hex}"


def known(email: str = ADA, password: str = PASSWORD, *, place: int = 200) -> Client:
    """A browser in which somebody was signed in, and is not now."""
    client, _answer = signs_in(email, password, place=place)
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)
    return client


def with_cookie(value: str, *, email: str = ADA, place: int = 150) -> Client:
    client = Client(REMOTE_ADDR=f"203.0.113.{place}")
    client.cookies[name(email)] = value
    return client


def use_up() -> None:
    """A stranger, from many places, until nobody unknown is heard any more."""
    for place in range(1, 8):
        _client, answer = signs_in(ADA, f"wrong {place}", place=place)
    assert "Too many" in told(answer)


def is_held_up(client: Client, password: str = PASSWORD) -> bool:
    answer = try_in(client, password)
    return "Too many" in told(answer) and not is_in(client)


def test_a_stranger_holds_up_strangers_and_not_the_owners_own_browser(cast: Cast) -> None:
    mine = known()
    use_up()
    assert is_held_up(Client(REMOTE_ADDR="203.0.113.99"))
    assert "_auth_user_id" in (try_in(mine, PASSWORD), mine.session)[1]
    # The stranger got nothing by it.
    assert is_held_up(Client(REMOTE_ADDR="203.0.113.98"))


def test_a_known_browser_has_a_small_allowance_and_uses_up_nobody_elses(cast: Cast) -> None:
    mine, also_mine = known(), known(place=201)
    said = [told(try_in(mine, f"wrong {number}")) for number in range(7)]
    assert ["Too many" in one for one in said] == [False] * 5 + [True] * 2
    assert is_held_up(mine)
    assert is_in((try_in(also_mine, PASSWORD), also_mine)[1])
    assert is_in(signs_in(ADA, PASSWORD, place=99)[0])


def test_signing_in_again_brings_no_new_allowance(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    # A right password takes its own attempt back, which the library knows by its time: so none is as another's.
    moments = count(1_800_000_000.0, 0.001)
    at_once = SimpleNamespace(time=lambda: next(moments), monotonic=time.monotonic, sleep=time.sleep)
    monkeypatch.setattr(ratelimit, "time", at_once)
    mine = known()
    for number in range(4):
        try_in(mine, f"wrong {number}")
    try_in(mine, PASSWORD)
    assert is_in(mine)
    mine.post("/accounts/logout/")
    try_in(mine, "wrong once more")
    assert is_held_up(mine)


def test_the_cookie_is_for_where_passwords_are_given_and_no_script_reads_it(cast: Cast, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    cookie = known().cookies[name()]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["secure"]) == (
        "/accounts/",
        True,
        "Strict",
        True,
    )
    assert cookie["max-age"] == 365 * 24 * 3600
    assert person(ADA).password not in cookie.value


def test_what_is_not_from_a_whole_sign_in_makes_nothing_known(cast: Cast) -> None:
    client, _answer = signs_in(ADA, "wrong", place=3)
    assert name() not in client.cookies


@pytest.mark.parametrize("forged", ["", "nonsense", "IjEyMyI:1tqqqq:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
def test_a_forged_word_counts_with_everybodys(cast: Cast, forged: str) -> None:
    use_up()
    assert is_held_up(with_cookie(forged))


def test_a_word_signed_for_something_else_is_forged(cast: Cast) -> None:
    use_up()
    assert is_held_up(with_cookie(signing.dumps("a word of mine")))
    assert is_held_up(with_cookie(signing.dumps("a word of mine", salt=f"holdfast.known-browser:{person(ADA).pk}")))


def test_another_persons_word_is_worth_nothing_here(cast: Cast) -> None:
    alma = person(ALMA)
    alma.set_password(PASSWORD)
    alma.save()
    hers = known(ALMA)
    use_up()
    assert is_held_up(hers)
    assert is_held_up(with_cookie(hers.cookies[name(ALMA)].value))
    # For her it is still good.
    assert is_in((try_in(hers, PASSWORD, email=ALMA), hers)[1])


def names_as_hers_what_is_adas() -> Client:
    """Alma's own browser, after she has written Ada's address among her own: nobody has confirmed that."""
    alma = person(ALMA)
    alma.set_password(PASSWORD)
    alma.save()
    hers, _answer = signs_in(ALMA, PASSWORD, place=200)
    hers.post("/accounts/reauthenticate/", {"password": PASSWORD})
    hers.post("/accounts/email/", {"action_add": "", "email": ADA})
    assert EmailAddress.objects.filter(email=ADA, user=alma, verified=False).exists()
    hers.post("/accounts/logout/")
    assert not is_in(hers)
    return hers


def test_an_address_that_is_not_proven_brings_no_guesses_at_its_owners_password(cast: Cast) -> None:
    hers = names_as_hers_what_is_adas()
    use_up()
    assert is_held_up(hers)
    assert is_held_up(with_cookie(hers.cookies[name(ALMA)].value, email=ALMA))
    # For her it is still good.
    assert is_in((try_in(hers, PASSWORD, email=ALMA), hers)[1])


def test_a_proven_second_address_is_as_good_as_the_first(cast: Cast) -> None:
    second = "ada@elsewhere.example"
    EmailAddress.objects.create(user=person(ADA), email=second, verified=True, primary=False)
    mine = known()
    for place in range(1, 8):
        signs_in(second, f"wrong {place}", place=place)
    assert not is_in(signs_in(second, PASSWORD, place=99)[0])
    assert is_in((try_in(mine, PASSWORD, email=second), mine)[1])


def test_a_stolen_word_lets_nobody_in_and_shares_the_allowance_of_the_browser_it_is_from(cast: Cast) -> None:
    stolen = known().cookies[name()].value
    use_up()
    thieves = [with_cookie(stolen, place=place) for place in range(150, 158)]
    said = ["Too many" in told(try_in(thief, f"wrong {number}")) for number, thief in enumerate(thieves)]
    assert said == [False] * 5 + [True] * 3
    assert not any(is_in(thief) for thief in thieves)


def test_a_new_password_ends_what_was_known_but_where_it_was_changed(cast: Cast) -> None:
    mine, elsewhere = known(), known(place=201)
    try_in(mine, PASSWORD)
    form = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    assert mine.post("/accounts/password/change/", form).status_code == 302
    assert person(ADA).check_password(OTHER)
    mine.post("/accounts/logout/")
    use_up()
    assert is_held_up(elsewhere, OTHER)
    assert is_in((try_in(mine, OTHER), mine)[1])


def test_ending_the_other_sessions_ends_what_was_known_but_where_it_was_asked(cast: Cast) -> None:
    mine, elsewhere = known(), known(place=201)
    try_in(mine, PASSWORD)
    mine.post("/accounts/sessions/")
    assert Person.objects.get(email=ADA).browsers_forgotten == 1
    mine.post("/accounts/logout/")
    use_up()
    assert is_held_up(elsewhere)
    assert is_in((try_in(mine, PASSWORD), mine)[1])


def test_who_is_signed_in_proves_again_who_they_are_whoever_guesses(cast: Cast) -> None:
    mine, _answer = signs_in(ADA, PASSWORD, place=200)
    del mine.cookies[name()]
    use_up()
    answer: Any = mine.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302


# --- second factors: counted in the same way -------------------------------------------------------------------------


def gives(client: Client, text: str) -> str:
    """The page that answers a code."""
    answer: Any = client.post("/accounts/2fa/authenticate/", {"code": text})
    return str(answer.content.decode())


def with_codes() -> Client:
    """A browser in which Ada came in with both, and is not now."""
    TOTP.activate(person(ADA), SECRET)
    client, _answer = signs_in(ADA, PASSWORD, place=200)
    assert not is_in(client)
    assert name() not in client.cookies
    gives(client, code())
    assert is_in(client)
    client.post("/accounts/logout/")
    # A code counts once; the next test of it is of another moment.
    Remembered.objects.filter(cache_key__contains="totp.used").delete()
    return client


def use_up_codes() -> None:
    """A stranger who knows the password, until no unknown browser's codes are heard."""
    for place in range(1, 7):
        client, _answer = signs_in(ADA, PASSWORD, place=place)
        page = gives(client, "000000")
    assert "Too many" in page


def test_who_knows_a_password_does_not_lock_its_owners_second_factor(cast: Cast) -> None:
    mine = with_codes()
    use_up_codes()
    stranger, _answer = signs_in(ADA, PASSWORD, place=99)
    assert "Too many" in gives(stranger, code())
    assert not is_in(stranger)
    try_in(mine, PASSWORD)
    assert not is_in(mine)
    gives(mine, "000000")
    assert not is_in(mine)
    gives(mine, code())
    assert is_in(mine)
    # The stranger got nothing by it.
    assert "Too many" in gives(stranger, code())


def test_a_known_browser_guesses_few_codes_and_uses_up_nobody_elses(cast: Cast) -> None:
    mine = with_codes()
    try_in(mine, PASSWORD)
    said = ["Too many" in gives(mine, "000000") for _time in range(7)]
    assert said == [False] * 5 + [True] * 2
    assert "Too many" in gives(mine, code())
    assert not is_in(mine)
    other, _answer = signs_in(ADA, PASSWORD, place=98)
    gives(other, code())
    assert is_in(other)


def test_a_forged_word_guesses_codes_with_everybody(cast: Cast) -> None:
    with_codes()
    use_up_codes()
    forged = with_cookie(signing.dumps("a word of mine"))
    try_in(forged, PASSWORD)
    assert "Too many" in gives(forged, code())
    assert not is_in(forged)


def test_an_address_that_is_not_proven_brings_no_guesses_at_its_owners_codes(cast: Cast) -> None:
    hers = names_as_hers_what_is_adas()
    with_codes()
    use_up_codes()
    try_in(hers, PASSWORD)
    assert "Too many" in gives(hers, code())
    assert not is_in(hers)
