"""The quickstart is a program: its code is run as it stands, against a sandbox with its web server and worker."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.docs.examples import stands
from tests.drills.installation import Installation, running

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "quickstart.md"
PATIENCE_SECONDS = 300


def programs() -> dict[str, str]:
    """The page's programs by the name that each bears in its first line."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    return {block.split(":")[0].removeprefix("# "): block for block in blocks}


def test_the_shop_is_as_short_as_it_says() -> None:
    code = [line for line in programs()["shop.py"].splitlines() if line.strip() and not line.startswith("#")]
    assert len(code) <= 65, len(code)
    assert sorted(programs()) == ["place.py", "play.py", "shop.py"]


@contextmanager
def shop_running(folder: Path, port: int, environment: dict[str, str]) -> Iterator[None]:
    """The shop under Flask's own server, until the play is over."""
    log = folder / "shop.log"
    command = [sys.executable, "-m", "flask", "--app", "shop", "run", "--port", str(port)]
    with log.open("ab") as told:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=told, stderr=told)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
                break
            except httpx.TransportError:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
        yield
    except BaseException:
        print(log.read_text()[-5000:])
        raise
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def made_here(program: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{program}: {done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def operator_key(installation: Installation) -> str:
    made = installation.run("keys", "create", "--name", "quickstart", "--scope", "operator", "--scope", "sandbox")
    found = re.search(r"hf_test_\S+", made.stdout)
    assert found, made.stdout + made.stderr
    return found[0]


@pytest.mark.long
def test_the_quickstart_sells_a_protected_order(tmp_path: Path) -> None:
    for name, program in programs().items():
        (tmp_path / name).write_text(program, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running({"HOLDFAST_WEBHOOKS_TO_LOOPBACK": "1"}) as installation:
        environment = {
            "PATH": os.environ["PATH"],
            # As it is installed: the client, and nothing of the server.
            "PYTHONPATH": str(ROOT / "clients" / "python" / "src"),
            "HOLDFAST_URL": f"http://127.0.0.1:{installation.port}",
            "SHOP_URL": f"http://127.0.0.1:{port}",
            "OPERATOR_KEY": operator_key(installation),
        }
        environment |= dict(line.split("=", 1) for line in made_here("place.py", tmp_path, environment).splitlines())
        with shop_running(tmp_path, port, environment):
            told = made_here("play.py", tmp_path, environment)
            forged = httpx.post(f"http://127.0.0.1:{port}/webhooks", json={"type": "order.funded", "data": {}})
            assert forged.status_code == 400
        audit = installation.run("audit")
        assert audit.returncode == 0, audit.stdout + audit.stderr
    stands("quickstart.md", "quickstart", f"```text\n{told.rstrip()}\n```")
