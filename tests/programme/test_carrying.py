"""Who carries what under each Incoterm: the whole truth table, written by hand, under every shipped programme."""

from __future__ import annotations

import pytest

from holdfast import programme
from holdfast.programme import rules
from holdfast.programme.refusals import IncotermUnknown

TABLE = """
EXW  collected          buyer    no  | buyer    no  | buyer    no
FCA  handed_to_carrier  buyer    no  | supplier yes | buyer    no
CPT  handed_to_carrier  buyer    no  | supplier yes | buyer    no
CIP  handed_to_carrier  insurer  no  | supplier yes | buyer    no
FAS  alongside          buyer    no  | supplier yes | buyer    no
FOB  on_board           buyer    no  | supplier yes | buyer    no
CFR  on_board           buyer    no  | supplier yes | buyer    no
CIF  on_board           insurer  no  | supplier yes | buyer    no
DAP  arrived            supplier yes | supplier yes | buyer    no
DPU  unloaded           supplier yes | supplier yes | buyer    no
DDP  arrived            supplier yes | supplier yes | supplier yes
"""
"""Where risk passes; then who carries the way, export and import, and whether a programme that goes by the Incoterm
covers it."""
BY_INCOTERM, NEVER = ("standard", "accessories", "basic"), ("apparel", "import")


def rows() -> list[tuple[str, str, list[tuple[str, bool]]]]:
    found = []
    for line in TABLE.strip().split("\n"):
        incoterm, stage, rest = line.split(maxsplit=2)
        cells = [part.split() for part in rest.split("|")]
        found.append((incoterm, stage, [(bearer, covered == "yes") for bearer, covered in cells]))
    return found


@pytest.mark.parametrize("name", [*BY_INCOTERM, *NEVER])
def test_eleven_terms_by_way_export_and_import(name: str) -> None:
    table = rules.carrying_table(programme=programme.shipped(name))
    assert [(row.incoterm, row.risk_passes_at) for row in table] == [(term, stage) for term, stage, _cells in rows()]
    for row, (term, _stage, cells) in zip(table, rows(), strict=True):
        shown = [(one.bearer, one.covered) for one in (row.transit, row.export_clearance, row.import_clearance)]
        # Who carries it is the Incoterm's; whether the programme covers it is the programme's.
        assert shown == (cells if name in BY_INCOTERM else [(bearer, False) for bearer, _covered in cells]), term
        assert name in BY_INCOTERM or {row.transit.rule, row.export_clearance.rule} == {
            "coverage.carrier_damage.never",
            "coverage.customs.never",
        }


def test_every_shipped_programme_is_in_the_table() -> None:
    assert sorted(programme.names()) == sorted((*BY_INCOTERM, *NEVER))


def test_each_cell_says_why() -> None:
    table = {row.incoterm: row for row in rules.carrying_table(programme=programme.shipped("standard"))}
    assert table["CIF"].transit.sentence == "Under CIF the damage is the insurer's."
    assert table["DAP"].transit.rule == "coverage.carrier_damage.risk_not_passed"
    assert table["EXW"].export_clearance.rule == "coverage.customs.export_is_buyers"
    assert table["DDP"].import_clearance.rule == "coverage.customs.import_is_suppliers"


def test_a_term_that_is_none_is_refused() -> None:
    with pytest.raises(IncotermUnknown) as refusal:
        rules.carrying(programme=programme.shipped("standard"), incoterm="DAT")
    assert "DPU" in refusal.value.accepted
