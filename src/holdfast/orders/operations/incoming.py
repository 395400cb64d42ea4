"""A bank's statement becomes money where it belongs: the file is read through, entered line by line, and each line is
placed: paid in, put into suspense, known as the bank's side of something of ours, or left for finance to explain.

It knows which rooms to ask. What a payment needs is decided in `wiring`, what a line is to a payout by the rails.
"""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from holdfast.contracts.queries import unsigned_numbers
from holdfast.kernel.refusals import NotFound
from holdfast.orders.models import Debt
from holdfast.orders.operations import explaining, wiring
from holdfast.parties import queries as parties
from holdfast.parties.guarantees import references_known
from holdfast.rails import rules as rail_rules
from holdfast.rails.bank import matching, pain
from holdfast.rails.bank.matching import Named
from holdfast.rails.models import Payment, Settlement, StatementFile, StatementLine
from holdfast.rails.operations import statements
from holdfast.rails.operations.statements import Belongs, Reading
from holdfast.rails.operations.turns import alone
from holdfast.rails.rows import PaymentRow
from holdfast.record.act import Act
from holdfast.record.act import rail as rail_act

PAGE = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that is entered, and whether it was sent before."""

    file_id: UUID
    again: bool


def import_statement(*, act: Act, path: Path, name: str) -> Imported:
    """Take in a bank's file: camt.052, 053, 054 or MT940. Sent again it changes nothing; cut off, it is carried on.

    The file is read to its end first, so that a refused one leaves nothing behind. Refusals: `statement_unreadable`,
    `statement_too_large`, `statement_kind_not_accepted`, `bank_account_unknown`.
    """
    reading = read_through(path=path)
    kept = _keep(path, reading)
    try:
        file, again = statements.begin(act=act, reading=reading, name=name)
    except BaseException:
        if not StatementFile.objects.filter(sha256=reading.sha256).exists():
            kept.unlink(missing_ok=True)
        raise
    if file.state == "entering":
        _carry_on(act, file)
    return Imported(file.id, again)


def preview(*, act: Act, path: Path, name: str) -> dict[tuple[str, str], int]:
    """How many lines of a file would become what (state and kind), by taking it in and undoing all of it. Refusals as
    `import_statement`."""
    is_new = not _place(read_through(path=path).sha256).exists()
    try:
        with transaction.atomic():
            done = import_statement(act=act, path=path, name=name)
            rows = StatementLine.objects.filter(file_id=done.file_id).values_list("state", "kind")
            counts = Counter(rows.order_by("state", "kind"))
            transaction.set_rollback(True)
    finally:
        if is_new:
            _place(read_through(path=path).sha256).unlink(missing_ok=True)
    return dict(counts)


def read_through(*, path: Path) -> Reading:
    """What is in a file, without entering any of it. Refusals as `import_statement`, but for the account."""
    return statements.read_through(path=path, most_bytes=settings.STATEMENT_BYTES)


def carry_on(*, now: datetime) -> int:
    """Carry on files whose import was cut off, and place lines that were entered and not placed; answers how many
    files and lines moved."""
    moved = 0
    for file in StatementFile.objects.filter(state="entering").order_by("id"):
        with alone("statement file", file.id):
            _carry_on(rail_act(now), file)
            moved += 1
    return moved + place_lines(act=rail_act(now))


def _carry_on(act: Act, file: StatementFile) -> None:
    rail = rail_act(act.now)
    statements.enter(act=rail, path=_place(file.sha256), file=file, judge=_judge)
    place_lines(act=rail, file_id=file.id)


def _place(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "statements" / sha256[:2] / sha256


def _keep(path: Path, reading: Reading) -> Path:
    """The file as the bank sent it, under its hash: from here an import that was cut off is carried on."""
    place = _place(reading.sha256)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, copy = tempfile.mkstemp(dir=place.parent)
        os.close(handle)
        shutil.copyfile(path, copy)
        Path(copy).replace(place)
    return place


# --- what a line is for ----------------------------------------------------------------------------------------------


def _judge(lines: Sequence[Named]) -> dict[str, Belongs]:
    """What each line is for, as far as its words say, in a few queries for all of them."""
    belongs = {one.key: Belongs(waits=True) for one in lines}
    plain = [one for one in lines if _is_plain_credit(one)]
    found = statements.payments_named(plain)
    for key, payment in found.items():
        belongs[key] = Belongs(payment.id, payment.order_id)
    unnamed = [one for one in plain if one.key not in found and not _is_expected(one)]
    expected = _expected(unnamed)
    rest = [one for one in unnamed if one.key not in expected]
    unsigned = unsigned_numbers(said=[one.line.text for one in rest])
    # What names a contract of its own is not guessed to be for something else.
    by_payer = _by_payer([one for one in rest if one.line.text not in unsigned])
    for one in rest:
        paid = by_payer.get(one.key)
        if paid is not None:
            belongs[one.key] = Belongs(paid.id, paid.order_id)
        else:
            belongs[one.key] = Belongs(reason="not_signed" if one.line.text in unsigned else "unknown_reference")
    return belongs


def _is_plain_credit(one: Named) -> bool:
    return one.line.direction == "credit" and not one.line.reversal


def _is_expected(one: Named) -> bool:
    """It bears the name of a payout or refund of ours, which came back."""
    return pain.named(one.line.end_to_end) is not None


def _expected(lines: Sequence[Named]) -> set[str]:
    """Lines that a guarantee's or a debt's reference is in, or that may be what a card provider sends."""
    said = {one.key: matching.references(matching.written(one.line)) for one in lines}
    known = {reference for found in said.values() for reference in found}
    known = references_known(known) | set(Debt.objects.filter(reference__in=known).values_list("reference", flat=True))
    amounts = {one.line.amount_minor for one in lines}
    sent = set(
        Settlement.objects.filter(state="sent", amount_minor__in=amounts).values_list("amount_minor", "currency")
    )
    return {
        one.key
        for one in lines
        if known.intersection(said[one.key]) or (one.line.amount_minor, one.line.currency) in sent
    }


def _by_payer(lines: Sequence[Named]) -> dict[str, PaymentRow]:
    """Lines without a reference whose amount and payer are those of just one wire that is awaited: by the payer's
    account, where it has paid from it before, or by its name."""
    amounts = {one.line.amount_minor for one in lines}
    if not amounts:
        return {}
    awaited = Payment.objects.filter(
        rail="wire", state__in=rail_rules.OPEN_PAYMENTS, amount_minor__in=amounts
    ).order_by("id")
    payments = [PaymentRow.of(row) for row in awaited]
    if not payments:
        return {}
    names = parties.names(organisation_ids=list({payment.payer_id for payment in payments}))
    accounts = payers_by_account({one.line.counterparty_account for one in lines})
    found, taken = {}, set()
    for one in lines:
        fits = [
            payment
            for payment in payments
            if (payment.amount_minor, payment.currency) == (one.line.amount_minor, one.line.currency)
            and payment.id not in taken
            and (
                payment.payer_id in accounts.get(one.line.counterparty_account, ())
                or matching.same_name(names.get(payment.payer_id, ""), one.line.counterparty_name)
            )
        ]
        if len(fits) == 1:
            found[one.key] = fits[0]
            taken.add(fits[0].id)
    return found


def payers_by_account(accounts: set[str]) -> dict[str, set[UUID]]:
    """Who has paid from these accounts before."""
    lines = StatementLine.objects.filter(
        counterparty_account__in=accounts - {""}, kind="payment_in", state="matched", subject_kind="payment"
    )
    said = lines.exclude(subject_id=None).values_list("subject_id", "counterparty_account").distinct()
    paid = {payment_id: account for payment_id, account in said if payment_id is not None}
    found: dict[str, set[UUID]] = {}
    for payment_id, payer_id in Payment.objects.filter(id__in=paid).values_list("id", "payer_id"):
        found.setdefault(paid[payment_id], set()).add(payer_id)
    return found


# --- placing ---------------------------------------------------------------------------------------------------------


def place_lines(*, act: Act, file_id: UUID | None = None) -> int:
    """Place every line that was entered and is not placed: an order's together, under its lock; all others one by one.
    A line that fails does not hold up the next. Answers how many came to rest."""
    placed, last = 0, UUID(int=0)
    while True:
        waiting = StatementLine.objects.filter(state="entered", id__gt=last)
        if file_id is not None:
            waiting = waiting.filter(file_id=file_id)
        page = list(waiting.order_by("id")[:PAGE])
        if not page:
            return placed
        last = page[-1].id
        for order_id, lines in _by_order(page):
            if order_id is None:
                placed += explaining.explain_all(act=act, lines=lines)
            else:
                placed += _place_order(act, order_id, lines)


def _by_order(page: Sequence[StatementLine]) -> Iterator[tuple[UUID | None, list[StatementLine]]]:
    rows = sorted(page, key=lambda line: (line.order_id is not None, line.order_id or line.id, line.id))
    for order_id, lines in groupby(rows, key=lambda line: line.order_id):
        yield order_id, list(lines)


def _place_order(act: Act, order_id: UUID, lines: Sequence[StatementLine]) -> int:
    """The lines of one order, payment by payment."""
    placed = 0
    with alone("order", order_id):
        for payment_id in dict.fromkeys(line.subject_id for line in lines if line.subject_id):
            payment = Payment.objects.filter(id=payment_id).first()
            if payment is None:
                raise NotFound(payment=str(payment_id))
            mine = [line for line in lines if line.subject_id == payment_id]
            arrived = [statements.wire_of(line, key=line.key, received_at=act.now, line_id=line.id) for line in mine]
            wiring.credited(act=act, payment=PaymentRow.of(payment), arrived=arrived)
            placed += len(mine)
    return placed
