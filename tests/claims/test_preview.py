"""What a contract promises before it is signed: for five hundred contracts, it is what the assessment of a claim
grants, and both are what a second, plain telling of the rules says."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from holdfast import programme
from holdfast.claims import imagined
from holdfast.claims.engines import Assessment
from holdfast.claims.facts import AssessmentFacts, ClaimedUnits, LotLine
from holdfast.claims.imagined import Signing
from holdfast.claims.preview import preview
from holdfast.claims.promises import Preview, Promise
from holdfast.claims.rules import BUYER_REASONS, SUPPLIER_REASONS
from holdfast.contracts import document as documents
from holdfast.programme.rules import INCOTERMS
from tests.claims import plain_cover
from tests.claims.engine_cases import assess
from tests.claims.plain_cover import Contract
from tests.world import contract

TODAY = date(2026, 3, 2)
BUYER, SUPPLIER = "America/New_York", "Asia/Shanghai"
CONTRACTS = 500
SPECIFICATION: tuple[dict[str, Any], ...] = (
    {"property": "chip", "kind": "component", "class": "critical", "nominal": "STM32F407VGT6"},
    {
        "property": "shade",
        "kind": "colour",
        "class": "major",
        "system": "pantone",
        "nominal": "19-4052",
        "delta_e": "2",
    },
    {"property": "shade of the band", "kind": "colour", "class": "major", "system": "ral", "nominal": "5002"},
    {"property": "width", "kind": "dimension", "class": "major", "nominal": "70", "unit": "cm"},
    {
        "property": "height",
        "kind": "dimension",
        "class": "minor",
        "nominal": "70",
        "unit": "cm",
        "tolerance": {"minus": "1", "plus": "1"},
    },
    {"property": "output", "kind": "performance", "class": "major", "nominal": "5", "unit": "W", "limit": "at_least"},
    {"property": "washing", "kind": "fastness", "class": "major", "nominal": "4"},
    {"property": "carton", "kind": "packaging", "class": "minor", "nominal": "24 a carton"},
    {"property": "switches on", "kind": "function", "class": "critical", "refund_trigger": False},
    {"property": "lid", "kind": "count", "class": "minor", "nominal": "1", "unit": "pieces", "refund_trigger": False},
    {"property": "print", "kind": "label", "class": "major", "nominal": "HAT", "applies_to": {"lines": [1]}},
    {
        "property": "seal",
        "kind": "version",
        "class": "minor",
        "nominal": "2.1",
        "applies_to": {"lines": [1]},
        "decides_lot": True,
    },
)
SCHEDULES: tuple[dict[str, Any], ...] = (
    {"kind": "full"},
    {"kind": "deposit_balance", "deposit_percent": "30"},
    {
        "kind": "milestones",
        "tranches": [
            {"number": 1, "payable": "signature", "release": "production", "percent": "30"},
            {"number": 2, "payable": "ready", "release": "receipt", "percent": "70"},
        ],
    },
)


def made_up(dice: random.Random) -> dict[str, Any]:
    """Any contract that may be written."""
    lines = [
        {
            "number": number,
            "product": f"Hat {number}",
            "unit": "piece",
            "quantity": dice.randint(1, 3000),
            "unit_price_minor": dice.randint(1, 9000),
            **({"tolerance": {"percent": str(dice.randint(1, 9))}} if dice.random() < 0.5 else {}),
        }
        for number in range(1, dice.randint(2, 4))
    ]
    ship = date(2026, 3, 10) + timedelta(days=dice.randint(0, 90))
    transit = dice.randint(0, 60)
    terms = [{"id": f"T{place}", **term} for place, term in enumerate(SPECIFICATION) if dice.random() < 0.25]
    changes: dict[str, Any] = {
        "lines": lines,
        "specification": terms,
        "incoterm": dice.choice(list(INCOTERMS)),
        "ship": {"on": ship.isoformat()} if dice.random() < 0.7 else {"days_after_payment": dice.randint(1, 90)},
        "transit_days": transit,
        "payment": dice.choice(SCHEDULES),
        "buyer_default_percent": str(dice.choice([0, 5, 10])),
    }
    if dice.random() < 0.4:
        changes["latest_delivery_on"] = (ship + timedelta(days=transit + dice.randint(0, 20))).isoformat()
    if dice.random() < 0.4:
        clause = {"percent_per_day": dice.choice(["0", "0.1", "1.5"]), "grace_days": dice.randint(0, 5)}
        changes["late"] = {**clause, "cap_percent": dice.choice(["5", "12.5", "100"])}
    freight = {"kind": "freight", "amount_minor": dice.randint(1, 90_000), "basis": dice.choice(["value", "unit"])}
    discount = {"kind": "discount", "amount_minor": 1, "basis": "value"}
    changes["charges"] = [one for one in (freight, discount) if dice.random() < 0.5]
    return contract(**changes)


class Drawn:
    """One made-up contract under one programme: as the product reads it, and as the plain telling does."""

    def __init__(self, number: int) -> None:
        dice = random.Random(number)
        self.dice, self.name = dice, dice.choice(programme.names())
        written = made_up(dice)
        self.rules = plain_cover.file_of(self.name)
        self.plain = Contract(written, cap=dice.choice([0, 500_000, 5_000_000, 10**9]))
        self.signing = Signing(documents.read(written), BUYER, SUPPLIER, self.plain.cap, self.plain.cover, TODAY)
        self.preview: Preview = preview(programme=programme.shipped(self.name), signing=self.signing)
        self.early = self.signing.document.early_minor

    def __str__(self) -> str:
        return f"{self.name} {self.plain.document}"


DRAWN: dict[int, Drawn] = {}


def drawn(number: int) -> Drawn:
    if number not in DRAWN:
        DRAWN[number] = Drawn(number)
    return DRAWN[number]


@pytest.fixture(scope="module", autouse=True)
def _forgotten() -> Any:
    yield
    DRAWN.clear()


# --- beside the plain telling ----------------------------------------------------------------------------------------


def test_what_is_promised_is_what_the_plain_telling_says() -> None:
    seen: set[tuple[str, str, bool]] = set()
    for number in range(CONTRACTS):
        one = drawn(number)
        assert {promise.reason for promise in one.preview.promises} == {*BUYER_REASONS, *SUPPLIER_REASONS}
        for promise in one.preview.promises:
            _as_told(one, promise)
            seen.add((promise.reason, promise.situation, promise.covered))
    both = {key[:2] for key in seen if (*key[:2], not key[2]) in seen}
    assert {("late_delivery", ""), ("quality", ""), ("quality", "after_use"), ("customs", "import")} <= both
    assert len(seen) == 35


def _as_told(one: Drawn, promise: Promise) -> None:
    place = (one.rules, one.plain, promise.reason, promise.situation)
    assert promise.covered == plain_cover.covered(*place), (promise, str(one))
    held = one.plain.total - one.early
    assert promise.held_minor == plain_cover.most(*place, held), (promise, str(one))
    if promise.released_minor is not None:
        assert promise.released_minor == plain_cover.most(*place, 0), (promise, str(one))
    _until_as_told(one, promise)


def _until_as_told(one: Drawn, promise: Promise) -> None:
    ship = one.plain.document["ship"].get("on")
    shipped = date.fromisoformat(ship) if ship else None
    arrives = shipped + timedelta(days=one.plain.document["transit_days"]) if shipped else None
    agreed: dict[str, date | None] = {"expected_ship": shipped, "expected_delivery": arrives}
    zone = BUYER if promise.by == "buyer" else SUPPLIER
    ends = plain_cover.window_ends(one.rules, promise.reason, agreed, zone, None)
    assert promise.until.ends_at == ends, promise
    if promise.reason in ("not_shipped", "not_delivered", "supplier_cancelled"):
        return
    receipt = None
    if arrives is not None:
        day = arrives + timedelta(days=one.rules["receipt"]["silence_days"])
        receipt = datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(zone))
    came = {**agreed, "shipped": shipped, "delivered": arrives}
    assert promise.until.on_schedule_at == plain_cover.window_ends(one.rules, promise.reason, came, zone, receipt)


# --- beside the assessment -------------------------------------------------------------------------------------------


def test_what_was_promised_is_what_the_assessment_of_a_claim_grants() -> None:
    outcomes: set[tuple[str, str]] = set()
    for number in range(CONTRACTS):
        one = drawn(number)
        for reason in BUYER_REASONS:
            facts = _claim(one, reason)
            promise = _promise_for(one.preview, reason, facts)
            for held in (True, False):
                found = assess(one.name, replace(facts, money=one.signing.money(held=held)))
                _kept(promise, found, held=held)
                _to_the_cent(one, promise, found, facts, held=held)
                outcomes.add((reason, found.outcome))
    assert {("late_shipment", "upheld"), ("late_delivery", "denied"), ("quality", "upheld")} <= outcomes
    assert {("quality", "denied"), ("quantity", "upheld"), ("quantity", "denied"), ("subjective", "denied")} <= outcomes


def _claim(one: Drawn, reason: str) -> AssessmentFacts:
    """Any claim of a buyer's: late by any days, short by any units, about any of the lines."""
    dice, signing = one.dice, one.signing
    late = timedelta(days=dice.choice([0, 1, 2, 5, 8, 15, 31, 80, 300]))
    shipped, arrived = signing.ship_on + late, signing.arrives_on + late
    owed = signing.document.latest_delivery_on
    if owed is not None and reason == "late_delivery":
        arrived = owed + late
    short = dice.choice([Fraction(0), Fraction(1, 50), Fraction(1, 2), Fraction(1)])
    lines = tuple(
        LotLine(line.number, line.quantity, line.quantity, line.quantity - int(line.quantity * short))
        for line in signing.document.lines
    )
    lot = imagined.lot(
        signing, lines=lines, shipped_on=shipped, uploaded_on=shipped, delivered_on=arrived, counted_by="both"
    )
    units = tuple(ClaimedUnits(1, line.number, dice.randint(1, line.quantity)) for line in signing.document.lines)
    more: dict[str, Any] = {"lots": (1,), "quantities": units} if reason == "quality" else {}
    if reason == "subjective":
        more["about"] = dice.choice(["taste", "scent"])
    lots = () if reason in ("not_shipped", "supplier_cancelled") else (lot,)
    facts = imagined.case(signing=signing, complaint=imagined.complains(signing, reason, **more), lots=lots)
    return imagined.accepted(facts)


