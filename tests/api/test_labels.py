"""One's own labels on what is brought to an order or a quotation, given with it: messages, files, evidence, lots,
visits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction

from holdfast.record.models import Label
from tests.matrix.expected import TABLE
from tests.matrix.knocking import Answer, Door, nothing_changes
from tests.matrix.routes import every_route
from tests.matrix.scene import Scene

pytest_plugins = ("tests.matrix.stage",)
ROUTES = {route.name: route for route in every_route()}
MADE_BY = {
    "send_message": ("alma", "list_thread", "txt"),
    "send_quotation_message": ("boris", "list_quotation_thread", "txt"),
    "bring_message": ("alma", "list_messages", "msg"),
    "upload_file": ("alma", "list_files", "fil"),
    "upload_quotation_file": ("boris", "list_quotation_files", "fil"),
    "add_evidence": ("alma", "get_claim", "evd"),
    "create_shipment": ("boris", "list_shipments", "shp"),
    "book_inspection": ("alma", "list_bookings", "bkg"),
    "propose_concession": ("alma", "list_concessions", "conc"),
}
"""Who makes a thing by each operation, where it is read again, and the prefix of its name."""
CALLED = {"external_id": "PO-4711", "metadata": {"colour": "blue", "名": "帽子"}}


@pytest.fixture(autouse=True)
def taken_back(scene: Scene) -> Iterator[None]:
    """The scene is everybody's: what a test makes in it is gone when it ends."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Maker:
    """Somebody who makes a thing by one operation, as often as wished."""

    def __init__(self, scene: Scene, name: str) -> None:
        self.scene, self.name, self.door = scene, name, Door()
        self.who, self.list, self.prefix = MADE_BY[name]
        self.row = TABLE[name]

    def __call__(self, method: str, path: str, *, who: str | None = None, body: Any = None) -> Answer:
        return self.door.knock(method, path, secret=self.scene.keys[who or self.who], body=body)

    def make(self, called: dict[str, Any], **more: Any) -> Answer:
        """The example of the table, under other labels; the bytes of a file have theirs in the address."""
        path, secret = ROUTES[self.name].filled(self.row.values(self.scene)), self.scene.keys[self.who]
        if self.row.raw is not None:
            query = {name: _as_json(value) for name, value in called.items()}
            kind = "application/octet-stream"
            raw = more.get("raw", self.row.raw)
            return self.door.knock("POST", f"{path}?{urlencode(query)}", secret=secret, raw=raw, kind=kind)
        document = {**(self.row.document(self.scene) or {}), **more}
        for name in ("external_id", "metadata", "lot_labels"):
            document.pop(name, None)
        return self.door.knock("POST", path, secret=secret, body={**document, **more, **called})

    def listed(self, *, who: str | None = None, external_id: str | None = None) -> list[dict[str, Any]]:
        route = ROUTES[self.list]
        path = route.filled({**self.row.values(self.scene)})
        query = f"?external_id={external_id}" if external_id else ""
        document = self(route.method, path + query, who=who).document
        found: list[dict[str, Any]] = document["evidence" if self.list == "get_claim" else "items"]
        return found


def _as_json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("name", sorted(MADE_BY))
def test_what_is_made_is_called_so_from_the_beginning_and_only_by_its_maker(name: str, scene: Scene) -> None:
    maker = Maker(scene, name)
    made = maker.make(CALLED)
    assert made.status == 201, made
    thing = made.document["id"]
    assert thing.startswith(maker.prefix + "_")
    assert {key: made.document[key] for key in CALLED} == CALLED
    (again,) = [one for one in maker.listed() if one["id"] == thing]
    assert {key: again[key] for key in CALLED} == CALLED
    label = maker("GET", f"/v1/labels/{thing}").document
    assert {key: label[key] for key in CALLED} == CALLED
    (found,) = maker("GET", f"/v1/labels?kind={maker.prefix}&external_id=PO-4711").document["items"]
    assert found["object_id"] == thing
    if maker.list != "get_claim":
        assert [one["id"] for one in maker.listed(external_id="PO-4711")] == [thing]
        assert maker.listed(external_id="PO-4712") == []
    other = "boris" if maker.who == "alma" else "alma"
    (theirs,) = [one for one in maker.listed(who=other) if one["id"] == thing]
    # A shipment bears its maker's name until the other side gives its own.
    assert (theirs["external_id"] == "PO-4711") == (name == "create_shipment")
    own = maker("PUT", f"/v1/labels/{thing}", who=other, body={"external_id": "theirs"})
    assert own.status == 200, own
    (theirs,) = [one for one in maker.listed(who=other) if one["id"] == thing]
    assert (theirs["external_id"], theirs["metadata"]) == ("theirs", {})
    for stranger in ("chen", "bella"):
        for method in ("GET", "PUT"):
            assert maker(method, f"/v1/labels/{thing}", who=stranger, body={}).code == "not_found"


