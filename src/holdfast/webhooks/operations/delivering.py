"""Delivers what waits: takes it, commits, calls the endpoints, writes down what they answered.

Each endpoint is called on threads of its own, so that one that hangs holds up nobody but itself; those threads know
nothing of the database, and no transaction is open while they wait. What was taken by a worker that died is taken
again after a minute: every event arrives at least once, always under the same `webhook-id`.
"""

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from standardwebhooks import Webhook

import holdfast
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid
from holdfast.webhooks import rules, sealed
from holdfast.webhooks.models import Delivery, Endpoint, Secret
from holdfast.webhooks.operations.outcomes import Called, write_down
from holdfast.webhooks.posting import Line, Patience, Reply, Resolve, resolve
from holdfast.webhooks.queries import bodies, for_parties, hears_now

log = logging.getLogger(__name__)

LANES = 64
"""So many connections at once, of one job."""
LANES_EACH = 4
RUN = 20
"""So many messages on one connection, before the endpoint's turn is over."""
ROUND_SECONDS = 45.0
"""After so long a job takes nothing more and waits for what is under way."""
LANE_SECONDS = 20.0
"""After so long a lane gives back what it has not begun: well before it would be taken for dead."""
LOOK_SECONDS = 0.2
GRACE_SECONDS = 5.0
"""A call that does not end by being cut off is left to itself: a resolver cannot be interrupted."""

