"""What the documents show is what happens: the money of an order from deposit to payout, and the sources' cases."""

from __future__ import annotations

from uuid import UUID

import pytest

from holdfast.claims.facts import AssessmentFacts
from holdfast.ledger import book
from holdfast.orders.operations import production
from holdfast.sandbox import telling
from holdfast.sandbox.cases import Outcome
from tests.claims import engine_cases as cases
from tests.docs.examples import major, stands, table
from tests.world import World, contract

THIRTY_SEVENTY = {
    "kind": "milestones",
    "tranches": [
        {"number": 1, "percent": "30", "payable": "signature", "release": "production"},
        {"number": 2, "percent": "70", "payable": "ready", "release": "receipt"},
    ],
}


class Told:
    """The movements of an order since they were last asked for."""

    def __init__(self, world: World, order_id: UUID) -> None:
        self.world, self.order_id, self.seen = world, order_id, 0
        self.rows: list[tuple[str, ...]] = []

    def __call__(self, what: str) -> None:
        moved = book.of_order(order_id=self.order_id)
        whole = self.world.order(self.order_id)
        for place, one in enumerate(moved[self.seen :]):
            last = place == len(moved) - self.seen - 1
            held = major(whole.escrow_minor) if last else ""
            said = what if place == 0 else ""
            self.rows.append((said, f"`{one.debit}`", f"`{one.credit}`", major(one.amount_minor), held))
        self.seen = len(moved)


@pytest.mark.django_db
def test_the_thirty_seventy_order_is_told_as_it_happens(world: World) -> None:
    freight = [{"kind": "freight", "amount_minor": 50_000, "basis": "value"}]
    order_id = world.signed_order(contract(payment=THIRTY_SEVENTY, charges=freight))
    told = Told(world, order_id)
    world.pays(order_id, settle=True)
    told("deposit paid by card, and settled")
    production.start_production(act=world.supplier(), order_id=order_id, evidence_sha256="00" * 32)
    told("production starts: the deposit is released, the fee on it taken")
    production.declare_ready(act=world.supplier(), order_id=order_id)
    world.pays(order_id, 2, settle=True)
    told("goods ready: balance paid, and settled")
    first = world.ships(order_id, {1: 600})
    second = world.ships(order_id, {1: 400})
    world.days_pass(20)
    world.delivers(first.id)
    world.receives(order_id, 1)
    told("lot of 600 received")
    world.delivers(second.id)
    world.receives(order_id, 2)
    told("lot of 400 received")
    head = ("what happens", "debit", "credit", " amount", " held after")
    stands("money.md", "thirty-seventy", table(head, told.rows))


def test_the_demo_prints_what_the_readme_shows() -> None:
    """It fails unless every story comes out as expected, so what is expected is what it prints."""
    told = telling.table([Outcome(case, case.expected, ()) for case in telling.STORIES])
    stands("../README.md", "demo", f"```text\n{told}\n```")


SOURCES: list[tuple[str, str, AssessmentFacts]] = [
    ("hats: 10,000 hats, shade agreed in a chat and in no term", "accessories", cases.hats()),
    ("hairbands: half of 1,000 arrived, supplier accepts", "accessories", cases.hairbands(answer=cases.ACCEPT)),
    ("the same", "import", cases.hairbands(answer=cases.ACCEPT)),
    ("late: 10,000.00 of goods shipped 6 days late", "standard", cases.late(6)),
    ("the same", "import", cases.late(6)),
    ("bulk: 12 days late", "standard", cases.late(12)),
    (
        "microcontroller: first 2,000 of 5,000 at 7.70 carry another component",
        "import",
        cases.microcontroller(evidence=(cases.INSPECTION, cases.BROKERAGE), answer=cases.CONTEST),
    ),
    (
        "the same",
        "standard",
        cases.microcontroller(evidence=(cases.INSPECTION, cases.BROKERAGE), answer=cases.CONTEST),
    ),
]


def test_the_cases_of_the_sources_come_to_the_figures_told() -> None:
    rows = []
    for what, name, facts in SOURCES:
        found = cases.assess(name, facts)
        lines = ", ".join(f"{line.label} {major(line.amount_minor)}" for line in found.lines)
        without = "yes" if found.without_person else "no"
        rows.append((what, f"`{name}`", found.outcome, lines, major(found.total_minor), without))
    head = ("case", "programme", "assessed", "lines", " total", "without a person")
    stands("claims.md", "cases", table(head, rows))
