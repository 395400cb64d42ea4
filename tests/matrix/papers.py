"""What the routes of papers and books answer to whom."""

from __future__ import annotations

from typing import Any

from tests.matrix.rows import BORIS_S, ORDER_READERS, STAFF, STRANGERS, Row, for_operator, of_order

READERS = (*ORDER_READERS, *STRANGERS, "ingrid")
LEGAL: dict[str, Any] = {
    "legal_name": "Boris Trading 宁波",
    "address": "1 Quay\nNingbo",
    "country": "CN",
    "registration_number": "",
    "vat_number": "",
}
OF_MARCH = "from=2026-03-01&to=2026-03-31"


def of_invoice() -> Row:
    """Boris's own, and finance's."""
    may = ("boris", "boris.reader", "operator")
    return Row(may=may, at={"invoice_id": "invoice"}, there=(*BORIS_S, "operator"))


PAPERS: dict[str, Row] = {
    "list_invoices": Row(may=READERS),
    "get_invoice": of_invoice(),
    "print_invoice": of_invoice(),
    "issue_invoices": for_operator(body={"month": "2026-02"}),
    "issue_order_invoice": of_order(("boris", "operator"), "received", {}),
    "get_billing": Row(
        may=("boris", "boris.reader"),
        told=dict.fromkeys(("alma", "alma.reader", *STAFF, *STRANGERS, "ingrid"), "not_found"),
    ),
    "set_billing": Row(may=("alma", "boris", "bella", "chen"), body=LEGAL),
    "get_statement": Row(may=READERS, query=f"{OF_MARCH}&currency=USD"),
    "get_seller": for_operator(),
    "set_seller": for_operator(body={**LEGAL, "country": "NL", "vat_number": "NL004495445B01", "prefix": "HM"}),
    "list_tax_rules": for_operator(),
    "set_tax_rule": for_operator(
        body={"country": "NL", "treatment": "standard", "percent": "21.00", "valid_from": "2026-07-01"}
    ),
    "list_account_numbers": for_operator(),
    "set_account_number": for_operator(body={"code": "escrow", "number": "0420", "name": "Held for others"}),
    "export_journal": Row(may=("operator",), query=OF_MARCH),
    "list_rates": for_operator(),
    "set_rate": for_operator(body={"currency": "USD", "on": "2026-03-02", "per_base": "1.0823"}),
    "import_rates": Row(may=("operator",), raw=b"Date,USD\n2026-03-03,1.0800\n"),
    "get_totals": Row(may=("operator",), query="report_currency=EUR"),
}
