"""An installation of a drill's own, under its supervisor, and the processes that can be killed below it.

It knows processes and `/proc`. What is done with the installation is for the drills.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from holdfast.database.connection import Databases, embedded
from holdfast.database.home import Home

COMMAND = [sys.executable, "-m", "holdfast"]
START_SECONDS = 60.0
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Process:
    """One process: its number, its parent's, and what it was started as."""

    pid: int
    parent: int
    command: str


@dataclass
class Installation:
    """A founded sandbox that is running."""

    home: Home
    port: int
    environment: dict[str, str]
    supervisor: subprocess.Popen[bytes]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the command line, beside the running installation."""
        return subprocess.run(
            [*COMMAND, *arguments], env=self.environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS
        )

    def log(self) -> str:
        """What supervisor, web server and worker have said."""
        return (self.home.folder / "up.log").read_text(errors="replace")

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        access = Databases.given(environment={}, home=self.home).application
        with psycopg.connect(**access.for_psycopg()) as connection:
            return connection.execute(statement, parameters).fetchall()  # type: ignore[arg-type]

    # --- processes ---------------------------------------------------------------------------------------------------

    def web_workers(self) -> list[int]:
        """The processes that answer requests."""
        return [below.pid for server in self._children("-m granian") for below in _below(server)]

    def jobs_worker(self) -> list[int]:
        """The process that runs jobs."""
        return self._children("-m holdfast worker")

    def database(self) -> list[int]:
        """PostgreSQL's first process and all below it."""
        found = self._children("postgres -D")
        return found + [below.pid for first in found for below in _below(first)]

    def kill(self, name: str, find: Callable[[], list[int]], *, all_of_them: bool) -> None:
        """`kill -9` without a word, on one process of a kind or on all, as soon as there is one."""
        wait_until(lambda: bool(find()), f"there is no {name} to kill", self)
        for pid in find() if all_of_them else find()[:1]:
            # One may have followed another by itself.
            with _gone_is_fine():
                os.kill(pid, signal.SIGKILL)

    def _children(self, words: str) -> list[int]:
        return [one.pid for one in _processes() if one.parent == self.supervisor.pid and words in one.command]


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return


def _processes() -> Iterator[Process]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_bytes().replace(b"\x00", b" ").decode(errors="replace")
            except OSError:
                continue
            yield Process(int(folder.name), parent, command)


def _below(pid: int) -> list[Process]:
    everything = list(_processes())
    found = [one for one in everything if one.parent == pid]
    return found + [below for one in found for below in _below(one.pid)]


def wait_until(happened: Callable[[], bool], otherwise: str, installation: Installation) -> None:
    """Look again and again, but not for ever."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, f"{otherwise}\n{installation.log()}"
        time.sleep(0.05)


@contextmanager
def running(more: Mapping[str, str] | None = None) -> Iterator[Installation]:
    """Found a sandbox in a folder of its own, start it, and leave nothing of it behind."""
    with tempfile.TemporaryDirectory(prefix="hf-drill-", ignore_cleanup_errors=True) as folder:
        home = Home(folder=Path(folder) / "home")
        # The database's own account, when this runs as root, must be able to reach what is below.
        Path(folder).chmod(0o711)
        environment = _environment(home) | dict(more or {})
        founded = [*COMMAND, "init", "--sandbox", "--admin-email", "ada@example.com", "--generate-password"]
        subprocess.run(founded, env=environment, check=True, capture_output=True, timeout=PATIENCE_SECONDS)
        with (home.folder / "up.log").open("ab") as log:
            supervisor = subprocess.Popen([*COMMAND, "up"], env=environment, stdout=log, stderr=log)
        installation = Installation(home, int(environment["HOLDFAST_PORT"]), environment, supervisor)
        try:
            wait_until(lambda: "Holdfast is ready" in installation.log(), "it does not start", installation)
            yield installation
        finally:
            supervisor.send_signal(signal.SIGTERM)
            try:
                supervisor.wait(timeout=START_SECONDS)
            finally:
                supervisor.kill()
                embedded(home=home).stop()


def _environment(home: Home) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = ("HOLDFAST", "DJANGO", "DATABASE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "HOLDFAST_HOME": str(home.folder),
        "HOLDFAST_PORT": str(port),
        "HOLDFAST_SANDBOX": "1",
        "HOLDFAST_WEB_WORKERS": "2",
        "PYTHONUNBUFFERED": "1",
    }
