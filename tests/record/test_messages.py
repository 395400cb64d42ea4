"""What was said elsewhere counts as much as the other side lets it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import Error, connection, transaction

from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState, Refusal
from holdfast.record import audit, events, messages
from holdfast.record.act import Act
from holdfast.record.recording import Recording
from tests.record.stage import NOW, act, everything, head

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SAID = NOW.date()
TERM = {"name": "pile height", "nominal": "12.5", "unit": "mm"}


def bring(order_id: UUID, *, by: Act | None = None, **changes: Any) -> messages.OutsideMessage:
    given = {"channel": "wechat", "said_on": SAID, "text": "12.5 mm is fine", "term": TERM, **changes}
    with transaction.atomic():
        recording = Recording(by or act())
        return recording.write(messages.bring(recording=recording, chain=head(order_id), order_id=order_id, **given))


def answer(order_id: UUID, message_id: UUID, verb: str, *, role: str = "supplier") -> messages.OutsideMessage:
    with transaction.atomic():
        recording = Recording(act(role=role, now=NOW + timedelta(hours=1)))
        return recording.write(
            messages.answer(
                recording=recording, chain=head(order_id), order_id=order_id, message_id=message_id, verb=verb
            )
        )


@pytest.mark.parametrize(("verb", "state"), [("attest", "attested"), ("deny", "denied")])
def test_the_other_side_answers_once(verb: str, state: str) -> None:
    order_id = uuid4()
    message = bring(order_id)
    assert message.state == "brought"
    done = answer(order_id, message.id, verb)
    assert (done.state, done.answered_at) == (state, NOW + timedelta(hours=1))
    assert messages.attested(order_id=order_id) == ([done] if verb == "attest" else [])
    assert [told.name for told in events.story(chain_id=order_id)] == ["message.brought", f"message.{state}"]
    before = everything()
    with pytest.raises(OutOfState):
        answer(order_id, message.id, "attest")
    with pytest.raises(Error, match="no step leads"), transaction.atomic():
        connection.cursor().execute("UPDATE record_outside_message SET state = 'brought'")
    assert everything() == before
    assert list(audit.findings()) == []
    connection.cursor().execute("UPDATE record_outside_message SET text = '13 mm is fine'")
    assert [finding.where for finding in audit.findings()] == [str(message.id)]


def test_nobody_attests_to_what_they_brought_themselves_or_belongs_elsewhere() -> None:
    order_id = uuid4()
    message = bring(order_id)
    before = everything()
    with pytest.raises(NotAllowed):
        answer(order_id, message.id, "attest", role="buyer")
    with pytest.raises(NotAllowed):
        answer(order_id, message.id, "attest", role="mediator")
    with pytest.raises(NotFound):
        answer(uuid4(), message.id, "attest")
    with pytest.raises(NotAllowed):
        bring(order_id, by=act(role="mediator"))
    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "carrier pigeon"}, "channel"),
        ({"said_on": date(2026, 3, 5)}, "said_on"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a\x00b"}, "text"),
    ],
)
def test_what_cannot_be_brought(changes: dict[str, Any], field: str) -> None:
    order_id, before = uuid4(), everything()
    with pytest.raises(Refusal) as refused:
        bring(order_id, **changes)
    assert isinstance(refused.value, Invalid)
    assert refused.value.field == field
    assert everything() == before