@pytest.mark.parametrize("name", sorted(set(MADE_BY) - {"create_shipment", "propose_concession", "book_inspection"}))
def test_a_name_that_is_taken_makes_nothing(name: str, scene: Scene, files: Path) -> None:
    maker = Maker(scene, name)
    assert maker.make(CALLED).status == 201
    more = {"raw": b"other words of some length"} if maker.row.raw is not None else {}
    wrong: list[str] = []
    stored = _stored(files)
    assert bool(stored) == (maker.row.raw is not None)
    with nothing_changes(wrong):
        taken = maker.make({**CALLED, "metadata": {}}, **more)
    assert (taken.status, taken.code, taken.document["field"]) == (409, "label_taken", "external_id"), taken
    assert not wrong
    assert _stored(files) == stored


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """Where this test alone stores files."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def _stored(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["upload_file", "upload_quotation_file"])
@pytest.mark.parametrize(
    ("labels", "field"),
    [
        ({"external_id": ""}, "external_id"),
        ({"external_id": "x" * 129}, "external_id"),
        ({"external_id": "\x00"}, "external_id"),
        ({"metadata": "blue"}, "metadata"),
        ({"metadata": "[]"}, "metadata"),
        ({"metadata": '{"k": 1}'}, "metadata.k"),
        ({"metadata": '{"k": "\\u0000"}'}, "metadata"),
        ({"metadata": {"k": "x" * 501}}, "metadata"),
        ({"metadata": {f"k{number}": "" for number in range(51)}}, "metadata"),
    ],
)
def test_labels_of_a_file_that_are_none_are_refused(
    name: str, labels: dict[str, Any], field: str, scene: Scene, files: Path
) -> None:
    maker, wrong = Maker(scene, name), list[str]()
    with nothing_changes(wrong):
        answer = maker.make(labels)
    assert (answer.status, answer.code, answer.document["field"]) == (422, "invalid", field), answer
    assert not wrong
    assert not _stored(files)


def test_a_lot_is_called_with_the_shipment_that_makes_it(scene: Scene) -> None:
    maker = Maker(scene, "create_shipment")
    units = {"quantities": [{"line": 1, "units": 10}]}
    made = maker.make({"lot_labels": {"external_id": "LOT-A", "metadata": {"dye": "7"}}}, **units)
    assert made.status == 201, made
    lot = made.document["lot_id"]
    order = f"/v1/orders/{made.document['order_id']}"
    (shown,) = [one for one in maker("GET", order).document["lots"] if one["id"] == lot]
    assert (shown["external_id"], shown["metadata"]) == ("LOT-A", {"dye": "7"})
    (shown,) = [one for one in maker("GET", order, who="alma").document["lots"] if one["id"] == lot]
    assert (shown["external_id"], shown["metadata"]) == (None, {})
    assert maker("GET", f"/v1/labels/{made.document['id']}").document["external_id"] is None
    assert maker("PUT", f"/v1/labels/{lot}", who="alma", body={"external_id": "ours"}).status == 200
    assert maker("PUT", f"/v1/labels/{lot}", who="chen", body={"external_id": "ours"}).code == "not_found"
    wrong: list[str] = []
    with nothing_changes(wrong):
        taken = maker.make({"lot_labels": {"external_id": "LOT-A"}}, **units)
    assert (taken.status, taken.code, taken.document["field"]) == (409, "label_taken", "lot_labels.external_id")
    assert not wrong


def test_what_both_read_of_a_quotation_is_called_in_the_order_too(scene: Scene) -> None:
    maker = Maker(scene, "send_message")
    order = scene["order.funded"]
    document = maker("GET", f"/v1/orders/{order}/thread").document
    message = document["items"][0]["id"]
    assert maker("PUT", f"/v1/labels/{message}", body=CALLED).status == 200
    (again,) = maker("GET", f"/v1/orders/{order}/thread?external_id=PO-4711").document["items"]
    assert (again["id"], again["metadata"]) == (message, CALLED["metadata"])
    assert Label.objects.get(kind="txt").external_id == "PO-4711"
