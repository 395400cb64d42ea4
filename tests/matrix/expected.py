"""What each route answers to whom, and an example that it takes: the table that a new route is missing from at first.

A row names who may, which of those who know the thing are told no and how; to everybody else the thing does not exist.
"""

from __future__ import annotations

from tests.matrix.amendments import AMENDMENTS
from tests.matrix.bank import BANK
from tests.matrix.cover import COVER
from tests.matrix.disputes import DISPUTES
from tests.matrix.flags import FLAGS
from tests.matrix.labelling import LABELLED
from tests.matrix.markets import CONSENTS
from tests.matrix.papers import PAPERS
from tests.matrix.payouts import PAYOUTS
from tests.matrix.planning import PLANNING
from tests.matrix.rows import (
    ALMA_S,
    BORIS_S,
    EVERYBODY,
    EXAMINED,
    LABELLED_FILE,
    LABELS,
    ORDER_READERS,
    SIDES,
    STAFF,
    STRANGERS,
    Row,
    for_operator,
    of_claim,
    of_order,
    read_order,
)
from tests.matrix.sourcing import SOURCING
from tests.matrix.threads import THREADS
from tests.matrix.treasury import TREASURY
from tests.matrix.visits import VISITS
from tests.matrix.webhooks import WEBHOOKS
from tests.world import contract

PARTIES_AND_KEYS: dict[str, Row] = {
    "get_me": Row(may=EVERYBODY),
    "list_organisations": Row(may=EVERYBODY),
    "create_organisation": for_operator(
        body={
            "name": "Dimitri Trading",
            "kind": "supplier",
            "country": "CN",
            "time_zone": "Asia/Shanghai",
            "language": "en",
            **LABELS,
        }
    ),
    "get_organisation": Row(
        may=(*BORIS_S, "operator"), at={"organisation_id": "org.boris"}, there=(*BORIS_S, "operator")
    ),
    "set_organisation_tier": for_operator({"organisation_id": "org.boris"}, {"tier": "gold", "reason": "on site"}),
    "set_organisation_cap": for_operator(
        {"organisation_id": "org.boris"},
        {"individual_cap_minor": 9_000_000, "individual_cap_currency": "USD", "reason": "long known"},
    ),
    "list_subdivisions": Row(may=EVERYBODY, query="country=DE"),
    "set_organisation_standing": for_operator(
        {"organisation_id": "org.boris"}, {"standing": "suspended", "reason": "not heard of"}
    ),
    "list_members": Row(may=(*BORIS_S, "operator"), at={"organisation_id": "org.boris"}, there=(*BORIS_S, "operator")),
    "add_member": for_operator(
        {"organisation_id": "org.boris"}, {"email": "olga@example.com", "name": "Olga", "role": "trader"}
    ),
    "change_member_role": for_operator({"member_id": "member.boris.trader"}, {"role": "viewer"}),
    "remove_member": for_operator({"member_id": "member.boris.trader"}, {}),
    "list_keys": Row(may=(*BORIS_S, "operator"), at={"organisation_id": "org.boris"}, there=(*BORIS_S, "operator")),
    "create_key": Row(
        may=("boris", "operator"),
        at={"organisation_id": "org.boris"},
        there=(*BORIS_S, "operator"),
        body={
            "name": "shop",
            "scopes": ["orders:read", "contracts:sign"],
            "addresses": ["192.0.2.0/24"],
            "expires_at": "2031-01-01T00:00:00Z",
            "sign_limit_minor": 5_000_000,
            "sign_limit_currency": "USD",
        },
    ),
    "rotate_key": Row(
        may=("boris", "operator"), at={"key_id": "key.boris.bare"}, there=(*BORIS_S, "operator"), body={}
    ),
    "revoke_key": Row(
        may=("boris", "operator"), at={"key_id": "key.boris.bare"}, there=(*BORIS_S, "operator"), body={}
    ),
    "list_beneficiaries": Row(
        may=(*BORIS_S, "operator"), at={"organisation_id": "org.boris"}, there=(*BORIS_S, "operator")
    ),
    "list_waiting_beneficiaries": for_operator(),
    "add_beneficiary": for_operator(
        {"organisation_id": "org.boris"},
        {"name": "Boris Trading", "currency": "USD", "iban": "DE89370400440532013000", **LABELS},
    ),
    "verify_beneficiary": for_operator({"beneficiary_id": "beneficiary.pending"}, {"reason": "seen"}),
    "withdraw_beneficiary": for_operator({"beneficiary_id": "beneficiary.verified"}, {}),
}

