"""The installation: founded once, and in a sandbox its clock moved forward."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.ledger import days
from holdfast.parties import outer_key, rules
from holdfast.parties.models import Installation, Organisation, Person, Staff
from holdfast.parties.operations.people import address
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording


class AlreadyFounded(Refusal):
    """This database has its installation already; it is written once."""


@dataclass(frozen=True, slots=True)
class Founded:
    """What came into being."""

    administrator_id: UUID
    operator_organisation_id: UUID
    sandbox: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a sandbox's clock stands."""

    offset_seconds: int
    now: datetime


def found_installation(
    *,
    now: datetime,
    sandbox: bool,
    operator_name: str,
    country: str,
    time_zone: str,
    programme: str,
    admin_email: str,
    admin_name: str,
    password: str,
) -> Founded:
    """The row that says what this database is, the operator's organisation, and the first administrator."""
    email = address(admin_email)
    rules.check_place(country=country, time_zone=time_zone, language="en")
    act = Act(now, "system", None, None, "operator")
    with transaction.atomic():
        # The chain's lock: of two that start at once, the second finds the first one's row.
        chain = operator_chain()
        if Installation.objects.exists():
            raise AlreadyFounded
        Installation.objects.create(
            id=new_id(), sandbox=sandbox, operator_name=operator_name, programme=programme, created_at=now
        )
        operator = Organisation.objects.create(
            id=new_id(),
            name=operator_name,
            kind="operator",
            country=country,
            time_zone=time_zone,
            language="en",
            created_at=now,
        )
        days.set_zone(zone=time_zone)
        person = Person(id=new_id(), email=email, name=admin_name, time_zone=time_zone)
        person.set_password(password)
        person.save(force_insert=True)
        EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
        Staff.objects.create(id=new_id(), person=person, role="administrator", granted_at=now)
        outer_key.remember(now=now)
        recording = Recording(act)
        recording.event(
            chain,
            "installation.founded",
            about={"organisation": operator.id, "person": person.id},
            data={"sandbox": sandbox, "programme": programme, "country": country, "time_zone": time_zone},
            private={"operator_name": operator_name},
        )
        result: Founded = recording.write(Founded(person.id, operator.id, sandbox))
        return result


def advance_clock(*, act: Act, seconds: int) -> Moved:
    """Move a sandbox's clock forward by at most 400 days. Refusals: `NotASandbox`, `Invalid`."""
    with transaction.atomic():
        chain = operator_chain()
        row = Installation.objects.select_for_update().first()
        if row is None:
            raise NotFound
        before = row.clock_offset_seconds
        row.clock_offset_seconds = rules.clock_after(sandbox=row.sandbox, offset_seconds=before, seconds=seconds)
        row.save(update_fields=["clock_offset_seconds"])
        recording = Recording(act)
        recording.event(chain, "clock.advanced", about={}, data={"before": before, "after": row.clock_offset_seconds})
        moved = Moved(row.clock_offset_seconds, act.now + timedelta(seconds=seconds))
        result: Moved = recording.write(moved)
        return result
