"""A late supplier asks, the buyer answers, and what the answer means is said by a signed act alone: over HTTP, to the
cent of the claim that follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from holdfast.kernel.identifiers import public
from holdfast.parties import operations as parties
from holdfast.parties.models import Installation
from holdfast.record import threads
from holdfast.record.threads import Subject
from tests.orders.flows import sound
from tests.parties.cast import Shop
from tests.world import World, contract, digest_of_everything

SCOPES = ["orders:read", "orders:write", "contracts:sign", "claims:read", "claims:write"]


class Talk:
    """One order, its two sides' programs, and the clock that they and the world share."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.now = datetime.now(UTC)
        self.owed = world.today() + timedelta(days=10)
        self.order_id = world.funded_order(contract(ship={"on": self.owed.isoformat()}))
        self.ref = public("ord", self.order_id)
        self.alma, self.boris, self.chen = (
            self.key(party.organisation_id) for party in (world.alma, world.boris, world.chen)
        )

    def key(self, organisation_id: UUID) -> Shop:
        made = parties.create_key(
            act=self.world.operator(),
            organisation_id=organisation_id,
            name="talk",
            scopes=SCOPES,
            sign_limit_minor=2_000_000,
            sign_limit_currency="USD",
        )
        assert made.secret is not None
        return Shop(made.secret)

    def days_pass(self, days: float) -> None:
        self.world.days_pass(days)
        ahead = int((self.world.now - datetime.now(UTC)).total_seconds())
        Installation.objects.update(clock_offset_seconds=ahead)

    def says(self, shop: Shop, text: str, **more: Any) -> Any:
        return shop.post(f"/v1/orders/{self.ref}/thread", {"text": text, **more})

    def asks_late(self) -> list[dict[str, Any]]:
        """Six days after the ship date Boris asks for four more, Alma says yes, and is asked what she means."""
        self.days_pass(16)
        new_on = self.owed + timedelta(days=10)
        assert self.says(self.boris, f"Sorry, we can only ship on {new_on.isoformat()}.").status_code == 201
        refused = self.says(self.alma, "Fine, ship then.")
        assert (refused.status_code, refused.json()["code"]) == (409, "would_accept_breach")
        assert refused.json()["accepted"] == ["waive", "rights_reserved", "with_compensation", "plain"]
        acts: list[dict[str, Any]] = refused.json()["facts"]["acts"]
        assert [act["kind"] for act in acts] == ["waive", "rights_reserved", "with_compensation"]
        assert {act["new_on"] for act in acts} == {new_on.isoformat()}
        return acts

    def chooses(self, act: dict[str, Any], **changes: Any) -> dict[str, Any]:
        body = {**act, "message": "Fine, ship then.", **changes}
        answer = self.alma.post(f"/v1/orders/{self.ref}/concessions", body)
        assert answer.status_code == 201, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def award(self, *, ships_after: int) -> int:
        """The goods leave so many days after the ship date; what the assessment of the claim for it gives."""
        wanted = datetime.combine(self.owed, datetime.min.time(), tzinfo=UTC) + timedelta(days=ships_after, hours=4)
        self.days_pass((wanted - self.world.now) / timedelta(days=1))
        shipment = self.world.ships(self.order_id)
        self.days_pass(20)
        self.world.delivers(shipment.id)
        opened = self.alma.post(f"/v1/orders/{self.ref}/claims", {"reason": "late_shipment"})
        assert opened.status_code == 201, opened.content
        claim = opened.json()["claim_id"]
        assessed = self.alma.get(f"/v1/claims/{claim}/assessment").json()
        self.rules = {point for row in assessed["assessment"]["findings"] for point in row["points_to"]}
        return int(assessed["total_minor"])


def everything() -> dict[str, str]:
    """A digest of every table but that of keys, which notes when each was last used."""
    return {table: digest for table, digest in digest_of_everything().items() if table != "parties_apikey"}


@pytest.fixture
def talk(world: World) -> Any:
    yield Talk(world)
    sound()


def test_without_an_act_a_friendly_answer_waives_nothing(talk: Talk) -> None:
    talk.asks_late()
    sent = talk.says(talk.alma, "Fine, ship then.", plain=True)
    assert sent.status_code == 201
    assert talk.award(ships_after=10) == 40_000


def test_with_rights_reserved_lateness_counts_from_the_first_date(talk: Talk) -> None:
    act = next(one for one in talk.asks_late() if one["kind"] == "rights_reserved")
    made = talk.chooses(act)
    assert (made["state"], made["needs"], [one["side"] for one in made["signatures"]]) == (
        "signed",
        ["buyer"],
        ["buyer"],
    )
    assert talk.award(ships_after=10) == 40_000
    assert "rule:late.rights_reserved" in talk.rules


def test_with_compensation_it_is_paid_at_once_and_later_days_count_without_grace(talk: Talk) -> None:
    act = next(one for one in talk.asks_late() if one["kind"] == "with_compensation")
    assert act["compensation_minor"] == 40_000
    made = talk.chooses(act)
    assert (made["state"], made["needs"]) == ("proposed", ["buyer", "supplier"])
    assert talk.world.order(talk.order_id).order.refunded_minor == 0
    signed = talk.boris.post(f"/v1/concessions/{made['id']}/sign", {"digest": made["digest"]})
    assert (signed.status_code, signed.json()["state"]) == (200, "signed")
    whole = talk.world.order(talk.order_id)
    assert whole.order.refunded_minor == 40_000
    assert (whole.order.ship_on, whole.escrow_minor) == (talk.owed + timedelta(days=10), 960_000)
    assert talk.award(ships_after=13) == 15_000
    assert "rule:late.new_date_with_compensation" in talk.rules


