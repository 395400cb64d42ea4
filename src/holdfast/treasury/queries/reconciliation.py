"""Whether the books agree with providers and banks, and what does not: each break with who must act, until when.

It compares and never books. A break is known by its kind and subject, so that the next close can carry it over.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from holdfast.ledger import audit, days
from holdfast.ledger.days import Open, Standing, Total
from holdfast.rails.models import Dispute, Payment, Refund, Stray
from holdfast.record.models import Deadline
from holdfast.treasury.models import Close
from holdfast.treasury.queries.banks import BankStanding, banks
from holdfast.treasury.rules.document import Bank, Break, Cover, Line, Rail

MEND_DAYS = 3
"""How long finance has for a break that nothing else gives a day."""
CLEARING = ("rail_clearing", "chargebacks_receivable")


@dataclass(frozen=True, slots=True)
class Explained:
    """An open item at a provider: why it is there, who must act, until when. Without a reason it is a break."""

    item: Open
    kind: str
    subject: UUID | None
    why: str
    who: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Everything that a close, or the desk's page, says of agreement."""

    trial_balance: tuple[Line, ...]
    rails: tuple[Rail, ...]
    banks: tuple[Bank, ...]
    clients_money: tuple[Cover, ...]
    breaks: tuple[Break, ...]


def reconciled(*, standings: Sequence[Standing], at: datetime, day: date, closed: bool) -> Reconciled:
    """Books (some standings) against providers and banks. `closed`: as booked through the day, else as it is now."""
    totals = days.totals(standings)
    items = list(explained(day=day if closed else None))
    found_banks = banks(standings=standings, at=at, day=day, closed=closed)
    covers = clients_money(totals, brought=audit.brought(day=day if closed else None))
    last = Close.objects.order_by("-day").first()
    breaks = _breaks(items, found_banks, covers, at)
    return Reconciled(
        tuple(Line(one.code, one.currency, one.balance_minor) for one in totals),
        tuple(_rails(standings, items)),
        tuple(one.bank for one in found_banks),
        tuple(covers),
        tuple(carried(breaks=breaks, before=last.books["breaks"] if last else [], day=day)),
    )


def clients_money(totals: Iterable[Total], *, brought: Mapping[str, int]) -> list[Cover]:
    """Money apart from the operator's own, beside what is owed to clients."""
    sums: dict[str, dict[str, int]] = {}
    for one in totals:
        sums.setdefault(one.currency, {})[one.code] = one.balance_minor
    return [Cover(one.currency, one.there_minor, one.owed_minor) for one in audit.covers(sums=sums, brought=brought)]


def carried(*, breaks: Sequence[Break], before: Sequence[Mapping[str, object]], day: date) -> Iterator[Break]:
    """The breaks, those that an earlier close had already with its day and deadline."""
    known = {(one["kind"], one["subject"], one["currency"]): one for one in before}
    for one in sorted(breaks, key=lambda one: (one.currency, one.kind, one.subject)):
        old = known.get((one.kind, one.subject, one.currency))
        since = str(old["since"]) if old else day.isoformat()
        until = str(old["until"]) if old else one.until
        yield Break(
            one.kind, one.subject, one.currency, one.amount_minor, one.who, since, until, carried=old is not None
        )


# --- providers -----------------------------------------------------------------------------------------------------


def explained(*, day: date | None = None) -> Iterator[Explained]:
    """What is open at providers, payment by payment, and why. Of a day that is over: as booked through it."""
    left = _by_payment(days.open_items(codes=CLEARING, day=day))
    still = left if day is None else _by_payment(days.open_items(codes=CLEARING))
    yield from _explain([one for key, one in left.items() if key in still])
    for key, one in left.items():
        if key not in still:
            yield Explained(one, "cleared", one.subject_id, "settled since", "payment provider", None)


