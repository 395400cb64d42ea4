"""A card order over our API and in the console, with Stripe behind it; and the same trade with and without Stripe."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from django.test import Client

from holdfast.kernel.identifiers import public
from holdfast.ledger import audit
from holdfast.orders.operations import cancelling, paying
from holdfast.orders.operations.funding import Funded
from holdfast.parties import operations as parties
from holdfast.parties.models import Person
from holdfast.rails import queries
from tests.fakes.stripe import FakeStripe
from tests.matrix.console import forms
from tests.rails.stripe_stage import Trade
from tests.world import World


@pytest.fixture
def trade(world: World, card: FakeStripe) -> Trade:
    return Trade(world, card)


# --- over HTTP -------------------------------------------------------------------------------------------------------


class Shop:
    """A marketplace's own shop, with a key of Alma's."""

    def __init__(self, world: World) -> None:
        made = parties.create_key(
            act=world.operator(),
            organisation_id=world.alma.organisation_id,
            name="shop",
            scopes=["orders:read", "orders:write", "payments:write"],
        )
        self._secret, self._client, self._calls = made.secret, Client(), 0

    def get(self, path: str) -> Any:
        return self._client.get(path, headers={"Authorization": f"Bearer {self._secret}"})

    def post(self, path: str, body: dict[str, Any]) -> Any:
        self._calls += 1
        headers = {"Authorization": f"Bearer {self._secret}", "Idempotency-Key": f"shop-{self._calls}"}
        return self._client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def test_a_card_order_over_the_api(trade: Trade) -> None:
    shop, order_id = Shop(trade.world), trade.world.signed_order()
    order = public("ord", order_id)
    asked = {"tranche": 1, "rail": "card", "instrument": {}}
    with_number = {**asked, "instrument": {"number": "4242424242424242"}}
    refused = shop.post(f"/v1/orders/{order}/payments", with_number)
    assert (refused.status_code, refused.json()["field"]) == (422, "instrument.number")
    payment = shop.post(f"/v1/orders/{order}/payments", asked).json()
    assert payment["instrument"] == {"kind": "card", "provider": "stripe"}
    path = f"/v1/payments/{payment['id']}"
    assert shop.get(f"{path}/confirmation").json()["code"] == "nothing_to_confirm"
    assert shop.post(f"{path}/capture", {}).json()["payment_state"] == "pending"
    found = shop.get(f"{path}/confirmation").json()
    assert (found["provider"], found["url"]) == ("stripe", None)
    assert found["client_secret"].startswith("pi_")
    assert "secret" not in json.dumps(shop.get(path).json())
    trade.card.payer_confirms(found["client_secret"].partition("_secret")[0])
    trade.told()
    assert shop.get(path).json()["state"] == "captured"
    assert shop.get(f"/v1/orders/{order}").json()["state"] == "active"
    assert trade.held(order_id) == 1_000_000
    assert list(audit.findings()) == []


# --- in the console --------------------------------------------------------------------------------------------------


def test_in_the_console_the_card_is_given_to_stripe(trade: Trade) -> None:
    order_id = trade.world.signed_order()
    alma = Client()
    person = Person.objects.get(id=trade.world.alma.person_id)
    alma.force_login(person, backend=configured.AUTHENTICATION_BACKENDS[0])
    order = f"/orders/{public('ord', order_id)}/"
    (form,) = [one for one in forms(alma.get(order).content.decode()) if "/acts/pay/" in one.action]
    assert "number" not in form.fields
    sent = alma.post(form.action, {**form.fields, "rail": "card"})
    (payment,) = queries.payments_of(order_id=order_id)
    address = f"/payments/{public('pay', payment.id)}/"
    assert (sent.status_code, sent["Location"]) == (303, address)
    assert address in alma.get(order).content.decode()
    page = str(payment.provider_ref)
    assert f'href="{trade.card.address}/pay/{page}"' in alma.get(address).content.decode()
    trade.card.fails("500", times=9)
    assert "does not answer just now" in alma.get(address).content.decode()
    trade.card.troubles.clear()
    trade.card.payer_pays_page(page)
    assert trade.card.objects[page]["success_url"].endswith(f"{address}?payment=sent")
    assert "by itself what became of it" in alma.get(f"{address}?payment=sent").content.decode()
    trade.told()
    assert f"/pay/{page}" not in alma.get(address).content.decode()
    assert trade.held(order_id) == 1_000_000
    boris = Client()
    boris.force_login(Person.objects.get(id=trade.world.boris.person_id), backend=configured.AUTHENTICATION_BACKENDS[0])
    assert boris.get(address).status_code == 404


# --- the rest does not notice ----------------------------------------------------------------------------------------


def traded(world: World, instrument: dict[str, Any], passes: Any) -> list[tuple[Any, ...]]:
    """Alma pays two orders by card; one is delivered, received and released, the other cancelled and refunded. Answers
    every movement: what, between which accounts, how much."""
    for fate in ("received", "cancelled"):
        order_id = world.signed_order()
        payment = paying.request_payment(
            act=world.buyer(), order_id=order_id, tranche=1, rail="card", instrument=instrument
        )
        assert isinstance(paying.capture(act=world.buyer(), payment=payment), Funded)
        if fate == "cancelled":
            cancelling.cancel(act=world.supplier(), order_id=order_id, ground="withdrawal")
            passes(days=1)
            assert queries.refunds_of(order_id=order_id)[0].state == "confirmed"
            continue
        passes(days=7)
        shipment = world.ships(order_id)
        passes(days=20)
        world.delivers(shipment.id)
        world.receives(order_id)
        passes(days=8)
    passes(days=9)
    assert list(audit.findings()) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.kind, d.code, c.code, t.amount_minor"
            " FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit_id"
            " JOIN ledger_account c ON c.id = t.credit_id ORDER BY 1, 2, 3, 4"
        )
        return cursor.fetchall()


def test_the_same_trade_moves_the_same_money(trade: Trade, settings: Any) -> None:
    world, began = trade.world, trade.world.now
    settings.CARD = "simulated"
    with transaction.atomic():
        simulated = traded(world, {"number": "4242424242424242"}, lambda **time: world.days_pass(time["days"]))
        transaction.set_rollback(True)
    assert len(simulated) > 12
    assert trade.card.asked == []
    settings.CARD, world.now = "stripe", began
    # Stripe keeps what the programme says a card costs.
    trade.card.fee = lambda amount: amount - 1_000_000

    def passes(**time: float) -> None:
        trade.passes(**time)
        trade.told()

    assert traded(world, {"payment_method": "pm_card_visa"}, passes) == simulated
