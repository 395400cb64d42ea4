"""From the bytes of a file to the filled cells of its sheets, in bounded memory and time.

It tells a workbook from a CSV by content alone. It knows cells and no headings; no formula is ever computed.
"""

from holdfast.contracts.techpack import delimited, workbook
from holdfast.contracts.techpack.pack import Sheet
from holdfast.contracts.techpack.refusals import (
    SpreadsheetEmpty,
    SpreadsheetNotAccepted,
    SpreadsheetProtected,
    SpreadsheetTooLarge,
)

MOST_BYTES = 10 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "gzip",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"MZ": "a program",
    b"\x7fELF": "a program",
}
ACCEPTED = "an XLSX workbook or a CSV file"


def opened(content: bytes) -> tuple[Sheet, ...]:
    """The sheets of a file, those without a filled cell left out.

    Refusals: `SpreadsheetTooLarge`, `SpreadsheetEmpty`, `SpreadsheetNotAccepted`, `SpreadsheetProtected`,
    `SpreadsheetDamaged`.
    """
    if len(content) > MOST_BYTES:
        raise SpreadsheetTooLarge(field="file", accepted={"at_most_bytes": MOST_BYTES})
    if not content.strip():
        raise SpreadsheetEmpty(field="file", accepted=ACCEPTED)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise SpreadsheetProtected(field="file", accepted="a workbook without a password")
        raise SpreadsheetNotAccepted(field="file", found="an Office file before 2007, like XLS", accepted=ACCEPTED)
    for start, name in _OTHERS.items():
        if content.startswith(start):
            raise SpreadsheetNotAccepted(field="file", found=name, accepted=ACCEPTED)
    sheets = workbook.sheets(content) if content.startswith(b"PK") else delimited.sheets(content)
    if not any(sheet.rows for sheet in sheets):
        raise SpreadsheetEmpty(field="file", accepted=ACCEPTED)
    return sheets
