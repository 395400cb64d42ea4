"""XML from outside, element by element, in bounded memory: what is wanted is handed on and then forgotten.

It refuses what a bank never sends and an attacker does: document types, entities, endless depth, endless text, and
masses of elements that belong to nothing. It knows no message of any bank.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from holdfast.rails.bank.statement import StatementUnreadable

CHUNK = 64 * 1024
LOOK_EVERY = 1024 * 1024
"""Bytes read between two looks at what is kept."""
KEPT_MOST = 100_000
"""Elements and attributes that may stand in memory at once: far above one entry with its statement's head."""
TEXT_KEPT_MOST = 4 * 1024 * 1024
ENCODINGS = re.compile(
    rb"(utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-?8859-?[0-9]{1,2}|latin-?1|windows-125[0-9])", re.IGNORECASE
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{0,40})["']""")
_DOCTYPE = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))


def elements(path: Path, *names: str) -> Iterator[Any]:
    """The elements of these local names as they end, in any namespace or none. Whoever takes one reads it at once and
    lets go of it with `forget`. Refusal: `StatementUnreadable`."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=False,
    )
    try:
        with path.open("rb") as file:
            yield from _fed(parser, file)
        parser.close()
        yield from (element for event, element in parser.read_events() if event == "end")
    except etree.XMLSyntaxError as error:
        raise unreadable(_said(error), "XML as ISO 20022 has it, whole") from error


def _fed(parser: Any, file: BinaryIO) -> Iterator[Any]:
    since, prolog, root, stood = 0, b"", None, (0, 0)
    while chunk := file.read(CHUNK):
        if root is None:
            prolog += chunk
            _check_prolog(prolog)
        parser.feed(chunk)
        for event, element in parser.read_events():
            if root is None:
                root = element.getroottree().getroot()
            if event == "end":
                stood = (0, 0)
                yield element
        since += len(chunk)
        if since >= LOOK_EVERY:
            before, stood, since = stood, _look(root), 0
            if stood == before:
                raise unreadable("a tag or a comment of more than 1 MB", "elements with texts")


def _check_prolog(prolog: bytes) -> None:
    """Before the first statement: no document type, and an encoding in which one could not hide."""
    if any(mark in prolog for mark in _DOCTYPE):
        raise unreadable("a document type (DOCTYPE)", "XML without one")
    declared = _DECLARED.search(prolog[:400])
    if declared and not ENCODINGS.fullmatch(declared[1]):
        raise unreadable(f"encoding {declared[1].decode(errors='replace')}", "UTF-8, UTF-16, ISO 8859 or Windows-125x")


def _look(root: Any) -> tuple[int, int]:
    """How much stands in memory: nothing but what still opens, a statement's head and the entry that is being read."""
    if root is None:
        raise unreadable("no statement in the first MB", "a file that begins with one")
    kept = text = 0
    for element in root.iter():
        kept += 1 + len(element.attrib)
        text += len(element.text or "") + len(element.tail or "")
        if kept > KEPT_MOST or text > TEXT_KEPT_MOST:
            raise unreadable("too much that belongs to no entry", f"entries of at most {KEPT_MOST} elements")
    return kept, text


def forget(element: Any, *, siblings: bool = True) -> None:
    """Let go of what is inside an element, and of everything before it in its parent (or of its likes alone).

    The element itself stays until the next one is let go of: the parser may still be writing behind it.
    """
    element.clear(keep_tail=True)
    while (before := element.getprevious()) is not None and (siblings or before.tag == element.tag):
        element.getparent().remove(before)


def unreadable(found: str, accepted: str) -> StatementUnreadable:
    """The refusal of the whole file."""
    return StatementUnreadable(field="file", found=found, accepted=accepted)


def _said(error: etree.XMLSyntaxError) -> str:
    return " ".join(str(error.msg or "not well-formed").split())[:200]
