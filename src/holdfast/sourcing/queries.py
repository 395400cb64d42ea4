"""The questions about quotations, answered with frozen dataclasses; and the gate through which one is reached.

The published programmes lie in a room above: whoever asks hands in how a version of one is found. Nothing is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.parties.access import Caller, Standing, stand
from holdfast.programme import Programme
from holdfast.record import events, labels
from holdfast.sourcing import document as documents
from holdfast.sourcing import models, rules
from holdfast.sourcing.shape import Offer

ANSWERS = ("accept", "counter", "decline")
"""What a side does within the time that the last version is valid."""


class ProgrammeOf(Protocol):
    """How a published version of a programme is found."""

    def __call__(self, *, name: str, version: int) -> Programme:
        """The version."""


@dataclass(frozen=True, slots=True)
class Trader:
    """A side, for show."""

    id: UUID
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class LineGap:
    """What protection adds to one line at its quoted quantity."""

    line: int
    product: str
    gap: rules.Gap


@dataclass(frozen=True, slots=True)
class Buys:
    """What protection adds to the price, and what it buys: everything paid is held; cover stands behind what is
    released early or claimed afterwards; a claim may be opened for so many days after delivery. `fee_minor` is what the
    supplier pays for it, and explains the difference. Without a direct price to show, `lines` and `whole` are empty."""

    lines: tuple[LineGap, ...]
    whole: rules.Gap | None
    held_minor: int
    cover_minor: int | None
    fee_minor: int | None
    claim_days: int


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version, with what it changed of the one before; without direct prices where the reader is not shown them."""

    number: int
    side: str
    document: dict[str, Any]
    digest: str
    total_minor: int
    valid_until: date
    at: datetime
    changes: tuple[rules.Change, ...]


@dataclass(frozen=True, slots=True)
class PossibleStep:
    """What the reader may do now, and by when if time runs."""

    verb: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuotationPage:
    """Everything there is to show of a quotation to one side."""

    id: UUID
    number: str
    state: str
    role: str
    buyer: Trader
    supplier: Trader
    currency: str
    programme: str
    programme_version: int
    direct_hidden: bool
    version: int
    total_minor: int
    valid_until: date
    due_at: datetime
    document: dict[str, Any]
    digest: str
    buys: Buys
    waits_for: str | None
    contract_id: UUID | None
    decline_reason: str | None
    end_note: str | None
    """What was said with the end, if it was not erased."""
    external_id: str | None
    metadata: dict[str, Any]
    offered_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    acts: tuple[PossibleStep, ...]


@dataclass(frozen=True, slots=True)
class QuotationLine:
    """A quotation in a list."""

    id: UUID
    number: str
    state: str
    side: str
    buyer_name: str
    supplier_name: str
    product: str
    currency: str
    total_minor: int
    version: int
    due_at: datetime
    waits_for: str | None
    contract_id: UUID | None
    external_id: str | None


def quotation_for(*, caller: Caller, ref: object) -> Standing:
    """The gate: the quotation's ID and the caller's role in it. Refusal: `NotFound`, the same for every stranger."""
    quotation_id = parse("quo", ref)
    if quotation_id is None:
        raise NotFound
    row = models.Quotation.objects.filter(id=quotation_id).values("buyer_id", "supplier_id").first()
    if row is None:
        raise NotFound
    role = stand(caller=caller, buyer_id=row["buyer_id"], supplier_id=row["supplier_id"])
    return Standing(quotation_id, row["supplier_id"] if role == "supplier" else row["buyer_id"], role)


def page(*, quotation_id: UUID, role: str, programme_of: ProgrammeOf, now: datetime) -> QuotationPage:
    """The page of a quotation that passed the gate."""
    row = models.Quotation.objects.select_related("buyer", "supplier").get(id=quotation_id)
    return page_of(row, role=role, programme_of=programme_of, now=now)


