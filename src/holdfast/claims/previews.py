"""The preview of cover for a contract that is stored, or for a document that is not yet: what it would be signed with
is looked up here, what it is worth is computed in `preview`.

It reads and decides nothing; a signature asks everything again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.claims.imagined import Signing
from holdfast.claims.preview import preview
from holdfast.claims.promises import Preview
from holdfast.contracts import document as documents
from holdfast.contracts import programmes
from holdfast.contracts.queries import agreement
from holdfast.contracts.rules import CounterpartyUnknown, SamePartyTwice
from holdfast.kernel.clock import local_day
from holdfast.orders.cover import linked_taken
from holdfast.parties import cover
from holdfast.parties.queries import Supplier, supplier
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules


@dataclass(frozen=True, slots=True)
class Line:
    """What the supplier's line has left, minor units, beside what this contract takes of it."""

    left_minor: int
    needed_minor: int
    is_suspended: bool

    @property
    def is_enough(self) -> bool:
        """Whether it could be signed now."""
        return not self.is_suspended and self.needed_minor <= self.left_minor


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview, with the supplier's line; None where no supplier is named yet, and `tier` was assumed."""

    preview: Preview
    tier: str
    line: Line | None


def of_contract(*, contract_id: UUID, now: datetime) -> Shown:
    """Of a stored contract: with the cover that stands in it, or in a draft that it would get now.

    Refusals: `Invalid` for a day that a draft cannot promise any more, those of `programme.rules.cover_reserved`.
    """
    agreed = agreement(contract_id=contract_id)
    given: dict[str, Any] = {
        "programme": agreed.programme,
        "tier": agreed.supplier_tier,
        "currency": agreed.currency,
        "individual_minor": agreed.supplier_cap_minor,
    }
    reserved, today = agreed.cover_minor, local_day(now, agreed.supplier_zone)
    if agreed.state == "draft":
        documents.check_days(agreed.document, today=today)
        linked = linked_taken(
            buyer_id=agreed.buyer_id,
            supplier_id=agreed.supplier_id,
            currency=agreed.currency,
            programme=agreed.programme,
            now=now,
        )
        reserved = programme_rules.cover_reserved(
            **given, total_minor=agreed.total_minor, linked=linked is not None, linked_reserved_minor=linked or 0
        )
    signing = Signing(
        document=agreed.document,
        buyer_zone=agreed.buyer_zone,
        supplier_zone=agreed.supplier_zone,
        cap_minor=programme_rules.cover_cap(**given),
        cover_minor=reserved,
        today=today,
        number=agreed.number,
        digest=agreed.digest,
    )
    found = preview(programme=agreed.programme, signing=signing)
    return Shown(found, agreed.supplier_tier, _line(agreed.supplier_id, agreed.programme, found))


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that is stored nowhere: as what `own_id` would sign it, with whom if that is known, and the tier that
    is assumed where no supplier is named."""

    document: Any
    programme: str
    own_id: UUID
    side: str
    counterparty_id: UUID | None = None
    tier: str | None = None


def of_draft(*, draft: Draft, now: datetime) -> Shown:
    """Of a document that is not stored. Without a supplier the programme's first tier is assumed, or the one given.

    Refusals: `Invalid` with every clause that does not fit, `SamePartyTwice`, `CounterpartyUnknown`, those of
    `programme.rules.cover_reserved`.
    """
    agreed = documents.read(draft.document)
    if draft.counterparty_id == draft.own_id:
        raise SamePartyTwice(field="counterparty")
    row = programmes.latest(name=draft.programme)
    programme = programmes.programme_of(name=row.name, version=row.version)
    own = supplier(organisation_id=draft.own_id)
    other = supplier(organisation_id=draft.counterparty_id) if draft.counterparty_id else None
    if draft.counterparty_id is not None and other is None:
        raise CounterpartyUnknown(field="counterparty_id")
    buys, sells = (own, other) if draft.side == "buyer" else (other, own)
    today = local_day(now, sells.time_zone if sells else "UTC")
    documents.check_days(agreed, today=today)
    tier = sells.tier if sells else draft.tier or next(iter(programme.cover.tiers))
    given: dict[str, Any] = {
        "programme": programme,
        "tier": tier,
        "currency": agreed.currency,
        "individual_minor": _own_cap(sells, agreed.currency),
    }
    linked = None
    if buys and sells:
        linked = linked_taken(
            buyer_id=buys.organisation_id,
            supplier_id=sells.organisation_id,
            currency=agreed.currency,
            programme=programme,
            now=now,
        )
    signing = Signing(
        document=agreed,
        buyer_zone=buys.time_zone if buys else "UTC",
        supplier_zone=sells.time_zone if sells else "UTC",
        cap_minor=programme_rules.cover_cap(**given),
        cover_minor=programme_rules.cover_reserved(
            **given, total_minor=agreed.total_minor, linked=linked is not None, linked_reserved_minor=linked or 0
        ),
        today=today,
    )
    found = preview(programme=programme, signing=signing)
    return Shown(found, tier, _line(sells.organisation_id, programme, found) if sells else None)


def _own_cap(sells: Supplier | None, currency: str) -> int | None:
    return sells.individual_cap_minor if sells and sells.individual_cap_currency == currency else None


def _line(supplier_id: UUID, programme: Programme, found: Preview) -> Line | None:
    line = cover.cover_left(organisation_id=supplier_id, currency=found.currency, programme=programme)
    return Line(line.left_minor, found.cover_minor, line.is_suspended) if line else None
