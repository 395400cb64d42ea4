"""Operations on marketplaces. Made from the API's description by `python3 run.py client`; a test refuses it when
it is stale."""

from __future__ import annotations

from typing import cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Consent, Marketplace


class MarketplacesOperations(Core):
    """What may be asked and done about marketplaces."""

    def list_marketplaces(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[Marketplace]:
        """The marketplaces that an organisation can let act for it."""
        return Listing(
            lambda query: self._json("GET", "/v1/marketplaces", query=query), {"limit": limit, "cursor": cursor}
        )

    def list_consents(
        self, organisation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[Consent]:
        """Who may act for an organisation, with which scopes, since when; ended ones last."""
        return Listing(
            lambda query: self._json("GET", f"/v1/organisations/{_in_path(organisation_id)}/consents", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def give_consent(
        self,
        organisation_id: str,
        *,
        scopes: list[str],
        marketplace_id: str,
        sign_limit_minor: int | None = None,
        sign_limit_currency: str | None = None,
        idempotency_key: str | None = None,
    ) -> Consent:
        """Let a marketplace act for one's organisation; what it was let do before is replaced."""
        return cast(
            "Consent",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/consents",
                body=given(
                    scopes=scopes,
                    sign_limit_minor=sign_limit_minor,
                    sign_limit_currency=sign_limit_currency,
                    marketplace_id=marketplace_id,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def revoke_consent(self, consent_id: str, *, idempotency_key: str | None = None) -> Consent:
        """End a consent at once. The organisation's, or the operator's for its sake."""
        return cast(
            "Consent",
            self._json(
                "POST",
                f"/v1/consents/{_in_path(consent_id)}/revoke",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
