"""The rail of cards with Stripe behind it: payment intents captured by hand, and refunds to the same card.

It knows one payment or refund at a time and always asks how it stands now. A card's number never comes here: the payer
gives it to Stripe, in a page of the marketplace's own or on Stripe's, and we know a name for it at most. Every request
bears a key made of our own ID, so that asking twice moves money once.
"""

import logging
import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid
from holdfast.rails.port import (
    Authorised,
    Available,
    Bounced,
    Captured,
    Confirmation,
    Confirmed,
    Declined,
    Delayed,
    DisputeNews,
    Sent,
)
from holdfast.rails.rows import PaymentRow, PayoutRow, RefundRow
from holdfast.rails.rules import ProviderSilent
from holdfast.rails.stripe import declines
from holdfast.rails.stripe.amounts import AmountNotTaken, from_stripe, to_stripe
from holdfast.rails.stripe.client import Refused, Undecided, asked, client, done, every, made, plain

log = logging.getLogger(__name__)

OURS = "holdfast_payment"
"""The key of Stripe's metadata under which our own name of a payment stands."""
READY, TAKEN, GONE = "requires_capture", "succeeded", "canceled"
_METHOD = re.compile(r"pm_[A-Za-z0-9_]{1,120}")
SEARCHED_AFTER = timedelta(hours=1)
"""Stripe keeps an idempotency key for a day at least, and an answer that was an error with it. After this time what a
request may have left behind is searched for by our own name before anything is made anew."""
KEY_FOR = timedelta(days=1)
_PATIENCE = ((timedelta(minutes=15), timedelta(minutes=1)), (timedelta(days=1), timedelta(minutes=15)))
LONGEST_PATIENCE = timedelta(hours=6)


