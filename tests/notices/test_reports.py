"""Delivery reports: what they say, taken in by the command line and over the API, once."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from holdfast.cli import bounces
from holdfast.kernel.identifiers import public
from holdfast.notices import operations, reports
from holdfast.notices.models import DeadAddress, Notice
from holdfast.notices.rules import NoDeliveryReport, ReportTooLarge, verdict_on, verdict_on_answer
from tests.notices.post import Post, report, state, waiting
from tests.parties.cast import Shop, assemble
from tests.record.stage import NOW
from tests.world import refuses

pytestmark = pytest.mark.database


@pytest.fixture
def sent(db: None, post: Post) -> Notice:
    notice = waiting()
    operations.send_waiting(now=NOW)
    return notice


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *(("5.1.1", "dead"), ("5.1.10", "dead"), ("5.2.1", "dead"), ("5.4.4", "dead")),
        *(("5.2.2", "later"), ("4.4.7", "later"), ("", "later"), ("2.0.0", "later")),
        *(("5.7.1", "refused"), ("5.3.4", "refused"), ("5.6.0", "refused"), ("5.0.0", "refused")),
    ],
)
def test_a_status_speaks_of_the_address_of_the_mail_or_of_a_passing_trouble(status: str, expected: str) -> None:
    assert verdict_on(status=status) == expected


@pytest.mark.parametrize(
    ("code", "said", "of_address", "expected"),
    [
        (550, "5.1.1 no such user", True, "dead"),
        (550, "no such user", True, "dead"),
        (550, "5.7.1 blocked", True, "refused"),
        (552, "mailbox full", True, "later"),
        (554, "not this", False, "refused"),
        (550, "not this", False, "refused"),
        (451, "greylisted, see 5.1.1", True, "later"),
    ],
)
def test_so_does_the_answer_of_a_server(code: int, said: str, of_address: bool, expected: str) -> None:
    assert verdict_on_answer(code=code, said=said, of_address=of_address) == expected


def test_a_report_is_taken_in_once(sent: Notice) -> None:
    content = report(sent.id)
    first = operations.take_report(content=content, now=NOW)
    assert (first.notice_id, first.effect, first.delivery, first.status) == (sent.id, "dead", "bounced", "5.1.1")
    again = operations.take_report(content=content, now=NOW)
    assert (again.effect, again.delivery) == ("nothing", "bounced")
    assert DeadAddress.objects.count() == 1


def test_a_mail_that_is_only_late_is_still_on_its_way(sent: Notice) -> None:
    taken = operations.take_report(content=report(sent.id, action="delayed", status="4.4.1"), now=NOW)
    assert (taken.effect, taken.delivery) == ("nothing", "accepted")


def test_a_blocked_mail_did_not_arrive_but_its_address_is_there(sent: Notice) -> None:
    taken = operations.take_report(content=report(sent.id, status="5.7.1"), now=NOW)
    assert (taken.effect, taken.delivery) == ("refused", "bounced")
    assert not DeadAddress.objects.exists()


def test_the_address_it_came_to_names_the_mail_too(sent: Notice) -> None:
    content = report(uuid4()).replace(b"bounces@", b"bounces+" + public("ntc", sent.id).encode() + b"@")
    assert operations.take_report(content=content, now=NOW).notice_id == sent.id


def test_a_report_of_another_mail_changes_nothing(sent: Notice) -> None:
    taken = operations.take_report(content=report(uuid4()), now=NOW)
    assert (taken.notice_id, taken.effect, state(sent)) == (None, "nothing", "accepted")
    assert reports.read(report(uuid4()).replace(b"Message-ID: <ntc_", b"Message-ID: <other_")).notice_id is None


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"Subject: out of office\r\n\r\nI am away.\r\n", b"\xff\xfe\x00", b"\x00" * 100),
        b"Content-Type: multipart/report\r\n\r\nno parts\r\n",
        report(uuid4()).replace(b"Action: failed\r\n", b""),
        report(uuid4())[:400],
    ],
)
def test_what_is_no_report_is_refused(content: bytes, sent: Notice) -> None:
    with refuses(NoDeliveryReport):
        operations.take_report(content=content, now=NOW)


def test_what_is_larger_than_any_report_is_not_read(sent: Notice) -> None:
    with refuses(ReportTooLarge, accepted={"at_most_bytes": reports.LARGEST}):
        operations.take_report(content=report(sent.id) + b"x" * reports.LARGEST, now=NOW)


def test_the_command_takes_files_and_what_is_piped_in(
    sent: Notice, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.cli.keys.operator_act", lambda: SimpleNamespace(now=NOW))
    away, dead = tmp_path / "away.eml", tmp_path / "dead.eml"
    away.write_bytes(b"Subject: out of office\r\n\r\nAway.\r\n")
    dead.write_bytes(report(sent.id))
    name = public("ntc", sent.id)
    assert bounces._run(SimpleNamespace(files=[str(away), str(dead), str(tmp_path / "none")])) == 1  # type: ignore[arg-type]
    out = capsys.readouterr()
    assert out.out == (
        f"{dead}: {name} was not delivered, and nothing more is sent to its address: 5.1.1 smtp; 550 no such user\n"
    )
    assert f"{away}: This is no delivery report" in out.err
    assert "(found: text/plain)" in out.err
    assert "No such file" in out.err
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(dead.read_bytes())))
    assert bounces._run(SimpleNamespace(files=["-"])) == 0  # type: ignore[arg-type]
    assert capsys.readouterr().out.startswith(f"-: {name} is bounced; nothing changed")


def test_over_the_api_it_is_the_operators_alone(sent: Notice) -> None:
    cast = assemble()
    operator, party = Shop(cast.operator_secret), Shop(cast.boris.secret)

    def hand_in(who: Shop, content: bytes, **headers: str) -> dict[str, Any]:
        given: dict[str, Any] = {"data": content, "content_type": "message/rfc822", **who.headers, **headers}
        found: dict[str, Any] = who.client.post("/v1/mail/bounces", **given).json()
        return found

    key = {"HTTP_IDEMPOTENCY_KEY": "one"}
    assert hand_in(party, report(sent.id), **key)["code"] == "not_allowed"
    assert hand_in(operator, report(sent.id))["code"] == "idempotency_key_required"
    assert state(sent) == "accepted"
    assert hand_in(operator, report(sent.id), **key) == {
        "notice_id": public("ntc", sent.id),
        "delivery": "bounced",
        "effect": "dead",
        "status": "5.1.1",
        "said": "smtp; 550 no such user",
    }
    assert hand_in(operator, report(sent.id), **key)["effect"] == "dead", "the first answer, once more"
    again = hand_in(operator, report(sent.id), HTTP_IDEMPOTENCY_KEY="two")
    assert (again["effect"], again["delivery"]) == ("nothing", "bounced")
    bad = hand_in(operator, b"hello", HTTP_IDEMPOTENCY_KEY="three")
    assert (bad["code"], bad["status"]) == ("no_delivery_report", 422)


def test_an_organisation_lists_what_its_people_were_told_and_no_other(db: None) -> None:
    cast = assemble()
    for party in (cast.alma, cast.boris):
        for kind in ("lot.delivered", "digest", "order.closed"):
            waiting(organisation_id=party.id, person_id=party.person_id, kind=kind)
    alma, operator = Shop(cast.alma.secret), Shop(cast.operator_secret)
    first = alma.get("/v1/notices?limit=1").json()
    second = alma.get(f"/v1/notices?limit=1&cursor={first['next_cursor']}").json()
    assert [row["kind"] for row in (*first["items"], *second["items"])] == ["order.closed", "lot.delivered"]
    assert second["next_cursor"] is None
    assert {row["organisation_id"] for row in first["items"]} == {cast.alma.ref}
    assert [row["kind"] for row in alma.get("/v1/notices?kind=lot.delivered").json()["items"]] == ["lot.delivered"]
    assert len(operator.get("/v1/notices").json()["items"]) == 4
    refused = alma.get("/v1/notices?kind=weather").json()
    assert (refused["code"], refused["errors"][0]["field"] if "errors" in refused else refused["field"]) == (
        "invalid",
        "kind",
    )
    assert alma.get(f"/v1/notices?order_id={public('ord', uuid4())}").status_code == 404
    kinds = {row["kind"]: row for row in alma.get("/v1/notices/kinds").json()["items"]}
    assert kinds["lot.delivered"]["is_legal"]
    assert kinds["lot.delivered"]["deadlines"] == ["lot.receipt"]
    assert kinds["message.sent"] == {
        "kind": "message.sent",
        "group": "messages",
        "told": "the side that did not act",
        "is_legal": False,
        "deadlines": [],
        "example": "Alma Imports has written to you.",
    }
