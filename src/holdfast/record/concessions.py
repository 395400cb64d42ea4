"""Explicit acts about a breach: what was proposed, who has signed what text, and what is in force.

It knows documents, digests and sides. What a breach is, whose signature is needed and what follows is said by rooms
above.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound
from holdfast.record.models import Concession as Row
from holdfast.record.models import ConcessionSignature
from holdfast.record.rules import CONCESSION, CONCESSIONS

SIDES = ("buyer", "supplier")


@dataclass(frozen=True, slots=True)
class Signature:
    """One side's signature; `kind` is `person`, or `marketplace` for one attested by it."""

    side: str
    kind: str
    signer_kind: str
    signer_id: UUID
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Concession:
    """One act. `document` is what is signed; the properties read it."""

    id: UUID
    order_id: UUID
    kind: str
    breach: str
    proposed_by: str
    document: Mapping[str, Any]
    digest: str
    state: str
    proposed_at: datetime
    ended_at: datetime | None
    signatures: tuple[Signature, ...]

    @property
    def original_on(self) -> date | None:
        """The day that was owed when it was proposed."""
        return _day(self.document["original_on"])

    @property
    def new_on(self) -> date | None:
        """The new day, where it names one."""
        return _day(self.document["new_on"])

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms it speaks of."""
        return tuple(self.document["terms"])

    @property
    def lots(self) -> tuple[int, ...]:
        """The lots it speaks of; none: the whole order."""
        return tuple(self.document["lots"])

    @property
    def compensation_minor(self) -> int | None:
        """What is paid for the delay up to the new day."""
        amount: int | None = self.document["compensation_minor"]
        return amount

    @property
    def signed_by(self) -> frozenset[str]:
        """The sides that have signed."""
        return frozenset(one.side for one in self.signatures)

    @property
    def moves_date(self) -> bool:
        """Whether lateness counts from its new day."""
        return self.new_on is not None and self.kind in {"waive", "with_compensation"}

    def open_verbs(self, role: str) -> tuple[str, ...]:
        """What a side may do with it now."""
        if self.state != CONCESSION.initial or role not in SIDES:
            return ()
        signs = ("sign",) if role in CONCESSIONS[self.kind] - self.signed_by else ()
        return (*signs, "withdraw" if role == self.proposed_by else "decline")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def propose(
    *, order_id: UUID, kind: str, breach: str, proposed_by: str, document: Mapping[str, Any], now: datetime
) -> Concession:
    """Keep a new act; the caller has locked the order and checked that none is open."""
    row = Row.objects.create(
        id=new_id(),
        order_id=order_id,
        kind=kind,
        breach=breach,
        proposed_by=proposed_by,
        document=dict(document),
        digest=digest(canonical(dict(document))).hex(),
        proposed_at=now,
    )
    return _view(row)


def sign(*, concession: Concession, side: str, kind: str, signer: tuple[str, UUID], now: datetime) -> Concession:
    """Add one side's signature."""
    ConcessionSignature.objects.create(
        id=new_id(),
        concession_id=concession.id,
        side=side,
        kind=kind,
        signer_kind=signer[0],
        signer_id=signer[1],
        digest=concession.digest,
        at=now,
    )
    return find(order_id=concession.order_id, concession_id=concession.id)


def step(*, concession: Concession, verb: str, role: str, now: datetime) -> Concession:
    """Take a step of its lifecycle. Refusals: `OutOfState`, `NotAllowed`."""
    state = CONCESSION.step(state=concession.state, verb=verb, role=role)
    Row.objects.filter(id=concession.id).update(state=state, ended_at=now)
    return find(order_id=concession.order_id, concession_id=concession.id)


def find(*, order_id: UUID, concession_id: UUID) -> Concession:
    """One act of an order. Refusal: `NotFound`, also when it is another order's."""
    row = Row.objects.filter(id=concession_id, order_id=order_id).first()
    if row is None:
        raise NotFound
    return _view(row)


def order_of(*, concession_id: UUID) -> UUID:
    """Of which order an act is, for its gate. Refusal: `NotFound`."""
    found = Row.objects.filter(id=concession_id).values_list("order_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def of_order(*, order_id: UUID) -> tuple[Concession, ...]:
    """Every act of an order, the earliest first."""
    rows = Row.objects.filter(order_id=order_id).order_by("proposed_at", "id").prefetch_related("signatures")
    return tuple(_view(row) for row in rows)


def in_force(*, order_id: UUID) -> tuple[Concession, ...]:
    """Those that everybody needed has signed, in the order in which they came into force."""
    signed = [one for one in of_order(order_id=order_id) if one.state == "signed"]
    return tuple(sorted(signed, key=lambda one: (one.ended_at or one.proposed_at, one.id)))


def _view(row: Row) -> Concession:
    signatures = sorted(row.signatures.all(), key=lambda one: (one.at, one.id))
    return Concession(
        row.id,
        row.order_id,
        row.kind,
        row.breach,
        row.proposed_by,
        row.document,
        row.digest,
        row.state,
        row.proposed_at,
        row.ended_at,
        tuple(Signature(one.side, one.kind, one.signer_kind, one.signer_id, one.digest, one.at) for one in signatures),
    )
