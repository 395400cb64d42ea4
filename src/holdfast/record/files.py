"""Files: taken in once under the hash of their bytes, known by their content, checked again whenever they are read.

It knows bytes, kinds and limits. It never says that a file may be shown: who serves one, serves it as an attachment
to the parties of its order.
"""

import csv
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import puremagic
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.record.chains import Chain
from holdfast.record.models import File as FileRow
from holdfast.record.recording import Recording

LIMIT_BYTES = 10 * 1024 * 1024
QUOTA_BYTES = 5 * 1024 * 1024 * 1024
"""What one organisation may keep in all."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BY_SIGNATURE = frozenset(
    {"image/png", "image/jpeg", "image/webp", "image/gif", "image/heif", "image/heic", "application/pdf", "video/mp4"}
)
ACCEPTED = tuple(sorted({*BY_SIGNATURE, XLSX, "text/csv", "text/plain"}))
_CSV_LINES = 20
_LONGEST_NAME = 200


class FileTooLarge(Refusal):
    """The file is larger than files may be here."""

    status = 413


class FileEmpty(Refusal):
    """The file has no content."""

    status = 422


class FileKindNotAccepted(Refusal):
    """Files of this kind are not taken in; what counts is the content, not the name."""

    status = 415


class QuotaUsedUp(Refusal):
    """Your organisation has used up its space for files."""


class FileDamaged(RuntimeError):
    """The bytes in storage are no longer those that were taken in: a fault, never served."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes in storage that no order knows of yet."""

    sha256: bytes
    size_bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of an order."""

    id: UUID
    order_id: UUID
    organisation_id: UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: bytes
    received_at: datetime
    is_erased: bool


def store(*, chunks: Iterable[bytes], limit_bytes: int = LIMIT_BYTES) -> Stored:
    """Write bytes to storage under their hash; call it outside a transaction.

    Refusals: `FileTooLarge`, `FileEmpty`, `FileKindNotAccepted`; then nothing is left behind.
    """
    incoming = _root() / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=incoming)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            whole, size = hashlib.sha256(), 0
            for chunk in chunks:
                size += len(chunk)
                if size > limit_bytes:
                    raise FileTooLarge(field="file", accepted={"at_most_bytes": limit_bytes})
                whole.update(chunk)
                file.write(chunk)
            if size == 0:
                raise FileEmpty(field="file")
            file.flush()
            os.fsync(file.fileno())
        media_type = media_type_of(path=temporary)
        _move(temporary, _place(whole.digest()))
        return Stored(whole.digest(), size, media_type)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def incoming(*, chunks: Iterable[bytes], limit_bytes: int = LIMIT_BYTES) -> Iterator[Stored]:
    """Bytes in storage while the act is carried out that brings them: if it is refused they are gone again, for what no
    order knows of counts against nobody's space. Use outside a transaction. Refusals as `store`."""
    stored = store(chunks=chunks, limit_bytes=limit_bytes)
    try:
        yield stored
    except BaseException:
        _discard(stored)
        raise


def _discard(stored: Stored) -> None:
    with transaction.atomic():
        _alone(stored.sha256)
        if not FileRow.objects.filter(sha256=stored.sha256).exists():
            _place(stored.sha256).unlink(missing_ok=True)


def _alone(sha256: bytes) -> None:
    """Whoever keeps these bytes and whoever discards them come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(sha256[:8], "big", signed=True)])


def media_type_of(*, path: Path) -> str:
    """The kind of a file by its content. Refusal: `FileKindNotAccepted`."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        if _is_workbook(path):
            return XLSX
    else:
        found = _by_signature(content)
        if found is not None:
            return found
        text = _as_text(content)
        if text is not None:
            return "text/csv" if _is_table(text) else "text/plain"
    raise FileKindNotAccepted(field="file", accepted=list(ACCEPTED))


def _by_signature(content: bytes) -> str | None:
    try:
        candidates = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return None
    return next((found.mime_type for found in candidates if found.mime_type in BY_SIGNATURE), None)


