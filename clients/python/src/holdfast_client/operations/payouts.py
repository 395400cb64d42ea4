"""Operations on payouts. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Limit, Payout, PayoutBatch, PayoutReport, Refund, RefundStarts, ToPlace


class PayoutsOperations(Core):
    """What may be asked and done about payouts."""

    def request_payout(
        self,
        *,
        currency: str,
        amount_minor: int | None = None,
        beneficiary_id: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Payout:
        """Have a balance paid out to a verified bank account; above the operator's limit a second person lets it
        out."""
        return cast(
            "Payout",
            self._json(
                "POST",
                "/v1/payouts",
                body=given(
                    currency=currency,
                    amount_minor=amount_minor,
                    beneficiary_id=beneficiary_id,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_payouts(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
    ) -> Listing[Payout]:
        """One's own payouts, newest first; for the operator all of them."""
        return Listing(
            lambda query: self._json("GET", "/v1/payouts", query=query),
            {"limit": limit, "cursor": cursor, "state": state, "external_id": external_id},
        )

    def get_payout(self, payout_id: str) -> Payout:
        """One payout."""
        return cast("Payout", self._json("GET", f"/v1/payouts/{_in_path(payout_id)}"))

    def approve_payout(self, payout_id: str, *, idempotency_key: str | None = None) -> Payout:
        """Let an amount above the limit out, as somebody else than who asked for it. The operator's."""
        return cast(
            "Payout",
            self._json(
                "POST",
                f"/v1/payouts/{_in_path(payout_id)}/approve",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def cancel_payout(self, payout_id: str, *, idempotency_key: str | None = None) -> Payout:
        """Put the amount back into the balance, as long as no bank was told. The supplier's and the operator's."""
        return cast(
            "Payout",
            self._json(
                "POST", f"/v1/payouts/{_in_path(payout_id)}/cancel", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )

    def make_payout_batch(
        self,
        *,
        currency: str,
        bank_account_id: str,
        execution_on: str,
        payout_ids: list[str] | None = None,
        refund_ids: list[str] | None = None,
        idempotency_key: str | None = None,
    ) -> PayoutBatch:
        """Gather approved payouts, and refunds that go to bank accounts, for one payment file. The operator's."""
        return cast(
            "PayoutBatch",
            self._json(
                "POST",
                "/v1/payout-batches",
                body=given(
                    currency=currency,
                    bank_account_id=bank_account_id,
                    execution_on=execution_on,
                    payout_ids=payout_ids,
                    refund_ids=refund_ids,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_payout_batches(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[PayoutBatch]:
        """The batches, newest first. The operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/payout-batches", query=query), {"limit": limit, "cursor": cursor}
        )

    def get_payout_batch(self, batch_id: str) -> PayoutBatch:
        """One batch. The operator's."""
        return cast("PayoutBatch", self._json("GET", f"/v1/payout-batches/{_in_path(batch_id)}"))

    def release_payout_batch(self, batch_id: str, *, idempotency_key: str | None = None) -> PayoutBatch:
        """Write the file and let it out; above the limit as somebody else than who made the batch. The
        operator's."""
        return cast(
            "PayoutBatch",
            self._json(
                "POST",
                f"/v1/payout-batches/{_in_path(batch_id)}/release",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def drop_payout_batch(self, batch_id: str, *, idempotency_key: str | None = None) -> PayoutBatch:
        """Take a batch apart that was not released; what it held waits for another. The operator's."""
        return cast(
            "PayoutBatch",
            self._json(
                "POST",
                f"/v1/payout-batches/{_in_path(batch_id)}/drop",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def download_payout_file(self, batch_id: str) -> bytes:
        """The payment file (pain.001.001.09) of a released batch, byte for byte as it was released. The
        operator's."""
        return self._bytes("GET", f"/v1/payout-batches/{_in_path(batch_id)}/file")

    def take_payout_report(self, content: bytes, *, idempotency_key: str | None = None) -> PayoutReport:
        """Enter the bank's status report (pain.002) on a payment file: the body is the file as the bank sent it.
        The operator's."""
        return cast(
            "PayoutReport",
            self._json(
                "POST",
                "/v1/payout-reports",
                content=content,
                content_type="application/xml",
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_payout_limits(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[Limit]:
        """Above which amounts two people let payouts out. The operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/payout-limits", query=query), {"limit": limit, "cursor": cursor}
        )

    def set_payout_limit(self, currency: str, *, amount_minor: int, idempotency_key: str | None = None) -> Limit:
        """Set the limit of a currency. Administrators'."""
        return cast(
            "Limit",
            self._json(
                "POST",
                f"/v1/payout-limits/{_in_path(currency)}",
                body=given(amount_minor=amount_minor),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_all_refunds(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["requested", "instructed", "sent", "confirmed", "bounced", "stopped"] | None = None,
    ) -> Listing[Refund]:
        """All refunds, newest first. The operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/refunds", query=query),
            {"limit": limit, "cursor": cursor, "state": state},
        )

    def list_refunds_to_place(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[ToPlace]:
        """Money of orders that no instrument takes and nobody has found an account for. The operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/refunds/to-place", query=query), {"limit": limit, "cursor": cursor}
        )

    def get_refund_starts(self, *, days: int | None = None) -> RefundStarts:
        """How long refunds took to start, and how many were late. The operator's."""
        return cast("RefundStarts", self._json("GET", "/v1/refunds/starts", query={"days": days}))

    def place_refund(
        self,
        order_id: str,
        *,
        beneficiary_id: str | None = None,
        amount_minor: int | None = None,
        idempotency_key: str | None = None,
    ) -> Refund:
        """Send what no instrument takes to a verified bank account of the buyer. The operator's."""
        return cast(
            "Refund",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/refunds/place",
                body=given(beneficiary_id=beneficiary_id, amount_minor=amount_minor),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def resend_refund(
        self,
        refund_id: str,
        *,
        to_account: bool | None = None,
        beneficiary_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Refund:
        """Have a refund that came back sent again: the same way, or to a bank account of the buyer. The
        operator's."""
        return cast(
            "Refund",
            self._json(
                "POST",
                f"/v1/refunds/{_in_path(refund_id)}/resend",
                body=given(to_account=to_account, beneficiary_id=beneficiary_id),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
