"""The walk through the API is a script: what it says is what happens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from holdfast.contracts import operations as contracts
from holdfast.kernel import clock
from holdfast.parties import operations as parties
from holdfast.parties import queries
from holdfast.record.act import Act
from tests.conftest import lacking

WALK = Path(__file__).parents[2] / "docs" / "walkthrough.md"


def operator_key() -> str:
    """A sandbox is founded as `holdfast init` does it, and a key made as `holdfast keys create` does it."""
    now = clock.read()
    founded = parties.found_installation(
        now=now,
        sandbox=True,
        operator_name="Harbour Market",
        country="NL",
        time_zone="Europe/Amsterdam",
        programme="standard",
        admin_email="ada@example.com",
        admin_name="Ada",
        password="a long enough pass phrase",
    )
    act = Act(now, "person", founded.administrator_id, None, "operator")
    contracts.publish_shipped(act=act)
    made = parties.create_key(
        act=act, organisation_id=queries.operator_organisation_id(), name="marketplace", scopes=["operator"]
    )
    assert made.secret is not None
    return made.secret


def test_the_walkthrough_is_true(site: str) -> None:
    if shutil.which("curl") is None:
        lacking("WALKTHROUGH NOT RUN: no curl on PATH (apt-get install curl)")
    script = "\n".join(re.findall(r"```sh\n(.*?)```", WALK.read_text(encoding="utf-8"), flags=re.DOTALL))
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        env={"PATH": os.environ["PATH"], "HOLDFAST": site, "OPERATOR_KEY": operator_key(), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode:
        pytest.fail(f"{done.stdout[-3000:]}\n{done.stderr}")
    balances = [line for line in done.stdout.splitlines() if re.fullmatch(r"\d+", line)]
    assert balances == re.findall(r"`(\d+)`", WALK.read_text(encoding="utf-8")) == ["975000", "894678"]
