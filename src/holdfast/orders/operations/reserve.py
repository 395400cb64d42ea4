"""The operator's reserve: money it sets aside for advances to buyers, said by two people, and what it must bring.

Setting aside moves no money at a bank. An advance does: until finance has brought it to the clients' bank account it
waits with an owner and a day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import connection, transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.money import MAX_MINOR, currencies
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.ledger import audit, book, days
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import of_operator
from holdfast.orders.models import ReserveChange
from holdfast.orders.refusals import NothingToFund, ReserveTooSmall
from holdfast.orders.rules.lifecycles import RESERVE_CHANGE
from holdfast.parties.hands import behind
from holdfast.parties.models import Installation
from holdfast.parties.rules import check_second_person
from holdfast.record.act import Act, clock
from holdfast.record.chains import operator_chain
from holdfast.record.deadlines import of_kind
from holdfast.record.recording import Recording

Kind = Literal["set_aside", "give_up"]
FUND = "advance.fund"
FUND_WITHIN = timedelta(days=2)
CONFIRM = "reserve.confirm"
CONFIRM_WITHIN = timedelta(days=7)
_MOVEMENT = {"set_aside": "reserve_set_aside", "give_up": "reserve_given_up"}


@dataclass(frozen=True, slots=True)
class ReserveView:
    """The reserve in one currency, minor units. `held_minor` can still be drawn; `out_minor` was drawn and has not come
    back; `to_fund_minor` finance must bring to the clients' bank account (negative: it may take that much back);
    `owed_minor` the operator owes buyers because the reserve was empty."""

    currency: str
    held_minor: int
    out_minor: int
    to_fund_minor: int
    owed_minor: int


@dataclass(frozen=True, slots=True)
class ChangeView:
    """More or less to be set aside."""

    id: UUID
    currency: str
    kind: str
    amount_minor: int
    reason: str
    state: str
    proposed_by: UUID | None
    proposed_at: datetime
    ended_at: datetime | None


def change_view(row: ReserveChange) -> ChangeView:
    """The row as a view."""
    return ChangeView(
        row.id,
        row.currency,
        row.kind,
        row.amount_minor,
        row.reason,
        row.state,
        row.proposed_by,
        row.proposed_at,
        row.ended_at,
    )


def changes(*, limit: int = 100) -> list[ChangeView]:
    """What was proposed, newest first."""
    return [change_view(row) for row in ReserveChange.objects.order_by("-id")[:limit]]


# --- set aside and given up, by two people -------------------------------------------------------------------------


def propose_change(*, act: Act, currency: str, kind: Kind, amount_minor: int, reason: str) -> ChangeView:
    """Say how much more or less is to stand behind advances; it counts once another person says so too. Refusals:
    `Invalid`, `ReserveTooSmall`."""
    if currency not in currencies():
        raise Invalid(field="currency", accepted="an ISO 4217 currency in use")
    if not 0 < amount_minor <= MAX_MINOR:
        raise Invalid(field="amount_minor", accepted=f"1 to {MAX_MINOR}")
    if not reason.strip():
        raise Invalid(field="reason", accepted="a reason in words")
    with transaction.atomic():
        if kind == "give_up":
            _check_held(currency, amount_minor)
        chain = operator_chain()
        row = ReserveChange.objects.create(
            id=new_id(),
            currency=currency,
            kind=kind,
            amount_minor=amount_minor,
            reason=reason.strip(),
            proposed_by=act.actor_id,
            proposed_at=act.now,
        )
        recording = Recording(act)
        recording.event(
            chain,
            "reserve_change.proposed",
            about={"reserve_change": row.id},
            data={"kind": kind, "amount_minor": amount_minor, "currency": currency},
            private={"reason": row.reason},
        )
        recording.deadline(
            kind=CONFIRM,
            subject=("reserve_change", row.id),
            order_id=None,
            due_at=act.now + CONFIRM_WITHIN,
            zone="UTC",
            who="operator",
            basis={"rule": CONFIRM, "amount_minor": amount_minor, "currency": currency},
        )
        result: ChangeView = recording.write(change_view(row))
        return result


def confirm_change(*, act: Act, change_id: UUID) -> ChangeView:
    """A second person agrees: the reserve is so much larger or smaller from now. Refusals: `NotFound`, `OutOfState`,
    `FourEyes`, `ReserveTooSmall`."""
    return _end(act, change_id, "confirm")


def withdraw_change(*, act: Act, change_id: UUID) -> ChangeView:
    """It is not done after all. Refusals: `NotFound`, `OutOfState`."""
    return _end(act, change_id, "withdraw")


def _end(act: Act, change_id: UUID, verb: str) -> ChangeView:
    with transaction.atomic():
        row = ReserveChange.objects.select_for_update().filter(id=change_id).first()
        if row is None:
            raise NotFound
        row.state = RESERVE_CHANGE.step(state=row.state, verb=verb, role=act.role)
        recording = Recording(act)
        if verb == "confirm":
            check_second_person(
                added_by=row.proposed_by,
                actor_id=act.actor_id,
                actor_kind=act.actor_kind,
                sandbox=Installation.objects.get().sandbox,
                behind=behind(row.proposed_by),
            )
            # Before the chain, whichever way it goes: as whoever funds an advance takes them.
            _check_held(row.currency, row.amount_minor if row.kind == "give_up" else 0)
            recording.transfer(_transfer(row))
        chain = operator_chain()
        row.ended_by, row.ended_at = act.actor_id, act.now
        row.save(update_fields=["state", "ended_by", "ended_at"])
        recording.settle(subject_id=row.id)
        recording.event(
            chain,
            f"reserve_change.{row.state}",
            about={"reserve_change": row.id},
            data={"kind": row.kind, "amount_minor": row.amount_minor, "currency": row.currency},
        )
        result: ChangeView = recording.write(change_view(row))
        return result


def _transfer(row: ReserveChange) -> Transfer:
    reserve, committed = (of_operator(code, row.currency) for code in ("reserve", "reserve_committed"))
    if row.kind == "give_up":
        return Transfer(_MOVEMENT[row.kind], reserve, committed, row.amount_minor, subject_id=row.id)
    return Transfer(_MOVEMENT[row.kind], committed, reserve, row.amount_minor, subject_id=row.id)


def _check_held(currency: str, amount_minor: int) -> None:
    account = of_operator("reserve", currency)
    held = book.lock(accounts=[account])[account]
    if amount_minor > held:
        raise ReserveTooSmall(field="amount_minor", accepted=f"at most {held}", held_minor=held, currency=currency)


# --- what finance must bring ---------------------------------------------------------------------------------------


def fund_advance(*, act: Act, currency: str, amount_minor: int, reference: str = "") -> ReserveView:
    """Finance says that it has sent own money to the clients' bank account for what was advanced; a line of the bank's
    statement explains it later. Refusal: `NothingToFund`."""
    return _own_money(act, currency, amount_minor, reference, back=False)


def take_back_advance(*, act: Act, currency: str, amount_minor: int, reference: str = "") -> ReserveView:
    """An advance that was funded came back from the supplier: finance takes the money out of the clients' bank account.
    Refusal: `NothingToFund`."""
    return _own_money(act, currency, amount_minor, reference, back=True)


def _own_money(act: Act, currency: str, amount_minor: int, reference: str, *, back: bool) -> ReserveView:
    with transaction.atomic():
        reserve = of_operator("reserve", currency)
        book.lock(accounts=[reserve])
        chain = operator_chain()
        missing = to_fund(currencies=[currency]).get(currency, 0)
        most = max(0, -missing if back else missing)
        if not 0 < amount_minor <= most:
            raise NothingToFund(field="amount_minor", accepted=f"1 to {most}", currency=currency)
        client_bank, own_bank = of_operator("client_bank", currency), of_operator("own_bank", currency)
        recording = Recording(act)
        recording.transfer(
            Transfer("advance_returned", own_bank, client_bank, amount_minor, subject_id=reserve.id)
            if back
            else Transfer("advance_funded", client_bank, own_bank, amount_minor, subject_id=reserve.id)
        )
        recording.event(
            chain,
            "advance.taken_back" if back else "advance.funded",
            about={"reserve": reserve.id},
            data={"amount_minor": amount_minor, "currency": currency, "left_minor": most - amount_minor},
            private={"reference": reference} if reference else None,
        )
        if not back and amount_minor == most:
            recording.settle(subject_id=reserve.id, kind=FUND)
        (before,) = reserves(currencies=[currency])
        left = missing + amount_minor if back else missing - amount_minor
        result: ReserveView = recording.write(replace(before, to_fund_minor=left))
        return result


_OUT = """
    SELECT currency,
           sum(greatest(0, reserve_minor - (advanced_minor - least(advanced_minor, amount_minor - collected_minor)))),
           sum(CASE WHEN kind = 'award' AND state = 'open'
                    THEN greatest(0, amount_minor - advanced_minor - collected_minor) ELSE 0 END)
    FROM orders_debt WHERE state <> 'collected' GROUP BY 1
