"""Operations on cover. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import ContractDocument, CoverLine, CoverPreview


class CoverOperations(Core):
    """What may be asked and done about cover."""

    def list_cover(
        self, organisation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[CoverLine]:
        """A supplier's lines by currency: what stands behind open orders, and what is left. Its own, and the
        operator's."""
        return Listing(
            lambda query: self._json("GET", f"/v1/organisations/{_in_path(organisation_id)}/cover", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def preview_contract(self, contract_id: str) -> CoverPreview:
        """What this contract would be worth in a claim, and what the supplier's line has left for it."""
        return cast("CoverPreview", self._json("GET", f"/v1/contracts/{_in_path(contract_id)}/preview"))

    def preview_document(
        self,
        *,
        document: ContractDocument,
        programme: str | None = None,
        side: Literal["buyer", "supplier"] | None = None,
        counterparty_id: str | None = None,
        tier: Literal["enrolled", "verified", "gold"] | None = None,
        idempotency_key: str | None = None,
    ) -> CoverPreview:
        """The same for a document that is stored nowhere; nothing of it is kept but the answer."""
        return cast(
            "CoverPreview",
            self._json(
                "POST",
                "/v1/contracts/preview",
                body=given(
                    document=document, programme=programme, side=side, counterparty_id=counterparty_id, tier=tier
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
