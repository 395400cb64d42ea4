"""A supplier's line and the guarantee behind it: set by a verifier, paid in, withdrawn down to what is required.

Claims draw on it from above; what that leaves short is found here, asked for again, and costs the badge until it is
topped up.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction

from holdfast.kernel.identifiers import creditor_reference, new_id
from holdfast.kernel.money import MAX_MINOR
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.ledger import book
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import Account, of_operator, of_rail, of_supplier
from holdfast.parties import cover, rules
from holdfast.parties.guarantees import GuaranteeView, guarantee_view
from holdfast.parties.models import Guarantee, Organisation
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act
from holdfast.record.chains import Chain, chain_head
from holdfast.record.deadlines import Deadline, is_open
from holdfast.record.recording import Recording

Source = Literal["client_bank", "rail_clearing", "suspense"]
TOP_UP = "guarantee.top_up"


# --- the line ------------------------------------------------------------------------------------------------------


def set_line(
    *, act: Act, organisation_id: UUID, currency: str, line_minor: int, programme: Programme, reason: str
) -> GuaranteeView:
    """A verifier says for how much open cover a supplier is good; the programme says what guarantee that needs.

    Refusals: `NotFound`, `Invalid`, `TierNotCovered`, `CurrencyNotCovered`, `LineTooLong`.
    """
    if not 0 <= line_minor <= MAX_MINOR:
        raise Invalid(field="line_minor", accepted=f"0 to {MAX_MINOR}")
    if not reason.strip():
        raise Invalid(field="reason", accepted="a reason in words")
    with transaction.atomic():
        organisation = Organisation.objects.filter(id=organisation_id, kind="supplier").first()
        if organisation is None:
            raise NotFound
        individual = organisation.individual_cap_minor if organisation.individual_cap_currency == currency else None
        most = programme_rules.line_limit(
            programme=programme, tier=organisation.tier, currency=currency, individual_minor=individual
        )
        if line_minor > most:
            raise rules.LineTooLong(field="line_minor", accepted=f"0 to {most}", currency=currency)
        row = _row(organisation, currency, act.now)
        recording = Recording(act)
        recording.call(
            cover.WRITE,
            cover.line_set(organisation_id=organisation.id, currency=currency, line_minor=line_minor, most_minor=most),
        )
        before = {"line_minor": row.line_minor, "required_minor": row.required_minor}
        row.programme_name, row.programme_version = programme.name, programme.version
        row.by, row.line_minor, row.set_at = programme.guarantee.by, line_minor, act.now
        row.required_minor = programme_rules.guarantee_required(programme=programme, line_minor=line_minor)
        deposit = book.lock(accounts=[_deposit(row)])[_deposit(row)]
        chain = chain_head(kind="organisation", chain_id=organisation.id)
        after = {"line_minor": row.line_minor, "required_minor": row.required_minor}
        _event(recording, chain, row, "guarantee.line_set", {"before": before, "after": after}, reason=reason.strip())
        if deposit < row.required_minor:
            _ask(recording, row, organisation.time_zone)
        _follow(recording, chain, row, organisation, deposit)
        row.save()
        result: GuaranteeView = recording.write(guarantee_view(row, deposit_minor=deposit))
        return result


def _row(organisation: Organisation, currency: str, now: datetime) -> Guarantee:
    """The supplier's row of the currency, locked; one that is still to be written, if there is none."""
    rows = Guarantee.objects.select_for_update().filter(organisation=organisation, currency=currency)
    found = rows.first()
    if found is not None:
        return found
    identifier = new_id()
    # It is written at once, as it begins, so that its life can move on in the same act; a second verifier waits for it.
    first = Guarantee(
        id=identifier,
        organisation=organisation,
        currency=currency,
        programme_name="",
        programme_version=0,
        by="deposit",
        line_minor=0,
        required_minor=0,
        account_id=of_supplier("deposit", organisation.id, currency).id,
        reference=creditor_reference(identifier),
        set_at=now,
    )
    Guarantee.objects.bulk_create([first], ignore_conflicts=True)
    return rows.get()


def _ask(recording: Recording, row: Guarantee, zone: str) -> None:
    """What is missing is to be paid in by a day, or is kept back from releases."""
    if row.by == "credit_hold" and row.state in {"met", "due"}:
        row.state = rules.GUARANTEE.step(state=row.state, verb="build", role="operator")
        row.short_since = None
        recording.settle(subject_id=row.id, kind=TOP_UP, state="void")
    elif row.by == "deposit" and row.state in {"building", "met"}:
        row.state = rules.GUARANTEE.step(state=row.state, verb="ask", role="operator")
        row.short_since = recording.act.now
        _open_deadline(recording, row, zone)


