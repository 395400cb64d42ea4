"""Labelled messages: how many of those that would take a deal off the platform are found, and how many are mistaken for
such. The figures are printed (`pytest -s`) and stand in `docs/messages.md`; the floors keep them from falling unseen.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from holdfast.terms.speech.leaving import KINDS, attempts

DATA = Path(__file__).parent.parent / "data" / "leaving"
FLOORS = {"first": (1.0, 1.0), "held_out": (0.93, 0.95), "rough": (0.75, 0.2)}
"""The least precision and recall of each set, over kinds."""


def messages(part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("part", FLOORS)
def test_attempts_are_found_and_the_words_of_a_trade_left_alone(part: str) -> None:
    right = wrong = missed = 0
    for one in messages(part):
        found, wanted = {attempt.kind for attempt in attempts(one["text"])}, set(one["kinds"])
        right, wrong, missed = right + len(found & wanted), wrong + len(found - wanted), missed + len(wanted - found)
        if found != wanted:
            print(f"{part}: {sorted(found)} for {sorted(wanted)}: {one['text']}")
    precision, recall = right / (right + wrong), right / (right + missed)
    print(f"{part}: precision {precision:.2f}, recall {recall:.2f}")
    assert precision >= FLOORS[part][0]
    assert recall >= FLOORS[part][1]


def test_the_sets_say_enough() -> None:
    rows = [one for part in FLOORS for one in messages(part)]
    assert {kind for one in rows for kind in one["kinds"]} == set(KINDS)
    assert sum(not one["kinds"] for one in rows) >= 50
    assert len({one["text"] for one in rows}) == len(rows)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ｐａｙ ＤＥ８９３７０４００４４０５３２０１３０００", "DE89370400440532013000"),
        ("pay DE89\u200b370400440532013000 today", "DE89370400440532013000"),
        ("add me on w e c h a t", "add me on wechat"),
    ],
)
def test_what_is_hidden_in_signs_is_found(text: str, said: str) -> None:
    assert any(one.said.startswith(said) for one in attempts(text))


def test_a_number_with_a_wrong_check_digit_is_none() -> None:
    assert attempts("Article DE88370400440532013000, lot 1BoatSLRHtKNngkdXEeobR76b53LETtpyU") == ()


def test_the_longest_message_is_read_in_good_time() -> None:
    for part in ("DE89 ", "pay 1234 ", "a.b@c", "+49 30 ", "w e c h a t ", "账号 1 ", "(at) ", "1" * 50 + " "):
        text = (part * 20_000)[:20_000]
        began = time.perf_counter()
        attempts(text)
        assert time.perf_counter() - began < 3, part
