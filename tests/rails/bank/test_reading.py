"""Bank files of every kind are read to the same lines; hostile, damaged and foreign ones are refused."""

from __future__ import annotations

import gzip
import importlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.serializers import XmlSerializer

from holdfast.kernel.refusals import Refusal
from holdfast.rails.bank import (
    Balance,
    Charge,
    Line,
    StatementEnd,
    StatementHead,
    StatementKindNotAccepted,
    StatementTooLarge,
    StatementUnreadable,
    read,
)
from tests.rails.bank import making
from tests.rails.bank.making import DAY, IBAN, Made

CONTEXT = XmlContext()
KINDS = ("camt.052", "camt.053", "camt.054")
PAID = [
    Made(1_000_000, reference="RF18539007547034", bank_ref="BK1", end_to_end="E2E-1", charge_minor=2_500),
    Made(70_050, text="Rechnung 7 – RF18 5390 0754 7034 Grüße", bank_ref="BK2"),
    Made(500, debit=True, bank_ref="BK3", code=("ACMT", "MDOP", "CHRG"), payer="Bank"),
    Made(70_050, debit=True, reversal=True, bank_ref="BK4"),
    Made(9_900, bank_ref="BK5", status="PDNG"),
]


def lines(path: Path) -> list[Line]:
    return [event for event in read(path) if isinstance(event, Line)]


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("version", range(1, 13))
@pytest.mark.parametrize("kind", KINDS)
def test_every_version_of_camt_is_read_to_the_same_lines(kind: str, version: int, tmp_path: Path) -> None:
    """What was made is what the version's own classes take; and what those write, with prefixes of theirs, is read to
    the same lines again."""
    # The first statements knew no pending entries.
    sent = PAID[:4] if (kind, version) == ("camt.053", 1) else PAID
    made = making.camt(tmp_path / "made.xml", sent, kind=kind, version=version, opening_minor=100_000)
    name = f"{kind.replace('.', '_')}_001_{version:02}"
    module = importlib.import_module(f"pyiso20022.camt.{name}.{name}")
    document = XmlParser(context=CONTEXT).from_bytes(made.read_bytes(), module.Document)
    namespace = {"camt": f"urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version:02}"}
    again = written(tmp_path / "again.xml", XmlSerializer(context=CONTEXT).render(document, ns_map=namespace))
    assert "<camt:Ntry>" in again.read_text()
    events = list(read(made))
    assert events == list(read(again))
    head, end = events[0], events[-1]
    assert isinstance(head, StatementHead)
    assert (head.kind, head.account, head.currency, head.id, head.number) == (kind, IBAN, "EUR", "S1", "1")
    assert isinstance(end, StatementEnd)
    assert (end.lines, end.credits_minor, end.debits_minor) == (4, 1_070_050, 70_550)
    assert end.off_minor == (0 if kind == "camt.053" else None)
    found = lines(made)
    assert [line.status for line in found] == ["booked"] * 4 + ["pending"] * (len(sent) - 4)
    assert found[0] == Line(
        entry=1,
        detail=0,
        bank_ref="BK1",
        entry_ref="BK1",
        end_to_end="E2E-1",
        references=("RF18539007547034",),
        text="",
        amount_minor=1_000_000,
        currency="EUR",
        direction="credit",
        booked_on=DAY,
        value_on=DAY,
        counterparty_name="Alma Imports",
        counterparty_account="NL20INGB0001234567",
        charges=(Charge(2_500, "EUR", version >= 4),),
        reversal=False,
        status="booked",
        code="PMNT-RCDT-ESCT",
    )
    assert "RF18 5390 0754 7034 Grüße" in found[1].text
    assert (found[2].direction, found[2].code, found[2].counterparty_name) == ("debit", "ACMT-MDOP-CHRG", "Bank")
    assert (found[3].reversal, found[3].direction, found[3].counterparty_name) == (True, "debit", "Alma Imports")


def test_mt940_says_the_same(tmp_path: Path) -> None:
    booked = [replace(line, text=line.text.replace("–", "-")) for line in PAID if line.status == "BOOK"]
    found = lines(making.mt940(tmp_path / "a.sta", booked, opening_minor=-5))
    assert [(line.bank_ref, line.direction, line.amount_minor, line.reversal) for line in found] == [
        ("BK1", "credit", 1_000_000, False),
        ("BK2", "credit", 70_050, False),
        ("BK3", "debit", 500, False),
        ("BK4", "debit", 70_050, True),
    ]
    assert (found[0].end_to_end, found[0].counterparty_name) == ("E2E-1", "Alma Imports")
    assert "RF18539007547034" in found[0].text.replace(" ", "")
    assert found[1].counterparty_account == "NL20INGB0001234567"
    end = list(read(tmp_path / "a.sta"))[-1]
    assert isinstance(end, StatementEnd)
    assert (end.off_minor, end.head.opening, end.head.number) == (0, Balance(-5, "EUR", DAY), "00001/001")


