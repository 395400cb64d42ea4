"""Which refusals each operation of the API can give, as the code says it: whatever is named on the way from a route to
its operation and from there on, through functions of any depth.

A method is followed where annotations say whose it is, and where only one class has one of its name. What the tests see
beside what is found here is kept too (`tests/api/test_refused.py`).
"""

from __future__ import annotations

import ast
import inspect
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from holdfast.cli.docs import source
from holdfast.kernel.refusals import Refusal

Place = tuple[str, str]
STORED = {("holdfast.contracts.agreement", "agreement_of")}
"""What is read here was checked before it was stored: reading it again refuses nothing."""


@cache
def _places() -> dict[Place, tuple[ModuleType, ast.AST]]:
    """Every function and method by its module and its qualified name."""
    found: dict[Place, tuple[ModuleType, ast.AST]] = {}
    for module in source.modules():
        for node in source.tree(module).body:
            if isinstance(node, ast.FunctionDef):
                found[module.__name__, node.name] = (module, node)
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        found[module.__name__, f"{node.name}.{inner.name}"] = (module, inner)
    return found


@cache
def _methods() -> dict[str, tuple[Place, ...]]:
    """Methods by their bare names."""
    found: dict[str, list[Place]] = defaultdict(list)
    for module, name in _places():
        if "." in name:
            found[name.rpartition(".")[2]].append((module, name))
    return {name: tuple(places) for name, places in found.items()}


@cache
def _named(place: Place) -> tuple[frozenset[type[Refusal]], frozenset[Place]]:
    """The refusals that a function names, and the functions."""
    module, function = _places()[place]
    known = _classes(function, module, place)
    refusals: set[type[Refusal]] = set()
    places: set[Place] = set()
    for node in _body(function):
        value = _value(node, module)
        if value is None and isinstance(node, ast.Attribute):
            places.update(_method(node, known))
        elif isinstance(value, type) and issubclass(value, Refusal):
            refusals.add(value)
        elif value is not None:
            places.update(_of(value))
    return frozenset(refusals), frozenset(one for one in places if one in _places())


def _method(node: ast.Attribute, known: Mapping[str, type]) -> Iterator[Place]:
    """The method that is meant by `work.lot`: of a protocol, everybody's of that name."""
    holder = known.get(node.value.id) if isinstance(node.value, ast.Name) else None
    named = _methods().get(node.attr, ())
    if holder is None or getattr(holder, "_is_protocol", False):
        yield from named if len(named) == 1 or holder is not None else ()
    else:
        for kind in holder.__mro__:
            yield kind.__module__, f"{kind.__qualname__}.{node.attr}"


def _classes(function: ast.AST, module: ModuleType, place: Place) -> dict[str, type]:
    """Which class a name of the function has: its parameters, itself, and what a function answers."""
    found: dict[str, Any] = {}
    for node in ast.walk(function):
        match node:
            case ast.arg(arg=name, annotation=said) if said is not None:
                found[name] = _class(said, module)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=called)):
                value = _value(called, module)
                found[name] = value if inspect.isclass(value) else _answered(value)
            case _:
                pass
    if "." in place[1]:
        found["self"] = vars(module).get(place[1].partition(".")[0])
    return {name: kind for name, kind in found.items() if inspect.isclass(kind)}


def _answered(value: Any) -> Any:
    """The class that a function of ours says it answers."""
    known = _places().get((value.__module__, value.__qualname__)) if inspect.isfunction(value) else None
    said = known[1].returns if known is not None and isinstance(known[1], ast.FunctionDef) else None
    return _class(said, known[0]) if known is not None and said is not None else None


def _class(said: ast.expr, module: ModuleType) -> Any:
    match said:
        case ast.BinOp(left=left):
            return _class(left, module)
        case ast.Constant(value=str(text)):
            return vars(module).get(text)
        case _:
            return _value(said, module)


def _body(function: ast.AST) -> Iterator[ast.AST]:
    """The expressions of a function without those that only tell refusals apart."""
    waiting = [function]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.ExceptHandler | ast.FunctionDef):
            waiting.extend(node.body)
        elif not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"):
            waiting.extend(ast.iter_child_nodes(node))


def _value(node: ast.AST, module: ModuleType) -> Any:
    """What a name or a dotted name stands for, if the module says it."""
    match node:
        case ast.Name(id=name):
            return vars(module).get(name)
        case ast.Attribute(value=inner, attr=name):
            holder = _value(inner, module)
            if isinstance(holder, ModuleType) and holder.__name__.startswith("holdfast"):
                return vars(holder).get(name)
            kind = holder if inspect.isclass(holder) else type(holder)
            return inspect.getattr_static(kind, name, None) if kind.__module__.startswith("holdfast.") else None
        case _:
            return None


def _of(value: Any) -> Iterator[Place]:
    """Where something that can be called is written; of a decorated function, the decorator too."""
    if inspect.isclass(value):
        for name in ("__init__", "__post_init__", "__call__", "__enter__"):
            yield value.__module__, f"{value.__qualname__}.{name}"
    elif isinstance(value, Mapping | tuple | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _of(one)
    while inspect.isfunction(value):
        # By its code: a decorator's function bears the name of the one that it decorates.
        yield value.__globals__["__name__"], value.__code__.co_qualname.partition(".<locals>")[0]
        for cell in value.__closure__ or ():
            inner = cell.cell_contents
            if inspect.isfunction(inner) and inner is not getattr(value, "__wrapped__", None):
                yield from _of(inner)
        value = getattr(value, "__wrapped__", None)


def reached(*starts: Any) -> frozenset[type[Refusal]]:
    """Every refusal that is named anywhere on the way from some functions."""
    found: set[type[Refusal]] = set()
    waiting = [place for one in starts for place in _of(one) if place in _places()]
    seen = set(waiting)
    while waiting:
        refusals, places = _named(waiting.pop())
        found |= refusals
        waiting.extend(places - seen - STORED)
        seen |= places
    return frozenset(found - {Refusal})
