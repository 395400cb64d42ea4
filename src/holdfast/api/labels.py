"""One's own labels over HTTP: `external_id` and `metadata` on everything one can see, each organisation its own.

They are put on with the thing itself or later, and shown in its place whenever it is read. What the other side calls
the same thing is never shown.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from ninja import Query, Router, Schema

from holdfast.api import edge, fields, pagination, presenting, scopes
from holdfast.claims.queries import claim_for, evidence_for
from holdfast.contracts.queries import contract_for
from holdfast.contracts.versions import amendment_for
from holdfast.fulfilment.queries import shipment_for
from holdfast.inspection.bookings import booking_for
from holdfast.inspection.queries import assignment_for, report_order_for
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotFound
from holdfast.orders.queries import concession_for, lot_for, order_for
from holdfast.parties import access
from holdfast.parties.access import Caller
from holdfast.rails.queries import payment_for, payout_for
from holdfast.record import files, labels, messages, threads
from holdfast.record.act import Act
from holdfast.record.labels import Label
from holdfast.sourcing.queries import quotation_for

router = Router(tags=["labels"])
Result = TypeVar("Result")
Gate = Callable[[Caller, str], object]


def _of_thread(caller: Caller, kind: str, subject_id: UUID) -> object:
    gate = {"order": order_for, "quotation": quotation_for}[kind]
    return gate(caller=caller, ref=public({"order": "ord", "quotation": "quo"}[kind], subject_id))


def _thread_message(caller: Caller, ref: str) -> object:
    """A message of a thread is there for whom its order or quotation is."""
    subject = threads.subject_of(message_id=_named("txt", ref))
    return _of_thread(caller, subject.kind, subject.id)


def _outside_message(caller: Caller, ref: str) -> object:
    return order_for(caller=caller, ref=public("ord", messages.order_of(message_id=_named("msg", ref))))


def _file(caller: Caller, ref: str) -> object:
    """A file is there for whom the order or quotation is that it was given to."""
    subject_id = files.subject_of(file_id=_named("fil", ref))
    try:
        return _of_thread(caller, "order", subject_id)
    except NotFound:
        return _of_thread(caller, "quotation", subject_id)


def _named(prefix: str, ref: str) -> UUID:
    found = parse(prefix, ref)
    if found is None:
        raise NotFound
    return found


GATES: dict[str, Gate] = {
    "org": lambda caller, ref: access.organisation_for(caller=caller, ref=ref),
    "mbr": lambda caller, ref: access.member_for(caller=caller, ref=ref),
    "key": lambda caller, ref: access.key_for(caller=caller, ref=ref),
    "ben": lambda caller, ref: access.beneficiary_for(caller=caller, ref=ref),
    "quo": lambda caller, ref: quotation_for(caller=caller, ref=ref),
    "con": lambda caller, ref: contract_for(caller=caller, ref=ref),
    "amd": lambda caller, ref: amendment_for(caller=caller, ref=ref),
    "ord": lambda caller, ref: order_for(caller=caller, ref=ref),
    "conc": lambda caller, ref: concession_for(caller=caller, ref=ref),
    "pay": lambda caller, ref: payment_for(caller=caller, ref=ref),
    "pot": lambda caller, ref: payout_for(caller=caller, ref=ref),
    "shp": lambda caller, ref: shipment_for(caller=caller, ref=ref),
    "asg": lambda caller, ref: assignment_for(caller=caller, ref=ref),
    "rpt": lambda caller, ref: report_order_for(caller=caller, ref=ref),
    "clm": lambda caller, ref: claim_for(caller=caller, ref=ref),
    "evd": lambda caller, ref: evidence_for(caller=caller, ref=ref),
    "lot": lambda caller, ref: lot_for(caller=caller, ref=ref),
    "bkg": lambda caller, ref: booking_for(caller=caller, ref=ref),
    "txt": _thread_message,
    "msg": _outside_message,
    "fil": _file,
}
"""What can be labelled, by the prefix of its name, and through which gate it is seen."""


WITHIN = ("quotation", "message")
"""The members of an answer that hold things of their own; in what a side wrote (a `document`) none is looked for."""


class Labelled(Protocol):
    """A body that labels what it makes."""

    external_id: str | None
    metadata: dict[str, str]


class Labels(fields.Body):
    """One's own labels on a thing."""

    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class LabelShown(Schema):
    """What one's own organisation calls a thing; `changed_at` is null where it never called it anything."""

    object_id: str
    kind: str
    external_id: str | None
    metadata: dict[str, str]
    changed_at: str | None


class LabelQuery(pagination.PageQuery):
    """Of which kind of thing (the prefix of its name, like `ord`), called how."""

    kind: fields.Filter | None = None
    external_id: fields.Filter | None = None


class CalledQuery(Schema):
    """For lists: only what its maker, or one's own organisation, calls so."""

    external_id: fields.Filter | None = None


class CalledInState(pagination.PageQuery):
    """For lists: only what is in a state, and what is called so."""

    state: fields.Filter | None = None
    external_id: fields.Filter | None = None


# --- for the other routes --------------------------------------------------------------------------------------------


