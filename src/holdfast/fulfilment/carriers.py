"""What carriers say of shipments: the port every carrier stands behind, the simulated one, and the asking round.

A carrier is asked outside any transaction; what it says is then recorded like anybody's report, as the carrier's.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q

from holdfast.fulfilment import models, numbers, operations, rules
from holdfast.fulfilment.queries import ShipmentView
from holdfast.fulfilment.refusals import AlreadyRecorded, NoCarrier
from holdfast.kernel.refusals import Refusal
from holdfast.record.act import Act

log = logging.getLogger(__name__)

BATCH = 100
ASKED_FOR = timedelta(days=400)
"""Nobody waits longer for a consignment to arrive."""
NEVER = 99
"""As a number of days in a simulated number: it does not happen."""
_PLAN = re.compile(r"SIM(\d{2})(\d{2})\d{5}")


@dataclass(frozen=True, slots=True)
class Consignment:
    """What a carrier is asked about; `booked_at` is when the shipment was announced."""

    number: str
    mode: str
    booked_at: datetime
    from_zone: str
    to_zone: str


@dataclass(frozen=True, slots=True)
class Scan:
    """One event as a carrier tells it; `zone` is that of the place, `place` a UN/LOCODE or empty."""

    code: str
    at: datetime
    zone: str
    place: str = ""


class Carrier(Protocol):
    """Somebody who moves goods and can be asked about them. It may raise anything; then it is asked again later."""

    name: str

    def knows(self, number: str) -> bool:
        """Whether this number can be one of its own."""

    def scans(self, consignment: Consignment, *, now: datetime) -> Sequence[Scan]:
        """Everything that has happened up to now."""


class Simulated:
    """The carrier of a sandbox. Its numbers carry their own plan: `SIM`, two digits of days from the announcement to
    the acceptance, two of days in transit (99: never), four of serial, a check digit by UPU S10."""

    name = "Simulated Carrier"

    def knows(self, number: str) -> bool:
        """Whether the number carries a plan; a wrong check digit is no hindrance, it only lowers the grade."""
        return _PLAN.fullmatch(number) is not None

    def scans(self, consignment: Consignment, *, now: datetime) -> Sequence[Scan]:
        """The plan, as far as it has come true."""
        found = _PLAN.fullmatch(consignment.number)
        if found is None or int(found[1]) == NEVER:
            return ()
        accepted = consignment.booked_at + timedelta(days=int(found[1]))
        plan = [Scan("ACCEPTED", accepted, consignment.from_zone)]
        if int(found[2]) != NEVER:
            transit = timedelta(days=int(found[2]))
            plan += [
                Scan("DEPA", accepted + transit / 4, consignment.from_zone),
                Scan("ARRI", accepted + transit * 3 / 4, consignment.to_zone),
                Scan("DELIVERED", accepted + transit, consignment.to_zone),
            ]
        return [scan for scan in plan if scan.at <= now]


def simulated_number(*, accept_days: int, transit_days: int, serial: int = 1) -> str:
    """A number of the simulated carrier with a right check digit; 99 days: never."""
    digits = f"{accept_days:02d}{transit_days:02d}{serial:04d}"
    return f"SIM{digits}{numbers.check_digit(digits)}"


def carriers() -> tuple[Carrier, ...]:
    """Who can be asked in this installation: in a sandbox the simulated carrier, and nobody real."""
    return (Simulated(),) if settings.SANDBOX else ()


@dataclass(frozen=True, slots=True)
class Polled:
    """One round: shipments asked about, events that were new, questions that failed."""

    asked: int = 0
    recorded: int = 0
    failed: int = 0


def poll(*, now: datetime, limit: int = BATCH) -> Polled:
    """Ask the carriers about shipments on their way, those that waited longest first. Call it outside a transaction."""
    known = carriers()
    if not known:
        return Polled()
    recorded = failed = 0
    waiting = _waiting(now, limit)
    for row in waiting:
        try:
            recorded += _ask(row, known, now)
        except Exception:
            # One carrier that answers nonsense, or not at all, must not keep the others' goods from arriving.
            log.exception("the carrier of shipment %s could not be asked", row.id)
            failed += 1
        operations.asked(shipment_id=row.id, now=now)
    return Polled(len(waiting), recorded, failed)


def say(*, shipment_id: UUID, code: str, at: datetime, now: datetime, place: str = "") -> ShipmentView:
    """Make the simulated carrier say something of a shipment. Refusals: `no_carrier` outside a sandbox, those of
    `operations.track`."""
    if not settings.SANDBOX:
        raise NoCarrier
    return operations.track(act=_voice(now), shipment_id=shipment_id, code=code, at=at, place=place)


def _waiting(now: datetime, limit: int) -> list[models.Shipment]:
    # A delivery that only the sender has proved is asked about too: the carrier's word would let silence count.
    open_yet = Q(lot__state="shipped", delivery_grade=None) | Q(lot__state="delivered", delivery_grade="C")
    rows = models.Shipment.objects.filter(open_yet, ~Q(tracking_number=None), uploaded_at__gt=now - ASKED_FOR)
    return list(rows.order_by(F("polled_at").asc(nulls_first=True), "id")[:limit])


def _ask(row: models.Shipment, known: Sequence[Carrier], now: datetime) -> int:
    number = row.tracking_number or ""
    carrier = next((one for one in known if one.knows(number)), None)
    if carrier is None:
        return 0
    consignment = Consignment(number, row.mode, row.uploaded_at, row.from_zone, row.to_zone)
    heard = set(row.events.filter(source="carrier").values_list("code", "at"))
    recorded = 0
    for scan in carrier.scans(consignment, now=now):
        if scan.code in rules.CODES and (scan.code, scan.at) not in heard:
            recorded += _record(row.id, scan, now)
    return recorded


def _record(shipment_id: UUID, scan: Scan, now: datetime) -> int:
    try:
        operations.track(
            act=_voice(now), shipment_id=shipment_id, code=scan.code, at=scan.at, zone=scan.zone, place=scan.place
        )
    except AlreadyRecorded:
        return 0
    except Refusal as refused:
        log.warning("shipment %s: the carrier's %s was not taken: %s", shipment_id, scan.code, refused)
        return 0
    return 1


def _voice(now: datetime) -> Act:
    return Act(now, "carrier", None, None, "carrier")