def _promise_for(found: Preview, reason: str, facts: AssessmentFacts) -> Promise:
    """The promise for a claim that says nothing of its circumstances: the engine then takes what comes first."""
    if reason == "customs" and found.programme not in ("apparel", "import"):
        return found.of("customs", "import")
    if reason == "quality":
        # Nobody has measured: the supplier accepts what is claimed.
        return found.of("quality", "accepted")
    if reason == "quantity" and not _beyond(facts):
        # Without an agreed tolerance nothing short is simply nothing short.
        return next(
            (one for one in found.promises if (one.reason, one.situation) == ("quantity", "inside_tolerance")),
            replace(found.of("quantity"), covered=False, rule="coverage.quantity.inside_tolerance", held_minor=0,
                    released_minor=0),
        )  # fmt: skip
    return found.of(reason)


def _beyond(facts: AssessmentFacts) -> bool:
    tolerance = {line.number: line.tolerance_percent for line in facts.contract.lines}
    rows = facts.lots[0].lines
    return any(
        row.ordered - (row.received or 0) > row.ordered * tolerance[row.line] / 100 and row.received != row.ordered
        for row in rows
    )


def _kept(promise: Promise, found: Assessment, *, held: bool) -> None:
    """The assessment says the same of the cover, and never grants more than was promised."""
    (rule,) = [one.points_to[0] for one in found.findings if one.topic == "coverage"]
    assert rule == f"rule:{promise.rule}", (promise, found)
    most = promise.held_minor if held else promise.released_minor
    if not promise.covered:
        assert (found.outcome, found.total_minor) == ("denied", 0), (promise, found)
    elif most is not None:
        assert found.total_minor <= most, (promise, found)


