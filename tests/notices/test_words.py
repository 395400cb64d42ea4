"""Every language says everything, with the same names filled in, and every event that is told of exists."""

import ast
import re
from datetime import UTC, datetime
from gettext import GNUTranslations
from pathlib import Path
from uuid import uuid4

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from holdfast.notices import catalogue, due, kinds, rules, words
from holdfast.record.deadlines import Deadline

PACKAGE = Path(words.__file__).parent
PLACE = re.compile(r"%\((\w+)\)s")


def marked() -> set[str]:
    """Every text between the brackets of a mark of translation."""
    trees = [ast.parse((PACKAGE / name).read_text()) for name in ("words.py", "due.py", "counted.py")]
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        node.args[0].value
        for node in calls
        if isinstance(node.func, ast.Name)
        and node.func.id in {"_", "say"}
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


@pytest.mark.parametrize("language", ["es", "zh-hans"])
def test_nothing_is_left_in_english(language: str) -> None:
    folder = PACKAGE / "locale" / translation.to_locale(language) / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as file:
        said = {message.id: message.string for message in read_po(file) if message.id}
    assert set(said) == marked()
    with (folder / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for text, told in said.items():
        assert set(PLACE.findall(text)) == set(PLACE.findall(told)), text
        assert compiled.gettext(text) == told, "the compiled words are older than the written ones"


def test_every_event_that_is_told_has_a_sentence_and_happens_somewhere() -> None:
    assert set(kinds.TOLD) | {kinds.EXTENSION, kinds.DEAD, kinds.REMINDER} == set(words.SENTENCES)
    rooms = (path.read_text() for path in PACKAGE.parent.rglob("*.py") if PACKAGE not in path.parents)
    written = "".join(rooms)
    for name in kinds.TOLD:
        noun = name.partition(".")[0]
        assert f'"{name}"' in written or re.search(rf'f"{noun}\.\{{', written), name


def test_a_deadline_is_said_in_the_reader_s_language_and_zone() -> None:
    at = datetime(2026, 3, 16, 3, 59, 59, tzinfo=UTC)
    deadline = Deadline(uuid4(), "lot.receipt", "lot", uuid4(), uuid4(), "buyer", at, "UTC", {}, None, 0)

    def told(language: str, zone: str) -> words.Told:
        reader = words.Reader("Alma", language, zone)
        return words.tell(
            kind="lot.delivered", number="HF-1", actor="", reader=reader, deadlines=[deadline], link="https://x/"
        )

    english = told("en", "America/New_York")
    assert english.subject == "HF-1: Goods have been delivered"
    assert "by Mon, Mar 16, 2026, 03:59 (UTC), Sun, Mar 15, 2026, 23:59 your time" in english.text
    assert "货物已送达" in told("zh-hans", "Asia/Shanghai").text
    assert "lun, 16 mar 2026, 4:59" in told("es", "Europe/Madrid").text


def test_what_is_not_known_is_said_in_general_words_on_one_line() -> None:
    reader = words.Reader("Alma", "en", "UTC")
    told = words.tell(kind="x.y", number=None, actor="", reader=reader, deadlines=[], link="l")
    assert told.subject == "There is news of your order"
    told = words.tell(kind="claim.opened", number="1", actor="A\r\nBcc: x", reader=reader, deadlines=[], link="l")
    assert told.subject == "1: A Bcc: x has opened a claim"


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "$1,234,567.89"), ("es", "1.234.567,89 US$"), ("zh-hans", "US$1,234,567.89")],
)
def test_amounts_are_written_as_the_reader_writes_them(language: str, written: str) -> None:
    told = words.tell(
        kind="order.funded",
        number="HF-1",
        actor="",
        reader=words.Reader("Alma", language, "UTC"),
        deadlines=[],
        link="l",
        amounts={"held_minor": 123_456_789, "fee_minor": 5, "released_minor": 0},
        currency="USD",
    )
    assert written in told.text.replace("\xa0", " ")
    assert "0,05" not in told.text.replace("0.05", "0,05"), "what one side pays in fees is not the other's to read"


def test_every_kind_is_in_a_group_and_what_is_legal_says_why() -> None:
    assert {kinds.group_of(kind) for kind in (*kinds.TOLD, *kinds.LEGAL)} == set(kinds.GROUPS)
    beside = {kinds.EXTENSION, kinds.DEAD, kinds.REMINDER}
    assert set(kinds.LEGAL) - beside <= set(kinds.TOLD)
    assert {one for found in kinds.LEGAL.values() for one in found} <= set(due.WHAT)
    assert set(kinds.CHOOSABLE) | set(kinds.LEGAL) == set(kinds.TOLD) | beside
    assert {one.kind for one in catalogue.kinds()} == set(words.SENTENCES)
    assert not set(kinds.CHOOSABLE) & set(kinds.LEGAL)


def test_a_mail_is_tried_for_about_three_days() -> None:
    waits = [rules.next_attempt_after(attempts=attempts) for attempts in range(1, rules.MOST_ATTEMPTS + 1)]
    assert waits[-1] is None
    assert 2.5 < sum(wait.total_seconds() for wait in waits if wait) / 86400 < 4
