"""What would take a deal off the platform is told to its sender before it goes and to the operator afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from holdfast.kernel.identifiers import public
from holdfast.parties import operations as parties
from holdfast.record import audit, events
from holdfast.record.chains import OPERATOR
from tests.api.test_messages import everything
from tests.api.test_quotation_messages import Talk
from tests.parties.cast import Shop
from tests.world import World, contract

TEXT = "Please pay the deposit to DE89 3704 0044 0532 0130 00."


class Flagged(Talk):
    """A quotation and an order, and the operator's program."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        order_id = world.funded_order(contract(ship={"on": self.later}))
        self.places = {"quotation": self.path, "order": f"/v1/orders/{public('ord', order_id)}/thread"}
        made = parties.create_key(
            act=world.operator(), organisation_id=world.operator_id, name="desk", scopes=["operator"]
        )
        assert made.secret is not None
        self.desk = Shop(made.secret)

    def waiting(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.desk.get("/v1/flags?state=open").json()["items"]
        return found


@pytest.fixture
def flagged(world: World) -> Any:
    yield Flagged(world)
    assert list(audit.findings()) == []


@pytest.mark.parametrize("place", ["quotation", "order"])
def test_the_sender_is_told_before_and_the_operator_after(flagged: Flagged, place: str) -> None:
    path, before = flagged.places[place], everything()
    told = flagged.boris.post(path, {"text": TEXT})
    assert (told.status_code, told.json()["code"], told.json()["accepted"]) == (409, "leaves_platform", "flagged")
    assert told.json()["facts"]["flags"] == [{"kind": "iban", "said": "DE89 3704 0044 0532 0130 00"}]
    assert everything() == before
    assert flagged.waiting() == []
    sent = flagged.boris.post(path, {"text": TEXT, "flagged": True})
    assert (sent.status_code, sent.json()["text"]) == (201, TEXT)
    (found,) = flagged.waiting()
    assert (found["kinds"], found["message"], found["state"]) == (["iban"], sent.json(), "open")
    assert {act["verb"] for act in found["acts"]} == {"dismiss", "uphold"}
    for shop in (flagged.alma, flagged.boris, flagged.chen):
        assert shop.get("/v1/flags").json()["code"] == "not_allowed"
        assert shop.post(f"/v1/flags/{found['id']}/dismiss", {"note": "mine"}).json()["code"] == "not_allowed"
    done = flagged.desk.post(f"/v1/flags/{found['id']}/uphold", {"note": "warned by telephone"}).json()
    assert (done["state"], done["acts"]) == ("upheld", [])
    assert flagged.waiting() == []
    assert flagged.desk.get(f"/v1/flags/{found['id']}").json() == done
    last = events.story(chain_id=OPERATOR)[-1]
    assert (last.name, last.data["kinds"], last.private["note"]) == ("flag.upheld", ["iban"], "warned by telephone")
    before = everything()
    again = flagged.desk.post(f"/v1/flags/{found['id']}/dismiss", {"note": "harmless after all"})
    assert again.json()["code"] == "out_of_state"
    assert everything() == before


def test_an_ordinary_message_is_nobodys_business(flagged: Flagged) -> None:
    text = "HS 6505.00.90, EAN 4006381333931."
    for path in flagged.places.values():
        assert flagged.boris.post(path, {"text": text, "flagged": True}).status_code == 201
    assert flagged.waiting() == []


def test_it_is_checked_without_being_sent_and_nothing_is_kept(flagged: Flagged) -> None:
    before, path = everything(), "/v1/messages/check"
    checked = flagged.boris.post(path, {"text": "加我微信: boris1988"}, key=None)
    assert checked.json() == {"flags": [{"kind": "handle", "said": "微信: boris1988"}]}
    assert flagged.boris.post(path, {"text": "Article 4006381333931"}, key=None).json() == {"flags": []}
    assert flagged.boris.post(path, {"text": "<b>x</b>"}, key=None).json()["code"] == "markup_not_accepted"
    assert everything() == before


def test_who_knows_it_is_still_asked_what_else_it_would_mean(flagged: Flagged) -> None:
    flagged.says(flagged.boris, "The wool is sold out, we would use cotton.")
    text = "Fine, use cotton. Call me on +49 30 12345678."
    assert flagged.says(flagged.alma, text).json()["code"] == "leaves_platform"
    assert flagged.says(flagged.alma, text, flagged=True).json()["code"] == "would_agree_otherwise"
    assert flagged.says(flagged.alma, text, flagged=True, plain=True).status_code == 201
    assert [one["kinds"] for one in flagged.waiting()] == [["telephone"]]


def test_a_message_beside_an_act_is_told_too(flagged: Flagged) -> None:
    path = flagged.places["order"].replace("/thread", "/concessions")
    act = {"kind": "rights_reserved", "new_on": flagged.later, "message": TEXT}
    before = everything()
    assert flagged.alma.post(path, act).json()["code"] == "leaves_platform"
    assert everything() == before


def test_what_is_no_flag_or_no_reason_is_refused(flagged: Flagged) -> None:
    flagged.boris.post(flagged.path, {"text": TEXT, "flagged": True})
    ref = flagged.waiting()[0]["id"]
    before = everything()
    for path, body, code in (
        (f"/v1/flags/{ref}/dismiss", {}, "invalid"),
        (f"/v1/flags/{ref}/dismiss", {"note": " "}, "invalid"),
        (f"/v1/flags/flg_{'0' * 32}/dismiss", {"note": "x"}, "not_found"),
        ("/v1/flags/x/uphold", {"note": "x"}, "not_found"),
    ):
        assert flagged.desk.post(path, body).json()["code"] == code, path
    assert flagged.desk.get("/v1/flags?state=lost").status_code == 422
    assert everything() == before


def test_a_longer_list_costs_no_more_questions(flagged: Flagged) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert flagged.desk.get("/v1/flags").status_code == 200
        return len(found)

    path = flagged.places["order"]
    flagged.boris.post(path, {"text": TEXT, "flagged": True})
    flagged.desk.get("/v1/flags")
    one = asked()
    for number in range(3):
        assert flagged.boris.post(path, {"text": f"{TEXT} {number}", "flagged": True}).status_code == 201
    assert len(flagged.waiting()) == 4
    assert asked() == one
