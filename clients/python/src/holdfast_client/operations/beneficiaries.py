"""Operations on beneficiaries. Made from the API's description by `python3 run.py client`; a test refuses it when
it is stale."""

from __future__ import annotations

from typing import cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Beneficiary


class BeneficiariesOperations(Core):
    """What may be asked and done about beneficiaries."""

    def list_waiting_beneficiaries(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[Beneficiary]:
        """Bank accounts that wait to be verified or for their cooling-off to end, the oldest first. The
        operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/beneficiaries", query=query), {"limit": limit, "cursor": cursor}
        )

    def list_beneficiaries(
        self,
        organisation_id: str,
        *,
        external_id: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Listing[Beneficiary]:
        """Every bank account of an organisation, newest first."""
        return Listing(
            lambda query: self._json(
                "GET", f"/v1/organisations/{_in_path(organisation_id)}/beneficiaries", query=query
            ),
            {"external_id": external_id, "limit": limit, "cursor": cursor},
        )

    def add_beneficiary(
        self,
        organisation_id: str,
        *,
        name: str,
        currency: str,
        iban: str | None = None,
        bic: str | None = None,
        account: str | None = None,
        bank: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Beneficiary:
        """Name a bank account; nothing is paid to it before it is verified. The operator's."""
        return cast(
            "Beneficiary",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/beneficiaries",
                body=given(
                    name=name,
                    currency=currency,
                    iban=iban,
                    bic=bic,
                    account=account,
                    bank=bank,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def verify_beneficiary(
        self, beneficiary_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Beneficiary:
        """Say that account and holder were looked at by a second person. The first account in a currency is paid
        to from now on; one that follows another is `cooling` for 72 hours, and those whom it concerns are told.
        The operator's."""
        return cast(
            "Beneficiary",
            self._json(
                "POST",
                f"/v1/beneficiaries/{_in_path(beneficiary_id)}/verify",
                body=given(reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def withdraw_beneficiary(self, beneficiary_id: str, *, idempotency_key: str | None = None) -> Beneficiary:
        """Pay nothing more to this account; one that is cooling off is stopped. The operator's; owners do it in
        the console."""
        return cast(
            "Beneficiary",
            self._json(
                "POST",
                f"/v1/beneficiaries/{_in_path(beneficiary_id)}/withdraw",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
