"""What a line of a statement is when it is no payment: a payout confirmed or come back, a provider's sum, a guarantee
paid in, a charge, money taken back, or something that finance must explain.

Each line comes to rest in one transaction, once. What follows from it is written by the room it belongs to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import of_operator
from holdfast.orders.dockets import debt_by_reference
from holdfast.orders.operations import disputes
from holdfast.orders.operations.debts import repaid
from holdfast.orders.work import locked_chain
from holdfast.parties.guarantees import guarantee_by_reference
from holdfast.parties.operations.guarantee import paid_in
from holdfast.rails.bank import matching, pain
from holdfast.rails.bank.rules import STATEMENT_LINE
from holdfast.rails.models import Payment, StatementLine, Stray
from holdfast.rails.operations import answers, settlements, wires
from holdfast.rails.operations.statements import wire_of
from holdfast.rails.operations.turns import alone
from holdfast.rails.rows import StrayRow
from holdfast.record.act import Act
from holdfast.record.chains import Chain, operator_chain
from holdfast.record.recording import Recording

EXPLAIN = "line.explain"
EXPLAIN_WITHIN = timedelta(days=7)
_CHARGES = ("CHRG", "FEES", "COMM", "NCHG")
"""What banks call their own charges: in the sub-family of camt's code, or as MT940's."""
BY_HAND = ("bank_charge", "own_money", "by_hand")
"""What finance may say a debit is."""
BOOKED = {"bank_charge": ("bank_charged", "processing_cost"), "own_money": ("own_money_taken", "own_bank")}
"""What is booked then, against the clients' account."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a line turned out to be, and the thing it belongs to."""

    kind: str
    subject: tuple[str, UUID] | None = None
    order_id: UUID | None = None


def explain_all(*, act: Act, lines: Sequence[StatementLine]) -> int:
    """Bring each of these lines to rest; answers how many."""
    done = 0
    for line in lines:
        with alone("statement line", line.id):
            done += _explain(act, line.id)
            _carry_booked(act, line.id)
    return done


def _carry_booked(act: Act, line_id: UUID) -> None:
    """The line stood for a whole file: its payments follow, each for itself."""
    line = StatementLine.objects.get(id=line_id)
    if line.kind == "payout_out" and line.subject_kind == "batch" and line.subject_id is not None:
        answers.carry_booked(batch_id=line.subject_id, now=act.now, chain_of=locked_chain)


def _explain(act: Act, line_id: UUID) -> bool:
    with transaction.atomic():
        line = StatementLine.objects.select_for_update().get(id=line_id)
        if line.state != "entered":
            return False
        for ask in _QUESTIONS:
            found = ask(act, line)
            if found is not None:
                if found.kind:
                    wires.line_became(
                        line_id=line.id,
                        state="explained",
                        now=act.now,
                        kind=found.kind,
                        subject=found.subject,
                        order_id=found.order_id,
                    )
                return True
        _leave(act, line)
        return True


# --- the questions, in their order -----------------------------------------------------------------------------------


def _ours(act: Act, line: StatementLine) -> Found | None:
    """A payout, a refund or a whole file of them by the name we gave it: it arrived, or it came back."""
    reference = next((said for said in _names(line) if pain.named(said)), None)
    if reference is None:
        return None
    if line.direction == "credit":
        subject = answers.line_returns(
            act=act,
            reference=reference,
            amount_minor=line.amount_minor,
            currency=line.currency,
            reason=line.text[:40] or "returned",
            chain_of=locked_chain,
        )
    else:
        subject = answers.line_confirms(
            act=act,
            reference=reference,
            amount_minor=line.amount_minor,
            currency=line.currency,
            booked_on=line.booked_on,
            chain_of=locked_chain,
        )
    if subject is None:
        return None
    kind = "refund" if subject.kind == "refund" else "payout"
    return Found(f"{kind}_{'returned' if line.direction == 'credit' else 'out'}", (subject.kind, subject.id))


def _names(line: StatementLine) -> list[str]:
    return [line.end_to_end, line.bank_ref, *line.text.split()]