ABN = """{1:F01ABNANL2AXXXX0000000000}{2:I940ABNANL2AXXXN}{4:
:20:ABN AMRO BANK NV
:25:517852257
:28:19321/1
:60F:C260301EUR3236,28
:61:2603020302N192,00
:62F:C260302EUR1876,90
-}"""
RABO = """:940:
:20:940S260302
:25:NL44RABO0123456789 EUR
:28C:26061
:60F:C260301EUR000000001000,00
:61:2603020302C000000000250,5N541EREF//INGBNL2A123
NL20INGB0001234567
:86:/EREF/E2E-99/BENM//NAME/Alma Imports/IBAN/NL20INGB0001234567/REMI/
USTD//inv 12 RF18 5390 0754
 7034/ISDT/2026-03-02
:61:2603020302D12,NCHGNONREF
:62F:C260302EUR000000001238,50
:86:all figures in euro
:20:940S260303
:25:NL44RABO0123456789 EUR
:28C:26062
:60F:C260302EUR000000001238,50
:61:2601021231RD1,00N544NONREF
:62F:D260303EUR000000000000,00
"""


def test_what_banks_make_of_mt940(tmp_path: Path) -> None:
    events = list(read(written(tmp_path / "rabo.sta", RABO.replace("\n", "\r\n"))))
    found = [event for event in events if isinstance(event, Line)]
    heads = [event for event in events if isinstance(event, StatementHead)]
    assert [(head.account, head.number) for head in heads] == [
        ("NL44RABO0123456789", "26061"),
        ("NL44RABO0123456789", "26062"),
    ]
    assert (found[0].amount_minor, found[0].end_to_end, found[0].counterparty_name) == (
        25_050,
        "E2E-99",
        "Alma Imports",
    )
    assert "RF1853900754" in found[0].text.replace(" ", "")
    assert "all figures" not in found[1].text
    assert (found[2].direction, found[2].reversal) == ("credit", True)
    assert (found[2].value_on, found[2].booked_on) == (date(2026, 1, 2), date(2025, 12, 31))
    ends = [event for event in events if isinstance(event, StatementEnd)]
    assert [end.off_minor for end in ends] == [0, -123_950]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (ABN, "statement 1"),
        (RABO.replace("C000000000250,5N", "C250,555N"), "statement 1, entry 1.61"),
        (RABO.replace(":62F:C", ":99F:C"), "statement 1"),
        (RABO.replace(":25:NL44RABO0123456789 EUR", ":21:"), "statement 1.25"),
        (":20:nothing more", "statement 1.25"),
    ],
)
def test_an_mt940_that_is_not_whole_is_refused(content: str, field: str, tmp_path: Path) -> None:
    with pytest.raises(StatementUnreadable) as caught:
        list(read(written(tmp_path / "x.sta", content)))
    assert caught.value.field == field


# --- batches and odd forms -------------------------------------------------------------------------------------------


def batch(amounts: Iterable[int], total: int, tmp_path: Path, version: int = 8) -> Path:
    whole = Made(total, bank_ref="BATCH")
    parts = [Made(amount, text=f"part {amount}", bank_ref="") for amount in amounts]
    path = making.camt(tmp_path / "batch.xml", [whole], version=version)
    single = making.entry(whole, version)
    assert single in path.read_text()
    return written(path, path.read_text().replace(single, making.entry(whole, version, parts)))


@pytest.mark.parametrize("version", [1, 2, 3, 8, 12])
def test_an_entry_of_several_movements_is_several_lines(version: int, tmp_path: Path) -> None:
    found = lines(batch([100, 250, 50], 400, tmp_path, version))
    assert [(line.detail, line.amount_minor, line.bank_ref, line.entry) for line in found] == [
        (1, 100, "BATCH", 1),
        (2, 250, "BATCH", 1),
        (3, 50, "BATCH", 1),
    ]
    with pytest.raises(StatementUnreadable) as caught:
        lines(batch([100, 250, 51], 400, tmp_path, version))
    assert (caught.value.field, caught.value.facts["found"]) == ("statement S1, entry 1.TxDtls/Amt", "401 in all")


