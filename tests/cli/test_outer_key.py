"""The outer key by commands alone: checked, replaced, noted when a database gets its schema, and missed after a restore
without it. Each command is a process of its own, in a home of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.test_installing import Machine

SECRET = "the seed of a second factor"
KEEP = f"""
from allauth.mfa.models import Authenticator
from holdfast.parties.models import Person
from holdfast.record.encryption import encrypt
Authenticator.objects.create(user=Person.objects.get(), type="totp", data={{"secret": encrypt("{SECRET}")}})
"""
OPEN = """
from allauth.mfa.models import Authenticator
from holdfast.record.encryption import decrypt
kept = Authenticator.objects.get().data["secret"]
print("kept", kept.split(":")[1], decrypt(kept))
"""
FORGET = "from holdfast.parties.models import OuterKey; print(OuterKey.objects.all().delete())"
DIGEST = "from tests.world import digest_of_everything; print(sorted(digest_of_everything().items()))"
NAME = re.compile(r"encrypted with (?:the outer key )?([0-9a-f]{16})")


class Kept(Machine):
    """A machine that was founded, with one secret in its database."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.secrets = home / "secrets.json"
        self.keys = home / "keys"

    def does(self, *arguments: str) -> str:
        code, said = self.run(*arguments)
        assert code == 0, said
        return said

    def shell(self, program: str) -> str:
        return self.does("manage", "shell", "--no-imports", "-c", program)

    def everything(self) -> tuple[str, str, dict[str, bytes]]:
        """What the database, the secrets and the folder of signing keys hold."""
        files = {path.name: path.read_bytes() for path in self.keys.iterdir() if path.is_file()}
        return self.shell(DIGEST), self.secrets.read_text(), files

    def name(self) -> str:
        found = NAME.search(self.does("keys", "check"))
        assert found is not None
        return found[1]


@pytest.mark.long
def test_the_outer_key_is_checked_replaced_noted_and_missed(tmp_path: Path) -> None:
    machine = Kept.below(tmp_path)
    machine.does("init", "--admin-email", "ada@example.com", "--sandbox")
    machine.shell(KEEP)
    first = machine.name()
    assert machine.shell(OPEN).split(maxsplit=2)[1:] == [first, f"{SECRET}\n"]

    said, before = machine.does("keys", "rotate-encryption"), json.loads(machine.secrets.read_text())
    assert {"second factors: 1 encrypted anew", "signing keys: 1 encrypted anew"} <= set(said.splitlines())
    second = machine.name()
    assert second != first
    assert f"The new key {second} is in secrets.json of the home: back it up." in said
    assert machine.shell(OPEN).split(maxsplit=2)[1:] == [second, f"{SECRET}\n"]
    assert "The private half of the signing key is here." in machine.does("keys", "check")

    # As a database that was filled before keys were noted.
    machine.shell(FORGET)
    assert "no key yet: run holdfast migrate" in machine.does("keys", "check")
    machine.does("migrate")
    assert machine.name() == second

    # Restored beside other secrets: everything says which key is missing, and leaves all as it is.
    other = {**before, "encryption_key": "another key, as long and as random", "encryption_key_before": ""}
    machine.secrets.write_text(json.dumps(other))
    kept = machine.everything()
    for command in (("keys", "check"), ("keys", "rotate-encryption"), ("migrate",), ("up",)):
        code, said = machine.run(*command)
        assert code == 1, (command, said)
        assert f"encrypted with the outer key {second}, which is not here" in said, (command, said)
        assert "Traceback" not in said
    assert machine.everything() == kept
    machine.secrets.write_text(json.dumps(before))
    assert machine.name() == second
