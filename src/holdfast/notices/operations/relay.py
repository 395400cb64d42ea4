"""From the outbox to people: each event is told once to each member it concerns, with the deadlines it set.

It reads events, deadlines and memberships, and writes notices. Sending them is for `mail` beside this.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet

from holdfast.contracts.models import Contract
from holdfast.kernel.identifiers import public
from holdfast.notices.kinds import EXTENSION, INSPECTOR_HEARS, TOLD
from holdfast.notices.models import Notice
from holdfast.notices.operations.keeping import News, keep, notice
from holdfast.notices.operations.people import Addressee, administrators, members
from holdfast.notices.rules import next_attempt_after
from holdfast.parties.queries import names
from holdfast.record import deadlines
from holdfast.record.deadlines import Deadline
from holdfast.record.models import Event, Outbox
from holdfast.sourcing.queries import parties_of

log = logging.getLogger(__name__)
BATCH = 200
SIDES = ("buyer", "supplier")


@dataclass(frozen=True, slots=True)
class Case:
    """What a notice must know of an order: its contract's number and its two sides. Of a quotation, which has a chain
    of the same kind, `order_id` is its own ID, and there is no contract."""

    order_id: UUID
    contract_id: UUID | None
    number: str
    sides: Mapping[str, UUID]
    names: Mapping[UUID, str]
    currency: str | None

    def side_of(self, organisation_id: UUID | None) -> str | None:
        """The side an organisation is on."""
        return next((side for side, party in self.sides.items() if party == organisation_id), None)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything a batch needs, read once."""

    cases: Mapping[UUID, Case]
    members: Mapping[UUID, Sequence[Addressee]]
    untold: Mapping[UUID, Sequence[Deadline]]
    last: Mapping[UUID, int]
    """The place of each order's last event: that one tells of the deadlines, for they are those that stand after it."""


def relay(*, now: datetime, limit: int = BATCH) -> int:
    """Tell of up to `limit` waiting events; answers how many left the outbox.

    Rows are taken by their state, so that an event whose transaction ended late is not passed over. One that cannot
    be told is put off and does not hold up the rest.
    """
    try:
        with transaction.atomic():
            taken = _take(now, limit)
            if taken:
                _tell(taken, now)
            return len(taken)
    except Exception:
        log.exception("a batch of events could not be relayed; they are tried one by one")
    return sum(_relay_one(event_id, now) for event_id in _waiting(now).values_list("event_id", flat=True)[:limit])


def tell_of_extensions(*, now: datetime) -> int:
    """When a deadline moved because no notice arrived, tell every member of the side again, and the operator; answers
    how many deadlines were told of."""
    moved = {row.id: row for row in deadlines.extended(now=now)}
    told = set(Notice.objects.filter(kind=EXTENSION, about_id__in=moved).values_list("about_id", flat=True))
    new = [row for row in moved.values() if row.id not in told and row.order_id is not None]
    if not new:
        return 0
    around = _surroundings([row.order_id for row in new if row.order_id is not None])
    staff = administrators()
    found: list[Notice] = []
    for deadline in new:
        case = around.cases.get(deadline.order_id) if deadline.order_id is not None else None
        if case is not None:
            side = around.members.get(case.sides[deadline.who], ())
            news = _of_case(EXTENSION, deadline.id, case)
            found.extend(notice(news=news, to=to, tasks=[deadline]) for to in [*side, *staff])
    with transaction.atomic():
        keep(found=found, now=now)
    return len(new)


def tell_sides(*, kind: str, about: Mapping[UUID, Deadline], now: datetime) -> None:
    """Tell every member of the side that must act of a deadline: `about` has it by the ID under which it is told."""
    around = _surroundings(list({row.order_id for row in about.values() if row.order_id is not None}))
    found: list[Notice] = []
    for about_id, deadline in about.items():
        case = around.cases.get(deadline.order_id) if deadline.order_id is not None else None
        if case is not None:
            news = _of_case(kind, about_id, case)
            side = around.members.get(case.sides[deadline.who], ())
            found.extend(notice(news=news, to=to, tasks=[deadline]) for to in side)
    with transaction.atomic():
        keep(found=found, now=now)


def _waiting(now: datetime) -> QuerySet[Outbox]:
    ready = Q(not_before=None) | Q(not_before__lte=now)
    return Outbox.objects.filter(ready, state="waiting").order_by("event_id")


def _take(now: datetime, limit: int) -> list[Event]:
    rows = list(_waiting(now).select_for_update(skip_locked=True)[:limit])
    taken = [row.event_id for row in rows]
    if not taken:
        return []
    Outbox.objects.filter(event_id__in=taken).update(state="relayed", relayed_at=now)
    return list(Event.objects.filter(id__in=taken).order_by("id"))


def _relay_one(event_id: UUID, now: datetime) -> int:
    try:
        with transaction.atomic():
            row = _waiting(now).select_for_update(skip_locked=True).filter(event_id=event_id).first()
            if row is None:
                return 0
            Outbox.objects.filter(event_id=event_id).update(state="relayed", relayed_at=now)
            _tell([Event.objects.get(id=event_id)], now)
            return 1
    except Exception:
        log.exception("event %s could not be relayed", event_id)
        _put_off(event_id, now)
        return 0


def _put_off(event_id: UUID, now: datetime) -> None:
    attempts = Outbox.objects.filter(event_id=event_id).values_list("attempts", flat=True).get() + 1
    wait = next_attempt_after(attempts=attempts)
    Outbox.objects.filter(event_id=event_id, state="waiting").update(
        attempts=F("attempts") + 1,
        state="waiting" if wait else "failed",
        not_before=now + wait if wait else None,
    )


