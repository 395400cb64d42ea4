"""Nobody gets in by a password that stands in the code: each is typed, or made up and shown once."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import holdfast
from holdfast.cli import init

PACKAGE = Path(holdfast.__file__).parent
MADE_BY = {"set_password", "make_password", "create_user", "create_superuser", "found_installation"}


def test_the_first_administrators_password_is_made_up_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = argparse.Namespace(generate_password=True)
    made = {init._password(asked) for _ in range(20)}
    assert len(made) == 20
    assert all(was_made_up and len(password) >= 20 for password, was_made_up in made)
    with pytest.raises(SystemExit):
        holdfast_init("--password", "secret")


def holdfast_init(*arguments: str) -> None:
    from holdfast.cli import parser

    parser().parse_args(["init", "--admin-email", "ada@example.com", *arguments])


def test_no_password_stands_in_the_code() -> None:
    assert list(_written_passwords()) == []


def _written_passwords() -> Iterator[str]:
    """Where an account is made with a text, and where something called a password has one."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.relative_to(PACKAGE)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                given = {one.arg: one.value for one in node.keywords}
                values = [given.get("password"), *(node.args if name in MADE_BY - {"found_installation"} else [])]
                if any(isinstance(value, ast.Constant) and value.value for value in values):
                    yield place
            if isinstance(node, ast.arguments):
                placed = [*node.posonlyargs, *node.args]
                named = [*placed, *node.kwonlyargs]
                defaults = [*([None] * (len(placed) - len(node.defaults))), *node.defaults, *node.kw_defaults]
                for argument, default in zip(named, defaults, strict=True):
                    if argument.arg == "password" and isinstance(default, ast.Constant) and default.value:
                        yield place