def test_an_entry_whose_movements_have_no_amounts_is_one_line(tmp_path: Path) -> None:
    path = making.camt(tmp_path / "a.xml", [Made(400, bank_ref="BATCH")])
    inside = path.read_text()
    whole = "<NtryDtls><Btch><NbOfTxs>3</NbOfTxs></Btch></NtryDtls>"
    start, end = inside.index("<NtryDtls>"), inside.index("</NtryDtls>") + len("</NtryDtls>")
    assert [line.amount_minor for line in lines(written(path, inside[:start] + whole + inside[end:]))] == [400]
    bare = "<NtryDtls><TxDtls><Refs/></TxDtls><TxDtls><Refs/></TxDtls></NtryDtls>"
    assert [line.detail for line in lines(written(path, inside[:start] + bare + inside[end:]))] == [0]


def test_namespaces_prefixes_envelopes_and_encodings_make_no_difference(tmp_path: Path) -> None:
    made = making.camt(tmp_path / "a.xml", PAID, opening_minor=3)
    wanted, text = list(read(made)), made.read_text()
    namespace = ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"'
    declared = '<?xml version="1.0" encoding="UTF-8"?>\n'
    body = text.removeprefix(declared)
    forms = [
        text.replace(namespace, ""),
        text.replace(namespace, ' xmlns="urn:swift:xsd:camt.053.001.08"'),
        declared + f"<Envelope><h:AppHdr xmlns:h='urn:h'><h:Fr/></h:AppHdr>{body}</Envelope>",
        declared + f"<!-- a comment --><?a word?>{body}",
        "\ufeff" + text,
        "\n  " + body,
    ]
    for place, form in enumerate(forms):
        assert list(read(written(tmp_path / f"{place}.xml", form))) == wanted, place
    for encoding in ("iso-8859-1", "windows-1252", "utf-16"):
        said = text.replace("UTF-8", encoding).replace("–", "-")
        expected = [replace(line, text=line.text.replace("–", "-")) for line in lines(made)]
        assert lines(written(tmp_path / "b.xml", said.encode(encoding))) == expected, encoding


def test_several_statements_and_balances_behind_the_entries(tmp_path: Path) -> None:
    text = making.camt(tmp_path / "a.xml", PAID[:2]).read_text()
    start, end = text.index("<Stmt>"), text.index("</Stmt>") + len("</Stmt>")
    statement = text[start:end]
    balances = statement[statement.index("<Bal>") : statement.rindex("</Bal>") + len("</Bal>")]
    moved = statement.replace(balances, "").replace("</Stmt>", f"{balances}</Stmt>").replace("S1", "S2")
    empty = "<Stmt><Id>S3</Id><Acct><Id><Othr><Id>1 2 3</Id></Othr></Id></Acct></Stmt>"
    events = list(read(written(tmp_path / "b.xml", text[:end] + moved + empty + text[end:])))
    ends = [event for event in events if isinstance(event, StatementEnd)]
    assert [(one.head.id, one.head.account, one.lines) for one in ends] == [
        ("S1", IBAN, 2),
        ("S2", IBAN, 2),
        ("S3", "123", 0),
    ]
    assert ends[1].head.closing == Balance(1_070_050, "EUR", DAY)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (">10000.00<", ">10000.001<", "Amt"),
        (">10000.00<", ">1e4<", "Amt"),
        (">10000.00<", ">-10000.00<", "Amt"),
        ('Ccy="EUR">10000.00<', 'Ccy="JPY">10000.5<', "Amt"),
        ('Ccy="EUR">10000.00<', 'Ccy="XXX">10000.00<', "Amt"),
        ("<CdtDbtInd>CRDT</CdtDbtInd>\n", "", "CdtDbtInd"),
        ("<Cd>BOOK</Cd>", "<Cd>WHAT</Cd>", "Sts"),
        ("<Dt>2026-03-02</Dt></BookgDt>", "<Dt>2026-02-30</Dt></BookgDt>", "BookgDt"),
    ],
)
def test_what_an_entry_may_not_say_is_refused_by_its_name(old: str, new: str, name: str, tmp_path: Path) -> None:
    path = making.camt(tmp_path / "a.xml", PAID[:1])
    text = path.read_text()
    begin = text.index("<Ntry>")
    inside = text[begin:].replace("<CdtDbtInd>CRDT</CdtDbtInd>", "<CdtDbtInd>CRDT</CdtDbtInd>\n", 1)
    assert old in inside
    with pytest.raises(StatementUnreadable) as caught:
        list(read(written(path, text[:begin] + inside.replace(old, new, 1))))
    assert caught.value.field == f"statement S1, entry 1.{name}"
    assert caught.value.accepted


