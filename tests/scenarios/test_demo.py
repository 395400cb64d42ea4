"""`holdfast demo` as anybody starts it: once it tells its stories, and then it finds them told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.sandbox.telling import STORIES


def demo(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One start in a home of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HOLDFAST_", "DJANGO_"))}
    environment["HOLDFAST_HOME"] = str(home)
    command = [sys.executable, "-m", "holdfast", "demo", "--once", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500)


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the database's own account may pass through, and that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-demo-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long
def test_a_second_start_tells_the_same_without_playing_it_again(home: Path) -> None:
    first = demo(home)
    assert first.returncode == 0, first.stdout + first.stderr
    second = demo(home)
    assert second.returncode == 0, second.stdout + second.stderr
    table, again = first.stdout.splitlines()[1:], second.stdout.splitlines()
    assert "Telling" in first.stdout
    assert "Telling" not in second.stdout
    assert again[:-1] == table[:-1]
    assert len(again) == len(STORIES) + 3
    assert again[-1].startswith("audit: ")
    assert again[-1].endswith(", 0 findings")
