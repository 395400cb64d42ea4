"""The questions about payments, refunds, payouts and strays; and the gates through which they are reached.

A payment is its payer's and the operator's; a payout is its organisation's and the operator's. Nothing is written.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection

from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.ledger.chart import of_operator
from holdfast.rails import models
from holdfast.rails.operations.turns import in_turn
from holdfast.rails.rows import PaymentRow, PayoutRow, RefundRow, StrayRow

_STAFF = frozenset({"finance", "administrator"})


class Viewer(Protocol):
    """Who asks: an organisation's member or key, or the operator's staff."""

    @property
    def organisation_id(self) -> UUID | None:
        """For whom they act."""
        ...

    @property
    def staff(self) -> frozenset[str]:
        """Their staff roles."""
        ...


def payment_for(*, caller: Viewer, ref: object) -> PaymentRow:
    """A payment by its public name. Refusal: `NotFound`, the same for a stranger's."""
    payment_id = parse("pay", ref)
    found = _payment(payment_id) if payment_id else None
    if found is None or not _may_see(caller, found.payer_id):
        raise NotFound
    return found


def _payment(payment_id: UUID) -> PaymentRow | None:
    # On the way of every capture: the ORM takes longer to write this query than the database to answer it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM rails_payment p WHERE p.id = %s", [payment_id])
        row = cursor.fetchone()
    return None if row is None else PaymentRow.from_json(json.loads(row[0]))


def payout_for(*, caller: Viewer, ref: object) -> PayoutRow:
    """A payout by its public name. Refusal: `NotFound`, the same for a stranger's."""
    payout_id = parse("pot", ref)
    found = models.Payout.objects.filter(id=payout_id).first() if payout_id else None
    if found is None or not _may_see(caller, found.organisation_id):
        raise NotFound
    return PayoutRow.of(found)


def payments_of(*, order_id: UUID) -> list[PaymentRow]:
    """The payments of an order, in the order asked for."""
    return [PaymentRow.of(row) for row in models.Payment.objects.filter(order_id=order_id).order_by("id")]


def refunds_of(*, order_id: UUID) -> list[RefundRow]:
    """The refunds of an order, in the order instructed."""
    return [RefundRow.of(row) for row in models.Refund.objects.filter(order_id=order_id).order_by("id")]


def payouts_of(*, organisation_id: UUID, before: UUID | None = None, limit: int = 50) -> list[PayoutRow]:
    """The payouts of an organisation, newest first, from `before` on."""
    found = models.Payout.objects.filter(organisation_id=organisation_id)
    if before is not None:
        found = found.filter(id__lt=before)
    return [PayoutRow.of(row) for row in found.order_by("-id")[:limit]]


def open_strays(*, limit: int = 100) -> list[StrayRow]:
    """Money in suspense, the most urgent first."""
    return [StrayRow.of(row) for row in models.Stray.objects.filter(state="open").order_by("due_at")[:limit]]


def settling(*, now: datetime) -> Iterator[PaymentRow]:
    """Captured payments whose settlement is due, the oldest first."""
    due = models.Payment.objects.filter(state="captured", settles_at__lte=now)
    return (PaymentRow.of(row) for row in in_turn(due))


_AT_PROVIDER = """
SELECT coalesce(sum(CASE WHEN t.debit_id = %(bank)s THEN t.amount_minor ELSE -t.amount_minor END), 0)
FROM ledger_transfer t
LEFT JOIN rails_refund r ON r.id = t.subject_id AND t.kind IN ('refund_confirmed', 'refund_returned')
LEFT JOIN rails_dispute d ON d.id = t.subject_id AND t.kind IN ('provider_debited', 'settled')
JOIN rails_payment p ON p.id = coalesce(r.payment_id, d.payment_id, t.subject_id) AND p.rail = 'card'
WHERE %(bank)s IN (t.debit_id, t.credit_id) AND r.destination IS NULL AND t.booked_on <= %(through)s
"""


_ARRIVED = """
SELECT coalesce(sum(l.net_minor), 0)
FROM rails_settlement_line l JOIN rails_settlement s ON s.id = l.settlement_id
WHERE s.state = 'arrived' AND s.currency = %(currency)s AND s.ended_at <= %(at)s
    AND (l.payment_id IS NOT NULL OR l.refund_id IS NOT NULL OR l.kind IN ('payout_failure', 'payout_cancel')
        OR EXISTS (SELECT FROM rails_dispute d WHERE d.provider_ref = l.source_ref))
"""


def at_provider(*, currency: str, through: date, at: datetime) -> int:
    """What the ledger counts as at the bank and the provider of cards has still to send, or has sent and no statement
    showed by `at`: what has settled, less refunds and disputes since, less what of that has arrived. What a provider
    keeps for itself and nobody has booked is not in it, and so stays a difference. 0 where cards are simulated: nobody
    sends anything then.
    """
    if settings.CARD != "stripe":
        return 0
    bank = of_operator("client_bank", currency).id
    with connection.cursor() as cursor:
        cursor.execute(_AT_PROVIDER, {"bank": bank, "through": through})
        brought = int(cursor.fetchone()[0])
        cursor.execute(_ARRIVED, {"currency": currency, "at": at})
        return brought - int(cursor.fetchone()[0])


def settlements(*, limit: int) -> list[models.Settlement]:
    """What providers sent to our bank, newest first, each with its lines."""
    return list(models.Settlement.objects.prefetch_related("lines").order_by("-id")[:limit])


def overdue_settlements(*, today: date) -> int:
    """How many were announced for a day that is over, and no statement has shown."""
    return models.Settlement.objects.filter(state="sent", arrival_on__lt=today).count()


def settlement(*, ref: object) -> models.Settlement:
    """What a provider sent to our bank, by its public name. Refusal: `NotFound`."""
    settlement_id = parse("stl", ref)
    found = models.Settlement.objects.filter(id=settlement_id).first() if settlement_id else None
    if found is None:
        raise NotFound
    return found


def sees_all(caller: Viewer) -> bool:
    """Whether all payments and payouts are theirs to see: the operator's, not a mediator's or a verifier's."""
    return bool(caller.staff & _STAFF)


def _may_see(caller: Viewer, organisation_id: UUID) -> bool:
    return caller.organisation_id == organisation_id or sees_all(caller)
