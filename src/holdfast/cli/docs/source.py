"""What the code itself says: which names are handed to a recording, whatever they pass through on the way there.

It reads syntax trees and the modules they belong to. It refuses to guess: a name it cannot follow is a fault, so that
no event and no deadline is missing from the documents.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import holdfast
from holdfast.kernel.lifecycle import Lifecycle

DOTTED = re.compile(r"^[a-z_]+\.[a-z_]+$")
# These write no events: a function of theirs called `event` is another one.
NOT_RECORDING = {"api", "console", "kernel", "notices", "programme", "terms"}
# Started by importing, or about the documents themselves.
NOT_READ = re.compile(r"^holdfast\.(__main__|wsgi|settings|urls|cli\b.*|.*\.migrations\b.*)$")


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of the product, imported. Django must be set up."""
    names = [found.name for found in walk_packages(holdfast.__path__, "holdfast.")]
    return tuple(import_module(name) for name in sorted(names) if not NOT_READ.match(name))


def room(module: str) -> str:
    """`orders` of `holdfast.orders.rules.money`."""
    return module.split(".")[1]


def remark(module: ModuleType, name: str) -> str:
    """The string that stands below the assignment of a name, as one paragraph."""
    body = tree(module).body
    for statement, following in pairwise(body):
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        if not any(isinstance(target, ast.Name) and target.id == name for target in targets):
            continue
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            return " ".join(str(following.value.value).split())
    return ""


def lifecycles() -> dict[str, tuple[Lifecycle, str, str]]:
    """Every lifecycle by its name, with its room and its remark."""
    found: dict[str, tuple[Lifecycle, str, str]] = {}
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, Lifecycle):
                known = found.get(value.name)
                said = remark(module, name) or (known[2] if known else "")
                home = known[1] if known and not remark(module, name) else room(module.__name__)
                found[value.name] = (value, home, said)
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Handed:
    """A name that is handed over somewhere, and the keywords that go with it at the last door."""

    name: str
    room: str
    given: Mapping[str, ast.expr]


@dataclass(frozen=True)
class _Door:
    """A function whose argument at `place`, or called `keyword`, is such a name."""

    place: int
    keyword: str
    given: Mapping[str, ast.expr]


def handed_to(door: str, *, keyword: str) -> list[Handed]:
    """Every dotted name that reaches a method called `door`, through functions of any depth."""
    common: dict[str, _Door] = {}
    private: dict[tuple[str, str], _Door] = {}
    found: dict[tuple[str, str], Handed] = {}
    while True:
        before = len(common) + len(private)
        found.clear()
        for module in (one for one in modules() if room(one.__name__) not in NOT_RECORDING):
            for call, function in _calls(module):
                called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                inner = private.get((module.__name__, called)) or common.get(called)
                if called == door:
                    # `recording.event(chain, name)` and `work.event(name)`: the name is the last by position.
                    given = {one.arg: one.value for one in call.keywords if one.arg}
                    inner = _Door(len(call.args) - 1, keyword, given)
                argument = _argument(call, inner) if inner is not None else None
                if inner is None or argument is None:
                    continue
                if isinstance(argument, ast.Name) and function and argument.id in _parameters(function):
                    outer = _Door(_parameters(function).index(argument.id), argument.id, inner.given)
                    if function.name != door and function.name.startswith("_"):
                        private[module.__name__, function.name] = outer
                    elif function.name != door:
                        common[function.name] = outer
                    continue
                for name in _names(argument, module, function, f"{module.__name__}:{call.lineno}"):
                    found[name, module.__name__] = Handed(name, room(module.__name__), inner.given)
        if len(common) + len(private) == before:
            return sorted(found.values(), key=lambda one: (one.name, one.room))


def _argument(call: ast.Call, door: _Door) -> ast.expr | None:
    for one in call.keywords:
        if one.arg == door.keyword:
            return one.value
    return call.args[door.place] if 0 <= door.place < len(call.args) else None