class Stripe:
    """Cards."""

    name = "card"
    waits_for_payer = True

    def instrument(self, *, given: dict[str, Any]) -> dict[str, Any]:
        """How the payer will confirm: a payment method that Stripe knows already, Stripe's own page, or (with nothing
        given) a page of the marketplace's with the client secret."""
        said = {key: value for key, value in given.items() if value is not None}
        strange = sorted(set(said) - {"payment_method", "page"})
        if strange or len(said) > 1:
            accepted = ["payment_method", "page", "nothing"]
            raise Invalid(field=f"instrument.{(strange or ['page'])[0]}", accepted=accepted)
        method, page = said.get("payment_method"), said.get("page")
        if method is not None and not (isinstance(method, str) and _METHOD.fullmatch(method)):
            raise Invalid(field="instrument.payment_method", accepted="pm_…")
        if page is not None and page != "hosted":
            raise Invalid(field="instrument.page", accepted=["hosted"])
        return {"kind": "card", "provider": "stripe", **said}

    def check(self, *, amount_minor: int, currency: str) -> None:
        """Whether Stripe can count this amount. Refusal: `AmountNotTaken`."""
        to_stripe(minor=amount_minor, currency=currency)

    def patience(self, *, waited: timedelta) -> timedelta:
        """Often while a payer may be before the page, seldom later: Stripe tells by itself as well."""
        return next((pause for until, pause in _PATIENCE if waited < until), LONGEST_PATIENCE)

    # --- money in ----------------------------------------------------------------------------------------------------

    def authorise(self, *, payment: PaymentRow, now: datetime) -> Authorised | Delayed | Declined:
        """Ask for the money, or what became of asking."""
        try:
            found = self._found(payment, now)
            return self._outcome(payment, found, now)
        except Refused as refused:
            if refused.intent_id:
                self._give_up(refused.intent_id, payment)
            return Declined(_no(refused))
        except Undecided as undecided:
            log.warning("payment %s is undecided: %s", payment.id, undecided)
            return Delayed(payment.provider_ref or "")

    def capture(self, *, payment: PaymentRow, now: datetime) -> Captured | Delayed | Declined:
        """Take what stands ready. A capture cannot happen twice at Stripe, so the key may change by the hour and an
        error that Stripe remembers under it does not last."""
        ref = str(payment.provider_ref)
        hour = int((now - payment.requested_at) / timedelta(hours=1))
        options: Any = {"idempotency_key": f"{_name(payment)}-capture-{hour}"}
        try:
            intent = made(
                lambda: client().v1.payment_intents.capture(ref, options=options),
                client().v1.payment_intents.retrieve,
            )
        except Refused as refused:
            return self._not_captured(payment, ref, refused)
        except Undecided as undecided:
            log.warning("capture of payment %s is undecided: %s", payment.id, undecided)
            return Delayed(ref)
        return _captured(intent) if intent.get("status") == TAKEN else Delayed(ref)

    def _not_captured(self, payment: PaymentRow, ref: str, refused: Refused) -> Captured | Delayed | Declined:
        """It may have been captured before; else nothing of it will come, and what is blocked is let go."""
        try:
            intent = asked(lambda: client().v1.payment_intents.retrieve(ref))
        except Undecided:
            return Delayed(ref)
        if intent["status"] == TAKEN:
            return _captured(intent)
        if intent["status"] == GONE:
            return Declined("authorisation_expired")
        self._give_up(ref, payment)
        return Declined(declines.declined(*refused.codes, otherwise="capture_failed"))

    def let_go(self, *, payment: PaymentRow) -> Captured | Delayed | Declined:
        """Cancel what is not wanted any more, so that the payer's money is not blocked for the rest of the week."""
        try:
            found = self._known(payment) or self._searched(payment)
            if found is None:
                return Declined("not_wanted")
            intent = _intent_of(found)
            if intent.get("status") == TAKEN:
                return _captured(intent)
            self._cancel(found, payment)
        except (Refused, Undecided) as problem:
            log.warning("payment %s cannot be let go yet: %s", payment.id, problem)
            return Delayed(payment.provider_ref or "")
        return Declined("not_wanted")

    def confirmation(self, *, payment: PaymentRow) -> Confirmation | None:
        """Where the payer goes on. Refusal: `ProviderSilent`."""
        try:
            found = self._known(payment)
        except Undecided as undecided:
            raise ProviderSilent from undecided
        if found is None:
            return None
        if found.get("object") == "checkout.session":
            is_open = found.get("status") == "open"
            return Confirmation("stripe", found.get("url"), None) if is_open else None
        if found["status"] in (READY, TAKEN, GONE, "processing"):
            return None
        action = found.get("next_action") or {}
        return Confirmation("stripe", (action.get("redirect_to_url") or {}).get("url"), found.get("client_secret"))

    def available(self, *, payment: PaymentRow, now: datetime) -> Available | None:  # noqa: ARG002  (Stripe says when)
        """What it cost, once Stripe has the money ready for our bank. Nothing is converted: money that Stripe turned
        into another currency is a fault of the account's settings, and waits until that is mended."""
        ref = str(payment.provider_ref)
        expand: Any = {"expand": ["latest_charge.balance_transaction"]}
        try:
            intent = asked(lambda: client().v1.payment_intents.retrieve(ref, expand))
        except Undecided as problem:
            log.warning("payment %s: nothing known of its settlement: %s", payment.id, problem)
            return None
        money = plain(plain(intent.get("latest_charge")).get("balance_transaction"))
        if money.get("status") != "available":
            return None
        if str(money["currency"]).upper() != payment.currency:
            raise ValueError(f"Stripe converted payment {payment.id} into {money['currency']}: it is not settled")
        return Available(from_stripe(amount=money["fee"], currency=payment.currency))

    def taken_back(self, *, payment: PaymentRow, now: datetime) -> tuple[DisputeNews, ...]:  # noqa: ARG002
        """Never asked of one payment: disputes are told, and all of them are asked for at once (`disputes`)."""
        return ()

    # --- money out ---------------------------------------------------------------------------------------------------

    def refund(self, *, refund: RefundRow, payment: PaymentRow) -> Sent | Confirmed | Bounced | Delayed:
        """Send it back to the card, or ask what became of it. A refund sent again after it failed is a new one."""
        try:
            if refund.state == "requested":
                return self._sent(refund, payment)
            ref = str(refund.provider_ref)
            found = asked(lambda: client().v1.refunds.retrieve(ref))
        except Refused as refused:
            return Bounced(declines.refund_failed(refused.codes[0]))
        except AmountNotTaken:
            # A part of what was paid may be an amount that Stripe cannot count: it goes back another way.
            return Bounced(AmountNotTaken.code())
        except Undecided as undecided:
            log.warning("refund %s is undecided: %s", refund.id, undecided)
            return Delayed(refund.provider_ref or "")
        if found["status"] == "succeeded":
            return Confirmed(found["id"])
        if found["status"] in ("failed", GONE):
            return Bounced(declines.refund_failed(found.get("failure_reason")))
        return Sent(found["id"])

    def _sent(self, refund: RefundRow, payment: PaymentRow) -> Sent:
        params: Any = {
            "payment_intent": str(payment.provider_ref),
            "amount": to_stripe(minor=refund.amount_minor, currency=refund.currency),
            "metadata": {"holdfast_refund": public("rfd", refund.id)},
        }
        key = f"{public('rfd', refund.id)}-after-{refund.provider_ref}" if refund.provider_ref else None
        options: Any = {"idempotency_key": key or public("rfd", refund.id)}
        sent = made(lambda: client().v1.refunds.create(params, options), client().v1.refunds.retrieve)
        return Sent(str(sent["id"]))

    def pay_out(self, *, payout: PayoutRow, now: datetime) -> Sent | Confirmed | Bounced:  # noqa: ARG002
        """Suppliers are paid through the bank."""
        raise TypeError(f"{payout.id} is no matter for cards")

    # --- what stands at Stripe ---------------------------------------------------------------------------------------

    def _found(self, payment: PaymentRow, now: datetime) -> dict[str, Any]:
        known = self._known(payment)
        if known is not None:
            return known
        age = now - payment.requested_at
        if age < SEARCHED_AFTER:
            return self._made(payment, "")
        return self._searched(payment) or self._made(payment, f"-{1 + age // KEY_FOR}")

    def _known(self, payment: PaymentRow) -> dict[str, Any] | None:
        """The object we have a name of, as it is now."""
        ref = payment.provider_ref
        if not ref:
            return None
        if ref.startswith("cs_"):
            expand: Any = {"expand": ["payment_intent"]}
            return asked(lambda: client().v1.checkout.sessions.retrieve(ref, expand))
        return asked(lambda: client().v1.payment_intents.retrieve(ref))

    def _searched(self, payment: PaymentRow) -> dict[str, Any] | None:
        query: Any = {"query": f"metadata['{OURS}']:'{_name(payment)}'", "limit": 10}
        found = list(every(lambda: client().v1.payment_intents.search(query), most=10))
        alive = [one for one in found if one["status"] != GONE]
        return next(iter(alive or found), None)

    def _made(self, payment: PaymentRow, generation: str) -> dict[str, Any]:
        options: Any = {"idempotency_key": f"{_name(payment)}-intent{generation}"}
        if payment.instrument.get("page") == "hosted":
            session = _session(payment)
            return made(
                lambda: client().v1.checkout.sessions.create(session, options),
                client().v1.checkout.sessions.retrieve,
            )
        intent = _intent(payment)
        return made(lambda: client().v1.payment_intents.create(intent, options), client().v1.payment_intents.retrieve)

    def _outcome(self, payment: PaymentRow, found: dict[str, Any], now: datetime) -> Authorised | Delayed | Declined:
        intent = _intent_of(found)
        status = intent.get("status")
        if status in (READY, TAKEN):
            _check_same(payment, intent)
            return Authorised(intent["id"])
        if status == GONE:
            return Declined("authorisation_expired" if intent.get("latest_charge") else "not_completed")
        if found.get("status") == "expired":
            return Declined("not_completed")
        if status == "requires_payment_method" and payment.instrument.get("payment_method"):
            # The issuer said no after the payer had proven itself; another card is another payment.
            said = intent.get("last_payment_error") or {}
            self._give_up(intent["id"], payment)
            return Declined(declines.declined(said.get("decline_code"), said.get("code")))
        if payment.expires_at is not None and now >= payment.expires_at and status != "processing":
            self._cancel(found, payment)
            return Declined("not_completed")
        return Delayed(found["id"])

    def _cancel(self, found: dict[str, Any], payment: PaymentRow) -> None:
        """An open page is closed and an intent cancelled; raises if Stripe will not."""
        options: Any = {"idempotency_key": f"{_name(payment)}-cancel-{found['id']}"}
        if found.get("object") == "checkout.session" and found.get("status") == "open":
            done(lambda: client().v1.checkout.sessions.expire(found["id"], options=options))
            return
        intent = _intent_of(found)
        if intent.get("id") and intent.get("status") != GONE:
            done(lambda: client().v1.payment_intents.cancel(intent["id"], options=options))

    def _give_up(self, intent_id: str, payment: PaymentRow) -> None:
        """Cancel what failed already: tidiness only, Stripe lets it run out by itself."""
        try:
            self._cancel({"object": "payment_intent", "id": intent_id}, payment)
        except (Refused, Undecided) as problem:
            log.info("intent %s of payment %s is left to run out: %s", intent_id, payment.id, problem)