DRAFT_OF_ALMA = (*ALMA_S, *STAFF)
"""A draft is hidden from the other side."""
CONTRACTS: dict[str, Row] = {
    "draft_contract": Row(
        may=("alma", "boris", "bella", "chen"),
        body=lambda scene: {
            "counterparty_id": scene["org.boris"],
            "side": "buyer",
            "programme": "standard",
            "document": contract(),
            **LABELS,
        },
        told={"boris": "same_party_twice"},
    ),
    "list_contracts": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid")),
    "get_contract": Row(may=ORDER_READERS, at={"contract_id": "contract.proposed"}, there=SIDES),
    "get_contract_text": Row(may=ORDER_READERS, at={"contract_id": "contract.proposed"}, there=SIDES),
    "print_contract": Row(may=ORDER_READERS, at={"contract_id": "contract.proposed"}, there=SIDES),
    "export_contract_xlsx": Row(may=ORDER_READERS, at={"contract_id": "contract.proposed"}, there=SIDES),
    "export_contract_csv": Row(may=ORDER_READERS, at={"contract_id": "contract.proposed"}, there=SIDES),
    "import_contract": Row(
        may=("alma",),
        at={"contract_id": "contract.draft"},
        there=DRAFT_OF_ALMA,
        raw=b"POM,Tol (cm),S,M\r\nChest,1,50,52\r\n",
    ),
    "revise_contract": Row(
        may=("alma",),
        at={"contract_id": "contract.draft"},
        there=DRAFT_OF_ALMA,
        body={"document": contract(transit_days=31), "programme": "import", **LABELS},
    ),
    "propose_contract": Row(may=("alma",), at={"contract_id": "contract.draft"}, there=DRAFT_OF_ALMA, body={}),
    "sign_contract": Row(
        may=("alma", "boris"),
        at={"contract_id": "contract.proposed"},
        there=SIDES,
        body=lambda scene: {"digest": scene["digest.proposed"]},
    ),
    "decline_contract": Row(
        may=("boris",), at={"contract_id": "contract.proposed"}, there=SIDES, body={"reason": "too dear"}
    ),
    "withdraw_contract": Row(
        may=("alma",), at={"contract_id": "contract.proposed"}, there=SIDES, body={"reason": "found another"}
    ),
    "lint_contract": Row(may=ORDER_READERS, at={"contract_id": "contract.proposed"}, there=SIDES),
    "lint_document": Row(may=EVERYBODY, body={"document": contract()}),
    "lint_phrases": Row(may=EVERYBODY, body={"phrases": ["high quality"], "category": "apparel"}),
    "list_templates": Row(may=EVERYBODY),
    "get_template": Row(may=EVERYBODY, at={"name": "apparel"}),
    "get_contract_terms": Row(may=ORDER_READERS, at={"contract_id": "contract.proposed"}, there=SIDES),
    "list_terms_acceptances": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid")),
    "get_programme_terms": Row(may=EVERYBODY, at={"name": "standard", "version": "2"}, query="language=es"),
    "list_programmes": Row(may=EVERYBODY),
    "get_programme": Row(may=EVERYBODY, at={"name": "standard"}),
    "get_programme_version": Row(may=EVERYBODY, at={"name": "standard", "version": "2"}),
}

LOT = {"lot": "1"}
ORDERS: dict[str, Row] = {
    "list_orders": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid")),
    "get_order": read_order(),
    "list_order_movements": read_order(),
    "list_order_holds": read_order(),
    "get_order_timeline": read_order(),
    "start_production": of_order(("boris",), "funded", {"note": "cut", "evidence_sha256": "ab" * 32}),
    "declare_ready": of_order(("boris",), "funded", {}),
    "waive_inspection": of_order(("alma", "boris"), "inspected", {}),
    "receive_lot": of_order(
        ("alma",),
        "delivered",
        {"received": [{"line": 1, "units": 1000}], "reservation": "two boxes wet"},
        at=LOT,
        told={"operator": "not_due_yet"},
    ),
    "reject_lot": of_order(("alma",), "delivered", {"reason": "not felt"}, at=LOT),
    "extend_receipt": of_order(("alma", "boris"), "delivered", {}, at=LOT),
    "cancel_order": of_order(("alma",), "funded", {"ground": "before_production"}),
    "propose_cancel": of_order(("alma", "boris"), "funded", {}),
}