# --- money in and out ----------------------------------------------------------------------------------------------


def paid_in(
    *,
    act: Act,
    organisation_id: UUID,
    currency: str,
    amount_minor: int,
    source: Source,
    rail: str | None = None,
    subject_id: UUID | None = None,
) -> GuaranteeView:
    """Money came for a guarantee: `source` is where it stands now, `rail` names a clearing account, `subject_id` what
    brought it (a line of a statement). Refusal: `NotFound` where the supplier has no line in the currency."""
    account = of_rail(source, rail, currency) if rail and source == "rail_clearing" else of_operator(source, currency)
    return _move(act, organisation_id, currency, amount_minor, "deposit_paid", source=account, subject_id=subject_id)


def pay_in_from_balance(*, act: Act, organisation_id: UUID, currency: str, amount_minor: int) -> GuaranteeView:
    """The supplier puts a part of its balance into its guarantee. Refusals: `NotFound`, `BalanceTooSmall`."""
    payable = of_supplier("payable", organisation_id, currency)
    return _move(act, organisation_id, currency, amount_minor, "credit_held", source=payable)


def withdraw(*, act: Act, organisation_id: UUID, currency: str, amount_minor: int) -> GuaranteeView:
    """The supplier takes back what is above the requirement, onto its balance. Refusals: `NotFound`,
    `GuaranteeNeeded`."""
    return _move(act, organisation_id, currency, amount_minor, "deposit_given_back")


_EVENTS = {
    "deposit_paid": "guarantee.paid_in",
    "credit_held": "guarantee.paid_in",
    "deposit_given_back": "guarantee.withdrawn",
}


def _move(
    act: Act,
    organisation_id: UUID,
    currency: str,
    amount_minor: int,
    kind: str,
    *,
    source: Account | None = None,
    subject_id: UUID | None = None,
) -> GuaranteeView:
    with transaction.atomic():
        row = _locked(organisation_id=organisation_id, currency=currency)
        deposit, payable = _deposit(row), of_supplier("payable", organisation_id, currency)
        held = book.lock(accounts=[deposit, payable])
        if kind == "deposit_given_back":
            most = max(0, held[deposit] - row.required_minor)
            if not 0 < amount_minor <= most:
                raise rules.GuaranteeNeeded(
                    field="amount_minor",
                    accepted=f"1 to {most}",
                    required_minor=row.required_minor,
                    deposit_minor=held[deposit],
                    currency=currency,
                )
        elif source == payable and not 0 < amount_minor <= held[payable]:
            raise rules.BalanceTooSmall(field="amount_minor", accepted=f"1 to {held[payable]}", currency=currency)
        into = payable if kind == "deposit_given_back" else deposit
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        recording = Recording(act)
        recording.transfer(
            Transfer(
                kind, source or deposit, into, amount_minor, subject_id=row.id if subject_id is None else subject_id
            )
        )
        after = held[deposit] + (amount_minor if into == deposit else -amount_minor)
        _event(
            recording,
            chain,
            row,
            _EVENTS[kind],
            {"amount_minor": amount_minor, "deposit_minor": after, "from": source.code if source else "deposit"},
        )
        _follow(recording, chain, row, row.organisation, after)
        row.save()
        result: GuaranteeView = recording.write(guarantee_view(row, deposit_minor=after))
        return result


# --- shortfalls ----------------------------------------------------------------------------------------------------


_OUT_OF_STEP = """
    SELECT g.id FROM parties_guarantee g LEFT JOIN ledger_account a ON a.id = g.account_id
    WHERE (g.state = 'met') <> (coalesce(a.balance_minor, 0) >= g.required_minor) ORDER BY g.id
"""


def review_due(*, act: Act) -> int:
    """Find guarantees that a claim has drawn on, and those that releases have filled; answers how many stepped."""
    with connection.cursor() as cursor:
        cursor.execute(_OUT_OF_STEP)
        found = [row[0] for row in cursor.fetchall()]
    return sum(_review(act, guarantee_id) for guarantee_id in found)


def _review(act: Act, guarantee_id: UUID) -> bool:
    with transaction.atomic():
        row = _locked(id=guarantee_id)
        deposit = book.lock(accounts=[_deposit(row)])[_deposit(row)]
        chain = chain_head(kind="organisation", chain_id=row.organisation_id)
        recording = Recording(act)
        if not _follow(recording, chain, row, row.organisation, deposit):
            return False
        row.save()
        recording.write(None)
        return True