def _provider(act: Act, line: StatementLine) -> Found | None:
    signed = line.amount_minor if line.direction == "credit" else -line.amount_minor
    found = settlements.line_confirms(
        act=act,
        statement_line_id=line.id,
        text=f"{line.end_to_end} {line.counterparty_name} {line.text}",
        amount_minor=signed,
        currency=line.currency,
        booked_on=line.booked_on,
    )
    return None if found is None else Found("provider_settlement", ("settlement", found.id))


def _supplier_pays(act: Act, line: StatementLine) -> Found | None:
    """A supplier's money for its guarantee, or for what it owes."""
    if line.direction != "credit" or line.reversal:
        return None
    for reference in matching.references([*line.references, line.end_to_end, line.text]):
        found = guarantee_by_reference(reference)
        if found is not None and found.currency == line.currency:
            paid_in(
                act=act,
                organisation_id=found.organisation_id,
                currency=line.currency,
                amount_minor=line.amount_minor,
                source="client_bank",
                subject_id=line.id,
            )
            return Found("deposit_in", ("guarantee", found.id))
        debt = debt_by_reference(reference)
        if debt is not None and debt.currency == line.currency and line.amount_minor <= debt.open_minor:
            repaid(act=act, debt_id=debt.id, amount_minor=line.amount_minor, source="client_bank", subject_id=line.id)
            return Found("deposit_in", ("debt", debt.id), debt.order_id)
    return None


def _taken_back(act: Act, line: StatementLine) -> Found | None:
    """The bank takes back a credit that it had booked: out of suspense, or from the order that it paid for."""
    if line.direction != "debit" or not line.reversal:
        return None
    original = _original(line)
    if original is None:
        return None
    if original.state == "suspense" and original.subject_id is not None:
        stray = wires.locked_stray(stray_id=original.subject_id)
        if stray.state == "open":
            _given_back(act, stray)
            return Found("payment_taken_back", ("stray", stray.id), stray.order_id)
    payment = _payment_of(original)
    if payment is None:
        return None
    disputes.opened(
        act=act,
        payment_id=payment.id,
        provider_ref=f"line:{line.key}",
        kind="return",
        amount_minor=line.amount_minor,
        reason=line.text[:60] or "the bank reversed it",
        from_bank=payment.state == "settled",
    )
    return Found("payment_taken_back", ("payment", payment.id), payment.order_id)


def _original(line: StatementLine) -> StatementLine | None:
    """The credit that a reversal takes back: of the same amount, by the bank's name for it or by its references. None
    unless there is just one."""
    booked = StatementLine.objects.filter(
        account_id=line.account_id,
        direction="credit",
        reversal=False,
        amount_minor=line.amount_minor,
        currency=line.currency,
        booked_on__lte=line.booked_on,
        state__in=["matched", "suspense"],
    )
    for name in ("bank_ref", "end_to_end", "references", "text", "counterparty_account"):
        said = getattr(line, name)
        if said:
            found = list(booked.filter(**{name: said})[:2])
            if found:
                return found[0] if len(found) == 1 else None
    return None


def _payment_of(line: StatementLine) -> Payment | None:
    if line.subject_kind != "payment" or line.subject_id is None:
        return None
    return Payment.objects.filter(id=line.subject_id).first()


def _given_back(act: Act, stray: StrayRow) -> None:
    recording = Recording(replace(act, role="clock"))
    after = wires.returned_into(
        recording=recording, chain=operator_chain(), stray=stray, reason="taken back by the sender's bank"
    )
    recording.write(after)


def _sent_back(_act: Act, line: StatementLine) -> Found | None:
    """Money that nobody could place, on its way back to who sent it."""
    if line.direction != "debit":
        return None
    already = StatementLine.objects.filter(kind="wire_returned", subject_kind="stray").values("subject_id")
    strays = Stray.objects.filter(state="returned", amount_minor=line.amount_minor, currency=line.currency)
    keys = dict(strays.exclude(id__in=already).values_list("source_ref", "id"))
    lines = StatementLine.objects.filter(key__in=keys, state="returned", account_id=line.account_id)
    found = [one for one in lines if _same_sender(one, line)]
    return Found("wire_returned", ("stray", keys[found[0].key]), found[0].order_id) if found else None


