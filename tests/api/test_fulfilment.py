"""Shipments and inspections over HTTP, as a marketplace's programs drive them; and what they are told when refused."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.kernel import clock
from holdfast.kernel.identifiers import public
from holdfast.parties import operations as parties
from holdfast.record.models import Event
from tests.contracts.documents import microcontrollers
from tests.parties.cast import Shop
from tests.world import Party, World, contract

TRADING = ["orders:read", "orders:write"]


@pytest.fixture(autouse=True)
def _the_worlds_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "read", lambda **_: world.now)


def shop(world: World, party: Party, *scopes: str) -> Shop:
    key = parties.create_key(
        act=world.operator(), organisation_id=party.organisation_id, name="shop", scopes=list(scopes or TRADING)
    )
    assert key.secret is not None
    return Shop(key.secret)


def lot(**changes: Any) -> dict[str, Any]:
    return {
        "quantities": [{"line": 1, "units": 400}],
        "carrier": "Ocean Line",
        "mode": "sea",
        "shipped_on": "2026-03-02",
        "container_number": "CSQU3054383",
        "documents": [{"kind": "bill_of_lading", "number": "BL-1", "dated_on": "2026-03-02"}],
        **changes,
    }


def test_a_lot_is_sent_tracked_and_delivered(world: World) -> None:
    order_id = world.funded_order()
    boris, alma = shop(world, world.boris), shop(world, world.alma)
    path = f"/v1/orders/{public('ord', order_id)}/shipments"
    sent = boris.post(path, lot(), key="ship-1")
    assert sent.status_code == 201, sent.content
    made = sent.json()
    assert (made["state"], made["grade"], made["number_scheme"], made["lot"]) == ("booked", "C", "iso_6346", 1)
    assert [act["verb"] for act in made["acts"]] == ["track", "add_documents"]
    count = Event.objects.count()
    assert boris.post(path, lot(), key="ship-1").content == sent.content
    assert Event.objects.count() == count
    more = boris.post(f"/v1/shipments/{made['id']}/documents", {"documents": [{"kind": "invoice"}]}).json()
    assert [paper["kind"] for paper in more["documents"]] == ["bill_of_lading", "invoice"]
    world.days_pass(20)
    event = {"code": "DELIVERED", "at": "2026-03-20T10:00:00+08:00", "place": "USNYC"}
    told = alma.post(f"/v1/shipments/{made['id']}/events", event).json()
    assert (told["state"], told["delivery_grade"], told["delivered_on"]) == ("delivered", "B", "2026-03-19")
    assert alma.get(path).json()["items"] == [alma.get(f"/v1/shipments/{made['id']}").json()]
    assert [one["code"] for one in alma.get(f"/v1/shipments/{made['id']}/events").json()["items"]] == ["DELIVERED"]
    (late,) = alma.get(f"/v1/orders/{public('ord', order_id)}/lateness").json()["items"]
    assert (late["days_late"], late["conclusive"]) == (0, ["bill_of_lading"])


def test_what_is_wrong_with_a_shipment_is_named(world: World) -> None:
    order_id = world.funded_order()
    boris = shop(world, world.boris)
    path = f"/v1/orders/{public('ord', order_id)}/shipments"
    for changes, code, field in (
        ({"mode": "camel"}, "invalid", "mode"),
        ({"quantities": []}, "invalid", "quantities"),
        ({"quantities": [{"line": 1, "units": 1}, {"line": 1, "units": 2}]}, "invalid", "quantities"),
        ({"quantities": [{"line": 1, "units": 9999}]}, "units_not_ordered", "quantities.1"),
        ({"container_number": "CSQU3054384"}, "container_number_not_valid", "container_number"),
        ({"shipped_on": "2026-03-03"}, "ship_date_not_possible", "shipped_on"),
        (
            {"documents": [{"kind": "invoice", "file_id": f"fil_{'0' * 32}"}]},
            "document_not_accepted",
            "documents.0.file_id",
        ),
        ({"weight": 3}, "invalid", "weight"),
    ):
        answer = boris.post(path, lot(**changes))
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["field"]) == (422, code, field), problem
        assert "accepted" in problem or "errors" in problem
    assert boris.get(path).json() == {"items": [], "next_cursor": None}
    sent = boris.post(path, lot()).json()
    early = boris.post(f"/v1/shipments/{sent['id']}/events", {"code": "DEPA", "at": "0001-01-01T00:00:00+14:00"})
    assert (early.status_code, early.json()["code"], early.json()["field"]) == (422, "invalid", "at")


def test_each_key_reaches_what_is_its_own(world: World) -> None:
    order_id, shipment = world.shipped()
    order, shp = public("ord", order_id), public("shp", shipment.id)
    chen, reader = shop(world, world.chen), shop(world, world.boris, "orders:read")
    for path in (f"/v1/orders/{order}/shipments", f"/v1/shipments/{shp}", f"/v1/orders/{order}/reports"):
        assert chen.get(path).status_code == 404
        assert reader.get(path).status_code == 200
    assert chen.post(f"/v1/orders/{order}/shipments", lot()).status_code == 404
    assert reader.post(f"/v1/orders/{order}/shipments", lot()).json()["code"] == "not_allowed"
    ingrid = shop(world, world.ingrid, "reports:write")
    assert ingrid.get(f"/v1/orders/{order}/inspection").status_code == 404


def test_an_inspector_is_named_briefed_and_reports(world: World) -> None:
    document = microcontrollers(payment={"kind": "full"}, charges=[], ship_to=contract()["ship_to"])
    order = public("ord", world.funded_order(document))
    alma, boris = shop(world, world.alma), shop(world, world.boris)
    ingrid = shop(world, world.ingrid, "reports:write")
    body = {"inspector_id": world.ingrid.ref, "kind": "pre_shipment", "fee_minor": 30000}
    named = boris.post(f"/v1/orders/{order}/inspectors", body)
    assert (named.status_code, named.json()["is_binding"]) == (201, False)
    agreed = alma.post(f"/v1/inspections/{named.json()['id']}/agree", {}).json()
    assert (agreed["state"], agreed["is_binding"]) == ("agreed", True)
    assert [one["order_id"] for one in ingrid.get("/v1/inspections").json()["items"]] == [order]
    brief = ingrid.get(f"/v1/orders/{order}/inspection").json()
    assert (brief["specification"][0]["id"], brief["lines"][0]["quantity"]) == ("T1", 5000)
    assert "price" not in str(brief)
    units = [{"id": "u", "line": 1, "count": 200, "readings": [{"term": "T1", "value": "STM32F407VGT6"}]}]
    report = {
        "kind": "pre_shipment",
        "examined_at": "2026-03-02T17:00:00+08:00",
        "counted": [{"line": 1, "units": 5000}],
    }
    wrong = [{**units[0], "readings": [{"term": "T1", "value": 7.5}]}]
    refused = ingrid.post(f"/v1/orders/{order}/reports", {**report, "readings": {"units": wrong}})
    assert (refused.status_code, refused.json()["field"]) == (422, "readings.units.0.readings.0.value")
    filed = ingrid.post(f"/v1/orders/{order}/reports", {**report, "readings": {"units": units}})
    assert filed.status_code == 201, filed.content
    shown = filed.json()
    assert (shown["effect"], shown["verdict"]["lot"], shown["source"]) == ("opens", "accepted", "inspector")
    assert alma.get(f"/v1/reports/{shown['id']}").json() == shown
    assert ingrid.get(f"/v1/reports/{shown['id']}").json() == shown
    assert alma.get(f"/v1/orders/{order}/reports?lot=1").json() == {"items": [], "next_cursor": None}
    assert alma.get(f"/v1/orders/{order}/inspection").json()["inspection"] == "passed"
    late = alma.post(f"/v1/inspections/{named.json()['id']}/withdraw", {})
    assert (late.status_code, late.json()["code"]) == (403, "not_allowed")