# --- hostile files ---------------------------------------------------------------------------------------------------


def hostile(folder: Path) -> dict[str, Path]:
    made = making.camt(folder / "whole.xml", PAID)
    whole = made.read_bytes()
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"0" * 50_000_000)
    start = b"<Document><BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><IBAN>X</IBAN></Id></Acct>"
    contents: dict[str, bytes] = {
        "laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l11;</a>'.encode(),
        "laughs late": b"<!-- " + b"x" * 200_000 + b' --><!DOCTYPE a [<!ENTITY a "b">]><a>&a;</a>',
        "laughs wide": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY a "b">]><a/>'.encode("utf-16"),
        "outside": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "undeclared": whole.replace(b"Alma Imports", b"&who;"),
        "deep": b"<a>" * 5_000_000,
        "deep inside": start + b"<Ntry>" * 2_000_000,
        "text": start + b"<Ntry><AddtlNtryInf>" + b"x" * 40_000_000,
        "texts": start + (b"<A>" + b"x" * 9_000_000 + b"</A>") * 8,
        "attribute": start + b'<Ntry a="' + b"x" * 40_000_000,
        "attributes": start + b"<Ntry " + b" ".join(b'a%d="1"' % n for n in range(2_000_000)),
        "tag": start + b"<Ntry " + b'b=">" ' + b" ".join(b'a%d=">"' % n for n in range(4_000_000)),
        "comment": start + b"<!-- > " + b"x>" * 20_000_000,
        "names": start + b"".join(b"<n%d/>" % n for n in range(2_000_000)),
        "junk": start + b"<x/>" * 12_000_000,
        "junk in an entry": start + b"<Ntry>" + b"<x/>" * 8_000_000,
        "utf-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-a/+AD4-',
        "cut": whole[: len(whole) // 2],
        "two": whole + whole,
        "other xml": b"<html><body/></html>",
        "pain": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>',
        "zip": zipped.getvalue(),
        "gzip": gzip.compress(b"0" * 50_000_000),
        "pdf": b"%PDF-1.7 and so on",
        "csv": b"date,amount,text\n2026-03-02,100.00,paid\n",
        "nothing": b"",
        "blank": b" \n\n ",
        "noise": bytes(range(256)) * 100,
        "mt940 cut": RABO[:300].encode(),
    }
    return {name: written(folder / name, content) for name, content in contents.items()}


KNOWN = (StatementUnreadable, StatementKindNotAccepted, StatementTooLarge)


MEASURED = "int(re.search(r'VmHWM:[^0-9]*([0-9]+)', Path('/proc/self/status').read_text())[1])"
"""The most that a process had in memory, in KiB."""


def test_a_hostile_file_is_refused_in_little_memory(tmp_path: Path) -> None:
    """In a process of its own, so that what it needed can be measured."""
    hostile(tmp_path)
    script = (
        "import re, sys; from pathlib import Path\n"
        "from tests.rails.bank.test_reading import refused\n"
        f"taken = refused(Path(sys.argv[1])); print({MEASURED}); raise SystemExit(taken)"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]
    assert int(ran.stdout.split()[-1]) < 250 * 1024, ran.stdout


def refused(folder: Path) -> int:
    """How many of the files there are taken, or refused without a word; whole.xml is the one that should be read."""
    taken = 0
    for path in sorted(folder.iterdir()):
        if path.name == "whole.xml":
            continue
        try:
            said = f"read {sum(1 for _event in read(path))} events"
            taken += 1
        except KNOWN as refusal:
            said = f"{refusal.code()} {refusal.facts.get('found')}"
            taken += "passwd" in said or not refusal.accepted
        print(path.name, said)
    return taken


def test_a_file_may_be_too_large(tmp_path: Path) -> None:
    path = making.camt(tmp_path / "a.xml", PAID)
    with pytest.raises(StatementTooLarge) as caught:
        list(read(path, most_bytes=1000))
    assert caught.value.accepted == {"at_most_bytes": 1000}
    assert issubclass(StatementTooLarge, Refusal)


@pytest.mark.long
def test_a_hundred_thousand_entries_are_read_in_little_memory(tmp_path: Path) -> None:
    path = making.camt(tmp_path / "big.xml", making.many(100_000))
    script = (
        "import re, sys; from pathlib import Path\nfrom holdfast.rails.bank import read\n"
        f"print(sum(1 for _event in read(Path(sys.argv[1]))), {MEASURED})"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    count, kilobytes = map(int, ran.stdout.split())
    assert (count, kilobytes < 300 * 1024) == (100_002, True)
