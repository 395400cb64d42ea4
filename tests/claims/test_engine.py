"""The cases of the sources, run as they are told, and the promises an assessment makes whatever the case."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from holdfast.claims.engines import Assessment
from holdfast.claims.facts import (
    Answer,
    Charge,
    ClaimedUnits,
    Complaint,
    ContractLine,
    Evidence,
    LotLine,
    Report,
)
from holdfast.programme.rules import LateClause
from holdfast.terms import read_term
from tests.claims.engine_cases import (
    ACCEPT,
    BROKERAGE,
    CHIP,
    CONTEST,
    INSPECTION,
    SHADE,
    assess,
    at,
    case,
    checked_readings,
    hairbands,
    hats,
    late,
    lot,
    microcontroller,
    money,
    readings,
)


def figures(assessment: Assessment) -> list[tuple[str, int]]:
    return [(line.label, line.amount_minor) for line in assessment.lines]


def sentences(assessment: Assessment, topic: str) -> str:
    return " ".join(finding.sentence for finding in assessment.findings if finding.topic == topic)


# --- the microcontroller ----------------------------------------------------------------------------------------


def test_microcontroller_under_import() -> None:
    facts = microcontroller(evidence=(INSPECTION, BROKERAGE), answer=CONTEST)
    found = assess("import", facts)
    assert figures(found) == [("lot_price", 1_540_000), ("undelivered_price", 2_310_000), ("charge.freight", 0)]
    assert (found.outcome, found.total_minor, found.cost_minor) == ("upheld", 3_850_000, 0)
    assert found.lines[0].formula == "2000 x 7.70 = 15400.00"
    assert "1200.00 USD is borne by the buyer" in sentences(found, "cost")
    assert "600.00 USD of customs brokerage are not recoverable" in sentences(found, "cost")
    assert [owed.kind for owed in found.obligations] == ["return_goods"]
    assert not found.without_person


def test_microcontroller_under_standard_adds_the_inspection_as_a_cost() -> None:
    found = assess("standard", microcontroller(evidence=(INSPECTION, BROKERAGE), answer=CONTEST))
    assert figures(found)[-1] == ("inspection", 120_000)
    assert (found.refund_minor, found.cost_minor, found.total_minor) == (3_850_000, 120_000, 3_970_000)
    assert found.lines[-1].head == "cost"


def test_an_equivalent_component_is_a_breach_unless_it_is_on_the_list() -> None:
    listed = {**CHIP, "accepted": ["GD32F407VGT6"]}
    facts = microcontroller()
    contract = replace(facts.contract, specification=type(facts.contract.specification)((read_term(listed),)))
    found = assess("import", replace(facts, contract=contract))
    assert (found.outcome, found.lines) == ("denied", ())


def test_the_undelivered_rest_stays_unless_the_buyer_cancels_it() -> None:
    facts = microcontroller()
    kept = replace(facts, complaints=(replace(facts.complaints[0], cancel_rest=False),))
    found = assess("import", kept)
    assert figures(found) == [("lot_price", 1_540_000), ("charge.freight", 0)]
    assert "may cancel the 3000 units" in sentences(found, "rest")


def test_return_freight_is_the_suppliers() -> None:
    freight = Evidence("ev_3", "return_freight_invoice", "buyer", amount_minor=45_000)
    found = assess("import", microcontroller(evidence=(freight,)))
    assert figures(found)[-1] == ("return_freight", 45_000)


# --- the hats ---------------------------------------------------------------------------------------------------


def test_hats_are_denied_as_taste_and_the_missing_term_is_named() -> None:
    message = Evidence("ev_4", "message", "buyer", origin="outside", attested="both", term=read_term(SHADE))
    found = assess("accessories", hats(evidence=(message,)))
    assert (found.outcome, found.total_minor) == ("denied", 0)
    assert "a colour term" in sentences(found, "missing_term")
    assert "does not have a measurable term for colour" in sentences(found, "coverage")
    assert "does not admit" in sentences(found, "outside_message")


@pytest.mark.parametrize("in_contract", [True, False])
def test_hats_are_upheld_with_a_colour_term_and_a_measured_difference(in_contract: bool) -> None:
    above = readings(SHADE, 200, lab=["50", "0", "-82.7485"])
    report = Report("rep_2", "inspector", date(2026, 3, 5), above)
    message = Evidence("ev_4", "message", "buyer", origin="outside", attested="both", term=read_term(SHADE))
    found = assess(
        "standard",
        hats(reports=(report,), terms=[SHADE] if in_contract else [], evidence=() if in_contract else (message,)),
    )
    assert figures(found) == [("lot_price", 1_200_000), ("charge.freight", 0)]
    assert found.outcome == "upheld"
    assert "dE 2.0425" in sentences(found, "term")
    source = "contract:term:T7" if in_contract else "evidence:ev_4"
    assert any(source in finding.points_to for finding in found.findings if finding.topic == "term")


def test_a_message_only_one_side_attests_is_no_term() -> None:
    for attested in ("denied", "silent"):
        message = Evidence("ev_4", "message", "buyer", origin="outside", attested=attested, term=read_term(SHADE))
        assert assess("standard", hats(evidence=(message,))).outcome == "denied"


def test_hats_with_some_units_below_the_limit_are_a_matter_of_the_plan() -> None:
    units = [
        {"id": str(n), "line": 1, "readings": [{"term": "T7", "lab": ["50", "0" if n < 3 else "2.6", "-82.7485"]}]}
        for n in range(20)
    ]
    major = {**SHADE, "class": "major"}
    report = Report("rep_2", "inspector", date(2026, 3, 5), checked_readings([major], units))
    rows = [{"class": "major", "n": 20, "ac": 1, "re": 2}]
    plan = {"kind": "plan", "plans": rows}
    rejected = assess("standard", hats(reports=(report,), terms=[major], criterion=plan))
    assert figures(rejected)[0] == ("lot_price", 1_200_000)
    accepted = assess("standard", hats(reports=(report,), terms=[major]))
    assert figures(accepted)[0] == ("units_price", 3 * 120)


def test_nothing_measured_asks_for_a_report_and_a_mediator() -> None:
    found = assess("standard", hats(terms=[SHADE]))
    assert (found.outcome, found.lines) == ("mediator_decides", ())
    assert [(missing.kind, missing.lot) for missing in found.missing] == [("inspection_report", 1)]


# --- the hairbands ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "remedy", "expected"),
    [
        ("accessories", "refund", [("lot_price", 80_000), ("charge.freight", 5_000)]),
        ("import", "refund", [("missing_units_price", 40_000), ("charge.freight", 2_500)]),
        ("standard", "refund", [("missing_units_price", 40_000), ("charge.freight", 2_500)]),
        ("standard", "return_and_refund", [("lot_price", 80_000), ("charge.freight", 5_000)]),
    ],
)
def test_hairbands(name: str, remedy: str, expected: list[tuple[str, int]]) -> None:
    found = assess(name, hairbands(remedy, answer=ACCEPT))
    assert figures(found) == expected
    assert (found.outcome, found.without_person) == ("upheld", True)
    goods_back = [owed.kind for owed in found.obligations]
    assert goods_back == (["return_goods"] if remedy == "return_and_refund" else [])


def test_a_contested_count_of_the_buyers_own_goes_to_a_mediator() -> None:
    found = assess("import", hairbands(answer=CONTEST))
    assert (found.outcome, found.without_person) == ("mediator_decides", False)
    assert found.lines[0].grade == "contested"
    misuse = assess("import", hairbands(answer=Answer("misuse", at(8), has_text=True)))
    assert misuse.outcome == "upheld"
    assert "changes nothing" in sentences(misuse, "answer")


def test_more_than_half_is_pro_rata_even_if_the_buyer_would_rather_return_it() -> None:
    found = assess("standard", hairbands("return_and_refund", received=501, answer=ACCEPT))
    assert figures(found)[0] == ("missing_units_price", 499 * 80)


@pytest.mark.parametrize(("received", "missing"), [(980, 0), (979, 21)])
def test_inside_the_tolerance_nothing_beyond_it_everything(received: int, missing: int) -> None:
    facts = hairbands(received=received)
    tolerant = replace(facts.contract.lines[0], tolerance_percent=Fraction(2))
    found = assess("standard", replace(facts, contract=replace(facts.contract, lines=(tolerant,))))
    assert found.refund_minor == (missing * 80 + missing * 5 if missing else 0)
    assert found.outcome == ("upheld" if missing else "denied")


def test_acceptance_without_reservation_waives_a_visible_shortage() -> None:
    facts = hairbands()
    found = assess("standard", replace(facts, lots=(replace(facts.lots[0], accepted_without_reservation=True),)))
    assert (found.outcome, found.lines) == ("denied", ())


# --- lateness ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "days", "percent"),
    [("standard", 6, "2"), ("import", 6, "5"), ("standard", 12, "5"), ("standard", 2, "0"), ("standard", 27, "10")],
)
def test_late_shipment_is_decided_from_the_record(name: str, days: int, percent: str) -> None:
    found = assess(name, late(days))
    assert found.total_minor == 1_000_000 * int(percent) // 100
    assert found.outcome == ("denied" if percent == "0" else "upheld")
    assert found.without_person
    if percent != "0":
        assert figures(found) == [("late_compensation", found.total_minor)]
        assert f"10000.00 x {percent}%" in found.lines[0].formula


def test_the_contracts_own_clause_comes_first() -> None:
    clause = LateClause(percent_per_day=Fraction(1), grace_days=0, cap_percent=Fraction(4))
    assert assess("import", late(6, contract={"late_clause": clause})).total_minor == 40_000


def test_only_a_conclusive_document_moves_a_late_record() -> None:
    photo = Evidence("ev_5", "photo", "supplier", on=date(2026, 2, 1), lot=1)
    assert assess("standard", late(6, evidence=(photo,), answer=CONTEST)).outcome == "upheld"
    bill = replace(photo, kind="bill_of_lading")
    found = assess("standard", late(6, evidence=(bill,), answer=CONTEST))
    assert (found.outcome, found.total_minor) == ("denied", 0)
    assert "bill of lading" in sentences(found, "rebuttal")


def test_a_weak_proof_that_is_contested_goes_to_a_mediator() -> None:
    assert assess("standard", late(6, grade="C", answer=CONTEST)).outcome == "mediator_decides"
    assert assess("standard", late(6, grade="C")).outcome == "upheld"


@pytest.mark.parametrize(
    ("act", "percent"), [("rights_reserved", 2), ("new_date", 0), ("with_compensation", Fraction(1))]
)
def test_a_new_date_counts_as_its_act_says(act: str, percent: Any) -> None:
    moved = {"new_ship_on": date(2026, 2, 5), "date_act": act}
    assert assess("standard", late(6, contract=moved)).total_minor == 10_000 * percent


def test_force_majeure_moves_the_date() -> None:
    assert assess("standard", late(6, excused_days=6)).total_minor == 0


def test_unshipped_goods_may_be_cancelled_from_the_31st_day() -> None:
    waiting = lot(1, 1_000, 1_000, shipped_on=None, ship_grade=None, uploaded_on=None, delivered_on=None, received=None)
    complaint = Complaint("clm_5", "not_shipped", at(2))
    facts = case(quantity=1_000, price_minor=1_000, freight_minor=50_000, complaint=complaint, lots=(waiting,))
    early = assess("standard", replace(facts, assessed_at=at(3)))
    assert (early.outcome, early.total_minor) == ("denied", 0)
    assert "may cancel it from 2026-03-04" in sentences(early, "lateness")
    found = assess("standard", replace(facts, assessed_at=at(4) + timedelta(hours=12)))
    assert figures(found) == [("undelivered_price", 1_000_000), ("charge.freight", 50_000)]
    assert (found.outcome, found.without_person) == ("upheld", True)
    late_claim = replace(complaint, reason="late_shipment", cancel_late=True)
    cancelled = assess("standard", replace(facts, complaints=(late_claim,)))
    assert figures(cancelled) == [("cancelled_price", 1_000_000), ("charge.freight", 50_000)]


def test_a_supplier_who_cancels_gives_everything_back() -> None:
    facts = case(
        quantity=1_000,
        price_minor=1_000,
        freight_minor=50_000,
        complaint=Complaint("clm_6", "supplier_cancelled", at(2)),
        lots=(),
    )
    assert assess("standard", facts).outcome == "mediator_decides"
    found = assess("standard", replace(facts, supplier_cancelled_on=date(2026, 2, 20)))
    assert (found.total_minor, found.outcome, found.without_person) == (1_050_000, "upheld", True)
    # Only a deposit was paid: the price is computed, and what can come back is said in a line of its own.
    deposit = replace(facts, supplier_cancelled_on=date(2026, 2, 20), money=money(300_000))
    found = assess("standard", deposit)
    assert figures(found)[-1] == ("limit.refund", -750_000)
    assert found.total_minor == 300_000


# --- several reasons, windows, other reasons ----------------------------------------------------------------------


def test_two_reasons_on_the_same_units_pay_once() -> None:
    facts = microcontroller()
    day = date(2026, 2, 7)
    late_lot = replace(facts.lots[0], shipped_on=day, uploaded_on=day)
    second = Complaint("clm_9", "late_shipment", at(6), lots=(1,))
    both = replace(facts, lots=(late_lot,), complaints=(*facts.complaints, second))
    assert figures(assess("standard", both)) == [
        ("lot_price", 1_540_000),
        ("undelivered_price", 2_310_000),
        ("charge.freight", 0),
    ]


def test_late_compensation_is_of_the_units_that_stay() -> None:
    facts = hairbands(answer=ACCEPT)
    day = date(2026, 2, 7)
    late_lot = replace(facts.lots[0], shipped_on=day, uploaded_on=day)
    second = Complaint("clm_9", "late_shipment", at(6), lots=(1,))
    both = replace(facts, lots=(late_lot,), complaints=(*facts.complaints, second))
    found = assess("import", both)
    # 500 missing units in full; 5% of the price of the other 500.
    assert figures(found) == [
        ("missing_units_price", 40_000),
        ("charge.freight", 2_500),
        ("late_compensation", 2_000),
    ]


def test_a_claim_after_its_window_is_denied_and_the_last_moment_is_said_in_the_buyers_zone() -> None:
    facts = microcontroller()
    # Delivered on 1 March: the last second is 31 March in New York, 03:59:59 UTC on 1 April.
    last = at(1, month=4).replace(hour=3, minute=59, second=59)
    in_time = replace(facts, complaints=(replace(facts.complaints[0], opened_at=last),))
    assert assess("import", in_time).outcome == "upheld"
    too_late = replace(facts, complaints=(replace(facts.complaints[0], opened_at=last + timedelta(seconds=1)),))
    found = assess("import", too_late)
    assert (found.outcome, found.lines) == ("denied", ())
    assert "2026-03-31 23:59:59 America/New_York" in sentences(found, "window")


def test_each_lot_has_its_own_window() -> None:
    report = Report("rep_1", "inspector", date(2026, 3, 4), readings(CHIP, 5, value="GD32F407VGT6"))
    early = lot(1, 100, 770, reports=(report,), delivered_on=date(2026, 1, 1))
    fresh = lot(2, 100, 770, reports=(replace(report, id="rep_2"),))
    complaint = Complaint("clm_1", "quality", at(6), terms=("T1",))
    facts = case(quantity=200, price_minor=770, complaint=complaint, lots=(early, fresh), terms=[CHIP])
    assert figures(assess("standard", facts))[0] == ("lot_price", 77_000)
    assert [units.lot for line in assess("standard", facts).lines for units in line.units] == [2]


def test_a_term_without_its_tolerance_is_named_as_the_obstacle() -> None:
    loose = {"id": "L", "property": "length", "kind": "dimension", "class": "major", "nominal": "70", "unit": "cm"}
    complaint = Complaint("clm_7", "quality", at(6), terms=("L",), about="dimension")
    facts = case(quantity=10, price_minor=100, complaint=complaint, lots=(lot(1, 10, 100),), terms=[loose])
    found = assess("standard", facts)
    assert found.outcome == "denied"
    assert "L (length) cannot be measured as it stands: no tolerance was agreed" in sentences(found, "missing_term")


def test_a_sample_smaller_than_the_contracts_asks_for_the_rest() -> None:
    rows = [{"class": "critical", "n": 200, "ac": 1, "re": 2}]
    units = [
        {"id": str(n), "line": 1, "readings": [{"term": "T1", "value": "other" if n == 0 else CHIP["nominal"]}]}
        for n in range(20)
    ]
    report = Report("rep_1", "inspector", date(2026, 3, 4), checked_readings([CHIP], units))
    facts = microcontroller(criterion={"kind": "plan", "plans": rows})
    found = assess("import", replace(facts, lots=(replace(facts.lots[0], reports=(report,)),)))
    assert (found.outcome, figures(found)[0]) == ("mediator_decides", ("units_price", 770))
    assert found.missing[0].points_to == ("report:rep_1", "contract:criterion")


def test_the_suppliers_own_claim_has_its_window_and_a_mediator() -> None:
    owed = Complaint("clm_8", "balance_unpaid", at(6), by="supplier", event_on=date(2026, 2, 1))
    found = assess("standard", replace(microcontroller(), complaints=(owed,)))
    assert (found.outcome, found.lines) == ("mediator_decides", ())
    assert "the event complained of the window ended 2026-03-03 23:59:59 Asia/Shanghai" in sentences(found, "window")


@pytest.mark.parametrize("reason", ["wrong_goods", "packaging_labelling", "carrier_damage", "customs", "not_delivered"])
def test_other_reasons_get_findings_and_a_mediator(reason: str) -> None:
    facts = microcontroller()
    found = assess("standard", replace(facts, complaints=(replace(facts.complaints[0], reason=reason),)))
    assert found.lines == ()
    assert found.outcome in ("mediator_decides", "denied")
    assert "a mediator decides" in sentences(found, "decision")


def test_freight_over_several_lots_is_one_line_rounded_once() -> None:
    bad = Report("rep_1", "inspector", date(2026, 3, 4), readings(CHIP, 1, value="GD32F407VGT6"))
    lots = tuple(lot(n, 1, 100, reports=(replace(bad, id=f"rep_{n}"),)) for n in (1, 2))
    complaint = Complaint("clm_1", "quality", at(6), terms=("T1",))
    facts = case(quantity=3, price_minor=100, freight_minor=100, complaint=complaint, lots=lots, terms=[CHIP])
    freight = [line for line in assess("standard", facts).lines if line.charge == "freight"]
    # Two thirds of 1.00 are 0.67; two single thirds, rounded each, would be 0.66.
    assert [line.amount_minor for line in freight] == [67]


@pytest.mark.parametrize(("basis", "expected"), [("value", 8_000), ("unit", 5_000), ("weight", 2_000)])
def test_a_charge_is_shared_by_its_basis(basis: str, expected: int) -> None:
    facts = hairbands(received=0, answer=ACCEPT)
    lines = (
        ContractLine(1, "goods", 1_000, 80, unit_weight=Fraction(1)),
        ContractLine(2, "other", 1_000, 20, unit_weight=Fraction(4)),
    )
    contract = replace(facts.contract, lines=lines, charges=(Charge("freight", 10_000, basis),))
    found = assess("import", replace(facts, contract=contract, money=money(110_000)))
    assert figures(found)[-1] == ("charge.freight", expected)


def test_rework_and_price_reduction() -> None:
    facts = microcontroller()
    wants = replace(facts.complaints[0], remedy="rework_cost", cancel_rest=False)
    assert assess("standard", replace(facts, complaints=(wants,))).missing[0].kind == "rework_invoice"
    invoice = Evidence("ev_6", "rework_invoice", "buyer", amount_minor=9_000_000)
    found = assess("standard", replace(facts, complaints=(wants,), evidence=(invoice,)))
    assert figures(found) == [("rework", 1_540_000)]
    wants = replace(wants, remedy="price_reduction", amount_minor=300_000)
    assert assess("standard", replace(facts, complaints=(wants,))).outcome == "mediator_decides"
    found = assess("standard", replace(facts, complaints=(wants,), answer=ACCEPT))
    assert (figures(found), found.outcome) == ([("price_reduction", 300_000)], "upheld")


def test_rework_is_of_the_units_that_are_not_refunded() -> None:
    facts = microcontroller()
    short = replace(facts.lots[0], lines=(LotLine(1, 2_000, 2_000, 1_500),), counted_by="carrier")
    wants = replace(facts.complaints[0], remedy="rework_cost", cancel_rest=False)
    second = Complaint("clm_9", "quantity", at(6), lots=(1,))
    invoice = Evidence("ev_6", "rework_invoice", "buyer", amount_minor=9_000_000)
    found = assess("standard", replace(facts, lots=(short,), complaints=(wants, second), evidence=(invoice,)))
    assert figures(found) == [
        ("missing_units_price", 500 * 770),
        ("charge.freight", 0),
        ("rework", 1_500 * 770),
    ]
    # Twice the same complaint is one rework.
    twice = (wants, replace(wants, id="clm_10"))
    found = assess("standard", replace(facts, complaints=twice, evidence=(invoice,)))
    assert figures(found) == [("rework", 1_540_000)]


def test_two_charges_of_a_kind_are_two_lines_and_a_discount_is_shared_too() -> None:
    facts = hairbands(answer=ACCEPT)
    charges = (Charge("handling", 1_000), Charge("handling", 600), Charge("discount", -800))
    found = assess("import", replace(facts, contract=replace(facts.contract, charges=charges)))
    assert figures(found)[1:] == [("charge.handling", 500), ("charge.handling.2", 300), ("charge.discount", -400)]
    # What an earlier award gave back of a charge is not given back again.
    before = (Charge("handling", 1_000, refunded_minor=800),)
    found = assess("import", replace(facts, contract=replace(facts.contract, charges=before)))
    assert figures(found)[1:] == [("charge.handling", 200)]


def test_an_accepted_quality_claim_stands_on_its_own_quantities() -> None:
    facts = microcontroller()
    unread = replace(facts.lots[0], reports=())
    stated = replace(facts.complaints[0], quantities=(ClaimedUnits(1, 1, 40),))
    found = assess("standard", replace(facts, lots=(unread,), complaints=(stated,), answer=ACCEPT))
    assert figures(found) == [("units_price", 40 * 770), ("charge.freight", 0)]


def test_reports_of_equal_weight_that_disagree_are_contested() -> None:
    facts = microcontroller()
    good = Report("rep_9", "inspector", date(2026, 3, 5), readings(CHIP, 125, value="STM32F407VGT6"))
    two = replace(facts.lots[0], reports=(good, *facts.lots[0].reports))
    found = assess("import", replace(facts, lots=(two,)))
    assert "disagree" in sentences(found, "evidence")
    own = replace(facts.lots[0], reports=(replace(good, role="supplier"), *facts.lots[0].reports))
    assert assess("import", replace(facts, lots=(own,))).outcome == "upheld"
