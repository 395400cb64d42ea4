"""The two sides of a quotation talk over HTTP: kept as it was said, read, guarded, held against what was offered, and
still there once it is an order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from holdfast.kernel.identifiers import public
from holdfast.parties import operations as parties
from holdfast.record import audit, events, threads
from holdfast.sourcing.said import thread_of
from tests.api.test_messages import everything
from tests.parties.cast import Shop
from tests.sourcing.offers import counters, offer, quotes, without_direct
from tests.world import World, contract

SCOPES = ["orders:read", "orders:write", "contracts:sign"]

OWN_HATS = without_direct(offer())["lines"][0]


class Talk:
    """One quotation of Boris's to Alma, and the programs of its two sides and of a stranger."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.now = datetime.now(UTC)
        self.later = (world.today() + timedelta(days=30)).isoformat()
        self.id = quotes(world, offer(valid_until=self.later)).id
        self.ref = public("quo", self.id)
        self.path = f"/v1/quotations/{self.ref}/thread"
        self.alma, self.boris, self.chen = (
            self.key(party.organisation_id) for party in (world.alma, world.boris, world.chen)
        )

    def key(self, organisation_id: Any) -> Shop:
        limit: dict[str, Any] = {"sign_limit_minor": 2_000_000, "sign_limit_currency": "USD"}
        made = parties.create_key(
            act=self.world.operator(), organisation_id=organisation_id, name="talk", scopes=SCOPES, **limit
        )
        assert made.secret is not None
        return Shop(made.secret)

    def says(self, shop: Shop, text: str, **more: Any) -> Any:
        return shop.post(self.path, {"text": text, **more})

    def drift(self, path: str = "") -> dict[str, Any]:
        found = self.alma.get(path or f"/v1/quotations/{self.ref}/drift")
        assert found.status_code == 200, found.content
        return {row["kind"]: row for row in found.json()["items"]}


@pytest.fixture
def talk(world: World) -> Any:
    yield Talk(world)
    assert list(audit.findings()) == []


def test_a_thread_is_the_two_sides_own_is_kept_as_it_was_said_and_says_who_has_read_it(talk: Talk) -> None:
    text = "  The felt: 毛毡 ΔE < 2\n see the card  "
    first = talk.says(talk.boris, text).json()
    assert (first["text"], first["quotation_id"], first["order_id"]) == (text, talk.ref, None)
    seen = talk.alma.get(talk.path).json()
    assert (seen["unread"], seen["items"]) == (1, [first])
    assert talk.boris.get(talk.path).json()["unread"] == 0
    assert talk.alma.post(f"{talk.path}/read", {"up_to": first["id"]}).json()["number"] == 1
    again = talk.alma.get(talk.path).json()
    assert (again["unread"], len(again["reads"])) == (0, 2)
    answer = talk.says(talk.alma, "Thank you.", answers_id=first["id"]).json()
    assert (answer["number"], answer["answers_id"]) == (2, first["id"])
    for refused in (talk.chen.get(talk.path), talk.says(talk.chen, "hello"), talk.chen.get(f"{talk.path[:-6]}drift")):
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    told = events.story(chain_id=talk.id)
    assert [one.name for one in told] == ["quotation.offered", "message.sent", "thread.read", "message.sent"]
    assert "毛毡" not in str(told[1].data)
    assert threads.messages(subject=thread_of(talk.id))[0].text == text
    assert told[1].about["quotation"] == talk.id.hex


