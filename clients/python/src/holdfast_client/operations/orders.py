"""Operations on orders. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import (
    CancellationShown,
    EventTold,
    ExtensionShown,
    HoldShown,
    OrderInList,
    OrderShown,
    ProgressShown,
    ProposalShown,
    ReceiptShown,
    ReceivedUnits,
)


class OrdersOperations(Core):
    """What may be asked and done about orders."""

    def list_orders(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["agreed", "active", "completed", "cancelled", "closed"] | None = None,
        external_id: str | None = None,
    ) -> Listing[OrderInList]:
        """One's own orders, newest first; for the operator all of them. With `state` one page looks through a
        thousand orders: it may hold fewer than `limit`, or none, while `next_cursor` says that there are more to
        look through."""
        return Listing(
            lambda query: self._json("GET", "/v1/orders", query=query),
            {"limit": limit, "cursor": cursor, "state": state, "external_id": external_id},
        )

    def get_order(self, order_id: str) -> OrderShown:
        """One order: its money and why each amount is held, its lots, and what may be done now and by when."""
        return cast("OrderShown", self._json("GET", f"/v1/orders/{_in_path(order_id)}"))

    def list_order_holds(
        self, order_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[HoldShown]:
        """Every amount that has not reached its end: why, who must act, until when."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/holds", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def get_order_timeline(
        self, order_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[EventTold]:
        """Everything that happened, from the first draft of the contract on: a chain of hashes."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/timeline", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def start_production(
        self,
        order_id: str,
        *,
        note: str | None = None,
        evidence_sha256: str | None = None,
        idempotency_key: str | None = None,
    ) -> ProgressShown:
        """The supplier has started; what is payable or released on it follows."""
        return cast(
            "ProgressShown",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/start-production",
                body=given(note=note, evidence_sha256=evidence_sha256),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def declare_ready(self, order_id: str, *, idempotency_key: str | None = None) -> ProgressShown:
        """The supplier's goods are ready; a balance that waits for this falls due."""
        return cast(
            "ProgressShown",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/declare-ready",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def waive_inspection(self, order_id: str, *, idempotency_key: str | None = None) -> ProgressShown:
        """One side does without the required inspection; it counts when both do."""
        return cast(
            "ProgressShown",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/waive-inspection",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def receive_lot(
        self,
        order_id: str,
        lot: int,
        *,
        received: list[ReceivedUnits] | None = None,
        reservation: str | None = None,
        idempotency_key: str | None = None,
    ) -> ReceiptShown:
        """The buyer confirms a lot: what is due for it is released."""
        return cast(
            "ReceiptShown",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/lots/{_in_path(lot)}/receive",
                body=given(received=received, reservation=reservation),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def reject_lot(self, order_id: str, lot: int, *, reason: str, idempotency_key: str | None = None) -> ReceiptShown:
        """The buyer does not take a lot: its money stays held for a claim to decide."""
        return cast(
            "ReceiptShown",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/lots/{_in_path(lot)}/reject",
                body=given(reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def extend_receipt(self, order_id: str, lot: int, *, idempotency_key: str | None = None) -> ExtensionShown:
        """Give the receipt of a lot more time; each side may once."""
        return cast(
            "ExtensionShown",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/lots/{_in_path(lot)}/extend-receipt",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def cancel_order(
        self,
        order_id: str,
        *,
        ground: Literal["withdrawal", "lateness", "before_production", "agreement", "balance_unpaid"],
        idempotency_key: str | None = None,
    ) -> CancellationShown:
        """End what has not been shipped: everything paid for it goes back."""
        return cast(
            "CancellationShown",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/cancel",
                body=given(ground=ground),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def propose_cancel(self, order_id: str, *, idempotency_key: str | None = None) -> ProposalShown:
        """Propose to the other side to cancel what has not been shipped."""
        return cast(
            "ProposalShown",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/propose-cancel",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
