"""The embedded server: made, adopted, killed and stopped without losing what was committed or leaving anything."""

from __future__ import annotations

import os
import pwd
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from holdfast.database.cluster import ClusterFailed
from holdfast.database.connection import Access, Databases, bring_up, embedded
from holdfast.database.home import SOCKET_ADDRESS, SOCKET_NAME, Home, HomeInUse
from tests.conftest import lacking

pytestmark = pytest.mark.database

SYSTEM_PYTHON = "/usr/bin/python3"


@pytest.fixture
def home() -> Iterator[Home]:
    """A home of its own, short enough for a socket; its server is stopped whatever the test did."""
    folder = Path("/tmp") / f"holdfast-cluster-{os.getpid()}-{time.monotonic_ns()}"  # noqa: S108  (short on purpose)
    home = Home(folder=folder)
    yield home
    embedded(home=home).stop()
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def _owner(home: Home) -> Access:
    return Databases.given(environment={}, home=home).owner


def _count(home: Home) -> int:
    with psycopg.connect(**_owner(home).for_psycopg()) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
        assert row is not None
        return int(row[0])


def _keep_one(home: Home) -> None:
    with psycopg.connect(**_owner(home).for_psycopg()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        connection.execute("INSERT INTO kept VALUES (1)")


def test_a_server_is_made_adopted_stopped_and_started_again(home: Home) -> None:
    server, started = bring_up(home=home)
    assert started
    _keep_one(home)
    assert bring_up(home=home)[1] is False
    server.stop()
    assert not server.is_running()
    assert bring_up(home=home)[1] is True
    assert _count(home) == 1


def test_commits_are_durable_and_passwords_are_asked_for(home: Home) -> None:
    bring_up(home=home)
    access = _owner(home)
    with psycopg.connect(**access.for_psycopg()) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert connection.execute("SELECT current_setting(%s)", [setting]).fetchone() == ("on",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**{**access.for_psycopg(), "password": "wrong"})


def test_secrets_are_private_and_stay_the_same(home: Home) -> None:
    first = home.secrets()
    assert home.secrets() == first
    assert stat.S_IMODE((home.folder / "secrets.json").stat().st_mode) == 0o600
    assert len({first.secret_key, first.encryption_key, first.owner_password, first.app_password}) == 4


def test_the_socket_address_always_fits(tmp_path: Path) -> None:
    deep = Home(folder=tmp_path / ("deep" * 30))
    assert len(os.fsencode(deep.socket)) + SOCKET_NAME <= SOCKET_ADDRESS


def test_a_socket_folder_of_somebody_else_is_refused(home: Home, tmp_path: Path) -> None:
    home.create()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    home.database.mkdir(parents=True)
    home.socket.symlink_to(elsewhere)
    with pytest.raises(ClusterFailed, match="belongs to another account"):
        bring_up(home=home)


def test_two_supervisors_of_one_home_refuse_each_other(home: Home) -> None:
    with (
        home.lock(name="supervisor", wait=False),
        pytest.raises(HomeInUse, match=str(os.getpid())),
        home.lock(name="supervisor", wait=False),
    ):
        pass


def _child(home: Home, *, python: str = sys.executable, user: int | None = None) -> subprocess.Popen[str]:
    """Another process that starts the server and then waits to be killed."""
    script = f"""
        import sys, time
        sys.path[:0] = {[path for path in sys.path if path]!r}
        from pathlib import Path
        from holdfast.database.connection import bring_up
        from holdfast.database.home import Home
        bring_up(home=Home(folder=Path({str(home.folder)!r})))
        print("up", flush=True)
        time.sleep(60)
    """
    process = subprocess.Popen(
        [python, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True, user=user, cwd="/"
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_the_server_does_not_outlive_a_killed_supervisor(home: Home) -> None:
    process = _child(home)
    _keep_one(home)
    _end(process)
    deadline = time.monotonic() + 10
    while embedded(home=home).is_running():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert bring_up(home=home)[1] is True
    assert _count(home) == 1


def test_what_was_committed_survives_a_killed_server(home: Home) -> None:
    server, _ = bring_up(home=home)
    _keep_one(home)
    postmaster = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    bring_up(home=home)
    assert _count(home) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="who is no root already is an ordinary user")
def test_an_ordinary_user_needs_no_rights(home: Home) -> None:
    """The server runs as whoever starts it; as root it runs as an account that owns nothing else."""
    games = pwd.getpwnam("games").pw_uid
    readable = subprocess.run([SYSTEM_PYTHON, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True)
    if readable.stdout.decode().strip() != str(sys.version_info[:2]):
        lacking(f"an interpreter outside root's home with version {sys.version_info[:2]}")
    home.folder.mkdir()
    os.chown(home.folder, games, -1)
    process = _child(home, python=SYSTEM_PYTHON, user=games)
    assert embedded(home=home).data.stat().st_uid == games
    _end(process)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the server to another account")
def test_root_runs_the_server_from_a_closed_folder_without_opening_it(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = Home(folder=closed / "home")
    server, _ = bring_up(home=home)
    try:
        _keep_one(home)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert server.data.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    finally:
        server.stop()
        subprocess.run(["rm", "-rf", str(home.database), str(home.socket)], check=True)