def test_waived_to_a_new_date_it_counts_from_that_and_with_grace(talk: Talk) -> None:
    act = next(one for one in talk.asks_late() if one["kind"] == "waive")
    assert talk.chooses(act)["state"] == "signed"
    assert talk.award(ships_after=15) == 15_000
    assert "rule:late.new_date" in talk.rules


def test_waived_altogether_nothing_is_left_of_it(talk: Talk) -> None:
    act = next(one for one in talk.asks_late() if one["kind"] == "waive")
    assert talk.chooses(act, new_on=None)["state"] == "signed"
    assert talk.award(ships_after=25) == 0
    assert "rule:exclusion.waived" in talk.rules


def test_the_guard_changes_nothing_and_asks_only_where_something_is_broken(talk: Talk) -> None:
    assert talk.says(talk.boris, "Pictures of the sample.").status_code == 201
    assert talk.says(talk.alma, "Fine, looks good.").status_code == 201
    talk.asks_late()
    before = everything()
    for text in ("没问题，下周发货就行。", "De acuerdo, envíen la próxima semana.", "No problem, take your time."):
        assert talk.says(talk.alma, text).json()["code"] == "would_accept_breach"
    assert everything() == before
    for text in ("We do not agree.", "We reserve all our rights; ship as soon as you can.", "When will you ship?"):
        assert talk.says(talk.alma, text).status_code == 201


def test_a_thread_is_the_two_sides_own_and_says_who_has_read_it(talk: Talk) -> None:
    path = f"/v1/orders/{talk.ref}/thread"
    first = talk.says(talk.boris, "  Felt arrived.\n毛毡到了 ΔE < 2  ").json()
    assert first["text"] == "  Felt arrived.\n毛毡到了 ΔE < 2  "
    seen = talk.alma.get(path).json()
    assert (seen["unread"], seen["items"]) == (1, [first])
    assert talk.boris.get(path).json()["unread"] == 0
    assert talk.alma.post(f"{path}/read", {"up_to": first["id"]}).json()["number"] == 1
    again = talk.alma.get(path).json()
    assert (again["unread"], len(again["reads"])) == (0, 2)
    for answer in (talk.chen.get(path), talk.says(talk.chen, "hello")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    events = {row["name"]: row for row in talk.alma.get(f"/v1/orders/{talk.ref}/timeline").json()["items"]}
    assert events["message.sent"]["about"]["thread_message"] == first["id"]
    assert "Felt" not in str(events["message.sent"]["data"])
    listed = talk.alma.get("/v1/events?limit=500").json()["items"]
    assert "Felt arrived" not in str(listed)
    assert threads.messages(subject=Subject("order", talk.order_id))[0].text == first["text"]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"text": ""}, "invalid", "text"),
        ({"text": " \n "}, "invalid", "text"),
        ({"text": "x" * 20_001}, "invalid", "text"),
        ({"text": "a\x00b"}, "bad_request", None),
        ({"text": "bell \x07"}, "invalid", "text"),
        ({"text": "see <a href='https://example.com'>this</a>"}, "markup_not_accepted", "text"),
        ({"text": "<script>alert(1)</script>"}, "markup_not_accepted", "text"),
        ({"text": "look", "file_ids": ["fil_" + "0" * 32]}, "not_found", "file_ids"),
        ({"text": "look", "file_ids": ["x"]}, "not_found", "file_ids"),
        ({"text": "look", "file_ids": ["x"] * 11}, "invalid", "file_ids"),
        ({"text": "look", "answers_id": "txt_" + "0" * 32}, "not_found", "answers_id"),
    ],
)
def test_what_is_no_message_is_refused_and_changes_nothing(talk: Talk, body: Any, code: str, field: str) -> None:
    before = everything()
    answer = talk.boris.post(f"/v1/orders/{talk.ref}/thread", body)
    assert (answer.json()["code"], answer.json().get("field")) == (code, field)
    assert everything() == before


def test_what_was_said_otherwise_is_listed_with_its_change_and_changes_nothing(talk: Talk) -> None:
    before = talk.world.order(talk.order_id)
    talk.says(talk.boris, "Please pay the balance to our new bank account. Price is USD 11.50 now.", flagged=True)
    talk.says(talk.boris, "We will make 1,200 pcs in red cotton and ship on 2030-01-15.")
    path = f"/v1/orders/{talk.ref}/drift"
    found = {row["kind"]: row for row in talk.alma.get(path).json()["items"]}
    assert set(found) == {"payee", "price", "quantity", "colour", "material", "ship_date"}
    assert found["ship_date"]["change"] == {"path": "ship.on", "from": talk.owed.isoformat(), "to": "2030-01-15"}
    assert found["quantity"]["change"] == {"path": "lines.0.quantity", "from": 1000, "to": 1200}
    assert found["colour"]["change"] == {"path": "lines.0.variant", "from": None, "to": "red"}
    assert found["material"]["change"]["path"] == "specification.T1.nominal"
    for kind in ("payee", "price"):
        assert (found[kind]["only_warns"], found[kind]["change"]) == (True, None)
    assert talk.world.order(talk.order_id) == before
    assert talk.chen.get(path).status_code == 404
