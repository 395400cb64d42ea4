"""Disputes as Stripe has them, read as news of the rail: what was taken, what for, and how it stands now.

An inquiry of a card network takes no money and is no dispute here: only what was withdrawn, won or lost is told.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from holdfast.rails.port import DisputeNews
from holdfast.rails.stripe.amounts import from_stripe
from holdfast.rails.stripe.client import asked, client, every, plain

MOST = 1000
_STATES = {"needs_response": "open", "under_review": "open", "won": "won", "lost": "lost"}
"""Inquiries (`warning_…`) and disputes that a refund prevented take no money."""


def one(*, dispute_id: str) -> tuple[str, DisputeNews] | None:
    """The intent that a dispute is about and how it stands; None for a mere inquiry. Raises `Undecided`."""
    return _news(asked(lambda: client().v1.disputes.retrieve(dispute_id)))


def since(*, moment: datetime) -> Iterator[tuple[str, DisputeNews]]:
    """Every dispute raised since then. Raises `Undecided`."""
    params: Any = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
    for found in every(lambda: client().v1.disputes.list(params), most=MOST):
        news = _news(found)
        if news is not None:
            yield news


def _news(found: dict[str, Any]) -> tuple[str, DisputeNews] | None:
    state = _STATES.get(found["status"])
    intent = plain(found.get("payment_intent")).get("id")
    movements = [plain(row) for row in found.get("balance_transactions") or []]
    if state is None or not intent or not movements:
        return None
    currency = str(found["currency"]).upper()
    fee = sum(row["fee"] for row in movements if str(row["currency"]).upper() == currency and row["fee"] > 0)
    due_by = plain(found.get("evidence_details")).get("due_by")
    return str(intent), DisputeNews(
        provider_ref=str(found["id"]),
        kind="chargeback",
        amount_minor=from_stripe(amount=found["amount"], currency=currency),
        reason=str(found.get("reason") or "general")[:60],
        state=state,
        respond_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
        fee_minor=from_stripe(amount=fee, currency=currency),
        # Out of Stripe's balance, which is counted as the bank's once a payment has settled.
        from_bank=True,
    )
