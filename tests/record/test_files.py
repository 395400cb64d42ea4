"""Files are known by their content, kept under their hash, and checked whenever they are read."""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.record import audit, events, files
from holdfast.record.models import File
from holdfast.record.recording import Recording
from tests.record.stage import ALMA, NOW, act, everything, head

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def archive(*members: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        for member in members:
            file.writestr(member, "x")
    return whole.getvalue()


WORKBOOK = ("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + bytes(60), "image/jpeg"),
        (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(50), "image/webp"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (b"\x00\x00\x00\x18ftypmp42\0\0\0\0mp42isom" + bytes(40), "video/mp4"),
        (archive(*WORKBOOK), files.XLSX),
        (b"\xef\xbb\xbfsize;count\nM;5\nL;6\n", "text/csv"),
        ("型号 12, ok\n再见".encode(), "text/plain"),
        (b"<html><script>alert(1)</script>", "text/plain"),
    ],
)
def test_a_kind_is_told_by_the_content(content: bytes, expected: str, media: Path) -> None:
    stored = files.store(chunks=[content[:5], content[5:]])
    assert (stored.media_type, stored.size_bytes, stored.sha256) == (
        expected,
        len(content),
        hashlib.sha256(content).digest(),
    )


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", files.FileEmpty),
        (b"MZ" + bytes(100), files.FileKindNotAccepted),
        (b"\x7fELF" + bytes(100), files.FileKindNotAccepted),
        (archive("a.txt"), files.FileKindNotAccepted),
        (archive(*WORKBOOK, "xl/vbaProject.bin"), files.FileKindNotAccepted),
        (b"PK\x03\x04" + bytes(50), files.FileKindNotAccepted),
        (b"text with a \x00 in it", files.FileKindNotAccepted),
        (bytes(1001), files.FileTooLarge),
    ],
)
def test_what_is_not_taken_in_leaves_nothing_behind(content: bytes, refusal: type[Refusal], media: Path) -> None:
    with pytest.raises(refusal):
        files.store(chunks=[content], limit_bytes=1000)
    assert [path for path in media.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_a_file_is_brought_read_and_found_out_when_it_changes(media: Path) -> None:
    order_id = uuid4()
    stored = files.store(chunks=[PNG])
    assert files.store(chunks=[PNG]) == stored
    with transaction.atomic():
        recording = Recording(act())
        kept = files.bring(
            recording=recording, chain=head(order_id), order_id=order_id, stored=stored, name="../..\\a\x1b[2J\n.png"
        )
        recording.write(kept)
    assert kept.name == "a[2J.png"
    assert files.of_order(order_id=order_id) == [kept]
    assert files.find(order_id=order_id, file_id=kept.id) == kept
    with pytest.raises(NotFound):
        files.find(order_id=uuid4(), file_id=kept.id)
    assert files.read(file=kept) == PNG
    (told,) = events.story(chain_id=order_id)
    assert told.private == {"sha256": stored.sha256.hex(), "name": "a[2J.png"}
    assert list(audit.findings()) == list(audit.damaged_files()) == []
    (path,) = (found for found in media.rglob("*") if found.is_file())
    path.write_bytes(PNG + b"!")
    with pytest.raises(files.FileDamaged):
        files.read(file=kept)
    assert [finding.where for finding in audit.damaged_files()] == [str(kept.id)]
    path.unlink()
    with pytest.raises(files.FileDamaged):
        files.read(file=kept)


@pytest.mark.django_db
def test_an_organisation_has_so_much_space_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "QUOTA_BYTES", 2 * len(PNG) - 1)
    stored = files.store(chunks=[PNG])
    files.keep(order_id=uuid4(), organisation_id=ALMA, stored=stored, name="a.png", now=NOW)
    before = everything()
    with pytest.raises(files.QuotaUsedUp) as refused:
        files.keep(order_id=uuid4(), organisation_id=ALMA, stored=stored, name="b.png", now=NOW)
    assert refused.value.accepted == {"at_most_bytes": len(PNG) - 1}
    assert everything() == before
    assert File.objects.count() == 1
