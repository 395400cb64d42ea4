"""Stripe's API on the loopback, as far as Holdfast asks for it, and as strict as the real one: who asks, in which
version, with which parameters, and that a key is not used twice for different requests.

Its objects have a life: cards are declined, ask for the payer, are disputed; refunds fail; money becomes available and
is sent to the bank. Messages of what happened are signed by the library's own scheme.
"""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

import stripe

from tests.fakes.stripe_books import (
    CARDS,
    Books,
    Said,
    missing,
    no_such,
    only,
    page_of,
    shown,
    strange,
    unexpected,
    whole_amount,
)

KEY, SECRET = "sk_test_holdfast", "whsec_holdfast"
HELD_FOR = timedelta(days=7)
KEYS_KEPT = timedelta(hours=24)
DISPUTE_FEE = 1500
ZERO_DECIMAL = {"jpy", "krw", "clp", "vnd", "xaf", "mga"}
HUNDREDS, TENS = {"isk", "ugx"}, {"bhd", "jod", "kwd", "omr", "tnd"}


@dataclass
class Trouble:
    """What goes wrong with the next requests: `500` before anything is done, `500_after` when it is done, `429`, or a
    line that is cut before (`cut`) or after (`cut_after`) Stripe has done its part."""

    what: str
    times: int
    path: str = ""


@dataclass
class Asked:
    """One request, as it came."""

    method: str
    path: str
    params: dict[str, Any]
    key: str | None
    account: str | None


