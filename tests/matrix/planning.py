"""What is asked before there is an order: sampling plans, protection compared, large orders, Incoterms."""

from __future__ import annotations

from tests.matrix.rows import EVERYBODY, ORDER_READERS, SIDES, Row

PLANNING: dict[str, Row] = {
    "get_sampling_plan": Row(may=EVERYBODY, query="lot_size=4000&level=II&aql=2.5"),
    "get_contract_sampling": Row(
        may=ORDER_READERS, at={"contract_id": "contract.proposed"}, there=SIDES, query="lot_size=4000"
    ),
    "compare_protection": Row(
        may=EVERYBODY, at={"name": "standard"}, query="amount_minor=2000000&expected_delivery_on=2027-01-31"
    ),
    "plan_large_order": Row(may=EVERYBODY, at={"name": "standard"}, query="total_minor=12000000&days_apart=5"),
    "list_incoterms": Row(may=EVERYBODY, at={"name": "standard"}),
}
"""What is asked before there is a contract, of nobody's things; and what a contract's own criterion lets pass."""
