"""House style as tests: what `CONTRIBUTING.md` says and a machine can see."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "holdfast"

LINES_OF_A_FUNCTION = 60
LINES_OF_A_FILE = 400
LINES_OF_A_TEST_FILE = 500

# Rooms where an amount may pass through: a float there would be a rounding nobody asked for.
MONEY_ROOMS = ("kernel", "programme", "ledger", "rails", "contracts", "orders", "claims", "treasury")
# Where rows are written: the verbs, the ledger's one writer, the record, and what prepares a database.
WRITERS = ("operations", "operations.py", "book.py", "record", "migrations", "sandbox", "database")
# Where the clock is asked: the edges, and the gate that every edge goes through, which hand `now` on.
CLOCK_EDGES = (
    "kernel/clock.py",
    "parties/access.py",
    "api/",
    "console/",
    "cli/",
    "jobs",
    "sandbox/",
    "notices/",
    "server.py",
)
BANNED_NAMES = re.compile(r"(Manager|Service|Helper|Util|Utils)$")
BANNED_MODULES = re.compile(r"^(managers?|services?|helpers?|utils?|logics?|misc|common)$")
# Said in pieces, so that this file does not name itself.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "NotImplemented" + r"(Error)?"]) + r")\b")


@cache
def _tracked() -> tuple[Path, ...]:
    """Every file of the checkout that git keeps or would keep."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in listed.splitlines() if (path := ROOT / name).is_file())


def _python(below: Path) -> list[Path]:
    return [path for path in _tracked() if path.suffix == ".py" and path.is_relative_to(below)]


def _hand_written() -> list[Path]:
    return [path for path in _python(SOURCE) if "migrations" not in path.parts]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _calls(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every call, as far as it is a plain name."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def _report(found: list[str]) -> None:
    if found:
        pytest.fail("\n".join(sorted(found)), pytrace=False)


def test_functions_fit_a_screen() -> None:
    found = []
    for path in [*_hand_written(), *_python(ROOT / "tests"), ROOT / "run.py"]:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length > LINES_OF_A_FUNCTION:
                    found.append(f"{_name(path)}:{node.lineno} {node.name} has {length} lines")
    _report(found)


def test_files_hold_one_thing() -> None:
    found = []
    for path in [*_hand_written(), *_python(ROOT / "tests"), ROOT / "run.py"]:
        limit = LINES_OF_A_TEST_FILE if path.is_relative_to(ROOT / "tests") else LINES_OF_A_FILE
        length = len(path.read_text(encoding="utf-8").splitlines())
        if length > limit:
            found.append(f"{_name(path)} has {length} lines, more than {limit}")
    _report(found)


def test_every_module_says_what_it_knows() -> None:
    modules = [path for path in [*_hand_written(), *_python(ROOT / "tests")] if _tree(path).body]
    _report([_name(path) for path in modules if not ast.get_docstring(_tree(path))])


def test_money_is_never_a_float() -> None:
    found = []
    for path in _hand_written():
        if path.relative_to(SOURCE).parts[0] not in MONEY_ROOMS:
            continue
        for node in ast.walk(_tree(path)):
            is_call = isinstance(node, ast.Call) and ast.unparse(node.func) == "float"
            is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            is_column = isinstance(node, ast.Attribute) and node.attr == "FloatField"
            if is_call or is_literal or is_column:
                found.append(f"{_name(path)}:{getattr(node, 'lineno', 0)} a float")
    _report(found)


def test_only_verbs_write() -> None:
    writing = re.compile(
        r"(\.objects\b.*\.(create|update|delete|get_or_create|update_or_create|bulk_create|bulk_update)|\.save)$"
    )
    found = []
    for path in _hand_written():
        parts = path.relative_to(SOURCE).parts
        if not set(parts) & set(WRITERS):
            found += [f"{_name(path)}:{line} {call}" for line, call in _calls(path) if writing.search(call)]
    _report(found)


def test_only_edges_ask_the_clock() -> None:
    asking = {"timezone.now", "datetime.now", "datetime.datetime.now", "datetime.today", "date.today", "time.time"}
    asking |= {"datetime.utcnow", "clock.read"}
    found = []
    for path in _hand_written():
        inside = path.relative_to(SOURCE).as_posix()
        if not inside.startswith(CLOCK_EDGES):
            found += [f"{_name(path)}:{line} {call}" for line, call in _calls(path) if call in asking]
    _report(found)


def test_nothing_happens_behind_the_back() -> None:
    """No signals, no `save()` that does more than save, no admin that writes past the rules."""
    found = []
    for path in _hand_written():
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module in {"django.dispatch", "django.db.models.signals"}:
                found.append(f"{_name(path)}:{node.lineno} a signal")
            if (
                isinstance(node, ast.ImportFrom)
                and node.module == "django.contrib"
                and any(alias.name == "admin" for alias in node.names)
            ):
                found.append(f"{_name(path)}:{node.lineno} the admin")
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                is_model = path.name == "models.py" or "models" in path.parts
                found += [f"{_name(path)}:{node.lineno} {node.name}() is overridden"] if is_model else []
    _report(found)


def test_names_say_what_a_thing_is() -> None:
    found = []
    for path in [*_hand_written(), *_python(ROOT / "tests")]:
        if BANNED_MODULES.match(path.stem):
            found.append(f"{_name(path)} is a name for anything")
        for node in ast.walk(_tree(path)):
            # Django's BaseUserManager must be inherited from, and then its name says what it is to Django.
            if not isinstance(node, ast.ClassDef) or not BANNED_NAMES.search(node.name):
                continue
            if not any("Manager" in ast.unparse(base) for base in node.bases):
                found.append(f"{_name(path)}:{node.lineno} class {node.name}")
    _report(found)


def test_nothing_is_left_for_later() -> None:
    found = []
    for path in _tracked():
        if path.suffix in {".py", ".sql", ".html", ".md", ".toml", ".js", ".css"} and path != Path(__file__):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if UNFINISHED.search(line):
                    found.append(f"{_name(path)}:{number} {line.strip()}")
    _report(found)


def test_documents_have_one_title() -> None:
    found = []
    for path in _tracked():
        if path.suffix == ".md":
            text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            titles = [line for line in text.splitlines() if line.startswith("# ")]
            if not text.startswith("# ") or len(titles) != 1:
                found.append(f"{_name(path)} begins with no title or has {len(titles)}")
    _report(found)


def test_lock_files_name_no_place() -> None:
    _report(
        [_name(path) for path in _tracked() if path.suffix == ".lock" and "://" in path.read_text(encoding="utf-8")]
    )
