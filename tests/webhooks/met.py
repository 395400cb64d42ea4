"""Events as tests record them, and the examples of the catalogue beside them.

Most kinds are met in one scene (`test_met.py`). Of the others `elsewhere.json` names a test that records one: the
example is held against it there (`tests/conftest.py`). With RECORD_EVENTS=1 any test that meets one writes its example
and its own name. A kind without a test is composed by hand; that is what an empty name says.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from holdfast.record.recording import Recording
from holdfast.webhooks import catalogue

KEPT = Path(catalogue.__file__).with_name("catalogue.json")
ELSEWHERE = Path(__file__).with_name("elsewhere.json")
HEX = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Met:
    """An event as it was recorded."""

    name: str
    chain: str
    about: Mapping[str, Any]
    data: Mapping[str, Any]

    @property
    def fullness(self) -> tuple[int, int, str]:
        """Of several of a kind the one that says most is the example."""
        filled = [value for value in self.data.values() if value not in (None, [], {})]
        return len(self.data) + len(self.about), len(filled), json.dumps(shape(dict(self.data)), sort_keys=True)


def shape(value: Any) -> Any:
    """The names and kinds of values in a document; of a list, of its first row."""
    match value:
        case dict():
            return {name: shape(inner) for name, inner in sorted(value.items())}
        case list():
            return [shape(inner) for inner in value[:1]]
        case _:
            return type(value).__name__


def is_like(example: Mapping[str, Any], events: Sequence[Met]) -> bool:
    """Whether one of these was recorded as the example says, all of them on such a chain."""
    like = (shape(example["data"]), set(example["about"]))
    return {one.chain for one in events} == {example["chain"]} and any(
        (shape(one.data), set(one.about)) == like for one in events
    )


def written(events: Sequence[Met], says: str) -> dict[str, Any]:
    """The one that says most, as the catalogue keeps it: names and digests by the order in which they come."""
    from tests.api.test_examples import Steadied

    one = max(events, key=lambda one: one.fullness)
    names: dict[str, str] = {}
    for hexed in (hexed for _kind, hexed in sorted(one.about.items())):
        names.setdefault(str(hexed), f"0190000000007000{len(names) + 0x8000000000000001:016x}")
    about = {kind: names[str(hexed)] for kind, hexed in one.about.items()}
    text = HEX.sub(lambda place: names.get(place[0], place[0]), json.dumps(one.data))
    return {"says": says, "chain": one.chain, "about": about, "data": Steadied()(json.loads(text))}


Note = Callable[[str, str, Mapping[str, Any], Mapping[str, Any]], None]


@contextmanager
def listening(note: Note) -> Iterator[None]:
    """Note each event as it is recorded, also what is taken back."""
    record = Recording._payload

    def noted(self: Recording, chain: Any, name: str, about: Any, data: Any) -> dict[str, Any]:
        payload = record(self, chain, name, about, data)
        note(name, chain.kind, payload["about"], json.loads(json.dumps(payload["data"])))
        return payload

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Recording, "_payload", noted)
        yield


@cache
def elsewhere() -> dict[str, str]:
    """The kinds that the scene does not bring, each with the test that does; without one it is composed."""
    found: dict[str, str] = json.loads(ELSEWHERE.read_text(encoding="utf-8"))
    return found


@contextmanager
def held(test: str) -> Iterator[None]:
    """What this test is named for must come, and be like its example."""
    mine = {kind for kind, name in elsewhere().items() if name == test}
    open_kinds = {kind for kind, name in elsewhere().items() if not name} if os.environ.get("RECORD_EVENTS") else set()
    if not mine and not open_kinds:
        yield
        return
    found: dict[str, list[Met]] = {}

    def note(name: str, chain: str, about: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        if name in mine or name in open_kinds:
            found.setdefault(name, []).append(Met(name, chain, about, data))

    with listening(note):
        yield
    for name in open_kinds & set(found):
        _keep(name, found[name], test)
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if mine else {}
    unlike = [name for name in sorted(mine) if name not in found or not is_like(kept[name], found[name])]
    assert not unlike, f"examples of the catalogue that are not what is recorded here: {unlike}"


def _keep(name: str, events: Sequence[Met], test: str) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    if not is_like(kept[name], events):
        kept[name] = written(events, kept[name]["says"])
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    ELSEWHERE.write_text(json.dumps({**elsewhere(), name: test}, indent=1) + "\n", encoding="utf-8")
    elsewhere.cache_clear()