def _is_workbook(path: Path) -> bool:
    """A spreadsheet without macros; only the list of its members is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    has_macros = any(member.lower().endswith("vbaproject.bin") for member in members)
    return {"[Content_Types].xml", "xl/workbook.xml"} <= members and not has_macros


def _as_text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if any(mark < " " and mark not in "\t\r\n\f" for mark in text) else text


def _is_table(text: str) -> bool:
    lines = [line for line in text.splitlines()[: _CSV_LINES + 1] if line.strip()][:_CSV_LINES]
    for separator in (",", ";", "\t"):
        try:
            widths = {len(row) for row in csv.reader(lines, delimiter=separator)}
        except csv.Error:
            continue
        if len(lines) > 1 and len(widths) == 1 and widths != {1}:
            return True
    return False


def keep(*, order_id: UUID, organisation_id: UUID, stored: Stored, name: str, now: datetime) -> Kept:
    """Give an order its file, inside the transaction of the act that brings it. Refusal: `QuotaUsedUp`."""
    rows = FileRow.objects.filter(organisation_id=organisation_id, erased_at=None)
    used = rows.aggregate(used=Sum("size_bytes"))["used"] or 0
    if used + stored.size_bytes > QUOTA_BYTES:
        raise QuotaUsedUp(field="file", accepted={"at_most_bytes": QUOTA_BYTES - used}, used_bytes=used)
    _alone(stored.sha256)
    if not _place(stored.sha256).exists():
        raise FileDamaged(f"{stored.sha256.hex()} was discarded by another act that brought the same bytes")
    row = FileRow.objects.create(
        id=new_id(),
        order_id=order_id,
        organisation_id=organisation_id,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        media_type=stored.media_type,
        name=_plain_name(name),
        received_at=now,
    )
    return _kept(row)


def bring(
    *, recording: Recording, chain: Chain, order_id: UUID, stored: Stored, name: str, subject: str = "order"
) -> Kept:
    """The act of bringing one file to an order, or to another `subject` whose ID then stands in the place of the
    order's: its row, and `file.received` on the chain, which the caller has locked. Refusal: `QuotaUsedUp`."""
    act = recording.act
    organisation_id = act.organisation_id
    if organisation_id is None:
        raise ValueError("a file is brought for an organisation")
    kept = keep(order_id=order_id, organisation_id=organisation_id, stored=stored, name=name, now=act.now)
    recording.event(
        chain,
        "file.received",
        about={subject: order_id, "file": kept.id, "organisation": organisation_id},
        data={"media_type": kept.media_type, "size_bytes": kept.size_bytes},
        private=private_facts(file=kept),
    )
    return kept


def private_facts(*, file: Kept) -> dict[str, str]:
    """What an event that brings a file says of it under salt: it can be erased, and still be proved until then."""
    return {"sha256": file.sha256.hex(), "name": file.name}


def of_order(*, order_id: UUID) -> list[Kept]:
    """The files of an order, oldest first."""
    return [_kept(row) for row in FileRow.objects.filter(order_id=order_id).order_by("received_at", "id")]


def subject_of(*, file_id: UUID) -> UUID:
    """The order, or the quotation, that a file was given to, for its gate. Refusal: `NotFound`."""
    found = FileRow.objects.filter(id=file_id).values_list("order_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def find(*, order_id: UUID, file_id: UUID) -> Kept:
    """One file of an order that the caller may see. Refusal: `NotFound`, also when it is another order's."""
    row = FileRow.objects.filter(id=file_id, order_id=order_id).first()
    if row is None:
        raise NotFound
    return _kept(row)


def read(*, file: Kept) -> bytes:
    """The bytes, hashed again. `NotFound` when erased; `FileDamaged` when they are not what was taken in."""
    if file.is_erased:
        raise NotFound
    path = _place(file.sha256)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise FileDamaged(f"{file.id} is not in storage") from error
    if hashlib.sha256(content).digest() != file.sha256:
        raise FileDamaged(f"{file.id} has changed in storage")
    return content


def _root() -> Path:
    return Path(settings.MEDIA_ROOT)


def _place(sha256: bytes) -> Path:
    name = sha256.hex()
    return _root() / name[:2] / name[2:4] / name


def _move(temporary: Path, place: Path) -> None:
    """Same bytes, same place: whoever comes second replaces a file by its equal."""
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _plain_name(name: str) -> str:
    """The last part of a name, without what could steer a terminal, a path or a header."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(mark for mark in last if mark.isprintable())[:_LONGEST_NAME].strip(". ") or "file"


def _kept(row: FileRow) -> Kept:
    return Kept(
        row.id,
        row.order_id,
        row.organisation_id,
        row.name,
        row.media_type,
        row.size_bytes,
        bytes(row.sha256),
        row.received_at,
        row.erased_at is not None,
    )
