"""The documents name only what there is: commands, settings, addresses, files, tables; and the reference is fresh."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import run
from holdfast.cli import parser
from holdfast.cli.docs import FOLDER, made_pages, stale_pages, variables
from holdfast.kernel.refusals import every_refusal
from holdfast.parties.rules import SCOPES

ROOT = Path(__file__).parents[2]
WRITTEN = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [path for path in WRITTEN if path.parent != FOLDER]
NAMED = re.compile(r"`([a-z_]+\.(?:py|toml|md)|src/[\w/.]+)`")


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return made_pages()


def texts() -> Iterator[tuple[str, str]]:
    for path in PAGES:
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, str]]:
    """Every command line of the documents: in blocks and in the text."""
    for name, text in texts():
        for block in re.findall(r"```\n(.*?)```", text, flags=re.DOTALL):
            yield from ((name, line.strip()) for line in block.splitlines())
        plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        yield from ((name, " ".join(code.split())) for code in re.findall(r"`([^`]+)`", plain))


def test_the_reference_is_fresh(made: dict[str, str]) -> None:
    assert stale_pages(folder=FOLDER, made=made) == [], "run `holdfast docs`"


def test_links_lead_somewhere() -> None:
    broken = []
    for path in WRITTEN:
        for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
            place = target.partition("#")[0]
            if "://" not in target and place and not (path.parent / place).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []


def test_commands_exist() -> None:
    for name, line in commands():
        if not re.match(r"([A-Z_]+=\S* )*(make|python3|holdfast) ", line):
            continue
        words = [word for word in shlex.split(line.partition("  #")[0]) if not re.match(r"[A-Z_]+=", word)]
        match words:
            case ["make", *targets]:
                unknown = set(targets) - run.COMMANDS.keys()
                assert not unknown, f"{name}: make {unknown}"
            case ["python3", "run.py", command, *_]:
                assert command in run.COMMANDS, f"{name}: {line}"
            case ["holdfast", first, *rest] if first.islower() and not {"…", "..."} & set(rest):
                _parses(name, [first, *rest])


def _parses(name: str, words: list[str]) -> None:
    """The command line takes it; what a bare mention leaves out does not count."""
    known = parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert words[0] in known, f"{name}: holdfast {words[0]}"
    if any(word.startswith("--") for word in words) and "…" not in " ".join(words):
        required = {"init": ["--admin-email", "a@example.com"]}.get(words[0], [])
        given = words if set(required[:1]) <= set(words) else [*words, *required]
        parser().parse_args(given)


def test_settings_exist() -> None:
    known = set(variables.MEANINGS) | variables.INTERNAL | {"HOLDFAST_"}
    found = {(name, word) for name, text in texts() for word in re.findall(r"\bHOLDFAST_[A-Z_]*", text)}
    assert {(name, word) for name, word in found if word not in known} == set()


def test_addresses_of_the_api_exist(made: dict[str, str]) -> None:
    served = [
        re.sub(r"\{\w+\}", "[^/]+", path)
        for path in re.findall(r'^  "(/v1/[^"]*)": \{', made["openapi.json"], re.MULTILINE)
    ]
    # What providers call is no part of the API that programs of parties speak.
    served += ["/v1/openapi.json", "/v1/docs", "/v1", "/v1/providers/stripe/events", "/v1/oauth/token"]
    for name, text in texts():
        # `post KEY PATH` of the walkthrough is checked by running it.
        for path in re.findall(r"/v1(?!/\$\d)(?:/[\w{}$-]+)*(?:\.json)?", text):
            assert any(re.fullmatch(one, path) for one in served), f"{name}: {path}"


def test_every_scope_is_told() -> None:
    table = (ROOT / "docs" / "api.md").read_text().partition("| scope |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z:]+)`", table)) == set(SCOPES)


def test_refusals_that_are_named_exist() -> None:
    codes = {refusal.code() for refusal in every_refusal()} | {"invalid", "fault"}
    for name, text in texts():
        for code in re.findall(r"(?:it is|gets? the same|gets) `([a-z_]+)`", text):
            assert code in codes, f"{name}: {code}"


def test_every_room_is_drawn_and_described() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = {word for layer in layers for word in re.findall(r"\w+", layer)} - {"urls", "server"}
    there = {room for room in rooms if (ROOT / "src/holdfast" / room).is_dir() or room == "jobs"}
    drawing = (ROOT / "docs/pictures/rooms.svg").read_text()
    table = (ROOT / "docs/architecture.md").read_text()
    assert {room for room in there if f">{room}<" not in drawing or f"`{room}`" not in table} == set()


def test_pictures_are_for_everybody() -> None:
    """A title, a description, and colours for light and dark."""
    for path in (ROOT / "docs" / "pictures").glob("*.svg"):
        text = path.read_text()
        missing = [part for part in ("<title", "<desc", "prefers-color-scheme: dark") if part not in text]
        assert not missing, path.name


def test_decisions_are_told_alike_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text()
    for path in folder.glob("[0-9]*.md"):
        text = path.read_text()
        assert all(f"**{part}.**" in text for part in ("Context", "Choice", "Price")), path.name
        assert path.name in listed, path.name
