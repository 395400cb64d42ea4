"""The people of a sandbox whom anybody may be: who they are, and what they came for.

It answers nothing in production, where the page that asks does not exist either.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from holdfast.console import words
from holdfast.kernel.identifiers import parse, public
from holdfast.parties.models import Installation, Membership, Person, Staff

DOMAIN = "@demo.holdfast.example"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A made-up person, and what they do here."""

    ref: str
    name: str
    what: str


def people() -> list[Somebody]:
    """Everybody who may be anybody: parties first, then the operator's staff."""
    if not is_sandbox():
        return []
    found = {
        row.id: Somebody(public("per", row.id), row.get_full_name(), "")
        for row in Person.objects.filter(email__endswith=DOMAIN, is_active=True).order_by("date_joined", "id")
    }
    what: dict[UUID, str] = {}
    for member in Membership.objects.filter(person_id__in=found).select_related("organisation").order_by("-id"):
        organisation = member.organisation
        what[member.person_id] = f"{words.word('side', organisation.kind)}, {organisation.name}"
    for staff in Staff.objects.filter(person_id__in=found):
        what[staff.person_id] = _("Operator's staff, %(role)s") % {"role": words.word("side", staff.role).lower()}
    return [Somebody(one.ref, one.name, what.get(key, "")) for key, one in found.items()]


def person(ref: str) -> Person | None:
    """A person of the sandbox by their public name, and nobody else."""
    identifier = parse("per", ref)
    if identifier is None or not is_sandbox():
        return None
    return Person.objects.filter(id=identifier, email__endswith=DOMAIN, is_active=True).first()


def is_made_up(somebody: Person) -> bool:
    """Whether this is one of the people whom anybody may be: they have no password to prove anything with."""
    return is_sandbox() and somebody.email.endswith(DOMAIN) and not somebody.has_usable_password()


def is_sandbox() -> bool:
    """Both the setting and the database must say so."""
    return settings.SANDBOX and Installation.objects.filter(sandbox=True).exists()