def _tell(events: Sequence[Event], now: datetime) -> None:
    around = _surroundings([event.chain_id for event in events if event.chain_kind == "order"])
    own = [event.chain_id for event in events if event.chain_kind == "organisation"]
    own += [inspector for event in events if (inspector := _inspector(event)) is not None]
    around = replace(around, members={**around.members, **members(organisation_ids=own)})
    keep(found=[row for event in events for row in _of_event(event, around)], now=now)


def _of_event(event: Event, around: Surroundings) -> list[Notice]:
    listener = TOLD.get(event.name)
    by = event.payload["by"]
    person_id = UUID(by["id"]) if by["kind"] == "person" and by["id"] else None
    acting = UUID(by["for"]) if by["for"] else None
    if event.chain_kind == "organisation":
        return _to_own(event, person_id, around) if listener == "own" else []
    case = around.cases.get(event.chain_id)
    if case is None:
        return []
    tasks: dict[str, list[Deadline]] = {}
    if event.seq == around.last[event.chain_id]:
        for deadline in around.untold.get(event.chain_id, ()):
            tasks.setdefault(deadline.who, []).append(deadline)
    mine = case.side_of(acting)
    sides = _sides(listener, mine)
    actor = case.names.get(acting, "") if acting else ""
    # Who has just acted need not be told of it; but whoever has a deadline is told of that.
    told = [side for side in SIDES if side in sides or side in tasks]
    news = replace(
        _of_case(event.name, event.id, case, actor),
        amounts=_amounts(event),
        currency=event.payload["data"].get("currency", case.currency),
    )
    found = [
        notice(news=news, to=to, tasks=tasks.get(side, []))
        for side in told
        for to in around.members.get(case.sides[side], ())
        if to.person.id != person_id or side in tasks
    ]
    inspector = _inspector(event)
    examiners = around.members.get(inspector, ()) if inspector is not None else ()
    return [*found, *(notice(news=news, to=to) for to in examiners if to.person.id != person_id)]


def _inspector(event: Event) -> UUID | None:
    """The inspector who is told of an event, too."""
    about = event.payload["about"].get("inspector")
    return UUID(about) if about and event.name in INSPECTOR_HEARS else None


def _sides(listener: str | None, mine: str | None) -> frozenset[str]:
    match listener:
        case "buyer" | "supplier":
            return frozenset({listener})
        case "both":
            return frozenset(SIDES)
        case "other":
            return frozenset(SIDES) - {mine}
        case _:
            return frozenset()


def _to_own(event: Event, person_id: UUID | None, around: Surroundings) -> list[Notice]:
    currency = event.payload["data"].get("currency")
    news = News(event.name, event.id, None, None, "", "/", _amounts(event), currency)
    told = around.members.get(event.chain_id, ())
    return [notice(news=news, to=to) for to in told if to.person.id != person_id]


def _amounts(event: Event) -> dict[str, int]:
    """The figures of an event that are amounts of its one currency."""
    data = event.payload["data"].items()
    return {name: value for name, value in data if name.endswith("_minor") and isinstance(value, int)}


def _of_case(kind: str, about_id: UUID, case: Case, actor: str = "") -> News:
    return News(kind, about_id, case.order_id, case.number, actor, _path(kind, case))


def _path(kind: str, case: Case) -> str:
    match case:
        case Case(order_id=quotation_id, contract_id=None):
            return f"/quotations/{public('quo', quotation_id)}/"
        case Case(contract_id=UUID() as contract_id) if kind.startswith("contract."):
            return f"/contracts/{public('con', contract_id)}/"
        case Case() if kind.startswith(("booking.", "readiness.")):
            return f"/orders/{public('ord', case.order_id)}/inspection/"
        case _:
            return f"/orders/{public('ord', case.order_id)}/"


def _surroundings(order_ids: Sequence[UUID]) -> Surroundings:
    contracts = Contract.objects.filter(order_id__in=order_ids)
    rows: list[tuple[UUID, UUID | None, str, UUID, UUID, str | None]] = [
        *contracts.values_list("order_id", "id", "number", "buyer_id", "supplier_id", "currency"),
        *((row[0], None, *row[1:], None) for row in parties_of(quotation_ids=order_ids)),
    ]
    parties = list({party for row in rows for party in row[3:5]})
    named = names(organisation_ids=parties)
    cases = {
        order_id: Case(order_id, contract_id, number, {"buyer": buyer, "supplier": supplier}, named, currency)
        for order_id, contract_id, number, buyer, supplier, currency in rows
    }
    last = Event.objects.filter(chain_id__in=order_ids).values_list("chain_id").annotate(last=Max("seq"))
    return Surroundings(cases, members(organisation_ids=parties), _untold(list(cases)), dict(last))


def _untold(order_ids: Sequence[UUID]) -> dict[UUID, list[Deadline]]:
    """Open deadlines that no notice has named yet, by order."""
    open_now = deadlines.untold(order_ids=order_ids)
    named = Notice.objects.filter(order_id__in=order_ids, deadlines__overlap=[row.id for row in open_now])
    told = {deadline_id for row in named.values_list("deadlines", flat=True) for deadline_id in row}
    found: dict[UUID, list[Deadline]] = {}
    for row in open_now:
        if row.id not in told and row.order_id is not None:
            found.setdefault(row.order_id, []).append(row)
    return found
