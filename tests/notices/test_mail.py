"""Mails over a real connection to a mail server on this machine: taken once, tried again, known to have arrived."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from holdfast.database.connection import Access
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound, OutOfState
from holdfast.notices import operations, queries
from holdfast.notices.models import Notice
from holdfast.notices.rules import MOST_ATTEMPTS, STALE_AFTER
from holdfast.record import deadlines
from holdfast.record.models import Deadline
from tests.record.stage import NOW

pytestmark = pytest.mark.database


class Post:
    """A mail server that answers as each address tells it to: `550@…` is refused for ever, `451@…` for now."""

    def __init__(self) -> None:
        self.received: list[Message[Any, Any]] = []

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        code = address.partition("@")[0]
        if code in {"550", "451"}:
            return f"{code} told to"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if envelope.rcpt_tos == ["554@example.com"]:
            return "554 not this content"
        assert isinstance(envelope.content, bytes)
        self.received.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"


class OnAnyPort(Controller):
    """The system picks a free port; the library asks itself for port 0 otherwise."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    handler = Post()
    controller = OnAnyPort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    yield handler
    controller.stop()


def waiting(address: str = "alma@example.com", **changes: Any) -> Notice:
    given = {
        "kind": "lot.delivered",
        "order_id": uuid4(),
        "subject": "Goods: küche 货物",
        "text": "Hello ✓\n",
        **changes,
    }
    return Notice.objects.create(
        id=new_id(),
        about_id=uuid4(),
        organisation_id=uuid4(),
        person_id=uuid4(),
        address=address,
        language="en",
        created_at=NOW,
        **given,
    )


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


def state(notice: Notice) -> str:
    return Notice.objects.get(id=notice.id).state


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
    assert notice.order_id is not None
    asked = {"order_id": notice.order_id, "kind": "lot.delivered"}
    assert queries.delivered_before(at=NOW, **asked)
    assert queries.delivered_before(at=NOW, organisation_id=notice.organisation_id, **asked)
    assert not queries.delivered_before(at=NOW, organisation_id=uuid4(), **asked)
    assert not queries.delivered_before(at=NOW - timedelta(seconds=1), **asked)


@pytest.mark.django_db
def test_a_mail_that_comes_back_takes_its_notice_with_it(post: Post) -> None:
    due = deadline()
    first = waiting(deadlines=[due.id])
    second = waiting(deadlines=[due.id], kind="again", order_id=first.order_id)
    operations.send_waiting(now=NOW, limit=1)
    operations.send_waiting(now=NOW + timedelta(hours=1))
    operations.bounced(notice_id=first.id, said="user unknown")
    assert Deadline.objects.get(id=due.id).notified_at == NOW + timedelta(hours=1)
    operations.bounced(notice_id=second.id, said="user unknown")
    assert Deadline.objects.get(id=due.id).notified_at is None
    assert first.order_id is not None
    assert not queries.delivered_before(order_id=first.order_id, kind="lot.delivered", at=NOW + timedelta(days=1))
    with pytest.raises(OutOfState):
        operations.bounced(notice_id=first.id, said="again")
    with pytest.raises(NotFound):
        operations.bounced(notice_id=uuid4(), said="")


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
    assert queries.by_delivery() == {"accepted": 1, "bounced": 2, "waiting": 2}
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
