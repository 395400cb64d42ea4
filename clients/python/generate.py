"""Writes the client's types and operations from the API's description: `python3 run.py client`.

It reads `docs/reference/openapi.json` and knows the shapes that stand in there. What it does not know it refuses,
rather than to guess.
"""

from __future__ import annotations

import argparse
import json
import keyword
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DESCRIPTION = ROOT / "docs" / "reference" / "openapi.json"
PACKAGE = HERE / "src" / "holdfast_client"
MADE = "Made from the API's description by `python3 run.py client`; a test refuses it when it is stale."
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
MEMBERS = {"application/json": "body", "application/x-www-form-urlencoded": "form"}
"""Kinds of bodies whose members are arguments, and what the core calls them."""
PARAMETER = re.compile(r"\{(\w+)\}")


# --- types ---------------------------------------------------------------------------------------------------------


def hint(schema: dict[str, Any]) -> str:
    """The Python type of a schema."""
    if "$ref" in schema:
        return named(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        among = f"Literal[{', '.join(repr(one) for one in schema['enum'] if one is not None)}]"
        return f"{among} | None" if None in schema["enum"] else among
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(hint(one) for one in schema["anyOf"]))
    match schema.get("type"):
        case "string" if "contentSchema" in schema:
            # JSON in an address: the client writes it.
            return hint(schema["contentSchema"])
        case "array" if "prefixItems" in schema:
            return f"list[{' | '.join(dict.fromkeys(hint(one) for one in schema['prefixItems']))}]"
        case "array":
            return f"list[{hint(schema.get('items', {}))}]"
        case "object":
            inner = schema.get("additionalProperties")
            return f"dict[str, {hint(inner) if isinstance(inner, dict) else 'Any'}]"
        case None:
            return "Any"
        case str(kind):
            return PLAIN[kind]
        case other:
            raise LookupError(f"a schema of the type {other!r}")


def named(schema: str) -> str:
    """A schema's name as a class: `All_DriftShown_` is `AllDriftShown`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[\W_]+", schema))


def is_page(name: str) -> bool:
    """Pages are read through `Listing`; their items are what is typed."""
    return name.startswith("Page_")


def types(description: dict[str, Any]) -> Iterator[str]:
    """The module of types."""
    yield _docstring(f"What is sent and what comes back. {MADE}", 0) + "\nfrom __future__ import annotations\n\n"
    yield "from typing import Any, Literal, NotRequired, TypeAlias, TypedDict\n\n"
    others = []
    for name, schema in sorted(description["components"]["schemas"].items()):
        if is_page(name):
            continue
        if schema.get("type") == "object" and "properties" in schema:
            yield from _typed_dict(named(name), schema)
        else:
            others.append(f"{named(name)}: TypeAlias = {hint(schema)}\n")
    # Other names for what stands above.
    yield from others


def _typed_dict(name: str, schema: dict[str, Any]) -> Iterator[str]:
    members = {}
    for key, inner in schema["properties"].items():
        told = hint(inner)
        members[key] = told if key in schema.get("required", ()) else f"NotRequired[{told}]"
    about = _paragraphs(schema.get("description", ""))
    if all(key.isidentifier() and not keyword.iskeyword(key) for key in members):
        yield f"class {name}(TypedDict):\n"
        yield _docstring(about or f"{name}.", 4)
        yield "".join(f"    {key}: {told}\n" for key, told in members.items()) + "\n\n"
    else:
        rows = ", ".join(f"{key!r}: {told!r}" for key, told in members.items())
        yield f"{name} = TypedDict({name!r}, {{{rows}}})\n"
        yield _docstring(about, 0) + "\n\n" if about else "\n\n"


def _paragraphs(text: str) -> str:
    return " ".join(text.split())


def _docstring(text: str, indent: int) -> str:
    """A docstring, broken where the line is full."""
    pad, lines, line = " " * indent, [], '"""'
    for word in text.replace("\\", "\\\\").replace('"""', "'''").split():
        if len(pad) + len(line) + len(word) + 1 > 114:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line not in {'"""', ""} else line + word
    lines.append(line)
    whole = "\n".join(pad + one for one in lines)
    last = "" if len(lines[-1]) + len(pad) < 115 else "\n" + pad
    return whole + last + '"""\n'


# --- operations ------------------------------------------------------------------------------------------------------


