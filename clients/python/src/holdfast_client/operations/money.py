"""Operations on money. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Any, Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Capture, Confirmation, Dispute, DisputeOut, Payment, Refund


class MoneyOperations(Core):
    """What may be asked and done about money."""

    def request_payment(
        self,
        order_id: str,
        *,
        tranche: int,
        rail: Literal["card", "paypal", "wire", "e_check"],
        instrument: Any = None,
        amount_minor: int | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Payment:
        """Ask to pay a tranche on a rail. A wire is then awaited under its reference; the others are captured
        next."""
        return cast(
            "Payment",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/payments",
                body=given(
                    tranche=tranche,
                    rail=rail,
                    instrument=instrument,
                    amount_minor=amount_minor,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_payments(self, order_id: str, *, limit: int | None = None, cursor: str | None = None) -> Listing[Payment]:
        """The payments of an order, oldest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/payments", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def list_own_payments(
        self, *, limit: int | None = None, cursor: str | None = None, external_id: str | None = None
    ) -> Listing[Payment]:
        """What one's own organisation pays, newest first; for the operator all payments."""
        return Listing(
            lambda query: self._json("GET", "/v1/payments", query=query),
            {"limit": limit, "cursor": cursor, "external_id": external_id},
        )

    def get_payment(self, payment_id: str) -> Payment:
        """One payment, for who pays it."""
        return cast("Payment", self._json("GET", f"/v1/payments/{_in_path(payment_id)}"))

    def capture_payment(self, payment_id: str, *, idempotency_key: str | None = None) -> Capture:
        """Have the money taken now. A decline is an answer too: read `payment_state`."""
        return cast(
            "Capture",
            self._json(
                "POST",
                f"/v1/payments/{_in_path(payment_id)}/capture",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def get_payment_confirmation(self, payment_id: str) -> Confirmation:
        """What the payer still does at the provider: on its page, or in yours with the client secret. For the
        payer alone, and to be kept nowhere."""
        return cast("Confirmation", self._json("GET", f"/v1/payments/{_in_path(payment_id)}/confirmation"))

    def list_refunds(self, order_id: str, *, limit: int | None = None, cursor: str | None = None) -> Listing[Refund]:
        """What goes back to the buyer of an order, oldest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/refunds", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def list_order_disputes(
        self, order_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[Dispute]:
        """What the payer's bank took back of an order, oldest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/disputes", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def list_disputes(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["open", "won", "lost"] | None = None,
    ) -> Listing[Dispute]:
        """All disputes, newest first. The operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/disputes", query=query),
            {"limit": limit, "cursor": cursor, "state": state},
        )

    def get_dispute(self, dispute_id: str) -> Dispute:
        """One dispute. The operator's."""
        return cast("Dispute", self._json("GET", f"/v1/disputes/{_in_path(dispute_id)}"))

    def answer_dispute(
        self, dispute_id: str, *, text: str, document: str | None = None, idempotency_key: str | None = None
    ) -> DisputeOut:
        """Note what was sent to the provider; from then on its decision is awaited. The operator's."""
        return cast(
            "DisputeOut",
            self._json(
                "POST",
                f"/v1/disputes/{_in_path(dispute_id)}/evidence",
                body=given(text=text, document=document),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def win_dispute(
        self, dispute_id: str, *, text: str, document: str, idempotency_key: str | None = None
    ) -> DisputeOut:
        """The money came back, by a paper of the provider that does not tell by itself. The operator's."""
        return cast(
            "DisputeOut",
            self._json(
                "POST",
                f"/v1/disputes/{_in_path(dispute_id)}/won",
                body=given(text=text, document=document),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def lose_dispute(
        self, dispute_id: str, *, text: str, document: str, idempotency_key: str | None = None
    ) -> DisputeOut:
        """The money stays with the payer, by a paper of the provider that does not tell by itself. The
        operator's."""
        return cast(
            "DisputeOut",
            self._json(
                "POST",
                f"/v1/disputes/{_in_path(dispute_id)}/lost",
                body=given(text=text, document=document),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
