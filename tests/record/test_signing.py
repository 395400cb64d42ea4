"""The signing key is replaced while days are sealed: no day goes without, and what an old key signed still verifies."""

from __future__ import annotations

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from holdfast.record import audit, seals, signing
from holdfast.record.act import clock
from holdfast.record.models import Seal, SigningKey
from tests.record.stage import NOW, everything, happen

DAY = NOW.date()


def verifies(seal: seals.Seal) -> bool:
    return signing.public_keys()[seal.key_id].verifies(message=seal.document(), signature=seal.signature)


@pytest.mark.django_db
def test_a_seal_by_an_old_key_still_verifies_and_every_key_is_published() -> None:
    for day in range(3):
        happen(chain_id=uuid4(), now=NOW + timedelta(days=day))
    first = seals.seal(act=clock(NOW + timedelta(days=1)), day=DAY)
    made = signing.rotate_key(now=NOW + timedelta(days=1, hours=1))
    second = seals.seal(act=clock(NOW + timedelta(days=2)), day=DAY + timedelta(days=1))
    assert (second.key_id, first.key_id != second.key_id) == (made.key_id, True)
    assert verifies(first)
    assert verifies(second)
    assert list(audit.findings()) == []
    published = Client().get("/.well-known/holdfast-keys.json").json()["keys"]
    by_id = {key["kid"]: key for key in published}
    assert set(by_id) == set(signing.public_keys())
    assert by_id[first.key_id]["valid_until"] == by_id[second.key_id]["valid_from"]
    assert by_id[second.key_id]["valid_until"] is None
    raw = base64.urlsafe_b64decode(by_id[first.key_id]["x"] + "=")
    assert signing.PublicKey(first.key_id, raw, NOW, None).verifies(message=first.document(), signature=first.signature)


@pytest.mark.django_db
def test_a_key_that_cannot_be_kept_is_not_taken_into_use(monkeypatch: pytest.MonkeyPatch) -> None:
    happen(chain_id=uuid4())
    old = signing.ensure_key(now=NOW)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    before = (everything(), list(SigningKey.objects.values()))
    with monkeypatch.context() as patched:
        patched.setattr(signing, "_keep", full)
        with pytest.raises(OSError, match="No space"), transaction.atomic():
            signing.rotate_key(now=NOW)
    assert (everything(), list(SigningKey.objects.values())) == before
    sealed = seals.seal(act=clock(NOW + timedelta(days=1)), day=DAY)
    assert (sealed.key_id, verifies(sealed)) == (old.key_id, True)


@pytest.mark.own_database
@pytest.mark.database
def test_a_rotation_under_way_leaves_no_day_unsealed() -> None:
    happen(chain_id=uuid4())
    signing.ensure_key(now=NOW)
    rotated, go_on = threading.Event(), threading.Event()

    def rotate() -> str:
        try:
            with transaction.atomic():
                made = signing.rotate_key(now=NOW + timedelta(hours=1))
                rotated.set()
                assert go_on.wait(30)
                return made.key_id
        finally:
            connection.close()

    def seal() -> int:
        try:
            return seals.seal_due(act=clock(NOW + timedelta(days=1)))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        rotating = pool.submit(rotate)
        assert rotated.wait(30)
        sealing = pool.submit(seal)
        # It waits for the rotation and does not fail over it.
        with pytest.raises(TimeoutError):
            sealing.result(timeout=0.5)
        go_on.set()
        key_id = rotating.result(timeout=30)
        assert sealing.result(timeout=30) == 1
    sealed = seals.read(Seal.objects.get(day=DAY))
    assert (sealed.key_id, verifies(sealed)) == (key_id, True)
    assert SigningKey.objects.filter(valid_until=None).count() == 1
