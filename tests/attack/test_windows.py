"""A claim that came in because the buyer could still speak is judged by the same day, not by an earlier one."""

from __future__ import annotations

from holdfast.claims.queries import assessment
from holdfast.orders.operations import receipt
from tests.claims.stage import opens
from tests.world import World


def test_a_claim_opened_while_receipt_was_extended_is_not_too_late_when_it_is_assessed(world: World) -> None:
    order_id = world.delivered()
    for act in (world.buyer(), world.supplier()):
        receipt.extend_receipt(act=act, order_id=order_id, lot=1)
    world.days_pass(35)
    claim = opens(world, order_id, "quality", lots=(1,), terms=("T1",))
    found = assessment(act=world.mediator(), claim_id=claim.claim_id)
    said = [one for one in found.findings if one.topic == "window"]
    assert said
    assert all(" ended " not in one.sentence for one in said)
