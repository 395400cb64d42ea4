"""What the fake of Stripe keeps, and how it says no: objects by their names, movements of its balance, messages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe

AVAILABLE_AFTER = timedelta(days=2)


CARDS: dict[str, dict[str, str]] = {
    "pm_card_visa": {},
    "pm_card_chargeDeclined": {"code": "card_declined", "decline_code": "generic_decline"},
    "pm_card_chargeDeclinedInsufficientFunds": {"code": "card_declined", "decline_code": "insufficient_funds"},
    "pm_card_chargeDeclinedExpiredCard": {"code": "expired_card", "decline_code": "expired_card"},
    "pm_card_chargeDeclinedLostCard": {"code": "card_declined", "decline_code": "lost_card"},
    "pm_card_createDispute": {},
    "pm_card_authenticationRequired": {},
    "pm_card_refundFail": {},
    "pm_card_pendingRefund": {},
    "pm_card_captureFails": {},
}
"""Stripe's own names of test cards, and one whose capture fails."""


class Said(Exception):
    """An error as Stripe answers it."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": kind, "message": message, **more}


def missing(name: str) -> Said:
    return Said(400, "invalid_request_error", f"Missing required param: {name}.", code="parameter_missing", param=name)


def strange(name: str) -> Said:
    return Said(400, "invalid_request_error", f"Received unknown parameter: {name}", code="parameter_unknown")


def no_such(kind: str, name: str) -> Said:
    return Said(404, "invalid_request_error", f"No such {kind}: '{name}'", code="resource_missing", param=kind)


def unexpected(intent: dict[str, Any], verb: str) -> Said:
    message = f"This PaymentIntent could not be {verb} because it has a status of {intent['status']}."
    return Said(400, "invalid_request_error", message, code="payment_intent_unexpected_state", payment_intent=intent)


@dataclass
class Books:
    """All that Stripe knows. Amounts are Stripe's."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    fee: Callable[[int], int] = lambda amount: amount * 29 // 1000 + 30
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    settle_in: str | None = None
    """The one currency that the account has a balance in; None: every currency."""
    _count: int = 0

    def _money(
        self, kind: str, amount: int, currency: str, source: str, *, fee: int, at_once: bool = False
    ) -> dict[str, Any]:
        money = self._new("txn", "balance_transaction", amount=amount, fee=fee, net=amount - fee, type=kind)
        ready = self.now() + (timedelta(0) if at_once or kind in ("payout", "refund") else AVAILABLE_AFTER)
        money.update(currency=self.settle_in or currency, source=source or None, _available=ready, _payout=None)
        return money

    def _moneys(self, currency: str) -> Iterator[dict[str, Any]]:
        rows = [one for one in self.objects.values() if one["object"] == "balance_transaction"]
        return (one for one in rows if one["currency"] == currency)

    def _status(self, money: dict[str, Any]) -> str:
        return "available" if money["_available"] <= self.now() else "pending"

    def _new(self, prefix: str, kind: str, **values: Any) -> dict[str, Any]:
        self._count += 1
        name = f"{prefix}_{'test_' if prefix == 'cs' else ''}{self._count:024d}"
        made = {"id": name, "object": kind, "created": int(self.now().timestamp()), "livemode": False, **values}
        self.objects[name] = made
        return made

    def _get(self, kind: str, name: str) -> dict[str, Any]:
        found = self.objects.get(name)
        if found is None or found["object"] != kind:
            raise no_such(kind, name)
        return found

    def _event(self, kind: str, about: dict[str, Any]) -> None:
        """A message holds its object as it was at that moment."""
        snapshot = json.loads(json.dumps(shown(about)))
        event = self._new("evt", "event", type=kind, api_version=stripe.api_version, data={"object": snapshot})
        event.update(pending_webhooks=1, request={"id": None, "idempotency_key": None})
        self.events.append(event)

    def _expanded(self, answer: dict[str, Any], paths: list[str]) -> dict[str, Any]:
        """Objects in place of their names, where the request asked for that."""
        answer = dict(answer)
        for path in paths:
            head, _, rest = path.partition(".")
            if head == "data":
                answer["data"] = [self._expanded(one, [rest]) for one in answer["data"]]
            elif isinstance(answer.get(head), str) and answer[head] in self.objects:
                answer[head] = self._expanded(self.objects[answer[head]], [rest] if rest else [])
        if answer.get("object") == "balance_transaction":
            answer["status"] = self._status(answer)
        return answer


def shown(value: Any) -> Any:
    """Without what only the fake knows."""
    if isinstance(value, dict):
        return {key: shown(inner) for key, inner in value.items() if not key.startswith("_")}
    return [shown(one) for one in value] if isinstance(value, list) else value


def only(params: dict[str, Any], known: set[str]) -> None:
    for name in params:
        if name not in known:
            raise strange(name)


def whole_amount(params: dict[str, Any]) -> int:
    if "amount" not in params:
        raise missing("amount")
    if not re.fullmatch("[0-9]+", str(params["amount"])) or int(params["amount"]) < 1:
        raise Said(400, "invalid_request_error", "Invalid integer", code="parameter_invalid_integer", param="amount")
    return int(params["amount"])


def page_of(rows: list[dict[str, Any]], url: str, params: dict[str, Any]) -> dict[str, Any]:
    limit = int(params.get("limit", 10))
    after = params.get("starting_after")
    names = [one["id"] for one in rows]
    start = names.index(after) + 1 if after else 0
    page = rows[start : start + limit]
    return {"object": "list", "url": url, "has_more": len(rows) > start + limit, "data": page}
