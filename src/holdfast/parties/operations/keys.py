"""API keys: made, replaced and revoked. The secret is in the answer to its making and nowhere else."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.parties import keys, rules, standings
from holdfast.parties.models import ApiKey, Installation, Organisation, Staff
from holdfast.parties.queries import KeyView, key_view
from holdfast.record.act import Act
from holdfast.record.chains import Chain, chain_head
from holdfast.record.recording import Recording


def create_key(
    *,
    act: Act,
    organisation_id: UUID,
    name: str,
    scopes: Sequence[str],
    addresses: Sequence[str] = (),
    expires_at: datetime | None = None,
    sign_limit_minor: int | None = None,
    sign_limit_currency: str | None = None,
    holder_id: UUID | None = None,
) -> KeyView:
    """Make a key. `sign_limit` is the most it may sign for in one contract; without one it signs nothing. `holder_id`
    is the mediator for whom a key with the scope `mediate` stands. Refusals: `Invalid`, `MarketplaceEnded`."""
    if not name.strip():
        raise Invalid(field="name", accepted="1 to 120 characters")
    rules.check_expiry(expires_at=expires_at, now=act.now)
    rules.check_amount(field="sign_limit", minor=sign_limit_minor, currency=sign_limit_currency)
    with transaction.atomic():
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        organisation = Organisation.objects.filter(id=organisation_id).first()
        if organisation is None:
            raise NotFound
        _check_lives(organisation)
        rules.check_scopes(scopes=scopes, organisation_kind=organisation.kind)
        rules.check_maker(scopes=scopes, actor_kind=act.actor_kind, sandbox=_is_sandbox())
        mediates = None if holder_id is None else Staff.objects.filter(person_id=holder_id, role="mediator").exists()
        rules.check_holder(scopes=scopes, is_mediator=mediates)
        row = ApiKey(
            organisation=organisation,
            name=name.strip(),
            scopes=sorted(scopes),
            addresses=rules.networks(addresses=addresses),
            expires_at=expires_at,
            sign_limit_minor=sign_limit_minor,
            sign_limit_currency=sign_limit_currency,
            holder_id=holder_id,
        )
        return _make(act, chain, row, "key.created")


def rotate_key(*, act: Act, key_id: UUID, overlap: timedelta = timedelta(0)) -> KeyView:
    """A new key with the same rights; the old one ends now, or works on for so long that its programs can change over.
    Refusals: `KeyEnded`, `Invalid`, `MarketplaceEnded`."""
    if not timedelta(0) <= overlap <= rules.LONGEST_OVERLAP:
        raise Invalid(field="overlap_seconds", accepted=f"0 to {int(rules.LONGEST_OVERLAP.total_seconds())}")
    with transaction.atomic():
        chain, old = _load(key_id)
        _check_lives(old.organisation)
        if old.revoked_at is not None:
            raise rules.KeyEnded
        rules.check_expiry(expires_at=old.expires_at, now=act.now)
        rules.check_maker(scopes=old.scopes, actor_kind=act.actor_kind, sandbox=_is_sandbox())
        expires_at = old.expires_at
        if overlap:
            old.expires_at = act.now + overlap if expires_at is None else min(expires_at, act.now + overlap)
        else:
            old.revoked_at = act.now
        old.save(update_fields=["revoked_at", "expires_at"])
        row = ApiKey(
            organisation_id=old.organisation_id,
            name=old.name,
            scopes=old.scopes,
            addresses=old.addresses,
            expires_at=expires_at,
            sign_limit_minor=old.sign_limit_minor,
            sign_limit_currency=old.sign_limit_currency,
            replaces=old,
            holder_id=old.holder_id,
        )
        return _make(act, chain, row, "key.rotated", {"overlap_seconds": int(overlap.total_seconds())})


def revoke_key(*, act: Act, key_id: UUID) -> KeyView:
    """End a key at once."""
    with transaction.atomic():
        chain, row = _load(key_id)
        if row.revoked_at is not None:
            raise rules.KeyEnded
        row.revoked_at = act.now
        row.save(update_fields=["revoked_at"])
        recording = Recording(act)
        recording.event(chain, "key.revoked", about={"organisation": row.organisation_id, "key": row.id})
        result: KeyView = recording.write(key_view(row))
        return result


def _check_lives(organisation: Organisation) -> None:
    """The caller holds the chain, which ending takes as well. Refusal: `MarketplaceEnded`."""
    if standings.has_ended(kind=organisation.kind, standing=organisation.programme_standing):
        raise standings.MarketplaceEnded


def _is_sandbox() -> bool:
    return Installation.objects.get().sandbox


def _load(key_id: UUID) -> tuple[Chain, ApiKey]:
    organisation_id = ApiKey.objects.filter(id=key_id).values_list("organisation_id", flat=True).first()
    if organisation_id is None:
        raise NotFound
    chain = chain_head(kind="organisation", chain_id=organisation_id)
    return chain, ApiKey.objects.get(id=key_id)


def _make(act: Act, chain: Chain, row: ApiKey, event: str, data: Mapping[str, int] | None = None) -> KeyView:
    row.id = new_id()
    row.prefix, secret = keys.make(sandbox=_is_sandbox())
    row.sha256 = keys.fingerprint(secret)
    row.created_at = act.now
    row.created_by = act.actor_id
    row.save(force_insert=True)
    recording = Recording(act)
    recording.event(
        chain,
        event,
        about={
            "organisation": row.organisation_id,
            "key": row.id,
            "replaced": row.replaces_id,
            "person": row.holder_id,
        },
        data={
            "scopes": row.scopes,
            "expires_at": row.expires_at and rfc3339(row.expires_at),
            "sign_limit_minor": row.sign_limit_minor,
            "sign_limit_currency": row.sign_limit_currency,
            **(data or {}),
        },
        private={"name": row.name, "addresses": row.addresses},
    )
    result: KeyView = recording.write(key_view(row, secret=secret))
    return result
