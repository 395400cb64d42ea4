"""Bank accounts that payouts may go to: added by a member, verified by a second person of the operator's staff.

An account that takes the place of another waits out a cooling-off after that, in which any owner and the operator can
stop it. It knows nothing of orders: who is told besides the organisation is decided above.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.money import currencies
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.parties import rules
from holdfast.parties.hands import behind
from holdfast.parties.models import Beneficiary, Installation, Membership, Organisation
from holdfast.parties.names import Comparison, compared
from holdfast.parties.queries import BeneficiaryView, beneficiary_view
from holdfast.record.act import Act
from holdfast.record.chains import Chain, chain_head
from holdfast.record.recording import Recording

USABLE, TELL = "beneficiary.usable", "beneficiary.tell"
"""Deadlines of a changed account: when it may be paid to, and that those whom it concerns are told of it at once."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where the money goes: an IBAN (and BIC), or a local account number with its bank's BIC or name."""

    iban: str = ""
    bic: str = ""
    account: str = ""
    bank: str = ""


def checked(account: Account) -> Account:
    """The account in electronic spelling, check digits verified. Refusal: `Invalid`."""
    if bool(account.iban) == bool(account.account):
        raise Invalid(field="iban", accepted="an IBAN or a local account number, one of them")
    iban, bic = "", ""
    if account.iban:
        try:
            iban = str(IBAN(account.iban, validate_bban=True))
        except SchwiftyException as error:
            raise Invalid(field="iban", accepted="an IBAN with right check digits") from error
    if account.bic:
        try:
            bic = str(BIC(account.bic))
        except SchwiftyException as error:
            raise Invalid(field="bic", accepted="a BIC of 8 or 11 characters") from error
    if account.account and not (bic or account.bank.strip()):
        raise Invalid(field="bic", accepted="the bank's BIC or its name, beside a local account number")
    return Account(iban, bic, account.account.strip(), account.bank.strip())


def add_beneficiary(
    *,
    act: Act,
    organisation_id: UUID,
    name: str,
    currency: str,
    account: Account,
    external_id: str | None = None,
    metadata: dict[str, Any] | None = None,
) -> BeneficiaryView:
    """Name a bank account. Nothing is paid to it before somebody else verified it."""
    if currency not in currencies():
        raise Invalid(field="currency", accepted="an ISO 4217 currency in use")
    if not name.strip():
        raise Invalid(field="name", accepted="1 to 140 characters")
    account = checked(account)
    with transaction.atomic():
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        company = Organisation.objects.filter(id=organisation_id).values_list("name", flat=True).first()
        if company is None:
            raise NotFound
        likeness = compared(holder=name, company=company)
        row = Beneficiary.objects.create(
            id=new_id(),
            organisation_id=organisation_id,
            name=name.strip(),
            currency=currency,
            iban=account.iban,
            bic=account.bic,
            account=account.account,
            bank=account.bank,
            state=rules.BENEFICIARY.initial,
            added_by=act.actor_id,
            name_match=likeness.outcome,
            name_match_why=likeness.why,
            created_at=act.now,
            external_id=external_id,
            metadata=metadata or {},
        )
        recording = Recording(act)
        recording.event(
            chain,
            "beneficiary.added",
            about={"organisation": organisation_id, "beneficiary": row.id},
            data={"currency": currency, "name_match": likeness.outcome},
            private={
                "name": row.name,
                "account": {"iban": row.iban, "bic": row.bic, "account": row.account, "bank": row.bank},
            },
        )
        result: BeneficiaryView = recording.write(beneficiary_view(row))
        return result


