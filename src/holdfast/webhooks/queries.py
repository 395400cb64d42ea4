"""Questions about endpoints and their deliveries, answered with frozen views; and the gates through which they are
reached. Nothing is written here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from holdfast.contracts.queries import chains_of
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotAllowed, NotFound
from holdfast.parties.access import Caller, Standing, own_affair, require
from holdfast.parties.models import Organisation
from holdfast.parties.queries import served_by
from holdfast.parties.rules import ENDED, MARKETPLACE
from holdfast.record import naming
from holdfast.record.events import listed
from holdfast.record.models import Event
from holdfast.webhooks import rules
from holdfast.webhooks.models import Attempt, Delivery, Endpoint, Secret

READS = "orders:read"
"""What lets a program read what happened, by whatever way it is told."""


@dataclass(frozen=True, slots=True)
class SecretView:
    """Since when a secret signs, and until when; never the secret."""

    created_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class EndpointView:
    """An endpoint; `secret` is there only in the answer to its making."""

    id: UUID
    organisation_id: UUID
    url: str
    description: str
    kinds: tuple[str, ...]
    ordered: bool
    state: str
    created_at: datetime
    disabled_at: datetime | None
    disabled_why: str
    failing_since: datetime | None
    paused_until: datetime | None
    external_id: str | None
    metadata: Mapping[str, Any]
    secrets: tuple[SecretView, ...]
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One call of an endpoint and how it came out; `fault` says why there is no status."""

    number: int
    at: datetime
    status: int | None
    fault: str
    duration_ms: int
    answer: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """An event on its way to an endpoint, or there; what it says of a call is of the last one."""

    id: UUID
    webhook_id: UUID
    event_id: UUID
    kind: str
    state: str
    attempts: int
    created_at: datetime
    not_before: datetime | None
    ended_at: datetime | None
    status: int | None
    fault: str
    duration_ms: int | None
    answer: str
    endpoint_state: str


def endpoint_view(row: Endpoint, *, now: datetime, secret: str | None = None) -> EndpointView:
    """The row as a view, with its secret if that has just been made."""
    signing = Secret.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), endpoint_id=row.id).order_by("created_at")
    return EndpointView(
        id=row.id,
        organisation_id=row.organisation_id,
        url=row.url,
        description=row.description,
        kinds=tuple(row.kinds),
        ordered=row.ordered,
        state=row.state,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        disabled_why=row.disabled_why,
        failing_since=row.failing_since,
        paused_until=row.paused_until,
        external_id=row.external_id,
        metadata=row.metadata,
        secrets=tuple(SecretView(one.created_at, one.ends_at) for one in signing),
        secret=secret,
    )


def delivery_view(row: Delivery) -> DeliveryView:
    """The row as a view; its endpoint comes with it."""
    return DeliveryView(
        id=row.id,
        webhook_id=row.endpoint_id,
        event_id=row.event_id,
        kind=row.kind,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        not_before=row.not_before,
        ended_at=row.ended_at,
        status=row.status,
        fault=row.fault,
        duration_ms=row.duration_ms,
        answer=row.answer,
        endpoint_state=row.endpoint.state,
    )


# --- the gates --------------------------------------------------------------------------------------------------------


def manages(caller: Caller) -> str:
    """The part of those who keep an organisation's webhooks: owners, and keys with the scope. Refusal: `NotAllowed`."""
    if "administrator" in caller.staff:
        return "operator"
    if caller.organisation_kind == "operator":
        # Its endpoints hear everything.
        raise NotAllowed(accepted=["administrator"])
    # An endpoint hears on when a consent has ended: a marketplace has its own, which does not.
    own_affair(caller)
    require(caller, scope=rules.SCOPE, roles=("owner",))
    return "owner"


def webhook_for(*, caller: Caller, ref: object) -> Standing:
    """An endpoint of one's own organisation, or any for the operator's administrators. Refusals: `NotFound`,
    `NotAllowed`."""
    identifier = _named("whk", ref)
    rows = Endpoint.objects.filter(id=identifier).exclude(state="removed")
    return _standing(caller, identifier, rows.values_list("organisation_id", flat=True).first())


def delivery_for(*, caller: Caller, ref: object) -> Standing:
    """A delivery to such an endpoint. Refusals: `NotFound`, `NotAllowed`."""
    identifier = _named("dlv", ref)
    rows = Delivery.objects.filter(id=identifier).exclude(endpoint__state="removed")
    return _standing(caller, identifier, rows.values_list("endpoint__organisation_id", flat=True).first())


