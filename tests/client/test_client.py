"""The client as a package: fresh, complete, typed, built without the server; its README is true."""

from __future__ import annotations

import base64
import hashlib
import hmac
import inspect
import json
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

import holdfast_client
import holdfast_client.types as shapes
from holdfast.database.connection import Access
from holdfast.kernel.identifiers import public
from holdfast.parties import operations as parties
from holdfast_client import Holdfast, NotGenuine, Webhook, component, line
from tests.matrix.routes import every_route
from tests.world import CARD, World, contract

PACKAGE = Path(__file__).parents[2] / "clients" / "python"
SECRET = "whsec_" + base64.b64encode(b"a secret of some thirty-two bytes").decode()


def test_it_is_made_from_the_description_that_there_is() -> None:
    done = subprocess.run(
        [sys.executable, PACKAGE / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_there_is_a_method_for_every_route() -> None:
    missing = [route.name for route in every_route() if not callable(getattr(Holdfast, route.name, None))]
    assert missing == []


def test_every_type_that_a_method_names_is_there() -> None:
    for name, method in inspect.getmembers(Holdfast, inspect.isfunction):
        if not name.startswith("_"):
            assert "return" in get_type_hints(method), name
    for name, shape in vars(shapes).items():
        if isinstance(shape, type) and hasattr(shape, "__required_keys__"):
            assert get_type_hints(shape) is not None, name


def test_a_type_checker_knows_what_is_wrong(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from holdfast_client import Holdfast\n"
        "client = Holdfast('https://h.example', key='hf_test_x')\n"
        "good: str = client.get_order('ord_1')['state']\n"
        "client.get_order('ord_1')['colour']\n"
        "client.sign_contract('con_1')\n"
        "for order in client.list_orders(): order['total_minor'] + 'x'\n"
    )
    command = [sys.executable, "-m", "mypy", "--config-file", PACKAGE / "pyproject.toml", program]
    told = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"MYPYPATH": str(PACKAGE / "src")}, cwd=tmp_path
    ).stdout
    lines = re.findall(r"program\.py:(\d+): error", told)
    assert lines == ["4", "5", "6"], told


