"""The operator's own accounts at banks: known before a statement of theirs is taken in."""

import re

from django.db import transaction
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.money import currencies
from holdfast.kernel.refusals import Invalid, Refusal
from holdfast.rails.bank.rules import HOLDS
from holdfast.rails.models import BankAccount
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording

_NUMBER = re.compile(r"[A-Z0-9]{4,34}")


class BankAccountKnown(Refusal):
    """There is an account with this number in this currency."""


def add_bank_account(
    *, act: Act, name: str, number: str, currency: str, bic: str = "", holds: str = "clients"
) -> BankAccount:
    """An account whose statements will be taken in; `number` is an IBAN or another number. Refusals: `Invalid`,
    `BankAccountKnown`."""
    number = _number(number)
    bic = "".join(bic.split()).upper()
    if currency not in currencies():
        raise Invalid(field="currency", found=currency, accepted="an ISO 4217 currency in use")
    if holds not in HOLDS:
        raise Invalid(field="holds", found=holds, accepted=list(HOLDS))
    if bic and not _is_bic(bic):
        raise Invalid(field="bic", found=bic, accepted="a BIC of 8 or 11 characters")
    if not name.strip():
        raise Invalid(field="name", found="nothing", accepted="a name for people")
    with transaction.atomic():
        chain = operator_chain()
        if BankAccount.objects.filter(number=number, currency=currency).exists():
            raise BankAccountKnown(field="number", found=f"{number} {currency}", accepted="another account")
        row = BankAccount.objects.create(
            id=new_id(), name=name.strip(), number=number, bic=bic, currency=currency, holds=holds, added_at=act.now
        )
        recording = Recording(act)
        recording.event(
            chain,
            "bank_account.added",
            about={"bank_account": row.id},
            data={"currency": currency, "holds": holds},
            private={"number": number, "name": row.name},
        )
        return recording.write(row)


def _number(text: str) -> str:
    number = "".join(text.split()).upper()
    if re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", number):
        try:
            return str(IBAN(number).compact)
        except SchwiftyException as error:
            raise Invalid(field="number", found=number, accepted="an IBAN whose check digits are right") from error
    if not _NUMBER.fullmatch(number):
        raise Invalid(field="number", found=number[:40], accepted="an IBAN, or 4 to 34 letters and digits")
    return number


def _is_bic(bic: str) -> bool:
    try:
        BIC(bic)
    except SchwiftyException:
        return False
    return True
