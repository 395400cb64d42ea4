"""Entries by hand: proposed by one of finance with reason and document, decided by another, posted through the book.

They are booked on the day on which they are decided; a day that is closed is corrected on an open one.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

from django.db import transaction

from holdfast.kernel.canonical import digest
from holdfast.kernel.clock import days_after, local_day
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.ledger import audit, book, days
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import Account, of_operator, of_rail, of_supplier
from holdfast.parties.hands import behind
from holdfast.parties.models import Installation, Organisation
from holdfast.rails.rules import RAILS
from holdfast.record import files
from holdfast.record.act import Act
from holdfast.record.chains import Chain, operator_chain
from holdfast.record.recording import Recording
from holdfast.treasury.models import Entry, EntryDocument
from holdfast.treasury.queries.entries import EntryView, entry_view
from holdfast.treasury.queries.reconciliation import clients_money
from holdfast.treasury.refusals import DayClosed
from holdfast.treasury.rules import entries as rules
from holdfast.treasury.rules.entries import ClientsMoneyShort, EntryNotCovered, ReversedAlready


@dataclass(frozen=True, slots=True)
class Proposal:
    """What finance wants moved. `owner_id` is the supplier whose balance it is, `rail` the rail; `value_on` the day
    that it concerns."""

    debit: str
    credit: str
    currency: str
    amount_minor: int
    value_on: date
    reason: str
    owner_id: UUID | None = None
    rail: str | None = None


def bring_document(*, act: Act, name: str, content: bytes) -> UUID:
    """Keep a document that an entry is to be proposed on; answers its ID. Refusals: those of files."""
    if len(content) > files.LIMIT_BYTES:
        raise files.FileTooLarge(field="file", accepted={"at_most_bytes": files.LIMIT_BYTES})
    if not content:
        raise files.FileEmpty(field="file")
    with NamedTemporaryFile() as kept:
        kept.write(content)
        kept.flush()
        media_type = files.media_type_of(path=Path(kept.name))
    with transaction.atomic():
        chain = operator_chain()
        row = EntryDocument.objects.create(
            id=new_id(),
            name=_plain(name),
            media_type=media_type,
            sha256=digest(content),
            content=content,
            brought_by=act.actor_id,
            brought_at=act.now,
        )
        recording = Recording(act)
        recording.event(
            chain,
            "document.brought",
            about={"document": row.id},
            data={"sha256": row.sha256.hex(), "media_type": media_type, "size_bytes": len(content)},
            private={"name": row.name},
        )
        written: UUID = recording.write(row.id)
        return written


def _plain(name: str) -> str:
    return "".join(mark for mark in name.strip() if mark.isprintable())[:200] or "document"


def propose(*, act: Act, proposal: Proposal, document_id: UUID | None) -> EntryView:
    """Have money moved by hand, if a second person agrees. Refusals: `Invalid`, `DayClosed`."""
    rules.check(
        debit=proposal.debit,
        credit=proposal.credit,
        currency=proposal.currency,
        amount_minor=proposal.amount_minor,
        reason=proposal.reason,
    )
    with transaction.atomic():
        chain = operator_chain()
        _check_day(proposal.value_on, act)
        if document_id is None or not EntryDocument.objects.filter(id=document_id).exists():
            raise Invalid(field="document_id", accepted="a document that was brought in")
        row = Entry(
            id=new_id(),
            debit=proposal.debit,
            debit_owner=_owner(proposal, proposal.debit),
            credit=proposal.credit,
            credit_owner=_owner(proposal, proposal.credit),
            currency=proposal.currency,
            amount_minor=proposal.amount_minor,
            value_on=proposal.value_on,
            reason=proposal.reason.strip(),
            document_id=document_id,
        )
        return _proposed(act, chain, row)


def reverse(*, act: Act, entry_id: UUID, reason: str) -> EntryView:
    """Propose the opposite of an entry that was posted, on the same document. Refusals: `NotFound`, `ReversedAlready`,
    `Invalid`."""
    with transaction.atomic():
        chain = operator_chain()
        old = Entry.objects.filter(id=entry_id, state="posted").first()
        if old is None:
            raise NotFound
        if Entry.objects.filter(reverses=old, state__in=["proposed", "posted"]).exists():
            raise ReversedAlready
        rules.check(
            debit=old.credit, credit=old.debit, currency=old.currency, amount_minor=old.amount_minor, reason=reason
        )
        row = Entry(
            id=new_id(),
            debit=old.credit,
            debit_owner=old.credit_owner,
            credit=old.debit,
            credit_owner=old.debit_owner,
            currency=old.currency,
            amount_minor=old.amount_minor,
            value_on=local_day(act.now, days.calendar().zone),
            reason=reason.strip(),
            document_id=old.document_id,
            reverses=old,
        )
        return _proposed(act, chain, row)


def _proposed(act: Act, chain: Chain, row: Entry) -> EntryView:
    zone = days.calendar().zone
    row.proposed_by, row.proposed_at = act.actor_id, act.now
    row.due_at = days_after(local_day(act.now, zone), rules.DECIDE_DAYS, zone)
    row.save(force_insert=True)
    recording = Recording(act)
    recording.deadline(
        kind=rules.DECIDE,
        subject=("entry", row.id),
        order_id=None,
        due_at=row.due_at,
        zone=zone,
        who="operator",
        basis={"rule": rules.DECIDE, "amount_minor": row.amount_minor},
    )
    _event(recording, chain, "entry.proposed", row)
    written: EntryView = recording.write(entry_view(row))
    return written


def decide(*, act: Act, entry_id: UUID, verb: str) -> EntryView:
    """`approve` (a second person) or `decline` what was proposed, or `withdraw` it.

    Refusals: `NotFound`, `OutOfState`, `FourEyes`, `EntryNotCovered`, `ClientsMoneyShort`.
    """
    with transaction.atomic():
        found = Entry.objects.filter(id=entry_id).first()
        if found is None:
            raise NotFound
        # The accounts first, then the chain: its lock keeps a second decision out.
        _lock(found)
        chain = operator_chain()
        row = Entry.objects.get(id=entry_id)
        row.state = rules.ENTRY.step(state=row.state, verb=verb, role=act.role)
        recording = Recording(act)
        if verb == "approve":
            rules.check_decider(
                proposed_by=row.proposed_by,
                actor_id=act.actor_id,
                actor_kind=act.actor_kind,
                sandbox=Installation.objects.get().sandbox,
                behind=behind(row.proposed_by),
            )
            _check_money(row)
            debit, credit = _account(row.debit, row.debit_owner, row), _account(row.credit, row.credit_owner, row)
            recording.transfer(Transfer(rules.MOVEMENT, debit, credit, row.amount_minor, subject_id=row.id))
        row.decided_by, row.decided_at = act.actor_id, act.now
        row.save(update_fields=["state", "decided_by", "decided_at"])
        recording.settle(subject_id=row.id, kind=rules.DECIDE)
        _event(recording, chain, f"entry.{row.state}", row)
        written: EntryView = recording.write(entry_view(row))
        return written


def _check_day(value_on: date, act: Act) -> None:
    calendar = days.calendar()
    today = local_day(act.now, calendar.zone)
    if value_on > today:
        raise Invalid(field="value_on", accepted={"not_after": today.isoformat()})
    if calendar.closed_through is not None and value_on <= calendar.closed_through:
        raise DayClosed(field="value_on", closed_through=calendar.closed_through.isoformat())


def _owner(proposal: Proposal, code: str) -> str:
    """Whose the account is, as the chart spells it."""
    match rules.owned(code=code):
        case "supplier":
            known = proposal.owner_id and Organisation.objects.filter(id=proposal.owner_id, kind="supplier").exists()
            if not known or proposal.owner_id is None:
                raise Invalid(field="organisation_id", accepted="a supplier")
            return proposal.owner_id.hex
        case "rail":
            if proposal.rail not in RAILS:
                raise Invalid(field="rail", accepted=list(RAILS))
            return str(proposal.rail)
        case _:
            return "operator"


def _account(code: str, owner: str, row: Entry) -> Account:
    match rules.owned(code=code):
        case "supplier":
            return of_supplier(code, UUID(owner), row.currency)
        case "rail":
            return of_rail(code, owner, row.currency)
        case _:
            return of_operator(code, row.currency)


def _lock(row: Entry) -> None:
    account = _account(row.debit, row.debit_owner, row)
    if account.guarded:
        book.lock(accounts=[account])


def _check_money(row: Entry) -> None:
    """No balance goes below zero, and clients' money stays whole; who made it short already may not make it shorter."""
    account = _account(row.debit, row.debit_owner, row)
    if account.guarded and book.balance(account=account) < row.amount_minor:
        raise EntryNotCovered(
            field="amount_minor", accepted={"at_most": book.balance(account=account)}, currency=row.currency
        )
    before = {one.currency: one for one in clients_money(days.totals(days.standings_now()), brought=audit.brought())}
    there, owed = (
        (before[row.currency].there_minor, before[row.currency].owed_minor) if row.currency in before else (0, 0)
    )
    there += _apart(row.debit, row.amount_minor) - _apart(row.credit, row.amount_minor)
    owed += row.amount_minor * ((row.credit == "payable") - (row.debit == "payable"))
    borne = row.amount_minor * ((row.debit == "operator_loss") - (row.credit == "operator_loss"))
    if there + max(0, borne) < owed:
        raise ClientsMoneyShort(there_minor=there, owed_minor=owed, currency=row.currency)


def _apart(code: str, amount_minor: int) -> int:
    """What an account that is money apart from the operator's own gains by a debit."""
    return amount_minor if code in ("client_bank", "rail_clearing") else 0


def _event(recording: Recording, chain: Chain, name: str, row: Entry) -> None:
    recording.event(
        chain,
        name,
        about={"entry": row.id, "reverses": row.reverses_id, "document": row.document_id},
        data={
            "debit": row.debit,
            "credit": row.credit,
            "amount_minor": row.amount_minor,
            "currency": row.currency,
        },
        private={"reason": row.reason},
    )
