"""Orders under a programme in which holidays have a say: the calendar of both countries moves deadlines, it is kept
with them, and nothing of it is asked under the other programmes.
"""

from __future__ import annotations

from datetime import date, datetime
from importlib import resources
from typing import Any

import pytest

from holdfast.claims.operations import answering
from holdfast.claims.rules import TooEarlyToEscalate
from holdfast.contracts import operations as contracts
from holdfast.contracts import places
from holdfast.contracts.models import Contract
from holdfast.contracts.programmes import latest, programme_of
from holdfast.kernel.calendars import SOURCE, PlaceUnknown
from holdfast.kernel.clock import local_day
from holdfast.kernel.refusals import NotAllowed
from holdfast.orders.operations import signing
from holdfast.parties import operations as parties
from holdfast.parties.models import Organisation
from holdfast.record import deadlines
from holdfast.record.deadlines import Deadline
from tests.claims.stage import opens
from tests.world import World, contract, refuses

CALENDAR = """
[calendar]
working = ["claims.answer_days", "claims.appeal_days"]
next_working_day = ["signing.sign_days", "signing.pay_days", "receipt.silence_days"]
remind_days = ["7", "2"]
"""


@pytest.fixture
def town(world: World) -> World:
    """A world where `local` is `standard` with holidays."""
    text = resources.files("holdfast.programme").joinpath("shipped/standard.toml").read_text(encoding="utf-8")
    text = text.replace('name = "standard"', 'name = "local"').replace("version = 2", "version = 1") + CALENDAR
    contracts.publish_programme(act=world.operator(), text=text, source="local.toml")
    return world


def waiting(order_id: Any, kind: str) -> Deadline:
    (found,) = [row for row in deadlines.open_for(order_id=order_id) if row.kind == kind]
    return found


def last_day(row: Deadline) -> date:
    return local_day(row.due_at, row.zone)


def test_a_holiday_week_in_the_supplier_s_country_moves_its_time_to_answer(town: World) -> None:
    town.now = datetime.fromisoformat("2026-09-05T04:00:00+00:00")
    document = contract(ship={"on": "2026-09-30"})
    shipped = {programme: town.shipped(document, programme=programme) for programme in ("standard", "local")}
    town.now = datetime.fromisoformat("2026-09-30T04:00:00+00:00")
    found = {}
    for programme, (order_id, shipment) in shipped.items():
        town.delivers(shipment.id)
        opens(town, order_id, "quality")
        found[programme] = waiting(order_id, "claim.answer")
    plain, counted = found["standard"], found["local"]
    assert (last_day(plain), "calendar" in plain.basis) == (date(2026, 10, 3), False)
    assert last_day(counted) == date(2026, 10, 13)
    kept = counted.basis["calendar"]
    assert (kept["counts"], kept["days"], kept["source"]) == ("working_days", 3, SOURCE)
    assert {"on": "2026-10-01", "where": {"CN": "National Day"}} in kept["skipped"]
    assert (plain.basis.get("remind_days"), counted.basis["remind_days"]) == (None, [7, 2])


def test_nobody_goes_to_a_mediator_before_the_time_to_answer_is_over(town: World) -> None:
    town.now = datetime.fromisoformat("2026-09-05T04:00:00+00:00")
    order_id, shipment = town.shipped(contract(ship={"on": "2026-09-30"}), programme="local")
    town.now = datetime.fromisoformat("2026-09-30T04:00:00+00:00")
    town.delivers(shipment.id)
    claim = opens(town, order_id, "quality")
    answer = waiting(order_id, "claim.answer")
    # By calendar days the claim would escalate on the eighth.
    assert waiting(order_id, "claim.escalate").due_at > answer.due_at
    town.now = datetime.fromisoformat("2026-10-09T04:00:00+00:00")
    with refuses(TooEarlyToEscalate):
        answering.escalate(act=town.buyer(), order_id=order_id, claim_id=claim.claim_id)


def test_a_day_off_of_who_must_act_moves_to_the_next_working_day(town: World) -> None:
    # Seven days after 9 February 2026 are Presidents' Day in New York and New Year's Eve in Ningbo.
    town.now = datetime.fromisoformat("2026-02-09T04:00:00+00:00").replace(hour=15)
    document = contract(ship={"on": "2026-05-10"})
    days = {}
    for programme in ("standard", "local"):
        contract_id = town.proposed(document, programme=programme)
        rows = [row for row in deadlines.of_kind(kind="contract.sign") if row.subject_id == contract_id]
        days[programme] = (rows[0].who, last_day(rows[0]))
    assert days == {"standard": ("supplier", date(2026, 2, 16)), "local": ("supplier", date(2026, 2, 24))}
    order_id = town.signed_order(document, programme="local")
    pay = waiting(order_id, "tranche.pay")
    assert (pay.who, last_day(pay)) == ("buyer", date(2026, 2, 19))
    assert pay.basis["calendar"]["places"] == ["US"]


