"""What goes with a marketplace that ends: its keys at once, and its consents, each in the chain of whom it acted for.

The ending itself is its standing: from then on no key or token of it opens anything, whatever is still to be ended
here. It knows nothing of orders, which stay with buyer and supplier, nor of endpoints, which fall silent by themselves.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from holdfast.parties import rules, standings
from holdfast.parties.models import ApiKey, Consent, Organisation
from holdfast.parties.operations.consents import close
from holdfast.record.act import Act, clock
from holdfast.record.chains import Chain, chain_head
from holdfast.record.recording import Recording

AT_ONCE = 200
"""So many consents end in the request that ends a marketplace, and in one round of the worker."""


def end_marketplace(recording: Recording, chain: Chain) -> None:
    """Revoke its keys, and tell it for the last time. The caller holds the chain, which is the marketplace's, and has
    changed its standing: no key can be made beside it."""
    act, about = recording.act, {"organisation": chain.id}
    keys = list(ApiKey.objects.filter(organisation_id=chain.id, revoked_at=None).order_by("id"))
    ApiKey.objects.filter(id__in=[row.id for row in keys]).update(revoked_at=act.now)
    for row in keys:
        recording.event(chain, "key.revoked", about={**about, "key": row.id})
    served = Consent.objects.filter(marketplace_id=chain.id, revoked_at=None).count()
    recording.event(chain, "marketplace.ended", about=about, data={"keys": len(keys), "consents": served})


def end_consents(*, act: Act, marketplace_id: UUID, limit: int | None = None) -> int:
    """End the consents of a marketplace that has ended, at most `limit`; answers how many. Each is an act of its own,
    in one chain, so that however many there are, none waits for another. Of any other organisation nothing is ended."""
    rows = Consent.objects.filter(
        marketplace_id=marketplace_id, marketplace__programme_standing=rules.ENDED, revoked_at=None
    ).order_by("id")
    return sum(_end(act, consent_id) for consent_id in rows.values_list("id", flat=True)[:limit])


def end_left(*, now: datetime) -> int:
    """End what is left of the consents of marketplaces that have ended, some at a time; answers how many."""
    ended = Organisation.objects.filter(kind=rules.MARKETPLACE, programme_standing=rules.ENDED).order_by("id")
    left = ended.filter(id__in=Consent.objects.filter(revoked_at=None).values("marketplace_id"))
    found = left.values_list("id", flat=True).first()
    return 0 if found is None else end_consents(act=clock(now), marketplace_id=found, limit=AT_ONCE)


def _end(act: Act, consent_id: UUID) -> bool:
    """Whether this consent was ended: not where somebody else was first, or the marketplace was taken up again."""
    with transaction.atomic():
        organisation_id = Consent.objects.values_list("organisation_id", flat=True).get(id=consent_id)
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        row = Consent.objects.select_related("marketplace").get(id=consent_id)
        market = row.marketplace
        if row.revoked_at is not None or not standings.has_ended(kind=market.kind, standing=market.programme_standing):
            return False
        recording = Recording(act)
        data = {"basis": row.basis, "because": "marketplace_ended"}
        recording.event(chain, "consent.ended", about=close(act, row), data=data)
        recording.write(None)
        return True