@dataclass
class FakeStripe(Books):
    """Stripe."""

    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    _keys: dict[str, tuple[datetime, tuple[str, str], int, dict[str, Any]]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    # --- what tests do -----------------------------------------------------------------------------------------------

    def fails(self, what: str, *, times: int = 1, path: str = "") -> None:
        """Let the next requests (to a path) go wrong."""
        self.troubles.append(Trouble(what, times, path))

    def signed(self, event: dict[str, Any], *, secret: str = SECRET, age: int = 0) -> tuple[bytes, str]:
        """A message's body and its signature."""
        body = json.dumps(event, indent=2)
        header = stripe.WebhookSignature.generate_signature_header(body, secret, int(time.time()) - age)
        return body.encode(), header

    def taken(self) -> list[dict[str, Any]]:
        """The messages since the last look, oldest first."""
        with self._lock:
            found, self.events = self.events, []
        return found

    def intents(self) -> list[dict[str, Any]]:
        """Every intent, oldest first."""
        return [one for one in self.objects.values() if one["object"] == "payment_intent"]

    def payer_confirms(self, intent_id: str, card: str = "pm_card_visa") -> None:
        """The payer gives a card in the marketplace's page, or proves itself to its bank."""
        with self._lock:
            intent = self.objects[intent_id]
            try:
                self._charge(intent, card, proven=True)
            except Said:
                intent["status"] = "requires_payment_method"

    def payer_fails_proof(self, intent_id: str) -> None:
        """The payer does not prove itself to its bank."""
        intent, error = self.objects[intent_id], {"code": "payment_intent_authentication_failure"}
        intent.update(status="requires_payment_method", next_action=None, last_payment_error=error)
        self._event("payment_intent.payment_failed", intent)

    def payer_pays_page(self, session_id: str, card: str = "pm_card_visa") -> None:
        """The payer pays on Stripe's own page."""
        with self._lock:
            session = self.objects[session_id]
            assert session["status"] == "open", session["status"]
            data = session["_intent"]
            intent = self._new_intent(
                {"amount": session["amount_total"], "currency": session["currency"], "capture_method": "manual", **data}
            )
            self._charge(intent, card, proven=True)
            session.update(status="complete", payment_intent=intent["id"], url=None)
            self._event("checkout.session.completed", session)

    def page_runs_out(self, session_id: str) -> None:
        """Nobody paid there in time."""
        self.objects[session_id].update(status="expired", url=None)
        self._event("checkout.session.expired", self.objects[session_id])

    def authorisation_runs_out(self, intent_id: str) -> None:
        """Nobody captured it within the week."""
        self.objects[intent_id].update(status="canceled", cancellation_reason="automatic")
        self._event("payment_intent.canceled", self.objects[intent_id])

    def refund_becomes(self, refund_id: str, status: str, reason: str | None = None) -> None:
        """The card's bank says what became of a refund."""
        self.objects[refund_id].update(status=status, failure_reason=reason)
        self._event("refund.failed" if status == "failed" else "refund.updated", self.objects[refund_id])

    def payer_disputes(self, intent_id: str, amount: int | None = None, reason: str = "fraudulent") -> str:
        """The payer has its bank take the money back; answers the dispute's name."""
        with self._lock:
            return self._dispute(self.objects[intent_id], amount or self.objects[intent_id]["amount_received"], reason)

    def dispute_ends(self, dispute_id: str, status: str) -> None:
        """The network decides."""
        with self._lock:
            dispute = self.objects[dispute_id]
            dispute["status"] = status
            if status == "won":
                money = self._money("adjustment", dispute["amount"], dispute["currency"], dispute_id, fee=0)
                dispute["balance_transactions"].append(money)
                self._event("charge.dispute.funds_reinstated", dispute)
            self._event("charge.dispute.closed", dispute)

    def sends_to_bank(self, currency: str = "usd") -> str | None:
        """All that is available goes to our bank; answers the name of it."""
        with self._lock:
            ready = [one for one in self._moneys(currency) if not one["_payout"] and self._status(one) == "available"]
            total = sum(one["net"] for one in ready)
            if not ready or total == 0:
                return None
            payout = self._new(
                "po",
                "payout",
                amount=total,
                currency=currency,
                status="in_transit",
                arrival_date=int(self.now().timestamp()),
                statement_descriptor="STRIPE",
                trace_id={"status": "supported", "value": f"TRACE{len(self.objects):010d}"},
                failure_code=None,
            )
            payout["balance_transaction"] = self._money("payout", -total, currency, payout["id"], fee=0)["id"]
            self.objects[payout["balance_transaction"]]["_payout"] = payout["id"]
            for one in ready:
                self.objects[one["id"]]["_payout"] = payout["id"]
            payout["status"] = "paid"
            self._event("payout.paid", payout)
            return str(payout["id"])

    def bank_refuses(self, payout_id: str) -> None:
        """Our bank sends it back."""
        payout = self.objects[payout_id] | {"status": "failed", "failure_code": "account_closed"}
        self.objects[payout_id] = payout
        self._money("payout_failure", payout["amount"], payout["currency"], payout_id, fee=0, at_once=True)
        self._event("payout.failed", payout)

    def stripe_charges(self, amount: int, currency: str = "usd") -> None:
        """A fee of Stripe's for itself."""
        with self._lock:
            self._money("stripe_fee", -amount, currency, "", fee=0, at_once=True)

    # --- requests ----------------------------------------------------------------------------------------------------

    def answer(
        self, method: str, path: str, params: dict[str, Any], headers: dict[str, str]
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """One request, once its line was read."""
        with self._lock:
            key = headers.get("idempotency-key")
            self.asked.append(Asked(method, path, params, key, headers.get("stripe-account")))
            try:
                self._check(method, headers)
                if method == "POST" and key:
                    return self._once(key, path, params)
                return 200, self._do(method, path, params), {}
            except Said as said:
                return said.status, {"error": said.error}, {}

    def _check(self, method: str, headers: dict[str, str]) -> None:
        if headers.get("authorization") != f"Bearer {KEY}":
            raise Said(401, "invalid_request_error", "Invalid API Key provided")
        if headers.get("stripe-version") != stripe.api_version:
            raise Said(400, "invalid_request_error", "This version is not known here")
        kind = headers.get("content-type", "")
        if method == "POST" and not kind.startswith("application/x-www-form-urlencoded"):
            raise Said(400, "invalid_request_error", f"Bodies are forms, not {kind}")

    def _once(self, key: str, path: str, params: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
        """A key brings what it brought first, whatever that was, and may not be used for anything else."""
        asked = (path, json.dumps(params, sort_keys=True))
        found = self._keys.get(key)
        if found is not None and self.now() - found[0] < KEYS_KEPT:
            if found[1] != asked:
                raise Said(400, "idempotency_error", f"Keys for idempotent requests: {key} was used for another one")
            return found[2], found[3], {"Idempotent-Replayed": "true"}
        try:
            status, body = 200, self._do("POST", path, params)
        except Said as said:
            status, body = said.status, {"error": said.error}
        body = json.loads(json.dumps(shown(body)))
        if status != 400:
            # What was wrong with the parameters is not remembered, since nothing was begun.
            self._keys[key] = (self.now(), asked, status, body)
        return status, body, {}

    def remember_fault(self, key: str, path: str, params: dict[str, Any]) -> None:
        """Stripe broke after it began: the fault is what this key brings from now on."""
        body = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
        self._keys[key] = (self.now(), (path, json.dumps(params, sort_keys=True)), 500, body)

    def _do(self, method: str, path: str, params: dict[str, Any]) -> dict[str, Any]:
        for wanted, pattern, verb in self.ROUTES:
            found = re.fullmatch(pattern, path)
            if found and wanted == method:
                expand = params.pop("expand", [])
                answer: dict[str, Any] = getattr(self, verb)(*found.groups(), params)
                return shown(self._expanded(answer, list(expand)))
        raise Said(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")

    ROUTES: ClassVar[list[tuple[str, str, str]]] = [
        ("POST", "/v1/payment_intents", "_create_intent"),
        ("GET", "/v1/payment_intents/search", "_search_intents"),
        ("GET", r"/v1/payment_intents/(\w+)", "_read_intent"),
        ("POST", r"/v1/payment_intents/(\w+)/capture", "_capture_intent"),
        ("POST", r"/v1/payment_intents/(\w+)/cancel", "_cancel_intent"),
        ("POST", "/v1/checkout/sessions", "_create_session"),
        ("GET", r"/v1/checkout/sessions/(\w+)", "_read_session"),
        ("POST", r"/v1/checkout/sessions/(\w+)/expire", "_expire_session"),
        ("POST", "/v1/refunds", "_create_refund"),
        ("GET", r"/v1/refunds/(\w+)", "_read_refund"),
        ("GET", "/v1/disputes", "_list_disputes"),
        ("GET", r"/v1/disputes/(\w+)", "_read_dispute"),
        ("GET", "/v1/payouts", "_list_payouts"),
        ("GET", r"/v1/payouts/(\w+)", "_read_payout"),
        ("GET", "/v1/balance_transactions", "_list_money"),
    ]

    # --- payment intents ---------------------------------------------------------------------------------------------

    def _create_intent(self, params: dict[str, Any]) -> dict[str, Any]:
        known = {"amount", "currency", "capture_method", "payment_method_types", "description", "metadata"}
        known |= {"confirm", "payment_method", "return_url"}
        only(params, known)
        confirm = params.pop("confirm", "false") == "true"
        method, back = params.pop("payment_method", None), params.pop("return_url", None)
        if back is not None and not confirm:
            raise strange("return_url")
        if method is not None and method not in CARDS:
            raise no_such("PaymentMethod", method)
        intent = self._new_intent(params)
        intent["payment_method"] = method
        if confirm:
            if method is None:
                raise missing("payment_method")
            intent["_return_url"] = back
            self._charge(intent, method, proven=False)
        return intent

    def _new_intent(self, params: dict[str, Any]) -> dict[str, Any]:
        amount, currency = whole_amount(params), str(params.get("currency", ""))
        if not currency:
            raise missing("currency")
        if currency != currency.lower() or not re.fullmatch("[a-z]{3}", currency):
            raise Said(400, "invalid_request_error", f"Invalid currency: {currency}", param="currency")
        if (currency in HUNDREDS and amount % 100) or (currency in TENS and amount % 10):
            code = "invalid_charge_amount_no_decimal_compatible"
            raise Said(400, "invalid_request_error", f"Invalid amount in {currency}", code=code)
        if amount < (50 if currency not in ZERO_DECIMAL else 1):
            message = "Amount must convert to at least 50 cents."
            raise Said(400, "invalid_request_error", message, code="amount_too_small", param="amount")
        if params.get("capture_method") != "manual":
            raise Said(400, "invalid_request_error", "Only captured by hand here", param="capture_method")
        intent = self._new("pi", "payment_intent")
        intent.update(
            amount=amount,
            amount_received=0,
            amount_capturable=0,
            currency=currency,
            status="requires_payment_method",
            capture_method="manual",
            client_secret=f"{intent['id']}_secret_{self._count}",
            metadata=params.get("metadata", {}),
            description=params.get("description"),
            payment_method=None,
            payment_method_types=["card"],
            latest_charge=None,
            next_action=None,
            last_payment_error=None,
            cancellation_reason=None,
            _return_url=None,
        )
        return intent

    def _charge(self, intent: dict[str, Any], card: str, *, proven: bool) -> None:
        """The card is asked; what its bank says is the intent's state."""
        intent["payment_method"] = card
        if card == "pm_card_authenticationRequired" and not proven:
            url = f"{self.address}/prove/{intent['id']}"
            action = {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": intent["_return_url"]}}
            intent.update(status="requires_action", next_action=action)
            self._event("payment_intent.requires_action", intent)
            return
        says_no = CARDS[card]
        if says_no:
            error = {"message": "Your card was declined.", **says_no}
            intent.update(status="requires_payment_method", last_payment_error={"type": "card_error", **error})
            self._event("payment_intent.payment_failed", intent)
            raise Said(402, "card_error", error.pop("message"), **error, payment_intent=shown(intent))
        charge = self._new("ch", "charge", amount=intent["amount"], currency=intent["currency"], disputed=False)
        charge.update(payment_intent=intent["id"], balance_transaction=None, amount_refunded=0, captured=False)
        intent.update(
            status="requires_capture",
            amount_capturable=intent["amount"],
            latest_charge=charge["id"],
            next_action=None,
            _held_until=self.now() + HELD_FOR,
        )
        self._event("payment_intent.amount_capturable_updated", intent)

    def _read_intent(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        only(params, set())
        return self._get("payment_intent", name)

    def _search_intents(self, params: dict[str, Any]) -> dict[str, Any]:
        only(params, {"query", "limit", "page"})
        found = re.fullmatch(r"metadata\['(\w+)'\]:'(\w+)'", params["query"])
        assert found is not None, params
        key, value = found.groups()
        rows = [one for one in self.intents() if one["metadata"].get(key) == value]
        return {"object": "search_result", "url": "/v1/payment_intents/search", "has_more": False, "data": rows[::-1]}

    def _capture_intent(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        only(params, set())
        intent = self._get("payment_intent", name)
        if intent["status"] != "requires_capture":
            raise unexpected(intent, "captured")
        if intent["_held_until"] <= self.now():
            raise Said(400, "invalid_request_error", "Too late", code="charge_expired_for_capture")
        if intent["payment_method"] == "pm_card_captureFails":
            raise Said(402, "card_error", "No.", code="card_declined", decline_code="do_not_honor")
        charge = self.objects[intent["latest_charge"]]
        amount = intent["amount"]
        charge["captured"] = True
        money = self._money("charge", amount, intent["currency"], charge["id"], fee=self.fee(amount))
        charge["balance_transaction"] = money["id"]
        intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
        self._event("payment_intent.succeeded", intent)
        if intent["payment_method"] == "pm_card_createDispute":
            self._dispute(intent, amount, "fraudulent")
        return intent

    def _cancel_intent(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        only(params, {"cancellation_reason"})
        intent = self._get("payment_intent", name)
        if intent["status"] in ("succeeded", "canceled"):
            raise unexpected(intent, "canceled")
        intent.update(status="canceled", amount_capturable=0)
        self._event("payment_intent.canceled", intent)
        return intent

    # --- Stripe's own page -------------------------------------------------------------------------------------------

    def _create_session(self, params: dict[str, Any]) -> dict[str, Any]:
        known = {"mode", "payment_method_types", "line_items", "payment_intent_data", "metadata"}
        only(params, known | {"client_reference_id", "success_url", "cancel_url"})
        for name in ("mode", "line_items", "success_url"):
            if name not in params:
                raise missing(name)
        item = params["line_items"][0]
        price = item["price_data"]
        if params["payment_intent_data"]["capture_method"] != "manual" or params["mode"] != "payment":
            raise Said(400, "invalid_request_error", "Only captured by hand here")
        assert price["product_data"]["name"]
        session = self._new("cs", "checkout.session")
        session.update(
            status="open",
            url=f"{self.address}/pay/{session['id']}",
            amount_total=int(price["unit_amount"]) * int(item["quantity"]),
            currency=price["currency"],
            payment_intent=None,
            metadata=params.get("metadata", {}),
            client_reference_id=params.get("client_reference_id"),
            success_url=params["success_url"],
            cancel_url=params.get("cancel_url"),
            _intent={"metadata": params["payment_intent_data"].get("metadata", {})},
        )
        return session

    def _read_session(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        only(params, set())
        return self._get("checkout.session", name)

    def _expire_session(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        only(params, set())
        session = self._get("checkout.session", name)
        if session["status"] != "open":
            raise Said(400, "invalid_request_error", "Only Checkout Sessions with a status of open can be expired.")
        self.page_runs_out(name)
        return session

    # --- refunds, disputes, the bank ---------------------------------------------------------------------------------

    def _create_refund(self, params: dict[str, Any]) -> dict[str, Any]:
        only(params, {"payment_intent", "amount", "metadata"})
        if "payment_intent" not in params:
            raise missing("payment_intent")
        intent = self._get("payment_intent", params["payment_intent"])
        amount, charge = whole_amount(params), self.objects.get(intent["latest_charge"] or "")
        if charge is None or not charge["captured"]:
            raise Said(400, "invalid_request_error", "Nothing was captured", code="charge_not_captured")
        if charge["disputed"]:
            raise Said(400, "invalid_request_error", "It has been charged back", code="charge_disputed")
        if charge["amount_refunded"] + amount > charge["amount"]:
            message = "Refund amount is greater than unrefunded amount on charge"
            raise Said(400, "invalid_request_error", message, code="charge_already_refunded", param="amount")
        charge["amount_refunded"] += amount
        refund = self._new("re", "refund", amount=amount, currency=intent["currency"], failure_reason=None)
        pending = intent["payment_method"] == "pm_card_pendingRefund"
        refund.update(payment_intent=intent["id"], charge=charge["id"], metadata=params.get("metadata", {}))
        refund["status"] = "pending" if pending else "succeeded"
        money = self._money("refund", -amount, intent["currency"], refund["id"], fee=0)
        refund["balance_transaction"] = money["id"]
        self._event("refund.created", refund)
        return refund

    def _read_refund(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        only(params, set())
        return self._get("refund", name)

    def _dispute(self, intent: dict[str, Any], amount: int, reason: str) -> str:
        charge = self.objects[intent["latest_charge"]]
        charge["disputed"] = True
        dispute = self._new("du", "dispute", amount=amount, currency=intent["currency"], reason=reason)
        money = self._money("adjustment", -amount, intent["currency"], dispute["id"], fee=DISPUTE_FEE, at_once=True)
        dispute.update(
            status="needs_response",
            charge=charge["id"],
            payment_intent=intent["id"],
            balance_transactions=[money],
            evidence_details={"due_by": int((self.now() + timedelta(days=7)).timestamp())},
            created=int(self.now().timestamp()),
        )
        self._event("charge.dispute.created", dispute)
        self._event("charge.dispute.funds_withdrawn", dispute)
        return str(dispute["id"])

    def _read_dispute(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        only(params, set())
        return self._get("dispute", name)

    def _list_disputes(self, params: dict[str, Any]) -> dict[str, Any]:
        return self._list("dispute", "/v1/disputes", params)

    def _read_payout(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        only(params, set())
        return self._get("payout", name)

    def _list_payouts(self, params: dict[str, Any]) -> dict[str, Any]:
        return self._list("payout", "/v1/payouts", params)

    def _list(self, kind: str, url: str, params: dict[str, Any]) -> dict[str, Any]:
        only(params, {"created", "limit", "starting_after"})
        first = int(params.get("created", {}).get("gte", 0))
        rows = [one for one in self.objects.values() if one["object"] == kind and one["created"] >= first]
        return page_of(rows[::-1], url, params)

    def _list_money(self, params: dict[str, Any]) -> dict[str, Any]:
        only(params, {"payout", "limit", "starting_after"})
        rows = [one for one in self.objects.values() if one.get("_payout") == params["payout"]]
        return page_of(rows, "/v1/balance_transactions", params)
