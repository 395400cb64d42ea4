"""A marketplace with something in every state, now: what the console has to show, reached by real operations.

It begins some weeks before the present, so that what waits, waits now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from holdfast.claims.operations import answering, opening
from holdfast.inspection import operations as inspection
from holdfast.inspection.operations import Examination
from holdfast.kernel.identifiers import public
from holdfast.orders.operations import production, receipt
from holdfast.parties.models import Person
from tests import world as worlds
from tests.sourcing.offers import BELTS, counters, offer, quotes, without_direct
from tests.world import DEPOSIT, World, contract

PASSWORD = "a long enough pass phrase"
BEGAN = timedelta(days=27, hours=2)
HATS = [
    {
        "number": 1,
        "product": "Felt hat",
        "variant": "navy",
        "quantity": 1000,
        "unit": "piece",
        "unit_price_minor": 1000,
    },
    {"number": 2, "product": "Hat box", "quantity": 1000, "unit": "piece", "unit_price_minor": 85},
]


@dataclass
class Furnished:
    """The world, and the public names of what stands in it."""

    world: World
    contracts: dict[str, str] = field(default_factory=dict)
    quotations: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)

    def keep(self, name: str, order_id: UUID) -> UUID:
        self.orders[name] = public("ord", order_id)
        self.ids[name] = order_id
        return order_id


def document(began: datetime, **changes: Any) -> dict[str, Any]:
    """Hats with dates that lie ahead."""
    return contract(
        lines=HATS,
        charges=[{"kind": "freight", "amount_minor": 60000, "basis": "value"}],
        ship={"on": (began + timedelta(days=45)).date().isoformat()},
        remarks="One batch, please.",
        **changes,
    )


def furnish(monkeypatch: Any) -> Furnished:
    """Everything, in the order in which time passes."""
    present = datetime.now(UTC).replace(microsecond=0)
    began = present - BEGAN
    monkeypatch.setattr(worlds, "NOW", began)
    made = Furnished(World())
    world = made.world
    hats = document(began)
    late = made.keep("delivered", world.funded_order(hats))
    claimed = made.keep("claimed", world.funded_order(hats))
    judged = made.keep("judged", world.funded_order(hats))
    done = made.keep("received", world.funded_order(hats))
    shipments = {order_id: world.ships(order_id) for order_id in (late, claimed, judged, done)}
    world.days_pass(14)
    for order_id in (claimed, judged, done):
        world.delivers(shipments[order_id].id)
    world.receives(done)
    _claims(made, claimed, judged)
    world.delivers(shipments[late].id)
    world.days_pass(2)
    _running(made, began)
    _contracts(made, began)
    _quotations(made, began)
    world.goes_to(present)
    Person.objects.update(time_zone="UTC")
    for person in Person.objects.all():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return made


def _claims(made: Furnished, claimed: UUID, judged: UUID) -> None:
    """One that waits for its answer, one that waits for the mediator, with evidence and an answer."""
    world = made.world
    complaint = opening.Complaint(
        reason="quality",
        lots=(1,),
        terms=("T1",),
        amount_minor=250_000,
        statement="A quarter of the hats is not of felt.",
    )
    case = {"order_id": judged, "claim_id": _open(made, "mediating", judged, complaint)}
    exhibit = answering.Exhibit(kind="photo", sha256=b"\x01" * 32, note="Twelve hats from three boxes")
    answering.add_evidence(act=world.buyer(), exhibit=exhibit, **case)
    answering.answer(act=world.supplier(), kind="contest", text="They are felt.", **case)
    _examined(made, judged)
    # Nobody asks for a mediator, and the case goes to one by itself.
    world.days_pass(11)
    _open(made, "opened", claimed, complaint)


def _examined(made: Furnished, order_id: UUID) -> None:
    """Ingrid reads the labels of twenty hats: three are not of felt."""
    world = made.world
    inspection.assign_inspector(
        act=world.buyer(),
        order_id=order_id,
        inspector_id=world.ingrid.organisation_id,
        kind="after_delivery",
        fee_minor=30000,
    )
    units = [
        {"id": "u1", "line": 1, "count": 17, "readings": [{"term": "T1", "value": "wool felt"}]},
        {"id": "u2", "line": 1, "count": 3, "readings": [{"term": "T1", "value": "polyester"}]},
    ]
    examination = Examination(kind="after_delivery", lot=1, examined_at=world.now, readings={"units": units})
    inspection.file_report(act=world.act(world.ingrid, "inspector"), order_id=order_id, examination=examination)


def _open(made: Furnished, name: str, order_id: UUID, complaint: opening.Complaint) -> UUID:
    step = opening.open_claim(act=made.world.buyer(), order_id=order_id, complaint=complaint)
    made.claims[name] = public("clm", step.claim_id)
    made.ids[f"claim {name}"] = step.claim_id
    return step.claim_id


def _running(made: Furnished, began: datetime) -> None:
    world = made.world
    made.keep("unpaid", world.signed_order(document(began)))
    made.keep("deposit", world.funded_order(document(began, payment=DEPOSIT)))
    production.start_production(act=world.supplier(), order_id=made.ids["deposit"], note="Cutting began today.")
    made.keep("shipped", world.shipped(document(began))[0])
    rejected, shipment = world.shipped(document(began))
    made.keep("rejected", rejected)
    world.delivers(shipment.id)
    receipt.reject(act=world.buyer(), order_id=rejected, lot=1, reason="The boxes are crushed and the felt is wet.")


def _contracts(made: Furnished, began: datetime) -> None:
    world = made.world
    made.contracts["draft"] = public("con", world.drafted(document(began, payment=DEPOSIT)))
    made.contracts["proposed"] = public("con", world.proposed(document(began)))
    half = world.proposed(document(began))
    world.signs(half, world.alma, "buyer")
    made.contracts["signed once"] = public("con", half)


def _quotations(made: Furnished, began: datetime) -> None:
    """Boris quotes twice and Chen once; of the first two Alma answers one."""
    world, later = made.world, {"valid_until": (began + timedelta(days=60)).date().isoformat()}
    made.quotations["offered"] = public("quo", quotes(world, offer(**later)).id)
    countered = quotes(world, offer(**later, lines=[BELTS]))
    counters(world, countered.id, **later, lines=without_direct(offer(lines=[BELTS]))["lines"], lead_time_days=20)
    made.quotations["countered"] = public("quo", countered.id)
    rival = quotes(world, offer(**later, incoterm="DDP", charges=[], ship_to=None), by=world.chen)
    made.quotations["rival"] = public("quo", rival.id)
