"""From nothing to a marketplace that answers, by commands alone, each a process of its own as people run them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


class Machine:
    """An empty machine with a home of its own."""

    def __init__(self, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOLDFAST_", "DATABASE_"))}
        self.environment = {**kept, "HOLDFAST_HOME": str(home), "DJANGO_SETTINGS_MODULE": "holdfast.settings"}

    @classmethod
    def below(cls, folder: Path) -> Machine:
        """One whose home lies where the database's own user may pass through."""
        home = folder / "home"
        home.mkdir()
        for one in (home, *home.parents):
            if one.is_relative_to(folder.parents[1]):
                one.chmod(0o711)
        return cls(home)

    def run(self, *arguments: str, sandbox: bool = True) -> tuple[int, str]:
        environment = {**self.environment, "HOLDFAST_SANDBOX": "1" if sandbox else "0", "HOLDFAST_PORT": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "holdfast", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.mark.long
def test_founding_an_installation(tmp_path: Path) -> None:
    machine = Machine.below(tmp_path)
    code, said = machine.run("init", "--admin-email", "Ada@example.com", "--sandbox", "--operator", "Harbour")
    assert code == 0, said
    assert "Founded a sandbox: Harbour" in said
    assert "Password, shown this once: " in said
    code, said = machine.run("init", "--admin-email", "eve@example.com", "--sandbox")
    assert (code, "written once" in said) == (1, True), said
    code, said = machine.run("keys", "create", "--name", "marketplace", "--scope", "operator")
    assert code == 0, said
    assert said.startswith("hf_test_")
    code, listed = machine.run("keys", "list")
    assert "marketplace" in listed
    assert said.strip() not in listed
    code, said = machine.run("keys", "revoke", listed.split()[0])
    assert (code, said.strip()) == (0, "Ended.")
    code, said = machine.run("staff", "grant", "dana@example.com", "mediator")
    assert (code, "mediator       dana@example.com" in said) == (0, True), said
    code, said = machine.run("staff", "withdraw", "ada@example.com", "administrator")
    assert (code, "at least one administrator" in said) == (1, True), said
    # A setting that says otherwise than the database stops everything, the server and the commands.
    for command in (("up",), ("keys", "list"), ("keys", "create", "--name", "n", "--scope", "operator")):
        code, said = machine.run(*command, sandbox=False)
        assert (code, "HOLDFAST_SANDBOX and the database differ" in said) == (1, True), said