def verify_beneficiary(*, act: Act, beneficiary_id: UUID, reason: str = "") -> BeneficiaryView:
    """A second person looked at the account and its holder. The first account in a currency is paid to at once; one
    that comes after another waits out the cooling-off first (`cooling`).

    Refusals: `FourEyes`, `NameNotMatched` where the names differ and no reason is given.
    """
    with transaction.atomic():
        row, chain = _locked(beneficiary_id)
        changes = _replaces(row)
        target = rules.BENEFICIARY.step(state=row.state, verb="cool" if changes else "verify", role=act.role)
        rules.check_second_person(
            added_by=row.added_by,
            actor_id=act.actor_id,
            actor_kind=act.actor_kind,
            sandbox=Installation.objects.get().sandbox,
            is_member=_is_member(act.actor_id, row.organisation_id),
            behind=behind(row.added_by),
        )
        likeness = _likeness(row)
        rules.check_name(outcome=likeness.outcome, reason=reason)
        row.state, row.verified_at, row.verified_by = target, act.now, act.actor_id
        row.usable_at = act.now + rules.COOLING_OFF if changes else act.now
        row.name_match, row.name_match_why = likeness.outcome, likeness.why
        row.match_reason = reason.strip()
        recording = Recording(act)
        if changes:
            _deadline(recording, row, USABLE, row.usable_at)
            _deadline(recording, row, TELL, act.now)
        said = {"name_match": likeness.outcome, "usable_at": rfc3339(row.usable_at)}
        private = {"reason": row.match_reason} if row.match_reason else None
        return _written(recording, chain, row, said, private)


def use_beneficiary(*, act: Act, beneficiary_id: UUID) -> BeneficiaryView:
    """The cooling-off is over and nobody stopped it: the clock lets the account be paid to. Refusal: `OutOfState`."""
    with transaction.atomic():
        row, chain = _locked(beneficiary_id)
        row.state = rules.BENEFICIARY.step(state=row.state, verb="use", role=act.role)
        recording = Recording(act)
        recording.settle(subject_id=row.id, kind=USABLE)
        return _written(recording, chain, row, {})


def withdraw_beneficiary(*, act: Act, beneficiary_id: UUID) -> BeneficiaryView:
    """Nothing more is paid to this account; one that is cooling off is stopped by it."""
    with transaction.atomic():
        row, chain = _locked(beneficiary_id)
        row.state = rules.BENEFICIARY.step(state=row.state, verb="withdraw", role=act.role)
        row.withdrawn_at = act.now
        recording = Recording(act)
        recording.settle(subject_id=row.id, kind=USABLE, state="void")
        return _written(recording, chain, row, {})


def _locked(beneficiary_id: UUID) -> tuple[Beneficiary, Chain]:
    """The account and the head of its organisation's chain, whose lock puts all that happens to both in a row."""
    organisation_id = Beneficiary.objects.filter(id=beneficiary_id).values_list("organisation_id", flat=True).first()
    if organisation_id is None:
        raise NotFound
    chain = chain_head(kind="organisation", chain_id=organisation_id)
    return Beneficiary.objects.get(id=beneficiary_id), chain


def _replaces(row: Beneficiary) -> bool:
    """Whether another account of theirs was ever verified in this currency, in use still or not."""
    others = Beneficiary.objects.filter(
        organisation_id=row.organisation_id, currency=row.currency, verified_at__isnull=False
    )
    return others.exclude(id=row.id).exists()


def _is_member(person_id: UUID | None, organisation_id: UUID) -> bool:
    if person_id is None:
        return False
    return Membership.objects.filter(person_id=person_id, organisation_id=organisation_id).exists()


def _likeness(row: Beneficiary) -> Comparison:
    return compared(holder=row.name, company=Organisation.objects.get(id=row.organisation_id).name)


def _deadline(recording: Recording, row: Beneficiary, kind: str, due_at: datetime) -> None:
    recording.deadline(
        kind=kind,
        subject=("beneficiary", row.id),
        order_id=None,
        due_at=due_at,
        zone="UTC",
        who="operator",
        basis={"rule": "beneficiary.cooling_off", "currency": row.currency},
    )


def _written(
    recording: Recording,
    chain: Chain,
    row: Beneficiary,
    said: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
) -> BeneficiaryView:
    row.save(
        update_fields=[
            "state",
            "verified_at",
            "verified_by",
            "usable_at",
            "withdrawn_at",
            "name_match",
            "name_match_why",
            "match_reason",
        ]
    )
    recording.event(
        chain,
        f"beneficiary.{row.state}",
        about={"organisation": row.organisation_id, "beneficiary": row.id},
        data={"currency": row.currency, **said},
        private=private,
    )
    result: BeneficiaryView = recording.write(beneficiary_view(row))
    return result