class Operation:
    """One operation, as its method is written."""

    def __init__(self, path: str, method: str, found: dict[str, Any], schemas: dict[str, Any]) -> None:
        self.path, self.method, self.found, self.schemas = path, method.upper(), found, schemas
        self.name: str = found["operationId"]
        self.tag: str = (found.get("tags") or ["other"])[0]
        self.answer = self._answer()
        parameters = found.get("parameters", [])
        self.path_names = PARAMETER.findall(path)
        path_types = {one["name"]: hint(one["schema"]) for one in parameters if one["in"] == "path"}
        self.path_types = {name: path_types.get(name, "str") for name in self.path_names}
        self.query = [one for one in parameters if one["in"] == "query"]
        self.acts = any(one["name"] == "Idempotency-Key" for one in parameters)

    def _answer(self) -> dict[str, str]:
        """Each kind of content that a success has, with its type."""
        successes = [one for status, one in self.found["responses"].items() if str(status).startswith("2")]
        (success,) = successes
        kinds = {}
        for kind, media in success.get("content", {}).items():
            kinds[kind] = hint(media["schema"]) if kind == "application/json" else "bytes"
        return kinds

    # --- the body --------------------------------------------------------------------------------------------------

    @property
    def body(self) -> dict[str, Any] | None:
        """The schema of a body with members: JSON, or a form."""
        content = self.found.get("requestBody", {}).get("content", {})
        kind = next((one for one in MEMBERS if one in content), None)
        if kind is None:
            return None
        schema: dict[str, Any] = content[kind]["schema"]
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    @property
    def upload(self) -> str | None:
        """The content type of a body of bytes."""
        kinds = [kind for kind in self.found.get("requestBody", {}).get("content", {}) if kind not in MEMBERS]
        return kinds[0] if kinds else None

    # --- what is written -------------------------------------------------------------------------------------------

    def page_item(self) -> str | None:
        """The type of a list's items, where the answer is a page of nothing but them."""
        told = self.answer.get("application/json", "")
        pages = {named(name) for name in self.schemas if is_page(name)}
        return self._item_of(told) if told in pages and self.method == "GET" else None

    def _item_of(self, page: str) -> str:
        name = next(one for one in self.schemas if named(one) == page)
        return hint(self.schemas[name]["properties"]["items"]["items"])

    def returns(self) -> str:
        """The type of the method's answer."""
        item = self.page_item()
        if item is not None:
            return f"Listing[{item}]"
        return " | ".join(dict.fromkeys(self.answer.values())) or "None"

    def arguments(self) -> Iterator[str]:
        """The method's arguments, as they are written."""
        yield from (f"{name}: {told}" for name, told in self.path_types.items())
        if self.upload is not None:
            yield "content: bytes"
        keywords = [*self._query_arguments(), *self._body_arguments()]
        if self.acts:
            keywords.append("idempotency_key: str | None = None")
        if keywords:
            yield "*"
            # Those that must be given first.
            yield from sorted(keywords, key=lambda one: " = " in one)

    def _query_arguments(self) -> Iterator[str]:
        for one in self.query:
            told = hint(one["schema"])
            yield f"{_argument(one['name'])}: {told}" if one.get("required") else self._optional(one["name"], told)

    def _body_arguments(self) -> Iterator[str]:
        if self.body is None:
            return
        required = self.body.get("required", ())
        for key, inner in self.body.get("properties", {}).items():
            told = hint(inner)
            if "const" in inner:
                yield f"{_argument(key)}: {told} = {inner['const']!r}"
            else:
                yield f"{_argument(key)}: {told}" if key in required else self._optional(key, told)

    @staticmethod
    def _optional(name: str, told: str) -> str:
        none = told if told.endswith("None") or told == "Any" else f"{told} | None"
        return f"{_argument(name)}: {none} = None"

    def lines(self) -> Iterator[str]:
        """The method."""
        yield f"    def {self.name}(self, {', '.join(self.arguments())}) -> {self.returns()}:\n"
        yield _docstring(_paragraphs(self.found.get("description") or self.found.get("summary") or self.name), 8)
        path = (
            "f" * bool(self.path_names) + '"' + PARAMETER.sub(lambda one: "{_in_path(" + one[1] + ")}", self.path) + '"'
        )
        query = "{" + ", ".join(f'"{one["name"]}": {_argument(one["name"])}' for one in self.query) + "}"
        item = self.page_item()
        if item is not None:
            yield f'        return Listing(lambda query: self._json("GET", {path}, query=query), {query})\n'
            return
        call, told = self._call()
        parts = [f'"{self.method}"', path]
        if self.query:
            parts.append(f"query={query}")
        if self.body is not None:
            members = ", ".join(f"{_member(key)}={_argument(key)}" for key in self.body.get("properties", {}))
            sent = next(MEMBERS[kind] for kind in self.found["requestBody"]["content"] if kind in MEMBERS)
            parts.append(f"{sent}=given({members})" if members else "body={}")
            awkward = [key for key in self.body.get("properties", {}) if _member(key) != key]
            if awkward:
                raise LookupError(f"{self.name}: {awkward} cannot be arguments")
        if self.upload is not None:
            parts += ["content=content", f'content_type="{self.upload}"']
        if self.acts:
            parts += ["acts=True", "idempotency_key=idempotency_key"]
        line = f"self.{call}({', '.join(parts)})"
        yield f"        return {line}\n" if told is None else f'        return cast("{told}", {line})\n'

    def _call(self) -> tuple[str, str | None]:
        """Which of the core's ways it goes, and the type that its answer is told to have."""
        if "application/json" not in self.answer:
            return "_bytes", None
        if len(self.answer) > 1:
            return "_either", self.returns()
        return "_json", self.returns()


