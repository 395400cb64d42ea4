"""Organisations: founding one, and what the operator's verifier decides about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from holdfast.kernel import calendars
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, Refusal
from holdfast.parties import rules, standings
from holdfast.parties.models import Consent, Guarantee, Membership, Organisation
from holdfast.parties.operations.consents import Terms, check_served, enter, standing_held
from holdfast.parties.operations.ending import AT_ONCE, end_consents, end_marketplace
from holdfast.parties.queries import OrganisationView, organisation_view
from holdfast.record.act import Act
from holdfast.record.chains import Chain, chain_head, new_chain
from holdfast.record.recording import Recording


class ExternalIdTaken(Refusal):
    """Another organisation has this external ID."""


def create_organisation(
    *,
    act: Act,
    name: str,
    kind: str,
    country: str,
    time_zone: str,
    language: str = "en",
    subdivision: str | None = None,
    external_id: str | None = None,
    metadata: dict[str, Any] | None = None,
    consent: Terms | None = None,
) -> OrganisationView:
    """Found an organisation. A person becomes its first owner; the operator adds members afterwards. A marketplace
    says by `consent` what it may do for what it makes, until somebody there says otherwise."""
    by_operator = act.role == "operator"
    served = check_served(consent) if act.role == rules.MARKETPLACE else None
    rules.check_kind(kind=kind, by_operator=by_operator)
    rules.check_place(country=country, time_zone=time_zone, language=language)
    calendars.check_part(subdivision, country=country, field="subdivision")
    if not name.strip():
        raise Invalid(field="name", accepted="1 to 200 characters")
    with transaction.atomic():
        if served is not None and act.organisation_id is not None:
            standings.check_takes_on(standing=standing_held(marketplace_id=act.organisation_id) or rules.ENDED)
        row = Organisation(
            id=new_id(),
            name=name.strip(),
            kind=kind,
            country=country,
            subdivision=subdivision,
            time_zone=time_zone,
            language=language,
            external_id=external_id,
            metadata=metadata or {},
            created_at=act.now,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            if "parties_organisation_external" in str(error):
                raise ExternalIdTaken(field="external_id") from error
            raise
        owner = None
        if not by_operator and act.actor_kind == "person" and act.actor_id is not None:
            owner = Membership.objects.create(
                person_id=act.actor_id, organisation=row, role="owner", created_at=act.now
            )
        recording, chain = Recording(act), new_chain(kind="organisation", chain_id=row.id)
        about = {"organisation": row.id, "member": owner.id if owner else None}
        data = {"kind": kind, "country": country, "time_zone": time_zone, **_region(subdivision)}
        recording.event(chain, "organisation.created", about=about, data=data, private={"name": row.name})
        if served is not None and act.organisation_id is not None:
            enter(recording, chain, marketplace_id=act.organisation_id, terms=served, basis="created")
        result: OrganisationView = recording.write(organisation_view(row))
        return result


def _region(subdivision: str | None) -> dict[str, str]:
    return {"subdivision": subdivision} if subdivision else {}


def set_tier(*, act: Act, organisation_id: UUID, tier: str, reason: str) -> OrganisationView:
    """The verifier's word on how far an organisation was looked into."""
    rules.check_choice(field="tier", value=tier, accepted=rules.TIERS)
    return _decide(act, organisation_id, "organisation.tier_set", {"tier": tier}, reason)


def set_cap(
    *, act: Act, organisation_id: UUID, minor: int | None, currency: str | None, reason: str
) -> OrganisationView:
    """A cover per order of a supplier's own, or None to go back to its tier's."""
    rules.check_amount(field="individual_cap", minor=minor, currency=currency)
    changes = {"individual_cap_minor": minor, "individual_cap_currency": currency}
    return _decide(act, organisation_id, "organisation.cap_set", changes, reason)


def set_standing(*, act: Act, organisation_id: UUID, standing: str, reason: str) -> OrganisationView:
    """Whether an organisation may take part in the programme. A marketplace that ends loses its keys in the same act;
    its consents end right after it, each in the chain of whom it acted for."""
    rules.check_choice(field="standing", value=standing, accepted=rules.STANDINGS)
    if standing != rules.ENDED:
        # Whoever takes one up again finds no consent of before: nobody can give it one until then.
        end_consents(act=act.as_role(act.role), marketplace_id=organisation_id)
    try:
        with transaction.atomic():
            # From now on it is a person's word: a guarantee that is topped up does not lift it.
            Guarantee.objects.filter(organisation_id=organisation_id).update(suspended_at=None)
            changes = {"programme_standing": standing}
            view = _decide(act, organisation_id, "organisation.standing_set", changes, reason, then=_left)
    except _EndedMeanwhile:
        return set_standing(act=act, organisation_id=organisation_id, standing=standing, reason=reason)
    if standings.has_ended(kind=view.kind, standing=view.standing):
        # Nothing opens by them any more. What is left after so many, or by a fall between, the worker ends.
        end_consents(act=act.as_role(act.role), marketplace_id=view.id, limit=AT_ONCE)
    return view


class _EndedMeanwhile(Exception):
    """A marketplace that is taken up again has consents of before: it ended after it was looked at."""


def _left(recording: Recording, chain: Chain, row: Organisation, before: dict[str, Any]) -> None:
    """What goes with a marketplace that ends now; one that is taken up again has nothing left."""
    was, now = (
        standings.has_ended(kind=row.kind, standing=one)
        for one in (before["programme_standing"], row.programme_standing)
    )
    if now and not was:
        end_marketplace(recording, chain)
    if was and not now and Consent.objects.filter(marketplace_id=row.id, revoked_at=None).exists():
        raise _EndedMeanwhile


def set_subdivision(*, act: Act, organisation_id: UUID, subdivision: str | None) -> OrganisationView:
    """The part of its country whose holidays count for an organisation, or None for the country's alone. Contracts that
    were proposed before keep what stands in their text. Refusals: `PlaceUnknown`, `NotAllowed`, `NotFound`."""
    if act.role not in ("owner", "operator"):
        raise NotAllowed(subject="organisation", verb="set_subdivision", role=act.role, accepted=["owner", "operator"])
    country = Organisation.objects.filter(id=organisation_id).values_list("country", flat=True).first()
    if country is None:
        raise NotFound
    calendars.check_part(subdivision, country=country, field="subdivision")
    return _decide(act, organisation_id, "organisation.subdivision_set", {"subdivision": subdivision}, None)


def _decide(
    act: Act,
    organisation_id: UUID,
    event: str,
    changes: dict[str, Any],
    reason: str | None,
    *,
    then: Callable[[Recording, Chain, Organisation, dict[str, Any]], None] | None = None,
) -> OrganisationView:
    """Write what was decided, with before and after; the reason is free text and stays out of the hash. `then` does
    what goes with it."""
    with transaction.atomic():
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        row = Organisation.objects.select_for_update().filter(id=organisation_id).first()
        if row is None:
            raise NotFound
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(update_fields=list(changes))
        recording = Recording(act)
        recording.event(
            chain,
            event,
            about={"organisation": row.id},
            data={"before": before, "after": changes},
            private=None if reason is None else {"reason": reason},
        )
        if then is not None:
            then(recording, chain, row, before)
        result: OrganisationView = recording.write(organisation_view(row))
        return result
