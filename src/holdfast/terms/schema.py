"""The JSON Schema of a document, made from the dataclasses that read it, so that the two cannot differ.

It tells shapes, names and lists of choices. What goes beyond shape (a tolerance that must not be negative, a line that
a term may speak of) is said by the refusal, at its place.
"""

import dataclasses
import inspect
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from holdfast.terms import criterion, readings, specification
from holdfast.terms.conformity import Verdict
from holdfast.terms.documents import DECIMAL, RATIO, fields_of
from holdfast.terms.sampling import INSPECTIONS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NUMBER: dict[str, Any] = {
    "anyOf": [{"type": "integer"}, {"type": "string", "pattern": f"^(?:{DECIMAL}|{RATIO})$"}],
    "description": "an exact number: decimal text like 70.5 (or a ratio), or a whole number",
}
DAY: dict[str, Any] = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

Choices = Mapping[tuple[str, str], tuple[str, ...]]
"""Which texts a key may hold: by the name of its dataclass and the key."""

CHOICES: Choices = {
    ("Term", "kind"): tuple(specification.KINDS),
    ("Term", "class"): specification.CLASSES,
    ("Term", "limit"): specification.LIMITS,
    ("Term", "system"): specification.COLOUR_SYSTEMS,
    ("Tolerance", "edges"): ("inclusive", "exclusive"),
    ("Criterion", "kind"): criterion.CRITERIA,
    ("ClassPlan", "class"): specification.CLASSES,
    ("Defect", "class"): specification.CLASSES,
}
FOUND: Choices = {
    ("TermFinding", "status"): ("met", "breached", "undecided"),
    ("UnitFigure", "state"): ("met", "breached", "undecided"),
    ("Verdict", "lot"): ("accepted", "rejected", "undecided"),
    ("Verdict", "measure"): ("lot", "found_units", "fraction", "none"),
}


class Schemas:
    """The definitions made so far; each dataclass once."""

    def __init__(self, choices: Choices) -> None:
        self.choices = {**CHOICES, **choices}
        self.definitions: dict[str, Any] = {}

    def of(self, hint: Any) -> dict[str, Any]:
        """The schema of a type that documents know."""
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if origin in (types.UnionType, typing.Union):
            return {"anyOf": [self.of(next(one for one in inner if one is not types.NoneType)), {"type": "null"}]}
        if origin is tuple:
            return self._list(inner)
        if hint is specification.Specification:
            return {"type": "array", "maxItems": specification.MOST_TERMS, "items": self.of(specification.Term)}
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            return self._object(hint)
        plain: dict[Any, dict[str, Any]] = {
            str: {"type": "string"},
            int: {"type": "integer"},
            bool: {"type": "boolean"},
            Fraction: NUMBER,
            date: DAY,
            datetime: {"type": "string", "format": "date-time"},
        }
        return dict(plain[hint])

    def _list(self, inner: tuple[Any, ...]) -> dict[str, Any]:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return {"type": "array", "items": self.of(inner[0])}
        parts = [self.of(one) for one in inner]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}

    def _object(self, shape: type[Any]) -> dict[str, Any]:
        name = shape.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._defined(shape)
        return {"$ref": f"#/$defs/{name}"}

    def _defined(self, shape: Any) -> dict[str, Any]:
        name, keys, required = shape.__name__, {}, []
        for _attribute, key, hint, needed in fields_of(shape):
            keys[key] = self.of(hint)
            allowed = self.choices.get((name, key))
            if allowed is not None:
                keys[key] = _among(keys[key], allowed)
            required += [key] if needed else []
        described = {"description": " ".join((inspect.getdoc(shape) or "").split("\n\n")[0].split())}
        shaped = {"type": "object", "properties": keys, "required": required, "additionalProperties": False}
        more = {"allOf": _units()} if shape is specification.Term else {}
        return {**described, **shaped, **more}

    def document(self, *, title: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        """A whole schema with its definitions."""
        return {"$schema": DIALECT, "title": title, **schema, "$defs": dict(sorted(self.definitions.items()))}


def _among(schema: dict[str, Any], allowed: tuple[str, ...]) -> dict[str, Any]:
    if "anyOf" in schema:
        return {"enum": [*allowed, None]}
    return {"enum": list(allowed)}


def _units() -> list[dict[str, Any]]:
    """The units that a term of each kind may be written in; a packaging term may do without."""
    rules = []
    for name, kind in specification.KINDS.items():
        allowed: list[str | None] = [*kind.units]
        if not kind.units or name == "packaging":
            allowed.append(None)
        needed = {"required": ["unit"]} if kind.units and name != "packaging" else {}
        then = {"properties": {"unit": {"enum": allowed}}, **needed}
        rules.append({"if": {"properties": {"kind": {"const": name}}}, "then": then})
    return rules


def conformity_schema() -> dict[str, Any]:
    """A conformity file: what was agreed, and what was read on one lot."""
    schemas = Schemas({})
    line = {
        "type": "object",
        "properties": {"number": {"type": "integer", "minimum": 1}, "quantity": {"type": "integer", "minimum": 1}},
        "required": ["number", "quantity"],
    }
    units = {"type": "integer", "minimum": 0}
    lot = {"type": "object", "patternProperties": {r"^\d+$": units}, "additionalProperties": False}
    read = {
        "type": "object",
        "properties": {
            "lot": lot,
            "units": schemas.of(tuple[readings.Unit, ...]),
            "severity": {
                "enum": [*INSPECTIONS, None],
                "description": "of the inspection, where the criterion is `switching`",
            },
        },
        "required": ["units"],
        "additionalProperties": False,
    }
    keys = {
        "lines": {"type": "array", "items": line, "description": "a contract's lines, whole or only these keys"},
        "specification": schemas.of(specification.Specification),
        "criterion": {"anyOf": [schemas.of(criterion.Criterion), {"type": "null"}]},
        "readings": read,
    }
    return schemas.document(
        title="Holdfast conformity file",
        schema={"type": "object", "properties": keys, "required": ["specification", "readings"]},
    )


def verdict_schema() -> dict[str, Any]:
    """The verdict that `holdfast conformity --json` prints."""
    schemas = Schemas(FOUND)
    return schemas.document(title="Holdfast verdict", schema=schemas.of(Verdict))
