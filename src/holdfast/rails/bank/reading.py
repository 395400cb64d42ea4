"""A file from a bank, whatever it says it is: known by its content and read as statements, or refused in clear words.

It knows kinds and sizes. What is in the file is read by the module of its kind, in bounded memory.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from holdfast.rails.bank import camt, mt940
from holdfast.rails.bank.statement import (
    Event,
    StatementHead,
    StatementKindNotAccepted,
    StatementTooLarge,
    StatementUnreadable,
)

MOST_BYTES = 256 * 1024 * 1024
ACCEPTED = ["camt.052", "camt.053", "camt.054", "MT940"]
_NOT_THESE = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive",
    b"PK\x05\x06": "a zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"Rar!": "a rar archive",
    b"\xd0\xcf\x11\xe0": "an Office document",
}
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_MT940 = re.compile(r"(?m)^(:20:|\{1:|:940:)")


def read(path: Path, *, most_bytes: int = MOST_BYTES) -> Iterator[Event]:
    """Heads, lines and ends of every statement of a file.

    Refusals: `StatementTooLarge`, `StatementKindNotAccepted`, `StatementUnreadable`. They may come late: whoever must
    not act on half a file reads it through first.
    """
    size = path.stat().st_size
    if size > most_bytes:
        raise StatementTooLarge(field="file", found=size, accepted={"at_most_bytes": most_bytes})
    if size == 0:
        raise StatementUnreadable(field="file", found="an empty file", accepted=ACCEPTED)
    events = camt.read(path) if _kind(path) == "xml" else mt940.read(path)
    statements = 0
    for event in events:
        statements += isinstance(event, StatementHead)
        yield event
    if statements == 0:
        raise StatementKindNotAccepted(field="file", found="XML without a statement", accepted=ACCEPTED)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, what in _NOT_THESE.items():
        if start.startswith(mark):
            raise StatementKindNotAccepted(field="file", found=what, accepted=ACCEPTED)
    text = start.decode("utf-16" if start[:2] in _WIDE[:2] else "iso-8859-1", errors="ignore")
    plain = text.removeprefix("\xef\xbb\xbf").lstrip("\ufeff \t\r\n")
    if plain.startswith("<") or start[:2] in _WIDE[2:]:
        return "xml"
    if _MT940.search(plain):
        return "mt940"
    raise StatementKindNotAccepted(field="file", found=_shown(plain), accepted=ACCEPTED)


def _shown(text: str) -> str:
    first = "".join(mark for mark in text[:40].split("\n", maxsplit=1)[0] if mark.isprintable())
    return f"a file that begins with {first!r}"
