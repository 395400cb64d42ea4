"""A lot leaves, is reported on its way, and arrives: what each report does to the lot, its dates and its deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from holdfast.fulfilment import carriers, operations, queries
from holdfast.fulfilment.carriers import simulated_number
from holdfast.fulfilment.models import Event, Shipment
from holdfast.fulfilment.operations import Document
from holdfast.fulfilment.queries import ShipmentView
from holdfast.fulfilment.refusals import (
    AlreadyRecorded,
    ContainerNumberNotValid,
    DocumentNotAccepted,
    EventNotPossible,
    ShipDateNotPossible,
)
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound
from holdfast.orders.refusals import DeliveryBeforeShipment, InspectionMissing, NothingHeld, UnitsNotOrdered
from holdfast.orders.rules.facts import Lot
from holdfast.record import deadlines
from holdfast.record.models import Event as Recorded
from tests.world import World, contract, refuses, sha256

PARCEL = "RR473124829GB"


def ships(world: World, order_id: UUID, **more: object) -> ShipmentView:
    given = {
        "quantities": {1: 1000},
        "carrier": "Ocean Line",
        "mode": "sea",
        "shipped_on": world.today(),
        "tracking_number": PARCEL,
        **more,
    }
    return operations.ship(act=world.supplier(), order_id=order_id, **given)  # type: ignore[arg-type]


def lot(world: World, order_id: UUID, number: int = 1) -> Lot:
    found = world.order(order_id).lot(number)
    assert found is not None
    return found


def last_event(order_id: UUID) -> Recorded:
    return Recorded.objects.filter(chain_id=order_id).order_by("-seq")[0]


def waits(subject_id: UUID) -> list[tuple[str, str]]:
    return [(row.kind, row.who) for row in deadlines.of_subject(subject_id=subject_id)]


def test_a_lot_is_shipped_with_its_consignment_in_one_act(world: World) -> None:
    order_id = world.funded_order()
    before = Recorded.objects.filter(chain_id=order_id).count()
    papers = [Document("packing_list", "PL-1"), Document("bill_of_lading", "BL-1", world.today())]
    view = ships(world, order_id, quantities={1: 400}, documents=papers, external_id="x-1")
    found = lot(world, order_id)
    assert (found.quantities, found.state, found.grade) == ({1: 400}, "shipped", "C")
    assert (view.state, view.grade, view.ship_basis, view.lot_id) == ("booked", "C", "document", found.id)
    assert view == queries.shipment(shipment_id=view.id)
    assert queries.shipments(order_id=order_id) == (view,)
    assert Recorded.objects.filter(chain_id=order_id).count() == before + 1
    told = last_event(order_id)
    assert (told.name, told.payload["data"]["quantities"]) == ("lot.shipped", {"1": 400})
    assert waits(found.id) == [("lot.arrive", "operator")]


def test_a_word_alone_is_grade_d_and_two_lots_may_share_one_consignment(world: World) -> None:
    order_id = world.funded_order()
    assert ships(world, order_id, quantities={1: 400}).grade == "D"
    second = ships(world, order_id, quantities={1: 600}, documents=[Document("packing_list")])
    assert (second.lot_number, second.grade, second.oddities) == (2, "C", ())


def test_what_cannot_be_shipped_changes_nothing(world: World) -> None:
    unpaid = world.signed_order()
    with refuses(NothingHeld):
        ships(world, unpaid)
    order_id = world.funded_order()
    with refuses(NotAllowed, accepted=["supplier"]):
        operations.ship(
            act=world.buyer(), order_id=order_id, quantities={1: 1}, carrier="x", mode="sea", shipped_on=world.today()
        )
    with refuses(UnitsNotOrdered, field="quantities.1"):
        ships(world, order_id, quantities={1: 1001})
    with refuses(ShipDateNotPossible, accepted={"from": "2026-03-02", "to": "2026-03-02"}):
        ships(world, order_id, shipped_on=date(2026, 3, 3))
    with refuses(Invalid, field="mode"):
        ships(world, order_id, mode="camel")
    with refuses(ContainerNumberNotValid, field="container_number"):
        ships(world, order_id, container_number="CSQU3054384")
    with refuses(DocumentNotAccepted, field="documents.0.kind"):
        ships(world, order_id, documents=[Document("letter")])
    with refuses(DocumentNotAccepted, field="documents.0.dated_on"):
        ships(world, order_id, documents=[Document("invoice", "1", date(2027, 1, 1))])
    with refuses(DocumentNotAccepted, field="documents.0.file_id"):
        ships(world, order_id, documents=[Document("invoice", file_id=order_id)])
    dear = world.funded_order(contract(inspection={"type": "pre_shipment", "blocks": ["shipment"]}))
    with refuses(InspectionMissing):
        ships(world, dear)


def test_the_carriers_acceptance_sets_the_ship_date_on_the_day_of_its_place(world: World) -> None:
    order_id = world.funded_order()
    world.days_pass(5)
    view = ships(world, order_id)
    assert (view.ship_date_on, view.ship_basis) == (date(2026, 3, 7), "word")
    # 17:30 UTC on the 4th is the 5th in Shanghai; the upload on the 7th does not count.
    at = world.now.replace(day=4, hour=17, minute=30)
    said = operations.track(act=world.carrier(), shipment_id=view.id, code="GTIN", at=at, place="CNNGB")
    assert (said.ship_date_on, said.ship_basis, said.grade, said.state) == (
        date(2026, 3, 5),
        "carrier",
        "A",
        "in_transit",
    )
    found = lot(world, order_id)
    assert (found.shipped_on, found.grade, found.expected_delivery_on) == (date(2026, 3, 5), "A", date(2026, 4, 4))
    assert last_event(order_id).name == "shipment.accepted"
    assert waits(found.id) == [("lot.arrive", "operator")]
    # A later hand-over does not move it; an earlier one does.
    operations.track(act=world.carrier(), shipment_id=view.id, code="LOAD", at=at + timedelta(hours=9))
    assert (last_event(order_id).name, lot(world, order_id).shipped_on) == ("shipment.tracked", date(2026, 3, 5))


def test_the_carrier_delivers_and_silence_then_counts(world: World) -> None:
    order_id, shipment = world.shipped()
    world.days_pass(20)
    view = world.delivers(shipment.id)
    found = lot(world, order_id)
    assert (view.state, view.delivery_grade) == ("delivered", "A")
    assert (found.state, found.grade, found.delivered_on) == ("delivered", "A", date(2026, 3, 22))
    assert last_event(order_id).name == "lot.delivered"
    assert waits(found.id) == [("lot.receipt", "buyer")]


def test_the_senders_own_word_delivers_only_with_a_proof_and_silence_does_not_count(world: World) -> None:
    order_id = world.funded_order()
    view = ships(world, order_id)
    world.days_pass(20)
    act = world.supplier()
    noted = operations.track(act=act, shipment_id=view.id, code="DELIVERED", at=world.now, note="left with the porter")
    assert (noted.state, lot(world, order_id).state) == ("booked", "shipped")
    told = last_event(order_id)
    assert told.name == "shipment.tracked"
    assert "porter" not in str(told.payload)
    world.days_pass(1)
    operations.track(
        act=world.supplier(), shipment_id=view.id, code="DELIVERED", at=world.now, proof_sha256=sha256("receipt")
    )
    found = lot(world, order_id)
    assert (found.state, found.grade) == ("delivered", "C")
    assert waits(found.id) == [("lot.receipt", "operator")]
    # The carrier confirms later: the proof gets better, and from now on silence counts.
    world.days_pass(1)
    at = world.now - timedelta(days=2)
    operations.track(act=world.carrier(), shipment_id=view.id, code="DELIVERED", at=at)
    found = lot(world, order_id)
    assert (found.state, found.grade, found.delivered_on) == ("delivered", "A", date(2026, 3, 22))
    assert waits(found.id) == [("lot.receipt", "buyer")]


def test_a_parcel_may_arrive_on_the_day_before_where_the_buyer_is_behind_the_supplier(world: World) -> None:
    """It leaves Ningbo in the first hour of a day, which is still the day before in New York."""
    order_id = world.funded_order()
    world.goes_to(datetime(2026, 3, 10, 16, 30, tzinfo=UTC))
    assert (world.today(), world.today(world.alma)) == (date(2026, 3, 11), date(2026, 3, 10))
    view = ships(world, order_id, mode="air")
    with refuses(DeliveryBeforeShipment):
        early = world.now - timedelta(hours=20)
        operations.track(act=world.buyer(), shipment_id=view.id, code="DELIVERED", at=early)
    operations.track(act=world.buyer(), shipment_id=view.id, code="DELIVERED", at=world.now)
    found = lot(world, order_id)
    assert (found.state, found.delivered_on) == ("delivered", date(2026, 3, 11))


def test_the_buyers_word_against_itself_is_worth_b(world: World) -> None:
    order_id, shipment = world.shipped()
    world.days_pass(3)
    operations.track(act=world.buyer(), shipment_id=shipment.id, code="DELIVERED", at=world.now)
    assert (lot(world, order_id).state, lot(world, order_id).grade) == ("delivered", "B")


def test_a_number_used_before_proves_nothing(world: World) -> None:
    first, shipment = world.shipped()
    world.days_pass(10)
    world.delivers(shipment.id)
    order_id = world.funded_order()
    view = ships(world, order_id, tracking_number=shipment.tracking_number, documents=[Document("packing_list")])
    assert (view.grade, view.oddities) == ("D", ("number_reused",))
    said = operations.track(act=world.carrier(), shipment_id=view.id, code="ACCEPTED", at=world.now)
    assert (said.ship_basis, said.grade) == ("word", "D")
    world.days_pass(2)
    operations.track(act=world.carrier(), shipment_id=view.id, code="DELIVERED", at=world.now)
    assert lot(world, order_id).state == "shipped"
    assert lot(world, first).grade == "A"
    # After twelve months a number may come round again.
    Shipment.objects.update(uploaded_at=world.now - timedelta(days=366))
    third = ships(world, world.funded_order(), tracking_number=shipment.tracking_number)
    assert third.oddities == ()


def test_reports_that_cannot_be_are_refused(world: World) -> None:
    _order_id, shipment = world.shipped()
    world.days_pass(1)

    def track(act: object, **more: object) -> None:
        given = {"code": "DEPA", "at": world.now, **more}
        operations.track(act=act, shipment_id=shipment.id, **given)  # type: ignore[arg-type]

    with refuses(NotAllowed):
        track(world.mediator())
    with refuses(Invalid, field="code"):
        track(world.supplier(), code="FLYING")
    with refuses(Invalid, field="zone"):
        track(world.supplier(), zone="Mars/Olympus")
    with refuses(EventNotPossible, field="at"):
        track(world.supplier(), at=world.now + timedelta(seconds=1))
    with refuses(EventNotPossible, field="at"):
        track(world.carrier(), at=world.now - timedelta(days=30))
    with refuses(DocumentNotAccepted, field="proof_file_id"):
        track(world.supplier(), proof_file_id=shipment.id)
    track(world.supplier())
    with refuses(AlreadyRecorded):
        track(world.supplier())
    track(world.buyer())


def test_documents_brought_later_better_the_proof(world: World) -> None:
    order_id = world.funded_order()
    view = ships(world, order_id, tracking_number=None)
    world.days_pass(2)
    day = date(2026, 3, 2)
    with refuses(NotAllowed):
        operations.add_documents(act=world.buyer(), shipment_id=view.id, documents=[Document("invoice")])
    with refuses(DocumentNotAccepted):
        operations.add_documents(act=world.supplier(), shipment_id=view.id, documents=[])
    view = operations.add_documents(
        act=world.supplier(), shipment_id=view.id, documents=[Document("bill_of_lading", "BL-7", day)]
    )
    assert (view.grade, view.ship_basis, lot(world, order_id).grade) == ("C", "document", "C")
    assert last_event(order_id).name == "shipment.documented"


def test_the_simulated_carrier_is_asked_and_its_plan_comes_true(world: World) -> None:
    order_id = world.funded_order()
    number = simulated_number(accept_days=1, transit_days=10, serial=5)
    view = ships(world, order_id, tracking_number=number, carrier="Simulated Carrier")
    assert carriers.poll(now=world.now) == carriers.Polled(1, 0, 0)
    world.days_pass(12)
    view = queries.shipment(shipment_id=view.id)
    assert [event.code for event in view.events] == ["ACCEPTED", "DEPA", "ARRI", "DELIVERED"]
    assert (view.state, view.grade, view.delivery_grade) == ("delivered", "A", "A")
    assert lot(world, order_id).shipped_on == date(2026, 3, 3)
    assert carriers.poll(now=world.now).asked == 0


def test_the_carrier_is_asked_on_about_what_only_the_sender_has_proved(world: World) -> None:
    order_id = world.funded_order()
    number = simulated_number(accept_days=0, transit_days=10)
    view = ships(world, order_id, tracking_number=number)
    world.now += timedelta(days=11)
    operations.track(
        act=world.supplier(), shipment_id=view.id, code="DELIVERED", at=world.now, proof_sha256=sha256("signed note")
    )
    assert lot(world, order_id).grade == "C"
    assert carriers.poll(now=world.now).recorded == 4
    assert (lot(world, order_id).grade, lot(world, order_id).delivered_on) == ("A", date(2026, 3, 12))
    assert carriers.poll(now=world.now).asked == 0


def test_a_container_cannot_carry_two_suppliers_goods_at_once(world: World) -> None:
    box = "CSQU3054383"
    first = ships(world, world.funded_order(), tracking_number=None, container_number=box)
    Shipment.objects.filter(id=first.id).update(supplier_id=world.chen.organisation_id)
    order_id = world.funded_order()
    view = ships(world, order_id, tracking_number=None, container_number=box)
    assert view.oddities == ("container_elsewhere",)
    said = operations.track(act=world.carrier(), shipment_id=view.id, code="GTIN", at=world.now)
    assert said.grade == "B"
    Shipment.objects.update(uploaded_at=world.now - timedelta(days=121))
    again = ships(world, world.funded_order(), tracking_number=None, container_number=box)
    assert again.oddities == ()


def test_one_carrier_that_fails_keeps_nobody_else_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = world.funded_order()
    ships(world, order_id, quantities={1: 1}, tracking_number="BROKEN")
    ships(world, order_id, quantities={1: 1}, tracking_number=simulated_number(accept_days=0, transit_days=99))

    class Broken(carriers.Simulated):
        def knows(self, number: str) -> bool:
            return number == "BROKEN"

        def scans(self, *_: object, **__: object) -> list[carriers.Scan]:
            raise OSError("no route to the carrier")

    monkeypatch.setattr(carriers, "carriers", lambda: (Broken(), carriers.Simulated()))
    assert carriers.poll(now=world.now) == carriers.Polled(2, 1, 1)


def test_lateness_is_measured_from_the_record(world: World) -> None:
    order_id = world.funded_order()
    world.goes_to(world.now.replace(month=4, day=20))
    view = ships(world, order_id)
    operations.track(act=world.carrier(), shipment_id=view.id, code="ACCEPTED", at=world.now.replace(day=16))
    (facts,) = queries.late_facts(order_id=order_id)
    assert (facts.expected_ship_on, facts.ship_date_on, facts.days_late) == (date(2026, 4, 10), date(2026, 4, 16), 6)
    assert (facts.grade, facts.conclusive) == ("A", ("carrier_acceptance_scan",))


def test_a_stranger_sees_no_shipment(world: World) -> None:
    _order_id, shipment = world.shipped()
    ref = public("shp", shipment.id)
    assert queries.shipment_for(caller=world.caller(world.alma), ref=ref).role == "buyer"
    assert queries.shipment_for(caller=world.caller(world.boris), ref=ref).role == "supplier"
    assert queries.shipment_for(caller=world.caller(world.dana), ref=ref).role == "mediator"
    for who, what in ((world.chen, ref), (world.ingrid, ref), (world.alma, "shp_1"), (world.alma, None)):
        with pytest.raises(NotFound):
            queries.shipment_for(caller=world.caller(who), ref=what)


def test_the_database_keeps_what_was_reported(world: World) -> None:
    _order_id, shipment = world.shipped()
    for change in (
        lambda: Event.objects.update(source="buyer"),
        lambda: Event.objects.all().delete(),
        lambda: Shipment.objects.filter(id=shipment.id).update(state="booked"),
        lambda: Shipment.objects.filter(id=shipment.id).update(state="delivered"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
