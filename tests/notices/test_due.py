"""Every kind of deadline reads the same in API, console and e-mail, in every language."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation

from holdfast.api.shown import waits
from holdfast.console import words as console
from holdfast.notices import due, words
from holdfast.record.deadlines import Deadline

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "deadlines.md"
DECIDED, OWN = "Asia/Shanghai", "America/New_York"
AT = datetime(2026, 4, 10, 15, 59, 59, tzinfo=UTC)
ROWS = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| [^|]* \| ([^|]*) \|", REFERENCE.read_text(), re.MULTILINE)
"""Every kind that the code opens, with who must act: the page is made from the code."""
KINDS = sorted({kind for kind, _who in ROWS})
PARTIES = {"buyer", "supplier", "either side", "inspector"}
OF_SIDES = sorted({kind for kind, who in ROWS if PARTIES & set(who.strip().split(", "))})
LANGUAGES = [language for language, _name in settings.LANGUAGES]


def deadline(kind: str, zone: str = DECIDED) -> Deadline:
    return Deadline(uuid4(), kind, "order", uuid4(), uuid4(), "buyer", AT, zone, {}, None, 0)


def test_every_kind_there_is_has_words_and_no_word_is_left_over() -> None:
    assert set(due.WHAT) == set(KINDS)
    assert set(OF_SIDES) - set(due.OTHERWISE) == set(), "what a side forfeits is said"
    assert set(due.OTHERWISE) <= set(OF_SIDES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_api_console_and_mail_say_the_same(kind: str, language: str) -> None:
    row = deadline(kind)
    in_api = waits(row)["said"][language]
    told = words.tell(
        kind="lot.delivered",
        number=None,
        actor="",
        reader=words.Reader("Alma", language, DECIDED),
        deadlines=[row],
        link="l",
    )
    in_mail = next(line for line in told.text.splitlines() if line.startswith("- ")).removeprefix("- ")
    with translation.override(language), timezone.override(DECIDED):
        page = Template("{% load holdfast %}{{ kind|word:'deadline' }}|{% due at zone %}|{{ kind|otherwise }}").render(
            Context({"kind": kind, "at": AT, "zone": DECIDED, "now": AT})
        )
        what, when, otherwise = re.sub(r"<[^>]+>", "", unescape(page)).split("|")
        parts = due.said(kind=kind, due_at=AT, zone=DECIDED)
        assert console.word("deadline", kind) == parts.what
    assert in_api == in_mail == parts.text
    assert (what, otherwise) == (parts.what, parts.otherwise)
    assert when.startswith(parts.by)
    for part in (parts.what, parts.by, parts.otherwise):
        assert part in in_api


ELSEWHERE = {
    "en": "Ship the goods: by Fri, Apr 10, 2026, 23:59 (Shanghai), Fri, Apr 10, 2026, 11:59 your time. "
    "After that the shipment is late, which may cost the supplier compensation.",
    "es": "Enviar la mercancía: antes del vie, 10 abr 2026, 23:59 (Shanghái), vie, 10 abr 2026, 11:59 en su hora. "
    "Después el envío va con retraso, lo que puede costarle al proveedor una compensación.",
}


@pytest.mark.parametrize("language", ELSEWHERE)
def test_a_reader_elsewhere_has_their_own_time_beside_the_one_that_decides(language: str) -> None:
    with translation.override(language):
        found = due.said(kind="order.ship", due_at=AT, zone=DECIDED, reader_zone=OWN)
        at_home = due.said(kind="order.ship", due_at=AT, zone=DECIDED, reader_zone=DECIDED)
    assert found.text == ELSEWHERE[language]
    assert "11:59" not in at_home.text
    assert found.by.startswith(at_home.by)


@pytest.mark.parametrize("language", ["es", "zh-hans"])
def test_no_deadline_is_said_in_english_elsewhere(language: str) -> None:
    english = {kind: due.said(kind=kind, due_at=AT, zone="UTC") for kind in KINDS}
    with translation.override(language):
        for kind in KINDS:
            found = due.said(kind=kind, due_at=AT, zone="UTC")
            assert found.what != english[kind].what, kind
            assert not found.otherwise or found.otherwise != english[kind].otherwise, kind
            assert found.by != english[kind].by


def test_one_that_has_no_words_is_said_all_the_same() -> None:
    assert due.said(kind="x.y", due_at=AT, zone="UTC").text == "Act: by Fri, Apr 10, 2026, 15:59 (UTC)."
