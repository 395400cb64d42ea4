"""`holdfast plan` and `holdfast programme compare` say what the rules compute, and what would be taken."""

from __future__ import annotations

import json

import pytest

from holdfast.cli import main


def test_a_plan_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--lot", "4000", "--level", "II", "--aql", "2.5"]) == 0
    told = capsys.readouterr().out
    assert "code letter L" in told
    assert "draw 200; accept up to 10 defective, reject from 11" in told
    assert "10% defective (400 pieces): accepted 0.7% of the time" in told
    assert main(["plan", "--lot", "40", "--aql", "0.65"]) == 0
    assert "code letter D, whose arrow leads to F" in capsys.readouterr().out
    assert main(["plan", "--lot", "10", "--aql", "0.65"]) == 0
    assert "examine all 10" in capsys.readouterr().out


def test_a_plan_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--lot", "4000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["n"], found["ac"], found["re"], found["code_letter"]) == (200, 10, 11, "L")
    assert [row["this_lot"] for row in found["chances"]] == ["0.583259", "0.006924", "0.000005"]
    assert len(found["curve"]) == 81
    assert len(found["sources"]) == 3


@pytest.mark.parametrize("wrong", [["--level", "IV"], ["--aql", "3"], ["--inspection", "reduced"], ["--lot", "0"]])
def test_a_plan_that_is_none_is_told_what_is_one(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--lot", "4000", *wrong]) == 1
    said = capsys.readouterr()
    assert "accepted: " in said.err
    assert said.out == ""


def test_a_comparison_in_words_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["programme", "compare", "standard", "--amount", "200000", "--expected-delivery-on", "2027-01-31"]
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert "of this amount unprotected: 150,000.00 USD to 180,000.00 USD" in told
    assert "30 days from delivery, the last day 2027-03-02" in told
    assert 'cost: "4.4% + fixed fee per transaction"' in told
    assert main([*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [way["name"] for way in found["ways"]] == ["trade_assurance", "paypal", "direct_transfer"]
    assert found["ways"][1]["said"][0]["on"] == "2026-07-03"


@pytest.mark.parametrize(
    "wrong",
    [["--amount", "1.234"], ["--amount", "-5"], ["--currency", "CHF"], ["--currency", "XXX"], ["--tier", "none"]],
)
def test_a_comparison_of_nothing_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", "compare", "standard", "--amount", "2000", *wrong]) == 1
    said = capsys.readouterr()
    assert said.err
    assert said.out == ""