def _to_the_cent(one: Drawn, promise: Promise, found: Assessment, facts: AssessmentFacts, *, held: bool) -> None:
    """What lateness and whole lots come to, by the plain telling."""
    if not promise.covered or (promise.released_minor is None and not held):
        return
    there = one.plain.total - one.early if held else 0
    document, lot = one.signing.document, facts.lots[0] if facts.lots else None
    if promise.reason in ("not_shipped", "supplier_cancelled"):
        assert found.total_minor == promise.held_minor
    elif promise.reason in ("late_shipment", "late_delivery") and lot is not None:
        by_arrival = promise.reason == "late_delivery" or one.rules["late"]["basis"] == "delivery"
        owed = document.latest_delivery_on if by_arrival else one.signing.ship_on
        came = lot.delivered_on if by_arrival else lot.shipped_on
        days = max(0, (came - owed).days) if owed is not None and came is not None else 0
        wanted = plain_cover.half_up(one.plain.goods * plain_cover.rate_of(one.rules, one.plain, days))
        assert found.total_minor == plain_cover.comes_back(one.rules, one.plain, wanted, there), (promise, found)


def test_a_claim_is_in_time_to_the_last_second_that_was_promised() -> None:
    for number in range(0, CONTRACTS, 5):
        one = drawn(number)
        for reason in ("late_shipment", "quality", "quantity"):
            promise = one.preview.of(reason)
            if promise.until.on_schedule_at is None or not promise.covered:
                continue
            for after, inside in ((0, True), (1, False)):
                facts = _in_full(one, reason, promise.until.on_schedule_at + timedelta(seconds=after))
                (said,) = [found.sentence for found in assess(one.name, facts).findings if found.topic == "window"]
                assert ("the window ends" in said) is inside, (promise.until, said)


def _in_full(one: Drawn, reason: str, at: datetime) -> AssessmentFacts:
    """Goods that came on their day, claimed about at a moment."""
    worst = {
        "late_shipment": lambda: imagined.case(
            signing=one.signing, complaint=imagined.complains(one.signing, reason), lots=(imagined.lot(one.signing),)
        ),
        "quality": lambda: imagined.all_defective(one.signing),
        "quantity": lambda: imagined.nothing_in_the_boxes(one.signing),
    }[reason]()
    lots = tuple(replace(lot, receipt_deadline_at=None) for lot in worst.lots)
    complaint = replace(worst.complaints[0], opened_at=at.astimezone(UTC))
    return replace(worst, complaints=(complaint,), lots=lots, assessed_at=at.astimezone(UTC))


