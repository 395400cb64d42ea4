"""Making an account for somebody else. Signing up oneself is the account library's business."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from holdfast.kernel.refusals import Invalid
from holdfast.parties.models import Person


def address(text: str) -> str:
    """An e-mail address in the one spelling in which addresses are compared. Refusal: `Invalid`."""
    found = text.strip().lower()
    try:
        validate_email(found)
    except ValidationError as error:
        raise Invalid(field="email", accepted="an e-mail address") from error
    return found


def ensure_person(*, email: str, name: str, proven: bool) -> Person:
    """The person with this address, made without a password if there is none: it is then set by a reset.

    `proven` is for the operator's word that the address is theirs.
    """
    found = address(email)
    person = Person.objects.filter(email=found).first()
    if person is None:
        person = Person(email=found, name=name)
        person.set_unusable_password()
        person.save(force_insert=True)
        EmailAddress.objects.create(user=person, email=found, primary=True, verified=proven)
    return person
