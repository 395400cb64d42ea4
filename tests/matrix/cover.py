"""What the routes of cover answer to whom."""

from __future__ import annotations

from tests.matrix.rows import BORIS_S, ORDER_READERS, SIDES, Row
from tests.world import contract

COVER: dict[str, Row] = {
    "list_cover": Row(may=(*BORIS_S, "operator"), at={"organisation_id": "org.boris"}, there=(*BORIS_S, "operator")),
    "preview_contract": Row(may=ORDER_READERS, at={"contract_id": "contract.proposed"}, there=SIDES),
    "preview_document": Row(
        may=("alma", "bella", "chen"),
        body=lambda scene: {
            "counterparty_id": scene["org.boris"],
            "side": "buyer",
            "programme": "standard",
            "document": contract(ship={"days_after_payment": 30}),
        },
        told={"boris": "same_party_twice"},
    ),
}
