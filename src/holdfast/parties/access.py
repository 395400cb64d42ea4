"""The gates: who is calling, and whether a thing may be touched by them. Objects are obtained only through here.

What is not yours does not exist: a foreign ID, a malformed one and an unknown one get the same `NotFound`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from holdfast.kernel import clock
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotAllowed, NotFound
from holdfast.parties import keys, rules
from holdfast.parties.models import (
    ApiKey,
    Beneficiary,
    Consent,
    Installation,
    Invitation,
    Membership,
    Organisation,
    Staff,
)
from holdfast.record.act import Act, Command


@dataclass(frozen=True, slots=True)
class Through:
    """The marketplace whose key acts for an organisation, and the consent by which it may."""

    marketplace_id: UUID
    consent_id: UUID


@dataclass(frozen=True, slots=True)
class Caller:
    """A person or a key, acting for one organisation or as the operator's staff."""

    kind: str
    id: UUID
    name: str
    organisation_id: UUID | None
    organisation_kind: str | None
    member_role: str | None
    staff: frozenset[str]
    scopes: frozenset[str] | None
    sign_limit_minor: int | None
    sign_limit_currency: str | None
    now: datetime
    sandbox: bool
    through: Through | None = None

    def act(self, *, role: str, command: Command | None = None) -> Act:
        """What an operation is handed; `role` is the part played in the noun's lifecycle."""
        through_id = None if self.through is None else self.through.marketplace_id
        return Act(self.now, self.kind, self.id, self.organisation_id, role, command, through_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """A thing that passed its gate: its ID, the organisation it belongs to, and in which role the caller is there."""

    id: UUID
    organisation_id: UUID
    role: str


def caller_for_key(*, found: keys.Found) -> Caller:
    """A key that was proven. It acts as a trader; the operator's scope makes it the operator, and one that stands for
    a mediator decides as that person. A marketplace's acts for whoever consented, within the consent."""
    if found.consent is not None:
        return _served_caller(found, found.consent)
    powers = rules.key_powers(
        organisation_kind=found.organisation_kind, scopes=found.scopes, is_mediators=found.is_mediators
    )
    return Caller(
        kind="key",
        id=found.key_id,
        name=found.name,
        organisation_id=found.organisation_id,
        organisation_kind=found.organisation_kind,
        member_role="trader",
        staff=powers,
        scopes=found.scopes,
        sign_limit_minor=found.sign_limit_minor,
        sign_limit_currency=found.sign_limit_currency,
        now=clock.read(offset_seconds=found.clock_offset_seconds),
        sandbox=found.sandbox,
    )


def _served_caller(found: keys.Found, consent: keys.Consented) -> Caller:
    limit = rules.lesser_limit(
        (found.sign_limit_minor, found.sign_limit_currency), (consent.sign_limit_minor, consent.sign_limit_currency)
    )
    return Caller(
        kind="key",
        id=found.key_id,
        name=found.name,
        organisation_id=consent.organisation_id,
        organisation_kind=consent.organisation_kind,
        member_role="trader",
        staff=frozenset(),
        scopes=rules.under_consent(key=found.scopes, consent=consent.scopes),
        sign_limit_minor=limit[0],
        sign_limit_currency=limit[1],
        now=clock.read(offset_seconds=found.clock_offset_seconds),
        sandbox=found.sandbox,
        through=Through(found.organisation_id, consent.id),
    )


def caller_for_person(*, person_id: UUID, name: str, organisation_ref: str | None) -> Caller:
    """A person who signed in, acting for the chosen organisation, or as staff when none is chosen.

    Staff powers rest while somebody acts for a party, so that nobody judges an order as both.
    """
    installation = Installation.objects.get()
    membership = None
    if organisation_ref is not None:
        membership = (
            Membership.objects.select_related("organisation")
            .filter(person_id=person_id, organisation_id=_named("org", organisation_ref))
            .first()
        )
        if membership is None:
            raise NotFound(field="organisation")
    staff: frozenset[str] = frozenset()
    if membership is None or membership.organisation.kind == "operator":
        staff = frozenset(Staff.objects.filter(person_id=person_id).values_list("role", flat=True))
    return Caller(
        kind="person",
        id=person_id,
        name=name,
        organisation_id=membership.organisation_id if membership else None,
        organisation_kind=membership.organisation.kind if membership else None,
        member_role=membership.role if membership else None,
        staff=staff,
        scopes=None,
        sign_limit_minor=None,
        sign_limit_currency=None,
        now=clock.read(offset_seconds=installation.clock_offset_seconds),
        sandbox=installation.sandbox,
    )


def _named(prefix: str, ref: object) -> UUID:
    identifier = parse(prefix, ref)
    if identifier is None:
        raise NotFound
    return identifier


def stand(*, caller: Caller, buyer_id: UUID, supplier_id: UUID) -> str:
    """The caller's part in something between two organisations: buyer, supplier, mediator or operator.

    Refusal: `NotFound` for a stranger.
    """
    if caller.organisation_id is not None:
        if caller.organisation_id == buyer_id:
            return "buyer"
        if caller.organisation_id == supplier_id:
            return "supplier"
    if "mediator" in caller.staff:
        return "mediator"
    if caller.staff & {"finance", "administrator"}:
        return "operator"
    raise NotFound


def require(caller: Caller, *, scope: str | None = None, roles: tuple[str, ...] = ()) -> None:
    """A key needs the scope; a member needs one of the roles; staff act by their staff roles alone.

    Refusal: `NotAllowed`. Without a scope the act is for people only.
    """
    if caller.scopes is not None:
        if scope is None or scope not in caller.scopes:
            raise NotAllowed(scope=scope, accepted=[scope] if scope else [])
        return
    if caller.organisation_id is not None and roles and caller.member_role not in roles:
        raise NotAllowed(role=caller.member_role, accepted=list(roles))
    if caller.organisation_id is None and not caller.staff:
        raise NotAllowed(role=None, accepted=list(roles))


def may_write(caller: Caller) -> None:
    """Refusal: `NotAllowed` for a viewer, who only reads."""
    if caller.scopes is None and caller.member_role == "viewer":
        raise NotAllowed(role="viewer", accepted=["owner", "trader", "finance"])


def require_staff(caller: Caller, *roles: str) -> str:
    """The operator's staff with one of the roles act as `operator`. Refusal: `NotAllowed`."""
    if not caller.staff & set(roles):
        raise NotAllowed(accepted=list(roles))
    return "operator"


def runs_the_place(caller: Caller) -> bool:
    """Whether every organisation's own affairs are open to them: the operator's staff, but no mediator."""
    return bool(caller.staff & {"administrator", "verifier", "finance"})


def _role_in(caller: Caller, organisation_id: UUID) -> str:
    """The caller's role where an organisation's own affairs are concerned: a member's, or `operator`."""
    if runs_the_place(caller):
        return "operator"
    if caller.organisation_id == organisation_id and caller.member_role is not None:
        return caller.member_role
    raise NotFound


def organisation_for(*, caller: Caller, ref: object) -> Standing:
    """An organisation one belongs to, or any for the operator."""
    identifier = _named("org", ref)
    role = _role_in(caller, identifier)
    if caller.organisation_id != identifier and not Organisation.objects.filter(id=identifier).exists():
        raise NotFound
    return Standing(identifier, identifier, role)


def _belonging(
    caller: Caller, model: type[Membership | ApiKey | Beneficiary | Consent], prefix: str, ref: object
) -> Standing:
    identifier = _named(prefix, ref)
    organisation_id = model.objects.filter(id=identifier).values_list("organisation_id", flat=True).first()
    if organisation_id is None:
        raise NotFound
    return Standing(identifier, organisation_id, _role_in(caller, organisation_id))


def member_for(*, caller: Caller, ref: object) -> Standing:
    """A membership in one's own organisation, or any for the operator."""
    return _belonging(caller, Membership, "mbr", ref)


def key_for(*, caller: Caller, ref: object) -> Standing:
    """A key of one's own organisation, or any for the operator."""
    return _belonging(caller, ApiKey, "key", ref)


def consent_for(*, caller: Caller, ref: object) -> Standing:
    """A consent of one's own organisation, or any for the operator."""
    return _belonging(caller, Consent, "cns", ref)


def served_for(*, caller: Caller, ref: object) -> Standing:
    """A marketplace's own organisation or one it serves now; for others as `organisation_for`."""
    if caller.organisation_kind == rules.MARKETPLACE and not runs_the_place(caller):
        identifier = _named("org", ref)
        serves = {"marketplace_id": caller.organisation_id, "organisation_id": identifier, "revoked_at": None}
        if Consent.objects.filter(**serves).exists():
            return Standing(identifier, identifier, rules.MARKETPLACE)
    return organisation_for(caller=caller, ref=ref)


def own_affair(caller: Caller) -> None:
    """Some things an organisation does itself and no marketplace for it. Refusal: `NotAllowed`."""
    if caller.through is not None:
        raise NotAllowed(role=rules.MARKETPLACE, accepted=["the organisation itself"])


def beneficiary_for(*, caller: Caller, ref: object) -> Standing:
    """A beneficiary of one's own organisation, or any for the operator."""
    return _belonging(caller, Beneficiary, "ben", ref)


def invitation_for(*, emails: frozenset[str], ref: object) -> UUID:
    """An invitation to one of the addresses that this person has proven."""
    found = Invitation.objects.filter(id=_named("inv", ref), email__in=emails).first()
    if found is None:
        raise NotFound
    return found.id