def _named(prefix: str, ref: object) -> UUID:
    identifier = parse(prefix, ref)
    if identifier is None:
        raise NotFound
    return identifier


def _standing(caller: Caller, identifier: UUID, organisation_id: UUID | None) -> Standing:
    is_there = organisation_id is not None and (
        organisation_id == caller.organisation_id or "administrator" in caller.staff
    )
    if organisation_id is None or not is_there:
        raise NotFound
    return Standing(identifier, organisation_id, manages(caller))


# --- endpoints and deliveries -----------------------------------------------------------------------------------------


def endpoints(*, organisation_id: UUID, now: datetime) -> list[EndpointView]:
    """The endpoints of an organisation, newest first; those that were removed are gone."""
    rows = Endpoint.objects.filter(organisation_id=organisation_id).exclude(state="removed")
    return [endpoint_view(row, now=now) for row in rows.order_by("-id")]


def endpoint(*, webhook_id: UUID, now: datetime) -> EndpointView:
    """One of them."""
    return endpoint_view(Endpoint.objects.get(id=webhook_id), now=now)


def deliveries(*, webhook_id: UUID, state: str | None = None, kind: str | None = None) -> QuerySet[Delivery]:
    """The deliveries of an endpoint, of one state or kind if given."""
    rows = Delivery.objects.filter(endpoint_id=webhook_id).select_related("endpoint")
    if state is not None:
        rows = rows.filter(state=state)
    return rows if kind is None else rows.filter(kind=kind)


def delivery(*, delivery_id: UUID) -> tuple[DeliveryView, list[AttemptView]]:
    """A delivery and each attempt, the first one first."""
    row = Delivery.objects.select_related("endpoint").get(id=delivery_id)
    log = [
        AttemptView(one.number, one.at, one.status, one.fault, one.duration_ms, one.answer)
        for one in Attempt.objects.filter(delivery=row).order_by("id")
    ]
    return delivery_view(row), log


def counts(*, webhook_id: UUID) -> dict[str, int]:
    """How many deliveries of an endpoint are in each state."""
    rows = Delivery.objects.filter(endpoint_id=webhook_id).values_list("state").annotate(count=Count("id"))
    return {**dict.fromkeys(rules.DELIVERY.states, 0), **dict(rows.order_by("state"))}


# --- who hears of what ------------------------------------------------------------------------------------------------


def hears_for(*, organisation_id: UUID, kind: str) -> frozenset[UUID]:
    """The organisations whose events an organisation's endpoints are sent: its own, and for a marketplace those that
    let it read their orders now; nobody's for one that has ended, but that it has."""
    if kind != MARKETPLACE:
        return frozenset({organisation_id})
    if Organisation.objects.filter(id=organisation_id, programme_standing=ENDED).exists():
        return frozenset()
    return served_by(organisation_id, scope=READS) | {organisation_id}


def hears_now(*, organisation_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """For whom those of them that are marketplaces hear now; for whom all others hear never changes."""
    markets = Organisation.objects.filter(id__in=organisation_ids, kind=MARKETPLACE).values_list("id", flat=True)
    return {market: hears_for(organisation_id=market, kind=MARKETPLACE) for market in markets}


def chains_heard(*, organisation_id: UUID, kind: str) -> list[UUID] | None:
    """The chains whose events its endpoints may be sent; None for the operator, who may read them all."""
    if kind == "operator":
        return None
    parties = hears_for(organisation_id=organisation_id, kind=kind)
    return [chain for party in parties for chain in chains_of(organisation_id=party)]


# --- what is sent -----------------------------------------------------------------------------------------------------


def bodies(*, event_ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """What is sent of each of these events, but for whom it is sent: the event as `GET /v1/events` lists it."""
    return {row.id: _body(row) for row in Event.objects.filter(id__in=event_ids)}


def _body(row: Event) -> dict[str, Any]:
    shown = naming.document(listed(row))
    return {"type": row.name, "timestamp": shown["at"], "data": shown}


def for_parties(body: Mapping[str, Any], parties: list[UUID]) -> dict[str, Any]:
    """The body of one delivery: `organisation_ids` are those of the receiver's that may read the event."""
    return {**body, "organisation_ids": [public("org", party) for party in parties]}
