"""What is hashed for ever must hold nothing that somebody may have to erase; what is asked must not cost everybody."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from holdfast.claims.operations import answering
from holdfast.fulfilment import operations as fulfilment
from holdfast.kernel.refusals import Invalid
from holdfast.orders.operations import production
from holdfast.parties import operations
from holdfast.record.models import Event, Private
from holdfast.terms import read_specification
from tests.parties.cast import Shop
from tests.world import World

TERM = {"property": "material", "kind": "component", "class": "major", "nominal": "felt", "method": "read the label"}


def test_nothing_that_can_be_erased_is_hashed_as_it_is(world: World) -> None:
    order_id = world.funded_order()
    production.start_production(act=world.supplier(), order_id=order_id, evidence_sha256="ab" * 32)
    papers = [fulfilment.Document("invoice", "Mr Smith 7", world.today(), None)]
    shipment = world.ships(order_id, carrier="Smith and Daughter", documents=papers)
    left_at = {"place": "with Mr Smith, 5 Pier", "proof_sha256": "cd" * 32}
    fulfilment.track(act=world.supplier(), shipment_id=shipment.id, code="DEPA", at=world.now, **left_at)
    operations.create_key(
        act=world.operator(),
        organisation_id=world.alma.organisation_id,
        name="k",
        scopes=["orders:read"],
        addresses=["203.0.113.77"],
    )
    hashed = json.dumps(list(Event.objects.values_list("payload", flat=True)))
    number = str(shipment.tracking_number)
    for personal in ("Smith", "5 Pier", number, "ab" * 32, "cd" * 32, "203.0.113.77", "Alma", "example.com"):
        assert personal not in hashed, personal
    # It is there all the same, beside the hash, for as long as nobody has it erased.
    kept = json.dumps(list(Private.objects.values_list("value", flat=True)))
    for personal in ("Smith", "5 Pier", number, "ab" * 32, "203.0.113.77"):
        assert personal in kept, personal


def test_evidence_is_known_by_a_salted_hash() -> None:
    said = answering._private(answering.Exhibit(kind="photo", sha256=bytes(32), note="seen"))
    assert said == {"note": "seen", "sha256": "00" * 32}


def test_a_specification_costs_no_more_than_its_length() -> None:
    terms: list[dict[str, Any]] = [{"id": f"T{place}", **TERM} for place in range(1000)]
    began = time.process_time()
    assert len(read_specification(terms, lines=(1,)).terms) == 1000
    assert time.process_time() - began < 2
    with pytest.raises(Invalid):
        read_specification([*terms, {"id": "T1000", **TERM}], lines=(1,))
    with pytest.raises(Invalid):
        read_specification([terms[0], terms[0]], lines=(1,))


def test_a_body_that_nobody_needs_is_not_read(world: World) -> None:
    key = operations.create_key(
        act=world.operator(), organisation_id=world.alma.organisation_id, name="k", scopes=["orders:write"]
    )
    document = {"remarks": ["x" * 1000] * 3000}
    answer = Shop(key.secret or "").post("/v1/contracts", {"counterparty_id": world.boris.ref, "document": document})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