def versions(*, quotation_id: UUID, role: str, programme_of: ProgrammeOf) -> list[VersionView]:
    """Every version, the first first, each with what it changed."""
    row = models.Quotation.objects.get(id=quotation_id)
    programme = programme_of(name=row.programme_name, version=row.programme_version)
    hides = _hides(programme, role)
    found: list[VersionView] = []
    before: models.QuotationVersion | None = None
    for one in row.versions.order_by("number"):
        changed: tuple[rules.Change, ...] = ()
        if before is not None:
            direct = not hides and "buyer" not in (one.side, before.side)
            changed = rules.changes(before=before.document, after=one.document, direct=direct)
        document = rules.without_direct(one.document) if hides else one.document
        found.append(
            VersionView(one.number, one.side, document, one.digest, one.total_minor, one.valid_until, one.at, changed)
        )
        before = one
    return found


def of_organisation(
    *,
    organisation_id: UUID,
    state: str | None = None,
    side: str | None = None,
    external_id: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[QuotationLine]:
    """The quotations of an organisation, on either side or on one, newest first, from `before` on."""
    sides = {"buyer": Q(buyer_id=organisation_id), "supplier": Q(supplier_id=organisation_id)}
    rows = models.Quotation.objects.filter(sides[side] if side in sides else sides["buyer"] | sides["supplier"])
    if state is not None:
        rows = rows.filter(state=state)
    if external_id is not None:
        own = labels.found(owner=organisation_id, kind="quo", external_id=external_id)
        rows = rows.filter(Q(external_id=external_id) | Q(id__in=own))
    if before is not None:
        rows = rows.filter(id__lt=before)
    listed = list(rows.select_related("buyer", "supplier").order_by("-id")[:limit])
    products = _products(listed)
    return [
        QuotationLine(
            id=row.id,
            number=row.number,
            state=row.state,
            side="buyer" if row.buyer_id == organisation_id else "supplier",
            buyer_name=row.buyer.name,
            supplier_name=row.supplier.name,
            product=products.get(row.id, ""),
            currency=row.currency,
            total_minor=row.total_minor,
            version=row.version,
            due_at=row.due_at,
            waits_for=rules.answerer(row.state) if row.state in rules.OPEN else None,
            contract_id=row.contract_id,
            external_id=row.external_id,
        )
        for row in listed
    ]


def parties_of(*, quotation_ids: Sequence[UUID]) -> list[tuple[UUID, str, UUID, UUID]]:
    """ID, number, buyer and supplier of those of these that are quotations."""
    rows = models.Quotation.objects.filter(id__in=quotation_ids)
    return list(rows.values_list("id", "number", "buyer_id", "supplier_id"))


def of_contract(*, contract_id: UUID) -> tuple[UUID, str] | None:
    """The quotation that a contract came from: its ID and number."""
    return models.Quotation.objects.filter(contract_id=contract_id).values_list("id", "number").first()


def chains_of(*, organisation_id: UUID) -> QuerySet[Any, UUID]:
    """The chains of the quotations an organisation has a part in."""
    rows = models.Quotation.objects.filter(Q(buyer_id=organisation_id) | Q(supplier_id=organisation_id))
    return rows.values_list("id", flat=True)


def page_of(
    row: models.Quotation, *, role: str, programme_of: ProgrammeOf, now: datetime, note: str | None = None
) -> QuotationPage:
    """The page, from a row already loaded with its parties; `note` is what is being said with its end just now."""
    programme = programme_of(name=row.programme_name, version=row.programme_version)
    latest = models.QuotationVersion.objects.get(quotation_id=row.id, number=row.version)
    offer = documents.stored(latest.document)
    verbs = rules.open_verbs(state=row.state, side=role, due_at=row.due_at, now=now) if role in rules.SIDES else ()
    is_open = row.state in rules.OPEN
    hides = _hides(programme, role)
    return QuotationPage(
        id=row.id,
        number=row.number,
        state=row.state,
        role=role,
        buyer=Trader(row.buyer_id, row.buyer.name, row.buyer.country),
        supplier=Trader(row.supplier_id, row.supplier.name, row.supplier.country),
        currency=row.currency,
        programme=row.programme_name,
        programme_version=row.programme_version,
        direct_hidden=programme.fees.hides_direct_price,
        version=row.version,
        total_minor=row.total_minor,
        valid_until=row.valid_until,
        due_at=row.due_at,
        document=rules.without_direct(latest.document) if hides else latest.document,
        digest=latest.digest,
        buys=_buys(row, offer, programme, hides),
        waits_for=rules.answerer(row.state) if is_open else None,
        contract_id=row.contract_id,
        decline_reason=row.decline_reason,
        end_note=(note or _note(row)) if row.ended_at is not None else None,
        external_id=row.external_id,
        metadata=row.metadata,
        offered_at=row.offered_at,
        changed_at=row.changed_at,
        ended_at=row.ended_at,
        acts=tuple(PossibleStep(verb, row.due_at if verb in ANSWERS else None) for verb in verbs),
    )


def _note(row: models.Quotation) -> str | None:
    """What was said with the end of a quotation; erased, or nothing, is None."""
    last = events.story(chain_id=row.id)[-1:]
    said = last[0].private.get("note") if last else None
    return said if isinstance(said, str) and said != events.ERASED else None


def _hides(programme: Programme, role: str) -> bool:
    """Whether a reader is not shown what goods would cost unprotected; who wrote it knows it anyway."""
    return programme.fees.hides_direct_price and role != "supplier"


def _buys(row: models.Quotation, offer: Offer, programme: Programme, hides: bool) -> Buys:
    supplier = row.supplier
    individual = supplier.individual_cap_minor if supplier.individual_cap_currency == row.currency else None
    record = rules.Record(supplier.tier, supplier.programme_standing, supplier.country, individual)
    behind = rules.protection(
        programme=programme,
        record=record,
        currency=row.currency,
        total_minor=offer.total_minor,
        goods_minor=offer.goods_minor(),
    )
    lines: list[LineGap] = []
    for line in () if hides else offer.lines:
        found = rules.gap(breaks=line.breaks, quantity=line.quantity, line=line.number)
        if found is not None:
            lines.append(LineGap(line.number, line.product, found))
    bids = documents.bid_of(quotation_id=row.id, offer=offer, programme=programme, record=record)
    return Buys(
        lines=tuple(lines),
        whole=None if hides else rules.whole_gap(lines=bids.lines),
        held_minor=offer.total_minor,
        cover_minor=behind.cover_minor if behind else None,
        fee_minor=behind.fee_minor if behind else None,
        claim_days=programme.window["quality"].days,
    )


def _latest(rows: Sequence[models.Quotation]) -> dict[UUID, models.QuotationVersion]:
    wanted = {(row.id, row.version) for row in rows}
    found = models.QuotationVersion.objects.filter(
        quotation_id__in=[row.id for row in rows], number__in={row.version for row in rows}
    )
    return {one.quotation_id: one for one in found if (one.quotation_id, one.number) in wanted}


def offers_of(rows: Sequence[models.Quotation]) -> dict[UUID, Offer]:
    """The last version of each quotation, read."""
    return {quotation_id: documents.stored(one.document) for quotation_id, one in _latest(rows).items()}


def _products(rows: Sequence[models.Quotation]) -> dict[UUID, str]:
    lines = {quotation_id: one.document["lines"] for quotation_id, one in _latest(rows).items()}
    return {quotation_id: product_of(found[0]["product"], len(found)) for quotation_id, found in lines.items()}


def product_of(first: str, count: int) -> str:
    """What is quoted, in a word: the first product, and how many more lines there are."""
    return first if count == 1 else f"{first} +{count - 1}"