def top_up_due(act: Act, due: Deadline) -> None:
    """A guarantee still lacks something: its supplier is reminded every week, and suspended after three."""
    with transaction.atomic():
        row = _locked(id=due.subject_id)
        deposit = book.lock(accounts=[_deposit(row)])[_deposit(row)]
        chain = chain_head(kind="organisation", chain_id=row.organisation_id)
        if not is_open(deadline_id=due.id):
            return
        recording = Recording(act)
        recording.settle(subject_id=row.id, kind=TOP_UP)
        missing = {"missing_minor": max(0, row.required_minor - deposit)}
        if row.state not in {"due", "short"}:
            _event(recording, chain, row, "guarantee.settled", missing)
        elif deposit >= row.required_minor:
            _follow(recording, chain, row, row.organisation, deposit)
        else:
            row.reminders += 1
            _open_deadline(recording, row, row.organisation.time_zone)
            _event(recording, chain, row, "guarantee.reminded", missing | {"reminder": row.reminders})
            if row.short_since and act.now >= row.short_since + rules.SUSPENDED_AFTER and not row.suspended_at:
                _suspend(recording, chain, row)
        row.save()
        recording.write(None)


def _follow(recording: Recording, chain: Chain, row: Guarantee, organisation: Organisation, deposit_minor: int) -> bool:
    """Take the step that the figures ask for, with what follows from it: a day, or the badge back."""
    verb = rules.guarantee_step(state=row.state, deposit_minor=deposit_minor, required_minor=row.required_minor)
    if verb is None:
        return False
    row.state = rules.GUARANTEE.step(state=row.state, verb=verb, role="clock")
    data: dict[str, Any] = {"deposit_minor": deposit_minor, "required_minor": row.required_minor}
    if verb == "fall_short":
        row.short_since = recording.act.now
        _open_deadline(recording, row, organisation.time_zone)
        _event(recording, chain, row, "guarantee.fell_short", data)
    else:
        row.short_since, row.reminders = None, 0
        recording.settle(subject_id=row.id, kind=TOP_UP)
        _event(recording, chain, row, "guarantee.met", data)
        _restore(recording, chain, row)
    return True


def _suspend(recording: Recording, chain: Chain, row: Guarantee) -> None:
    """No new order is covered until the guarantee is topped up; a standing that a person has set stays theirs."""
    rows = Organisation.objects.filter(id=row.organisation_id, programme_standing="good")
    if rows.update(programme_standing="suspended"):
        row.suspended_at = recording.act.now
        _standing(recording, chain, row, "good", "suspended")


def _restore(recording: Recording, chain: Chain, row: Guarantee) -> None:
    if row.suspended_at is None:
        return
    row.suspended_at = None
    others = Guarantee.objects.filter(organisation_id=row.organisation_id, suspended_at__isnull=False).exclude(
        id=row.id
    )
    if others.exists():
        return
    rows = Organisation.objects.filter(id=row.organisation_id, programme_standing="suspended")
    if rows.update(programme_standing="good"):
        _standing(recording, chain, row, "suspended", "good")


def _standing(recording: Recording, chain: Chain, row: Guarantee, before: str, after: str) -> None:
    changes = {"before": {"programme_standing": before}, "after": {"programme_standing": after}}
    _event(recording, chain, row, "organisation.standing_set", {**changes, "because": "guarantee"})


def _locked(**which: Any) -> Guarantee:
    row = Guarantee.objects.select_for_update(of=("self",)).select_related("organisation").filter(**which).first()
    if row is None:
        raise NotFound
    return row


def _deposit(row: Guarantee) -> Account:
    return of_supplier("deposit", row.organisation_id, row.currency)


def _open_deadline(recording: Recording, row: Guarantee, zone: str) -> None:
    recording.deadline(
        kind=TOP_UP,
        subject=("guarantee", row.id),
        order_id=None,
        due_at=recording.act.now + rules.TOP_UP_REMINDER,
        zone=zone,
        who="supplier",
        basis={"rule": "guarantee.deposit_percent", "required_minor": row.required_minor, "currency": row.currency},
    )


def _event(
    recording: Recording, chain: Chain, row: Guarantee, name: str, data: dict[str, Any], *, reason: str = ""
) -> None:
    recording.event(
        chain,
        name,
        about={"organisation": row.organisation_id, "guarantee": row.id},
        data={"currency": row.currency, "state": row.state, **data},
        private={"reason": reason} if reason else None,
    )
