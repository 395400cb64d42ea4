"""Runs a PostgreSQL server of our own: makes its data folder, starts it, adopts a running one, stops it.

It knows processes, sockets and postmaster.pid. It refuses to know roles, tables and what the data means.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.database import binaries as programs
from holdfast.database.binaries import Binaries

SUPERUSER = "postgres"
PORT = 5432
START_SECONDS = 60.0
STOP_SECONDS = 60.0
POLL_SECONDS = 0.01
PR_SET_PDEATHSIG = 1

# For a machine of a few cores. Durability is PostgreSQL's own: fsync, full_page_writes and synchronous_commit stay on.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "unix_socket_permissions": "0777",
}
# For clusters that are thrown away after a test run and never hold anything anyone would miss.
THROWAWAY: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

# Servers that this process has started, by their number; only their parent learns of their end at once.
_children: dict[int, subprocess.Popen[bytes]] = {}


class ClusterFailed(Exception):
    """The database server did not do what was asked; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Cluster:
    """One data folder and the socket its server listens on. The account is None when it runs as ourselves."""

    base: Path
    socket: Path
    settings: Mapping[str, str]
    binaries: Binaries
    account: str | None

    @property
    def data(self) -> Path:
        """The data folder: one for each major version, since a server opens only its own."""
        return self.base / f"data{self.binaries.major}"

    @property
    def log(self) -> Path:
        """Where the server writes what it has to say."""
        return self.base / "server.log"

    def is_running(self) -> bool:
        """True when a server of this data folder is ready for connections."""
        return _postmaster(self.data) is not None and _status(self.data) == "ready"

    def start(self, *, password: str) -> bool:
        """Start the server, making the data folder first if there is none. False when it was running already."""
        self._prepare()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(password=password)
        deadline = time.monotonic() + STOP_SECONDS
        while _postmaster(self.data) is not None:
            # Either ready, and it is ours to use; or still going down after its supervisor died.
            if self.is_running():
                return False
            if time.monotonic() > deadline:
                raise ClusterFailed(f"a server of {self.data} neither answers nor ends")
            time.sleep(POLL_SECONDS)
        self._launch()
        return True

    def stop(self) -> None:
        """Stop the server, if there is one: sessions are ended, nothing committed is lost."""
        process = _postmaster(self.data)
        if process is None:
            return
        os.kill(process, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_alive(process):
            if time.monotonic() > deadline:
                raise ClusterFailed(f"server {process} did not stop{self._last_words()}")
            time.sleep(POLL_SECONDS)

    def _prepare(self) -> None:
        for folder in (self.base, self.socket):
            # A folder below the common temporary one could have been put there by somebody else.
            with suppress(FileExistsError):
                folder.mkdir(parents=True, mode=0o700)
            if self.account is not None and folder.stat().st_uid == os.geteuid():
                shutil.chown(folder, user=self.account)
            wanted = os.geteuid() if self.account is None else pwd.getpwnam(self.account).pw_uid
            found = folder.lstat()
            if folder.is_symlink() or found.st_uid != wanted:
                raise ClusterFailed(f"{folder} belongs to another account")
            folder.chmod(0o700)

    def _initialise(self, *, password: str) -> None:
        unfinished = self.base / f"data{self.binaries.major}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.base, encoding="utf-8") as file:
            file.write(password)
            file.flush()
            if self.account is not None:
                shutil.chown(file.name, user=self.account)
            command = [self.binaries.program("initdb"), "-D", str(unfinished), "-U", SUPERUSER, "--encoding=UTF8"]
            command += ["--locale=C.UTF-8", "--data-checksums", "--auth=scram-sha-256", f"--pwfile={file.name}"]
            if self.settings.get("fsync") == "off":
                command.append("--no-sync")
            done = subprocess.run(command, **self._as_account(), capture_output=True, text=True)
        if done.returncode != 0:
            raise ClusterFailed(f"initdb failed:\n{done.stdout}{done.stderr}")
        # Renamed when complete: a start that is killed in the middle leaves nothing that looks like a database.
        unfinished.rename(self.data)

    def _launch(self) -> None:
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command = [self.binaries.program("postgres"), "-D", str(self.data), "-k", str(self.socket), *options]
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal is for the supervisor, which stops the server last.
            process = subprocess.Popen(
                command,
                **self._as_account(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),
            )
        _children[process.pid] = process
        deadline = time.monotonic() + START_SECONDS
        while not (_postmaster(self.data) == process.pid and _status(self.data) == "ready"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise ClusterFailed(f"the database server did not start{self._last_words()}")
            time.sleep(POLL_SECONDS)

    def _as_account(self) -> dict[str, Any]:
        """How to start a program of the server: from a folder it may enter, as its account, without our groups."""
        if self.account is None:
            return {"cwd": str(self.base)}
        user = pwd.getpwnam(self.account)
        return {"cwd": str(self.base), "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:]
        except OSError:
            return ""
        return ":\n" + "\n".join(lines)


def cluster(*, base: Path, socket: Path, throwaway: bool = False) -> Cluster:
    """The cluster kept in `base`. As root it runs as the account `nobody`, from programs that account can read."""
    found = programs.find()
    account = "nobody" if os.geteuid() == 0 else None
    if account is not None and not _runs_as(account, found):
        base.mkdir(parents=True, exist_ok=True)
        shutil.chown(base, user=account)
        found = programs.copied(binaries=found, into=base / f"programs{found.major}")
    settings = {**SETTINGS, **(THROWAWAY if throwaway else {})}
    return Cluster(base=base, socket=socket, settings=settings, binaries=found, account=account)


def die_with_parent(signal_number: int) -> Callable[[], None] | None:
    """What a child calls before it becomes its program: Linux sends it the signal when its parent dies."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def _runs_as(account: str, found: Binaries) -> bool:
    user = pwd.getpwnam(account)
    try:
        done = subprocess.run(
            [found.program("initdb"), "--version"],
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
        )
    except OSError:
        return False
    return done.returncode == 0


def _postmaster(data: Path) -> int | None:
    """The live server's process, from the file it keeps in its data folder."""
    try:
        process = int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    return process if _is_alive(process) else None


def _status(data: Path) -> str:
    """The eighth line of that file: starting, ready, standby or stopping."""
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[7].strip()
    except (OSError, IndexError):
        return ""


def _is_alive(process: int) -> bool:
    if process in _children:
        # A dead child keeps its number until its parent asks.
        return _children[process].poll() is None
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