FULFILMENT: dict[str, Row] = {
    "create_shipment": of_order(
        ("boris",),
        "funded",
        lambda scene: {
            "quantities": [{"line": 1, "units": 400}],
            "carrier": "Simulated Carrier",
            "mode": "sea",
            "shipped_on": scene.world.today().isoformat(),
            "tracking_number": "SIM-123",
            "container_number": "MSCU6639870",
            "documents": [{"kind": "invoice", "number": "7", "dated_on": "2026-03-20", "file_id": scene["file"]}],
            **LABELS,
            "lot_labels": LABELS,
        },
    ),
    "list_shipments": read_order("shipped"),
    "list_lateness": read_order("shipped"),
    "get_shipment": Row(may=ORDER_READERS, at={"shipment_id": "shipment.shipped"}, there=SIDES),
    "list_tracking": Row(may=ORDER_READERS, at={"shipment_id": "shipment.shipped"}, there=SIDES),
    "report_tracking": Row(
        may=("alma", "boris", "operator"),
        at={"shipment_id": "shipment.shipped"},
        there=SIDES,
        body=lambda scene: {
            "code": "DEPA",
            "at": scene.world.now.isoformat(),
            "zone": "Asia/Shanghai",
            "place": "CNNGB",
            "proof_sha256": "cd" * 32,
            "note": "seen leaving",
        },
    ),
    "add_shipment_documents": Row(
        may=("boris",),
        at={"shipment_id": "shipment.shipped"},
        there=SIDES,
        body={"documents": [{"kind": "packing_list", "number": "8", "dated_on": "2026-03-20"}]},
    ),
}

READ = {"id": "u1", "line": 1, "count": 80, "readings": [{"term": "T1", "value": "wool felt"}]}
INSPECTION: dict[str, Row] = {
    "list_inspections": Row(
        may=("ingrid", "iris", *STAFF, "alma", "alma.bare", "boris", "boris.bare", "bella", "chen")
    ),
    "get_inspection_brief": of_order((*ORDER_READERS, "ingrid"), "inspected", there=EXAMINED),
    "assign_inspector": of_order(
        ("alma", "boris", "operator"),
        "inspected",
        lambda scene: {"inspector_id": scene["org.iris"], "kind": "loading", "fee_minor": 30_000, **LABELS},
    ),
    "agree_inspector": Row(may=("boris",), at={"assignment_id": "assignment.named"}, there=SIDES, body={}),
    "withdraw_inspector": Row(may=("alma", "operator"), at={"assignment_id": "assignment.named"}, there=SIDES, body={}),
    "file_report": of_order(
        ("ingrid", "alma", "boris"),
        "inspected",
        lambda scene: {
            "kind": "pre_shipment",
            "examined_at": scene.world.now.isoformat(),
            "readings": {"units": [READ]},
            "covers": [{"line": 1, "units": 1000}],
            "counted": [{"line": 1, "units": 1000}],
            **LABELS,
        },
        there=EXAMINED,
    ),
    "list_reports": of_order((*ORDER_READERS, "ingrid"), "inspected", there=EXAMINED),
    "get_report": Row(may=(*ORDER_READERS, "ingrid"), at={"report_id": "report"}, there=EXAMINED),
}

