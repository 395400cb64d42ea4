"""Operations on keys. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Key


class KeysOperations(Core):
    """What may be asked and done about keys."""

    def list_keys(self, organisation_id: str, *, limit: int | None = None, cursor: str | None = None) -> Listing[Key]:
        """Every key of an organisation, newest first, with its last use; never a secret."""
        return Listing(
            lambda query: self._json("GET", f"/v1/organisations/{_in_path(organisation_id)}/keys", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def create_key(
        self,
        organisation_id: str,
        *,
        name: str,
        scopes: list[str],
        addresses: list[str] | None = None,
        expires_at: str | None = None,
        sign_limit_minor: int | None = None,
        sign_limit_currency: str | None = None,
        holder_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Key:
        """Make a key. The secret is in this answer once, and in no repetition of it."""
        return cast(
            "Key",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/keys",
                body=given(
                    name=name,
                    scopes=scopes,
                    addresses=addresses,
                    expires_at=expires_at,
                    sign_limit_minor=sign_limit_minor,
                    sign_limit_currency=sign_limit_currency,
                    holder_id=holder_id,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def rotate_key(self, key_id: str, *, overlap_seconds: int | None = None, idempotency_key: str | None = None) -> Key:
        """Make a key with the same rights in the place of one, which ends now or after an overlap."""
        return cast(
            "Key",
            self._json(
                "POST",
                f"/v1/keys/{_in_path(key_id)}/rotate",
                body=given(overlap_seconds=overlap_seconds),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def revoke_key(self, key_id: str, *, idempotency_key: str | None = None) -> Key:
        """End a key at once."""
        return cast(
            "Key",
            self._json(
                "POST", f"/v1/keys/{_in_path(key_id)}/revoke", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )
