"""The release before this one, taken out of the repository's history and run beside this one's code.

It knows git and processes. What the two must do together is for the tests.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings

from holdfast.database.connection import Access
from tests.conftest import lacking

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0
RELEASE = re.compile(r"^## (\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d, commit ([0-9a-f]{7,40})\)$", re.MULTILINE)


def last_release() -> tuple[str, str]:
    """Version and commit of the newest release that the changelog names."""
    found = RELEASE.search((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert found is not None, "the changelog names no release with its commit"
    return found[1], found[2]


def source(version: str, commit: str, folder: Path) -> Path:
    """The `src` of the release, from its tag or its commit; a clone without history is given its history first."""
    for attempt in range(2):
        for name in (f"v{version}", commit):
            taken = subprocess.run(["git", "archive", name, "src"], cwd=ROOT, capture_output=True)
            if taken.returncode == 0:
                with tarfile.open(fileobj=io.BytesIO(taken.stdout)) as tree:
                    tree.extractall(folder, filter="data")
                return folder / "src"
        if attempt == 0:
            subprocess.run(["git", "fetch", "-q", "--unshallow", "--tags"], cwd=ROOT, capture_output=True, timeout=120)
    lacking(f"THE RELEASE BEFORE WAS NOT RUN: this clone does not have commit {commit} of {version}; fetch its history")
    raise AssertionError


@dataclass(frozen=True)
class Release:
    """A web server of an earlier version on a database of this one."""

    port: int
    environment: dict[str, str]
    log: Path

    def run(self, *arguments: str) -> str:
        """A command of its command line."""
        command = [sys.executable, "-m", "holdfast", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, method: str, path: str, *, key: str, body: Any = None, command: str = "") -> tuple[int, Any]:
        """A request with an API key: status and document."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": command} if command else {}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(text) if text else None


def _address(access: Access, name: str) -> str:
    host = quote(str(access.host), safe="")
    return f"postgresql://{access.user}:{quote(access.password or '', safe='')}@{host}:{access.port}/{name}"


@contextmanager
def serving(*, tree: Path, database: str, folder: Path) -> Iterator[Release]:
    """Start its web server as the application's role: it migrates nothing and grants nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HOLDFAST", "DJANGO", "DATABASE"))
    }
    environment = kept | {
        "PYTHONPATH": str(tree),
        "HOLDFAST_HOME": str(folder / "home"),
        "HOLDFAST_SANDBOX": "1",
        "DATABASE_URL": _address(settings.DATABASE_ACCESS.application, database),
        "DATABASE_OWNER_URL": _address(settings.DATABASE_ACCESS.owner, database),
    }
    release = Release(port, environment, folder / "web.log")
    served = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    with release.log.open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *served, "holdfast.wsgi:application"], env=environment, stdout=log, stderr=log
        )
    try:
        _wait(release, server)
        yield release
    finally:
        server.terminate()
        try:
            server.wait(timeout=PATIENCE_SECONDS)
        finally:
            server.kill()


def _wait(release: Release, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        assert server.poll() is None, release.log.read_text(errors="replace")
        assert time.monotonic() < until, release.log.read_text(errors="replace")
        try:
            if release.ask("GET", "/readyz", key="none")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
