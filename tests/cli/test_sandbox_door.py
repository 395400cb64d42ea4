"""A sandbox is never a production and the other way round: what starts, which addresses there are, which keys open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from holdfast.database.connection import Access
from holdfast.parties.models import Installation
from tests.parties.cast import assemble
from tests.world import digest_of_everything

STARTS = (
    ("-m", "holdfast", "up"),
    ("-m", "holdfast", "worker"),
    ("-c", "import holdfast.wsgi"),
    ("-m", "holdfast", "keys", "list"),
    ("-m", "holdfast", "keys", "rotate"),
    ("-m", "holdfast", "staff", "list"),
)
"""Whatever serves, works or changes something; `-c` is how a web server comes in."""
ONLY_IN_A_SANDBOX = {
    "/demo/",
    "/v1/sandbox/carrier",
    "/v1/sandbox/clock",
    "/v1/sandbox/wires",
}
LISTED = """
import json, re, django
django.setup()
from django.urls import URLResolver
from holdfast.api.application import api
from holdfast.urls import urlpatterns
def walk(patterns, before):
    for one in patterns:
        here = before + re.sub(r"[\\^$]", "", str(one.pattern))
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, here)
        else:
            yield here
print(json.dumps(sorted({*walk(urlpatterns, "/"), *api.get_openapi_schema()["paths"]})))
"""


def run(*arguments: str, sandbox: bool, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    kept |= {"HOLDFAST_SANDBOX": "1" if sandbox else "0", "HOLDFAST_PORT": "1", **more}
    return subprocess.run(
        [sys.executable, *arguments], env=kept, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )


@pytest.mark.own_database
@pytest.mark.parametrize("is_sandbox", [True, False], ids=["a sandbox's database", "a production's database"])
def test_nothing_starts_where_database_and_setting_differ(is_sandbox: bool, own_database: Access) -> None:
    assemble(sandbox=is_sandbox)
    assert Installation.objects.get().sandbox is is_sandbox
    before, wrong = digest_of_everything(), []
    address = {"DATABASE_URL": url(own_database), "HOLDFAST_HOME": str(settings.HOME.folder)}
    address["DJANGO_SETTINGS_MODULE"] = "holdfast.settings"
    for command in STARTS:
        done = run(*command, sandbox=not is_sandbox, **address)
        if done.returncode == 0 or "HOLDFAST_SANDBOX and the database differ" not in done.stderr:
            wrong.append(f"{command}: {done.returncode} {done.stdout} {done.stderr[-500:]}")
    assert not wrong, "\n".join(wrong)
    assert digest_of_everything() == before


def url(access: Access) -> str:
    """The access as one address."""
    from urllib.parse import quote

    host = quote(access.host, safe="")
    return f"postgresql://{access.user}:{quote(access.password, safe='')}@{host}:{access.port}/{access.name}"


def test_in_production_the_sandboxs_addresses_do_not_exist() -> None:
    found: dict[bool, Any] = {}
    for sandbox in (True, False):
        done = run("-c", LISTED, sandbox=sandbox, DJANGO_SETTINGS_MODULE="tests.settings")
        assert done.returncode == 0, done.stderr
        found[sandbox] = set(json.loads(done.stdout))
    assert found[False] - found[True] == set()
    assert {path for path in found[True] - found[False] if "{" not in path} == ONLY_IN_A_SANDBOX
    assert not any("sandbox" in path or "demo" in path for path in found[False])
