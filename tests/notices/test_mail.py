"""Mails over a real connection to a mail server on this machine: taken once, tried again, known to have arrived."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from holdfast.database.connection import Access
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound, OutOfState
from holdfast.notices import links, operations, queries
from holdfast.notices.models import DeadAddress, Notice
from holdfast.notices.rules import MOST_ATTEMPTS, STALE_AFTER
from holdfast.record import deadlines
from holdfast.record.models import Deadline
from tests.notices.post import Post, certificate, context_of, serving, state, waiting
from tests.record.stage import NOW
from tests.world import refuses

pytestmark = pytest.mark.database


def deadline() -> Deadline:
    subject = uuid4()
    return Deadline.objects.create(
        id=new_id(),
        kind="lot.receipt",
        subject_kind="lot",
        subject_id=subject,
        order_id=uuid4(),
        who="buyer",
        due_at=NOW + timedelta(days=14),
        zone="UTC",
        basis={},
    )


@pytest.mark.django_db
def test_a_mail_that_was_taken_counts_for_its_deadline(post: Post) -> None:
    due = deadline()
    notice = waiting(deadlines=[due.id])
    assert operations.send_waiting(now=NOW) == 1
    assert operations.send_waiting(now=NOW) == 0
    (mail,) = post.received
    assert (mail["To"], mail["Subject"]) == ("alma@example.com", "Goods: küche 货物")
    assert mail["Message-ID"] == f"<ntc_{notice.id.hex}@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [row.notified_at for row in deadlines.of_subject(subject_id=due.subject_id)] == [NOW]


@pytest.mark.django_db
def test_a_mail_that_comes_back_takes_its_notice_with_it(post: Post) -> None:
    due = deadline()
    first = waiting(deadlines=[due.id])
    second = waiting(deadlines=[due.id], kind="again", order_id=first.order_id)
    operations.send_waiting(now=NOW, limit=1)
    operations.send_waiting(now=NOW + timedelta(hours=1))
    bounced = {"verdict": "refused", "said": "not taken", "now": NOW + timedelta(hours=2)}
    operations.bounced(notice_id=first.id, **bounced)
    assert Deadline.objects.get(id=due.id).notified_at == NOW + timedelta(hours=1)
    operations.bounced(notice_id=second.id, **bounced)
    assert Deadline.objects.get(id=due.id).notified_at is None
    with refuses(OutOfState):
        operations.bounced(notice_id=first.id, **bounced)
    with refuses(NotFound):
        operations.bounced(notice_id=uuid4(), **bounced)


@pytest.mark.django_db
def test_one_refused_address_does_not_hold_up_the_others(post: Post) -> None:
    due = deadline()
    gone, content = waiting("550@example.com", deadlines=[due.id]), waiting("554@example.com")
    later, fine, broken = waiting("451@example.com"), waiting(), waiting("a\nb@example.com")
    assert operations.send_waiting(now=NOW) == 1
    assert [state(row) for row in (gone, content, later, fine, broken)] == [
        "bounced",
        "bounced",
        "waiting",
        "accepted",
        "waiting",
    ]
    assert Notice.objects.get(id=gone.id).answer == "550 told to"
    assert Deadline.objects.get(id=due.id).notified_at is None
    assert operations.send_waiting(now=NOW) == 0
    assert Notice.objects.get(id=later.id).attempts == 1
    now = NOW
    for _attempt in range(MOST_ATTEMPTS):
        now += timedelta(days=1)
        operations.send_waiting(now=now)
    assert (state(later), Notice.objects.get(id=later.id).attempts) == ("given_up", MOST_ATTEMPTS)


@pytest.mark.django_db
def test_without_a_mail_server_it_waits_and_goes_out_when_there_is_one(post: Post, settings: Any) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    notice = waiting()
    assert operations.send_waiting(now=NOW) == 0
    assert state(notice) == "waiting"
    settings.EMAIL_PORT = port
    assert operations.send_waiting(now=NOW + timedelta(minutes=1)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("sandbox", "expected"), [(False, "filed"), (True, "accepted")])
def test_a_file_in_a_folder_reaches_nobody_but_in_a_sandbox(sandbox: bool, expected: str, settings: Any) -> None:
    settings.SANDBOX = sandbox
    due = deadline()
    notice = waiting(deadlines=[due.id])
    operations.send_waiting(now=NOW)
    assert state(notice) == expected
    assert (Deadline.objects.get(id=due.id).notified_at is not None) is sandbox


@pytest.mark.own_database
def test_a_mail_is_sent_once_by_however_many_workers_and_again_if_one_dies(own_database: Access, post: Post) -> None:
    held, free = waiting(), waiting()
    with psycopg.connect(**own_database.for_psycopg()) as other:
        other.execute("SELECT 1 FROM notices_notice WHERE id = %s FOR UPDATE", [held.id])
        assert operations.send_waiting(now=NOW) == 1
    assert (state(held), state(free)) == ("waiting", "accepted")
    # A worker takes the mail and is killed before the server has answered it.
    Notice.objects.filter(id=held.id).update(state="sending", taken_at=NOW, attempts=1)
    later: datetime = NOW + STALE_AFTER
    assert operations.send_waiting(now=later) == 0
    assert operations.send_waiting(now=later + timedelta(seconds=1)) == 1


@pytest.mark.django_db
def test_the_answer_of_a_server_says_whether_the_address_or_the_mail_is_at_fault(post: Post) -> None:
    gone, full, spam, bare = (waiting(f"{name}@example.com") for name in ("gone", "full", "spam", "550"))
    assert operations.send_waiting(now=NOW) == 0
    assert [state(row) for row in (gone, full, spam, bare)] == ["bounced", "waiting", "bounced", "bounced"]
    dead = set(DeadAddress.objects.values_list("address", flat=True))
    assert dead == {"gone@example.com", "550@example.com"}
    said = queries.dead(address="gone@example.com")
    assert said is not None
    assert said.said == "550 5.1.1 no such user"


@pytest.mark.django_db
def test_a_server_that_hangs_holds_up_one_mail_and_costs_the_others_nothing(post: Post, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    hanging, *others = (waiting(f"{name}@example.com") for name in ("hang", "a", "b", "c"))
    began = datetime.now().astimezone()
    assert operations.send_waiting(now=NOW) == 0
    assert (datetime.now().astimezone() - began).total_seconds() < 5
    assert post.asked == ["hang@example.com"]
    assert {state(row) for row in (hanging, *others)} == {"waiting"}
    assert [Notice.objects.get(id=row.id).attempts for row in (hanging, *others)] == [1, 0, 0, 0]
    # The hanging one waits its minute; the others go out at the next tick.
    assert operations.send_waiting(now=NOW + timedelta(seconds=5)) == 3


@pytest.mark.django_db
def test_a_server_that_vanishes_after_it_took_a_mail_is_given_it_again_under_the_same_name(post: Post) -> None:
    notice, other = waiting("vanish@example.com"), waiting()
    assert operations.send_waiting(now=NOW) == 0
    assert (state(notice), state(other)) == ("waiting", "waiting")
    assert operations.send_waiting(now=NOW + timedelta(minutes=1)) == 0
    assert operations.send_waiting(now=NOW + timedelta(minutes=1)) == 1
    names = [mail["Message-ID"] for mail in post.received if mail["To"] == "vanish@example.com"]
    assert names == [f"<ntc_{notice.id.hex}@localhost>"] * 2


@pytest.mark.django_db
def test_no_mail_goes_out_unencrypted_where_encryption_is_asked_for(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = waiting()
    with serving(settings) as plain:
        settings.EMAIL_USE_TLS = True
        assert operations.send_waiting(now=NOW) == 0
    assert (plain.asked, plain.received, state(notice)) == ([], [], "waiting")
    paths = certificate(tmp_path)
    with serving(settings, tls_context=context_of(paths), require_starttls=True) as stranger:
        settings.EMAIL_USE_TLS = True
        # Nobody whom we trust has vouched for this server.
        assert operations.send_waiting(now=NOW + timedelta(hours=1)) == 0
        assert (stranger.received, state(notice)) == ([], "waiting")
        monkeypatch.setenv("SSL_CERT_FILE", str(paths[0]))
        assert operations.send_waiting(now=NOW + timedelta(hours=2)) == 1
    assert stranger.was_encrypted == [True]


@pytest.mark.django_db
def test_nothing_that_people_write_becomes_a_header_of_a_mail(post: Post, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "码头市场 <post@example.com>"
    subject = "HF-1: Алма\r\nBcc: spy@example.com has opened a claim"
    broken = waiting(subject=subject)
    fine = waiting(
        subject="HF-1: 阿尔玛贸易 ha abierto una reclamación", text="Hello 阿尔玛,\r\nBcc: spy@example.com\n"
    )
    assert operations.send_waiting(now=NOW) == 1
    assert state(broken) == "waiting"
    (mail,) = post.received
    assert post.asked == ["alma@example.com"]
    assert (str(mail["Subject"]).strip(), mail["Bcc"]) == (fine.subject, None)
    assert mail["From"] == "码头市场 <post@example.com>"
    assert "Hello 阿尔玛," in mail.get_content()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_mail_comes_back_to_an_address_that_names_it(post: Post, settings: Any) -> None:
    settings.MAIL_BOUNCES = "bounces@assurance.example.com"
    notice = waiting()
    operations.send_waiting(now=NOW)
    proof = links.proof(notice_id=notice.id)
    assert post.senders == [f"bounces+ntc_{notice.id.hex}-{proof}@assurance.example.com"]
    assert post.received[0]["From"] == settings.DEFAULT_FROM_EMAIL
