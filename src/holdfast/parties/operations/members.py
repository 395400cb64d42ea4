"""Members of an organisation: invited by its owner or added by the operator; one owner always stays."""

from uuid import UUID

from django.db import IntegrityError, transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotAllowed, NotFound
from holdfast.parties import rules
from holdfast.parties.models import Invitation, Membership, Organisation
from holdfast.parties.operations.people import address, ensure_person
from holdfast.parties.queries import InvitationView, MemberView, invitation_view, member_view
from holdfast.record.act import Act
from holdfast.record.chains import chain_head
from holdfast.record.recording import Recording


def add_member(*, act: Act, organisation_id: UUID, email: str, name: str, role: str) -> MemberView:
    """The operator's way: the person belongs at once, and gets an account if there is none."""
    rules.check_choice(field="role", value=role, accepted=rules.MEMBER_ROLES)
    with transaction.atomic():
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        organisation = _organisation(organisation_id)
        person = ensure_person(email=email, name=name, proven=True)
        row = Membership(id=new_id(), person=person, organisation=organisation, role=role, created_at=act.now)
        _insert(row)
        recording = Recording(act)
        recording.event(
            chain,
            "member.added",
            about={"organisation": organisation_id, "member": row.id, "person": person.id},
            data={"role": role},
        )
        result: MemberView = recording.write(member_view(row))
        return result


def invite_member(*, act: Act, organisation_id: UUID, email: str, role: str) -> InvitationView:
    """The owner's way: whoever proves the address may take the role up within 14 days.

    A second invitation to the same address replaces the first. Nothing tells whether the address has an account.
    """
    rules.check_choice(field="role", value=role, accepted=rules.MEMBER_ROLES)
    found = address(email)
    with transaction.atomic():
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        organisation = _organisation(organisation_id)
        if Membership.objects.filter(organisation=organisation, person__email=found).exists():
            raise rules.AlreadyMember(field="email")
        Invitation.objects.filter(
            organisation=organisation, email=found, accepted_at__isnull=True, withdrawn_at__isnull=True
        ).update(withdrawn_at=act.now)
        row = Invitation.objects.create(
            id=new_id(),
            organisation=organisation,
            email=found,
            role=role,
            invited_by=act.actor_id,
            created_at=act.now,
            expires_at=act.now + rules.INVITATION_STANDS,
        )
        recording = Recording(act)
        recording.event(
            chain,
            "member.invited",
            about={"organisation": organisation_id, "invitation": row.id},
            data={"role": role},
            private={"email": found},
        )
        result: InvitationView = recording.write(invitation_view(row))
        return result


def withdraw_invitation(*, act: Act, organisation_id: UUID, invitation_id: UUID) -> InvitationView:
    """The owner takes an open invitation back."""
    with transaction.atomic():
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        row = _invitation(invitation_id)
        if row.organisation_id != organisation_id:
            raise NotFound
        _check_open(row, act)
        row.withdrawn_at = act.now
        row.save(update_fields=["withdrawn_at"])
        recording = Recording(act)
        about = {"organisation": organisation_id, "invitation": row.id}
        recording.event(chain, "member.invitation_withdrawn", about=about)
        result: InvitationView = recording.write(invitation_view(row))
        return result


def accept_invitation(*, act: Act, invitation_id: UUID, emails: frozenset[str]) -> MemberView:
    """The invited person, who has proven one of `emails`, becomes a member."""
    if act.actor_kind != "person" or act.actor_id is None:
        raise NotAllowed(accepted=["person"])
    with transaction.atomic():
        organisation_id = Invitation.objects.filter(id=invitation_id, email__in=emails).values_list(
            "organisation_id", flat=True
        )
        if not organisation_id:
            raise NotFound
        chain = chain_head(kind="organisation", chain_id=organisation_id[0])
        invitation = _invitation(invitation_id)
        _check_open(invitation, act)
        row = Membership(
            id=new_id(),
            person_id=act.actor_id,
            organisation_id=invitation.organisation_id,
            role=invitation.role,
            created_at=act.now,
        )
        _insert(row)
        invitation.accepted_at = act.now
        invitation.save(update_fields=["accepted_at"])
        recording = Recording(act)
        recording.event(
            chain,
            "member.added",
            about={
                "organisation": invitation.organisation_id,
                "invitation": invitation.id,
                "member": row.id,
                "person": act.actor_id,
            },
            data={"role": row.role},
        )
        result: MemberView = recording.write(member_view(row))
        return result


def change_role(*, act: Act, member_id: UUID, role: str) -> MemberView:
    """Another role in the same organisation. Refusal: `LastOwner`."""
    rules.check_choice(field="role", value=role, accepted=rules.MEMBER_ROLES)
    return _alter(act, member_id, role)


def remove_member(*, act: Act, member_id: UUID) -> MemberView:
    """The person leaves the organisation. Refusal: `LastOwner`."""
    return _alter(act, member_id, None)


def _alter(act: Act, member_id: UUID, role: str | None) -> MemberView:
    with transaction.atomic():
        organisation_id = Membership.objects.filter(id=member_id).values_list("organisation_id", flat=True).first()
        if organisation_id is None:
            raise NotFound
        # The chain's lock first: two owners who remove each other come one after the other.
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        row = Membership.objects.select_related("person").filter(id=member_id).first()
        if row is None:
            raise NotFound
        owners = Membership.objects.filter(organisation_id=organisation_id, role="owner").count()
        rules.check_owner_stays(role=row.role, new_role=role, owners=owners)
        before, view = row.role, member_view(row)
        if role is None:
            row.delete()
        else:
            row.role = role
            row.save(update_fields=["role"])
            view = member_view(row)
        recording = Recording(act)
        recording.event(
            chain,
            "member.removed" if role is None else "member.role_changed",
            about={"organisation": organisation_id, "member": member_id, "person": row.person_id},
            data={"before": before, "after": role},
        )
        result: MemberView = recording.write(view)
        return result


def _organisation(organisation_id: UUID) -> Organisation:
    found = Organisation.objects.filter(id=organisation_id).first()
    if found is None:
        raise NotFound
    return found


def _invitation(invitation_id: UUID) -> Invitation:
    found = Invitation.objects.select_related("organisation").filter(id=invitation_id).first()
    if found is None:
        raise NotFound
    return found


def _check_open(row: Invitation, act: Act) -> None:
    if row.accepted_at is not None or row.withdrawn_at is not None or row.expires_at <= act.now:
        raise rules.InvitationEnded


def _insert(row: Membership) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "parties_membership_once" in str(error):
            raise rules.AlreadyMember(field="email") from error
        raise
