"""`holdfast up`, as somebody starts it: from nothing, once, against the right setting, and gone when it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from holdfast.database.connection import embedded
from holdfast.database.home import Home

PATIENCE_SECONDS = 90.0
COMMAND = [sys.executable, "-m", "holdfast"]


@dataclass(frozen=True)
class Installation:
    """A home, and the environment in which commands run for it."""

    home: Home
    environment: dict[str, str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.environment['HOLDFAST_PORT']}/readyz"

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments], env={**self.environment, **environment}, capture_output=True, text=True, timeout=60
        )

    def start(self) -> subprocess.Popen[bytes]:
        with (self.home.folder / "up.log").open("ab") as log:
            return subprocess.Popen([*COMMAND, "up"], env=self.environment, stdout=log, stderr=log)

    def answers(self) -> bool:
        try:
            with urlopen(self.address, timeout=2) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def wait(self, *, until_it_answers: bool, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.answers() is not until_it_answers:
            assert time.monotonic() < deadline, (self.home.folder / "up.log").read_text()
            time.sleep(0.05)


@pytest.fixture
def installation() -> Iterator[Installation]:
    home = Home(folder=Path("/tmp") / f"holdfast-up-{os.getpid()}-{time.monotonic_ns()}")  # noqa: S108  (short)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HOLDFAST", "DJANGO", "DATABASE"))
    }
    yield Installation(
        home=home,
        environment={
            **kept,
            "HOLDFAST_HOME": str(home.folder),
            "HOLDFAST_PORT": str(port),
            "HOLDFAST_WEB_WORKERS": "1",
            "HOLDFAST_SANDBOX": "1",
        },
    )
    embedded(home=home).stop()
    subprocess.run(["rm", "-rf", str(home.folder)], check=True)


def test_an_installation_starts_serves_stops_and_leaves_nothing(installation: Installation) -> None:
    nothing = installation.run("up")
    assert nothing.returncode == 1
    assert "holdfast init" in nothing.stderr

    founded = installation.run("init", "--admin-email", "admin@example.org", "--sandbox", "--generate-password")
    assert founded.returncode == 0, founded.stderr
    production = installation.run("up", HOLDFAST_SANDBOX="0")
    assert production.returncode == 1
    assert "sandbox" in production.stderr

    first = installation.start()
    installation.wait(until_it_answers=True, seconds=PATIENCE_SECONDS)
    second = installation.run("up")
    assert second.returncode == 1
    assert f"process {first.pid} already runs" in second.stderr
    assert installation.answers()

    first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=30) == 0
    assert not installation.answers()
    assert not embedded(home=installation.home).is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_a_killed_supervisor_takes_everything_with_it_and_the_next_start_works(installation: Installation) -> None:
    assert (
        installation.run("init", "--admin-email", "a@example.org", "--sandbox", "--generate-password").returncode == 0
    )
    killed = installation.start()
    installation.wait(until_it_answers=True, seconds=PATIENCE_SECONDS)
    killed.kill()
    killed.wait()
    installation.wait(until_it_answers=False, seconds=PATIENCE_SECONDS)
    again = installation.start()
    installation.wait(until_it_answers=True, seconds=PATIENCE_SECONDS)
    again.send_signal(signal.SIGINT)
    assert again.wait(timeout=30) == 0
