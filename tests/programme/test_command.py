"""`holdfast programme` says what is wrong, what the rules are and what a change means."""

from importlib import resources
from pathlib import Path

import pytest

from holdfast.cli import main

STANDARD = resources.files("holdfast.programme").joinpath("shipped", "standard.toml").read_text(encoding="utf-8")


def test_a_good_file_takes_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(STANDARD)
    assert main(["programme", "check", str(file)]) == 0
    said = capsys.readouterr()
    assert said.out.count("\n") == 1
    assert "standard version 2 is valid" in said.out
    assert said.err == ""


def test_a_bad_file_is_told_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(STANDARD.replace("sign_days = 7 ", "sign_days = 0 ").replace("fraud = 48", ""))
    assert main(["programme", "check", str(file)]) == 1
    said = capsys.readouterr().err
    assert f"{file}: signing.sign_days: found 0; allowed: a whole number from 1 to 3650 (calendar days)" in said
    assert f"{file}: points.weights.fraud: found nothing; allowed: required" in said
    assert "2 problems" in said


@pytest.mark.parametrize("verb", ["check", "show"])
def test_what_is_no_file_is_said(verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", verb, str(tmp_path)]) == 1
    assert "not a readable file" in capsys.readouterr().err


def test_show_and_diff_are_readable(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", "show", "standard"]) == 0
    shown = capsys.readouterr().out
    assert "0.5% of the late value for each day, after 2 days (the grace is deducted), at most 10%" in shown
    assert max(map(len, shown.splitlines())) <= 110
    assert main(["programme", "diff", "standard", "apparel"]) == 0
    assert (
        "window.quality.days: the claim may be opened (from: as named in `anchors`)\n  - 30" in capsys.readouterr().out
    )
    assert main(["programme", "list"]) == 0
    assert capsys.readouterr().out.count("\n") == 5
