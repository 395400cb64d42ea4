"""An endpoint is somebody else's: whatever it answers, wherever its name leads, it harms nobody but itself."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from holdfast.kernel.refusals import Invalid
from holdfast.record import encryption
from holdfast.webhooks import operations as webhooks
from holdfast.webhooks import posting, rules, sealed
from holdfast.webhooks.models import Delivery, Endpoint, Secret
from holdfast.webhooks.posting import LONGEST_ANSWER, Line, Patience, Reply
from tests.webhooks.receivers import Receiver, answers, certificate, drips, hangs, never_ends, receiver
from tests.webhooks.stage import QUICK, heard, listens, sent
from tests.world import World, digest_of_everything, refuses

HEADERS = {"Content-Type": "application/json"}


def line(url: str, *found: str, loopback: bool = True, patience: Patience = QUICK) -> Line:
    """A line to an address, whose name leads to these."""
    target = rules.target(url=url, loopback=loopback)
    return Line(target=target, loopback=loopback, patience=patience, resolve=lambda _host, _port: list(found))


def called(url: str, *found: str, **more: Any) -> Reply:
    """What comes of one call on such a line."""
    one = line(url, *found, **more)
    try:
        return one.post(body=b"{}", headers=HEADERS)
    finally:
        one.close()


def test_an_answer_of_300_megabytes_is_read_for_a_few_kilobytes(hook: Receiver) -> None:
    hook.answer = never_ends
    began = time.monotonic()
    reply = called(hook.url, "127.0.0.1")
    assert reply.status == 200
    assert reply.answer == "x" * posting.KEPT_OF_ANSWER
    assert time.monotonic() - began < 2.0
    assert LONGEST_ANSWER <= 4096


@pytest.mark.parametrize("answer", [hangs, drips])
def test_an_endpoint_that_hangs_or_drips_is_cut_off_and_holds_up_no_other(
    world: World, hook: Receiver, answer: Any
) -> None:
    with receiver(answer) as slow:
        bad = listens(world, world.alma, slow.url, "order.funded")
        good = listens(world, world.boris, hook.url, "order.funded")
        world.funded_order()
        began = time.monotonic()
        assert sent(world) == 1
        assert time.monotonic() - began < 8.0
    rows = {row.endpoint_id: row for row in Delivery.objects.all()}
    assert (rows[good.id].state, rows[good.id].fault) == ("delivered", "")
    assert (rows[bad.id].state, rows[bad.id].status, rows[bad.id].fault) == ("waiting", None, "timeout")
    assert (rows[good.id].duration_ms or 0) < 900 < (rows[bad.id].duration_ms or 0)
    assert len(slow.got) == 1


def test_a_redirect_is_not_followed(hook: Receiver) -> None:
    with receiver() as elsewhere:
        hook.answer = answers(307, b"", f"Location: {elsewhere.url}")
        reply = called(hook.url, "127.0.0.1")
    assert (reply.status, reply.fault, reply.is_success) == (307, "redirect", False)
    assert elsewhere.got == []


def test_an_answer_of_500_is_a_failure(hook: Receiver) -> None:
    hook.answer = answers(500, b"\x00\x1b[31mno")
    reply = called(hook.url, "127.0.0.1")
    assert (reply.status, reply.fault) == (500, "status")
    assert "\x00" not in reply.answer
    assert "\x1b" not in reply.answer


def test_what_is_no_http_is_a_failure(hook: Receiver) -> None:
    hook.answer = lambda connection, _got: bool(connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"))
    reply = called(hook.url, "127.0.0.1")
    assert (reply.status, reply.fault) == (None, "not_http")


INSIDE = (
    "10.0.0.5",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104  (never listened on)
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:10.0.0.5",
    "::ffff:127.0.0.1",
    "::10.0.0.5",
    "64:ff9b::a00:5",
    "64:ff9b::7f00:1",
    "2002:a00:5::1",
    "2002:7f00:1::",
    "nothing",
)


@pytest.mark.parametrize("address", [*INSIDE, "127.0.0.1"])
def test_a_name_that_leads_inside_is_not_called(address: str) -> None:
    assert not rules.may_call(address=address, loopback=False)
    for found in ((address,), ("1.1.1.1", address)):
        reply = called("https://hooks.example.com/", *found, loopback=False)
        assert (reply.status, reply.fault) == (None, "address_refused")


@pytest.mark.parametrize("address", INSIDE)
def test_a_sandbox_may_call_this_machine_and_nothing_else_inside(address: str) -> None:
    assert rules.may_call(address="127.0.0.1", loopback=True)
    is_here = address in {"::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"}
    assert rules.may_call(address=address, loopback=True) is is_here


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_the_open_internet_may_be_called(address: str) -> None:
    assert rules.may_call(address=address, loopback=False)


def test_a_name_is_resolved_once_and_the_connection_goes_there_though_the_name_leads_elsewhere_by_then(
    hook: Receiver,
) -> None:
    asked: list[str] = []

    def turning(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.5"]

    target = rules.Target("http", "turning.example.com", hook.port, "/hook")
    turned = Line(target=target, loopback=True, patience=QUICK, resolve=turning)
    for _ in range(3):
        assert turned.post(body=b"{}", headers=HEADERS).status == 200
        # Each call is a connection of its own, to the address that was looked at.
        turned.close()
    assert asked == ["turning.example.com"]
    assert hook.connections == 3
    assert {got.headers["host"] for got in hook.got} == {f"turning.example.com:{hook.port}"}


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A certificate for one name that is trusted here."""
    made = certificate(tmp_path, "hooks.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(made[0]))
    posting.context.cache_clear()
    yield made
    posting.context.cache_clear()


def test_tls_is_about_the_name_though_the_connection_goes_to_the_address(trusted: tuple[Path, Path]) -> None:
    with receiver(certificate=trusted) as secure:
        reply = called(f"https://hooks.example.com:{secure.port}/hook", "127.0.0.1")
        assert reply.status == 200
        assert secure.names == ["hooks.example.com"]
        assert secure.got[0].headers["host"] == f"hooks.example.com:{secure.port}"
        other = called(f"https://other.example.com:{secure.port}/hook", "127.0.0.1")
    assert (other.status, other.fault) == (None, "tls")
    assert len(secure.got) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    posting.context.cache_clear()
    with receiver(certificate=certificate(tmp_path, "hooks.example.com")) as secure:
        reply = called(f"https://hooks.example.com:{secure.port}/hook", "127.0.0.1")
    assert (reply.status, reply.fault) == (None, "tls")
    assert secure.got == []


def test_a_handshake_that_never_ends_is_cut_off(hook: Receiver) -> None:
    # It speaks no TLS, and waits for a line that never comes.
    slow = line(f"https://hooks.example.com:{hook.port}/", "127.0.0.1", patience=Patience(1.0, 0.5))
    cutter = threading.Timer(0.7, slow.cut)
    cutter.start()
    reply = slow.post(body=b"{}", headers=HEADERS)
    cutter.cancel()
    assert (reply.status, reply.duration_ms < 2000) == (None, True)


BAD = (
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "https://",
    "https:///x",
    "hooks.example.com",
    "https://user:secret@hooks.example.com/",
    "https://hooks.example.com/#part",
    "https://hooks.example.com/ x",
    "https://hooks.example.com/\r\nX: y",
    "https://hooks.example.com\\@inside/",
    "https://hooks.example.com:99999/",
    "https://hooks.example.com:x/",
    "https://[::1/",
    "https://10.0.0.5/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://-.example/",
    "https://" + "a" * 64 + ".example.com/",
    "https://hooks.example.com/" + "x" * 1000,
    "http://127.0.0.1/",
    "http://localhost/",
)


@pytest.mark.parametrize("url", BAD)
def test_an_address_that_is_none_is_refused_and_says_what_would_be_taken(world: World, settings: Any, url: str) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = False
    before = digest_of_everything()
    with refuses(Invalid, field="url"):
        listens(world, world.alma, url)
    assert digest_of_everything() == before


def test_where_a_sandbox_may_call_itself_plain_http_is_for_itself_alone() -> None:
    assert rules.target(url="http://localhost:5000/a?b", loopback=True) == ("http", "localhost", 5000, "/a?b")
    assert rules.target(url="https://müller.example/", loopback=False).host == "xn--mller-kva.example"
    with pytest.raises(Invalid):
        rules.target(url="http://hooks.example.com/", loopback=True)


def test_an_endpoint_registered_when_this_machine_could_be_called_is_not_called_when_it_no_longer_may(
    world: World, hook: Receiver, settings: Any
) -> None:
    listens(world, world.alma, hook.url, "order.funded")
    world.funded_order()
    settings.WEBHOOKS_TO_LOOPBACK = False
    assert sent(world) == 0
    assert Delivery.objects.get().fault == "address_refused"
    assert hook.got == []


def test_secrets_lie_encrypted_and_open_for_their_endpoint_under_their_key_alone(
    world: World, hook: Receiver, settings: Any
) -> None:
    webhook = listens(world, world.alma, hook.url, "order.funded")
    kept = Secret.objects.get().sealed
    assert str(webhook.secret) not in kept
    with pytest.raises(sealed.SecretUnreadable):
        sealed.unseal(sealed=kept, endpoint_id=world.alma.organisation_id)
    world.funded_order()
    heard(world)
    settings.ENCRYPTION_KEY_IN_HOME = False
    settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_BEFORE = "another", settings.ENCRYPTION_KEY
    assert encryption.encrypt_anew()["webhook secrets"] == 1
    assert Secret.objects.get().sealed != kept
    assert sealed.unseal(sealed=Secret.objects.get().sealed, endpoint_id=webhook.id) == webhook.secret
    settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_BEFORE = "a third", ""
    assert sent(world) == 0
    assert Delivery.objects.get().fault == "secret_unreadable"
    assert hook.got == []
    assert Endpoint.objects.get().failures == 1


def test_one_that_answers_gone_is_disabled_at_once(world: World, hook: Receiver) -> None:
    webhook = listens(world, world.alma, hook.url, "order.funded")
    world.funded_order()
    hook.answer = answers(410)
    sent(world)
    row = Endpoint.objects.get(id=webhook.id)
    assert (row.state, row.disabled_why) == ("disabled", "gone")
    assert Delivery.objects.get().state == "failed"
    hook.answer = answers()
    webhooks.enable(act=world.act(world.alma, "owner"), webhook_id=webhook.id)
    world.funded_order()
    assert sent(world) == 1
