"""A contract is amended by both sides: what follows for money, dates, cover and lots, and what no amendment may do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pypdfium2
import pytest

from holdfast.contracts.amending import LineShipped, NotAmendable
from holdfast.contracts.printing import amended_for
from holdfast.contracts.printing import contract as printed
from holdfast.contracts.queries import agreement
from holdfast.contracts.rules import (
    CoverChanged,
)
from holdfast.contracts.versions import amendments_of, versions_of
from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState
from holdfast.orders.operations import amending, cancelling, clockwork, paying
from holdfast.orders.refusals import NothingLeftToShip, Overtaken, TotalTooLow
from holdfast.parties import operations as parties
from holdfast.parties.models import CoverLine
from holdfast.parties.rules import LineExhausted
from holdfast.programme.refusals import FreightRiseTooHigh, ShipDateTooFar
from holdfast.rails import queries as rails
from holdfast.record import deadlines, events
from holdfast.record.act import clock
from tests.orders.amended import amends, change, proposes, signs
from tests.orders.flows import sound
from tests.world import DEPOSIT, World, contract, refuses

pytestmark = pytest.mark.django_db


def due(order_id: UUID, kind: str) -> list[Any]:
    return [row for row in deadlines.open_for(order_id=order_id) if row.kind == kind]


def later(day: str = "2026-05-10") -> dict[str, Any]:
    return change("ship.on", "2026-04-10", day)


def units(after: int, before: int = 1000) -> dict[str, Any]:
    return change("lines.0.quantity", before, after)


def freighted(**more: Any) -> dict[str, Any]:
    return contract(charges=[{"kind": "freight", "amount_minor": 100_000, "basis": "value"}], **more)


# --- how it is made --------------------------------------------------------------------------------------------------


def test_nothing_moves_before_both_have_signed_and_then_everything_at_once(world: World) -> None:
    order_id = world.funded_order()
    page = proposes(world, order_id, later(), change("remarks", "", "By rail after all"))
    assert (page.number, page.version, page.state, page.waits_for) == (1, 2, "proposed", ("buyer", "supplier"))
    assert [(one.path, one.before, one.after) for one in page.changes] == [
        ("ship.on", "2026-04-10", "2026-05-10"),
        ("remarks", "", "By rail after all"),
    ]
    signs(world, page, "supplier")
    assert world.order(order_id).order.ship_on == date(2026, 4, 10)
    assert world.order(order_id).order.version == 1
    done = signs(world, page, "buyer")
    assert (done.amendment_state, done.version, done.back_minor, done.due_minor) == ("signed", 2, 0, 0)
    order = world.order(order_id).order
    assert (order.version, order.ship_on, order.expected_delivery_on) == (2, date(2026, 5, 10), date(2026, 6, 9))
    (ship,) = due(order_id, "order.ship")
    assert ship.due_at == datetime(2026, 5, 10, 15, 59, 59, tzinfo=UTC)
    told = [event.name for event in events.story(chain_id=order_id)]
    assert told[-3:] == ["amendment.proposed", "amendment.signed", "amendment.signed"]
    sound()


def test_the_old_version_stays_and_each_names_the_one_before(world: World) -> None:
    order_id = world.funded_order()
    contract_id = world.order(order_id).order.contract_id
    amends(world, order_id, later("2026-04-20"))
    amends(world, order_id, change("ship.on", "2026-04-20", "2026-05-01"), by="buyer")
    found = versions_of(contract_id=contract_id)
    assert [(one.version, one.in_force) for one in found] == [(1, False), (2, False), (3, True)]
    first, second, third = (agreement(contract_id=contract_id, version=number) for number in (1, 2, 3))
    assert [one.document.ship.on for one in (first, second, third)] == [
        date(2026, 4, 10),
        date(2026, 4, 20),
        date(2026, 5, 1),
    ]
    texts = [page.text for page in amendments_of(contract_id=contract_id, role="buyer")]
    assert [(text["version"], text["amends"]) for text in texts] == [
        (3, {"version": 2, "digest": second.digest}),
        (2, {"version": 1, "digest": first.digest}),
    ]
    assert agreement(contract_id=contract_id).digest == third.digest == found[-1].digest


def test_a_whole_document_says_the_same_as_its_changes(world: World) -> None:
    order_id = world.funded_order()
    page = amending.propose(act=world.buyer(), order_id=order_id, document=contract(ship={"on": "2026-04-20"}))
    assert [(one.path, one.after) for one in page.changes] == [("ship.on", "2026-04-20")]


def test_a_proposal_is_declined_withdrawn_or_lapses_and_the_next_may_come(world: World) -> None:
    order_id = world.funded_order()
    page = proposes(world, order_id, later())
    with refuses(NotAllowed):
        amending.decline(act=world.supplier(), amendment_id=page.id)
    with refuses(NotAllowed):
        amending.withdraw(act=world.buyer(), amendment_id=page.id)
    assert amending.decline(act=world.buyer(), amendment_id=page.id, reason="too late").state == "declined"
    second = proposes(world, order_id, later())
    signs(world, second, "supplier")
    assert amending.withdraw(act=world.supplier(), amendment_id=second.id).state == "withdrawn"
    third = proposes(world, order_id, later())
    assert [row.who for row in due(order_id, "amendment.sign")] == ["buyer"]
    world.days_pass(8)
    (found, *_rest) = amendments_of(contract_id=third.contract_id, role="buyer")
    assert (found.number, found.state) == (3, "lapsed")
    assert due(order_id, "amendment.sign") == []
    assert world.order(order_id).order.version == 1
    with refuses(OutOfState):
        signs(world, third, "buyer")


# --- money -----------------------------------------------------------------------------------------------------------


def test_more_goods_of_a_paid_order_are_a_new_tranche_that_is_due_at_once(world: World) -> None:
    order_id = world.funded_order()
    done = amends(world, order_id, units(1200))
    assert (done.due_minor, done.back_minor, done.total_minor) == (200_000, 0, 1_200_000)
    whole = world.order(order_id)
    assert [(row.number, row.amount_minor, row.state) for row in whole.tranches] == [
        (1, 1_000_000, "held"),
        (2, 200_000, "due"),
    ]
    assert whole.order.cover_minor == 1_200_000
    assert len(due(order_id, "tranche.pay")) == 1
    world.pays(order_id, 2, settle=True)
    world.ships(order_id)
    world.days_pass(20)
    world.receives(order_id)
    assert world.order(order_id).order.state == "completed"
    assert world.order(order_id).order.released_minor == 1_200_000
    sound()


def test_more_is_asked_for_with_the_balance_that_is_not_paid_yet(world: World) -> None:
    order_id = world.funded_order(contract(payment=DEPOSIT))
    amends(world, order_id, units(1200))
    assert [(row.amount_minor, row.state) for row in world.order(order_id).tranches] == [
        (300_000, "held"),
        (900_000, "planned"),
    ]
    sound()


def test_what_is_held_beyond_the_new_total_goes_back(world: World) -> None:
    order_id = world.funded_order()
    done = amends(world, order_id, units(800))
    assert (done.back_minor, done.due_minor) == (200_000, 0)
    whole = world.order(order_id)
    assert (whole.order.total_minor, whole.order.paid_minor, whole.escrow_minor) == (800_000, 800_000, 800_000)
    assert whole.order.refunded_minor == 0
    assert [row.amount_minor for row in rails.refunds_of(order_id=order_id)] == [200_000]
    world.ships(order_id)
    world.days_pass(20)
    world.receives(order_id)
    assert world.order(order_id).order.released_minor == 800_000
    sound()


def test_less_comes_off_the_unpaid_balance_first(world: World) -> None:
    order_id = world.funded_order(contract(payment=DEPOSIT))
    done = amends(world, order_id, units(500))
    assert done.back_minor == 0
    assert [row.amount_minor for row in world.order(order_id).tranches] == [300_000, 200_000]
    done = amends(world, order_id, units(200, before=500))
    assert done.back_minor == 100_000
    whole = world.order(order_id)
    assert [(row.amount_minor, row.state, row.replaced) for row in whole.tranches] == [
        (200_000, "held", False),
        (200_000, "dropped", True),
    ]
    world.ships(order_id)
    sound()


def test_before_anything_is_paid_the_schedule_itself_may_change(world: World) -> None:
    order_id = world.signed_order()
    amends(
        world,
        order_id,
        change("payment.kind", "full", "milestones"),
        change("payment.tranches.0.percent", "100", "40"),
        change("payment.tranches.1", None, {"percent": "60", "payable": "ready", "release": "receipt"}),
    )
    assert [(row.amount_minor, row.payable, row.state) for row in world.order(order_id).tranches] == [
        (400_000, "signature", "due"),
        (600_000, "ready", "planned"),
    ]
    amends(world, order_id, units(500), by="buyer")
    assert [row.amount_minor for row in world.order(order_id).tranches] == [200_000, 300_000]
    world.pays(order_id, 1, settle=True)
    with refuses(NotAmendable, clause="payment"):
        proposes(world, order_id, change("payment.tranches.1.payable", "ready", "production"))
    sound()


def test_a_payment_on_its_way_to_a_tranche_that_shrinks_brings_its_surplus_back(world: World) -> None:
    order_id = world.signed_order()
    payment = paying.request_payment(
        act=world.buyer(), order_id=order_id, tranche=1, rail="card", instrument={"number": "4242424242424242"}
    )
    amends(world, order_id, units(600))
    funded = paying.capture(act=world.buyer(), payment=payment)
    assert (funded.held_minor, funded.refundable_minor) == (600_000, 400_000)
    sound()


def test_an_amendment_that_a_payment_has_overtaken_is_proposed_anew(world: World) -> None:
    order_id = world.signed_order(contract(payment=DEPOSIT))
    page = proposes(world, order_id, units(500))
    signs(world, page, "supplier")
    world.pays(order_id, 1, settle=True)
    with refuses(Overtaken, paid_minor=300_000):
        signs(world, page, "buyer")


def test_the_total_never_falls_below_what_was_released(world: World) -> None:
    payment = {
        "kind": "milestones",
        "tranches": [
            {"number": 1, "payable": "signature", "release": "shipment", "percent": "50"},
            {"number": 2, "payable": "signature", "release": "receipt", "percent": "50"},
        ],
    }
    order_id = world.funded_order(contract(payment=payment))
    world.pays(order_id, 2, settle=True)
    world.ships(order_id, {1: 100})
    with refuses(TotalTooLow, accepted={"least_minor": 500_000}):
        proposes(world, order_id, units(400))
    done = amends(world, order_id, units(500))
    assert done.back_minor == 500_000
    sound()


# --- cover -----------------------------------------------------------------------------------------------------------


def test_cover_is_reserved_anew_and_never_more_than_is_left_of_it(world: World) -> None:
    order_id = world.funded_order()
    world.signed_order(
        contract(lines=[{"number": 1, "product": "Hat", "quantity": 3900, "unit": "piece", "unit_price_minor": 1000}])
    )
    page = proposes(world, order_id, units(1200))
    assert (page.cover_minor, page.uncovered_minor) == (1_100_000, 100_000)
    signs(world, page, "supplier")
    world.signed_order(
        contract(lines=[{"number": 1, "product": "Hat", "quantity": 50, "unit": "piece", "unit_price_minor": 1000}])
    )
    with refuses(CoverChanged, signed_minor=1_100_000, possible_minor=1_050_000):
        signs(world, page, "buyer")


# --- dates -----------------------------------------------------------------------------------------------------------


def test_the_ship_date_moves_ninety_days_in_all_and_no_further(world: World) -> None:
    order_id = world.funded_order()
    last = (date(2026, 4, 10) + timedelta(days=90)).isoformat()
    too_far = (date(2026, 4, 10) + timedelta(days=91)).isoformat()
    with refuses(ShipDateTooFar, accepted={"latest": last}):
        proposes(world, order_id, later(too_far))
    amends(world, order_id, later("2026-06-01"))
    with refuses(ShipDateTooFar, accepted={"latest": last}):
        proposes(world, order_id, change("ship.on", "2026-06-01", too_far))
    amends(world, order_id, change("ship.on", "2026-06-01", last))
    with refuses(Invalid, field="ship"):
        proposes(world, order_id, change("ship.on", last, "2026-03-01"))


def test_days_after_payment_are_held_to_the_same_limit(world: World) -> None:
    order_id = world.signed_order(contract(ship={"days_after_payment": 30}))
    with refuses(ShipDateTooFar, accepted={"at_most": 120}):
        proposes(world, order_id, change("ship.days_after_payment", 30, 121))
    amends(world, order_id, change("ship.days_after_payment", 30, 40))
    world.pays(order_id, 1, settle=True)
    assert world.order(order_id).order.ship_on == world.today() + timedelta(days=40)
    amends(world, order_id, change("ship.days_after_payment", 40, 50))
    assert world.order(order_id).order.ship_on == world.today() + timedelta(days=50)


def test_a_new_date_counts_for_lateness_and_for_cancelling(world: World) -> None:
    order_id = world.funded_order()
    world.days_pass(45)
    assert due(order_id, "order.late")
    amends(world, order_id, later("2026-05-20"))
    assert due(order_id, "order.late") == []
    assert len(due(order_id, "order.ship")) == 1


def test_freight_rises_by_a_fifth_in_all(world: World) -> None:
    order_id = world.funded_order(freighted())
    freight = "charges.0.amount_minor"
    with refuses(FreightRiseTooHigh, accepted={"most_minor": 120_000}):
        proposes(world, order_id, change(freight, 100_000, 120_001))
    amends(world, order_id, change(freight, 100_000, 115_000))
    with refuses(FreightRiseTooHigh, accepted={"most_minor": 120_000}):
        proposes(world, order_id, change(freight, 115_000, 121_000))
    done = amends(world, order_id, change(freight, 115_000, 120_000))
    assert done.total_minor == 1_120_000
    sound()


# --- lots ------------------------------------------------------------------------------------------------------------


def test_what_has_left_keeps_its_price_its_terms_and_its_dates(world: World) -> None:
    order_id = world.funded_order(freighted())
    world.ships(order_id, {1: 400})
    before = world.order(order_id).lot(1)
    assert before is not None
    assert before.version == 1
    price, text = change("lines.0.unit_price_minor", 1000, 1100), change("lines.0.product", "Hat", "Cap")
    with refuses(LineShipped, field="lines.0.unit_price_minor", accepted=1000):
        proposes(world, order_id, price)
    with refuses(LineShipped, field="lines.0.product", accepted="Hat"):
        proposes(world, order_id, text)
    with refuses(LineShipped, field="lines.0.quantity", accepted={"at_least": 400}):
        proposes(world, order_id, units(399))
    with refuses(NotAmendable, clause="incoterm", stage="after_shipment"):
        proposes(world, order_id, change("incoterm", "FOB", "DDP"))
    amends(
        world,
        order_id,
        units(600),
        later("2026-05-10"),
        change("specification.T1.nominal", "wool felt", "rabbit felt"),
    )
    world.ships(order_id)
    whole = world.order(order_id)
    first, second = whole.lots
    assert (first.version, first.price_minor, first.ship_on) == (1, before.price_minor, date(2026, 4, 10))
    assert (second.version, second.price_minor) == (2, 700_000 - before.price_minor)
    assert sum(lot.price_minor for lot in whole.lots) == whole.order.total_minor == 700_000
    sound()


def test_an_order_cut_to_what_has_left_ends_with_its_receipt(world: World) -> None:
    order_id = world.funded_order()
    world.ships(order_id, {1: 400})
    amends(world, order_id, units(400))
    assert due(order_id, "order.ship") == []
    world.days_pass(20)
    world.receives(order_id)
    assert world.order(order_id).order.state == "completed"
    assert world.order(order_id).order.released_minor == 400_000
    sound()


def test_no_part_of_the_price_is_left_without_goods(world: World) -> None:
    order_id = world.funded_order(freighted())
    world.ships(order_id, {1: 400})
    with refuses(NothingLeftToShip, left_minor=60_000, accepted={"total_minor": 440_000}):
        proposes(world, order_id, units(400))


def test_units_sent_beyond_the_order_are_kept_for_their_price(world: World) -> None:
    line = {"number": 1, "product": "Hat", "quantity": 1000, "unit": "piece", "unit_price_minor": 1000}
    order_id = world.funded_order(contract(lines=[{**line, "tolerance": {"percent": "5"}}]))
    world.ships(order_id, {1: 1050})
    assert world.order(order_id).lots[0].price_minor == 1_000_000
    done = amends(world, order_id, units(1050), by="buyer")
    assert done.due_minor == 50_000
    lot = world.order(order_id).lots[0]
    assert (lot.price_minor, lot.goods_minor, lot.version) == (1_050_000, 1_050_000, 1)
    world.pays(order_id, 2, settle=True)
    world.days_pass(20)
    world.receives(order_id)
    assert world.order(order_id).order.released_minor == 1_050_000
    assert world.order(order_id).order.state == "completed"
    sound()


# --- the supplier's line, and the paper -------------------------------------------------------------------------------


def reserved(world: World) -> int:
    return CoverLine.objects.get(organisation_id=world.boris.organisation_id, currency="USD").reserved_minor


def test_the_suppliers_line_follows_the_cover_of_a_new_version(world: World) -> None:
    order_id = world.funded_order()
    before = world.order(order_id).order.cover_minor
    assert reserved(world) == before == 1_000_000
    amends(world, order_id, units(1_200))
    assert (reserved(world), world.order(order_id).order.cover_minor) == (1_200_000, 1_200_000)
    amends(world, order_id, units(900, 1_200))
    assert (reserved(world), world.order(order_id).order.cover_minor) == (900_000, 900_000)
    sound()


def test_a_version_that_the_line_has_no_room_for_is_refused_and_told_what_is_left(world: World) -> None:
    order_id = world.funded_order()
    proposed = proposes(world, order_id, units(1_200))
    signs(world, proposed, "supplier")
    CoverLine.objects.filter(organisation_id=world.boris.organisation_id).update(line_minor=1_100_000)
    with refuses(LineExhausted, left_minor=100_000, needed_minor=200_000, currency="USD"):
        signs(world, proposed, "buyer")
    amending.withdraw(act=world.supplier(), amendment_id=proposed.id)
    with refuses(LineExhausted, left_minor=100_000, needed_minor=300_000):
        proposes(world, order_id, units(1_300))


def test_after_a_promotion_the_line_is_the_new_tiers_and_the_orders_cap_the_old_ones(world: World) -> None:
    """A line says how much may stand behind a supplier as it is now; what may come back of an order was signed."""
    order_id = world.funded_order()
    boris = world.boris.organisation_id
    CoverLine.objects.filter(organisation_id=boris).update(reserved_minor=50_000_000)
    with refuses(LineExhausted, left_minor=0, needed_minor=200_000, line_minor=50_000_000):
        proposes(world, order_id, units(1_200))
    parties.set_tier(act=world.operator(), organisation_id=boris, tier="gold", reason="on site")
    amends(world, order_id, units(1_200))
    order = world.order(order_id).order
    assert (order.tier, order.cap_minor, order.cover_minor) == ("verified", 5_000_000, 1_200_000)
    assert reserved(world) == 50_200_000
    page = proposes(world, order_id, units(6_000, 1_200))
    assert (page.cover_minor, page.uncovered_minor) == (5_000_000, 1_000_000)
    amending.withdraw(act=world.supplier(), amendment_id=page.id)
    parties.set_tier(act=world.operator(), organisation_id=boris, tier="enrolled", reason="moved")
    with refuses(LineExhausted, line_minor=10_000_000, left_minor=0, needed_minor=100_000):
        proposes(world, order_id, units(1_300, 1_200))


def test_the_second_signature_takes_the_cover_that_was_signed_and_no_more(world: World) -> None:
    """Cover that has become free since belongs to the next version: the line is asked for what both have read."""
    order_id = world.funded_order()
    other = world.signed_order(
        contract(lines=[{"number": 1, "product": "Hat", "quantity": 3900, "unit": "piece", "unit_price_minor": 1000}])
    )
    page = proposes(world, order_id, units(1_200))
    assert page.cover_minor == 1_100_000
    signs(world, page, "supplier")
    cancelling.propose_cancel(act=world.buyer(), order_id=other)
    cancelling.cancel(act=world.supplier(), order_id=other, ground="agreement")
    (last,) = due(other, "order.close")
    clockwork.close(clock(world.now), last)
    assert reserved(world) == 1_000_000
    CoverLine.objects.filter(organisation_id=world.boris.organisation_id).update(line_minor=1_100_000)
    signs(world, page, "buyer")
    assert (world.order(order_id).order.cover_minor, reserved(world)) == (1_100_000, 1_100_000)


@pytest.mark.parametrize("signed", [False, True])
def test_a_new_version_is_printed_with_its_own_digest_and_says_whether_it_is_signed(world: World, signed: bool) -> None:
    order_id = world.funded_order()
    proposed = proposes(world, order_id, units(1_200), change("remarks", "", "By rail after all"))
    if signed:
        signs(world, proposed, "supplier")
        signs(world, proposed, "buyer")
    found = amended_for(amendment_id=proposed.id)
    pages = pypdfium2.PdfDocument(printed(found, language="en"))
    texts = [" ".join(page.get_textpage().get_text_range().split()) for page in pages]
    whole = " ".join(texts)
    assert proposed.digest in whole.replace(" ", "")
    assert "By rail after all" in whole
    assert "1,200" in whole
    assert all(("not signed" in text) is not signed for text in texts)
    assert len(found.signatures) == (2 if signed else 0)
