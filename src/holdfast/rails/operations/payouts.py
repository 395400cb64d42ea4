"""A supplier's balance to its bank: requested once, sent by a job, confirmed or bounced back to the balance.

The account to pay is handed in by the room that verified it; here it is only kept as it was.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.ledger import book
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import of_operator, of_supplier
from holdfast.rails import models, rows, rules
from holdfast.rails.choice import rail_named
from holdfast.rails.operations.turns import PAGE, alone, in_turn
from holdfast.rails.port import Bounced, Confirmed, Sent
from holdfast.rails.rows import PayoutRow
from holdfast.record.act import Act, clock
from holdfast.record.chains import Chain, chain_head
from holdfast.record.recording import Recording

SEND, CONFIRM = "payout.send", "payout.confirm"
SEND_WITHIN = timedelta(days=2)
CONFIRM_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Destination:
    """A verified bank account."""

    beneficiary_id: UUID
    name: str
    iban: str = ""
    bic: str = ""
    account: str = ""
    bank: str = ""


def request_payout(
    *,
    act: Act,
    organisation_id: UUID,
    currency: str,
    destination: Destination | None,
    amount_minor: int | None = None,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> PayoutRow:
    """Take an amount (all of it, without one) off the balance and have it sent.

    Refusals: `NoBeneficiary` without a verified account, `NothingToPayOut` if the balance does not hold it.
    """
    if destination is None:
        raise rules.NoBeneficiary(currency=currency)
    payable = of_supplier("payable", organisation_id, currency)
    with transaction.atomic():
        balance = book.lock(accounts=[payable])[payable]
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        wanted = balance if amount_minor is None else amount_minor
        if not 0 < wanted <= balance:
            raise rules.NothingToPayOut(
                field="amount_minor", accepted=f"1 to {balance}", balance_minor=balance, currency=currency
            )
        kept = {key: value for key, value in asdict(destination).items() if key != "beneficiary_id"}
        payout = PayoutRow(
            id=new_id(),
            organisation_id=organisation_id,
            beneficiary_id=destination.beneficiary_id,
            destination=kept,
            state=rules.PAYOUT.initial,
            amount_minor=wanted,
            currency=currency,
            provider_ref=None,
            reason=None,
            external_id=external_id,
            metadata=dict(metadata or {}),
            requested_at=act.now,
            sent_at=None,
            ended_at=None,
        )
        recording = Recording(act)
        recording.call("rails_write", rows.written(new=[payout]))
        recording.transfer(_transfer("payout_sent", payout))
        _deadline(recording, payout, SEND, act.now + SEND_WITHIN)
        _event(recording, chain, "payout.requested", payout)
        return recording.write(payout)


def send_payouts(*, now: datetime, page: int = PAGE) -> int:
    """Send what was requested and ask what became of what was sent; answers how many payouts moved."""
    moved = 0
    for state in ("requested", "sent"):
        for row in in_turn(models.Payout.objects.filter(state=state), page=page):
            payout = PayoutRow.of(row)
            with alone("payout", payout.id):
                moved += _write_outcome(payout, rail_named("wire").pay_out(payout=payout, now=now), now)
    return moved


def _write_outcome(payout: PayoutRow, outcome: Sent | Confirmed | Bounced, now: datetime) -> bool:
    if isinstance(outcome, Sent) and payout.state == "sent":
        return False
    with transaction.atomic():
        current = PayoutRow.of(models.Payout.objects.select_for_update().get(id=payout.id))
        if current.state != payout.state:
            return False
        recording = Recording(clock(now))
        # The balance first, then the chain: as whoever asks for a payout takes them.
        book.lock(accounts=[of_supplier("payable", current.organisation_id, current.currency)])
        chain = chain_head(kind="organisation", chain_id=current.organisation_id)
        match outcome:
            case Sent(provider_ref):
                after = replace(current, state=_step(current, "send"), provider_ref=provider_ref, sent_at=now)
                recording.settle(subject_id=current.id, kind=SEND)
                _deadline(recording, current, CONFIRM, now + CONFIRM_WITHIN)
            case Confirmed():
                after = replace(current, state=_step(current, "confirm"), ended_at=now)
                recording.transfer(_transfer("payout_confirmed", current))
                recording.settle(subject_id=current.id, kind=CONFIRM)
            case Bounced(reason):
                after = replace(current, state=_step(current, "bounce"), reason=reason, ended_at=now)
                recording.transfer(_transfer("payout_bounced", current))
                recording.settle(subject_id=current.id)
            case _:
                assert_never(outcome)
        recording.call("rails_write", rows.written(changed=[(current, after)]))
        _event(recording, chain, f"payout.{after.state}", after)
        recording.write(after)
        return True


def _step(payout: PayoutRow, verb: str) -> str:
    return rules.PAYOUT.step(state=payout.state, verb=verb, role="clock" if verb == "send" else "rail")


def _transfer(kind: str, payout: PayoutRow) -> Transfer:
    payable = of_supplier("payable", payout.organisation_id, payout.currency)
    in_transit = of_operator("payouts_in_transit", payout.currency)
    debit, credit = {
        "payout_sent": (payable, in_transit),
        "payout_confirmed": (in_transit, of_operator("client_bank", payout.currency)),
        "payout_bounced": (in_transit, payable),
    }[kind]
    return Transfer(kind, debit, credit, payout.amount_minor, subject_id=payout.id)


def _deadline(recording: Recording, payout: PayoutRow, kind: str, due_at: datetime) -> None:
    recording.deadline(
        kind=kind,
        subject=("payout", payout.id),
        order_id=None,
        due_at=due_at,
        zone="UTC",
        who="operator",
        basis={"rule": kind, "amount_minor": payout.amount_minor},
    )


def _event(recording: Recording, chain: Chain, name: str, payout: PayoutRow) -> None:
    recording.event(
        chain,
        name,
        about={
            "organisation": payout.organisation_id,
            "payout": payout.id,
            "beneficiary": payout.beneficiary_id,
        },
        data={
            "amount_minor": payout.amount_minor,
            "currency": payout.currency,
            "state": payout.state,
            "reason": payout.reason,
        },
    )
