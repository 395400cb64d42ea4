"""The folder an installation keeps on this machine: its secrets, its embedded database, its lock.

It knows paths, permissions and random passwords. It refuses to know what the secrets are used for.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import MISSING, asdict, dataclass, fields, replace
from pathlib import Path

# The address of a socket may have 107 bytes; this much of it is the file's own name.
SOCKET_NAME = len("/.s.PGSQL.5432")
SOCKET_ADDRESS = 107


class HomeInUse(Exception):
    """Another process already runs this installation."""


@dataclass(frozen=True)
class Secrets:
    """What is made at random at the first start and kept in a file that only its owner may read."""

    secret_key: str
    encryption_key: str
    superuser_password: str
    owner_password: str
    app_password: str
    encryption_key_before: str = ""
    """The encryption key before this one: for what a process that knew no other has written meanwhile."""


_MADE = [field.name for field in fields(Secrets) if field.default is MISSING]


@dataclass(frozen=True)
class Home:
    """The paths of one installation on this machine."""

    folder: Path

    @property
    def database(self) -> Path:
        """Where the embedded server keeps everything.

        Started as root, the server runs as another account, which must be able to reach its folder: where the home
        lies below a closed folder, the database stands under /var/lib instead.
        """
        if os.geteuid() != 0 or _open_to_all(self.folder):
            return self.folder / "postgres"
        return Path("/var/lib") / f"holdfast-{_digest(self.folder)}"

    @property
    def socket(self) -> Path:
        """The folder of the server's socket: below the database's unless that makes its address too long."""
        natural = self.database / "socket"
        if len(os.fsencode(natural)) + SOCKET_NAME <= SOCKET_ADDRESS:
            return natural
        return Path(tempfile.gettempdir()) / f"holdfast-{os.geteuid()}-{_digest(self.folder)}"

    def create(self) -> None:
        """Make the folder. Root's is passable, so that the database's account may reach what is below it."""
        if not self.folder.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)

    def secrets(self) -> Secrets:
        """The installation's secrets, made now if there are none yet."""
        self.create()
        path = self.folder / "secrets.json"
        if not path.exists():
            fresh = Secrets(**{name: secrets.token_urlsafe(48) for name in _MADE})
            _write_once(path=path, text=json.dumps(asdict(fresh), indent=2))
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))

    def change_encryption_key(self) -> None:
        """Make a new encryption key; the one in use stays beside it as the one before, until the next change."""
        found = self.secrets()
        fresh = secrets.token_urlsafe(48)
        changed = replace(found, encryption_key=fresh, encryption_key_before=found.encryption_key)
        staged = _written(folder=self.folder, text=json.dumps(asdict(changed), indent=2))
        staged.rename(self.folder / "secrets.json")
        _settle(self.folder)

    @contextmanager
    def lock(self, *, name: str, wait: bool) -> Iterator[None]:
        """Hold a lock file of the home; it goes with the process, however the process ends."""
        self.create()
        with (self.folder / f"{name}.lock").open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise HomeInUse(f"process {holder} already runs the installation in {self.folder}") from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


def _written(*, folder: Path, text: str) -> Path:
    """A private file under a passing name, on disk."""
    handle, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _settle(folder: Path) -> None:
    """Names are on disk when their folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_once(*, path: Path, text: str) -> None:
    """Write a private file so that of several processes starting at once, one wins and all read the same."""
    staged = _written(folder=path.parent, text=text)
    try:
        os.link(staged, path)
    except FileExistsError:
        pass
    finally:
        staged.unlink()


def _open_to_all(folder: Path) -> bool:
    existing = [place for place in [folder, *folder.parents] if place.exists()]
    return all(place.stat().st_mode & stat.S_IXOTH for place in existing)


def _digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
