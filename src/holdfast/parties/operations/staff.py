"""The operator's staff: roles given and taken by an administrator, on the operator's chain."""

from uuid import UUID

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound
from holdfast.parties import rules
from holdfast.parties.models import Person, Staff
from holdfast.parties.operations.people import ensure_person
from holdfast.parties.queries import StaffView, staff_view
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording


def grant_staff(*, act: Act, email: str, name: str, role: str) -> StaffView:
    """Give somebody a staff role; an account is made if there is none."""
    rules.check_choice(field="role", value=role, accepted=rules.STAFF_ROLES)
    with transaction.atomic():
        chain = operator_chain()
        person = ensure_person(email=email, name=name, proven=True)
        if Staff.objects.filter(person=person, role=role).exists():
            raise rules.AlreadyStaff(field="role")
        row = Staff.objects.create(id=new_id(), person=person, role=role, granted_at=act.now)
        recording = Recording(act)
        recording.event(chain, "staff.granted", about={"person": person.id}, data={"role": role})
        result: StaffView = recording.write(staff_view(row))
        return result


def withdraw_staff(*, act: Act, person_id: UUID, role: str) -> StaffView:
    """Take a staff role back. Refusals: `NotStaff`, `LastAdministrator`."""
    with transaction.atomic():
        chain = operator_chain()
        if not Person.objects.filter(id=person_id).exists():
            raise NotFound
        row = Staff.objects.select_related("person").filter(person_id=person_id, role=role).first()
        if row is None:
            raise rules.NotStaff(field="role")
        if role == "administrator" and Staff.objects.filter(role=role, person__is_active=True).count() <= 1:
            raise rules.LastAdministrator
        view = staff_view(row)
        row.delete()
        recording = Recording(act)
        recording.event(chain, "staff.withdrawn", about={"person": person_id}, data={"role": role})
        result: StaffView = recording.write(view)
        return result
