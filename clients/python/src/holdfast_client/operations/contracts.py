"""Operations on contracts. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import (
    Contract,
    ContractDocument,
    ContractInList,
    ContractText,
    FromTemplate,
    Signing,
    TechPackImport,
)


class ContractsOperations(Core):
    """What may be asked and done about contracts."""

    def draft_contract(
        self,
        *,
        counterparty_id: str,
        document: ContractDocument,
        side: Literal["buyer", "supplier"] | None = None,
        programme: str | None = None,
        template: FromTemplate | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Contract:
        """Write a draft; nobody but its own side sees it before it is proposed."""
        return cast(
            "Contract",
            self._json(
                "POST",
                "/v1/contracts",
                body=given(
                    counterparty_id=counterparty_id,
                    side=side,
                    programme=programme,
                    document=document,
                    template=template,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_contracts(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
    ) -> Listing[ContractInList]:
        """The contracts of one's own organisation, newest first; a draft of the other side is not among them."""
        return Listing(
            lambda query: self._json("GET", "/v1/contracts", query=query),
            {"limit": limit, "cursor": cursor, "state": state, "external_id": external_id},
        )

    def get_contract(self, contract_id: str) -> Contract:
        """One contract with its text, its signatures, and what may be done now."""
        return cast("Contract", self._json("GET", f"/v1/contracts/{_in_path(contract_id)}"))

    def get_contract_text(self, contract_id: str) -> ContractText:
        """The canonical text, byte for byte: its SHA-256 is the digest that is signed (RFC 8785)."""
        return cast("ContractText", self._json("GET", f"/v1/contracts/{_in_path(contract_id)}/text"))

    def revise_contract(
        self,
        contract_id: str,
        *,
        document: ContractDocument,
        programme: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Contract:
        """Replace the text of a draft."""
        return cast(
            "Contract",
            self._json(
                "POST",
                f"/v1/contracts/{_in_path(contract_id)}/revise",
                body=given(document=document, programme=programme, external_id=external_id, metadata=metadata),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def propose_contract(self, contract_id: str, *, idempotency_key: str | None = None) -> Contract:
        """Fix the text with the cover it would have, and lay it before the other side."""
        return cast(
            "Contract",
            self._json(
                "POST",
                f"/v1/contracts/{_in_path(contract_id)}/propose",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def sign_contract(
        self, contract_id: str, *, digest: str, terms_digest: str | None = None, idempotency_key: str | None = None
    ) -> Signing:
        """Sign over the digest, within the key's limit; recorded as attested by the marketplace. The second
        signature opens the order."""
        return cast(
            "Signing",
            self._json(
                "POST",
                f"/v1/contracts/{_in_path(contract_id)}/sign",
                body=given(digest=digest, terms_digest=terms_digest),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def decline_contract(
        self, contract_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Contract:
        """Say no to what the other side has proposed."""
        return cast(
            "Contract",
            self._json(
                "POST",
                f"/v1/contracts/{_in_path(contract_id)}/decline",
                body=given(reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def withdraw_contract(
        self, contract_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Contract:
        """Take back what one's own side has drafted."""
        return cast(
            "Contract",
            self._json(
                "POST",
                f"/v1/contracts/{_in_path(contract_id)}/withdraw",
                body=given(reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def print_contract(self, contract_id: str, *, language: Literal["en", "es", "zh-hans"] | None = None) -> bytes:
        """The contract as PDF: every term numbered, both parties, the digest, who signed and how. A draft says
        that it is one on each page. The same bytes as long as nothing changes."""
        return self._bytes("GET", f"/v1/contracts/{_in_path(contract_id)}/pdf", query={"language": language})

    def export_contract_xlsx(self, contract_id: str) -> bytes:
        """Lines and specification as a workbook; importing it again gives the same document."""
        return self._bytes("GET", f"/v1/contracts/{_in_path(contract_id)}/export.xlsx")

    def export_contract_csv(self, contract_id: str, *, bom: bool | None = None) -> bytes:
        """The same as CSV in UTF-8, both tables one below the other."""
        return self._bytes("GET", f"/v1/contracts/{_in_path(contract_id)}/export.csv", query={"bom": bom})

    def import_contract(
        self, contract_id: str, content: bytes, *, preview: bool | None = None, idempotency_key: str | None = None
    ) -> TechPackImport:
        """Put a tech pack into a draft: an XLSX workbook or a CSV file of at most 10 MiB. Its lines replace the
        draft's lines, its terms the specification; what it has none of stays. Where one cell is unclear nothing
        is changed, and every such cell is told with what would be taken."""
        return cast(
            "TechPackImport",
            self._json(
                "POST",
                f"/v1/contracts/{_in_path(contract_id)}/import",
                query={"preview": preview},
                content=content,
                content_type="application/octet-stream",
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