CLAIMS: dict[str, Row] = {
    "open_claim": of_order(
        ("alma",),
        "disputable",
        {
            "reason": "quality",
            "lots": [1],
            "units": [{"lot": 1, "line": 1, "units": 30}],
            "terms": ["T1"],
            "about": "felt",
            "remedy": "refund",
            "amount_minor": 20_000,
            "statement": "thirty are cotton",
            **LABELS,
        },
        told={"boris": "reason_not_yours"},
    ),
    "list_order_claims": read_order("claimed"),
    "list_claims": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid")),
    "get_claim": of_claim(ORDER_READERS, "claimed"),
    "get_assessment": of_claim(ORDER_READERS, "claimed"),
    "add_evidence": of_claim(
        ("alma", "boris", "mediator"),
        "claimed",
        lambda scene: {
            "kind": "photo",
            "reference": scene["file.claimed"],
            "sha256": "ef" * 32,
            "said_on": "2026-03-20",
            "lot": 1,
            "amount_minor": 500,
            "note": "see the seam",
            **LABELS,
        },
    ),
    "answer_claim": of_claim(("boris",), "claimed", {"kind": "offer", "text": "half", "offer_minor": 10_000}),
    "accept_claim": of_claim(("boris",), "claimed", {}),
    "escalate_claim": of_claim(("alma", "boris"), "answered", {}),
    "withdraw_claim": of_claim(("alma",), "claimed", {}),
    "determine_claim": of_claim(
        ("mediator",),
        "mediating",
        {
            "outcome": "partial",
            "computed": [],
            "adjustments": [
                {"amount_minor": 5_000, "reason": "a few are cotton", "label": "departure", "head": "refund"}
            ],
            "supplier_percent": 100,
            "reasons": "the pictures show cotton",
            "departure": "nothing was measured",
            "goods_back": False,
        },
    ),
    "waive_appeal": of_claim(("alma", "boris"), "determined", {}),
    "send_goods_back": of_claim(
        ("alma",),
        "returning",
        lambda scene: {"carrier": "Post", "number": "R-1", "sent_on": scene.world.today(scene.world.alma).isoformat()},
    ),
    "appeal_claim": of_claim(("alma", "boris"), "determined", {"ground": "error", "text": "the label was overlooked"}),
    "confirm_replacement": of_claim(("alma", "mediator"), "replacing", {}),
    "confirm_return": of_claim(("boris", "mediator"), "returning", {}),
}

MONEY: dict[str, Row] = {
    "request_payment": of_order(
        ("alma",),
        "due",
        {"tranche": 1, "rail": "card", "instrument": {"number": "4242424242424242"}, "amount_minor": 5_000, **LABELS},
    ),
    "list_payments": read_order(),
    "list_own_payments": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid")),
    "get_payment": Row(
        may=("alma", "alma.reader", "operator"),
        at={"payment_id": "payment.requested"},
        there=("alma", "alma.reader", "alma.bare", "operator"),
    ),
    "capture_payment": Row(
        may=("alma",),
        at={"payment_id": "payment.requested"},
        there=("alma", "alma.reader", "alma.bare", "operator"),
        body={},
    ),
    "get_payment_confirmation": Row(
        may=(),
        at={"payment_id": "payment.requested"},
        there=("alma", "alma.reader", "alma.bare", "operator"),
        told={"alma": "nothing_to_confirm"},
    ),
    "list_refunds": read_order(),
    "get_balance": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid"), query="currency=USD"),
    "request_payout": Row(
        may=("boris",),
        body=lambda scene: {
            "currency": "USD",
            "amount_minor": 1_000,
            "beneficiary_id": scene["beneficiary.verified"],
            **LABELS,
        },
        told={"alma": "not_found", "bella": "not_found", "chen": "not_found"},
    ),
    "list_payouts": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid")),
    "get_payout": Row(
        may=("boris", "boris.reader", "operator"), at={"payout_id": "payout"}, there=(*BORIS_S, "operator")
    ),
    "list_settlements": for_operator(),
    "get_settlement": for_operator({"settlement_id": "settlement"}),
}

OWN_MONEY = {"currency": "USD", "amount_minor": 1_000, "reference": "FT-1"}
OF_BORIS = {"organisation_id": "org.boris"}
BEHIND: dict[str, Row] = {
    "list_reserves": for_operator(),
    "list_reserve_changes": for_operator(),
    "propose_reserve_change": for_operator(
        body={"currency": "USD", "kind": "set_aside", "amount_minor": 5_000, "reason": "the budget"}
    ),
    "confirm_reserve_change": for_operator({"change_id": "reserve_change"}, {}),
    "withdraw_reserve_change": for_operator({"change_id": "reserve_change"}, {}),
    "fund_advance": Row(may=(), body=OWN_MONEY, told={"operator": "nothing_to_fund"}),
    "take_back_advance": Row(may=(), body=OWN_MONEY, told={"operator": "nothing_to_fund"}),
    "list_debts": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid"), query="state=open&currency=USD"),
    "get_debt": Row(
        may=("boris", "boris.reader", "operator"), at={"debt_id": "debt.open"}, there=(*BORIS_S, "operator")
    ),
    "ask_write_off": for_operator({"debt_id": "debt.open"}, {"reason": "the company is no more"}),
    "confirm_write_off": for_operator({"debt_id": "debt.given_up"}, {}),
    "refuse_write_off": for_operator({"debt_id": "debt.given_up"}, {}),
    "list_guarantees": Row(may=(*BORIS_S, "operator"), at=OF_BORIS, there=(*BORIS_S, "operator")),
    "set_line": for_operator(
        OF_BORIS, {"currency": "USD", "line_minor": 300_000, "programme": "standard", "reason": "ten orders a month"}
    ),
    "pay_in_guarantee": Row(
        may=("boris",), at=OF_BORIS, there=(*BORIS_S, "operator"), body={"currency": "USD", "amount_minor": 1_000}
    ),
    "withdraw_guarantee": Row(
        may=("boris",), at=OF_BORIS, there=(*BORIS_S, "operator"), body={"currency": "USD", "amount_minor": 1_000}
    ),
}

