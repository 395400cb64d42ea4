"""Starts an installation and keeps it running: database, web server, worker.

It knows processes, their order and how they end. It refuses to know what they do.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

from holdfast.cli.environment import database, set_up
from holdfast.database.cluster import die_with_parent
from holdfast.database.connection import bring_up, embedded

STOP_SECONDS = 15.0
READY_SECONDS = 60.0
POLL_SECONDS = 0.1
WATCH_SECONDS = 1.0
# A process may end by itself this often within this time before the supervisor gives up.
RESTARTS = 5
RESTART_SECONDS = 60.0


class Stopped(Exception):
    """A process of the installation ended by itself."""


@dataclass(frozen=True)
class Program:
    """What a supervised process runs, and the signal it gets when its supervisor dies before it."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    on_orphaned: int


@dataclass
class Child:
    """One supervised process, and when it was started again after it had ended by itself."""

    program: Program
    process: subprocess.Popen[bytes]
    restarts: list[float] = field(default_factory=list)


class _StopAsked(Exception):
    """SIGINT or SIGTERM arrived."""


def up(
    *,
    before: Callable[[], None] | None = None,
    then: Callable[[], int] | None = None,
    stay: bool = False,
    quiet: bool = False,
) -> int:
    """Start everything and supervise it until a signal; or run `then` against it, and stop unless told to `stay`.

    The order is the order of need: database, schema, what comes `before` anything runs, agreement on sandbox, web
    server, worker.
    """
    set_up(role="owner")
    # In the supervisor signals are exceptions, so that every `finally` below them runs.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _ask_to_stop)
    try:
        with settings.HOME.lock(name="supervisor", wait=False), database(keep=False):
            _prepare(before)
            with children() as started:
                wait_until_ready(started=started)
                if not quiet:
                    print(f"Holdfast is ready: {settings.PUBLIC_URL}", flush=True)
                code = then() if then is not None else 0
                return code if then is not None and not stay else _watch(started)
    except _StopAsked:
        return 0
    except Stopped as reason:
        print(f"holdfast: {reason}", file=sys.stderr)
        return 1


@contextmanager
def children() -> Iterator[list[Child]]:
    """The web server and the worker, stopped in the reverse order whatever happens meanwhile."""
    started: list[Child] = []
    try:
        for program in _programs():
            # One by one: if the second does not start, the first must still be stopped.
            started.append(Child(program=program, process=_start(program)))  # noqa: PERF401
        yield started
    finally:
        _stop(started)


def wait_until_ready(*, started: list[Child]) -> None:
    """Until the web server answers from the database; a process that ends before that is a failure."""
    deadline = time.monotonic() + READY_SECONDS
    address = f"http://{_reachable(settings.LISTEN_HOST)}:{settings.LISTEN_PORT}/healthz"
    while True:
        _check(started)
        try:
            with urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            if time.monotonic() > deadline:
                raise Stopped(f"no answer from {address} within {READY_SECONDS:.0f} seconds") from None
            time.sleep(POLL_SECONDS)


def _prepare(before: Callable[[], None] | None) -> None:
    """What only the owner may do, before anything runs as the application."""
    from django.db import connections

    from holdfast.database.migrating import migrate
    from holdfast.kernel import clock
    from holdfast.parties import outer_key
    from holdfast.parties.installation import check_before_migrating, check_setting
    from holdfast.rails.choice import check_settings

    check_settings()
    check_before_migrating()
    migrate(verbosity=0)
    outer_key.remember(now=clock.read())
    # From here on this process has no more rights than those it starts.
    connections.close_all()
    access = settings.DATABASE_ACCESS.application
    connections.settings["default"].update({"USER": access.user, "PASSWORD": access.password})
    if before is not None:
        before()
    check_setting()
    connections.close_all()


def _programs() -> list[Program]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "holdfast.wsgi:application"]
    web += ["--host", settings.LISTEN_HOST, "--port", str(settings.LISTEN_PORT)]
    web += ["--workers", str(settings.WEB_WORKERS), "--blocking-threads", str(settings.WEB_THREADS)]
    # A thread that ends takes its database connection with it: neither is given up after a short pause.
    web += ["--blocking-threads-idle-timeout", "600"]
    web += ["--no-ws", "--respawn-failed-workers", "--log-level", "warning"]
    worker = [sys.executable, "-m", "holdfast", "worker"]
    return [
        Program("web server", tuple(web), {}, on_orphaned=signal.SIGTERM),
        # A worker that waits for its job to end would outlive the database it needs; jobs bear being cut off.
        Program("worker", tuple(worker), {}, on_orphaned=signal.SIGKILL),
    ]


def _start(program: Program) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        program.command,
        env={**os.environ, "HOLDFAST_DATABASE_ROLE": "application", **program.environment},
        stdin=subprocess.DEVNULL,
        # Ctrl-C is for the supervisor alone, which then stops its processes in order.
        start_new_session=True,
        preexec_fn=die_with_parent(program.on_orphaned),
    )


def _check(started: list[Child]) -> None:
    for child in started:
        code = child.process.poll()
        if code is not None:
            raise Stopped(f"the {child.program.name} ended with code {code}")


def _watch(started: list[Child]) -> int:
    """Start again what ends by itself, unless it keeps ending: then somebody has to look."""
    server = embedded(home=settings.HOME) if settings.DATABASE_ACCESS.is_embedded else None
    while True:
        if server is not None and not server.is_running():
            print("holdfast: the database ended; starting it again", file=sys.stderr, flush=True)
            bring_up(home=settings.HOME)
        for child in started:
            code = child.process.poll()
            if code is None:
                continue
            now = time.monotonic()
            child.restarts = [*(at for at in child.restarts if now - at < RESTART_SECONDS), now]
            if len(child.restarts) > RESTARTS:
                raise Stopped(f"the {child.program.name} keeps ending, at last with code {code}")
            print(f"holdfast: the {child.program.name} ended ({code}); starting it again", file=sys.stderr, flush=True)
            child.process = _start(child.program)
        time.sleep(WATCH_SECONDS)


def _stop(started: list[Child]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        # A second Ctrl-C must not leave half of the processes behind.
        signal.signal(number, signal.SIG_IGN)
    for child in reversed(started):
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in reversed(started):
        try:
            child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()


def _ask_to_stop(_: int, __: FrameType | None) -> None:
    raise _StopAsked


def _reachable(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104  (compared, not bound)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