def test_it_is_built_and_imported_without_the_server(tmp_path: Path) -> None:
    """As `pip install clients/python` does it, without a network: a wheel, and a Python that sees it and httpx only."""
    source = tmp_path / "source"
    shutil.copytree(PACKAGE, source)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("holdfast_client-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
        opened.extractall(tmp_path / "installed")
        metadata = opened.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert "holdfast_client/py.typed" in names
    assert re.findall(r"^Requires-Dist: (\w+)", metadata, re.MULTILINE) == ["httpx"]
    told = "import sys, holdfast_client as it; print(it.__file__, [m for m in sys.modules if m.split('.')[0] in X])"
    code = f"X = ('django', 'holdfast', 'ninja'); {told}"
    environment = {"PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(tmp_path / "installed" / "holdfast_client" / "__init__.py"), "[]"]


def test_everything_public_is_exported() -> None:
    assert sorted(holdfast_client.__all__) == holdfast_client.__all__
    assert all(hasattr(holdfast_client, name) for name in holdfast_client.__all__)


# --- webhooks --------------------------------------------------------------------------------------------------------


def signed(body: bytes, *, at: int, secret: str = SECRET) -> dict[str, str]:
    """Signed as the specification says, by nothing of ours."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    told = hmac.new(key, f"msg_1.{at}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1a,x v1,{base64.b64encode(told).decode()}"
    return {"Webhook-Id": "msg_1", "Webhook-Timestamp": str(at), "Webhook-Signature": signature}


def test_a_genuine_message_is_read_and_everything_else_is_not() -> None:
    now = 1_772_442_000
    body = json.dumps({"type": "order.released", "data": {"x": "é"}}).encode()
    webhook = Webhook(SECRET, clock=lambda: float(now))
    assert webhook.verify(body, signed(body, at=now)) == json.loads(body)
    assert webhook.verify(body.decode(), signed(body, at=now)) == json.loads(body)
    other = "whsec_" + base64.b64encode(b"another secret of thirty-two byte").decode()
    assert Webhook(other, SECRET, clock=lambda: now).verify(body, signed(body, at=now)) == json.loads(body)
    good = signed(body, at=now)
    wrong: list[tuple[bytes, dict[str, str]]] = [
        (body + b" ", good),
        (body, signed(body, at=now - 301)),
        (body, signed(body, at=now + 301)),
        (body, signed(body, at=now, secret=other)),
        (body, {**good, "Webhook-Id": "msg_2"}),
        (body, {**good, "Webhook-Timestamp": "soon"}),
        (body, {**good, "Webhook-Timestamp": "9" * 400}),
        (body, {**good, "Webhook-Signature": good["Webhook-Signature"].replace("v1,", "v2,")}),
        (body, {"Webhook-Id": "msg_1"}),
        (b"no json", signed(b"no json", at=now)),
    ]
    for content, headers in wrong:
        with pytest.raises(NotGenuine):
            webhook.verify(content, headers)
    for text in ("whsec_§", "whsec_a"):
        with pytest.raises(ValueError, match="whsec_"):
            Webhook(text)


def test_a_message_is_handed_to_whom_it_is_for_and_a_forged_one_to_nobody() -> None:
    now, taken = 1_772_442_000, []
    webhook = Webhook(SECRET, clock=lambda: now)
    webhook.on("order.funded", "lot.received")(taken.append)

    @webhook.on("order.closed")
    def broken(data: Any) -> None:
        raise LookupError(data["name"])

    def sent(name: str, **more: Any) -> int:
        body = json.dumps({"data": {"name": name}}).encode()
        return webhook.handle(body, signed(body, at=now, **more))

    assert [sent("order.funded"), sent("lot.received"), sent("lot.delivered")] == [204, 204, 204]
    other = "whsec_" + base64.b64encode(b"another secret of thirty-two byte").decode()
    assert sent("order.funded", secret=other) == 400
    assert taken == [{"name": "order.funded"}, {"name": "lot.received"}]
    with pytest.raises(LookupError):
        sent("order.closed")


# --- against the API itself ------------------------------------------------------------------------------------------


def reach(secret: str, **more: Any) -> Holdfast:
    """The client at the door of this very process."""
    return Holdfast("http://testserver", key=secret, transport=httpx.WSGITransport(app=WSGIHandler()), **more)


def key_of(world: World, organisation_id: Any, scopes: list[str]) -> str:
    made = parties.create_key(act=world.operator(), organisation_id=organisation_id, name="client", scopes=scopes)
    assert made.secret is not None
    return made.secret


@pytest.fixture
def open_world(own_database: Access, django_db_blocker: Any) -> Iterator[World]:
    """Real connections: the door closes its own after each request."""
    with django_db_blocker.unblock():
        yield World()
        connections.close_all()


@pytest.mark.alone
def test_lists_are_walked_to_their_end(open_world: World) -> None:
    world = open_world
    orders = [world.signed_order() for _ in range(3)]
    client = reach(key_of(world, world.alma.organisation_id, ["orders:read"]))
    expected = [public("ord", one) for one in reversed(orders)]
    assert [row["id"] for row in client.list_orders(limit=1)] == expected
    assert [len(page) for page in client.list_orders(limit=2).pages()] == [2, 1]
    page, cursor = client.list_orders(limit=2).page()
    assert [row["id"] for row in client.list_orders(limit=2, cursor=cursor)] == expected[len(page) :]
    told = list(client.follow_events(limit=2))
    assert len({event["id"] for event in told}) == len(told) > 6
    assert list(client.follow_events(after=told[-1]["cursor"])) == []


def test_files_go_in_and_come_out_as_they_are(open_world: World) -> None:
    world = open_world
    order = public("ord", world.signed_order())
    client = reach(key_of(world, world.alma.organisation_id, ["orders:read", "orders:write"]))
    brought = client.upload_file(order, b"a few words about hats", name="hats.txt")
    assert client.download_file(order, brought["id"]) == b"a few words about hats"


def test_two_steps_in_one_happen_once(open_world: World) -> None:
    world = open_world
    document: Any = contract(ship={"days_after_payment": 30}, lines=[line("Hat", 1000, "piece", 1000)])
    document["specification"] = [component("material", "wool felt", method="read the label")]
    alma = reach(key_of(world, world.alma.organisation_id, ["orders:read", "orders:write", "payments:write"]))
    first, again = (alma.offer_contract(world.boris.ref, document, idempotency_key="offer 1") for _ in range(2))
    assert first == again
    assert first["state"] == "proposed"
    assert [one["id"] for one in alma.list_contracts()] == [first["id"]]
    order = public("ord", world.signed_order())
    paid = [alma.pay_by_card(order, card={"number": CARD}, idempotency_key="pay 1") for _ in range(2)]
    assert paid[0] == paid[1]
    assert len(list(alma.list_payments(order))) == 1


def test_the_readme_is_true(open_world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Every example, in the order in which they stand, in one namespace."""
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL))
    body = b'{"type": "order.released", "data": {"name": "lot.received", "about": {}}}'
    world = open_world
    operator = key_of(world, world.operator_id, ["operator"])
    made, buyer = marketplace(world, operator)
    given = {
        "HOLDFAST_URL": "http://testserver",
        "OPERATOR_KEY": operator,
        "MARKETPLACE_KEY": made,
        "BUYER_ID": buyer,
        "WEBHOOK_SECRET": SECRET,
        "body": body,
        "headers": signed(body, at=int(time.time())),
    }
    transport = httpx.WSGITransport(app=WSGIHandler())
    script = script.replace("Holdfast(HOLDFAST_URL,", "Holdfast(HOLDFAST_URL, transport=TRANSPORT,")
    space: dict[str, Any] = {**given, "TRANSPORT": transport}
    exec(compile(script, "README.md", "exec"), space)  # noqa: S102  (our own document)
    assert space["message"] == json.loads(body)
    assert space["status"] == 204
    told = capsys.readouterr().out
    assert "time_zone" in told
    assert "lot.received {}" in told


def marketplace(world: World, operator_secret: str) -> tuple[str, str]:
    """A marketplace's key and a buyer that it made."""
    operator = reach(operator_secret)
    made = operator.create_organisation(name="Bazaar", kind="marketplace", country="NL", time_zone="Europe/Amsterdam")
    scopes = ["orders:read", "orders:write"]
    key = operator.create_key(made["id"], name="platform", scopes=[*scopes, "organisation:write"])
    assert key["secret"] is not None
    buyer = reach(key["secret"]).create_organisation(
        name="Bella", kind="buyer", country="US", time_zone="America/New_York", consent={"scopes": scopes}
    )
    return key["secret"], buyer["id"]