def _by_payment(items: Sequence[Open]) -> dict[tuple[str, str, str, UUID | None], Open]:
    """A refund before settlement lessens what the provider owes for its payment, and so does a dispute."""
    asked = _subjects(items)
    belongs = dict(Refund.objects.filter(id__among=asked).values_list("id", "payment_id"))
    belongs |= dict(Dispute.objects.filter(id__among=asked).values_list("id", "payment_id"))
    merged: dict[tuple[str, str, str, UUID | None], Open] = {}
    for one in items:
        is_provider_s = one.code == "rail_clearing" and one.subject_id is not None
        subject = one.subject_id
        if is_provider_s and subject is not None:
            subject = belongs.get(subject, subject)
        key = (one.code, one.owner, one.currency, subject)
        old = merged.get(key)
        amount = one.amount_minor + (old.amount_minor if old else 0)
        since = min(one.since, old.since) if old else one.since
        merged[key] = Open(one.code, one.owner, one.currency, subject, amount, since)
    return {key: one for key, one in merged.items() if one.amount_minor != 0}


def _subjects(items: Iterable[Open]) -> list[UUID]:
    return [one.subject_id for one in items if one.subject_id is not None]


def _explain(items: Sequence[Open]) -> Iterator[Explained]:
    subjects = _subjects(items)
    payments = {row.id: row for row in Payment.objects.filter(id__among=subjects)}
    strays = {row.id: row for row in Stray.objects.filter(id__among=subjects)}
    disputes = dict(Dispute.objects.filter(payment_id__among=subjects, state="open").values_list("id", "payment_id"))
    waiting: dict[UUID, Deadline] = {}
    for row in Deadline.objects.filter(subject_id__among=[*subjects, *disputes], state="open").order_by("-due_at"):
        waiting[disputes.get(row.subject_id, row.subject_id)] = row
    nobody = UUID(int=0)
    for one in items:
        subject = one.subject_id or nobody
        payment, stray, deadline = payments.get(subject), strays.get(subject), waiting.get(subject)
        if payment is not None and payment.state == "captured":
            yield Explained(one, "payment", payment.id, "not settled", "payment provider", payment.settles_at)
        elif deadline is not None:
            yield Explained(one, deadline.subject_kind, one.subject_id, deadline.kind, deadline.who, deadline.due_at)
        elif stray is not None and stray.rail == "wire":
            # Money of a bank account that keeps no statements here: it came, and is where the wires are.
            yield Explained(one, "stray", stray.id, "not on a statement", "operator", None)
        else:
            yield Explained(one, "unknown", one.subject_id, "", "operator", None)


def _rails(standings: Sequence[Standing], items: Sequence[Explained]) -> Iterator[Rail]:
    ledger: dict[tuple[str, str], int] = {}
    for one in standings:
        if one.code == "rail_clearing":
            ledger[one.owner, one.currency] = ledger.get((one.owner, one.currency), 0) + one.balance_minor
    for (rail, currency), balance in sorted(ledger.items()):
        own = [
            one
            for one in items
            if (one.item.code, one.item.owner, one.item.currency) == ("rail_clearing", rail, currency)
        ]
        yield Rail(rail, currency, balance, sum(one.item.amount_minor for one in own if one.why), len(own))


# --- breaks --------------------------------------------------------------------------------------------------------


def _breaks(
    items: Sequence[Explained], found: Sequence[BankStanding], covers: Sequence[Cover], at: datetime
) -> list[Break]:
    until = (at + timedelta(days=MEND_DAYS)).date().isoformat()
    breaks = []
    for one in items:
        subject = one.subject.hex if one.subject else f"{one.item.code}:{one.item.owner}"
        if not one.why:
            breaks.append(_break("unexplained", subject, one.item, one.who, until))
        elif one.until is not None and one.until < at:
            breaks.append(_break("settlement_overdue", subject, one.item, one.who, one.until.date().isoformat()))
    for standing in found:
        breaks += [
            Break(one.kind, one.subject, standing.bank.currency, one.amount_minor, "operator", "", until, carried=False)
            for one in standing.differences
        ]
    breaks += [
        Break("clients_money_short", cover.currency, cover.currency, missing, "operator", "", until, carried=False)
        for cover in covers
        if (missing := cover.owed_minor - cover.there_minor) > 0
    ]
    return breaks


def _break(kind: str, subject: str, item: Open, who: str, until: str) -> Break:
    return Break(kind, subject, item.currency, item.amount_minor, who, "", until, carried=False)
