"""A mail to the mailbox of bounces that was made to break whoever reads it, so that no report behind it is read."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from holdfast.cli import bounces
from holdfast.notices import operations, reports
from holdfast.notices.models import Notice
from holdfast.notices.rules import NoDeliveryReport
from tests.notices.post import report, serving, state, waiting
from tests.record.stage import NOW

GOOD = report(uuid4())
HERE = b"To: bounces@assurance.example.com"
BROKEN = {
    "to": GOOD.replace(HERE, b"To: <"),
    "quoted": GOOD.replace(HERE, b'To: "'),
    "group": GOOD.replace(HERE, b"To: a:b:c;;"),
    "address": GOOD.replace(HERE, b"To: a@["),
    "remarks": GOOD.replace(HERE, b"To: " + b"(" * 5000),
    "parts": b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (at, at) for at in range(2000)),
    "mails": b"Content-Type: message/rfc822\r\n\r\n" * 2000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_whatever_is_in_a_mail_it_is_a_report_or_it_is_none(name: str) -> None:
    with pytest.raises(NoDeliveryReport) as told:
        reports.read(BROKEN[name])
    assert told.value.facts["found"]


@pytest.mark.django_db
def test_the_reports_behind_a_broken_one_are_taken_in(settings: Any, tmp_path: Path, capsys: Any) -> None:
    notice = waiting()
    with serving(settings):
        assert operations.send_waiting(now=NOW) == 1
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(BROKEN["to"])
    second.write_bytes(report(notice.id))
    assert bounces._run(SimpleNamespace(files=[str(first), str(second)])) == 1  # type: ignore[arg-type]
    assert "no delivery report" in capsys.readouterr().err
    assert state(notice) == "bounced"
    assert Notice.objects.get(id=notice.id).answer