def _name(payment: PaymentRow) -> str:
    return public("pay", payment.id)


def _no(refused: Refused) -> str:
    return declines.declined(*refused.codes, otherwise="card_declined" if refused.by_issuer else "refused_by_provider")


def _about(payment: PaymentRow) -> dict[str, str]:
    return {OURS: _name(payment), "holdfast_order": public("ord", payment.order_id)}


def _back(payment: PaymentRow) -> str:
    return f"{settings.PUBLIC_URL}/payments/{_name(payment)}/"


def _intent(payment: PaymentRow) -> Any:
    """A card alone: whatever else Stripe offers has other times, returns and chargebacks than the rail promises."""
    method = payment.instrument.get("payment_method")
    confirmed = {"payment_method": method, "confirm": True, "return_url": _back(payment)} if method else {}
    return {
        "amount": to_stripe(minor=payment.amount_minor, currency=payment.currency),
        "currency": payment.currency.lower(),
        "capture_method": "manual",
        "payment_method_types": ["card"],
        "description": f"{payment.reference} {_name(payment)}",
        "metadata": _about(payment),
        **confirmed,
    }


def _session(payment: PaymentRow) -> Any:
    """Stripe's own page, which leads back to ours however it ends."""
    price = {
        "currency": payment.currency.lower(),
        "unit_amount": to_stripe(minor=payment.amount_minor, currency=payment.currency),
        "product_data": {"name": payment.reference},
    }
    return {
        "mode": "payment",
        "payment_method_types": ["card"],
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_intent_data": {"capture_method": "manual", "metadata": _about(payment)},
        "metadata": _about(payment),
        "client_reference_id": _name(payment),
        "success_url": f"{_back(payment)}?payment=sent",
        "cancel_url": f"{_back(payment)}?payment=left",
    }


def _intent_of(found: dict[str, Any]) -> dict[str, Any]:
    """The intent itself, or that of a page; empty while the page has none."""
    return plain(found.get("payment_intent")) if found.get("object") == "checkout.session" else found


def _check_same(payment: PaymentRow, intent: dict[str, Any]) -> None:
    """What stands ready is what was asked for; anything else is a fault, and nothing is taken."""
    amount = to_stripe(minor=payment.amount_minor, currency=payment.currency)
    if (intent["amount"], intent["currency"]) != (amount, payment.currency.lower()):
        raise ValueError(f"intent {intent['id']} is not what payment {payment.id} asked for")


def _captured(intent: dict[str, Any]) -> Captured:
    amount = from_stripe(amount=intent["amount_received"], currency=str(intent["currency"]).upper())
    return Captured(str(intent["id"]), amount)
