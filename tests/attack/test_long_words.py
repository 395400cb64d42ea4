"""Messages that are written to be read for as long as possible, while nobody else is served."""

from __future__ import annotations

import time

import pytest

from holdfast.record.threads import LONGEST_TEXT
from holdfast.sourcing.rules import contacts
from holdfast.terms.speech import leaving

WORDS = (
    "a",
    "a.",
    "1",
    "1-",
    "+1",
    "00",
    "AA11",
    "_",
    "a@",
    "t.me",
    "www.",
    "wechat-",
    "微信",
    "bc1a",
    "(at)",
    "a at b ",
)


@pytest.mark.parametrize("word", WORDS)
def test_no_message_holds_up_a_worker(word: str) -> None:
    text = (word * LONGEST_TEXT)[:LONGEST_TEXT]
    began = time.process_time()
    leaving.attempts(text)
    contacts.detail_in(text)
    assert time.process_time() - began < 3.0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to anna.li+x@works.example.com now", "email"),
        ("anna.li (at) works (dot) com", "email"),
        ("anna at works dot com", "email"),
        ("-anna@works.example", "email"),
        ("微信:anna_2020", "handle"),
        ("wechat id: anna-li-2020", "handle"),
    ],
)
def test_what_was_found_is_found_still(text: str, kind: str) -> None:
    assert kind in {one.kind for one in leaving.attempts(text)}
