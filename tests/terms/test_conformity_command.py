"""`holdfast conformity` tells the verdict that the room computes, and where a file does not fit."""

import json
from pathlib import Path
from typing import Any

import pytest

from holdfast.cli import main

CONTRACT: dict[str, Any] = {
    "lines": [{"number": 1, "quantity": 5000}],
    "specification": [
        {
            "id": "T1",
            "property": "microcontroller",
            "kind": "component",
            "class": "critical",
            "nominal": "STM32F407VGT6",
        }
    ],
}
READINGS: dict[str, Any] = {
    "lot": {"1": 2000},
    "units": [{"id": "1-13", "line": 1, "count": 13, "readings": [{"term": "T1", "value": "GD32F407VGT6"}]}],
}


def run(folder: Path, contract: Any, readings: Any, *options: str) -> int:
    for name, document in (("contract.json", contract), ("readings.json", readings)):
        (folder / name).write_text(json.dumps(document))
    return main(["conformity", str(folder / "contract.json"), str(folder / "readings.json"), *options])


def test_the_verdict_in_words_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, CONTRACT, READINGS) == 0
    told = capsys.readouterr().out
    assert "lot: rejected (critical_term_breached_by_every_unit); 13 of 2000 units examined" in told
    assert "worst GD32F407VGT6" in told
    assert "2000 of line 1" in told
    assert run(tmp_path, CONTRACT, READINGS, "--json") == 0
    assert json.loads(capsys.readouterr().out)["lot"] == "rejected"


@pytest.mark.parametrize(
    ("contract", "readings", "place"),
    [
        ([], READINGS, "contract"),
        ({}, READINGS, "contract.lines"),
        ({**CONTRACT, "specification": [{"id": "T1"}]}, READINGS, "specification.0.property"),
        (CONTRACT, {**READINGS, "lot": {"2": 5}}, "readings.lot"),
        (CONTRACT, {**READINGS, "units": [{"id": "1", "line": 9}]}, "readings.units.0.line"),
    ],
)
def test_what_does_not_fit_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], contract: Any, readings: Any, place: str
) -> None:
    assert run(tmp_path, contract, readings) == 1
    assert capsys.readouterr().err.startswith(f"{place}: found ")


def test_one_file_may_have_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "conformity.json"
    whole: dict[str, Any] = {**CONTRACT, "readings": READINGS}
    # Without the contract's lines the lot is as the readings tell it.
    alone = {"specification": CONTRACT["specification"], "readings": READINGS}
    for document in (whole, alone):
        path.write_text(json.dumps(document))
        assert main(["conformity", str(path), "--json"]) == 0
        verdict = json.loads(capsys.readouterr().out)
        assert (verdict["lot"], verdict["lot_size"]) == ("rejected", 2000)
        assert verdict["terms"][0]["worst"] == "GD32F407VGT6"
    for document, place in (
        (CONTRACT, "readings"),
        ({**alone, "readings": {"units": []}}, "contract.lines"),
        ({**alone, "readings": {"units": [], "lot": {"one": 5}}}, "readings.lot"),
    ):
        path.write_text(json.dumps(document))
        assert main(["conformity", str(path)]) == 1
        assert capsys.readouterr().err.startswith(f"{place}: found ")