def labelled(
    operation: Callable[[Act], Result],
    *,
    kind: str,
    external_id: str | None,
    metadata: Mapping[str, str],
    named: Callable[[Result], UUID] = lambda result: result.id,  # type: ignore[attr-defined]
    within: str | None = None,
) -> Callable[[Act], Result]:
    """An operation that makes a thing, and the maker's labels on it in the same transaction; as it is where none are
    given. `within` is the member of the body that they stand in. Refusal beside the operation's: `label_taken`."""
    if external_id is None and not metadata:
        return operation

    def both(act: Act) -> Result:
        with transaction.atomic():
            result = operation(act)
            if act.organisation_id is not None:
                labels.put(
                    owner=act.organisation_id,
                    kind=kind,
                    object_id=named(result),
                    external_id=external_id,
                    metadata=metadata,
                    now=act.now,
                    field="external_id" if within is None else f"{within}.external_id",
                )
        return result

    return both


def called(*, caller: Caller, kind: str, external_id: str) -> Q:
    """For lists: what its maker, or the caller, calls so."""
    own = labels.found(owner=edge.owner(caller), kind=kind, external_id=external_id)
    return Q(external_id=external_id) | Q(id__in=own)


def only_called(
    items: list[dict[str, Any]], *, caller: Caller, kind: str, external_id: str | None
) -> list[dict[str, Any]]:
    """The same for a list that is read whole; all of it where nothing is asked for."""
    if external_id is None:
        return items
    own = {public(kind, one) for one in labels.found(owner=edge.owner(caller), kind=kind, external_id=external_id)}
    return [one for one in items if one["external_id"] == external_id or one["id"] in own]


def fill(document: Any, *, caller: Caller) -> None:
    """Put the caller's own labels into everything in an answer that has some."""
    if caller.organisation_id is None:
        return
    places: dict[UUID, list[dict[str, Any]]] = {}
    _collect(document, places)
    if places:
        for object_id, label in labels.of(owner=caller.organisation_id, object_ids=places.keys()).items():
            for place in places[object_id]:
                place["external_id"] = label.external_id
                if "metadata" in place:
                    place["metadata"] = dict(label.metadata)


def given(document: dict[str, Any], body: Labelled) -> dict[str, Any]:
    """An answer about what was just made, with the labels that came with it."""
    return {**document, "external_id": body.external_id, "metadata": body.metadata}


def own(document: dict[str, Any], *, caller: Caller) -> dict[str, Any]:
    """An answer to an act, with the labels that the thing has."""
    fill(document, caller=caller)
    return document


def _collect(document: Any, places: dict[UUID, list[dict[str, Any]]]) -> None:
    if not isinstance(document, dict):
        return
    ref = document.get("id")
    found = parse(ref.partition("_")[0], ref) if isinstance(ref, str) and "external_id" in document else None
    if found is not None:
        places.setdefault(found, []).append(document)
    for name, inner in document.items():
        if isinstance(inner, list):
            for item in inner:
                _collect(item, places)
        elif name in WITHIN:
            _collect(inner, places)


# --- the routes ------------------------------------------------------------------------------------------------------


def _seen(caller: Caller, ref: str) -> tuple[str, UUID]:
    """The kind and ID of something that the caller may see. Refusal: `not_found`."""
    kind = ref.partition("_")[0]
    found = parse(kind, ref)
    if found is None or kind not in GATES:
        raise NotFound
    GATES[kind](caller, ref)
    return kind, found


def _shown(kind: str, object_id: UUID, label: Label | None) -> dict[str, Any]:
    return {
        "object_id": public(kind, object_id),
        "kind": kind,
        "external_id": label and label.external_id,
        "metadata": dict(label.metadata) if label else {},
        "changed_at": label and rfc3339(label.changed_at),
    }


@router.get("/labels", operation_id="list_labels", response=presenting.Page[LabelShown])
def list_labels(request: edge.Request, page: Query[LabelQuery]) -> dict[str, Any]:
    """What one's own organisation calls things, those made last first: `?kind=ord&external_id=PO-4711` finds one."""
    scopes.reads(request.auth)
    found = labels.page(
        owner=edge.owner(request.auth),
        kind=page.kind,
        external_id=page.external_id,
        after=pagination.opened(page.cursor),
        limit=page.limit + 1,
    )
    more = len(found) > page.limit
    items = [_shown(one.kind, one.object_id, one) for one in found[: page.limit]]
    return {"items": items, "next_cursor": pagination.sealed(found[page.limit - 1].object_id) if more else None}


@router.get("/labels/{object_id}", operation_id="get_label", response=LabelShown)
def get_label(request: edge.Request, object_id: str) -> dict[str, Any]:
    """What one's own organisation calls a thing: of any kind, by its name."""
    kind, found = _seen(request.auth, object_id)
    scopes.reads(request.auth)
    label = labels.of(owner=edge.owner(request.auth), object_ids=[found]).get(found)
    return _shown(kind, found, label)


@router.put("/labels/{object_id}", operation_id="set_label", response=LabelShown)
def set_label(request: edge.Request, object_id: str, body: Labels) -> dict[str, Any]:
    """Call a thing something, in place of what it was called: an `external_id` once for each kind. Sent again it
    changes nothing more, so it takes no `Idempotency-Key`."""
    kind, found = _seen(request.auth, object_id)
    if not request.auth.staff:
        access.may_write(request.auth)
        access.require(request.auth, scope="orders:write")
    label = labels.put(
        owner=edge.owner(request.auth),
        kind=kind,
        object_id=found,
        external_id=body.external_id,
        metadata=body.metadata,
        now=request.auth.now,
    )
    return _shown(kind, found, label)
