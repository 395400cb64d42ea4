"""Somebody who has seen the name of a notice, in the threads of a mail that was answered or forwarded, and sends a
report that its reader's mailbox is gone: nothing more would be mailed there, and deadlines would run all the same.
"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.kernel.identifiers import public
from holdfast.notices import operations
from holdfast.notices.models import DeadAddress, Notice
from tests.notices.post import report, serving, state, waiting
from tests.record.stage import NOW

pytestmark = [pytest.mark.django_db]
HERE = "bounces@assurance.example.com"


@pytest.fixture
def sent(settings: Any) -> tuple[Notice, str]:
    """A mail that was accepted, and the sender of its envelope."""
    settings.MAIL_BOUNCES = HERE
    notice = waiting()
    with serving(settings) as post:
        assert operations.send_waiting(now=NOW) == 1
    return notice, post.senders[0]


def comes_to(address: str, notice: Notice) -> bytes:
    return report(notice.id).replace(b"To: " + HERE.encode(), b"To: " + address.encode())


def test_whoever_knows_a_notices_name_silences_nobody(sent: tuple[Notice, str]) -> None:
    notice, _sender = sent
    name = public("ntc", notice.id)
    for address in (HERE, f"bounces+{name}@assurance.example.com", f"bounces+{name}-0123456789@assurance.example.com"):
        taken = operations.take_report(content=comes_to(address, notice), now=NOW)
        assert (taken.notice_id, taken.effect) == (None, "nothing")
        assert state(notice) == "accepted"
        assert not DeadAddress.objects.exists()


def test_the_proof_of_one_mail_is_none_of_another(sent: tuple[Notice, str]) -> None:
    notice, sender = sent
    other = waiting("boris@example.com")
    Notice.objects.filter(id=other.id).update(state="sending")
    Notice.objects.filter(id=other.id).update(state="accepted", accepted_at=NOW)
    forged = sender.replace(notice.id.hex, other.id.hex)
    assert operations.take_report(content=comes_to(forged, other), now=NOW).effect == "nothing"
    assert state(other) == "accepted"


def test_what_comes_back_to_the_envelopes_own_sender_is_believed(sent: tuple[Notice, str]) -> None:
    notice, sender = sent
    assert len(sender.partition("@")[0]) <= 64
    taken = operations.take_report(content=comes_to(sender.upper().replace("BOUNCES", "bounces"), notice), now=NOW)
    assert (taken.notice_id, taken.effect) == (notice.id, "dead")
    assert state(notice) == "bounced"


def test_without_such_a_mailbox_reports_are_known_by_the_mail_they_bring_back(
    sent: tuple[Notice, str], settings: Any
) -> None:
    settings.MAIL_BOUNCES = ""
    assert operations.take_report(content=report(sent[0].id), now=NOW).effect == "dead"
