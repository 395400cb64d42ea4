"""Whether a reason is covered: one row for each sentence of the programme's table and its readings."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import programme
from holdfast.programme import rules
from holdfast.programme.refusals import IncotermUnknown, ReasonUnknown

Facts = rules.CoverageFacts
FOB, DDP, CIF, DAP, EXW = (Facts(incoterm=term) for term in ("FOB", "DDP", "CIF", "DAP", "EXW"))


def of(incoterm: str = "FOB", **facts: object) -> Facts:
    return Facts(incoterm=incoterm, **facts)  # type: ignore[arg-type]


ROWS = [
    # programme, reason, facts, covered, rule
    ("standard", "late_shipment", FOB, True, "coverage.late_shipment"),
    ("standard", "supplier_cancelled", FOB, True, "coverage.supplier_cancelled"),
    ("standard", "late_delivery", FOB, False, "coverage.late_delivery.carrier_delay"),
    ("standard", "late_delivery", DAP, True, "coverage.late_delivery.arrival_owed"),
    ("standard", "late_delivery", of(promises_arrival=True), True, "coverage.late_delivery.arrival_owed"),
    ("basic", "late_delivery", FOB, True, "coverage.late_delivery.arrival_owed"),
    ("standard", "not_shipped", FOB, True, "coverage.not_shipped"),
    ("standard", "not_delivered", FOB, True, "coverage.not_delivered"),
    (
        "standard",
        "not_delivered",
        of(risk_passed=True, handover_grade="A"),
        False,
        "coverage.not_delivered.risk_had_passed",
    ),
    (
        "standard",
        "not_delivered",
        of(risk_passed=True, handover_grade="B"),
        False,
        "coverage.not_delivered.risk_had_passed",
    ),
    ("standard", "not_delivered", of(risk_passed=True, handover_grade="C"), True, "coverage.not_delivered"),
    ("standard", "not_delivered", of(risk_passed=True), True, "coverage.not_delivered"),
    ("standard", "quality", of(has_measurable_term=True), True, "coverage.quality.measurable_term"),
    ("standard", "quality", FOB, False, "coverage.quality.no_measurable_term"),
    (
        "standard",
        "packaging_labelling",
        of(has_measurable_term=True),
        True,
        "coverage.packaging_labelling.measurable_term",
    ),
    ("standard", "packaging_labelling", FOB, False, "coverage.packaging_labelling.no_measurable_term"),
    ("standard", "wrong_goods", FOB, True, "coverage.wrong_goods"),
    ("standard", "wrong_goods", of(counterfeit=True), True, "coverage.wrong_goods.counterfeit"),
    ("standard", "quantity", FOB, True, "coverage.quantity.beyond_tolerance"),
    ("standard", "quantity", of(beyond_tolerance=False), False, "coverage.quantity.inside_tolerance"),
    ("standard", "subjective", FOB, False, "coverage.subjective"),
    ("standard", "carrier_damage", DDP, True, "coverage.carrier_damage.risk_not_passed"),
    ("standard", "carrier_damage", FOB, True, "coverage.carrier_damage.risk_not_passed"),  # on the quay
    ("standard", "carrier_damage", of(risk_passed=True), False, "coverage.carrier_damage.risk_had_passed"),
    ("standard", "carrier_damage", of("CIF", risk_passed=True, insured=True), False, "coverage.carrier_damage.insured"),
    ("standard", "carrier_damage", of("CIP", risk_passed=True), True, "coverage.carrier_damage.not_insured"),
    ("import", "carrier_damage", DDP, False, "coverage.carrier_damage.never"),
    ("apparel", "carrier_damage", DDP, False, "coverage.carrier_damage.never"),
    ("standard", "customs", of(clearance="export"), True, "coverage.customs.export_is_suppliers"),
    ("standard", "customs", of("EXW", clearance="export"), False, "coverage.customs.export_is_buyers"),
    ("standard", "customs", of("DDP", clearance="import"), True, "coverage.customs.import_is_suppliers"),
    ("standard", "customs", of("FOB", clearance="import"), False, "coverage.customs.import_is_buyers"),
    ("standard", "customs", of("DAP", clearance="import"), False, "coverage.customs.import_is_buyers"),
    (
        "standard",
        "customs",
        of("DDP", clearance="import", seized_for_good=True),
        True,
        "coverage.customs.seized_under_ddp",
    ),
    (
        "standard",
        "customs",
        of("DAP", clearance="import", seized_for_good=True),
        False,
        "coverage.customs.import_is_buyers",
    ),
    ("import", "customs", of("DDP", clearance="import"), False, "coverage.customs.never"),
    ("apparel", "customs", of("DDP", clearance="import"), False, "coverage.customs.never"),
    ("standard", "balance_unpaid", FOB, True, "coverage.balance_unpaid"),
    ("standard", "wrongful_rejection", FOB, True, "coverage.wrongful_rejection"),
    ("standard", "goods_not_returned", FOB, True, "coverage.goods_not_returned"),
    ("standard", "used_goods_returned", FOB, True, "coverage.used_goods_returned"),
]


@pytest.mark.parametrize(("name", "reason", "facts", "covered", "rule"), ROWS)
def test_a_reason_is_covered_by_its_row(name: str, reason: str, facts: Facts, covered: bool, rule: str) -> None:
    answer = rules.coverage(programme=programme.shipped(name), reason=reason, facts=facts)
    assert (answer.covered, answer.rule) == (covered, rule)
    assert bool(answer.measure) == covered
    assert answer.sentence.endswith(".")


EXCLUDED = [
    ("force_majeure", {"late_shipment", "late_delivery", "not_shipped", "not_delivered"}),
    ("used_before_claim", {"quality", "wrong_goods", "packaging_labelling"}),
    ("changed_by_washing_or_use", {"quality"}),
    ("duties_or_taxes", {"customs"}),
    ("paid_outside", set(programme.REASONS)),
    ("waived", set(programme.REASONS)),
    (
        "sent_elsewhere",
        set(programme.BUYER_REASONS) - {"late_shipment", "not_shipped", "supplier_cancelled", "subjective"},
    ),
]


@pytest.mark.parametrize(("exclusion", "touched"), EXCLUDED)
def test_an_established_exclusion_touches_its_reasons_only(exclusion: str, touched: set[str]) -> None:
    facts = of("DDP", has_measurable_term=True, established=frozenset({exclusion}))
    found = {
        reason
        for reason in programme.REASONS
        if rules.coverage(programme=programme.shipped("standard"), reason=reason, facts=facts).rule
        == f"exclusion.{exclusion}"
    }
    assert found == touched


def test_washing_is_covered_where_fastness_is_a_term() -> None:
    washed = frozenset({"changed_by_washing_or_use"})
    apparel = programme.shipped("apparel")
    facts = of(has_measurable_term=True, established=washed)
    assert not rules.coverage(programme=apparel, reason="quality", facts=facts).covered
    facts = of(has_measurable_term=True, lasting_term=True, established=washed)
    assert rules.coverage(programme=apparel, reason="quality", facts=facts).covered


def test_the_answer_names_the_term_that_was_missing() -> None:
    for reason in ("subjective", "quality"):
        answer = rules.coverage(
            programme=programme.shipped("accessories"), reason=reason, facts=of(missing_term="colour")
        )
        assert not answer.covered
        assert "a measurable term for colour" in answer.sentence


@pytest.mark.parametrize(
    ("reason", "facts", "handed"),
    [
        ("carrier_damage", of(risk_passed=True), True),
        ("carrier_damage", of("CIF", risk_passed=True, insured=True), True),
        ("not_delivered", of(risk_passed=True, handover_grade="A"), True),
        ("late_delivery", FOB, True),
        ("quality", FOB, False),
        ("customs", of(clearance="import"), False),
    ],
)
def test_a_refusal_hands_over_the_carrier_package(reason: str, facts: Facts, handed: bool) -> None:
    answer = rules.coverage(programme=programme.shipped("standard"), reason=reason, facts=facts)
    assert (answer.covered, answer.carrier_package) == (False, handed)


def test_goods_go_back_but_counterfeit_ones() -> None:
    standard = programme.shipped("standard")
    assert rules.coverage(programme=standard, reason="wrong_goods", facts=FOB).goods_go_back
    assert not rules.coverage(programme=standard, reason="wrong_goods", facts=of(counterfeit=True)).goods_go_back
    kept = rules.coverage(programme=programme.shipped("accessories"), reason="wrong_goods", facts=FOB)
    assert not kept.goods_go_back


@pytest.mark.parametrize(
    ("incoterm", "passes_at"),
    [
        ("EXW", "collected"),
        ("FCA", "handed_to_carrier"),
        ("CPT", "handed_to_carrier"),
        ("CIP", "handed_to_carrier"),
        ("FAS", "alongside"),
        ("FOB", "on_board"),
        ("CFR", "on_board"),
        ("CIF", "on_board"),
        ("DAP", "arrived"),
        ("DPU", "unloaded"),
        ("DDP", "arrived"),
    ],
)
def test_risk_passes_once_and_stays_passed(incoterm: str, passes_at: str) -> None:
    passed = [rules.risk_passed(incoterm=incoterm, stage=stage) for stage in get_args(rules.Stage)]
    assert get_args(rules.Stage) == rules.STAGES
    assert passed == sorted(passed)
    assert rules.STAGES[passed.index(True)] == passes_at


def test_unknown_words_are_refused() -> None:
    standard = programme.shipped("standard")
    with pytest.raises(ReasonUnknown):
        rules.coverage(programme=standard, reason="regret", facts=FOB)
    with pytest.raises(IncotermUnknown):
        rules.coverage(programme=standard, reason="quality", facts=of("DDU"))


@given(
    st.sampled_from(programme.names()),
    st.sampled_from(programme.REASONS),
    st.builds(
        Facts,
        incoterm=st.sampled_from(rules.INCOTERMS),
        has_measurable_term=st.booleans(),
        promises_arrival=st.booleans(),
        risk_passed=st.booleans(),
        handover_grade=st.sampled_from(["A", "B", "C", "D", None]),
        insured=st.booleans(),
        beyond_tolerance=st.booleans(),
        counterfeit=st.booleans(),
        clearance=st.sampled_from(["export", "import", None]),
        seized_for_good=st.booleans(),
        established=st.frozensets(st.sampled_from(programme.EXCLUSIONS)),
    ),
)
def test_every_case_has_an_answer_and_exclusions_only_take_away(name: str, reason: str, facts: Facts) -> None:
    chosen = programme.shipped(name)
    answer = rules.coverage(programme=chosen, reason=reason, facts=facts)
    assert answer == rules.coverage(programme=chosen, reason=reason, facts=facts)
    plain = Facts(**{**{name: getattr(facts, name) for name in Facts.__slots__}, "established": frozenset()})
    assert answer.covered <= rules.coverage(programme=chosen, reason=reason, facts=plain).covered
