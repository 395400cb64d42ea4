"""What Stripe sends to our bank: its "payouts", each with the movements it consists of.

Holdfast calls this a settlement; a payout is a supplier's money here. Nothing is written.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from holdfast.rails.operations.settlements import Line, Sum
from holdfast.rails.stripe.amounts import from_stripe
from holdfast.rails.stripe.client import asked, client, every, plain

MOST = 1000
MOST_LINES = 20_000
_STATES = {"in_transit": "sent", "paid": "sent", "failed": "failed", "canceled": "failed"}
"""`paid` is Stripe's word for having sent it; that it arrived is for the bank to say."""


def one(*, transfer_id: str) -> Sum | None:
    """A settlement as it stands; None while Stripe has not sent it. Raises `Undecided`."""
    return _sum(asked(lambda: client().v1.payouts.retrieve(transfer_id)))


def since(*, moment: datetime) -> Iterator[Sum]:
    """Every settlement made since then, without its movements. Raises `Undecided`."""
    params: Any = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
    for found in every(lambda: client().v1.payouts.list(params), most=MOST):
        whole = _sum(found)
        if whole is not None:
            yield whole


def lines(*, whole: Sum) -> tuple[Line, ...]:
    """The movements that a settlement consists of, without itself. Raises `Undecided`."""
    params: Any = {"payout": whole.provider_ref, "limit": 100, "expand": ["data.source"]}
    found = every(lambda: client().v1.balance_transactions.list(params), most=MOST_LINES)
    return tuple(_line(row, whole.currency) for row in found if row["type"] != "payout")


def _sum(found: dict[str, Any]) -> Sum | None:
    state = _STATES.get(found["status"])
    if state is None:
        return None
    currency = str(found["currency"]).upper()
    trace = plain(found.get("trace_id"))
    return Sum(
        provider_ref=str(found["id"]),
        state=state,
        amount_minor=from_stripe(amount=found["amount"], currency=currency),
        currency=currency,
        arrival_on=_day(found["arrival_date"]),
        trace=str(trace.get("value") or found.get("statement_descriptor") or "")[:140],
        reason=str(found["failure_code"])[:40] if found.get("failure_code") else None,
    )


def _line(row: dict[str, Any], currency: str) -> Line:
    source = plain(row.get("source"))
    intent = plain(source.get("payment_intent")).get("id") if source.get("object") == "charge" else None
    return Line(
        provider_ref=str(row["id"]),
        kind=str(row["type"])[:40],
        source_ref=str(intent or source.get("id") or "")[:128],
        amount_minor=from_stripe(amount=row["amount"], currency=currency),
        fee_minor=from_stripe(amount=row["fee"], currency=currency),
    )


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
