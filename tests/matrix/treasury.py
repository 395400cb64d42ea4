"""What each route of the treasury answers to whom: almost all of it is finance's alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.matrix.rows import ORDER_READERS, STRANGERS, Row, for_operator
from tests.matrix.scene import Scene

READERS = (*ORDER_READERS, *STRANGERS, "ingrid")
POSTED = {"entry_id": "entry.posted"}
PROPOSED = {"entry_id": "entry.proposed"}


def _fee(scene: Scene) -> dict[str, Any]:
    return {
        "debit": "processing_cost",
        "credit": "client_bank",
        "currency": "USD",
        "amount_minor": 100,
        "value_on": scene.world.now.date().isoformat(),
        "reason": "a fee of the bank",
        "document_id": scene["document"],
    }


TREASURY: dict[str, Row] = {
    "list_register": for_operator(),
    "get_holds_summary": for_operator(),
    "get_reconciliation": for_operator(),
    "list_closes": Row(may=READERS),
    "close_day": for_operator(
        body=lambda scene: {"day": (scene.world.now.date() - timedelta(days=1)).isoformat()},
    ),
    "get_close_routine": for_operator(),
    "set_close_routine": for_operator(body={"close_hour": 2}),
    "get_close": Row(may=READERS, at={"day": "close"}),
    "list_own_leaves": Row(may=READERS, at={"day": "close"}),
    "bring_document": Row(may=("operator",), raw=b"words of some length", query="name=words.txt"),
    "download_document": for_operator({"document_id": "document"}),
    "list_entries": for_operator(),
    "propose_entry": for_operator(body=_fee),
    "get_entry": for_operator(PROPOSED),
    "approve_entry": for_operator(PROPOSED, {}),
    "decline_entry": for_operator(PROPOSED, {}),
    "withdraw_entry": for_operator(PROPOSED, {}),
    "reverse_entry": for_operator(POSTED, {"reason": "it was ours"}),
    "list_accounts": for_operator(),
    "list_account_lines": Row(
        may=("operator",), at={"account_id": "account"}, query="first=2026-01-01&last=2026-12-31"
    ),
}
