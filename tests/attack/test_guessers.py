"""Somebody who guesses, from a whole network of addresses as everybody with IPv6 has, or to hold up everybody else."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from holdfast.console.accounts import AccountAdapter
from tests.parties.cast import Cast, assemble
from tests.parties.test_guessing import told

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def guesses(number: int, address: str) -> str:
    client = Client(REMOTE_ADDR=address)
    answer = client.post("/accounts/login/", {"login": f"guess{number}@example.com", "password": "wrong"})
    return told(answer)


def test_another_address_of_the_same_network_is_nobody_else(cast: Cast) -> None:
    answers = [guesses(number, f"2001:db8:1:2:{number:x}::{number:x}") for number in range(12)]
    assert "Too many" in answers[-1]
    client = Client(REMOTE_ADDR="2001:db8:1:3::1")
    client.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_one_who_guesses_over_ipv4_holds_up_no_other_where_the_server_listens_to_both(cast: Cast) -> None:
    """There every IPv4 address stands inside the one network ::ffff:0:0/96."""
    for number in range(12):
        answer = guesses(number, "::ffff:203.0.113.5")
    assert "Too many" in answer
    client = Client(REMOTE_ADDR="::ffff:198.51.100.7")
    client.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_it_is_the_same_address_in_either_spelling() -> None:
    for address in ("192.0.2.7", "::ffff:192.0.2.7"):
        assert AccountAdapter().get_client_ip(RequestFactory().get("/", REMOTE_ADDR=address)) == "192.0.2.7"


def test_another_port_in_the_address_asked_for_is_no_other_account(cast: Cast) -> None:
    """Which hosts are ours is asked without the port: it can be anything."""
    for place in range(1, 8):
        client = Client(REMOTE_ADDR=f"203.0.113.{place}", HTTP_HOST=f"testserver:{8000 + place}")
        answer = client.post("/accounts/login/", {"login": "ada@example.com", "password": f"wrong {place}"})
    assert "Too many" in told(answer)
    client = Client(REMOTE_ADDR="203.0.113.99", HTTP_HOST="testserver:9000")
    client.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
