"""Prices, gaps, landed costs and differences, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from importlib import resources
from typing import Any
from uuid import UUID

import pytest

from holdfast import programme as programmes
from holdfast.contracts import shape as contract_shape
from holdfast.kernel.refusals import Invalid
from holdfast.programme import Programme
from holdfast.sourcing import document as documents
from holdfast.sourcing import rules, shape
from holdfast.sourcing.rules.conduct import MOST_VALID
from holdfast.sourcing.rules.prices import Break
from tests.sourcing.offers import offer, price

BREAKS = (Break(500, 1100), Break(1000, 1000, 960), Break(5000, 900, 870))


def standard() -> Programme:
    text = resources.files("holdfast.programme").joinpath("shipped", "standard.toml").read_text(encoding="utf-8")
    return programmes.load(text=text, source="standard.toml")


@pytest.mark.parametrize(("quantity", "unit"), [(500, 1100), (999, 1100), (1000, 1000), (4999, 1000), (10**6, 900)])
def test_the_last_break_that_is_reached_counts(quantity: int, unit: int) -> None:
    assert rules.price_at(breaks=BREAKS, quantity=quantity).unit_price_minor == unit


def test_below_the_first_break_there_is_no_price() -> None:
    with pytest.raises(rules.BelowFirstBreak) as refused:
        rules.price_at(breaks=BREAKS, quantity=499)
    assert refused.value.accepted == "500 or more"


@pytest.mark.parametrize(
    ("protected", "direct", "tenths"),
    [
        (25, 23, 87),  # hair clips: +8.7%
        (178, 175, 17),  # belts: +1.7%
        (100, 100, 0),
        (2001, 2000, 1),  # 0.05% exactly: half up
        (20_009, 20_000, 0),  # 0.045%
        (99, 100, -10),
        (5, 0, None),
    ],
)
def test_what_protection_adds_in_tenths_of_a_per_cent(protected: int, direct: int, tenths: int | None) -> None:
    assert rules.tenths_above(protected_minor=protected, direct_minor=direct) == tenths


@pytest.mark.parametrize(
    ("quantity", "protected", "direct", "tenths", "adds"), [(1000, 25, 23, 87, 2_000), (5000, 178, 175, 17, 15_000)]
)
def test_the_gaps_of_the_sources(quantity: int, protected: int, direct: int, tenths: int, adds: int) -> None:
    found = rules.gap(breaks=[Break(quantity, protected, direct)], quantity=quantity)
    assert found is not None
    assert (found.tenths, found.difference_minor) == (tenths, adds)


def test_without_a_direct_price_there_is_no_gap() -> None:
    assert rules.gap(breaks=BREAKS, quantity=500) is None


# --- landed cost -----------------------------------------------------------------------------------------------------


def bid(number: int, incoterm: str, unit: int, charges: int = 0, **more: Any) -> rules.Bid:
    given: dict[str, Any] = {
        "id": UUID(int=number),
        "currency": "USD",
        "incoterm": incoterm,
        "lines": (rules.BidLine(1, 1000, (Break(500, unit + 50), Break(1000, unit, unit - 20))),),
        "charges_minor": charges,
        "taxes_minor": 0,
        "programme": standard(),
        "record": rules.Record("verified", "good", "CN"),
    }
    return rules.Bid(**{**given, **more})


RATES = rules.Rates(duty_percent=Fraction("6.5"), insurance_percent=Fraction("0.3"), freight_minor=80_000)


@pytest.mark.parametrize(
    ("incoterm", "freight", "insurance", "duty"),
    [
        # goods 1,000,000 and charges 60,000; own freight 80,000 under E and F terms only
        ("EXW", 80_000, 3_420, 74_322),  # 0.3% of 1,140,000; 6.5% of 1,143,420 = 74,322.30
        ("FCA", 80_000, 3_420, 74_322),
        ("FAS", 80_000, 3_420, 74_322),
        ("FOB", 80_000, 3_420, 74_322),
        ("CFR", 0, 3_180, 69_107),  # 0.3% of 1,060,000; 6.5% of 1,063,180 = 69,106.70
        ("CPT", 0, 3_180, 69_107),
        ("CIF", 0, 0, 68_900),
        ("CIP", 0, 0, 68_900),
        ("DAP", 0, 0, 68_900),
        ("DPU", 0, 0, 68_900),
        ("DDP", 0, 0, 0),
    ],
)
def test_landed_cost_under_every_incoterm(incoterm: str, freight: int, insurance: int, duty: int) -> None:
    (found,) = rules.compare(bids=[bid(1, incoterm, 1000, 60_000)], rates=RATES)
    assert found.landed is not None
    assert (found.landed.goods_minor, found.landed.charges_minor) == (1_000_000, 60_000)
    assert (found.landed.freight_minor, found.landed.insurance_minor, found.landed.duty_minor) == (
        freight,
        insurance,
        duty,
    )
    assert found.landed.total_minor == 1_060_000 + freight + insurance + duty


def test_taxes_among_the_charges_bear_no_duty() -> None:
    (found,) = rules.compare(bids=[bid(1, "CIF", 1000, 60_000, taxes_minor=50_000)], rates=RATES)
    assert found.landed is not None
    assert found.landed.duty_minor == 65_650


def test_the_lowest_landed_cost_stands_first_and_who_cannot_serve_the_quantity_last() -> None:
    few = replace(bid(3, "FOB", 10), lines=(rules.BidLine(1, 9000, (Break(9000, 10),)),))
    columns = rules.compare(
        bids=[bid(1, "FOB", 1000), few, bid(2, "DDP", 1010)],
        rates=rules.Rates(quantity=1000, duty_percent=Fraction(10)),
    )
    assert [(column.id.int, column.is_lowest, column.least) for column in columns] == [
        (2, True, None),
        (1, False, None),
        (3, False, 9000),
    ]


def test_the_break_of_the_wanted_quantity_counts() -> None:
    (found,) = rules.compare(bids=[bid(1, "FOB", 1000)], rates=rules.Rates(quantity=600))
    assert found.landed is not None
    assert (found.landed.units, found.landed.goods_minor, found.gap) == (600, 630_000, None)


@pytest.mark.parametrize(
    ("record", "cover", "covered", "uncovered"),
    [
        (rules.Record("verified", "good", "CN"), 5_000_000, 463, 5_800_000),
        (rules.Record("verified", "good", "CN", line_left_minor=2_700_000), 2_700_000, 250, 8_100_000),
        (rules.Record("gold", "good", "CN", individual_cap_minor=20_000_000), 10_800_000, 1000, 0),
    ],
)
def test_what_stands_behind_a_quotation(record: rules.Record, cover: int, covered: int, uncovered: int) -> None:
    found = rules.protection(
        programme=standard(), record=record, currency="USD", total_minor=10_800_000, goods_minor=10_000_000
    )
    assert found is not None
    assert (found.cover_minor, found.covered_tenths, found.uncovered_minor) == (cover, covered, uncovered)
    assert (found.fee_minor, found.claim_days) == (250_000, 30)


@pytest.mark.parametrize(("tier", "currency"), [("none", "USD"), ("verified", "CHF")])
def test_what_a_programme_does_not_cover_has_no_protection(tier: str, currency: str) -> None:
    record = rules.Record(tier, "good", "CN")
    assert (
        rules.protection(programme=standard(), record=record, currency=currency, total_minor=1, goods_minor=1) is None
    )


def test_currencies_are_not_converted() -> None:
    with pytest.raises(rules.CurrenciesDiffer) as refused:
        rules.compare(bids=[bid(1, "FOB", 1000), bid(2, "FOB", 1000, currency="EUR")], rates=rules.Rates())
    assert refused.value.facts["found"] == ["EUR", "USD"]


def test_one_quantity_is_asked_of_one_line_only() -> None:
    two = replace(bid(1, "FOB", 1000), lines=(rules.BidLine(1, 9, (Break(1, 1),)), rules.BidLine(2, 9, (Break(1, 1),))))
    with pytest.raises(rules.LinesDiffer):
        rules.compare(bids=[two], rates=rules.Rates(quantity=5))
    (found,) = rules.compare(bids=[two], rates=rules.Rates())
    assert found.landed is not None
    assert found.landed.units == 18


def test_nothing_and_too_many_are_not_compared() -> None:
    for bids in ([], [bid(number, "FOB", 1000) for number in range(21)]):
        with pytest.raises(Invalid):
            rules.compare(bids=bids, rates=rules.Rates())


def test_a_programme_may_hide_the_direct_price() -> None:
    hiding = standard()
    hiding = replace(hiding, fees=replace(hiding.fees, hides_direct_price=True))
    (hidden,) = rules.compare(bids=[bid(1, "FOB", 1000, programme=hiding)], rates=rules.Rates())
    (shown,) = rules.compare(bids=[bid(1, "FOB", 1000)], rates=rules.Rates())
    assert (hidden.gap, shown.gap is not None) == (None, True)


# --- time and turn ---------------------------------------------------------------------------------------------------


def test_nothing_is_accepted_or_countered_after_its_time() -> None:
    due = datetime(2026, 4, 1, 15, 59, 59, tzinfo=UTC)
    at = {"state": "offered", "side": "buyer", "due_at": due}
    assert rules.open_verbs(**at, now=due) == ("counter", "accept", "decline")
    assert rules.open_verbs(**at, now=due + timedelta(seconds=1)) == ("decline",)


@pytest.mark.parametrize("days", [0, 1, MOST_VALID.days])
def test_how_long_a_version_may_be_valid(days: int) -> None:
    today = date(2026, 3, 2)
    rules.check_validity(valid_until=today + timedelta(days=days), today=today)


@pytest.mark.parametrize("days", [-1, MOST_VALID.days + 1])
def test_no_version_is_valid_in_the_past_or_out_of_sight(days: int) -> None:
    today = date(2026, 3, 2)
    with pytest.raises(Invalid) as refused:
        rules.check_validity(valid_until=today + timedelta(days=days), today=today)
    assert (refused.value.field, refused.value.accepted) == ("valid_until", {"from": "2026-03-02", "to": "2027-03-03"})


def test_declining_for_another_reason_says_it_in_words() -> None:
    rules.check_reason(reason="cover", note="")
    rules.check_reason(reason="other", note="we moved")
    with pytest.raises(rules.ReasonMissing):
        rules.check_reason(reason="other", note="  ")
    with pytest.raises(Invalid):
        rules.check_reason(reason="mood", note="no")


# --- documents -------------------------------------------------------------------------------------------------------


def test_an_offer_reads_back_as_it_was_written() -> None:
    read = documents.read(offer())
    assert documents.read(documents.as_document(read)) == read
    assert (read.goods_minor(), read.charges_minor, read.total_minor) == (1_000_000, 60_000, 1_060_000)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "XXX"}, "currency"),
        ({"lines": []}, "lines"),
        ({"lines": [{"number": 1, "product": "Hat", "quantity": 5, "unit": "piece", "prices": []}]}, "lines.0.prices"),
        ({"incoterm": "FOP"}, "incoterm"),
        ({"mode": "mule"}, "mode"),
        ({"place": " "}, "place"),
        ({"lead_time_days": -1}, "lead_time_days"),
        ({"payment": {"kind": "milestones"}}, "payment.kind"),
        ({"payment": {"kind": "deposit_balance"}}, "payment.deposit_percent"),
        ({"payment": {"kind": "full", "deposit_percent": "30"}}, "payment.deposit_percent"),
        ({"charges": [{"kind": "bribe", "amount_minor": 1}]}, "charges.0.kind"),
        ({"charges": [{"kind": "discount", "amount_minor": 9_999_999}]}, "charges"),
        ({"valid_until": "soon"}, "valid_until"),
        ({"surplus": 1}, "surplus"),
        ({"specification": [{"id": "T1"}]}, "specification.0.property"),
    ],
)
def test_what_cannot_be_offered_is_refused_at_its_place(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        documents.read(offer(**changes))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("prices", "place"),
    [
        ([price(1000, 10), price(1000, 9)], "lines.0.prices.1.from"),
        ([price(2000, 10)], "lines.0.quantity"),
        ([price(1, 10, 11)], "lines.0.prices.0.direct_price_minor"),
        ([price(1, -1)], "lines.0.prices.0.unit_price_minor"),
        ([price(0, 10)], "lines.0.prices.0.from"),
    ],
)
def test_breaks_rise_and_the_direct_price_is_never_above_the_protected(
    prices: list[dict[str, Any]], place: str
) -> None:
    found = offer()["lines"][0]
    with pytest.raises(Invalid) as refused:
        documents.read(offer(lines=[{**found, "prices": prices}]))
    assert place in {one["field"] for one in refused.value.facts["errors"]}


def test_differences_are_told_place_by_place() -> None:
    before, after = documents.as_document(documents.read(offer())), documents.as_document(documents.read(offer()))
    after["lines"][0]["prices"][1]["unit_price_minor"] = 970
    after["lines"][0]["prices"][1]["direct_price_minor"] = None
    after["charges"] = []
    after["ship_to"] = None
    found = {change.path: (change.before, change.after) for change in rules.changes(before=before, after=after)}
    assert found["lines.1.prices.1000.unit_price_minor"] == (1000, 970)
    assert found["lines.1.prices.1000.direct_price_minor"] == (960, None)
    assert found["charges.1.amount_minor"] == (60_000, None)
    assert found["ship_to.city"] == ("New York", None)
    after["lines"][0]["prices"].append({"from": 9000, "unit_price_minor": 800, "direct_price_minor": None})
    after["specification"][0]["number"] = "C-7"
    later = {change.path: (change.before, change.after) for change in rules.changes(before=before, after=after)}
    assert later["lines.1.prices.9000.unit_price_minor"] == (None, 800)
    assert later["specification.T1.number"] == (None, "C-7")
    assert not [path for path in later if path.endswith((".from", ".id"))]
    silent = rules.changes(before=before, after=after, direct=False)
    assert not [change for change in silent if "direct" in change.path]


def test_words_are_the_contracts_own() -> None:
    """What a quotation says must be sayable in the contract it becomes."""
    assert (shape.CHARGES, shape.BASES, shape.MODES) == (
        contract_shape.CHARGES,
        contract_shape.BASES,
        contract_shape.MODES,
    )
    assert set(shape.SCHEDULES) < set(contract_shape.SCHEDULES)
