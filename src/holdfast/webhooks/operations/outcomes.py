"""Writes down what endpoints answered, and what follows: another attempt later, an end, a word to the owners.

It knows rows and events. It never calls anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from holdfast.record.act import clock
from holdfast.record.chains import chain_head
from holdfast.record.recording import Recording
from holdfast.webhooks import rules
from holdfast.webhooks.models import Attempt, Delivery, Endpoint
from holdfast.webhooks.operations.endpoints import stop
from holdfast.webhooks.posting import Reply


@dataclass(frozen=True, slots=True)
class Called:
    """One attempt that is over: of which delivery, when (really), and what came of it."""

    delivery_id: UUID
    at: datetime
    reply: Reply


def write_down(*, endpoint_id: UUID, called: Sequence[Called], now: datetime) -> int:
    """Write down attempts at one endpoint, in their order; answers how many were taken. What somebody else has taken
    over meanwhile, or ended, stays as they left it."""
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update().get(id=endpoint_id)
        ours = Delivery.objects.select_for_update().filter(id__in=[one.delivery_id for one in called], state="sending")
        rows = {row.id: row for row in ours}
        mine = [(rows[one.delivery_id], one) for one in called if one.delivery_id in rows]
        for row, one in mine:
            _outcome(row, one.reply, now)
        Delivery.objects.bulk_update([row for row, _one in mine], _CHANGED)
        Attempt.objects.bulk_create([_attempt(row, one) for row, one in mine])
        _endpoint(endpoint, [one.reply for _row, one in mine], now)
    lost = any(row.state == "failed" for row, _one in mine)
    gone = any(one.reply.is_gone for _row, one in mine)
    if lost or gone or rules.is_given_up(failing_since=endpoint.failing_since, now=now):
        _tell(endpoint_id, now=now, lost=lost, gone=gone)
    return sum(one.reply.is_success for _row, one in mine)


_CHANGED = ["state", "attempts", "not_before", "ended_at", "taken_at", "status", "fault", "duration_ms", "answer"]


def _outcome(row: Delivery, reply: Reply, now: datetime) -> None:
    row.attempts += 1
    row.taken_at = None
    row.status, row.fault, row.duration_ms, row.answer = reply.status, reply.fault, reply.duration_ms, reply.answer
    if reply.is_success:
        row.state, row.not_before, row.ended_at = "delivered", None, now
        return
    row.not_before = rules.next_attempt(attempts=row.attempts, since=row.due_since, now=now, asked=reply.retry_after)
    row.state = "failed" if row.not_before is None else "waiting"
    row.ended_at = now if row.not_before is None else None


def _attempt(row: Delivery, one: Called) -> Attempt:
    reply = one.reply
    return Attempt(
        delivery=row,
        number=row.attempts,
        at=one.at,
        status=reply.status,
        fault=reply.fault,
        duration_ms=reply.duration_ms,
        answer=reply.answer,
    )


def _endpoint(row: Endpoint, replies: Sequence[Reply], now: datetime) -> None:
    """How the endpoint stands after these; a healthy one that stays so costs no write."""
    before = (row.failures, row.failing_since, row.paused_until, row.told_at)
    for reply in replies:
        if reply.is_success:
            row.failures, row.failing_since, row.paused_until, row.told_at = 0, None, None, None
        else:
            row.failures += 1
            row.failing_since = row.failing_since or now
            row.paused_until = now + rules.pause(failures=row.failures)
    if before != (row.failures, row.failing_since, row.paused_until, row.told_at):
        row.save(update_fields=["failures", "failing_since", "paused_until", "told_at"])


def _tell(endpoint_id: UUID, *, now: datetime, lost: bool, gone: bool) -> None:
    """Have the owners told, once as long as it fails, that something could not be delivered; and end an endpoint that
    has failed for long or has said that it is gone. A transaction of its own: chains are locked before rows."""
    act = clock(now)
    with transaction.atomic():
        organisation_id = Endpoint.objects.values_list("organisation_id", flat=True).get(id=endpoint_id)
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        row = Endpoint.objects.select_for_update().get(id=endpoint_id)
        if row.state != "enabled":
            return
        if lost and row.told_at is None:
            row.told_at = now
            row.save(update_fields=["told_at"])
            recording = Recording(act)
            recording.event(chain, "webhook.failed", about={"organisation": organisation_id, "webhook": row.id})
            recording.write(None)
        if gone or rules.is_given_up(failing_since=row.failing_since, now=now):
            stop(act=act, chain=chain, row=row, why="gone" if gone else "failing")
