"""Disks that strangers fill, processes that take production for a sandbox, and logs that are written by requests."""

from __future__ import annotations

import argparse
import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from holdfast.api import problems
from holdfast.cli import running
from holdfast.kernel.identifiers import public
from holdfast.parties import operations
from holdfast.parties.installation import SandboxMismatch
from holdfast.record import files
from tests.parties.cast import Shop
from tests.world import World


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_bytes_of_an_act_that_did_not_happen_are_not_kept(
    world: World, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no order knows of counts against nobody's space, so it must not lie there."""
    order_id = world.signed_order()
    key = operations.create_key(
        act=world.operator(), organisation_id=world.alma.organisation_id, name="k", scopes=["orders:write"]
    )
    shop, path = Shop(key.secret or ""), f"/v1/orders/{public('ord', order_id)}/files"

    def send(content: bytes, **more: Any) -> int:
        return int(
            shop.client.post(path, content, content_type="application/octet-stream", **shop.headers, **more).status_code
        )

    assert send(b"no key at all") == 400
    assert kept(media) == []
    assert send(b"wanted", HTTP_IDEMPOTENCY_KEY="1") == 201
    whole = kept(media)
    monkeypatch.setattr(files, "QUOTA_BYTES", 7)
    assert send(b"too much", HTTP_IDEMPOTENCY_KEY="2") == 409
    # The same bytes as a file that an order has are that file's, and stay.
    assert send(b"wanted", HTTP_IDEMPOTENCY_KEY="3") == 409
    assert kept(media) == whole


def test_nobody_makes_the_console_write_what_is_too_large(db: None, tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.LARGEST_FORM_BYTES = 1000
    answer = Client().post("/accounts/login/", {"file": SimpleUploadedFile("x", bytes(3_000_000))})
    assert answer.status_code == 413
    assert list(tmp_path.iterdir()) == []


def test_no_process_takes_production_for_a_sandbox(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it is started from: simulated rails would confirm what nobody paid."""
    monkeypatch.delitem(sys.modules, "holdfast.wsgi", raising=False)
    settings.SANDBOX = False
    with pytest.raises(SandboxMismatch):
        import_module("holdfast.wsgi")
    with pytest.raises(SandboxMismatch):
        running._worker(argparse.Namespace())


def test_a_request_writes_no_line_of_the_log(rf: Any, caplog: Any) -> None:
    caplog.set_level(logging.ERROR)
    problems.from_fault(rf.get("/v1/x%0A2026 CRITICAL audit: all is well"), ValueError("broken"))
    assert "\n2026 CRITICAL" not in caplog.text