FILE = {"file_id": "file"}
REPORT_OF_NO_NOTICE = (
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n--B\r\n"
    b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.com\r\n\r\n"
    b"Final-Recipient: rfc822; a@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--B--\r\n"
)
RECORD: dict[str, Row] = {
    "upload_file": of_order(("alma", "boris", *STAFF), "funded", raw=b"words of some length", query=LABELLED_FILE),
    "list_files": read_order(),
    "get_file": read_order(at=FILE),
    "download_file": read_order(at=FILE),
    "bring_message": of_order(
        ("alma", "boris"),
        "funded",
        lambda scene: {
            "channel": "wechat",
            "said_on": "2026-03-20",
            "text": "wool it is",
            "term": {
                "id": "T9",
                "property": "material",
                "kind": "component",
                "class": "major",
                "nominal": "wool felt",
                "method": "read the label",
            },
            "file_id": scene["file"],
            **LABELS,
        },
    ),
    "list_messages": read_order(),
    "attest_message": Row(may=("boris",), at={"message_id": "message"}, there=SIDES, body={}),
    "deny_message": Row(may=("boris",), at={"message_id": "message"}, there=SIDES, body={}),
    "list_events": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid")),
    "list_order_notices": read_order(),
    "list_notices": Row(may=(*ORDER_READERS, *STRANGERS, "ingrid")),
    "list_notice_kinds": Row(may=EVERYBODY),
    "report_bounce": Row(may=("operator",), raw=REPORT_OF_NO_NOTICE),
}

SANDBOX: dict[str, Row] = {
    "get_clock": Row(may=("alma", "boris", *STRANGERS, "ingrid", "operator")),
    "advance_clock": Row(may=("alma", "boris", *STRANGERS, "ingrid", "operator"), body={"advance_seconds": 60}),
    "simulate_wire": Row(
        may=("alma", "boris", *STRANGERS, "ingrid", "operator"),
        body={
            "source_ref": "statement-9",
            "reference": "unheard of",
            "amount_minor": 70_000,
            "currency": "USD",
            "payer_name": "Somebody",
        },
    ),
    "simulate_carrier": Row(
        may=("alma", "boris", "operator"),
        there=EVERYBODY,
        body=lambda scene: {
            "shipment_id": scene["shipment.shipped"],
            "code": "DEPA",
            "at": scene.world.now.isoformat(),
            "place": "CNNGB",
        },
        told={"bella": "not_found", "chen": "not_found", "iris": "not_found", "ingrid": "not_found"},
    ),
}

OPEN: dict[str, Row] = {
    "list_problems": Row(may=EVERYBODY),
    "get_problem": Row(may=EVERYBODY, at={"code": "not_found"}),
}

TABLE: dict[str, Row] = {
    **PARTIES_AND_KEYS,
    **CONSENTS,
    **CONTRACTS,
    **PLANNING,
    **AMENDMENTS,
    **LABELLED,
    **ORDERS,
    **FULFILMENT,
    **INSPECTION,
    **VISITS,
    **CLAIMS,
    **MONEY,
    **COVER,
    **PAPERS,
    **PAYOUTS,
    **BANK,
    **DISPUTES,
    **FLAGS,
    **THREADS,
    **TREASURY,
    **BEHIND,
    **RECORD,
    **SOURCING,
    **SANDBOX,
    **WEBHOOKS,
    **OPEN,
}