def _same_sender(original: StatementLine, back: StatementLine) -> bool:
    if back.counterparty_account and back.counterparty_account == original.counterparty_account:
        return True
    return matching.same_name(original.counterparty_name, back.counterparty_name)


def _charge(act: Act, line: StatementLine) -> Found | None:
    if line.direction != "debit" or line.reversal or not line.code.upper().endswith(_CHARGES):
        return None
    chain, recording = operator_chain(), Recording(act)
    _book(recording, line, "bank_charge")
    _explained(recording, chain, line, "bank_charge", "")
    recording.write(None)
    return Found("bank_charge", ("line", line.id))


def _stray_credit(act: Act, line: StatementLine) -> Found | None:
    """Money that came and belongs to nothing."""
    if line.direction != "credit":
        return None
    recording = Recording(act)
    wires.suspend(
        recording=recording,
        chain=operator_chain(),
        wire=wire_of(line, key=line.key, received_at=act.now, line_id=line.id),
        reason="unknown_reference",
        payment=None,
    )
    recording.write(None)
    return Found("")


_QUESTIONS: tuple[Callable[[Act, StatementLine], Found | None], ...] = (
    _ours,
    _provider,
    _supplier_pays,
    _taken_back,
    _charge,
    _sent_back,
    _stray_credit,
)


# --- what nobody knows -----------------------------------------------------------------------------------------------


def _leave(act: Act, line: StatementLine) -> None:
    """Finance must say what it is, within its time."""
    chain = operator_chain()
    recording = Recording(act)
    recording.deadline(
        kind=EXPLAIN,
        subject=("line", line.id),
        order_id=None,
        due_at=act.now + EXPLAIN_WITHIN,
        zone="UTC",
        who="operator",
        basis={"rule": EXPLAIN, "amount_minor": line.amount_minor},
    )
    recording.event(
        chain,
        "line.unexplained",
        about={"line": line.id},
        data={"amount_minor": line.amount_minor, "currency": line.currency, "direction": line.direction},
    )
    wires.line_became(line_id=line.id, state="unexplained", now=act.now)
    recording.write(None)


def _book(recording: Recording, line: StatementLine, kind: str) -> None:
    """What follows in the ledger from what a debit is."""
    if kind in BOOKED:
        movement, account = BOOKED[kind]
        accounts = of_operator(account, line.currency), of_operator("client_bank", line.currency)
        recording.transfer(Transfer(movement, *accounts, line.amount_minor, subject_id=line.id))


def explain_line(*, act: Act, line_id: UUID, kind: str, reason: str) -> StatementLine:
    """Finance says what a debit is that nobody knew: the bank's charge or the operator's own money, which is booked
    then, or something that is written elsewhere (`by_hand`).

    Refusals: `not_found`, `not_allowed`, `out_of_state`, `invalid`.
    """
    if kind not in BY_HAND:
        raise Invalid(field="kind", found=kind, accepted=list(BY_HAND))
    if not reason.strip():
        raise Invalid(field="reason", found="nothing", accepted="what it is, in a few words")
    if act.role != "operator":
        raise NotAllowed(subject="statement_line", verb="explain", role=act.role, accepted=["operator"])
    with transaction.atomic():
        line = StatementLine.objects.select_for_update().filter(id=line_id).first()
        if line is None:
            raise NotFound
        if line.state != "unexplained":
            raise OutOfState(subject="statement_line", verb="explain", state=line.state, accepted=["unexplained"])
        STATEMENT_LINE.step(state=line.state, verb="explain", role=act.role)
        wires.line_became(
            line_id=line.id, state="explained", now=act.now, kind=kind, subject=("line", line.id), note=reason.strip()
        )
        line.refresh_from_db()
        recording = Recording(act)
        chain = operator_chain()
        _book(recording, line, kind)
        recording.settle(subject_id=line.id, kind=EXPLAIN)
        _explained(recording, chain, line, kind, reason.strip())
        return recording.write(line)


def _explained(recording: Recording, chain: Chain, line: StatementLine, kind: str, reason: str) -> None:
    recording.event(
        chain,
        "line.explained",
        about={"line": line.id},
        data={"amount_minor": line.amount_minor, "currency": line.currency, "kind": kind},
        private={"why": reason} if reason else None,
    )
