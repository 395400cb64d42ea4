"""Endpoints: registered, changed, given another secret, disabled, enabled, removed, tried out.

Each act is an event of the organisation's chain. Secrets are in the answer to their making and nowhere else in clear.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound
from holdfast.parties.models import Organisation
from holdfast.record import encryption
from holdfast.record.act import Act
from holdfast.record.chains import Chain, chain_head
from holdfast.record.recording import Recording
from holdfast.webhooks import rules, sealed
from holdfast.webhooks.catalogue import known_kinds
from holdfast.webhooks.models import PENDING, Delivery, Endpoint, Secret
from holdfast.webhooks.operations.hearing import begin
from holdfast.webhooks.queries import DeliveryView, EndpointView, delivery_view, endpoint_view


def create(
    *,
    act: Act,
    organisation_id: UUID,
    url: str,
    kinds: Sequence[str],
    ordered: bool = False,
    description: str = "",
    external_id: str | None = None,
    metadata: dict[str, Any] | None = None,
) -> EndpointView:
    """Register an endpoint; whatever is recorded from now on is sent to it. Its secret is in this answer.

    Refusals: `Invalid`, `TooManyEndpoints`.
    """
    rules.target(url=url, loopback=settings.WEBHOOKS_TO_LOOPBACK)
    rules.check_kinds(kinds=kinds, known=known_kinds())
    with transaction.atomic():
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        if not Organisation.objects.filter(id=organisation_id).exists():
            raise NotFound
        there = Endpoint.objects.filter(organisation_id=organisation_id).exclude(state="removed").count()
        if there >= rules.MOST_ENDPOINTS:
            raise rules.TooManyEndpoints(accepted=rules.MOST_ENDPOINTS)
        begin()
        row = Endpoint.objects.create(
            id=new_id(),
            organisation_id=organisation_id,
            url=url,
            description=description,
            kinds=list(kinds),
            ordered=ordered,
            created_at=act.now,
            created_by=act.actor_id,
            external_id=external_id,
            metadata=metadata or {},
        )
        secret = _another(act, row)
        return _record(act, chain, row, "webhook.added", data=_settings(row), private={"url": url}, secret=secret)


def change(
    *,
    act: Act,
    webhook_id: UUID,
    url: str | None = None,
    kinds: Sequence[str] | None = None,
    ordered: bool | None = None,
    description: str | None = None,
) -> EndpointView:
    """Change what is given, and leave the rest. Refusals: `Invalid`, `NotFound`."""
    if url is not None:
        rules.target(url=url, loopback=settings.WEBHOOKS_TO_LOOPBACK)
    if kinds is not None:
        rules.check_kinds(kinds=kinds, known=known_kinds())
    with transaction.atomic():
        chain, row = _locked(webhook_id)
        row.url = row.url if url is None else url
        row.kinds = row.kinds if kinds is None else list(kinds)
        row.ordered = row.ordered if ordered is None else ordered
        row.description = row.description if description is None else description
        if url is not None:
            # Another address has not failed yet.
            row.failures, row.paused_until, row.failing_since, row.told_at = 0, None, None, None
        row.save()
        return _record(act, chain, row, "webhook.changed", data=_settings(row), private={"url": row.url})


def rotate(*, act: Act, webhook_id: UUID, keep_old_hours: int | None = None) -> EndpointView:
    """Another secret. The old one signs beside it for so many hours (a day, unless said otherwise), so that a receiver
    can take the new one in its own time; 0 ends every old one now, which is right when one has leaked.

    Refusals: `Invalid`, `TooManySecrets`.
    """
    hours = int(rules.OVERLAP.total_seconds()) // 3600 if keep_old_hours is None else keep_old_hours
    with transaction.atomic():
        chain, row = _locked(webhook_id)
        signing = row.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=act.now))
        rules.check_overlap(hours=hours, signing=signing.count())
        ends_at = act.now + timedelta(hours=hours)
        if hours:
            signing.filter(ends_at=None).update(ends_at=ends_at)
        else:
            signing.update(ends_at=act.now)
        secret = _another(act, row)
        data = {"old_ends_at": rfc3339(ends_at)}
        return _record(act, chain, row, "webhook.secret_rotated", data=data, secret=secret)


def disable(*, act: Act, webhook_id: UUID) -> EndpointView:
    """Send nothing more to it; what waits fails, and can be sent again later."""
    with transaction.atomic():
        chain, row = _locked(webhook_id)
        return stop(act=act, chain=chain, row=row, why="by_hand")


def enable(*, act: Act, webhook_id: UUID) -> EndpointView:
    """Send to it again what is recorded from now on; what was missed is a matter of a replay."""
    with transaction.atomic():
        chain, row = _locked(webhook_id)
        row.state = rules.ENDPOINT.step(state=row.state, verb="enable", role=act.role)
        row.disabled_at, row.disabled_why = None, ""
        row.failures, row.paused_until, row.failing_since, row.told_at = 0, None, None, None
        row.save()
        return _record(act, chain, row, "webhook.enabled")


def remove(*, act: Act, webhook_id: UUID) -> EndpointView:
    """Take an endpoint away for good. Its secrets are forgotten, its log stays for as long as any log."""
    with transaction.atomic():
        chain, row = _locked(webhook_id)
        row.state = rules.ENDPOINT.step(state=row.state, verb="remove", role=act.role)
        row.save()
        row.secrets.all().delete()
        _fail_pending(act, row)
        return _record(act, chain, row, "webhook.removed")


def ping(*, act: Act, webhook_id: UUID) -> DeliveryView:
    """Send a `webhook.pinged` to this endpoint alone, whatever it subscribes to. Refusal: `EndpointNotEnabled`."""
    with transaction.atomic():
        chain, row = _locked(webhook_id)
        if row.state != "enabled":
            raise rules.EndpointNotEnabled
        recording = Recording(act)
        about = {"organisation": row.organisation_id, "webhook": row.id}
        event_id = recording.event(chain, "webhook.pinged", about=about)
        made = Delivery.objects.create(
            id=new_id(),
            endpoint=row,
            event_id=event_id,
            kind=rules.PING,
            chain_id=row.organisation_id,
            seq=chain.seq,
            parties=[row.organisation_id],
            created_at=act.now,
            due_since=act.now,
        )
        answer: DeliveryView = recording.write(delivery_view(made))
        return answer


def stop(*, act: Act, chain: Chain, row: Endpoint, why: str) -> EndpointView:
    """Disable an endpoint whose chain is held, by hand or by the clock; `why`: by_hand, failing or gone."""
    row.state = rules.ENDPOINT.step(state=row.state, verb="disable", role=act.role)
    row.disabled_at, row.disabled_why = act.now, why
    row.save()
    _fail_pending(act, row)
    return _record(act, chain, row, "webhook.disabled", data={"why": why})


def _fail_pending(act: Act, row: Endpoint) -> None:
    pending = Delivery.objects.filter(endpoint=row, state__in=PENDING)
    pending.update(state="failed", ended_at=act.now, fault="disabled")


def _locked(webhook_id: UUID) -> tuple[Chain, Endpoint]:
    organisation_id = Endpoint.objects.filter(id=webhook_id).values_list("organisation_id", flat=True).first()
    if organisation_id is None:
        raise NotFound
    chain = chain_head(kind="organisation", chain_id=organisation_id)
    row = Endpoint.objects.select_for_update().filter(id=webhook_id).exclude(state="removed").first()
    if row is None:
        raise NotFound
    return chain, row


def _another(act: Act, row: Endpoint) -> str:
    secret = sealed.make()
    kept = sealed.seal(secret=secret, endpoint_id=row.id)
    Secret.objects.create(id=new_id(), endpoint=row, sealed=kept, created_at=act.now)
    return secret


@encryption.keeps("webhook secrets")
def _keep(change: encryption.Change) -> int:
    """Each secret under the outer key that is in use now."""
    changed = 0
    with transaction.atomic():
        for row in Secret.objects.select_for_update().order_by("id"):
            kept = change(row.sealed)
            if kept != row.sealed:
                Secret.objects.filter(id=row.id).update(sealed=kept)
                changed += 1
    return changed


def _settings(row: Endpoint) -> dict[str, Any]:
    return {"kinds": row.kinds, "ordered": row.ordered}


def _record(
    act: Act,
    chain: Chain,
    row: Endpoint,
    name: str,
    *,
    data: dict[str, Any] | None = None,
    private: dict[str, Any] | None = None,
    secret: str | None = None,
) -> EndpointView:
    recording = Recording(act)
    about = {"organisation": row.organisation_id, "webhook": row.id}
    recording.event(chain, name, about=about, data=data, private=private)
    answer: EndpointView = recording.write(endpoint_view(row, now=act.now, secret=secret))
    return answer
