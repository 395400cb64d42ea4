"""A supplier's line: what may stand on it, reserved with a signature, freed when an order closes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from holdfast import programme
from holdfast.contracts.models import Contract
from holdfast.contracts.rules import CoverChanged, NotEligible
from holdfast.orders import audit
from holdfast.orders.models import Order
from holdfast.orders.operations import cancelling, lines
from holdfast.parties import cover
from holdfast.parties import operations as parties
from holdfast.parties.cover import CoverView
from holdfast.parties.models import CoverLine
from holdfast.parties.operations import guarantee
from holdfast.parties.rules import LineExhausted
from holdfast.programme.refusals import CurrencyNotCovered, TierNotCovered
from holdfast.record import deadlines
from tests.claims.stage import accepts, opens
from tests.orders.flows import sound
from tests.world import Party, World, contract, refuses

CAP, MOST = 5_000_000, 50_000_000
"""Boris is verified: 50,000.00 an order, ten times that on his line."""


def stands(world: World, party: Party | None = None) -> CoverView:
    view = cover.cover_left(
        organisation_id=(party or world.boris).organisation_id, currency="USD", programme=programme.shipped("standard")
    )
    assert view is not None
    return view


def sets_line(world: World, line_minor: int) -> None:
    """A verifier's word, and the guarantee that it asks for paid in."""
    of_boris: dict[str, Any] = {"organisation_id": world.boris.organisation_id, "currency": "USD"}
    made = guarantee.set_line(
        act=world.operator(),
        line_minor=line_minor,
        programme=programme.shipped("standard"),
        reason="as many orders as that",
        **of_boris,
    )
    if made.missing_minor:
        guarantee.paid_in(act=world.operator(), amount_minor=made.missing_minor, source="client_bank", **of_boris)


def worth(units: int, **changes: Any) -> dict[str, Any]:
    """So many hats at 10.00."""
    line = {"number": 1, "product": "Hat", "quantity": units, "unit": "piece", "unit_price_minor": 1000}
    return contract(lines=[line], **changes)


def half_signed(world: World, document: dict[str, Any], *, programme: str = "apparel") -> UUID:
    """A contract that only Boris has not signed; under `apparel` each order has a cap of its own."""
    contract_id = world.proposed(document, programme=programme)
    world.signs(contract_id, world.alma, "buyer")
    return contract_id


def closes(world: World, order_id: UUID) -> None:
    """The order is cancelled before production, and its last window passes."""
    cancelling.cancel(act=world.buyer(), order_id=order_id, ground="before_production")
    due = next(row.due_at for row in deadlines.open_for(order_id=order_id) if row.kind == "order.close")
    world.goes_to(due + timedelta(minutes=1))
    assert Order.objects.get(id=order_id).state == "closed"


def test_without_a_verifiers_word_the_programmes_most_for_the_tier_counts(world: World) -> None:
    assert (stands(world).line_minor, stands(world).set_minor, stands(world).left_minor) == (MOST, None, MOST)
    parties.set_tier(act=world.operator(), organisation_id=world.boris.organisation_id, tier="gold", reason="a year")
    assert (stands(world).line_minor, stands(world).one_order_minor) == (2 * MOST, 2 * CAP)
    parties.set_tier(act=world.operator(), organisation_id=world.boris.organisation_id, tier="none", reason="ended")
    assert (stands(world).line_minor, stands(world).left_minor) == (0, 0)


def test_a_signature_reserves_the_lesser_of_cap_and_total_and_the_close_frees_it(world: World) -> None:
    order_id = world.signed_order(worth(6_000))
    assert (stands(world).reserved_minor, stands(world).left_minor) == (CAP, MOST - CAP)
    # Of the pair's one cap nothing is left: the next order has no cover, and takes nothing of the line.
    world.signed_order(worth(100))
    assert stands(world).reserved_minor == CAP
    closes(world, order_id)
    assert (stands(world).reserved_minor, stands(world).left_minor) == (0, MOST)
    sound()


