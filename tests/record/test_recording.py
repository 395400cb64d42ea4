"""What one act leaves behind, all of it or nothing."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import Error, IntegrityError, connection, transaction

from holdfast.database.calls import Function
from holdfast.ledger import audit as ledger_audit
from holdfast.ledger import book, chart
from holdfast.ledger.book import Transfer
from holdfast.record import audit, deadlines, events
from holdfast.record.act import Command
from holdfast.record.models import Answer, Deadline, Outbox
from holdfast.record.recording import Recording
from tests.record.stage import NOW, act, everything, happen, head

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_everything_of_an_act_is_true_together() -> None:
    order_id = uuid4()
    command = Command(uuid4(), "key-1", b"\x01" * 32, 201, lambda result: {"told": result})
    escrow = chart.of_order("escrow", order_id, "USD")
    with transaction.atomic():
        recording = Recording(act(command=command))
        event_id = recording.event(
            head(order_id), "order.funded", about={"order": order_id, "claim": None}, private={"note": "küche ✓"}
        )
        recording.transfer(Transfer("captured", chart.of_rail("rail_clearing", "wire", "USD"), escrow, 500, order_id))
        recording.deadline(
            kind="order.ship",
            subject=("order", order_id),
            order_id=order_id,
            due_at=NOW + timedelta(days=3),
            zone="Asia/Shanghai",
            who="supplier",
            basis={"rule": "ship_by"},
        )
        assert recording.write("so") == "so"
    (told,) = events.story(chain_id=order_id)
    assert (told.id, told.seq, told.private, told.about) == (event_id, 1, {"note": "küche ✓"}, {"order": order_id.hex})
    assert book.balance(account=escrow) == 500
    assert [line.kind for line in book.of_order(order_id=order_id)] == ["captured"]
    assert [(due.kind, due.who, due.zone) for due in deadlines.open_for(order_id=order_id)] == [
        ("order.ship", "supplier", "Asia/Shanghai")
    ]
    answer = Answer.objects.get(owner=command.owner, key="key-1")
    assert (answer.status, json.loads(answer.body)) == (201, {"told": "so"})
    assert Outbox.objects.get(event_id=event_id).state == "waiting"
    assert list(audit.findings()) == list(ledger_audit.findings()) == []


def test_a_refused_part_leaves_nothing_of_the_whole() -> None:
    order_id = uuid4()
    happen(chain_id=order_id)
    before = everything()
    escrow = chart.of_order("escrow", order_id, "USD")
    with pytest.raises(IntegrityError, match="not_overdrawn"):
        happen(
            chain_id=order_id,
            transfers=(Transfer("released", escrow, chart.of_supplier("payable", uuid4(), "USD"), 1, order_id),),
        )
    assert everything() == before


def test_a_deadline_is_replaced_by_settling_it_first() -> None:
    order_id = uuid4()

    def open_one(*, settling: bool) -> None:
        with transaction.atomic():
            recording = Recording(act())
            recording.event(head(order_id), "order.noted", about={"order": order_id})
            if settling:
                recording.settle(kind="order.pay", subject_id=order_id, state="void")
            recording.deadline(
                kind="order.pay",
                subject=("order", order_id),
                order_id=order_id,
                due_at=NOW,
                zone="UTC",
                who="buyer",
                basis={},
            )
            recording.write(None)

    open_one(settling=False)
    with pytest.raises(IntegrityError, match="one_open"):
        open_one(settling=False)
    open_one(settling=True)
    assert len(deadlines.open_for(order_id=order_id)) == 1


def test_the_same_key_answers_once() -> None:
    owner = uuid4()

    def command() -> None:
        with transaction.atomic():
            order_id = uuid4()
            recording = Recording(act(command=Command(owner, "k", b"\x02" * 32, 200, lambda _: {})))
            recording.event(head(order_id), "order.noted", about={"order": order_id})
            recording.write(None)

    command()
    before = everything()
    with pytest.raises(IntegrityError):
        command()
    assert everything() == before


@pytest.mark.parametrize("table", ["record_event", "record_seal"])
def test_the_past_cannot_be_changed_by_the_application(table: str) -> None:
    happen(chain_id=uuid4())
    before = everything()
    for statement in (f"UPDATE {table} SET hash = ''", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(Error, match=r"permission denied|does not exist"), transaction.atomic():
            connection.cursor().execute(statement)
    assert everything() == before


def test_a_float_or_a_person_s_words_never_reach_a_hash() -> None:
    recording = Recording(act())
    order_id = uuid4()
    chain: Any = head(order_id)
    with pytest.raises(TypeError, match="float"):
        recording.event(chain, "order.noted", about={}, data={"share": 0.5})
    recording.event(chain, "order.noted", about={}, private={"reason": "because Alma said so"})
    assert "Alma" not in json.dumps(recording._events)
    assert chain.seq == 1


def test_an_act_of_many_rows_leaves_what_one_of_few_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row by row and as documents: events with what is private, what was done before the rest is void, the answer."""

    def told(order_id: UUID) -> list[Any]:
        command = Command(order_id, "key-1", b"\x01" * 32, 201, lambda result: {"told": result})
        for opening in (True, False):
            with transaction.atomic():
                recording = Recording(act(command=None if opening else command))
                recording.event(head(order_id), "order.noted", about={}, private={"note": 'a "ü" \\ {b}', "none": None})
                if not opening:
                    recording.settle(subject_id=order_id, kind="order.pay")
                    recording.settle(subject_id=order_id, state="void")
                for kind in ("order.pay", "order.ship") if opening else ("order.pay",):
                    recording.deadline(
                        kind=kind,
                        subject=("order", order_id),
                        order_id=None,
                        due_at=NOW + timedelta(days=3),
                        zone="Asia/Shanghai",
                        who="supplier",
                        basis={"days": 3, "rule": None},
                    )
                recording.write("so")
        due = Deadline.objects.filter(subject_id=order_id).order_by("id")
        answer = Answer.objects.get(owner=order_id)
        return [
            [(event.seq, event.name, event.private) for event in events.story(chain_id=order_id)],
            [(row.kind, row.state, row.order_id, row.due_at, row.closed_at, row.basis) for row in due],
            (answer.key, bytes(answer.fingerprint), answer.status, answer.body, answer.at),
        ]

    few = told(uuid4())
    assert [row[:2] for row in few[1]] == [("order.pay", "done"), ("order.ship", "void"), ("order.pay", "open")]
    monkeypatch.setattr(Function, "calls", lambda self, document: [self.whole(document)])
    assert told(uuid4()) == few
    assert list(audit.findings()) == []


