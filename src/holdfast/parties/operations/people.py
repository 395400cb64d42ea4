"""Making an account for somebody else. Signing up oneself is the account library's business."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F

from holdfast.kernel.refusals import Invalid
from holdfast.parties import rules
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
    person = _known(found)
    if person is not None:
        if proven:
            _prove(person, found)
        return person
    try:
        # A rival may make the same account meanwhile, for another organisation: then it is the one there is.
        with transaction.atomic():
            person = Person(email=found, name=name)
            person.set_unusable_password()
            person.save(force_insert=True)
            EmailAddress.objects.create(user=person, email=found, primary=True, verified=proven)
    except IntegrityError:
        person = Person.objects.get(email=found)
        if proven:
            _prove(person, found)
    return person


def _known(email: str) -> Person | None:
    """Whoever has proven the address, be it their second one; else whoever has signed up with it."""
    proven = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    found: Person | None = proven.user if proven is not None else Person.objects.filter(email=email).first()
    return found


def _prove(person: Person, email: str) -> None:
    """The address is theirs, by the operator's word. Nobody had proven it before, so whoever chose the password may be
    somebody else who waits for what is now given: it is chosen anew, by a reset."""
    if EmailAddress.objects.filter(user=person, email=email, verified=True).exists():
        return
    person.set_unusable_password()
    person.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True})


def set_preferences(*, person_id: UUID, name: str, language: str, time_zone: str) -> None:
    """How somebody is named, and in which language and zone they read. Theirs alone: no organisation's record says it.

    Refusal: `Invalid`.
    """
    rules.check_reading(time_zone=time_zone, language=language)
    Person.objects.filter(id=person_id).update(name=name.strip()[:120], language=language, time_zone=time_zone)


def forget_browsers(*, person_id: UUID) -> None:
    """No browser is known any more as one in which they have signed in."""
    Person.objects.filter(id=person_id).update(browsers_forgotten=F("browsers_forgotten") + 1)