def _argument(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _member(name: str) -> str:
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"{name}_"


def operations(description: dict[str, Any]) -> dict[str, str]:
    """A module for each of the API's tags, and the one that puts them together."""
    schemas = description["components"]["schemas"]
    by_tag: dict[str, list[Operation]] = {}
    for path, methods in description["paths"].items():
        for method, found in methods.items():
            operation = Operation(path, method, found, schemas)
            by_tag.setdefault(operation.tag, []).append(operation)
    made = {f"operations/{_module(tag)}.py": "".join(_tag(tag, found)) for tag, found in sorted(by_tag.items())}
    bases = {_module(tag): _class(tag) for tag in sorted(by_tag)}
    imports = "".join(f"from holdfast_client.operations.{module} import {name}\n" for module, name in bases.items())
    made["operations/__init__.py"] = (
        _docstring(f"Every operation of the API. {MADE}", 0) + f"\n{imports}\n\n"
        f"class Operations({', '.join(bases.values())}):\n"
        '    """All of them on one connection."""\n'
    )
    return made


def _module(tag: str) -> str:
    return re.sub(r"\W+", "_", tag.lower())


def _class(tag: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"\W+", tag)) + "Operations"


def _tag(tag: str, found: list[Operation]) -> Iterator[str]:
    methods = "\n".join("".join(operation.lines()) for operation in found)
    used = set(re.findall(r"\b[A-Z]\w+\b", re.sub(r'"""[\s\S]*?"""', "", methods)))
    known = {named(name) for name in found[0].schemas if not is_page(name)}
    typing_names = [name for name in ("Any", "Literal") if name in used]
    if "cast(" in methods:
        typing_names.append("cast")
    yield _docstring(f"Operations on {tag}. {MADE}", 0) + "\nfrom __future__ import annotations\n\n"
    if typing_names:
        yield f"from typing import {', '.join(typing_names)}\n\n"
    names = ["Core"] + (["given"] if "given(" in methods else [])
    yield f"from holdfast_client.core import {', '.join(names)}\n"
    if "Listing" in used:
        yield "from holdfast_client.listing import Listing\n"
    if "_in_path" in methods:
        yield "from holdfast_client.paths import in_path as _in_path\n"
    if used & known:
        yield f"from holdfast_client.types import {', '.join(sorted(used & known))}\n"
    yield f'\n\nclass {_class(tag)}(Core):\n    """What may be asked and done about {tag}."""\n\n{methods}'


# --- files -----------------------------------------------------------------------------------------------------------


def made(description: dict[str, Any]) -> dict[str, str]:
    """Every made module by its place in the package, in house format."""
    raw = {"types.py": "".join(types(description)), **operations(description)}
    return {name: _formatted(text, name) for name, text in raw.items()}


def _formatted(text: str, name: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(PACKAGE / name), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def stale(wanted: dict[str, str]) -> list[str]:
    """The modules that are missing, different, or not made any more."""
    there = {"types.py"} | {f"operations/{path.name}" for path in (PACKAGE / "operations").glob("*.py")}
    texts = {name: (PACKAGE / name).read_text(encoding="utf-8") for name in there if (PACKAGE / name).is_file()}
    return sorted(name for name in wanted.keys() | texts.keys() if wanted.get(name) != texts.get(name))


def main(arguments: list[str]) -> int:
    """Write the modules; with `--check` write nothing and fail if one is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args(arguments).check
    wanted = made(json.loads(DESCRIPTION.read_text(encoding="utf-8")))
    old = stale(wanted)
    if check:
        for name in old:
            print(f"{PACKAGE / name} is stale: run `python3 run.py client`", file=sys.stderr)
        return 1 if old else 0
    (PACKAGE / "operations").mkdir(exist_ok=True)
    for name in old:
        if name in wanted:
            (PACKAGE / name).write_text(wanted[name], encoding="utf-8")
        else:
            (PACKAGE / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
