"""What suppliers owe is got in: set off against their balance, repaid by wire, asked for again, or written off.

Every verb works on one docket under its order's lock. What the buyer still waits for comes before what was paid ahead.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.refusals import Invalid, NotFound, OutOfState
from holdfast.ledger import book
from holdfast.ledger.chart import of_operator, of_supplier
from holdfast.orders.dockets import DebtView, debt_view, docket_of
from holdfast.orders.models import Debt
from holdfast.orders.operations import reserve
from holdfast.orders.operations.recourse import PAY_AWARD, REMIND
from holdfast.orders.refusals import AwardOpen, MoreThanOwed, WriteOffAsked, WriteOffNotAsked
from holdfast.orders.rules.debts import REMIND_EVERY, Docket, advance, collect, owed_by_operator
from holdfast.orders.rules.lifecycles import DEBT
from holdfast.orders.work import Work, lock
from holdfast.parties.hands import behind
from holdfast.parties.models import Installation
from holdfast.parties.operations import guarantee
from holdfast.parties.rules import check_second_person
from holdfast.record.act import Act, clock
from holdfast.record.deadlines import Deadline, is_open

Source = Literal["client_bank", "rail_clearing", "suspense"]
"""Where money that a supplier sent for a debt stands when it is matched."""


def carry_on(*, now: datetime) -> int:
    """What the clock does about debts: awards that wait for the reserve are paid, balances are set off, the operator is
    asked to fund what was advanced, guarantees are looked over. Answers how many steps were taken."""
    return collect_due(now=now) + pay_awards(now=now) + reserve.review(now=now) + guarantee.review_due(act=clock(now))


def collect_due(*, now: datetime, limit: int = 100) -> int:
    """Collect from every supplier that owes something and has a balance; answers from how many dockets."""
    owing = Debt.objects.filter(state="open").values_list("supplier_id", "currency").distinct()
    accounts = {of_supplier("payable", supplier, currency): (supplier, currency) for supplier, currency in owing}
    there = [account for account, amount in book.balances(accounts=accounts).items() if amount > 0]
    return sum(
        collect_debts(act=clock(now), supplier_id=accounts[account][0], currency=accounts[account][1])
        for account in sorted(there[:limit], key=lambda account: account.id)
    )


def collect_debts(*, act: Act, supplier_id: UUID, currency: str) -> int:
    """Set the supplier's balance off against what it owes, one docket, one transaction each, oldest first; answers how
    many dockets got something."""
    rows = Debt.objects.filter(supplier_id=supplier_id, currency=currency, state="open")
    return sum(
        _set_off(act, debt_id, order_id)
        for debt_id, order_id in rows.order_by("recorded_at", "id").values_list("id", "order_id")
    )


def _set_off(act: Act, debt_id: UUID, order_id: UUID) -> bool:
    with transaction.atomic():
        work, debt = lock(act=act, order_id=order_id), _locked(debt_id)
        amount = min(work.in_purse("payable"), debt.amount_minor - debt.collected_minor)
        if amount <= 0 or debt.state != "open":
            return False
        work.move("debt_set_off", "payable", "supplier_debt", amount, subject_id=debt.claim_id)
        _came_in(work, debt, amount, "debt.collected")
        work.write(None)
        return True


def repaid(
    *,
    act: Act,
    debt_id: UUID,
    amount_minor: int,
    source: Source,
    rail: str | None = None,
    subject_id: UUID | None = None,
) -> DebtView:
    """Money came for a debt, under its reference: `source` is where it stands now, `rail` names a clearing account,
    `subject_id` what brought it (a line of a statement). Refusals: `NotFound`, `OutOfState`, `MoreThanOwed`."""
    with transaction.atomic():
        work, debt = _begin(act, debt_id)
        if amount_minor <= 0 or amount_minor > debt.amount_minor - debt.collected_minor:
            raise MoreThanOwed(
                field="amount_minor",
                accepted=f"1 to {debt.amount_minor - debt.collected_minor}",
                currency=debt.currency,
            )
        work.move("debt_repaid", source, "supplier_debt", amount_minor, rail=rail, subject_id=subject_id)
        _came_in(work, debt, amount_minor, "debt.repaid")
        return work.write(debt_view(debt))


def _came_in(work: Work, debt: Debt, amount_minor: int, event: str) -> None:
    """A part of a docket came in: the buyer who waits gets it, or it restores what was paid ahead."""
    step = collect(docket_of(debt), amount_minor=amount_minor)
    work.move("award_collected", "awarded", "refundable", step.passed_on_minor, subject_id=debt.claim_id)
    work.move("reserve_restored", "reserve_committed", "reserve", step.restored_minor, subject_id=debt.claim_id)
    _keep(work, debt, step.docket)
    said = {"amount_minor": amount_minor, "passed_on_minor": step.passed_on_minor, "currency": debt.currency}
    work.event(event, data=said, claim=debt.claim_id, debt=debt.id)
    work.send_back(amount_minor=step.passed_on_minor, claim_id=debt.claim_id)


def _keep(work: Work, debt: Debt, after: Docket) -> None:
    """Write what became of the docket; one that is paid waits for nobody, and an award that is paid not for us."""
    debt.collected_minor, debt.advanced_minor = after.collected_minor, after.advanced_minor
    debt.reserve_minor = after.reserve_minor
    if after.open_minor == 0:
        debt.state = DEBT.step(state=debt.state, verb="collect", role="clock")
        debt.ended_at = work.now
        work.recording.settle(subject_id=debt.id)
    elif owed_by_operator(after) == 0:
        work.recording.settle(subject_id=debt.id, kind=PAY_AWARD)
    debt.save(update_fields=["collected_minor", "advanced_minor", "reserve_minor", "state", "ended_at"])


# --- what the operator owes ----------------------------------------------------------------------------------------


def pay_awards(*, now: datetime) -> int:
    """Pay the buyers whose awards the reserve could not pay, oldest first, as far as it holds now; answers how many."""
    rows = Debt.objects.filter(state="open", kind="award", amount_minor__gt=F("advanced_minor") + F("collected_minor"))
    waiting = list(rows.order_by("recorded_at", "id").values_list("id", "order_id", "currency"))
    reserves = {currency: of_operator("reserve", currency) for _debt, _order, currency in waiting}
    held = book.balances(accounts=reserves.values()) if reserves else {}
    able = [row for row in waiting if held[reserves[row[2]]] > 0]
    return sum(_pay_award(clock(now), debt_id, order_id) for debt_id, order_id, _currency in able)


def _pay_award(act: Act, debt_id: UUID, order_id: UUID) -> bool:
    with transaction.atomic():
        work, debt = lock(act=act, order_id=order_id), _locked(debt_id)
        docket = docket_of(debt)
        amount = min(work.in_purse("reserve"), docket.awarded_minor)
        if amount <= 0 or debt.state != "open":
            return False
        work.move("award_collected", "awarded", "refundable", amount, subject_id=debt.claim_id)
        work.move("reserve_drawn", "reserve", "reserve_committed", amount, subject_id=debt.claim_id)
        _keep(work, debt, advance(docket, amount_minor=amount))
        work.event(
            "award.paid",
            data={"amount_minor": amount, "currency": debt.currency, "owed_minor": docket.awarded_minor - amount},
            claim=debt.claim_id,
            debt=debt.id,
        )
        work.send_back(amount_minor=amount, claim_id=debt.claim_id)
        work.write(None)
        return True


def cover_stopped_minor(*, currency: str) -> int:
    """What the operator itself owes buyers in a currency: while it owes anything, no new order is covered."""
    rows = Debt.objects.filter(state="open", kind="award", currency=currency)
    found = rows.aggregate(sum=Sum(F("amount_minor") - F("advanced_minor") - F("collected_minor")))["sum"]
    return max(0, int(found or 0))


# --- reminders and the end -----------------------------------------------------------------------------------------


def remind(act: Act, due: Deadline) -> None:
    """A debt is still open: its supplier is reminded, and again every week."""
    if due.order_id is None:
        raise ValueError(f"{due.kind} is not of an order")
    with transaction.atomic():
        work, debt = lock(act=act, order_id=due.order_id), _locked(due.subject_id)
        if not is_open(deadline_id=due.id):
            return
        work.recording.settle(subject_id=debt.id, kind=REMIND)
        if debt.state == "open":
            debt.reminders += 1
            debt.save(update_fields=["reminders"])
            open_minor = debt.amount_minor - debt.collected_minor
            work.deadline(
                REMIND,
                subject=("debt", debt.id),
                due_at=work.now + REMIND_EVERY,
                who="supplier",
                basis=dict(due.basis) | {"amount_minor": open_minor},
            )
        work.event(
            "debt.reminded",
            data={"reminder": debt.reminders, "recorded_at": rfc3339(debt.recorded_at), "state": debt.state},
            claim=debt.claim_id,
            debt=debt.id,
        )
        work.write(None)


def ask_write_off(*, act: Act, debt_id: UUID, reason: str) -> DebtView:
    """Finance gives a debt up; it stays until another person says yes. Refusals: `NotFound`, `OutOfState`, `Invalid`,
    `WriteOffAsked`, `AwardOpen`."""
    if not reason.strip():
        raise Invalid(field="reason", accepted="a reason in words")
    with transaction.atomic():
        work, debt = _begin(act, debt_id)
        _check_write_off(debt)
        if debt.write_off_asked_at is not None:
            raise WriteOffAsked
        debt.write_off_reason, debt.write_off_asked_by, debt.write_off_asked_at = reason.strip(), act.actor_id, act.now
        debt.save(update_fields=["write_off_reason", "write_off_asked_by", "write_off_asked_at"])
        work.event(
            "write_off.asked",
            data={"amount_minor": debt.amount_minor - debt.collected_minor, "currency": debt.currency},
            private={"reason": debt.write_off_reason},
            debt=debt.id,
        )
        return work.write(debt_view(debt))


def refuse_write_off(*, act: Act, debt_id: UUID) -> DebtView:
    """The debt is not given up after all. Refusals: `NotFound`, `OutOfState`, `WriteOffNotAsked`."""
    with transaction.atomic():
        work, debt = _begin(act, debt_id)
        if debt.write_off_asked_at is None:
            raise WriteOffNotAsked
        debt.write_off_reason, debt.write_off_asked_by, debt.write_off_asked_at = "", None, None
        debt.save(update_fields=["write_off_reason", "write_off_asked_by", "write_off_asked_at"])
        work.event("write_off.refused", debt=debt.id)
        return work.write(debt_view(debt))


def write_off(*, act: Act, debt_id: UUID) -> DebtView:
    """A second person agrees: what was paid ahead is the operator's bad debt; what the buyer only had a claim to, it
    loses. Refusals: `NotFound`, `OutOfState`, `WriteOffNotAsked`, `FourEyes`, `AwardOpen`."""
    with transaction.atomic():
        work, debt = _begin(act, debt_id)
        if debt.write_off_asked_at is None:
            raise WriteOffNotAsked
        check_second_person(
            added_by=debt.write_off_asked_by,
            actor_id=act.actor_id,
            actor_kind=act.actor_kind,
            sandbox=Installation.objects.get().sandbox,
            behind=behind(debt.write_off_asked_by),
        )
        _check_write_off(debt)
        docket = docket_of(debt)
        work.move("written_off", "bad_debt", "supplier_debt", docket.ahead_minor, subject_id=debt.claim_id)
        work.move("award_written_off", "awarded", "supplier_debt", docket.awarded_minor, subject_id=debt.claim_id)
        debt.state = DEBT.step(state=debt.state, verb="write_off", role=act.role)
        debt.ended_at, debt.written_off_by = work.now, act.actor_id
        debt.save(update_fields=["state", "ended_at", "written_off_by"])
        work.recording.settle(subject_id=debt.id, state="void")
        work.event(
            "debt.written_off",
            data={
                "bad_debt_minor": docket.ahead_minor,
                "given_up_minor": docket.awarded_minor,
                "currency": debt.currency,
            },
            debt=debt.id,
        )
        return work.write(debt_view(debt))


def _check_write_off(debt: Debt) -> None:
    owed = owed_by_operator(docket_of(debt))
    if owed:
        raise AwardOpen(owed_minor=owed, currency=debt.currency)


def _begin(act: Act, debt_id: UUID) -> tuple[Work, Debt]:
    """The docket that stands open, under its order's lock."""
    order_id = Debt.objects.filter(id=debt_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound
    work, debt = lock(act=act, order_id=order_id), _locked(debt_id)
    if debt.state != "open":
        raise OutOfState(subject="debt", state=debt.state, accepted=["open"])
    return work, debt


def _locked(debt_id: UUID) -> Debt:
    return Debt.objects.select_for_update().get(id=debt_id)
