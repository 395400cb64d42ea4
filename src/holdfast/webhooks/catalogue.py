"""The catalogue of events: every kind that is recorded, what it says, and an example.

`catalogue.json` is held against what the code records by a test; the pages of the reference, the API's list and the
console's choice are made from it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from holdfast.record.naming import about
from holdfast.webhooks.rules import OWN

_HEX = "01900000000070008000000000000001"
_ID = f"evt_{_HEX}"
_AT = "2026-11-22T09:00:00.000000Z"
_CURSOR = "AAAAAAAABNIBkAAAAABwAIAAAAAAAAAB"
_FILE = Path(__file__).parent / "catalogue.json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: its name, a sentence, on whose chain it stands, and the `about` and `data` of an example."""

    name: str
    says: str
    chain: str
    about: Mapping[str, str]
    data: Mapping[str, Any]

    def example(self) -> dict[str, Any]:
        """How one is sent: the event as the API lists it, its kind and time beside it."""
        data = {"id": _ID, "name": self.name, "at": _AT, "chain": f"{self.chain}:{_HEX}", "seq": 7}
        data |= {"about": about(self.about), "data": dict(self.data), "cursor": _CURSOR}
        return {"type": self.name, "timestamp": _AT, "data": data, "organisation_ids": [f"org_{_HEX}"]}

    @property
    def is_sent(self) -> bool:
        """Whether endpoints can subscribe to it."""
        return not self.name.startswith(OWN)


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """Every kind, by name."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(Kind(name, row["says"], row["chain"], row["about"], row["data"]) for name, row in sorted(rows.items()))


@lru_cache(maxsize=1)
def known_kinds() -> frozenset[str]:
    """The names that can be subscribed to."""
    return frozenset(kind.name for kind in kinds() if kind.is_sent)