# --- by hand ---------------------------------------------------------------------------------------------------------


def of(name: str = "standard", *, cap: int = 5_000_000, **changes: Any) -> Preview:
    document = documents.read(contract(**changes))
    signing = Signing(document, BUYER, SUPPLIER, cap, min(cap, document.total_minor), TODAY)
    return preview(programme=programme.shipped(name), signing=signing)


@pytest.mark.parametrize("name", ["accessories", "standard"])
def test_the_hat_buyer_sees_that_the_shade_is_a_matter_of_taste_as_written(name: str) -> None:
    """The shade stands in the remarks, or in a term without a limit: nothing measures it."""
    found = of(name, specification=[], remarks="The shade as agreed on WeChat.")
    assert not found.of("quality").covered
    assert found.of("subjective").missing[0] == "colour"
    first = found.lacking[0]
    assert (first.about, first.term, first.obstacle) == ("colour", "", "")
    assert "Pantone" in first.suggestion
    loose = {"id": "T1", "property": "shade", "kind": "colour", "class": "critical", "system": "pantone"}
    found = of(name, specification=[{**loose, "nominal": "19-4052 TCX"}])
    assert next((one.about, one.term, one.obstacle) for one in found.lacking) == (
        "colour",
        "T1",
        "no CIEDE2000 limit was agreed",
    )
    assert (found.of("quality").covered, found.of("subjective").covered) == (False, False)
    found = of(name, specification=[{**loose, "nominal": "19-4052 TCX", "delta_e": "2.0"}])
    assert (found.of("quality").covered, found.of("quality").terms) == (True, ("T1",))
    assert "colour" not in {one.about for one in found.lacking}


def test_what_is_beyond_the_cover_comes_back_only_while_it_is_held() -> None:
    lines = [{"number": 1, "product": "Hat", "quantity": 8000, "unit": "piece", "unit_price_minor": 1000}]
    quality = of(lines=lines).of("quality")
    assert (quality.held_minor, quality.released_minor) == (8_000_000, 5_000_000)
    # Under `total` every refund counts against the cap.
    quality = of("import", lines=lines).of("quality")
    assert (quality.held_minor, quality.released_minor) == (5_000_000, 5_000_000)
    found = of(lines=lines)
    assert (found.uncovered_minor, found.cover_minor, found.total_minor) == (3_000_000, 5_000_000, 8_000_000)


def test_a_late_clause_or_a_day_that_is_missing_is_named() -> None:
    late = of("accessories").of("late_shipment")
    assert (late.covered, late.held_minor, late.missing) == (True, 0, ("late_clause",))
    clause = {"percent_per_day": "1", "grace_days": 0, "cap_percent": "10"}
    late = of("accessories", late=clause).of("late_shipment")
    assert (late.held_minor, late.missing, late.keys) == (100_000, (), ("cover.limits", "window.late_shipment"))
    assert of("standard").of("late_shipment").keys == ("late.scale", "cover.limits", "window.late_shipment")
    assert of(incoterm="DAP").of("late_delivery").missing == ("latest_delivery_on",)
    assert of(incoterm="DAP", latest_delivery_on="2026-06-01").of("late_delivery").held_minor == 100_000
    assert of(incoterm="DAP").of("late_delivery").case.code == "no_day_owed"
    assert of().of("balance_unpaid").missing == ("buyer_default_percent",)
    assert of(buyer_default_percent="5").of("balance_unpaid").held_minor == 50_000


def test_days_that_hang_on_a_payment_are_said_as_days_after() -> None:
    until = of(ship={"days_after_payment": 30}).of("not_delivered").until
    assert (until.ends_at, until.on_schedule_at, until.days) == (None, None, 30)
    assert (until.anchors, until.combine, until.zone) == (("expected_delivery",), "first", BUYER)
    until = of().of("not_delivered").until
    assert until.ends_at == datetime(2026, 6, 9, 23, 59, 59, tzinfo=ZoneInfo(BUYER))
    assert of().of("supplier_cancelled").until.rule == "window.none"
    assert of().of("balance_unpaid").until.zone == SUPPLIER


def test_every_exclusion_of_the_programme_is_said_with_what_it_touches() -> None:
    for name in programme.names():
        chosen = programme.shipped(name)
        found = preview(programme=chosen, signing=drawn(0).signing).exclusions
        assert [one.name for one in found] == list(chosen.exclusions.apply)
        assert all(one.sentence and one.reasons for one in found)
