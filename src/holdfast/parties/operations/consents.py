"""Which marketplaces act for an organisation: consent given, given anew, and ended. On the organisation's own chain.

What is begun with a marketplace holds its row as it stands, so that nothing is begun beside its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound
from holdfast.parties import rules
from holdfast.parties.consents import ConsentView, consent_view
from holdfast.parties.models import Consent, Organisation
from holdfast.record.act import Act
from holdfast.record.chains import Chain, chain_head
from holdfast.record.recording import Recording


@dataclass(frozen=True, slots=True)
class Terms:
    """What a marketplace may do for an organisation, and the most it may sign for in one contract."""

    scopes: Sequence[str]
    sign_limit_minor: int | None = None
    sign_limit_currency: str | None = None

    def check(self) -> None:
        """Refusal: `Invalid`."""
        rules.check_amount(field="sign_limit", minor=self.sign_limit_minor, currency=self.sign_limit_currency)
        rules.check_consent(scopes=self.scopes, sign_limit_minor=self.sign_limit_minor)


def give_consent(*, act: Act, organisation_id: UUID, marketplace_id: UUID, terms: Terms) -> ConsentView:
    """Let a marketplace act; what was said to it before is replaced. Refusals: `NotFound` for what is no marketplace in
    good standing, `NotAllowed` for an organisation that nobody may act for, `Invalid`."""
    terms.check()
    with transaction.atomic():
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        kind = Organisation.objects.filter(id=organisation_id).values_list("kind", flat=True).first()
        if kind is None:
            raise NotFound
        if standing_held(marketplace_id=marketplace_id) != "good":
            raise NotFound(field="marketplace_id")
        if kind not in rules.SERVED_KINDS:
            raise NotAllowed(role=kind, accepted=list(rules.SERVED_KINDS))
        recording = Recording(act)
        row = enter(recording, chain, marketplace_id=marketplace_id, terms=terms, basis="given")
        result: ConsentView = recording.write(consent_view(row))
        return result


def standing_held(*, marketplace_id: UUID) -> str | None:
    """How a marketplace stands, and stands until this transaction is over: whoever ends it waits, and finds what was
    begun. None for what is no marketplace."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [marketplace_id, rules.MARKETPLACE])
        row = cursor.fetchone()
    return None if row is None else str(row[0])


_STANDING = "SELECT programme_standing FROM parties_organisation WHERE id = %s AND kind = %s FOR SHARE"


def enter(recording: Recording, chain: Chain, *, marketplace_id: UUID, terms: Terms, basis: str) -> Consent:
    """The pair's row as it is now, and the event that says so; the caller holds the organisation's chain."""
    act = recording.act
    row = Consent.objects.select_related("marketplace").filter(
        marketplace_id=marketplace_id, organisation_id=chain.id
    ).first() or Consent(id=new_id(), marketplace_id=marketplace_id, organisation_id=chain.id)
    row.basis = basis
    row.scopes = sorted(terms.scopes)
    row.sign_limit_minor, row.sign_limit_currency = terms.sign_limit_minor, terms.sign_limit_currency
    row.given_at, row.given_by, row.revoked_at = act.now, act.actor_id, None
    row.save()
    recording.event(
        chain,
        "consent.given",
        about={"organisation": chain.id, "marketplace": marketplace_id, "consent": row.id},
        data={
            "basis": basis,
            "scopes": row.scopes,
            "sign_limit_minor": row.sign_limit_minor,
            "sign_limit_currency": row.sign_limit_currency,
        },
    )
    return row


def revoke_consent(*, act: Act, consent_id: UUID) -> ConsentView:
    """End a consent at once: the next request of the marketplace for this organisation finds nothing."""
    with transaction.atomic():
        organisation_id = Consent.objects.filter(id=consent_id).values_list("organisation_id", flat=True).first()
        if organisation_id is None:
            raise NotFound
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        row = Consent.objects.select_related("marketplace").get(id=consent_id)
        if row.revoked_at is not None:
            raise rules.ConsentEnded
        recording = Recording(act)
        recording.event(chain, "consent.revoked", about=close(act, row))
        result: ConsentView = recording.write(consent_view(row))
        return result


def close(act: Act, row: Consent) -> dict[str, UUID | None]:
    """End the row of a consent; answers what its event is about."""
    row.revoked_at = act.now
    row.save(update_fields=["revoked_at"])
    return {"organisation": row.organisation_id, "marketplace": row.marketplace_id, "consent": row.id}


def check_served(terms: Terms | None) -> Terms:
    """What a marketplace says of itself when it makes an organisation. Refusal: `Invalid`."""
    if terms is None:
        raise Invalid(field="consent", accepted="what you may do for the organisation that you make: its scopes")
    terms.check()
    return terms