def in_the_region(town: World, where: str | None) -> None:
    owner = town.act(town.alma, "owner")
    parties.set_subdivision(act=owner, organisation_id=town.alma.organisation_id, subdivision=where)


def test_a_regional_holiday_moves_a_deadline_as_it_stood_in_the_text_that_was_proposed(town: World) -> None:
    # Ten days after 10 April 2026 are Patriots' Day: in Massachusetts, and not in the rest of the country.
    town.now = datetime.fromisoformat("2026-04-10T15:00:00+00:00")
    document = contract(ship={"on": "2026-06-20"})
    everywhere = waiting(town.signed_order(document, programme="local"), "tranche.pay")
    in_the_region(town, "US-MA")
    page_id = town.proposed(document, programme="local")
    # What is said after the text was fixed is for the next one.
    in_the_region(town, None)
    town.signs(page_id, town.alma, "buyer")
    order_id = town.signs(page_id, town.boris, "supplier").order_id
    regional = waiting(order_id, "tranche.pay")
    assert (last_day(everywhere), everywhere.basis["calendar"]["places"]) == (date(2026, 4, 20), ["US"])
    assert (last_day(regional), regional.basis["calendar"]["places"]) == (date(2026, 4, 21), ["US-MA"])
    (skipped,) = regional.basis["calendar"]["skipped"]
    assert (skipped["on"], list(skipped["where"])) == ("2026-04-20", ["US-MA"])
    text = Contract.objects.get(id=page_id).document
    assert (text["buyer"]["subdivision"], "subdivision" in text["supplier"]) == ("US-MA", False)
    again = waiting(town.signed_order(document, programme="local"), "tranche.pay")
    assert again.basis["calendar"]["places"] == ["US"]


def test_a_regional_holiday_counts_in_working_days_beside_those_of_the_country(town: World) -> None:
    town.now = datetime.fromisoformat("2026-03-02T15:00:00+00:00")
    in_the_region(town, "US-MA")
    order_id, shipment = town.shipped(contract(ship={"on": "2026-03-30"}), programme="local")
    town.now = datetime.fromisoformat("2026-04-17T04:00:00+00:00")
    town.delivers(shipment.id)
    opens(town, order_id, "quality")
    kept = waiting(order_id, "claim.answer").basis["calendar"]
    assert kept["places"][:2] == ["US-MA", "CN"]
    assert "2026-04-20" in [one["on"] for one in kept["skipped"]]


@pytest.mark.parametrize("where", ["DE-BY", "US-XX", "CN", "", "US"])
def test_a_region_is_one_that_the_calendars_have_of_the_same_country(town: World, where: str) -> None:
    with refuses(PlaceUnknown, field="subdivision", found=where):
        in_the_region(town, where)
    of_boris = town.act(town.boris, "owner")
    with refuses(PlaceUnknown, field="subdivision", accepted=None):
        parties.set_subdivision(act=of_boris, organisation_id=town.boris.organisation_id, subdivision="CN-11")


@pytest.mark.parametrize("role", ["trader", "finance", "viewer", "buyer"])
def test_nobody_but_an_owner_says_where_an_organisation_is(town: World, role: str) -> None:
    with refuses(NotAllowed):
        parties.set_subdivision(
            act=town.act(town.alma, role), organisation_id=town.alma.organisation_id, subdivision="US-MA"
        )


def test_where_holidays_are_not_known_no_contract_is_proposed_under_such_a_programme(town: World) -> None:
    Organisation.objects.filter(id=town.boris.organisation_id).update(country="AC")
    plain = town.drafted(contract())
    signing.propose(act=town.buyer(), contract_id=plain)
    drafted = town.drafted(contract(), programme="local")
    with refuses(PlaceUnknown, field="supplier"):
        signing.propose(act=town.buyer(), contract_id=drafted)


def test_where_the_parties_are_is_asked_only_where_it_counts(town: World, django_assert_num_queries: Any) -> None:
    order_id = town.funded_order(programme="local")
    order = town.order(order_id).order
    for programme, key, queries in (
        ("standard", "signing.pay_days", 0),
        ("local", "returns.inspect_days", 0),
        ("local", "signing.pay_days", 2),
        # A text that was signed never changes; where the operator is is asked each time.
        ("local", "claims.answer_days", 1),
    ):
        found = programme_of(name=programme, version=latest(name=programme).version)
        places._signed.cache_clear() if queries == 2 else None
        with django_assert_num_queries(queries):
            where = places.places_for(programme=found, contract_id=order.contract_id, key=key)
        assert (where is None) is (queries == 0)