def test_files_go_with_a_message_and_are_the_quotations_alone(talk: Talk) -> None:
    place, words = f"/v1/quotations/{talk.ref}/files", b"the colour card, in words"
    kept = talk.boris.send_file(f"{place}?name=card.txt", words).json()
    assert (kept["quotation_id"], kept["order_id"], kept["name"]) == (talk.ref, None, "card.txt")
    sent = talk.says(talk.boris, "The colour card.", file_ids=[kept["id"]]).json()
    assert sent["file_ids"] == [kept["id"]]
    assert talk.alma.get(place).json()["items"] == [kept]
    assert talk.alma.get(f"{place}/{kept['id']}").json() == kept
    again = talk.alma.get(f"{place}/{kept['id']}/content")
    assert (again.content, again["Content-Disposition"][:10]) == (words, "attachment")
    before = everything()
    own = talk.says(talk.alma, "Mine.", file_ids=[kept["id"]])
    assert (own.json()["code"], own.json()["field"]) == ("invalid", "file_ids")
    for refused in (
        talk.chen.get(place),
        talk.chen.get(f"{place}/{kept['id']}/content"),
        talk.chen.send_file(f"{place}?name=a.txt", b"a few words of a stranger"),
        talk.alma.get(f"{place}/fil_{'0' * 32}"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert everything() == before


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"text": ""}, "invalid", "text"),
        ({"text": " \n "}, "invalid", "text"),
        ({"text": "x" * 20_001}, "invalid", "text"),
        ({"text": "bell \x07"}, "invalid", "text"),
        ({"text": "see <a href='https://example.com'>this</a>"}, "markup_not_accepted", "text"),
        ({"text": "look", "file_ids": ["fil_" + "0" * 32]}, "not_found", "file_ids"),
        ({"text": "look", "file_ids": ["x"] * 11}, "invalid", "file_ids"),
        ({"text": "look", "answers_id": "txt_" + "0" * 32}, "not_found", "answers_id"),
    ],
)
def test_what_is_no_message_is_refused_and_changes_nothing(talk: Talk, body: Any, code: str, field: str) -> None:
    before = everything()
    answer = talk.boris.post(talk.path, body)
    assert (answer.json()["code"], answer.json().get("field")) == (code, field)
    assert everything() == before


def test_what_was_said_otherwise_is_listed_with_its_change_and_changes_nothing(talk: Talk) -> None:
    before = talk.alma.get(f"/v1/quotations/{talk.ref}").json()
    talk.says(talk.boris, "Please pay the deposit to our new bank account. Price is USD 11.50 now.", flagged=True)
    talk.says(talk.boris, "We will make 1,200 pcs in red cotton and ship on 2030-01-15.")
    found = talk.drift()
    assert set(found) == {"payee", "price", "quantity", "colour", "material", "ship_date"}
    assert found["quantity"]["change"] == {"path": "lines.0.quantity", "from": 1000, "to": 1200}
    assert found["colour"]["change"] == {"path": "lines.0.variant", "from": None, "to": "red"}
    assert found["material"]["change"]["path"] == "specification.T1.nominal"
    # A quotation counts days from the payment and has no place for a date.
    assert (found["ship_date"]["only_warns"], found["ship_date"]["change"]) == (False, None)
    for kind in ("payee", "price"):
        assert (found[kind]["only_warns"], found[kind]["change"]) == (True, None)
    assert talk.alma.get(f"/v1/quotations/{talk.ref}").json() == before


def test_prices_and_quantities_of_every_break_are_the_quotations_own_words(talk: Talk) -> None:
    talk.says(talk.boris, "From 5,000 pcs it is USD 9.00, and USD 11.00 for 500 pcs. Freight is USD 600.00.")
    assert talk.drift() == {}


def test_who_would_agree_to_something_else_is_asked_first_on_either_side(talk: Talk) -> None:
    talk.says(talk.boris, "The wool is sold out, we would use cotton.")
    before = everything()
    refused = talk.says(talk.alma, "Fine, use cotton.")
    assert (refused.status_code, refused.json()["code"]) == (409, "would_agree_otherwise")
    assert refused.json()["accepted"] == ["counter", "plain"]
    facts = refused.json()["facts"]
    assert [(one["kind"], one["value"]) for one in facts["differences"]] == [("material", "cotton")]
    assert facts["differences"][0]["change"]["path"] == "specification.T1.nominal"
    assert everything() == before
    assert talk.says(talk.alma, "No, wool felt as quoted.").status_code == 201
    assert talk.says(talk.alma, "Could you make it for USD 8.20?").status_code == 201
    agreed = talk.says(talk.boris, "OK, agreed.")
    assert (agreed.json()["code"], agreed.json()["accepted"]) == ("would_agree_otherwise", ["revise", "plain"])
    assert {one["kind"] for one in agreed.json()["facts"]["differences"]} == {"price"}
    assert talk.says(talk.boris, "OK, agreed.", plain=True).status_code == 201
    quotation = talk.alma.get(f"/v1/quotations/{talk.ref}").json()
    assert (quotation["version"], quotation["total_minor"]) == (1, 1_060_000)


