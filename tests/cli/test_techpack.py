"""`holdfast techpack FILE` says what is in a spreadsheet, offline; `export contract` writes a contract out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pypdfium2
import pytest

from holdfast.cli import environment, main
from holdfast.contracts.models import Contract
from tests.contracts.techpacks import book, shirt
from tests.world import World, contract

WRONG = [["Style", "Description", "Qty", "Unit price"], ["A1", "Shirt", "ten", 7.5]]


def test_a_tech_pack_is_read_by_a_process_that_knows_no_database(tmp_path: Path) -> None:
    path = tmp_path / "pack.xlsx"
    path.write_bytes(book(Spec=shirt))
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "holdfast", "techpack", str(path), "--json"]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert [term["id"] for term in found["specification"]] == ["A", "B", "C", "D"]
    assert found["problems"] == []


def test_unclear_cells_are_told_with_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pack.xlsx"
    path.write_bytes(book(Goods=WRONG))
    assert main(["techpack", str(path)]) == 1
    assert "Goods C2: found ten; accepted: a whole number" in capsys.readouterr().out.splitlines()
    path.write_bytes(b"%PDF-1.7")
    assert main(["techpack", str(path)]) == 1
    assert "Send an XLSX workbook or a CSV file" in capsys.readouterr().err
    assert main(["techpack", str(tmp_path / "none.xlsx")]) == 1
    assert main(["techpack", str(path), "--currency", "XXQ"]) == 1


def test_a_contract_is_written_out_in_each_form(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The test has a database of its own already.
    monkeypatch.setattr(environment, "set_up", lambda: None)
    monkeypatch.setattr(environment, "database", nullcontext)
    page = Contract.objects.get(id=world.drafted(document=contract()))
    path = tmp_path / "out"
    for form in ("pdf", "json", "xlsx", "csv"):
        assert main(["export", "contract", page.number, "--format", form, "--output", str(path)]) == 0
        content = path.read_bytes()
        match form:
            case "pdf":
                text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
                assert "Draft, not signed" in text
            case "json":
                assert json.loads(content) == page.document
            case "xlsx":
                assert content.startswith(b"PK")
            case _:
                assert content.startswith(b"holdfast.techpack.1,lines")
    assert main(["export", "contract", "HF-1999-000001", "--output", str(path)]) == 1
    assert main(["export", "contract", page.number, "--language", "tlh", "--output", str(path)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2
