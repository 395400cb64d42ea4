"""A trade over HTTP as its two programs drive it: what is answered, what is refused, and who may see it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from holdfast.claims.operations import opening
from holdfast.kernel.identifiers import public
from holdfast.parties import operations as parties
from tests.parties.cast import Shop
from tests.world import World, contract

SCOPES = ["orders:read", "orders:write", "contracts:sign", "payments:write", "claims:read", "claims:write"]


@pytest.fixture
def shops(world: World) -> dict[str, Shop]:
    """A key for everybody: the parties', the stranger's, one that only reads, the operator's, Dana's."""

    def key(organisation: Any, scopes: list[str], **more: Any) -> Shop:
        made = parties.create_key(act=world.operator(), organisation_id=organisation, name="k", scopes=scopes, **more)
        assert made.secret is not None
        return Shop(made.secret)

    limit = {"sign_limit_minor": 2_000_000, "sign_limit_currency": "USD"}
    return {
        "alma": key(world.alma.organisation_id, SCOPES, **limit),
        "boris": key(world.boris.organisation_id, SCOPES, **limit),
        "chen": key(world.chen.organisation_id, SCOPES, **limit),
        "reader": key(world.alma.organisation_id, ["orders:read", "claims:read"]),
        "operator": key(world.operator_id, ["operator", "sandbox"]),
        "dana": key(world.operator_id, ["mediate"], holder_id=world.dana),
    }


def soon(world: World, shops: dict[str, Shop]) -> dict[str, Any]:
    """A contract whose ship date lies ahead of the clock that the API reads."""
    today = shops["alma"].get("/v1/me").json()["now"][:10]
    year = int(today[:4]) + 1
    return contract(ship={"on": f"{year}-01-15"})


def drafted(world: World, shops: dict[str, Shop], **changes: Any) -> dict[str, Any]:
    body = {"counterparty_id": world.boris.ref, "document": soon(world, shops), "external_id": "po-1", **changes}
    answer = shops["alma"].post("/v1/contracts", body)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def ordered(world: World, shops: dict[str, Shop], **changes: Any) -> str:
    """An open order; answers its public ID."""
    draft = drafted(world, shops, **changes)
    proposed = shops["alma"].post(f"/v1/contracts/{draft['id']}/propose").json()
    over = {"digest": proposed["digest"]}
    assert shops["alma"].post(f"/v1/contracts/{draft['id']}/sign", over).json()["order_id"] is None
    signed = shops["boris"].post(f"/v1/contracts/{draft['id']}/sign", over).json()
    assert signed["contract_state"] == "signed"
    return str(signed["order_id"])


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_contract_is_drafted_in_private_and_signed_over_its_text(world: World, shops: dict[str, Shop]) -> None:
    alma, boris = shops["alma"], shops["boris"]
    draft = drafted(world, shops, metadata={"po": "17"})
    path = f"/v1/contracts/{draft['id']}"
    assert (draft["state"], draft["external_id"], draft["metadata"]) == ("draft", "po-1", {"po": "17"})
    assert {act["verb"] for act in draft["acts"]} == {"revise", "propose", "withdraw"}
    assert problem(boris.get(path)) == (404, "not_found")
    revised = alma.post(f"{path}/revise", {"document": soon(world, shops) | {"remarks": "Pack in pairs."}})
    assert revised.json()["text"]["agreed"]["remarks"] == "Pack in pairs."
    proposed = alma.post(f"{path}/propose").json()
    text = boris.get(f"{path}/text").content
    assert hashlib.sha256(text).hexdigest() == proposed["digest"]
    assert problem(boris.post(f"{path}/sign", {"digest": "0" * 64})) == (409, "other_text")
    assert problem(shops["reader"].post(f"{path}/sign", {"digest": proposed["digest"]})) == (403, "not_allowed")
    assert problem(shops["chen"].get(path)) == (404, "not_found")
    assert [row["id"] for row in boris.get("/v1/contracts").json()["items"]] == [draft["id"]]
    declined = boris.post(f"{path}/decline", {"reason": "Too dear."}).json()
    assert (declined["state"], declined["acts"]) == ("declined", [])


def test_a_key_signs_no_more_than_its_limit(world: World, shops: dict[str, Shop]) -> None:
    line = {**contract()["lines"][0], "quantity": 3000}
    draft = drafted(world, shops, document=soon(world, shops) | {"lines": [line]})
    proposed = shops["alma"].post(f"/v1/contracts/{draft['id']}/propose").json()
    refused = shops["alma"].post(f"/v1/contracts/{draft['id']}/sign", {"digest": proposed["digest"]})
    assert problem(refused) == (403, "above_sign_limit")
    assert refused.json()["facts"]["limit_minor"] == 2_000_000


def test_a_document_that_does_not_fit_names_its_field(world: World, shops: dict[str, Shop]) -> None:
    body = {"counterparty_id": world.boris.ref, "document": contract(incoterm="XYZ")}
    refused = shops["alma"].post("/v1/contracts", body)
    assert problem(refused) == (422, "invalid")
    assert refused.json()["field"] == "incoterm"
    body = {"counterparty_id": world.boris.ref, "document": contract(), "price": 1}
    refused = shops["alma"].post("/v1/contracts", body)
    assert refused.json()["errors"][0] == {
        "field": "price",
        "message": "Extra inputs are not permitted",
        "accepted": "no such field",
    }


def test_money_goes_in_once_and_every_amount_says_why_it_is_held(world: World, shops: dict[str, Shop]) -> None:
    alma = shops["alma"]
    order = ordered(world, shops)
    asked = {"tranche": 1, "rail": "card", "instrument": {"number": "4242424242424242"}, "external_id": "pay-1"}
    payment = alma.post(f"/v1/orders/{order}/payments", asked).json()
    assert (payment["state"], payment["due_minor"], payment["processing_minor"]) == ("requested", 1_000_000, 29_030)
    assert payment["acts"] == [{"verb": "capture", "due_at": None}]
    path = f"/v1/payments/{payment['id']}"
    first = alma.post(f"{path}/capture", key="capture-once")
    again = alma.post(f"{path}/capture", key="capture-once")
    assert first.json()["held_minor"] == 1_000_000
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    assert problem(alma.post(f"{path}/capture")) == (409, "out_of_state")
    shown = alma.get(f"/v1/orders/{order}").json()
    assert (shown["money"]["held_minor"], shown["state"], shown["external_id"]) == (1_000_000, "active", "po-1")
    assert sum(hold["amount_minor"] for hold in shown["holds"]) == 1_000_000
    assert all(hold["why"] and hold["who"] for hold in shown["holds"])
    movements = alma.get(f"/v1/orders/{order}/movements").json()["items"]
    assert [(row["debit"], row["credit"], row["amount_minor"]) for row in movements] == [
        ("rail_clearing", "escrow", 1_000_000),
        ("rail_clearing", "processing_recovered", 29_030),
    ]
    assert alma.get(path).json()["instrument"]["last4"] == "4242"
    assert problem(shops["boris"].get(path)) == (404, "not_found")
    assert shops["boris"].get(f"/v1/orders/{order}/payments").json()["items"][0]["instrument"] == {"kind": "card"}


def test_a_declined_card_is_an_answer_and_moves_nothing(world: World, shops: dict[str, Shop]) -> None:
    order = ordered(world, shops)
    asked = {"tranche": 1, "rail": "card", "instrument": {"number": "4000000000000002"}}
    payment = shops["alma"].post(f"/v1/orders/{order}/payments", asked).json()
    answer = shops["alma"].post(f"/v1/payments/{payment['id']}/capture")
    assert (answer.status_code, answer.json()["payment_state"], answer.json()["reason"]) == (
        200,
        "declined",
        "card_declined",
    )
    assert shops["alma"].get(f"/v1/orders/{order}/movements").json()["items"] == []


def test_a_stranger_finds_nothing_and_a_reader_changes_nothing(world: World, shops: dict[str, Shop]) -> None:
    order = ordered(world, shops)
    chen, reader = shops["chen"], shops["reader"]
    for path in ("", "/movements", "/holds", "/timeline", "/payments", "/refunds", "/claims", "/files", "/messages"):
        assert problem(chen.get(f"/v1/orders/{order}{path}")) == (404, "not_found"), path
        assert reader.get(f"/v1/orders/{order}{path}").status_code == 200, path
    for path, body in {
        "/payments": {"tranche": 1, "rail": "wire"},
        "/claims": {"reason": "quality"},
        "/cancel": {"ground": "before_production"},
        "/messages": {"channel": "email", "said_on": "2026-01-01", "text": "x"},
        "/lots/1/receive": {},
    }.items():
        assert problem(chen.post(f"/v1/orders/{order}{path}", body)) == (404, "not_found"), path
        assert problem(reader.post(f"/v1/orders/{order}{path}", body)) == (403, "not_allowed"), path
    assert chen.get("/v1/orders").json()["items"] == []
    assert chen.get("/v1/claims").json()["items"] == []


def test_lists_come_in_pages_and_events_in_the_order_of_commits(world: World, shops: dict[str, Shop]) -> None:
    orders = [ordered(world, shops, external_id=f"po-{place}") for place in range(3)]
    alma = shops["alma"]
    first = alma.get("/v1/orders?limit=2").json()
    rest = alma.get(f"/v1/orders?limit=2&cursor={first['next_cursor']}").json()
    assert [row["id"] for row in first["items"] + rest["items"]] == orders[::-1]
    assert rest["next_cursor"] is None
    assert problem(alma.get("/v1/orders?cursor=!!")) == (422, "cursor_not_valid")
    assert len(alma.get("/v1/contracts?limit=2").json()["items"]) == 2
    timeline = [row["name"] for row in alma.get(f"/v1/orders/{orders[0]}/timeline").json()["items"]]
    assert timeline == ["contract.drafted", "contract.proposed", "contract.signed", "contract.signed"]


def test_files_and_messages_are_brought_to_an_order(world: World, shops: dict[str, Shop]) -> None:
    alma, boris = shops["alma"], shops["boris"]
    order = ordered(world, shops)
    headers = {**alma.headers, "HTTP_IDEMPOTENCY_KEY": "file-1"}
    content = b"hat,shade\n1,blue\n2,navy\n"
    upload = alma.client.post(
        f"/v1/orders/{order}/files?name=shades.csv", content, content_type="application/octet-stream", **headers
    )
    assert upload.status_code == 201, upload.content
    file = upload.json()
    assert (file["media_type"], file["sha256"]) == ("text/csv", hashlib.sha256(content).hexdigest())
    got = boris.get(f"/v1/orders/{order}/files/{file['id']}/content")
    assert (got.content, got["Content-Disposition"][:10]) == (content, "attachment")
    said = {"channel": "wechat", "said_on": "2026-01-01", "text": "Blue as the swatch.", "file_id": file["id"]}
    message = alma.post(f"/v1/orders/{order}/messages", said).json()
    assert problem(alma.post(f"/v1/messages/{message['id']}/attest")) == (403, "not_allowed")
    assert problem(shops["chen"].post(f"/v1/messages/{message['id']}/attest")) == (404, "not_found")
    assert boris.post(f"/v1/messages/{message['id']}/attest").json()["state"] == "attested"
    vague = {**said, "term": {"id": "T9", "property": "shade", "kind": "no such kind"}}
    assert problem(alma.post(f"/v1/orders/{order}/messages", vague)) == (422, "invalid")
    program = alma.client.post(
        f"/v1/orders/{order}/files", b"\x7fELF\x02\x01\x01", content_type="application/octet-stream", **headers
    )
    assert problem(program) == (422, "key_reused")
    headers["HTTP_IDEMPOTENCY_KEY"] = "file-2"
    program = alma.client.post(
        f"/v1/orders/{order}/files", b"\x7fELF\x02\x01\x01", content_type="application/octet-stream", **headers
    )
    assert problem(program) == (415, "file_kind_not_accepted")


def test_programmes_are_there_to_be_read(world: World, shops: dict[str, Shop]) -> None:
    alma = shops["alma"]
    names = [row["name"] for row in alma.get("/v1/programmes").json()["items"]]
    assert names == ["accessories", "apparel", "basic", "import", "standard"]
    found = alma.get("/v1/programmes/import").json()
    assert alma.get("/v1/programmes/import/versions/2").json() == found
    assert found["rules"]["cover"]["limits"] == "total"
    assert problem(alma.get("/v1/programmes/import/versions/9")) == (404, "not_found")
    assert problem(alma.get("/v1/programmes/no-such")) == (404, "not_found")


def test_a_stray_wire_waits_for_finance_and_can_be_sent_back(world: World, shops: dict[str, Shop]) -> None:
    operator = shops["operator"]
    sent = {"source_ref": "line-1", "reference": "RF00X", "amount_minor": 500, "currency": "USD"}
    assert operator.post("/v1/sandbox/wires", sent).json()["reason"] == "unknown_reference"
    assert operator.post("/v1/sandbox/wires", sent).json()["again"] is True
    (stray,) = operator.get("/v1/strays").json()["items"]
    assert problem(shops["alma"].get("/v1/strays")) == (403, "not_allowed")
    assert operator.post(f"/v1/strays/{stray['id']}/return").json()["state"] == "returned"
    assert operator.get("/v1/strays").json()["items"] == []


def test_a_balance_is_paid_out_to_a_verified_account_only(world: World, shops: dict[str, Shop]) -> None:
    boris, operator = shops["boris"], shops["operator"]
    assert boris.get("/v1/balance?currency=USD").json()["payable_minor"] == 0
    assert problem(boris.post("/v1/payouts", {"currency": "USD"})) == (409, "no_beneficiary")
    account = {"name": world.boris.name, "currency": "USD", "account": "6222020200112233", "bic": "ICBKCNBJ"}
    made = operator.post(f"/v1/organisations/{world.boris.ref}/beneficiaries", account).json()
    assert problem(boris.post("/v1/payouts", {"currency": "USD", "beneficiary_id": made["id"]})) == (
        409,
        "no_beneficiary",
    )
    operator.post(f"/v1/beneficiaries/{made['id']}/verify")
    order_id = world.delivered()
    world.receives(order_id)
    assert boris.get("/v1/balance?currency=USD").json()["payable_minor"] == 975_000
    assert problem(boris.post("/v1/payouts", {"currency": "USD", "amount_minor": 975_001})) == (
        409,
        "nothing_to_pay_out",
    )
    payout = boris.post("/v1/payouts", {"currency": "USD", "external_id": "week-9"}).json()
    assert (payout["amount_minor"], payout["state"]) == (975_000, "approved")
    assert boris.get(f"/v1/payouts/{payout['id']}").json() == payout
    assert problem(shops["chen"].get(f"/v1/payouts/{payout['id']}")) == (404, "not_found")
    assert problem(shops["operator"].post("/v1/payouts", {"currency": "USD"})) == (403, "not_allowed")


def test_only_a_named_mediator_decides_a_claim(world: World, shops: dict[str, Shop]) -> None:
    order_id = world.delivered()
    alma = shops["alma"]
    path = f"/v1/orders/{public('ord', order_id)}/claims"
    assert problem(alma.post(path, {"reason": "balance_unpaid"})) == (422, "reason_not_yours")
    # The world's clock stands elsewhere than the API's: the window is long over there.
    closed = alma.post(path, {"reason": "quality", "lots": [1]})
    assert problem(closed) == (409, "window_closed")
    assert closed.json()["facts"]["rule"]
    step = opening.open_claim(
        act=world.buyer(), order_id=order_id, complaint=opening.Complaint("quality", lots=(1,), terms=("T1",))
    )
    # Boris says nothing: after three days a mediator must.
    world.days_pass(5)
    claim = f"/v1/claims/{public('clm', step.claim_id)}"
    assert shops["dana"].get(claim).json()["acts"][0]["verb"] == "determine"
    denied = {"outcome": "denied", "reasons": "Nothing was measured."}
    for name in ("alma", "boris", "operator"):
        assert problem(shops[name].post(f"{claim}/determine", denied)) == (403, "not_allowed"), name
    assert problem(shops["chen"].post(f"{claim}/determine", denied)) == (404, "not_found")
    over = {**denied, "computed": [0]}
    assert problem(shops["dana"].post(f"{claim}/determine", over)) == (422, "invalid")
    decided = shops["dana"].post(f"{claim}/determine", denied).json()
    assert (decided["state"], decided["award_minor"]) == ("determined", 0)
    shown = alma.get(claim).json()
    assert shown["determination"]["kind"] == "mediator"
    assert {act["verb"] for act in shown["acts"]} >= {"waive_appeal"}
    parties.withdraw_staff(act=world.operator(), person_id=world.dana, role="mediator")
    assert problem(shops["dana"].get(claim)) == (404, "not_found")


def test_capturing_costs_two_reads_and_one_short_transaction(world: World, shops: dict[str, Shop]) -> None:
    order = ordered(world, shops)
    asked = {"tranche": 1, "rail": "card", "instrument": {"number": "4242424242424242"}}
    first = shops["alma"].post(f"/v1/orders/{order}/payments", {**asked, "amount_minor": 400_000}).json()
    shops["alma"].post(f"/v1/payments/{first['id']}/capture")
    payment = shops["alma"].post(f"/v1/orders/{order}/payments", asked).json()
    with CaptureQueriesContext(connection) as spoken:
        assert shops["alma"].post(f"/v1/payments/{payment['id']}/capture").json()["tranche_state"] == "held"
    said = [query["sql"] for query in spoken if "SAVEPOINT" not in query["sql"]]
    assert len(said) == 4, said
    key, gate, lock, recording = said
    assert ("parties_apikey" in key, "rails_payment" in gate) == (True, True)
    assert ("orders_lock" in lock, "ledger_post" in recording and "record_event_add" in recording) == (True, True)