PATIENCE = Patience()
Moment = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery, ready to be sent but for its signature."""

    delivery_id: UUID
    event_id: UUID
    body: bytes


@dataclass
class Lane:
    """Messages to one endpoint, one after the other on one connection. `line` is None where there is none to call."""

    endpoint_id: UUID
    messages: Sequence[Message]
    secrets: Sequence[str]
    line: Line | None
    fault: str = ""
    done: int = 0
    is_over: bool = False
    is_left: bool = field(default=False)

    def run(self, answers: "queue.SimpleQueue[tuple[Lane, Called | None]]", wall: Moment) -> None:
        """Send them all, or stop at the first that fails: what follows would fail too, or must not come before it."""
        began = time.monotonic()
        try:
            for message in self.messages:
                if time.monotonic() - began > LANE_SECONDS or self.is_left:
                    break
                at = wall()
                reply = self._send(message, at)
                answers.put((self, Called(message.delivery_id, at, reply)))
                if not reply.is_success:
                    break
        finally:
            if self.line is not None:
                self.line.close()
            answers.put((self, None))

    def _send(self, message: Message, at: datetime) -> Reply:
        if self.line is None:
            return Reply(None, self.fault, "", 0)
        return self.line.post(body=message.body, headers=signed(message, secrets=self.secrets, at=at))


def signed(message: Message, *, secrets: Sequence[str], at: datetime) -> Mapping[str, str]:
    """The headers of one attempt: every secret that is in use signs."""
    name = public("evt", message.event_id)
    signatures = [Webhook(secret).sign(name, at, message.body.decode()) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Holdfast/{holdfast.__version__}",
        "Accept-Encoding": "identity",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def deliver(
    *,
    now: Moment,
    wall: Moment,
    patience: Patience = PATIENCE,
    resolve: Resolve = resolve,
    seconds: float = ROUND_SECONDS,
) -> int:
    """Deliver what is due until nothing is, or time is up; answers how many messages were taken by their receivers.

    Call it outside a transaction. `now` is the installation's time, which a sandbox may have moved; `wall` the real
    one, which receivers compare signatures with.
    """
    return _Round(now, wall, patience, resolve).run(seconds)


class _Round:
    """The lanes of one job. Only the job's own thread talks to the database."""

    def __init__(self, now: Moment, wall: Moment, patience: Patience, resolve: Resolve) -> None:
        self._now, self._wall, self._patience, self._resolve = now, wall, patience, resolve
        self._answers: queue.SimpleQueue[tuple[Lane, Called | None]] = queue.SimpleQueue()
        self._lanes: list[Lane] = []
        self._accepted = 0

    def run(self, seconds: float) -> int:
        ends = time.monotonic() + seconds
        looked = 0.0
        may_be_more = True
        while True:
            in_time = time.monotonic() < ends
            if in_time and (may_be_more or time.monotonic() - looked > 1.0):
                looked, may_be_more = time.monotonic(), False
                self._start()
            if not self._lanes:
                return self._accepted
            may_be_more = self._collect() or may_be_more

    def _start(self) -> None:
        for lane in _taken(self._now(), (LANES - len(self._lanes)) // LANES_EACH, self._patience, self._resolve):
            self._lanes.append(lane)
            thread = threading.Thread(target=lane.run, args=(self._answers, self._wall), daemon=True)
            thread.start()

    def _collect(self) -> bool:
        """Write down what was answered by now, and end what has had its time; answers whether a lane is free again."""
        called: dict[UUID, list[Called]] = {}
        before = len(self._lanes)
        for lane, one in self._waiting():
            if one is None:
                lane.is_over = True
            elif not lane.is_left:
                lane.done += 1
                called.setdefault(lane.endpoint_id, []).append(one)
        for lane in self._lanes:
            if lane.line is not None and lane.line.is_overdue():
                lane.line.cut()
                if lane.line.is_overdue(grace=GRACE_SECONDS) and not lane.is_over:
                    lane.is_left = lane.is_over = True
                    reply = Reply(None, "timeout", "", round(self._patience.call * 1000))
                    lost = Called(lane.messages[lane.done].delivery_id, self._wall(), reply)
                    called.setdefault(lane.endpoint_id, []).append(lost)
                    lane.done += 1
        for endpoint_id, replies in called.items():
            self._accepted += write_down(endpoint_id=endpoint_id, called=replies, now=self._now())
        over = [lane for lane in self._lanes if lane.is_over]
        self._lanes = [lane for lane in self._lanes if not lane.is_over]
        _give_back([message.delivery_id for lane in over for message in lane.messages[lane.done :]])
        return len(self._lanes) < before

    def _waiting(self) -> Iterator[tuple[Lane, Called | None]]:
        """What is in the queue, after waiting for the first of it."""
        try:
            yield self._answers.get(timeout=LOOK_SECONDS)
            while True:
                yield self._answers.get_nowait()
        except queue.Empty:
            return


def _give_back(delivery_ids: Sequence[UUID]) -> None:
    if delivery_ids:
        Delivery.objects.filter(id__in=delivery_ids, state="sending").update(state="waiting", taken_at=None)


# --- what is due ------------------------------------------------------------------------------------------------------


def _taken(now: datetime, limit: int, patience: Patience, resolve: Resolve) -> list[Lane]:
    """Take what is due for so many endpoints, those first that had their turn longest ago."""
    found: list[Lane] = []
    with transaction.atomic():
        stale = Delivery.objects.filter(state="sending", taken_at__lt=now - rules.STALE_AFTER)
        stale.update(state="waiting", taken_at=None)
        due = Q(state="waiting") & (Q(not_before=None) | Q(not_before__lte=now))
        mine = Delivery.objects.filter(endpoint_id=OuterRef("id"))
        rows = (
            Endpoint.objects.filter(Q(paused_until=None) | Q(paused_until__lte=now), state="enabled")
            # One job at a time has an endpoint: what it does not answer ties up nothing more than that.
            .filter(Exists(mine.filter(due)), ~Exists(mine.filter(state="sending")))
            .order_by("taken_at", "id")
            .select_for_update(skip_locked=True)
        )
        endpoints = list(rows[:limit])
        secrets = _secrets(endpoints, now)
        hears = hears_now(organisation_ids={endpoint.organisation_id for endpoint in endpoints})
        for endpoint in endpoints:
            most = LANES_EACH * RUN if endpoint.failures == 0 else 1
            taken = _still_theirs(_of(endpoint, due, most), hears.get(endpoint.organisation_id), now)
            Delivery.objects.filter(id__in=[row.id for row in taken]).update(state="sending", taken_at=now)
            found.extend(_lanes(endpoint, taken, secrets[endpoint.id], patience, resolve))
        Endpoint.objects.filter(id__in=[row.id for row in endpoints]).update(taken_at=now)
    return found


def _of(endpoint: Endpoint, due: Q, most: int) -> list[Delivery]:
    rows = Delivery.objects.filter(due, endpoint=endpoint)
    if endpoint.ordered:
        # What is put off holds up what comes after it in its chain.
        before = Delivery.objects.filter(
            endpoint=endpoint, chain_id=OuterRef("chain_id"), seq__lt=OuterRef("seq"), state="waiting"
        ).exclude(due)
        rows = rows.exclude(Exists(before))
    return list(rows.order_by("created_at", "seq", "id")[:most])


def _still_theirs(rows: list[Delivery], hears: frozenset[UUID] | None, now: datetime) -> list[Delivery]:
    """Those that the endpoint may be sent now: a marketplace nothing of whoever lets it act no longer, however long it
    has waited and whoever asks for it again."""
    if hears is None:
        return rows
    for row in rows:
        row.parties = [party for party in row.parties if party in hears or row.kind == rules.FAREWELL]
    ended = Delivery.objects.filter(id__in=[row.id for row in rows if not row.parties])
    ended.update(state="failed", ended_at=now, not_before=None, fault="not_served")
    return [row for row in rows if row.parties]


def _lanes(
    endpoint: Endpoint, taken: Sequence[Delivery], secrets: Sequence[str], patience: Patience, resolve: Resolve
) -> Iterator[Lane]:
    """The deliveries of one endpoint on a few connections; those of one chain stay on one, in its order."""
    found = bodies(event_ids=[row.event_id for row in taken])
    lanes: dict[int, list[Message]] = {}
    for row in taken:
        body = json.dumps(for_parties(found[row.event_id], row.parties), separators=(",", ":"), ensure_ascii=False)
        number = row.chain_id.int % LANES_EACH
        lanes.setdefault(number, []).append(Message(row.id, row.event_id, body.encode()))
    loopback: bool = settings.WEBHOOKS_TO_LOOPBACK
    for messages in lanes.values():
        try:
            target = rules.target(url=endpoint.url, loopback=loopback)
        except Invalid:
            # Registered when it was allowed.
            yield Lane(endpoint.id, messages, secrets, None, "address_refused")
            continue
        line = Line(target=target, loopback=loopback, patience=patience, resolve=resolve) if secrets else None
        yield Lane(endpoint.id, messages, secrets, line, "secret_unreadable")


def _secrets(endpoints: Sequence[Endpoint], now: datetime) -> dict[UUID, list[str]]:
    """The secrets that sign for each endpoint, the newest first; none where the encryption key is another now."""
    found: dict[UUID, list[str]] = {row.id: [] for row in endpoints}
    rows = Secret.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), endpoint__in=endpoints)
    for row in rows.order_by("-created_at", "-id"):
        try:
            secret = sealed.unseal(sealed=row.sealed, endpoint_id=row.endpoint_id)
        except sealed.SecretUnreadable as fault:
            log.critical("%s", fault)
            continue
        found[row.endpoint_id].append(secret)
    return found
