"""What no amendment may do, and who may not sign: refused, the limit said, nothing changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from holdfast.contracts import models as contracts
from holdfast.contracts.amending import AmendmentOpen, NotAmendable, NothingChanges, UnderClaim
from holdfast.contracts.changes import ChangedMeanwhile
from holdfast.contracts.queries import agreement
from holdfast.contracts.rules import (
    AboveSignLimit,
    OtherText,
    ProveAgain,
    SignedAlready,
    Signer,
    SigningTimeOver,
)
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState
from holdfast.orders.operations import amending
from tests.claims.stage import opens
from tests.orders.amended import amends, change, person, proposes, signs
from tests.world import World, refuses

pytestmark = pytest.mark.django_db


def later(day: str = "2026-05-10") -> dict[str, Any]:
    return change("ship.on", "2026-04-10", day)


def units(after: int, before: int = 1000) -> dict[str, Any]:
    return change("lines.0.quantity", before, after)


def test_an_open_claim_holds_its_terms_and_its_goods(world: World) -> None:
    order_id = world.funded_order()
    shipment = world.ships(order_id, {1: 400})
    world.days_pass(10)
    world.delivers(shipment.id)
    opens(world, order_id, reason="quality", lots=(1,), terms=("T1",))
    with refuses(UnderClaim, claim=1, field="specification.T1.nominal"):
        proposes(world, order_id, change("specification.T1.nominal", "wool felt", "felt"))
    with refuses(UnderClaim, claim=1, field="criterion.kind"):
        proposes(
            world,
            order_id,
            change("criterion.kind", "every_unit", "fraction"),
            change("criterion.fraction", None, "0.02"),
            change("criterion.sample_size", None, 200),
        )
    # What the claim is not about goes on.
    amends(world, order_id, later("2026-04-20"))


def test_a_claim_about_what_has_not_left_holds_its_dates_and_price(world: World) -> None:
    order_id = world.funded_order()
    world.days_pass(45)
    opens(world, order_id, reason="late_shipment", lots=())
    for asked in (later("2026-05-10"), units(900), change("partial_shipments", True, False)):
        with refuses(UnderClaim, claim=1, field=asked["path"]):
            proposes(world, order_id, asked)
    amends(world, order_id, change("remarks", "", "As spoken"))


def test_a_signature_counts_over_this_text_by_one_who_may_and_once(world: World) -> None:
    order_id = world.funded_order()
    page = proposes(world, order_id, units(1200))
    first = agreement(contract_id=page.contract_id).digest
    with refuses(OtherText, accepted=page.digest):
        signs(world, page, "supplier", digest=first)

    def by(signer: Signer) -> amending.Amended:
        return amending.sign(act=world.buyer(), amendment_id=page.id, digest=page.digest, signer=signer)

    with refuses(ProveAgain):
        by(person(world.alma, proven=False))
    with refuses(NotAllowed):
        by(person(world.alma, role="viewer"))
    key = {"kind": "key", "id": new_id(), "role": "trader", "proven_again": False}
    with refuses(NotAllowed, scope="contracts:sign"):
        by(Signer(**key, scopes=frozenset({"orders:write"}), limit_minor=10**9, limit_currency="USD"))
    scopes = frozenset({"contracts:sign"})
    with refuses(AboveSignLimit, total_minor=1_200_000, limit_minor=1_199_999):
        by(Signer(**key, scopes=scopes, limit_minor=1_199_999, limit_currency="USD"))
    assert by(Signer(**key, scopes=scopes, limit_minor=1_200_000, limit_currency="USD")).kind == "marketplace"
    with refuses(SignedAlready, side="buyer"):
        signs(world, page, "buyer")


def test_a_key_signs_less_within_its_limit_on_what_was_agreed_before(world: World) -> None:
    order_id = world.funded_order()
    page = proposes(world, order_id, units(100))
    signer = Signer("key", new_id(), "trader", frozenset({"contracts:sign"}), 100_000, "USD", proven_again=False)
    with refuses(AboveSignLimit, total_minor=1_000_000):
        amending.sign(act=world.buyer(), amendment_id=page.id, digest=page.digest, signer=signer)


def test_only_the_two_sides_amend_one_proposal_at_a_time(world: World) -> None:
    order_id = world.funded_order()
    with refuses(NotAllowed):
        amending.propose(act=world.operator(), order_id=order_id, changes=[later()])
    proposes(world, order_id, later())
    with refuses(AmendmentOpen, number=1):
        proposes(world, order_id, units(900), by="buyer")


def test_currency_parties_and_what_stands_there_already_cannot_be_asked_for(world: World) -> None:
    order_id = world.funded_order()
    with refuses(NotAmendable, clause="currency"):
        proposes(world, order_id, change("currency", "USD", "EUR"))
    with refuses(Invalid, field="changes.0.path"):
        proposes(world, order_id, change("supplier.id", None, world.chen.ref))
    with refuses(NothingChanges):
        proposes(world, order_id, later("2026-04-10"))
    with refuses(ChangedMeanwhile, accepted=1000):
        proposes(world, order_id, change("lines.0.quantity", 999, 900))
    with refuses(Invalid, field="lines.0.quantity"):
        proposes(world, order_id, units(0))


def test_an_order_that_has_ended_or_whose_time_to_sign_is_over_is_not_amended(world: World) -> None:
    order_id = world.funded_order()
    page = proposes(world, order_id, later())
    world.now = page.sign_due_at + timedelta(seconds=1) if page.sign_due_at else world.now
    with refuses(SigningTimeOver):
        signs(world, page, "buyer")
    ended = world.delivered()
    world.receives(ended)
    with refuses(OutOfState):
        proposes(world, ended, later())


def test_no_statement_changes_price_goods_or_parties_but_a_signed_version(world: World) -> None:
    order_id = world.funded_order()
    page = proposes(world, order_id, units(1200))
    signs(world, page, "supplier")
    tries = (
        "UPDATE orders_order SET total_minor = 1200000, version = 2 WHERE id = %s",
        "UPDATE orders_order SET lines = '[]' WHERE id = %s",
        "UPDATE orders_order SET supplier_id = gen_random_uuid() WHERE id = %s",
        "UPDATE orders_order SET version = 2 WHERE id = %s",
        "UPDATE contracts_amendment SET total_minor = 1 WHERE %s IS NOT NULL",
    )
    for statement in tries:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [order_id])
    assert contracts.Amendment.objects.get().state == "signed_once"
