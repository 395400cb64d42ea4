"""Bank accounts that payouts may go to: added by a member, verified by a second person of the operator's staff."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.money import currencies
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.parties import rules
from holdfast.parties.models import Beneficiary, Installation, Organisation
from holdfast.parties.queries import BeneficiaryView, beneficiary_view
from holdfast.record.act import Act
from holdfast.record.chains import chain_head
from holdfast.record.recording import Recording


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
        if not Organisation.objects.filter(id=organisation_id).exists():
            raise NotFound
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
            created_at=act.now,
            external_id=external_id,
            metadata=metadata or {},
        )
        recording = Recording(act)
        recording.event(
            chain,
            "beneficiary.added",
            about={"organisation": organisation_id, "beneficiary": row.id},
            data={"currency": currency},
            private={
                "name": row.name,
                "account": {"iban": row.iban, "bic": row.bic, "account": row.account, "bank": row.bank},
            },
        )
        result: BeneficiaryView = recording.write(beneficiary_view(row))
        return result


def verify_beneficiary(*, act: Act, beneficiary_id: UUID) -> BeneficiaryView:
    """A second person looked at the account and its holder. Refusal: `FourEyes`."""
    return _move(act, beneficiary_id, "verify")


def withdraw_beneficiary(*, act: Act, beneficiary_id: UUID) -> BeneficiaryView:
    """Nothing more is paid to this account."""
    return _move(act, beneficiary_id, "withdraw")


def _move(act: Act, beneficiary_id: UUID, verb: str) -> BeneficiaryView:
    with transaction.atomic():
        organisation_id = (
            Beneficiary.objects.filter(id=beneficiary_id).values_list("organisation_id", flat=True).first()
        )
        if organisation_id is None:
            raise NotFound
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        row = Beneficiary.objects.get(id=beneficiary_id)
        target = rules.BENEFICIARY.step(state=row.state, verb=verb, role=act.role)
        if verb == "verify":
            rules.check_second_person(
                added_by=row.added_by,
                actor_id=act.actor_id,
                actor_kind=act.actor_kind,
                sandbox=Installation.objects.get().sandbox,
            )
            row.verified_at, row.verified_by = act.now, act.actor_id
        else:
            row.withdrawn_at = act.now
        row.state = target
        row.save(update_fields=["state", "verified_at", "verified_by", "withdrawn_at"])
        recording = Recording(act)
        recording.event(
            chain,
            f"beneficiary.{target}",
            about={"organisation": organisation_id, "beneficiary": row.id},
            data={"currency": row.currency},
        )
        result: BeneficiaryView = recording.write(beneficiary_view(row))
        return result
