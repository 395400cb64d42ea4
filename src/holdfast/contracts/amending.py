"""What an amendment may change, and when: pure rules of the programme, the first version and what has happened since.

They know documents, units that have left, and open claims as their rooms say it. What a changed total does to money is
for the orders' room.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from holdfast.contracts.changes import Change
from holdfast.contracts.document import MOST_AHEAD
from holdfast.contracts.shape import Document, Line
from holdfast.kernel.refusals import Invalid, Refusal
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.programme.refusals import ShipDateTooFar

NEVER = ("currency",)
"""Another currency is another contract; so are other parties and another programme, which are not in the document."""
DATES = ("ship", "transit_days", "latest_delivery_on")
REST = ("lines", "prices", "charges", "payment", *DATES, "late", "incoterm", "partial_shipments")
"""The clauses that say what of the goods is still to come, when and for how much."""


class NothingChanges(Invalid):
    """The contract in force says this already."""


class NotAmendable(Invalid):
    """This clause can no longer be changed."""


class AmendmentOpen(Refusal):
    """Another amendment of this order is waiting for signatures; sign, decline or withdraw it first."""


class LineShipped(Invalid):
    """Goods of this line have left; what has left stays as it was agreed when it left."""


class UnderClaim(Invalid):
    """An open claim is about this; it changes only when the claim is settled."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one open claim is about: terms by ID, lots by number, whether what has not left is in it, and whether it is
    judged by the criterion of the contract."""

    number: int
    terms: frozenset[str] = frozenset()
    lots: frozenset[int] = frozenset()
    rest: bool = False
    goods: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the order is. `first` is the first version; `shipped` are the units that have left, by line; days are
    the supplier's."""

    first: Document
    paid: bool
    today: date
    first_paid_on: date | None = None
    shipped: Mapping[int, int] = field(default_factory=dict)
    claims: Sequence[Claimed] = ()

    @property
    def stage(self) -> str:
        """`before_payment`, `after_payment` or `after_shipment`."""
        if self.shipped:
            return "after_shipment"
        return "after_payment" if self.paid else "before_payment"


def clauses(*, programme: Programme, stage: str) -> tuple[str, ...] | None:
    """The clauses that may change at a stage; None: every one."""
    match stage:
        case "after_shipment":
            return programme.amendments.after_shipment
        case "after_payment":
            return programme.amendments.after_payment
        case _:
            return None


def check(
    *, programme: Programme, before: Document, after: Document, changes: Sequence[Change], standing: Standing
) -> None:
    """That these changes may be made now. `changes` are those that were asked for, without what follows from them.

    Refusals: `NothingChanges`, `NotAmendable`, `LineShipped`, `ShipDateTooFar`, `FreightRiseTooHigh`, `UnderClaim`,
    `Invalid` for a day that has passed.
    """
    if not changes:
        raise NothingChanges(field="changes", accepted="at least one place with another value")
    _check_clauses(programme, changes, standing)
    _check_claims(changes, standing)
    _check_lines(before, after, standing)
    _check_dates(programme, before, after, standing)
    _check_freight(programme, before, after, standing)


def _check_clauses(programme: Programme, changes: Sequence[Change], standing: Standing) -> None:
    open_now = clauses(programme=programme, stage=standing.stage)
    for change in changes:
        if change.clause in NEVER or (open_now is not None and change.clause not in open_now):
            accepted = "every clause but the currency" if open_now is None else list(open_now)
            raise NotAmendable(field=change.path, accepted=accepted, clause=change.clause, stage=standing.stage)


def _check_claims(changes: Sequence[Change], standing: Standing) -> None:
    for change in changes:
        for claim in standing.claims:
            if _touches(change, claim):
                raise UnderClaim(field=change.path, claim=claim.number, accepted="what the claim is not about")


def _touches(change: Change, claim: Claimed) -> bool:
    if change.clause == "specification":
        rest = change.path.removeprefix("specification.")
        return any(rest == term or rest.startswith(f"{term}.") for term in claim.terms)
    if change.clause == "criterion":
        return claim.goods
    return claim.rest and change.clause in REST


