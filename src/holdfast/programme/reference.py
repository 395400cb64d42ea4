"""The reference of a programme file, made from the declarations that the reader uses: it cannot fall behind.

Markdown in, nothing out: `python -m holdfast.programme.reference` prints what docs/programmes.md holds below its
introduction.
"""

from collections.abc import Iterator
from typing import Any, cast

from holdfast.programme import keys
from holdfast.programme.document import Programme
from holdfast.programme.keys import Key
from holdfast.programme.reading import describe

_HEAD = ("| key | meaning | unit | counts from | allowed |", "| --- | --- | --- | --- | --- |")


def reference() -> str:
    """Every key: meaning, unit, anchor, what is allowed."""
    return "\n".join(_part(Programme, "", "Top of the file", "")) + "\n"


def _part(part: type[Any], path: str, title: str, about: str) -> Iterator[str]:
    yield from (f"## {title}", "")
    if about:
        yield from (f"{about[0].upper()}{about[1:]}.", "")
    own = [(name, key) for name, key in keys.of(part) if key.kind not in {"section", "sections", "table"}]
    if own:
        yield from _HEAD
        for name, key in own:
            yield f"| `{name}` | {key.about} | {key.unit} | {key.anchor} | {_allowed(key)} |"
        yield ""
    for name, key in keys.of(part):
        here = f"{path}.{name}" if path else name
        inner = cast(type[Any], key.section)
        match key.kind:
            case "section":
                yield from _part(inner, here, f"`[{here}]`", key.about)
            case "sections":
                yield from _part(inner, here, f"`[[{here}]]`", key.about)
            case "table":
                rows = f"{key.about}; rows: {', '.join(f'`{row}`' for row in key.allowed)}"
                yield from _part(inner, here, f"`[{here}.ROW]`", rows)
            case _:
                pass


def _allowed(key: Key) -> str:
    match key.kind:
        case "whole":
            text = f"{key.least} to {key.most}"
        case "whole_table":
            text = f"{', '.join(f'`{row}`' for row in key.allowed)}: each {key.least} to {key.most}"
        case "amounts_table":
            text = f"{', '.join(f'`{row}`' for row in key.allowed)}: an amount for each currency"
        case "choice":
            text = " or ".join(f"`{word}`" for word in key.allowed)
        case "choices":
            text = f"any of {', '.join(f'`{word}`' for word in key.allowed)}"
        case _:
            text = describe(key).replace("|", "\\|")
    if key.default is not None:
        return f"{text}; left out: {_left_out(key)}"
    return f"{text}; may be left out" if key.optional else text


def _left_out(key: Key) -> str:
    match key.default:
        case tuple() as names:
            return "all of them" if names == key.allowed else ", ".join(names) or "none"
        case figure:
            return str(figure)


if __name__ == "__main__":
    print(reference(), end="")