"""


def to_fund(*, currencies: Iterable[str] | None = None) -> Mapping[str, int]:
    """By currency what was paid ahead for suppliers or is borne by the operator, less what finance has brought for it.

    Negative where more was brought than is out now. The audit of clients' money counts the same from the ledger.
    """
    sums: dict[str, dict[str, int]] = {}
    for one in days.totals(days.standings_now(codes=audit.AHEAD)):
        sums.setdefault(one.currency, {})[one.code] = one.balance_minor
    brought = audit.brought()
    found = {code: audit.ahead(sums.get(code, {})) - brought.get(code, 0) for code in sorted({*sums, *brought})}
    asked = None if currencies is None else set(currencies)
    return {currency: amount for currency, amount in found.items() if asked is None or currency in asked}


def reserves(*, currencies: Iterable[str] | None = None) -> list[ReserveView]:
    """The reserve in each currency that has one, drew on one, or would need one."""
    missing = to_fund(currencies=currencies)
    with connection.cursor() as cursor:
        cursor.execute(_OUT)
        out = {row[0]: (int(row[1]), int(row[2])) for row in cursor.fetchall()}
        cursor.execute("SELECT currency, balance_minor FROM ledger_account WHERE code = 'reserve'")
        held = {row[0]: int(row[1]) for row in cursor.fetchall()}
    known = sorted(set(currencies) if currencies is not None else {*held, *out, *missing})
    return [
        ReserveView(code, held.get(code, 0), out.get(code, (0, 0))[0], missing.get(code, 0), out.get(code, (0, 0))[1])
        for code in known
    ]


def review(*, now: datetime) -> int:
    """Ask finance for what was advanced and not brought yet, by a day; ask no more for what came back meanwhile."""
    missing = to_fund()
    asked = {row.subject_id for row in of_kind(kind=FUND)}
    steps = 0
    for currency in sorted(missing):
        subject = of_operator("reserve", currency).id
        if (missing[currency] > 0) is (subject in asked):
            continue
        with transaction.atomic():
            chain = operator_chain()
            recording = Recording(clock(now))
            data = {"currency": currency, "amount_minor": max(0, missing[currency])}
            if missing[currency] > 0:
                recording.deadline(
                    kind=FUND,
                    subject=("reserve", subject),
                    order_id=None,
                    due_at=now + FUND_WITHIN,
                    zone="UTC",
                    who="operator",
                    basis={"rule": FUND, **data},
                )
                recording.event(chain, "advance.to_fund", about={"reserve": subject}, data=data)
            else:
                recording.settle(subject_id=subject, kind=FUND, state="void")
                recording.event(chain, "advance.recovered", about={"reserve": subject}, data=data)
            recording.write(None)
            steps += 1
    return steps
