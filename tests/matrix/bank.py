"""What each route of money that comes by bank answers to whom: all of it is finance's alone."""

from __future__ import annotations

from typing import Any

from tests.matrix.rows import Row, for_operator
from tests.matrix.scene import Scene

STATEMENT = (
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S</Id>'
    b"<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>USD</Ccy></Acct></Stmt></BkToCstmrStmt></Document>"
)


def _match(scene: Scene) -> dict[str, Any]:
    return {"order_id": scene["order.funded"], "reason": "the buyer's mail"}


BANK: dict[str, Row] = {
    "list_bank_accounts": for_operator(),
    "add_bank_account": for_operator(body={"name": "Clients EUR", "number": "NL91ABNA0417164300", "currency": "EUR"}),
    "import_bank_statement": Row(may=("operator",), raw=STATEMENT, query="name=today.xml"),
    "list_bank_statements": for_operator(),
    "get_bank_statement": for_operator({"file_id": "statement.file"}),
    "list_bank_lines": for_operator(),
    "explain_bank_line": for_operator({"line_id": "statement.line"}, {"kind": "by_hand", "reason": "known elsewhere"}),
    "list_strays": for_operator(),
    # The order of the scene is paid: no money is due there.
    "match_stray": Row(may=(), at={"stray_id": "stray"}, body=_match, told={"operator": "not_payable"}),
    "return_stray": for_operator({"stray_id": "stray"}, {"reason": "unknown here"}),
}
