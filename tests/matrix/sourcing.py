"""What the routes of quotations answer to whom."""

from __future__ import annotations

from typing import Any

from tests.matrix.rows import LABELLED_FILE, LABELS, ORDER_READERS, SIDES, STRANGERS, Row
from tests.matrix.scene import Scene
from tests.sourcing.offers import SHIP_TO, offer, without_direct

READERS = (*ORDER_READERS, *STRANGERS, "ingrid")
TALKED = {"quotation_id": "quotation.countered"}
OFFERED = {"quotation_id": "quotation.offered"}
LATER = {"valid_until": "2026-06-30"}


def _to_alma(scene: Scene) -> dict[str, Any]:
    return {"buyer_id": scene["org.alma"], "programme": "standard", "document": offer(**LATER), **LABELS}


def of_quotation(may: tuple[str, ...], body: Any = None, **more: Any) -> Row:
    """A route of one quotation of Boris's to Alma."""
    return Row(may=may, at=more.pop("at", OFFERED), there=SIDES, body=body, **more)


SOURCING: dict[str, Row] = {
    "offer_quotation": Row(may=("boris", "chen"), body=_to_alma),
    "list_quotations": Row(may=READERS),
    "get_quotation": of_quotation(ORDER_READERS),
    "list_quotation_versions": of_quotation(ORDER_READERS, at={"quotation_id": "quotation.countered"}),
    "revise_quotation": of_quotation(("boris",), {"document": offer(**LATER, lead_time_days=25)}),
    "counter_quotation": of_quotation(("alma",), {"document": without_direct(offer(**LATER, lead_time_days=20))}),
    "accept_quotation": of_quotation(
        ("alma",),
        {
            "version": 1,
            "quantities": [{"line": 1, "quantity": 1200}],
            "ship_to": {**SHIP_TO, "region": "NY", "postcode": "10001"},
            **LABELS,
        },
    ),
    "decline_quotation": of_quotation(("alma",), {"reason": "price", "note": "above what we pay"}),
    "withdraw_quotation": of_quotation(("boris",), {"note": "no felt"}),
    "compare_quotations": of_quotation(
        ("alma", "alma.reader", "operator", "mediator"), query="quantity=1000&duty_percent=6.5&freight_minor=100"
    ),
    "list_quotation_thread": of_quotation(ORDER_READERS, at=TALKED),
    # The file is Boris's: Alma cannot send it as her own.
    "send_quotation_message": of_quotation(
        ("boris",),
        lambda scene: {
            "text": "The felt is from the same mill.",
            "file_ids": [scene["file.quoted"]],
            "answers_id": scene["thread_message.quoted"],
            "plain": False,
            "flagged": False,
            **LABELS,
        },
        at=TALKED,
        told={"alma": "invalid"},
    ),
    "read_quotation_thread": of_quotation(
        ("alma", "boris"), lambda scene: {"up_to": scene["thread_message.quoted"]}, at=TALKED
    ),
    "list_quotation_drift": of_quotation(ORDER_READERS, at=TALKED),
    "list_contract_thread": Row(may=ORDER_READERS, at={"contract_id": "contract.proposed"}, there=SIDES),
    "upload_quotation_file": of_quotation(("alma", "boris"), raw=b"words of some length", query=LABELLED_FILE),
    "list_quotation_files": of_quotation(ORDER_READERS, at=TALKED),
    "get_quotation_file": of_quotation(ORDER_READERS, at={**TALKED, "file_id": "file.quoted"}),
    "download_quotation_file": of_quotation(ORDER_READERS, at={**TALKED, "file_id": "file.quoted"}),
    "list_suppliers_with_cover": Row(may=READERS, query="amount_minor=100&currency=USD"),
}