def _check_lines(before: Document, after: Document, standing: Standing) -> None:
    """A line of which units have left keeps what it says; its quantity may not fall below them."""
    for line in before.lines:
        left = standing.shipped.get(line.number, 0)
        if not left:
            continue
        field_of = f"lines.{line.number - 1}"
        new = after.line(line.number)
        if new is None:
            raise LineShipped(field=field_of, accepted={"at_least": min(left, line.quantity)}, shipped=left)
        kept = _said(line)
        for key, value in _said(new).items():
            if value != kept[key]:
                raise LineShipped(field=f"{field_of}.{key}", accepted=_plain(kept[key]), shipped=left)
        least = min(left, line.quantity)
        if new.quantity < least:
            accepted = {"at_least": least}
            raise LineShipped(field=f"{field_of}.quantity", accepted=accepted, shipped=left, found=new.quantity)


def _said(line: Line) -> dict[str, Any]:
    names = ("product", "unit", "unit_price_minor", "sku", "variant", "size", "weight_grams", "tolerance")
    return {name: getattr(line, name) for name in names}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | None) else "as agreed"


def _check_dates(programme: Programme, before: Document, after: Document, standing: Standing) -> None:
    """New days lie ahead; the ship date moves, in all, only so far from the first one agreed."""
    ahead = {"from": standing.today.isoformat(), "to": (standing.today + MOST_AHEAD).isoformat()}
    latest = after.latest_delivery_on
    is_new = latest is not None and latest != before.latest_delivery_on
    if is_new and latest is not None and not standing.today <= latest <= standing.today + MOST_AHEAD:
        raise Invalid(field="latest_delivery_on", found=latest.isoformat(), accepted=ahead)
    if after.ship == before.ship:
        return
    most = programme.amendments.ship_date_days
    first = standing.first.ship_on(first_paid_on=standing.first_paid_on)
    new = after.ship_on(first_paid_on=standing.first_paid_on)
    days, first_days = after.ship.days_after_payment, standing.first.ship.days_after_payment
    if new is not None and new < standing.today:
        raise Invalid(field="ship", found=new.isoformat(), accepted=ahead)
    if first is None and new is not None:
        # The first date hangs on a payment that has not come: it could come today at the earliest.
        first = standing.today + timedelta(days=first_days or 0)
    if first is not None and new is not None:
        programme_rules.check_ship_date_extension(programme=programme, original_on=first, new_on=new)
    elif days is not None:
        agreed = first_days if first_days is not None else max(0, ((first or standing.today) - standing.today).days)
        if days > agreed + most:
            accepted = {"at_most": agreed + most}
            raise ShipDateTooFar(field="ship.days_after_payment", accepted=accepted, found=days)


def freight(document: Document) -> int:
    """The freight of a contract, its charges of that kind together."""
    return sum(charge.amount_minor for charge in document.charges if charge.kind == "freight")


def _check_freight(programme: Programme, before: Document, after: Document, standing: Standing) -> None:
    if freight(after) > freight(before):
        programme_rules.check_freight_rise(
            programme=programme, original_minor=freight(standing.first), new_minor=freight(after)
        )


@dataclass(frozen=True, slots=True)
class Room:
    """What an amendment may still do now, for pages: clauses (None: every one but the currency), the last ship day,
    the most freight, the lines that keep what they say, and what open claims hold."""

    stage: str
    clauses: tuple[str, ...] | None
    last_ship_on: date | None
    most_freight_minor: int
    shipped: Mapping[int, int]
    claims: Sequence[Claimed]


def room(*, programme: Programme, standing: Standing) -> Room:
    """The limits as they are now."""
    first = standing.first.ship_on(first_paid_on=standing.first_paid_on)
    rules = programme.amendments
    return Room(
        stage=standing.stage,
        clauses=clauses(programme=programme, stage=standing.stage),
        last_ship_on=first + timedelta(days=rules.ship_date_days) if first else None,
        most_freight_minor=int(freight(standing.first) * (100 + rules.freight_percent) / 100),
        shipped=dict(standing.shipped),
        claims=tuple(standing.claims),
    )


def asked_for(changes: Sequence[Change], *, schedule_follows: bool) -> Iterator[Change]:
    """The changes without those of the payment schedule that only follow the total."""
    return (change for change in changes if not (schedule_follows and change.clause == "payment"))
