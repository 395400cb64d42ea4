"""What finance and administrators record for papers: who invoices, tax rules, numbers of accounts; and what an
organisation records of itself for its invoices. Each is a new row: what held before can still be read.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid
from holdfast.ledger.chart import ACCOUNTS
from holdfast.parties.rules import countries
from holdfast.record.act import Act
from holdfast.record.chains import chain_head, operator_chain
from holdfast.record.recording import Recording
from holdfast.treasury.models import AccountNumber, Billing, Seller, TaxRule
from holdfast.treasury.papers import rules


@dataclass(frozen=True, slots=True)
class Legal:
    """An organisation as the law knows it, as somebody typed it."""

    legal_name: str
    address: str
    country: str
    registration_number: str = ""
    vat_number: str = ""


def _checked(legal: Legal) -> dict[str, str]:
    """Refusal: `Invalid`."""
    if not legal.legal_name.strip():
        raise Invalid(field="legal_name", accepted="the name as registered")
    if legal.country not in countries():
        raise Invalid(field="country", found=legal.country, accepted="ISO 3166-1 alpha-2, like NL")
    return {
        "legal_name": legal.legal_name.strip(),
        "address": "\n".join(line.strip() for line in legal.address.splitlines() if line.strip()),
        "country": legal.country,
        "registration_number": legal.registration_number.strip(),
        "vat_number": rules.check_tax_number(country=legal.country, number=legal.vat_number.strip()),
    }


def set_seller(*, act: Act, legal: Legal, prefix: str) -> Seller:
    """Record who invoices from now on, and what its numbers begin with. Refusal: `Invalid`."""
    values = _checked(legal)
    if not values["address"]:
        raise Invalid(field="address", accepted="the address as registered")
    rules.check_prefix(prefix)
    with transaction.atomic():
        chain = operator_chain()
        row = Seller.objects.create(id=new_id(), prefix=prefix, recorded_at=act.now, recorded_by=act.actor_id, **values)
        recording = Recording(act)
        recording.event(
            chain, "seller.recorded", about={}, data={"country": row.country, "prefix": prefix}, private=values
        )
        result: Seller = recording.write(row)
        return result


def set_tax_rule(*, act: Act, country: str, treatment: str, percent: Decimal, valid_from: date) -> TaxRule:
    """Record how fees are taxed for a country's customers from a day on. Refusal: `Invalid`."""
    rules.check_rule(treatment=treatment, percent=percent)
    if country != rules.ANYWHERE and country not in countries():
        raise Invalid(field="country", found=country, accepted="ISO 3166-1 alpha-2, like NL, or * for any other")
    with transaction.atomic():
        chain = operator_chain()
        row = TaxRule.objects.create(
            id=new_id(),
            country=country,
            treatment=treatment,
            percent=percent,
            valid_from=valid_from,
            recorded_at=act.now,
            recorded_by=act.actor_id,
        )
        data = {
            "country": country,
            "treatment": treatment,
            "percent": str(percent),
            "valid_from": valid_from.isoformat(),
        }
        recording = Recording(act)
        recording.event(chain, "tax_rule.recorded", about={"rule": row.id}, data=data)
        result: TaxRule = recording.write(row)
        return result


def set_billing(*, act: Act, organisation_id: UUID, legal: Legal) -> Billing:
    """Record whom an organisation's invoices are made out to from now on. Refusal: `Invalid`."""
    values = _checked(legal)
    with transaction.atomic():
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        row = Billing.objects.create(
            id=new_id(), organisation_id=organisation_id, recorded_at=act.now, recorded_by=act.actor_id, **values
        )
        recording = Recording(act)
        recording.event(
            chain,
            "billing.recorded",
            about={"organisation": organisation_id},
            data={"country": row.country},
            private=values,
        )
        result: Billing = recording.write(row)
        return result


def set_account_number(*, act: Act, code: str, number: str, name: str) -> AccountNumber:
    """Record under which number and name the bookkeeper keeps an account. Refusal: `Invalid`."""
    if code not in ACCOUNTS:
        raise Invalid(field="code", found=code, accepted=sorted(ACCOUNTS))
    if not number.isalnum() or not number.isascii() or len(number) > 12:
        raise Invalid(field="number", found=number, accepted="1 to 12 letters and digits")
    if not name.strip():
        raise Invalid(field="name", accepted="a name")
    with transaction.atomic():
        chain = operator_chain()
        row = AccountNumber.objects.create(
            id=new_id(), code=code, number=number, name=name.strip(), recorded_at=act.now, recorded_by=act.actor_id
        )
        recording = Recording(act)
        recording.event(chain, "account_number.recorded", about={}, data={"code": code, "number": number})
        result: AccountNumber = recording.write(row)
        return result
