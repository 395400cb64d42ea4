"""What each route of money on its way out answers to whom: almost all of it is finance's alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.matrix.rows import BORIS_S, Row, for_operator
from tests.matrix.scene import Scene

MADE, RELEASED = {"batch_id": "batch.made"}, {"batch_id": "batch.released"}
REPORT = (
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><OrgnlGrpInfAndSts>'
    b"<OrgnlMsgId>BAT00000000000000000000000000000000</OrgnlMsgId><GrpSts>ACCP</GrpSts>"
    b"</OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
)


def _batch(scene: Scene) -> dict[str, Any]:
    day = datetime.now(UTC).date() + timedelta(days=1)
    return {"currency": "USD", "bank_account_id": scene["bank"], "execution_on": day.isoformat()}


PAYOUTS: dict[str, Row] = {
    "approve_payout": for_operator({"payout_id": "payout.much"}, {}),
    "cancel_payout": Row(
        may=("boris", "operator"), at={"payout_id": "payout.much"}, there=(*BORIS_S, "operator"), body={}
    ),
    "make_payout_batch": for_operator(body=_batch),
    "list_payout_batches": for_operator(),
    "get_payout_batch": for_operator(MADE),
    "release_payout_batch": for_operator(MADE, {}),
    "drop_payout_batch": for_operator(MADE, {}),
    "download_payout_file": for_operator(RELEASED),
    # The scene's file has a name of its own each time: this one is nobody's.
    "take_payout_report": Row(may=(), raw=REPORT, told={"operator": "not_found"}),
    "list_payout_limits": for_operator(),
    "set_payout_limit": for_operator({"currency": "USD"}, {"amount_minor": 100_000}),
    "list_all_refunds": for_operator(),
    "list_refunds_to_place": for_operator(),
    "get_refund_starts": for_operator(),
    "place_refund": Row(
        may=(), at={"order_id": "order.funded"}, body={"amount_minor": 100}, told={"operator": "no_beneficiary"}
    ),
    "resend_refund": for_operator({"refund_id": "refund.bounced"}, {"to_account": False}),
}