def test_a_signature_beyond_the_line_is_told_how_much_is_left(world: World) -> None:
    first, second = half_signed(world, worth(500)), half_signed(world, worth(400))
    late = world.proposed(worth(300), programme="apparel")
    sets_line(world, 700_000)
    world.signs(first, world.boris, "supplier")
    figures = {"line_minor": 700_000, "reserved_minor": 500_000, "left_minor": 200_000, "currency": "USD"}
    with refuses(LineExhausted, needed_minor=400_000, **figures):
        world.signs(second, world.boris, "supplier")
    # Whoever signs first is told at once, too, and what fits is signed.
    with refuses(LineExhausted, needed_minor=300_000, **figures):
        world.signs(late, world.alma, "buyer")
    world.signs(half_signed(world, worth(200)), world.boris, "supplier")
    assert stands(world).left_minor == 0
    sound()


def test_the_line_itself_refuses_when_others_were_faster(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was seen before nobody waited for is asked again under the lock."""
    contract_id = half_signed(world, worth(400))
    sets_line(world, 399_999)
    monkeypatch.setattr(lines, "check", lambda _need: None)
    with refuses(LineExhausted, left_minor=399_999, reserved_minor=0, needed_minor=400_000, currency="USD"):
        world.signs(contract_id, world.boris, "supplier")
    assert Contract.objects.get(id=contract_id).state == "signed_once"


def test_a_line_below_what_stands_is_allowed_and_lets_nothing_new_in(world: World) -> None:
    waiting = half_signed(world, worth(100))
    standing = world.signed_order(worth(500), programme="apparel")
    sets_line(world, 300_000)
    assert (stands(world).line_minor, stands(world).reserved_minor, stands(world).left_minor) == (300_000, 500_000, 0)
    with refuses(LineExhausted, left_minor=0, line_minor=300_000, reserved_minor=500_000):
        world.signs(waiting, world.boris, "supplier")
    sound()
    closes(world, standing)
    assert stands(world).left_minor == 300_000
    sets_line(world, 0)
    assert stands(world).left_minor == 0


def test_nothing_new_is_covered_while_a_supplier_is_suspended(world: World) -> None:
    contract_id = world.proposed(worth(100))
    act, boris = world.operator(), world.boris.organisation_id
    parties.set_standing(act=act, organisation_id=boris, standing="suspended", reason="under review")
    assert (stands(world).is_suspended, stands(world).left_minor, stands(world).line_minor) == (True, 0, MOST)
    with refuses(NotEligible, reasons=["supplier_suspended"]):
        world.signs(contract_id, world.alma, "buyer")
    parties.set_standing(act=act, organisation_id=boris, standing="good", reason="looked at")
    world.signs(contract_id, world.alma, "buyer")
    parties.set_tier(act=act, organisation_id=boris, tier="none", reason="ended")
    with refuses(TierNotCovered):
        world.signs(contract_id, world.boris, "supplier")


def test_linked_orders_share_one_pool_less_what_was_drawn(world: World) -> None:
    """What a claim has drawn does not come back to the pair with the close, within the days that link orders."""
    order_id = world.signed_order(worth(3_000))
    second = world.proposed(worth(3_000))
    assert Contract.objects.get(id=second).cover_minor == CAP - 3_000_000
    third = half_signed(world, worth(3_000), programme="standard")
    world.signs(second, world.alma, "buyer")
    world.signs(second, world.boris, "supplier")
    with refuses(CoverChanged, possible_minor=0, signed_minor=CAP - 3_000_000):
        world.signs(third, world.boris, "supplier")
    Order.objects.filter(id=order_id).update(cover_drawn_minor=1_000_000)
    for state in ("active", "completed", "closed"):
        Order.objects.filter(id=order_id).update(state=state)
    CoverLine.objects.update(reserved_minor=CAP - 3_000_000)
    fourth = world.proposed(worth(9_000))
    assert Contract.objects.get(id=fourth).cover_minor == CAP - (CAP - 3_000_000) - 1_000_000


def test_a_drawn_order_frees_its_whole_reservation_when_it_closes(world: World) -> None:
    order_id = world.delivered(worth(1_000))
    world.receives(order_id)
    accepts(world, opens(world, order_id, "quality", amount_minor=400_000))
    assert (Order.objects.get(id=order_id).cover_drawn_minor, stands(world).reserved_minor) == (400_000, 1_000_000)
    world.days_pass(120)
    assert (Order.objects.get(id=order_id).state, stands(world).reserved_minor) == ("closed", 0)
    sound()


def test_the_database_itself_lets_no_more_be_reserved_than_the_line_allows(world: World) -> None:
    world.signed_order(worth(500))
    row = CoverLine.objects.get()
    for fields in ({"reserved_minor": MOST + 1}, {"reserved_minor": -1}, {"line_minor": 1, "reserved_minor": 500_001}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CoverLine.objects.filter(id=row.id).update(**fields)
    with pytest.raises(DatabaseError), transaction.atomic():
        CoverLine.objects.create(
            organisation_id=world.chen.organisation_id, currency="USD", most_minor=5, reserved_minor=6
        )
    assert CoverLine.objects.get() == row
    # Lowering a line, and freeing below it, is nobody's harm.
    CoverLine.objects.filter(id=row.id).update(line_minor=1)
    CoverLine.objects.filter(id=row.id).update(reserved_minor=499_999)


def test_the_audit_finds_a_line_that_is_not_the_sum_of_its_reservations(world: World) -> None:
    world.signed_order(worth(500))
    sets_line(world, 600_000)
    assert list(audit.findings()) == []
    CoverLine.objects.update(reserved_minor=499_999)
    (finding,) = audit.findings()
    assert finding.detail == "499999 on the line, 500000 reserved by open orders"
    CoverLine.objects.update(reserved_minor=500_000, line_minor=None)
    (finding,) = audit.findings()
    assert finding.detail == "no line, 600000 behind the guarantee"


def test_suppliers_with_enough_cover_are_found_the_newest_first(world: World) -> None:
    standard = programme.shipped("standard")

    def found(least_minor: int) -> list[tuple[str, int]]:
        rows = cover.newest_with_cover(currency="USD", least_minor=least_minor, programme=standard)
        assert [row.one_order_minor >= least_minor for row in rows] == [True] * len(rows)
        return [(row.organisation_name, row.left_minor) for row in rows]

    assert found(CAP) == [("Chen Trading", MOST), ("Boris Trading", MOST)]
    sets_line(world, 5_000_000)
    world.signed_order(worth(1_000))
    assert found(4_000_000) == [("Chen Trading", MOST), ("Boris Trading", 4_000_000)]
    assert found(4_000_001) == [("Chen Trading", MOST)]
    assert found(CAP + 1) == []
    act, chen = world.operator(), world.chen.organisation_id
    parties.set_cap(act=act, organisation_id=chen, minor=6_000_000, currency="USD", reason="looked at")
    assert found(CAP + 1) == [("Chen Trading", 60_000_000)]
    parties.set_standing(act=act, organisation_id=chen, standing="suspended", reason="under review")
    assert found(1) == [("Boris Trading", 4_000_000)]
    with refuses(CurrencyNotCovered):
        cover.newest_with_cover(currency="XXX", least_minor=1, programme=standard)
    assert [(row.organisation_name, row.reserved_minor) for row in cover.lines_in_use(programme=standard)] == [
        ("Boris Trading", 1_000_000)
    ]
    kept = cover.cover_of(organisation_id=world.boris.organisation_id, programme=standard)
    assert [row.currency for row in kept] == list(standard.currencies)
    assert cover.cover_of(organisation_id=world.alma.organisation_id, programme=standard) == []
