"""`holdfast close verify`: offline, by the files alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast import cli
from holdfast.kernel.canonical import digest
from holdfast.treasury.queries import closes
from tests.treasury.test_close import closed, traded
from tests.world import World


@pytest.mark.database
def test_a_close_and_a_leaf_are_verified_with_nothing_but_the_files(world: World, tmp_path: Path) -> None:
    traded(world)
    day = closed(world)
    file = closes.file_of(day=day, with_books=False)
    leaves = closes.leaves_of(organisation_id=world.boris.organisation_id, day=day)
    key = digest(bytes.fromhex(file["public_key"])).hex()
    close, all_of_them, one = (tmp_path / name for name in ("close.json", "leaves.json", "leaf.json"))
    close.write_text(json.dumps(file))
    all_of_them.write_text(json.dumps({"items": leaves}))
    one.write_text(json.dumps(leaves[0]))
    # A process that knows no settings and no database at all.
    command = [sys.executable, "-m", "holdfast", "close", "verify", str(close), "--leaf", str(all_of_them)]
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "HOME": str(tmp_path)}
    told = subprocess.run(
        [*command, "--leaf", str(one), "--key", key], env=bare, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.count("is in it") == len(leaves) + 1
    assert cli.main(["close", "verify", str(close), "--key", "0" * 64]) == 1
    one.write_text(json.dumps({**leaves[0], "amount_minor": leaves[0]["amount_minor"] - 1}))
    assert cli.main(["close", "verify", str(close), "--leaf", str(one)]) == 1
    one.write_text("no JSON")
    assert cli.main(["close", "verify", str(close), "--leaf", str(one)]) == 1
    assert cli.main(["close", "verify"]) == 1
