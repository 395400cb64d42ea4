"""`holdfast statement FILE` says what is in a bank's file, or why it is none, without a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.cli import main
from tests.rails.bank import making
from tests.rails.bank.making import IBAN, Made


def test_a_file_is_read_offline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [Made(1_000_00, bank_ref="A"), Made(25_00, debit=True, bank_ref="B")]
    path = making.camt(tmp_path / "a.xml", lines, opening_minor=500_00, closing_minor=600_00)
    assert main(["statement", str(path), "--offline"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"camt.053 S1 of {IBAN} EUR: 2 lines",
        "  1,000.00 EUR came, 25.00 EUR left",
        "  opens with 500.00 EUR on 2026-03-02",
        "  closes with 600.00 EUR on 2026-03-02",
        "  its lines miss its closing balance by -875.00 EUR",
    ]
    path.write_text(path.read_text().replace(">25.00<", ">25.001<", 1))
    assert main(["statement", str(path), "--offline"]) == 1
    said = capsys.readouterr().err
    assert "statement S1, entry 2.Amt: found 25.001; accepted: at most 2 digits" in said
    assert main(["statement", str(tmp_path / "none.xml"), "--offline"]) == 1
