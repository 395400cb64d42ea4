"""What the routes of chargebacks answer to whom."""

from __future__ import annotations

from tests.matrix.rows import Row, for_operator, read_order

PAPER = {"text": "the network's letter of 12 March", "document": "letter.pdf"}
DISPUTES: dict[str, Row] = {
    "list_order_disputes": read_order("disputed"),
    "list_disputes": Row(may=("operator",), query="state=open"),
    "get_dispute": for_operator({"dispute_id": "dispute"}),
    "answer_dispute": for_operator({"dispute_id": "dispute"}, PAPER),
    "win_dispute": for_operator({"dispute_id": "dispute"}, PAPER),
    "lose_dispute": for_operator({"dispute_id": "dispute"}, PAPER),
}
