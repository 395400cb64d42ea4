"""A marketplace with a published programme and a verified supplier, and the acts of its people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from holdfast.contracts import models, operations
from holdfast.contracts.operations import SignStep
from holdfast.contracts.queries import ContractPage
from holdfast.contracts.rules import Signer
from holdfast.parties.operations import set_tier
from holdfast.record.act import Act
from holdfast.record.chains import held_chain
from holdfast.record.recording import Recording
from tests.contracts.documents import microcontrollers
from tests.parties.cast import NOW, Cast, Party, assemble, staff_act


@dataclass
class Stage:
    """Who trades here, and what they do to contracts."""

    cast: Cast

    def side(self, side: str) -> Party:
        return self.cast.alma if side == "buyer" else self.cast.boris

    def act(self, side: str, *, now: datetime = NOW) -> Act:
        party = self.side(side)
        return Act(now, "person", party.person_id, party.id, side)

    def drafted(self, *, programme: str = "standard", **changes: Any) -> ContractPage:
        return operations.draft(
            act=self.act("buyer"),
            counterparty_id=self.cast.boris.id,
            programme=programme,
            document=microcontrollers(**changes),
        )

    def proposed(self, **changes: Any) -> ContractPage:
        return operations.propose(act=self.act("buyer"), contract_id=self.drafted(**changes).id)

    def person(self, side: str, *, role: str = "owner", proven_again: bool = True) -> Signer:
        return Signer("person", self.side(side).person_id, role, None, None, None, proven_again)

    def key(self, side: str, *, limit_minor: int | None, currency: str | None = "USD", scope: str = "") -> Signer:
        scopes = frozenset({scope or "contracts:sign"})
        return Signer("key", self.side(side).key_id, "trader", scopes, limit_minor, currency, False)

    def sign(
        self,
        side: str,
        contract_id: UUID,
        *,
        digest: str | None = None,
        signer: Signer | None = None,
        now: datetime = NOW,
    ) -> SignStep:
        """As the room above does it, without the order."""
        act = self.act(side, now=now)
        with transaction.atomic():
            contract = operations.locked(contract_id)
            recording = Recording(replace(act, actor_kind=signer.kind, actor_id=signer.id) if signer else act)
            step = operations.sign_into(
                recording=recording,
                chain=held_chain(kind="order", chain_id=contract.order_id),
                contract=contract,
                digest=contract.digest if digest is None else digest,
                signer=signer or self.person(side),
            )
            return recording.write(step)


@pytest.fixture
def stage(db: None) -> Stage:
    cast = assemble()
    operator = staff_act(cast.administrator_id)
    text = standard_text()
    operations.publish_programme(act=operator, text=text, source="standard.toml")
    set_tier(act=operator, organisation_id=cast.boris.id, tier="verified", reason="Factory visited.")
    return Stage(cast)


def standard_text() -> str:
    """The file of the recommended programme."""
    return resources.files("holdfast.programme").joinpath("shipped", "standard.toml").read_text(encoding="utf-8")


def stored(contract_id: UUID) -> models.Contract:
    """The row as it is."""
    return models.Contract.objects.get(id=contract_id)
