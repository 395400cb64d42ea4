"""`holdfast lint` tells what the room finds, of a contract's file and of phrases, and where a file cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from holdfast.cli import main
from holdfast.terms.lint import lint, lint_phrase
from tests.terms.lintable import hats, terms


def test_a_contracts_file_in_words_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document, path = hats(specification=terms()[1:], remarks="High quality"), tmp_path / "contract.json"
    path.write_text(json.dumps(document))
    assert main(["lint", str(path)]) == 0
    told = capsys.readouterr().out
    assert "claimability: 55.6% of the value rests on enforceable terms" in told
    assert "warning: lines.0.variant [colour_in_words]: The colour" in told
    assert "  say instead: Colour: a Pantone, RAL or Lab code" in told
    assert main(["lint", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == lint(document).as_document()
    path.write_text(json.dumps({"format": "holdfast.contract.1", "agreed": hats()}))
    assert main(["lint", str(path)]) == 0
    assert "Nothing was found" in capsys.readouterr().out


def test_phrases_one_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, phrases = tmp_path / "phrases.txt", ["good stitching", "8 stitches per inch", "做工精细"]
    path.write_text("\ufeff" + "\n\n".join(phrases) + "\n", encoding="utf-8")
    assert main(["lint", "--text", str(path), "--category", "apparel", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == [lint_phrase(text=one, category="apparel").as_document() for one in phrases]
    assert [one["measurable"] for one in found] == [False, True, False]
    assert "stitches" in found[0]["suggestion"]
    assert main(["lint", "--text", str(path), "--category", "toys"]) == 0
    told = capsys.readouterr()
    assert "good stitching: not measurable; missing: value\n  say instead: " in told.out
    assert "toys" in told.err


def test_what_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "contract.json"
    for content in (b"{", b"[]", b"\xff"):
        path.write_bytes(content)
        assert main(["lint", str(path)]) == 1
        assert "accepted: " in capsys.readouterr().err
    assert main(["lint", str(tmp_path / "none.json")]) == 1
    with pytest.raises(SystemExit):
        main(["lint"])
