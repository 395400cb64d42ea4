"""What the routes of amendments answer to whom."""

from __future__ import annotations

from typing import Any

from tests.matrix.rows import LABELS, ORDER_READERS, SIDES, Row, of_order, read_order

LATER: dict[str, Any] = {
    "changes": [{"path": "ship.on", "from": "2026-04-10", "to": "2026-06-10"}],
    "note": "the mill is late",
    **LABELS,
}


def _of_amendment(may: tuple[str, ...], body: Any = None) -> Row:
    return Row(may=may, at={"amendment_id": "amendment.open"}, there=SIDES, body=body)


AMENDMENTS: dict[str, Row] = {
    "propose_amendment": of_order(("alma", "boris"), "planned", LATER),
    "list_amendments": read_order("amended"),
    "list_contract_versions": read_order("amended"),
    "get_amendable": read_order("amended"),
    "get_amendment": _of_amendment(ORDER_READERS),
    "get_amendment_text": _of_amendment(ORDER_READERS),
    "print_amendment": _of_amendment(ORDER_READERS),
    "sign_amendment": _of_amendment(("alma", "boris"), lambda scene: {"digest": scene["digest.amendment"]}),
    "decline_amendment": _of_amendment(("alma",), {"reason": "too late for the fair"}),
    "withdraw_amendment": _of_amendment(("boris",), {"reason": "it fits after all"}),
}
