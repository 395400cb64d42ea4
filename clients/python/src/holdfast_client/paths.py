"""Addresses of things: a name is put into a path so that it can be no more than one part of it."""

from __future__ import annotations

from urllib.parse import quote


def in_path(name: str | int) -> str:
    """The name, escaped. ValueError for what would lead elsewhere."""
    text = str(name)
    if text in {"", ".", ".."}:
        raise ValueError(f"{text!r} is no name of anything")
    return quote(text, safe="")
