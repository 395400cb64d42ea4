"""Chains, seals and private values: what holds, and what the audit says when the schema's owner bends it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from holdfast.database.connection import Access
from holdfast.ledger import chart
from holdfast.ledger.book import Transfer
from holdfast.record import audit, events, seals, signing
from holdfast.record.act import clock
from holdfast.record.models import Seal
from tests.record.stage import NOW, everything, happen
from tests.tampering import as_owner

pytestmark = [pytest.mark.database, pytest.mark.alone]
DAY = NOW.date()
AFTER = NOW + timedelta(days=1)


@pytest.mark.django_db
def test_a_day_is_sealed_once_and_only_when_it_is_over() -> None:
    chain_id = uuid4()
    happen(chain_id=chain_id)
    happen(chain_id=chain_id, now=AFTER)
    before = everything()
    with pytest.raises(seals.DayNotOver):
        seals.seal(act=clock(NOW), day=DAY)
    assert everything() == before
    sealed = seals.seal(act=clock(AFTER), day=DAY)
    assert [(head.chain, head.seq) for head in sealed.heads] == [(f"order:{chain_id.hex}", 1)]
    assert seals.seal(act=clock(AFTER + timedelta(days=5)), day=DAY) == sealed
    assert signing.public_keys()[sealed.key_id].verifies(message=sealed.document(), signature=sealed.signature)
    with pytest.raises(seals.DaySkipped) as refused:
        seals.seal(act=clock(AFTER + timedelta(days=5)), day=DAY + timedelta(days=2))
    assert refused.value.accepted == "2026-03-03"


@pytest.mark.own_database
def test_days_are_caught_up_with_and_each_carries_on_from_the_one_before() -> None:
    quiet, busy = uuid4(), uuid4()
    happen(chain_id=quiet)
    for day in range(3):
        happen(chain_id=busy, now=NOW + timedelta(days=day))
    assert seals.seal_due(act=clock(NOW + timedelta(days=4))) == 4
    assert seals.seal_due(act=clock(NOW + timedelta(days=4))) == 0
    rows = [seals.read(row) for row in Seal.objects.order_by("day")]
    assert [row.day for row in rows] == [date(2026, 3, day) for day in (2, 3, 4, 5)]
    assert [len(row.heads) for row in rows] == [2, 1, 1, 0]
    assert [row.previous for row in rows[1:]] == [row.root for row in rows[:-1]]
    assert list(audit.findings()) == []


@pytest.mark.own_database
def test_what_was_recorded_late_is_in_the_next_seal() -> None:
    chain_id = uuid4()
    happen(chain_id=uuid4())
    seals.seal(act=clock(AFTER), day=DAY)
    happen(chain_id=chain_id, now=NOW - timedelta(days=30))
    assert list(audit.findings()) == []
    seals.seal_due(act=clock(NOW + timedelta(days=2)))
    late = seals.read(Seal.objects.latest("day"))
    assert [head.chain for head in late.heads] == [f"order:{chain_id.hex}"]
    assert list(audit.findings()) == []


@pytest.mark.django_db
def test_the_private_half_of_the_key_is_a_closed_file_and_can_be_replaced() -> None:
    first = signing.ensure_key(now=NOW)
    assert signing.ensure_key(now=AFTER).key_id == first.key_id
    file = settings.HOME.folder / "keys" / f"{first.key_id}.pem"
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in file.read_bytes()
    second = signing.rotate_key(now=AFTER)
    keys = signing.public_keys()
    assert keys[first.key_id].valid_until == AFTER
    assert keys[second.key_id].valid_until is None
    signature = first.sign(b"words")
    assert keys[first.key_id].verifies(message=b"words", signature=signature)
    assert not keys[first.key_id].verifies(message=b"other words", signature=signature)
    assert not keys[second.key_id].verifies(message=b"words", signature=signature)
    (settings.HOME.folder / "keys" / f"{second.key_id}.pem").unlink()
    with pytest.raises(signing.PrivateHalfMissing):
        signing.ensure_key(now=AFTER)


Bend = tuple[str, Callable[[psycopg.Connection[Any]], object], set[str]]
CHAIN = "every chain holds"
GONE = "what was sealed is still there"
SEAL = "every seal holds"
PRIVATE = "every private value is the one that was hashed, or erased"
BENDS: list[Bend] = [
    (
        "a payload is changed",
        lambda db: db.execute(
            "UPDATE record_event SET payload = jsonb_set(payload, '{data,amount_minor}', '6') WHERE seq = 2"
        ),
        {CHAIN},
    ),
    (
        "a payload becomes something that cannot be hashed",
        lambda db: db.execute("UPDATE record_event SET payload = payload || '{\"data\": 0.5}' WHERE seq = 2"),
        {CHAIN},
    ),
    ("a column is changed", lambda db: db.execute("UPDATE record_event SET name = 'x' WHERE seq = 2"), {CHAIN}),
    ("a time is changed", lambda db: db.execute("UPDATE record_event SET at = at + '1s' WHERE seq = 1"), {CHAIN}),
    (
        "the middle is taken out",
        lambda db: db.execute("DELETE FROM record_private; DELETE FROM record_event WHERE seq = 2"),
        {CHAIN, "no event has gone"},
    ),
    (
        "the end is taken off",
        lambda db: db.execute("DELETE FROM record_event WHERE seq = 3"),
        {GONE, "no event has gone"},
    ),
    (
        "a private value is changed",
        lambda db: db.execute("UPDATE record_private SET value = '\"other\"'"),
        {PRIVATE},
    ),
    ("a private row is taken out", lambda db: db.execute("DELETE FROM record_private"), {PRIVATE}),
    ("a root is changed", lambda db: db.execute("UPDATE record_seal SET root = sha256('x')"), {SEAL}),
    (
        "a sealed head is changed",
        lambda db: db.execute("UPDATE record_seal SET heads = jsonb_set(heads, '{0,1}', '2')"),
        {SEAL, GONE, "everything past is sealed"},
    ),
    (
        "a cause is taken away",
        lambda db: db.execute("UPDATE ledger_transfer SET cause_id = id"),
        {"every transfer has its event"},
    ),
]


@pytest.mark.own_database
@pytest.mark.parametrize(("bend", "expected"), [bend[1:] for bend in BENDS], ids=[bend[0] for bend in BENDS])
def test_the_audit_names_what_was_bent(
    bend: Callable[[psycopg.Connection[Any]], object], expected: set[str], own_database: Access
) -> None:
    chain_id = uuid4()
    escrow, rail = chart.of_order("escrow", chain_id, "USD"), chart.of_rail("rail_clearing", "wire", "USD")
    happen(chain_id=chain_id, transfers=(Transfer("captured", rail, escrow, 5, chain_id),))
    happen(chain_id=chain_id, private={"reason": "late"})
    happen(chain_id=chain_id)
    seals.seal_due(act=clock(NOW + timedelta(days=2)))
    assert list(audit.findings()) == []
    assert events.verify(chain_id=chain_id).broken_at is None
    with as_owner(own_database) as owner:
        for table in ("record_event", "record_seal", "ledger_transfer"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        bend(owner)
    assert {finding.what for finding in audit.findings()} == expected


@pytest.mark.own_database
def test_an_erased_value_leaves_the_proof_whole(own_database: Access) -> None:
    chain_id = uuid4()
    happen(chain_id=chain_id, private={"reason": "late", "name": "Boris"})
    with as_owner(own_database) as owner:
        owner.execute("UPDATE record_private SET salt = NULL, value = NULL WHERE field = 'name'")
    assert list(audit.findings()) == []
    assert events.story(chain_id=chain_id)[0].private == {"reason": "late", "name": "erased"}