def test_a_private_value_that_is_nothing_is_kept_as_nothing_and_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shipment without a number to follow it by, a production without evidence: the hash was made of nothing."""
    asked = "SELECT field, value::text FROM record_private WHERE event_id = %s ORDER BY field"

    def kept() -> list[Any]:
        event_id = happen(chain_id=uuid4(), private={"carrier": "", "tracking_number": None})
        with connection.cursor() as cursor:
            cursor.execute(asked, [event_id])
            return cursor.fetchall()

    few = kept()
    assert few == [("carrier", '""'), ("tracking_number", "null")]
    assert list(audit.findings()) == []
    monkeypatch.setattr(Function, "calls", lambda self, document: [self.whole(document)])
    assert kept() == few


def test_a_private_value_that_is_gone_is_found_and_ends_no_audit() -> None:
    event_id = happen(chain_id=uuid4(), private={"note": "the seal is broken"})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE record_private SET value = NULL WHERE event_id = %s", [event_id])
    assert [(found.where, found.detail) for found in audit.findings()] == [
        (f"{event_id} note", "salt and value give another hash")
    ]


def test_the_release_before_closes_the_kind_that_it_names_and_no_other() -> None:
    """As its `record_write` is handed them: one kind a row, or nothing for all there are."""
    lot_id, other_id = uuid4(), uuid4()
    with transaction.atomic():
        recording = Recording(act())
        recording.event(head(lot_id), "order.noted", about={})
        for subject_id in (lot_id, other_id):
            for kind in ("lot.arrive", "lot.receipt", "lot.reserved"):
                recording.deadline(
                    kind=kind,
                    subject=("lot", subject_id),
                    order_id=None,
                    due_at=NOW,
                    zone="UTC",
                    who="buyer",
                    basis={},
                )
        recording.write(None)
    row = {"state": "void", "at": "2026-03-02T12:00:00Z"}
    named = [{**row, "subject_id": str(lot_id), "kind": kind} for kind in ("lot.arrive", "lot.reserved")]
    closed = [*named, {**row, "subject_id": str(other_id), "kind": None}]
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_write(%s::jsonb)", [json.dumps({"events": [], "closed": closed})])
    left = Deadline.objects.filter(state="open", subject_id__in=[lot_id, other_id])
    assert list(left.values_list("subject_id", "kind")) == [(lot_id, "lot.receipt")]