def test_what_the_next_version_says_is_no_longer_said_otherwise(talk: Talk) -> None:
    talk.says(talk.alma, "We would take 1,200 pcs.")
    assert set(talk.drift()) == {"quantity"}
    counters(talk.world, talk.id, valid_until=talk.later, lines=[{**OWN_HATS, "quantity": 1200}])
    assert talk.drift() == {}
    assert talk.says(talk.boris, "OK, 1,200 pcs are fine.").status_code == 201


def test_once_it_is_an_order_the_thread_is_read_from_there_and_one_writes_there(talk: Talk) -> None:
    kept = talk.boris.send_file(f"/v1/quotations/{talk.ref}/files?name=card.txt", b"the colour card, in words").json()
    said = talk.says(talk.boris, "They will be red. At USD 9.70 even.", file_ids=[kept["id"]]).json()
    accepted = talk.alma.post(f"/v1/quotations/{talk.ref}/accept", {"version": 1}).json()
    # Between acceptance and signature there is no order yet: the talk goes on where it was.
    last = talk.says(talk.alma, "The draft is with you.")
    assert last.status_code == 201
    proposed = talk.alma.post(f"/v1/contracts/{accepted['id']}/propose", {}).json()
    beside = talk.boris.get(f"/v1/contracts/{accepted['id']}/thread").json()["quotation"]
    assert (beside["quotation_id"], beside["items"]) == (talk.ref, [said, last.json()])
    for shop in (talk.alma, talk.boris):
        signed = shop.post(f"/v1/contracts/{accepted['id']}/sign", {"digest": proposed["digest"]})
        assert signed.status_code == 200, signed.content
    order = signed.json()["order_id"]
    read = talk.alma.get(f"/v1/orders/{order}/thread").json()
    assert (read["items"], read["quotation"]["items"]) == ([], [said, last.json()])
    before = everything()
    moved = talk.says(talk.alma, "One more thing.")
    assert (moved.status_code, moved.json()["code"]) == (409, "thread_moved")
    assert moved.json()["facts"]["order_id"] == order
    late = talk.boris.send_file(f"/v1/quotations/{talk.ref}/files?name=a.txt", b"a few more words of his")
    assert late.json()["code"] == "thread_moved"
    assert everything() == before
    assert talk.boris.post(f"{talk.path}/read", {"up_to": last.json()["id"]}).status_code == 200
    # What was said of the goods and is not in the contract is told before paying; the talk about its price is not.
    found = talk.drift(f"/v1/orders/{order}/drift")
    assert {(kind, row["source"]) for kind, row in found.items()} == {("colour", "quotation")}
    assert found["colour"]["change"] == {"path": "lines.0.variant", "from": None, "to": "red"}
    assert talk.chen.get(f"/v1/contracts/{accepted['id']}/thread").status_code == 404


def test_a_contract_from_no_quotation_has_nothing_before_it(talk: Talk) -> None:
    later = {"ship": {"on": talk.later}}
    found = public("con", talk.world.proposed(contract(**later)))
    assert talk.alma.get(f"/v1/contracts/{found}/thread").json() == {"quotation": None}
    order = public("ord", talk.world.signed_order(contract(**later)))
    assert talk.alma.get(f"/v1/orders/{order}/thread").json()["quotation"] is None


def test_a_quotation_that_came_to_nothing_is_still_talked_about(talk: Talk) -> None:
    assert talk.boris.post(f"/v1/quotations/{talk.ref}/withdraw", {}).status_code == 200
    assert talk.says(talk.alma, "What a pity. Could you quote cotton instead?").status_code == 201
    refused = talk.says(talk.boris, "OK, cotton it is then.")
    assert refused.json()["accepted"] == ["quotation", "plain"]
