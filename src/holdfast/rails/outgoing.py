"""The questions about money on its way out: what waits for whom, which batches there are, how fast refunds start.

Nothing is written, and no gate is asked: that came before. Whose an account is, is the parties' to say.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.rails import models
from holdfast.rails.choice import wires_by_file
from holdfast.rails.models.statements import StatementLine
from holdfast.rails.operations.batches import Batch
from holdfast.rails.operations.payouts import Destination
from holdfast.rails.operations.refunds import PLACE
from holdfast.rails.rows import PayoutRow, RefundRow
from holdfast.record import deadlines

LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class Starts:
    """How long refunds of a time took from final to sent, in hours; `late` counts those started after their day, or
    not started although it is over."""

    count: int
    late: int
    p50_hours: int | None
    p95_hours: int | None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Money of an order that no instrument takes, and nobody has found an account for."""

    order_id: UUID
    amount_minor: int
    currency: str
    due_at: datetime


def batch_for(*, ref: object) -> Batch:
    """A batch by its public name. Refusal: `NotFound`."""
    batch_id = parse("bat", ref)
    found = models.PayoutBatch.objects.filter(id=batch_id).first() if batch_id else None
    if found is None:
        raise NotFound
    return Batch.of(found)


def batches(*, open_only: bool = False, limit: int = 50) -> list[Batch]:
    """The batches, newest first; those of which the bank has not said the last word, with `open_only`."""
    rows = models.PayoutBatch.objects.order_by("-id")
    if open_only:
        rows = rows.filter(state__in=("made", "released", "accepted"))
    return [Batch.of(row) for row in rows[:limit]]


def payouts_in(*states: str, limit: int = LONGEST_LIST) -> list[PayoutRow]:
    """Payouts in these states, the oldest first."""
    return [PayoutRow.of(row) for row in models.Payout.objects.filter(state__in=states).order_by("id")[:limit]]


def refunds_in(*states: str, limit: int = LONGEST_LIST) -> list[RefundRow]:
    """Refunds in these states, the oldest first."""
    return [RefundRow.of(row) for row in models.Refund.objects.filter(state__in=states).order_by("id")[:limit]]


def refund_of(*, ref: object) -> RefundRow:
    """A refund by its public name, for the operator. Refusal: `NotFound`."""
    refund_id = parse("rfd", ref)
    found = models.Refund.objects.filter(id=refund_id).first() if refund_id else None
    if found is None:
        raise NotFound
    return RefundRow.of(found)


def ready(*, currency: str) -> tuple[int, int]:
    """How many payouts and refunds wait for a batch in a currency, and their sum in minor units."""
    outs = models.Payout.objects.filter(currency=currency, state="approved")
    backs = models.Refund.objects.filter(currency=currency, state="requested", destination__isnull=False)
    amounts = [*outs.values_list("amount_minor", flat=True), *backs.values_list("amount_minor", flat=True)]
    return len(amounts), sum(amounts)


def unplaced() -> list[Unplaced]:
    """What waits for an account to go to, the most urgent first."""
    waiting = deadlines.of_kind(kind=PLACE)
    currencies = dict(
        models.Payment.objects.filter(order_id__among=[one.subject_id for one in waiting]).values_list(
            "order_id", "currency"
        )
    )
    return [
        Unplaced(one.subject_id, int(one.basis["amount_minor"]), currencies.get(one.subject_id, ""), one.due_at)
        for one in waiting
    ]


def limits() -> list[tuple[str, int]]:
    """Above which amount two people look, by currency."""
    return list(models.PayoutLimit.objects.order_by("currency").values_list("currency", "amount_minor"))


def without_account() -> QuerySet[models.Refund]:
    """Refunds by wire that a payment file shall carry and that have no account to go to yet."""
    waiting = models.Refund.objects.filter(state="requested", destination__isnull=True, payment__rail="wire")
    return waiting if wires_by_file() else waiting.none()


def paying_account(*, payment_id: UUID | None, currency: str) -> Destination | None:
    """The account that a wire came from, as the bank's statement named it; None unless it can be paid to."""
    line = (
        StatementLine.objects.filter(subject_id=payment_id, currency=currency, direction="credit")
        .exclude(counterparty_account="")
        .order_by("id")
        .first()
    )
    if payment_id is None or line is None or not line.counterparty_name:
        return None
    try:
        iban = str(IBAN(line.counterparty_account))
    except SchwiftyException:
        return None
    return Destination(None, line.counterparty_name, iban=iban)


def refund_starts(*, now: datetime, days: int = 90) -> Starts:
    """How refunds of the last days were started: within the programme's business days, or late."""
    since = now - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE coalesce(sent_at, %s) > start_due_at),"
            " percentile_disc(0.5) WITHIN GROUP (ORDER BY sent_at - requested_at),"
            " percentile_disc(0.95) WITHIN GROUP (ORDER BY sent_at - requested_at)"
            " FROM rails_refund WHERE requested_at >= %s AND state <> 'stopped'",
            [now, since],
        )
        count, late, middle, slowest = cursor.fetchone()
    return Starts(count, late, _hours(middle), _hours(slowest))


def late_refunds(*, now: datetime, limit: int = LONGEST_LIST) -> list[RefundRow]:
    """Refunds that should have been started by now, the most overdue first."""
    waiting = models.Refund.objects.filter(Q(state__in=("requested", "instructed")), start_due_at__lt=now)
    return [RefundRow.of(row) for row in waiting.order_by("start_due_at")[:limit]]


def _hours(took: timedelta | None) -> int | None:
    return None if took is None else round(took.total_seconds() / 3600)


def work_waiting(now: datetime) -> int:  # noqa: ARG001
    """How much waits for somebody at the desk of payouts: to approve, to put into a batch or to let out, to send
    again, to place."""
    outs = models.Payout.objects.filter(state__in=("requested", "approved")).count()
    made = models.PayoutBatch.objects.filter(state="made").count()
    bounced = models.Refund.objects.filter(state="bounced").count()
    return outs + made + bounced + len(deadlines.of_kind(kind=PLACE))
