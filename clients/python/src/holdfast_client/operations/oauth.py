"""Operations on oauth. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.types import Token


class OauthOperations(Core):
    """What may be asked and done about oauth."""

    def create_token(
        self,
        *,
        grant_type: Literal["client_credentials"] = "client_credentials",
        scope: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
    ) -> Token:
        """A short-lived bearer token for a key (RFC 6749, client credentials). The key's ID and secret are sent
        as `Authorization: Basic` or as two fields, never both. Errors are those of RFC 6749, no problem
        documents."""
        return cast(
            "Token",
            self._json(
                "POST",
                "/v1/oauth/token",
                form=given(grant_type=grant_type, scope=scope, client_id=client_id, client_secret=client_secret),
            ),
        )
