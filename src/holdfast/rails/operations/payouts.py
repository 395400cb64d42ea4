"""A supplier's balance to its bank: requested once, approved by a second person where it is much, sent, confirmed or
back in the balance.

The account to pay is handed in by the room that verified it; here it is only kept as it was, and asked for again
(`Usable`) before anything leaves.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

from django.conf import settings
from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound
from holdfast.ledger import book
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import of_operator, of_supplier
from holdfast.rails import models, rows, rules
from holdfast.rails.choice import rail_named, wires_by_file
from holdfast.rails.operations.turns import PAGE, alone, in_turn
from holdfast.rails.port import Bounced, Confirmed, Sent
from holdfast.rails.rows import PayoutRow
from holdfast.record.act import Act, clock
from holdfast.record.chains import Chain, chain_head
from holdfast.record.recording import Recording

APPROVE, SEND, CONFIRM = "payout.approve", "payout.send", "payout.confirm"
APPROVE_WITHIN = timedelta(days=2)
SEND_WITHIN = timedelta(days=2)
CONFIRM_WITHIN = timedelta(days=7)
GONE = "account_withdrawn"
"""Why an amount went back to the balance: its account may not be paid to any more."""
Usable = Callable[[Collection[UUID]], Collection[UUID]]
"""Which of these bank accounts may be paid to: the room that verified them answers, inside a transaction for as long
as it lasts."""
Behind = Callable[[UUID | None], Collection[UUID]]
"""Who may have acted where a key did: the room that gives out keys answers."""


def nobody(_actor_id: UUID | None, /) -> Collection[UUID]:
    """Behind a person stands nobody."""
    return ()


@dataclass(frozen=True, slots=True)
class Destination:
    """A verified bank account; one that paid us itself has no `beneficiary_id`."""

    beneficiary_id: UUID | None
    name: str
    iban: str = ""
    bic: str = ""
    account: str = ""
    bank: str = ""

    def kept(self) -> dict[str, str]:
        """As it is kept with what goes there."""
        return {key: value for key, value in asdict(self).items() if key != "beneficiary_id"}


def limit_of(*, currency: str) -> int | None:
    """Above which amount a second person looks, minor units; None where nobody has set one."""
    found: int | None = (
        models.PayoutLimit.objects.filter(currency=currency).values_list("amount_minor", flat=True).first()
    )
    return found


def needs_second_person(*, amount_minor: int, currency: str) -> bool:
    """Whether this much of a currency leaves only when two people let it."""
    return rules.needs_second_person(
        amount_minor=amount_minor,
        limit_minor=limit_of(currency=currency),
        by_file=wires_by_file(),
        sandbox=settings.SANDBOX,
    )


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
    """Take an amount (all of it, without one) off the balance and have it sent. Above the limit it waits for somebody's
    approval first (`requested`), else it needs none (`approved`).

    Refusals: `NoBeneficiary` without a verified account, `NothingToPayOut` if the balance does not hold it beside what
    the supplier owes.
    """
    if destination is None or destination.beneficiary_id is None:
        raise rules.NoBeneficiary(currency=currency)
    payable = of_supplier("payable", organisation_id, currency)
    with transaction.atomic():
        balance = book.lock(accounts=[payable])[payable]
        # Debts are made under the same lock: what the supplier owes is set off before anything of it can leave.
        owed = max(0, -book.balance(account=of_supplier("supplier_debt", organisation_id, currency)))
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        wanted = rules.payable_now(asked_minor=amount_minor, balance_minor=balance, owed_minor=owed, currency=currency)
        payout = PayoutRow(
            id=new_id(),
            organisation_id=organisation_id,
            beneficiary_id=destination.beneficiary_id,
            destination=destination.kept(),
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
            needs_approval=needs_second_person(amount_minor=wanted, currency=currency),
            requested_by=act.actor_id,
        )
        recording = Recording(act)
        after = payout
        if payout.needs_approval:
            recording.call(rows.WRITE, rows.written(new=[payout]))
            _deadline(recording, payout, APPROVE, act.now + APPROVE_WITHIN)
        else:
            after = replace(payout, state=rules.PAYOUT.step(state=payout.state, verb="approve", role="clock"))
            recording.call(rows.WRITE, rows.written(new=[payout], changed=[(payout, after)]))
            _deadline(recording, payout, SEND, act.now + SEND_WITHIN)
        recording.transfer(_transfer("payout_sent", payout))
        _event(recording, chain, "payout.requested", after)
        return recording.write(after)


def approve_payout(*, act: Act, payout_id: UUID, usable: Usable, behind: Behind = nobody) -> PayoutRow:
    """A second person lets an amount above the limit out.

    Refusals: `NotFound`, `OutOfState`, `FourEyes`, `NoBeneficiary` if its account may not be paid to any more.
    """
    with transaction.atomic():
        payout = _locked(payout_id)
        state = rules.PAYOUT.step(state=payout.state, verb="approve", role=act.role)
        rules.check_second_person(
            first_id=payout.requested_by,
            actor_id=act.actor_id,
            actor_kind=act.actor_kind,
            sandbox=settings.SANDBOX,
            behind=behind(payout.requested_by),
        )
        # The chain first, as whoever withdraws the account takes it.
        chain = chain_head(kind="organisation", chain_id=payout.organisation_id)
        if payout.beneficiary_id not in usable([payout.beneficiary_id]):
            raise rules.NoBeneficiary(currency=payout.currency)
        after = replace(payout, state=state, approved_by=act.actor_id, approved_at=act.now)
        recording = Recording(act)
        recording.call(rows.WRITE, rows.written(changed=[(payout, after)]))
        recording.settle(subject_id=payout.id, kind=APPROVE)
        _deadline(recording, payout, SEND, act.now + SEND_WITHIN)
        _event(recording, chain, "payout.approved", after)
        return recording.write(after)


def cancel_payout(*, act: Act, payout_id: UUID, reason: str | None = None) -> PayoutRow:
    """Put the amount back into the balance, as long as no bank was told of it. Refusals: `NotFound`, `NotAllowed`,
    `OutOfState`."""
    with transaction.atomic():
        payout = _locked(payout_id)
        state = rules.PAYOUT.step(state=payout.state, verb="cancel", role=act.role)
        book.lock(accounts=[of_supplier("payable", payout.organisation_id, payout.currency)])
        chain = chain_head(kind="organisation", chain_id=payout.organisation_id)
        after = replace(payout, state=state, reason=reason, ended_at=act.now)
        recording = Recording(act)
        recording.call(rows.WRITE, rows.written(changed=[(payout, after)]))
        recording.transfer(_transfer("payout_bounced", payout))
        recording.settle(subject_id=payout.id, state="void")
        _event(recording, chain, "payout.cancelled", after)
        return recording.write(after)


def send_payouts(*, now: datetime, page: int = PAGE, usable: Usable | None = None) -> int:
    """Send what was approved and ask what became of what was sent; answers how many payouts moved.

    What was asked for to an account that may not be paid to any more goes back to the balance. Where the bank is told
    by files, nothing else happens here: batches carry it.
    """
    moved = _give_back(now, usable) if usable is not None else 0
    if wires_by_file():
        return moved
    for state in ("approved", "sent"):
        for row in in_turn(models.Payout.objects.filter(state=state, batch_id=None), page=page):
            payout = PayoutRow.of(row)
            with alone("payout", payout.id):
                moved += carry(payout=payout, outcome=rail_named("wire").pay_out(payout=payout, now=now), now=now)
    return moved


def _give_back(now: datetime, usable: Usable) -> int:
    """Cancel what waits for accounts that were withdrawn."""
    waiting = models.Payout.objects.filter(state__in=("requested", "approved"))
    accounts = set(waiting.values_list("beneficiary_id", flat=True).distinct())
    gone = accounts - set(usable(accounts)) if accounts else set()
    given_back = 0
    for row in in_turn(waiting.filter(beneficiary_id__in=gone)) if gone else ():
        with alone("payout", row.id):
            cancel_payout(act=clock(now), payout_id=row.id, reason=GONE)
            given_back += 1
    return given_back


def carry(*, payout: PayoutRow, outcome: Sent | Confirmed | Bounced, now: datetime) -> bool:
    """Write what the provider, or the bank, said of a payout, unless somebody else has meanwhile; False if nothing
    moved."""
    if isinstance(outcome, Sent) and payout.state == "sent":
        return False
    with transaction.atomic():
        current = _locked(payout.id)
        if current.state != payout.state:
            return False
        recording = Recording(clock(now))
        # The balance first, then the chain: as whoever asks for a payout takes them.
        book.lock(accounts=[of_supplier("payable", current.organisation_id, current.currency)])
        chain = chain_head(kind="organisation", chain_id=current.organisation_id)
        after = _outcome(recording, current, outcome)
        recording.call(rows.WRITE, rows.written(changed=[(current, after)]))
        _event(recording, chain, f"payout.{after.state}", after)
        recording.write(after)
        return True


def _outcome(recording: Recording, payout: PayoutRow, outcome: Sent | Confirmed | Bounced) -> PayoutRow:
    now = recording.act.now
    match outcome:
        case Sent(provider_ref):
            recording.settle(subject_id=payout.id, kind=SEND)
            if payout.state == "approved":
                _deadline(recording, payout, CONFIRM, now + CONFIRM_WITHIN)
            return replace(payout, state=_step(payout, "send"), provider_ref=provider_ref, sent_at=now)
        case Confirmed(provider_ref):
            recording.transfer(_transfer("payout_confirmed", payout))
            recording.settle(subject_id=payout.id)
            ref, sent_at = payout.provider_ref or provider_ref, payout.sent_at or now
            return replace(payout, state=_step(payout, "confirm"), provider_ref=ref, sent_at=sent_at, ended_at=now)
        case Bounced(reason):
            recording.settle(subject_id=payout.id)
            if payout.state == "confirmed":
                recording.transfer(_transfer("payout_returned", payout))
                return replace(payout, state=_step(payout, "return"), reason=reason, ended_at=now)
            recording.transfer(_transfer("payout_bounced", payout))
            return replace(payout, state=_step(payout, "bounce"), reason=reason, ended_at=now)
        case _:
            assert_never(outcome)


def _locked(payout_id: UUID) -> PayoutRow:
    found = models.Payout.objects.select_for_update().filter(id=payout_id).first()
    if found is None:
        raise NotFound
    return PayoutRow.of(found)


def _step(payout: PayoutRow, verb: str) -> str:
    role = "clock" if verb == "send" and payout.state == "approved" else "rail"
    return rules.PAYOUT.step(state=payout.state, verb=verb, role=role)


def _transfer(kind: str, payout: PayoutRow) -> Transfer:
    payable = of_supplier("payable", payout.organisation_id, payout.currency)
    in_transit = of_operator("payouts_in_transit", payout.currency)
    bank = of_operator("client_bank", payout.currency)
    debit, credit = {
        "payout_sent": (payable, in_transit),
        "payout_confirmed": (in_transit, bank),
        "payout_bounced": (in_transit, payable),
        "payout_returned": (bank, payable),
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
            "batch": payout.batch_id,
        },
        data={
            "amount_minor": payout.amount_minor,
            "currency": payout.currency,
            "state": payout.state,
            "reason": payout.reason,
        },
    )
