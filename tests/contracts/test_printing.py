"""The contract on paper: everything that is agreed stands on it, with who signed, and it cannot be taken for more."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pypdfium2
import pytest
from django.utils import translation

from holdfast.contracts import queries, shape
from holdfast.contracts.printing import Printed, contract, found_for
from holdfast.contracts.printing.words import MARKS, NAMES
from holdfast.contracts.rules import CONTRACT
from holdfast.terms.specification import KINDS
from tests.contracts.conftest import Stage
from tests.contracts.documents import microcontrollers

NAME = "宁波海港贸易有限公司"
LONG = "Every seam is sewn twice and pressed open before the lining is set in. " * 120


def pages(pdf: bytes) -> list[str]:
    """The text of each page, each line end a space."""
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


def whole(pdf: bytes, *, issuer: str = "") -> str:
    """The text without blanks, and without what stands at head and foot of each page."""
    said = ["".join(page.split()) for page in pages(pdf)]
    foot = re.compile(r"ContractHF-[0-9-]+·SHA-256[0-9a-f]{64}|Page[0-9]+of[0-9]+")
    head = "".join(issuer.split())
    return "".join(foot.sub("", one.removeprefix(head)) for one in said)


def rich(**changes: Any) -> dict[str, Any]:
    """Every clause there is."""
    terms = [
        {
            "id": "T1",
            "property": "Chest width 胸围",
            "kind": "dimension",
            "class": "major",
            "unit": "cm",
            "by_size": [{"size": "S", "nominal": "48.5"}, {"size": "M", "nominal": "51"}],
            "tolerance": {"minus": "0.5", "plus": "0.75", "edges": "exclusive"},
            "method": "flat, 2.5 cm below the armhole",
            "applies_to": {"lines": [1], "sizes": ["S", "M"]},
            "references": ["ab" * 32],
        },
        {
            "id": "T2",
            "property": "shell colour",
            "kind": "colour",
            "class": "critical",
            "nominal": "19-4052 TCX",
            "system": "pantone",
            "lab": ["32.43", "-1.55", "-27.26"],
            "delta_e": "2",
            "decides_lot": True,
        },
        {
            "id": "T3",
            "property": "buttons",
            "kind": "component",
            "class": "minor",
            "nominal": "Corozo 18L",
            "accepted": ["Corozo 20L", "Horn 18L"],
            "refund_trigger": False,
        },
    ]
    more: dict[str, Any] = {
        "specification": terms,
        "charges": [
            {"kind": "freight", "amount_minor": 60000, "basis": "weight", "label": "to Hamburg"},
            {"kind": "discount", "amount_minor": 12345, "basis": "value"},
        ],
        "latest_delivery_on": "2026-05-20",
        "remarks": f"First line.\n{LONG}",
    }
    return microcontrollers(**{**more, **changes})


def leaves(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [leaf for inner in found.values() for leaf in leaves(inner)]
    if isinstance(found, list):
        return [leaf for inner in found for leaf in leaves(inner)]
    return [found] if isinstance(found, str) else []


def test_every_term_both_parties_and_the_digest_stand_on_paper(stage: Stage) -> None:
    page = stage.proposed(**dict(rich().items()))
    stage.sign("buyer", page.id)
    stage.sign("supplier", page.id, signer=stage.key("supplier", limit_minor=10**9))
    found = found_for(contract_id=page.id)
    found = replace(found, text={**found.text, "supplier": {**found.text["supplier"], "name": NAME}})
    pdf = contract(found, language="en")
    text = whole(pdf, issuer=found.issuer)
    # Names of choices stand in words, days and decimals as they are read: the rest stands as it was agreed.
    choices = {"dimension", "major", "exclusive", "inclusive", "pantone", "within", "colour", "critical", "component"}
    choices |= {"minor", "freight", "discount", "weight", "value", "plan", "sea", "pre_shipment", "party_at_fault"}
    choices |= {"shipment", "deposit_balance", "signature", "receipt", "ready", "2026-04-10", "2026-05-20"}
    missing = [leaf for leaf in leaves(found.text) if leaf not in choices and "".join(leaf.split()) not in text]
    assert missing == []
    said = (
        *(NAME, "胸围", "Alma", page.digest, "S: 48.5 cm; M: 51 cm", "−0.5 cm / +0.75 cm"),
        *("the limits are not permitted", "lines 1; sizes S, M", "Corozo 20L, Horn 18L", "32.43; -1.55; -27.26"),
        *("7.70", "38,500.00", "600.00", "-123.45", "38,976.55", "Apr 10, 2026", "May 20, 2026", "5,000 piece"),
        *("signed in person", "attested by the marketplace", "standard", "HF-2026-"),
    )
    assert [one for one in said if "".join(one.split()) not in text] == []
    numbered = pages(pdf)
    assert len(numbered) > 2
    assert [f"Page {place} of {len(numbered)}" in one for place, one in enumerate(numbered, start=1)] == [True] * len(
        numbered
    )
    assert all(page.digest in one for one in numbered)


def test_what_is_not_signed_says_so_on_each_page(stage: Stage) -> None:
    draft = stage.drafted(remarks=LONG)
    found = found_for(contract_id=draft.id)
    for state, mark in (
        ("draft", "Draft, not signed"),
        ("proposed", "Proposed, not signed"),
        ("signed_once", "Signed by one side only"),
        ("withdrawn", "Withdrawn: not in force"),
    ):
        printed = pages(contract(replace(found, state=state), language="en"))
        assert len(printed) > 1
        assert all(mark in page for page in printed), state
    signed = pages(contract(replace(found, state="signed"), language="en"))
    assert not any("not signed" in page or "only" in page for page in signed)


def test_the_same_contract_gives_the_same_bytes_and_each_reader_their_own_figures(stage: Stage) -> None:
    found = found_for(contract_id=stage.proposed().id)
    assert contract(found, language="en") == contract(found, language="en")
    spanish, chinese = (whole(contract(found, language=one)) for one in ("es", "zh-hans"))
    assert "38.500,00" in spanish
    assert "7,70" in spanish
    assert "Página1de" in spanish
    assert "38,500.00" in chinese
    assert "规格" in chinese


def test_what_a_later_text_adds_is_printed_under_its_own_name(stage: Stage) -> None:
    found = found_for(contract_id=stage.drafted().id)
    text = {**found.text, "version": 2, "agreed": {**found.text["agreed"], "incubation": {"hours": 36, "kept": ""}}}
    printed = whole(contract(replace(found, text=text), language="en"))
    assert "incubation:hours:36" in printed
    assert "version:2" in printed
    assert "kept" not in printed


def test_two_thousand_lines_are_printed_each(stage: Stage) -> None:
    found = found_for(contract_id=stage.drafted().id)
    line = found.text["agreed"]["lines"][0]
    lines = [{**line, "number": place + 1, "product": f"Shirt {place + 1} end"} for place in range(2000)]
    printed: Printed = replace(found, text={**found.text, "agreed": {**found.text["agreed"], "lines": lines}})
    text = whole(contract(printed, language="en"))
    assert [place for place in range(1, 2001) if f"Shirt{place}end" not in text] == []


def test_the_paper_carries_the_digest_of_the_text_for_machines(stage: Stage) -> None:
    page = stage.proposed()

    assert sha256(queries.canonical_text(contract_id=page.id)).hexdigest() == page.digest
    assert page.digest in whole(contract(found_for(contract_id=page.id), language="en"))


@pytest.mark.parametrize("language", ["en", "es", "zh-hans"])
def test_every_name_has_its_word(language: str) -> None:

    with translation.override(language):
        states = {state for row in CONTRACT.steps for state in (row.source, row.target)}
        assert states - set(MARKS) == set()
        for kind, names in {
            "mode": shape.MODES,
            "charge": shape.CHARGES,
            "basis": shape.BASES,
            "payable": shape.PAYABLE,
            "release": shape.RELEASE,
            "examination": shape.INSPECTIONS,
            "payer": shape.PAYERS,
            "blocks": shape.BLOCKS,
            "schedule": shape.SCHEDULES,
            "kind": tuple(KINDS),
        }.items():
            assert set(names) - set(NAMES[kind]) == set(), kind
            assert all(str(NAMES[kind][one]) for one in names)


def test_a_plan_by_level_and_aql_stands_on_paper_with_its_severity(stage: Stage) -> None:
    limits = [{"class": "critical", "aql": "0"}, {"class": "major", "aql": "2.5"}]
    draft = stage.drafted(criterion={"kind": "aql", "level": "II", "aql": limits, "switching": True})
    text = whole(contract(found_for(contract_id=draft.id), language="en"))
    said = ("A sampling plan by level and AQL", "Inspection level", "Critical: 0; Major: 2.5", "by ISO 2859-1")
    assert [one for one in said if "".join(one.split()).casefold() not in text.casefold()] == []