def _names(argument: ast.expr, module: ModuleType, function: ast.FunctionDef | None, where: str) -> tuple[str, ...]:
    """The dotted names an expression can be."""
    match argument:
        case ast.Constant(value=str(text)) if DOTTED.match(text):
            return (text,)
        case ast.IfExp():
            return (*_names(argument.body, module, function, where), *_names(argument.orelse, module, function, where))
        case ast.JoinedStr(values=[ast.Constant(value=str(noun)), *_]):
            # f"beneficiary.{target}": what the lifecycle of that noun can lead to.
            wanted = noun.rstrip(".").replace("_", " ")
            tables = {name: one[0] for name, one in lifecycles().items()}
            table = tables.get(wanted) or next(one for name, one in tables.items() if name.split()[-1] == wanted)
            return tuple(dict.fromkeys(f"{noun}{row.target}" for row in table.steps))
        case ast.Call(func=ast.Name(id=called)):
            return _dotted(_function(module, called))
        case ast.Name(id=name) if function is not None and (looped := _looped(function, name)):
            return looped
        case ast.Name(id=name) if function is not None and (value := _assigned(function, name)) is not None:
            return _names(value, module, function, where)
        case ast.Attribute(value=ast.Name(id=name), attr="kind") if function is not None and name not in vars(module):
            # `due.kind`: the same again, which was named where it was first opened.
            return ()
        case ast.Attribute(value=ast.Name(id="row"), attr="kind"):
            # `row.kind`: one of the register, opened anew.
            return ()
        case ast.Subscript(slice=ast.Constant(value="kind")):
            # `row["kind"]`: kept from one that stood open, and opened again.
            return ()
        case _:
            return _known(argument, module, where)


def _known(argument: ast.expr, module: ModuleType, where: str) -> tuple[str, ...]:
    """A constant of the module or of one it imports; of a mapping, its values."""
    source = argument.value if isinstance(argument, ast.Subscript) else argument
    value: Any = module
    for part in ast.unparse(source).split("."):
        value = getattr(value, part, None) if not isinstance(value, ModuleType) else vars(value).get(part)
    texts = value.values() if isinstance(value, Mapping) else [value]
    names = tuple(text for text in texts if isinstance(text, str) and DOTTED.match(text))
    if not names:
        raise LookupError(f"{where}: cannot tell which name {ast.unparse(argument)} is")
    return names


def _assigned(function: ast.FunctionDef, name: str) -> ast.expr | None:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    return node.value
    return None


def _looped(function: ast.FunctionDef, name: str) -> tuple[str, ...]:
    """What a name is in turn, in a loop over a literal."""
    for node in ast.walk(function):
        if not isinstance(node, ast.For) or not isinstance(node.iter, ast.Tuple | ast.List):
            continue
        targets = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
        for place, target in enumerate(targets):
            if isinstance(target, ast.Name) and target.id == name:
                rows = [row.elts[place] if isinstance(row, ast.Tuple) else row for row in node.iter.elts]
                return tuple(text for row in rows for text in _dotted(row))
    return ()


def _dotted(node: ast.AST) -> tuple[str, ...]:
    texts = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return tuple(dict.fromkeys(text for text in texts if isinstance(text, str) and DOTTED.match(text)))


def _function(module: ModuleType, name: str) -> ast.FunctionDef:
    return next(node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef) and node.name == name)


def _parameters(function: ast.FunctionDef) -> list[str]:
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return names[1:] if names[:1] == ["self"] else names


def _calls(module: ModuleType) -> Iterator[tuple[ast.Call, ast.FunctionDef | None]]:
    """Every call with the function it stands in."""
    waiting: list[tuple[ast.AST, ast.FunctionDef | None]] = [(tree(module), None)]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, ast.Call):
            yield node, function
        inside = node if isinstance(node, ast.FunctionDef) else function
        waiting.extend((child, inside) for child in ast.iter_child_nodes(node))


@cache
def tree(module: ModuleType) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(Path(inspect.getfile(module)).read_text(encoding="utf-8"))
