"""Claims as tests make them: opened by Alma or Boris, examined by Ingrid, decided by Dana."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.claims.operations import answering, conceding, deciding, opening
from holdfast.claims.operations.case import ClaimStep
from holdfast.claims.operations.deciding import Decision
from holdfast.claims.queries import ClaimPage, page
from holdfast.claims.remedy import Line, adjustment
from holdfast.contracts.rules import Signer
from holdfast.inspection import operations as inspection
from holdfast.inspection.operations import Examination
from holdfast.record.concessions import Concession
from tests.parties.cast import NOW
from tests.world import Party, World


def opens(world: World, order_id: UUID, reason: str, *, by: str = "buyer", **more: Any) -> ClaimStep:
    """A side opens a claim."""
    act = world.buyer() if by == "buyer" else world.supplier()
    complaint = opening.Complaint(reason=reason, **more)
    return opening.open_claim(act=act, order_id=order_id, complaint=complaint)


def signer(party: Party) -> Signer:
    """A person who has just proven themselves."""
    return Signer("person", party.person_id, "owner", None, None, None, proven_again=True)


def concedes(world: World, order_id: UUID, kind: str, *, by: str = "buyer", **more: Any) -> Concession:
    """A side proposes an explicit act about a breach."""
    act, party = (world.buyer(), world.alma) if by == "buyer" else (world.supplier(), world.boris)
    proposal = conceding.Proposal(kind, **more)
    return conceding.propose(act=act, order_id=order_id, proposal=proposal, signer=signer(party))


def accepts(world: World, claim: ClaimStep, *, by: str = "supplier") -> ClaimStep:
    """A side accepts the claim, or the offer on it."""
    act = world.buyer() if by == "buyer" else world.supplier()
    return answering.accept(act=act, order_id=claim.order_id, claim_id=claim.claim_id)


def answers(world: World, claim: ClaimStep, kind: str, **more: Any) -> ClaimStep:
    """Boris answers."""
    return answering.answer(act=world.supplier(), order_id=claim.order_id, claim_id=claim.claim_id, kind=kind, **more)


def brings(world: World, claim: ClaimStep, kind: str, *, by: str = "buyer", **more: Any) -> None:
    """A side brings evidence."""
    act = world.buyer() if by == "buyer" else world.supplier()
    exhibit = answering.Exhibit(kind=kind, **more)
    answering.add_evidence(act=act, order_id=claim.order_id, claim_id=claim.claim_id, exhibit=exhibit)


def examines(world: World, order_id: UUID, lot: int, readings: Mapping[str, Any]) -> None:
    """Ingrid, named by both, examines a lot after delivery."""
    assigned = inspection.assign_inspector(
        act=world.buyer(),
        order_id=order_id,
        inspector_id=world.ingrid.organisation_id,
        kind="after_delivery",
        fee_minor=120_000,
    )
    inspection.agree_inspector(act=world.supplier(), assignment_id=assigned.id)
    inspection.file_report(
        act=world.act(world.ingrid, "inspector"),
        order_id=order_id,
        examination=Examination(kind="after_delivery", lot=lot, examined_at=world.now, readings=readings),
    )


def to_mediator(world: World, claim: ClaimStep) -> None:
    """Nobody settles it: on the eighth day it is with the mediators."""
    if shows(claim).state != "mediating":
        world.days_pass(8)
    assert shows(claim).state == "mediating"


def decides(
    world: World, claim: ClaimStep, lines: tuple[Line, ...], *, by: UUID | None = None, **more: Any
) -> ClaimStep:
    """Dana, or another mediator, decides."""
    given = {"outcome": "partial" if lines else "denied", "reasons": "as found", "departure": "as reasoned", **more}
    return deciding.determine(
        act=world.mediator(by),
        order_id=claim.order_id,
        claim_id=claim.claim_id,
        decision=Decision(lines=lines, **given),
    )


def gives(amount_minor: int, *, head: str = "refund") -> Line:
    """A line of so much, for a reason of the mediator's own."""
    return adjustment(exact_minor=amount_minor, reason="as reasoned", head=head)


def waives(world: World, claim: ClaimStep) -> ClaimStep:
    """Both take the decision as it is."""
    deciding.waive_appeal(act=world.buyer(), order_id=claim.order_id, claim_id=claim.claim_id)
    return deciding.waive_appeal(act=world.supplier(), order_id=claim.order_id, claim_id=claim.claim_id)


def shows(claim: ClaimStep, role: str = "buyer", now: datetime = NOW) -> ClaimPage:
    """The claim as a side sees it; where none of its deadlines stands still, whenever that is."""
    return page(claim_id=claim.claim_id, role=role, now=now)
