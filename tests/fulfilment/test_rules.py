"""Check digits, grades and ship dates as tables: every sentence of the rules stands here as a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.fulfilment import numbers, rules
from holdfast.fulfilment.carriers import Consignment, Simulated, simulated_number
from holdfast.fulfilment.rules import Facts, Paper, Said
from holdfast.programme import shipped

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
GOOD = Facts("sea", number_is_valid=True, is_reused=False, is_elsewhere=False, to_country="DE")


def said(code: str, days: float = 0, *, source: str = "carrier", place: str = "", proof: bool = False) -> Said:
    zone = BERLIN if code in {"DELIVERED", "ARRI"} else SHANGHAI
    return Said(code, NOON + timedelta(days=days), zone, source, place, proof)


@pytest.mark.parametrize(
    ("number", "mode", "scheme", "valid"),
    [
        ("RR473124828GB", "courier", "upu_s10", False),
        ("RR473124829GB", "courier", "upu_s10", True),  # the example of UPU S10
        ("CSQU3054383", "sea", "iso_6346", True),  # the example of ISO 6346
        ("CSQU3054384", "sea", "iso_6346", False),
        ("02012345675", "air", "air_waybill", True),
        ("02012345676", "air", "air_waybill", False),
        ("02012345675", "courier", None, False),
        ("1Z999AA10123456784", "courier", None, False),
    ],
)
def test_numbers_are_known_by_their_scheme_and_check_digit(number: str, mode: str, scheme: str, valid: bool) -> None:
    assert numbers.check(number=number, mode=mode) == numbers.Checked(scheme, valid)


@given(st.integers(0, 10**8 - 1), st.integers(0, 7), st.integers(1, 9))
def test_a_check_digit_finds_every_single_wrong_digit(serial: int, place: int, off: int) -> None:
    digits = f"{serial:08d}"
    wrong = digits[:place] + str((int(digits[place]) + off) % 10) + digits[place + 1 :]
    right = numbers.check_digit(digits)
    # S10 writes remainders 10 and 0 of different serials as digits that others have too (0 and 5).
    assert numbers.check_digit(wrong) != right or {right} & {"0", "5"}


def test_a_number_has_one_spelling() -> None:
    assert numbers.normal(" rr 4731-2482.9 gb ") == "RR473124829GB"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(GOOD, said=(said("ACCEPTED"),)), "A"),
        (replace(GOOD, number_is_valid=False, said=(said("ACCEPTED"),)), "B"),
        (replace(GOOD, papers=(Paper("packing_list", None),)), "C"),
        (replace(GOOD, said=(said("ACCEPTED", source="supplier", proof=True),)), "C"),
        (replace(GOOD, said=(said("ACCEPTED", source="supplier"),)), "D"),
        (GOOD, "D"),
        (replace(GOOD, is_reused=True, said=(said("ACCEPTED"),)), "D"),
        (replace(GOOD, is_elsewhere=True, said=(said("GTIN"),)), "B"),
        # What no goods can do lowers by one, each kind of it once.
        (replace(GOOD, said=(said("DEPA"), said("ACCEPTED", 2))), "B"),
        (replace(GOOD, said=(said("ACCEPTED"), said("DELIVERED", 0.5))), "B"),
        (replace(GOOD, said=(said("LOAD", place="CNSHA"), said("DISC", 0.2, place="DEHAM"))), "B"),
        (replace(GOOD, said=(said("ACCEPTED"), said("DELIVERED", 30, place="USNYC"))), "B"),
        (replace(GOOD, said=(said("ACCEPTED"), said("ARRI", 31), said("DELIVERED", 30, place="USNYC"))), "C"),
        (
            replace(
                GOOD, is_elsewhere=True, said=(said("DEPA", -3), said("ACCEPTED"), said("DELIVERED", 30, place="USNYC"))
            ),
            "D",
        ),
    ],
)
def test_the_grade_says_how_good_the_proof_of_shipment_is(facts: Facts, expected: str) -> None:
    assert rules.grade(facts) == expected


@pytest.mark.parametrize(
    ("report", "reused", "expected"),
    [
        (said("DELIVERED", 30), False, "A"),
        (said("DELIVERED", 30), True, "D"),
        (said("DELIVERED", 30, source="buyer"), True, "B"),
        (said("DELIVERED", 30, source="supplier", proof=True), False, "C"),
        (said("DELIVERED", 30, source="supplier"), False, "D"),
        (said("DELIVERED", 30, source="operator", proof=True), False, "C"),
    ],
)
def test_a_report_of_delivery_is_graded_by_who_makes_it(report: Said, reused: bool, expected: str) -> None:
    facts = replace(GOOD, is_reused=reused, said=(said("ACCEPTED"), report))
    assert rules.delivery_grade(facts, said=report) == expected
    assert rules.delivers(expected) is (expected != "D")


@pytest.mark.parametrize(
    ("programme", "facts", "left_on", "record_on", "basis"),
    [
        ("standard", GOOD, date(2026, 4, 9), date(2026, 4, 9), "word"),
        ("standard", replace(GOOD, papers=(Paper("invoice", date(2026, 4, 1)),)), date(2026, 4, 9), None, "word"),
        (
            "standard",
            replace(GOOD, papers=(Paper("bill_of_lading", date(2026, 4, 8)),)),
            date(2026, 4, 8),
            None,
            "document",
        ),
        # 20:00 UTC on the 10th is the 11th where the carrier accepted.
        ("standard", replace(GOOD, said=(said("LOAD", 3), said("GTIN", 1 / 3))), date(2026, 4, 11), None, "carrier"),
        ("standard", replace(GOOD, said=(said("ACCEPTED", source="supplier"),)), date(2026, 4, 9), None, "word"),
        ("standard", replace(GOOD, is_reused=True, said=(said("ACCEPTED", -5),)), date(2026, 4, 9), None, "word"),
        ("standard", replace(GOOD, said=(said("DELIVERED", -3),)), date(2026, 4, 7), None, "word"),
        # `import` asks for the upload by the ship date too.
        ("import", replace(GOOD, said=(said("ACCEPTED", -1),)), date(2026, 4, 9), date(2026, 4, 12), "carrier"),
    ],
)
def test_the_ship_date_of_record_is_the_earliest_trusted_acceptance(
    programme: str, facts: Facts, left_on: date, record_on: date | None, basis: str
) -> None:
    found = rules.ship_date(
        programme=shipped(programme), facts=facts, stated_on=date(2026, 4, 9), uploaded_on=date(2026, 4, 12)
    )
    assert found == rules.ShipDate(left_on, record_on or left_on, basis)


def test_conclusive_is_the_carriers_word_and_its_papers_and_nothing_else() -> None:
    papers = tuple(Paper(kind, None) for kind in rules.DOCUMENTS)
    found = rules.conclusive_papers(
        programme=shipped("standard"), facts=replace(GOOD, papers=papers, said=(said("ACCEPTED"),))
    )
    assert found == ("bill_of_lading", "air_waybill", "carrier_acceptance_scan")
    own = replace(GOOD, said=(said("ACCEPTED", source="supplier", proof=True),))
    assert rules.conclusive_papers(programme=shipped("standard"), facts=own) == ()


def test_the_simulated_carrier_follows_the_plan_in_its_number() -> None:
    number = simulated_number(accept_days=2, transit_days=20, serial=7)
    assert numbers.check(number=number, mode="sea") == numbers.Checked("simulated", is_valid=True)
    parcel = Consignment(number, "sea", NOON, SHANGHAI, BERLIN)

    def codes(days: float) -> list[str]:
        return [scan.code for scan in Simulated().scans(parcel, now=NOON + timedelta(days=days))]

    assert [codes(days) for days in (1, 2, 7, 17)] == [
        [],
        ["ACCEPTED"],
        ["ACCEPTED", "DEPA"],
        ["ACCEPTED", "DEPA", "ARRI"],
    ]
    assert codes(22)[-1] == "DELIVERED"
    lost = replace(parcel, number=simulated_number(accept_days=0, transit_days=99))
    assert [scan.code for scan in Simulated().scans(lost, now=NOON + timedelta(days=300))] == ["ACCEPTED"]
    assert not Simulated().knows("RR473124829GB")
