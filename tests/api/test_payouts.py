"""A balance on its way to the bank over HTTP: a changed account, two people, a payment file, the bank's word."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from holdfast import jobs
from holdfast.kernel.identifiers import new_id, parse, public
from holdfast.notices.models import Notice
from holdfast.orders.operations import paying
from holdfast.parties import operations as parties
from holdfast.rails import operations as rails
from holdfast.rails.bank import pain
from holdfast.rails.models import Payout
from holdfast.rails.models.statements import BankAccount
from holdfast.record.act import Act
from tests.parties.cast import Shop
from tests.world import World, contract

SCOPES = ["orders:read", "orders:write", "payments:write"]
OLD, NEW = "DE89370400440532013000", "DE75512108001245126199"


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def shops(world: World) -> dict[str, Shop]:
    def key(organisation: Any, scopes: list[str]) -> Shop:
        made = parties.create_key(act=world.operator(), organisation_id=organisation, name="k", scopes=scopes)
        assert made.secret is not None
        return Shop(made.secret)

    return {
        "alma": key(world.alma.organisation_id, SCOPES),
        "boris": key(world.boris.organisation_id, SCOPES),
        "fin": key(world.operator_id, ["operator"]),
        "gus": key(world.operator_id, ["operator"]),
    }


@pytest.fixture
def bank(world: World, settings: Any) -> str:
    settings.WIRE = "bank"
    account = BankAccount.objects.create(
        id=new_id(), name="Harbour Market", number=OLD, currency="USD", holds="clients", added_at=world.now
    )
    return public("bka", account.id)


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def account_of(shop: Shop, world: World, iban: str) -> dict[str, Any]:
    """Named by one and verified by another of the operator's keys."""
    body = {"name": world.boris.name, "currency": "USD", "iban": iban}
    made: dict[str, Any] = shop.post(f"/v1/organisations/{world.boris.ref}/beneficiaries", body).json()
    return made


def earned(world: World) -> int:
    order_id = world.delivered()
    world.receives(order_id)
    return 975_000


def now_of(shop: Shop) -> datetime:
    """The clock that the API reads."""
    return datetime.fromisoformat(shop.get("/v1/me").json()["now"])


def test_a_payout_meanwhile_goes_nowhere_when_the_account_is_changed(world: World, shops: dict[str, Shop]) -> None:
    fin, gus, boris = shops["fin"], shops["gus"], shops["boris"]
    old = account_of(fin, world, OLD)
    assert gus.post(f"/v1/beneficiaries/{old['id']}/verify").json()["state"] == "verified"
    later = now_of(fin).year + 1
    open_order = world.funded_order(contract(ship={"on": f"{later}-01-15"}))
    earned(world)
    fin.post("/v1/payout-limits/USD", {"amount_minor": 1_000})
    asked = boris.post("/v1/payouts", {"currency": "USD", "amount_minor": 5_000}).json()
    assert (asked["state"], asked["needs_approval"]) == ("requested", True)
    new = account_of(fin, world, NEW)
    assert [one["id"] for one in gus.get("/v1/beneficiaries").json()["items"]] == [new["id"]]
    changed = gus.post(f"/v1/beneficiaries/{new['id']}/verify").json()
    assert changed["state"] == "cooling"
    now = now_of(fin)
    jobs.run_all(now=now + timedelta(seconds=2))
    assert set(Notice.objects.filter(kind="payee.changing").values_list("address", flat=True)) == {"alma@example.com"}
    assert Notice.objects.filter(kind="payee.changing", order_id=open_order).exists()
    # Nothing goes to the new account, and once the old one is withdrawn nothing goes there either.
    named = boris.post("/v1/payouts", {"currency": "USD", "amount_minor": 100, "beneficiary_id": new["id"]})
    assert problem(named) == (409, "no_beneficiary")
    fin.post(f"/v1/beneficiaries/{old['id']}/withdraw")
    assert problem(boris.post("/v1/payouts", {"currency": "USD", "amount_minor": 100})) == (409, "no_beneficiary")
    assert problem(gus.post(f"/v1/payouts/{asked['id']}/approve")) == (409, "no_beneficiary")
    jobs.run_all(now=now + timedelta(minutes=1))
    back = boris.get(f"/v1/payouts/{asked['id']}").json()
    assert (back["state"], back["reason"]) == ("cancelled", "account_withdrawn")
    assert boris.get("/v1/balance?currency=USD").json()["payable_minor"] == 975_000
    jobs.advance_to(start=now, until=now + timedelta(hours=73))
    assert boris.post("/v1/payouts", {"currency": "USD", "amount_minor": 100}).json()["beneficiary_id"] == new["id"]


