"""Somebody the provider knows and nobody has invited, who leaves for it with words of their own in the address."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.console.test_single_sign_on import cast, comes, everything, provider, refused
from tests.fakes.openid import Provider
from tests.parties.cast import Cast

__all__ = ["cast", "provider"]


@pytest.mark.parametrize("process", ["Login", "signup", "redirect", "nothing"])
def test_no_word_in_the_address_lets_the_uninvited_in(cast: Cast, provider: Provider, process: str) -> None:
    """The account library takes any process that it does not know for signing in."""
    before, client = everything(), Client()
    refused(client, comes(client, process), 403, before, "Nobody has invited")


def test_no_word_in_the_address_makes_an_unproven_address_count(
    cast: Cast,
    provider: Provider,
    settings: Any,
) -> None:
    settings.OIDC = {**settings.OIDC, "signup": "domains", "domains": ["works.example"]}
    provider.who |= {"email": "eva@works.example"}
    provider.claims["email_verified"] = False
    before, client = everything(), Client()
    refused(client, comes(client, "nothing"), 403, before, "has not confirmed")


def test_a_stranger_connects_nothing(cast: Cast, provider: Provider) -> None:
    before, client = everything(), Client()
    comes(client, "connect")
    assert "_auth_user_id" not in client.session
    assert everything() == before
