"""`holdfast demo`: a sandbox marketplace of its own on this machine, filled by the stories it tells.

It knows where the demo lives: a home and a database apart from any other installation, whatever the environment says.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
from pathlib import Path
from typing import Any

PORT = 8000


def register(subparsers: Any) -> None:
    """Add the command."""
    demo = subparsers.add_parser("demo", help="start a filled sandbox marketplace on this machine")
    demo.add_argument("--once", action="store_true", help="tell its stories, check them, and stop")
    demo.add_argument("--fresh", action="store_true", help="forget what an earlier start has told")
    demo.set_defaults(run=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    _settle_environment()
    from django.conf import settings

    from holdfast.cli.environment import set_up
    from holdfast.server import up

    set_up(role="owner")
    from holdfast.sandbox import demo, people

    if arguments.fresh or not (settings.HOME.folder / people.TOLD).exists():
        _forget(settings.HOME)
    address = f"http://127.0.0.1:{settings.LISTEN_PORT}"

    def told() -> int:
        code = demo.play(address)
        if not arguments.once:
            demo.welcome(settings.PUBLIC_URL)
        return code

    return up(before=demo.prepare, then=told, stay=not arguments.once, quiet=True)


def _settle_environment() -> None:
    """A sandbox with its own home and its own embedded database, on a port that is free."""
    natural = Path(__file__).resolve().parents[3]
    given = os.environ.get("HOLDFAST_HOME", "").strip()
    home = Path(given) if given else (natural if (natural / "pyproject.toml").exists() else Path.home()) / ".holdfast"
    os.environ["HOLDFAST_HOME"] = str(home.expanduser() / "demo")
    os.environ["HOLDFAST_SANDBOX"] = "1"
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ.pop(name, None)
    os.environ.setdefault("HOLDFAST_PORT", str(_free_port()))
    os.environ.setdefault("HOLDFAST_LOG_LEVEL", "WARNING")


def _free_port() -> int:
    """The usual one, or any if somebody has it."""
    for port in (PORT, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return PORT


def _forget(home: Any) -> None:
    """Take away what an interrupted start has left, so that the stories are told from their beginning."""
    from holdfast.database.connection import embedded

    with home.lock(name="supervisor", wait=False):
        if home.database.exists():
            server = embedded(home=home)
            if server.is_running():
                server.stop()
            shutil.rmtree(home.database)
        for name in ("told", "demo.json"):
            (home.folder / name).unlink(missing_ok=True)
        for folder in ("files", "keys", "mail"):
            shutil.rmtree(home.folder / folder, ignore_errors=True)