def test_a_balance_leaves_by_a_payment_file(world: World, shops: dict[str, Shop], bank: str) -> None:
    fin, gus, boris = shops["fin"], shops["gus"], shops["boris"]
    gus.post(f"/v1/beneficiaries/{account_of(fin, world, OLD)['id']}/verify")
    earned(world)
    assert problem(shops["boris"].post("/v1/payout-limits/USD", {"amount_minor": 1})) == (403, "not_allowed")
    assert fin.post("/v1/payout-limits/USD", {"amount_minor": 300_000}).json()["amount_minor"] == 300_000
    small = boris.post("/v1/payouts", {"currency": "USD", "amount_minor": 300_000}).json()
    big = boris.post("/v1/payouts", {"currency": "USD", "amount_minor": 400_000}).json()
    gone = boris.post("/v1/payouts", {"currency": "USD", "amount_minor": 1_000}).json()
    assert boris.post(f"/v1/payouts/{gone['id']}/cancel").json()["state"] == "cancelled"
    assert [one["state"] for one in (small, big)] == ["approved", "requested"]
    assert gus.get("/v1/payouts?state=requested").json()["items"][0]["id"] == big["id"]
    assert problem(boris.post(f"/v1/payouts/{big['id']}/approve")) == (403, "not_allowed")
    assert gus.post(f"/v1/payouts/{big['id']}/approve").json()["state"] == "approved"
    jobs.run_all(now=now_of(fin))
    body = {"currency": "USD", "bank_account_id": bank, "execution_on": fin.get("/v1/me").json()["now"][:10]}
    made = fin.post("/v1/payout-batches", body)
    assert made.status_code == 201, made.content
    batch = made.json()
    assert (batch["count"], batch["total_minor"], batch["needs_second"]) == (2, 700_000, True)
    path = f"/v1/payout-batches/{batch['id']}"
    assert problem(fin.get(f"{path}/file")) == (409, "out_of_state")
    assert problem(fin.post(f"{path}/release")) == (403, "four_eyes")
    released = gus.post(f"{path}/release").json()
    content = b"".join(fin.get(f"{path}/file").streaming_content)  # type: ignore[attr-defined]
    assert released["reference"].encode() in content
    assert b"<CtrlSum>7000.00</CtrlSum>" in content
    report = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><OrgnlGrpInfAndSts>'
        f"<OrgnlMsgId>{released['reference']}</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>{pain.compact('pot', ref(small))}</OrgnlEndToEndId>"
        "<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    )
    for _time in range(2):
        taken = uploaded(gus, report.encode(), key="report-1")
        assert (taken["rejected"], taken["batch"]["state"]) == (1, "released")
    assert boris.get(f"/v1/payouts/{small['id']}").json()["reason"] == "AC04"
    confirmed = rails.line_confirms(
        act=Act(world.now, "rail", None, None, "rail"),
        reference=pain.compact("pot", ref(big)),
        amount_minor=400_000,
        currency="USD",
        booked_on=world.now.date(),
        chain_of=paying.chain_of,
    )
    assert confirmed is not None
    assert set(Payout.objects.values_list("state", flat=True)) == {"bounced", "confirmed", "cancelled"}
    assert boris.get("/v1/balance?currency=USD").json()["payable_minor"] == 575_000
    assert fin.get("/v1/payout-batches").json()["items"][0]["id"] == batch["id"]
    assert fin.get("/v1/refunds/starts").json()["late"] == 0
    assert fin.get("/v1/refunds/to-place").json()["items"] == []


def ref(payout: dict[str, Any]) -> Any:
    return parse("pot", payout["id"])


def uploaded(shop: Shop, content: bytes, *, key: str) -> dict[str, Any]:
    answer = Client().post(
        "/v1/payout-reports",
        data=content,
        content_type="application/octet-stream",
        HTTP_IDEMPOTENCY_KEY=key,
        **shop.headers,
    )
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found
