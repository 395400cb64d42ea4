"""What the routes of one's own labels answer to whom."""

from __future__ import annotations

from tests.matrix.rows import ORDER_READERS, SIDES, STAFF, STRANGERS, Row

LABELLED: dict[str, Row] = {
    "list_labels": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid")),
    "get_label": Row(may=ORDER_READERS, at={"object_id": "order.funded"}, there=SIDES),
    "set_label": Row(
        may=("alma", "boris", *STAFF), at={"object_id": "order.funded"}, there=SIDES, body={"external_id": "PO-1"}
    ),
}
