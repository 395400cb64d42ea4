"""A hundred labelled messages: how many of those that accept a breach, or say otherwise than the contract, are found.

The figures are printed (`pytest -s`) and stand in `docs/messages.md`; the floors here keep them from falling unseen.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from holdfast.terms import read_specification
from holdfast.terms.speech import Agreed, AgreedLine, Drift, Spoken, acceptance, drift

DATA = Path(__file__).parent.parent / "data" / "messages"


def agreed() -> Agreed:
    told = json.loads((DATA / "agreed.json").read_text(encoding="utf-8"))
    lines = tuple(
        AgreedLine(row["product"], row["quantity"], row["unit_price_minor"], row["variant"], row["size"])
        for row in told["lines"]
    )
    return Agreed(
        currency=told["currency"],
        digits=2,
        lines=lines,
        specification=read_specification(told["specification"], lines=(1,)),
        ship_on=date.fromisoformat(told["ship_on"]),
        deliver_on=date.fromisoformat(told["latest_delivery_on"]),
        amounts_minor=(told["total_minor"], *told["tranches_minor"]),
        texts=(told["packaging"], told["remarks"]),
    )


def messages(half: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]


def accepts(one: dict[str, Any]) -> bool:
    if one["speaker"] != "buyer":
        return False
    breaches = (one["breach"],) if one["breach"] else ()
    said_on = date.fromisoformat(one["said_on"])
    return acceptance(text=one["text"], answers=one["answers"], breaches=breaches, said_on=said_on) is not None


def differs(one: dict[str, Any]) -> tuple[Drift, ...]:
    spoken = Spoken(one["text"], date.fromisoformat(one["said_on"]), one["answers"])
    return drift(spoken=spoken, agreed=agreed())


@dataclass
class Score:
    """Right, wrong and missed, with the messages where it went wrong."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)

    def add(self, found: set[str], labelled: set[str]) -> None:
        self.right += len(found & labelled)
        self.wrong += len(found - labelled)
        self.missed += len(labelled - found)

    def __str__(self) -> str:
        return f"precision {self.precision:.2f}, recall {self.recall:.2f} ({self.right}/{self.wrong}/{self.missed})"


def scores(half: str, *, tells: bool = False) -> dict[str, Score]:
    waiver, drifted = Score(), Score()
    for one in messages(half):
        found, kinds = accepts(one), {row.kind for row in differs(one)}
        waiver.add({"x"} if found else set(), {"x"} if one["waiver"] else set())
        drifted.add(kinds, set(one["drift"]))
        if tells and (found != one["waiver"] or kinds != set(one["drift"])):
            print(f"  {one['text']!r}: {found} {sorted(kinds)}, labelled {one['waiver']} {one['drift']}")
    return {"waiver": waiver, "drift": drifted}


@pytest.mark.parametrize("half", ["first", "held_out"])
def test_the_labelled_messages_are_read_as_well_as_the_documentation_says(half: str) -> None:
    found = scores(half, tells=half == "first")
    for name, score in found.items():
        print(f"{half} {name}: {score}")
    assert min(score.precision for score in found.values()) >= 0.8
    assert min(score.recall for score in found.values()) >= 0.8
