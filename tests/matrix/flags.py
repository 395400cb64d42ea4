"""What the routes of flagged messages answer to whom."""

from __future__ import annotations

from tests.matrix.rows import EVERYBODY, Row, for_operator

FLAG = {"flag_id": "flag"}
FLAGS: dict[str, Row] = {
    "check_message": Row(may=EVERYBODY, body={"text": "Write to sales@factory.example"}),
    "list_flags": Row(may=("operator",), query="state=open"),
    "get_flag": for_operator(FLAG),
    "dismiss_flag": for_operator(FLAG, {"note": "their own old account"}),
    "uphold_flag": for_operator(FLAG, {"note": "warned by telephone"}),
}
