"""Operations on amendments. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Any, Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import AmendableShown, AmendmentShown, AmendmentSigned, Change, ContractText, VersionShown


class AmendmentsOperations(Core):
    """What may be asked and done about amendments."""

    def propose_amendment(
        self,
        order_id: str,
        *,
        changes: list[Change] | None = None,
        document: dict[str, Any] | None = None,
        note: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> AmendmentShown:
        """Propose a new version of the order's contract; nothing changes before both sides have signed it."""
        return cast(
            "AmendmentShown",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/amendments",
                body=given(changes=changes, document=document, note=note, external_id=external_id, metadata=metadata),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_amendments(
        self, order_id: str, *, external_id: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Listing[AmendmentShown]:
        """Every amendment that was ever proposed for an order, the newest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/amendments", query=query),
            {"external_id": external_id, "limit": limit, "cursor": cursor},
        )

    def list_contract_versions(
        self, order_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[VersionShown]:
        """The versions of an order's contract that both have signed, the first one first; the last is in force."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/versions", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def get_amendable(self, order_id: str) -> AmendableShown:
        """What an amendment may still change, and the limits of it; the agreed document of the version in force."""
        return cast("AmendableShown", self._json("GET", f"/v1/orders/{_in_path(order_id)}/amendable"))

    def get_amendment(self, amendment_id: str) -> AmendmentShown:
        """One amendment: what it changes, its text and signatures, and what may be done now."""
        return cast("AmendmentShown", self._json("GET", f"/v1/amendments/{_in_path(amendment_id)}"))

    def get_amendment_text(self, amendment_id: str) -> ContractText:
        """The canonical text of the new version, byte for byte: its SHA-256 is the digest that is signed (RFC
        8785)."""
        return cast("ContractText", self._json("GET", f"/v1/amendments/{_in_path(amendment_id)}/text"))

    def print_amendment(self, amendment_id: str, *, language: Literal["en", "es", "zh-hans"] | None = None) -> bytes:
        """The new version as PDF, with its own digest and signatures; until both have signed, each page says so."""
        return self._bytes("GET", f"/v1/amendments/{_in_path(amendment_id)}/pdf", query={"language": language})

    def sign_amendment(self, amendment_id: str, *, digest: str, idempotency_key: str | None = None) -> AmendmentSigned:
        """Sign over the digest, within the key's limit; recorded as attested by the marketplace. With the second
        signature the version is in force, and money, dates and cover follow."""
        return cast(
            "AmendmentSigned",
            self._json(
                "POST",
                f"/v1/amendments/{_in_path(amendment_id)}/sign",
                body=given(digest=digest),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def decline_amendment(
        self, amendment_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> AmendmentShown:
        """Say no to what the other side has proposed."""
        return cast(
            "AmendmentShown",
            self._json(
                "POST",
                f"/v1/amendments/{_in_path(amendment_id)}/decline",
                body=given(reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def withdraw_amendment(
        self, amendment_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> AmendmentShown:
        """Take back what one's own side has proposed."""
        return cast(
            "AmendmentShown",
            self._json(
                "POST",
                f"/v1/amendments/{_in_path(amendment_id)}/withdraw",
                body=given(reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
