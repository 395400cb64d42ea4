"""What the routes of messages between the parties and of concessions answer to whom."""

from __future__ import annotations

from tests.matrix.rows import LABELS, ORDER_READERS, SIDES, Row, of_order, read_order

CONCESSION = {"concession_id": "concession"}
THREADS: dict[str, Row] = {
    "list_thread": read_order(),
    # The file is Alma's: Boris cannot send it as his own.
    "send_message": of_order(
        ("alma",),
        "funded",
        lambda scene: {
            "text": "Thanks, we have the pictures.",
            "file_ids": [scene["file"]],
            "answers_id": scene["thread_message"],
            "plain": False,
            "flagged": False,
            **LABELS,
        },
        told={"boris": "invalid"},
    ),
    "read_thread": of_order(("alma", "boris"), "funded", lambda scene: {"up_to": scene["thread_message"]}),
    "list_drift": read_order(),
    "list_concessions": read_order("planned"),
    "propose_concession": of_order(
        ("alma",),
        "funded",
        lambda scene: {
            "kind": "with_compensation",
            "breach": "late",
            "terms": [],
            "lots": [],
            "new_on": "2026-04-24",
            "compensation_minor": 12_000,
            "message": "We agree to the 24th on these terms.",
            "file_ids": [scene["file"]],
            "flagged": False,
        },
        told={"boris": "invalid"},
    ),
    "get_concession": Row(may=ORDER_READERS, at=CONCESSION, there=SIDES),
    "sign_concession": Row(
        may=("alma",),
        at=CONCESSION,
        there=SIDES,
        body=lambda scene: {"digest": scene["digest.concession"]},
        told={"boris": "signed_already"},
    ),
    "decline_concession": Row(may=("alma",), at=CONCESSION, there=SIDES, body={"reason": "too little"}),
    "withdraw_concession": Row(may=("boris",), at=CONCESSION, there=SIDES, body={}),
}
