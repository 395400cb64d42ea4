"""Operations on ledger. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from holdfast_client.core import Core
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import MovementShown


class LedgerOperations(Core):
    """What may be asked and done about ledger."""

    def list_order_movements(
        self, order_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[MovementShown]:
        """Every transfer of the order's money, oldest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/movements", query=query),
            {"limit": limit, "cursor": cursor},
        )
