"""How quotations, comparisons and suppliers with cover look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api import documents
from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment, name
from holdfast.api.shown.contracts import Party
from holdfast.fulfilment.suppliers import Covering
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.sourcing import rules
from holdfast.sourcing.comparing import Column, Comparison
from holdfast.sourcing.queries import Buys, QuotationLine, QuotationPage, Trader, VersionView
from holdfast.terms.documents import plain


class PriceGap(Schema):
    """What protection adds to a price, for one quantity. `percent` has one decimal, half up, and is null above nothing.
    The direct price has no protection: nothing is held, nothing is covered, no claim can be opened."""

    line: int | None
    quantity: int
    protected_minor: int
    direct_minor: int
    difference_minor: int
    percent: str | None


class ProtectionBought(Schema):
    """What the protected price buys. `fee_minor` is the supplier's fee, which explains the difference; `gaps` is empty
    and `gap` null where no direct price was given or the programme hides it."""

    held_minor: int
    cover_minor: int | None
    fee_minor: int | None
    claim_days: int
    gap: PriceGap | None
    gaps: list[PriceGap]


class Quotation(Schema):
    """A quotation as its reader may see it. `document` is its last version; `contract_id` names the contract that it
    became, which is its drafter's alone until it is proposed."""

    id: str
    number: str
    state: str
    role: str
    buyer: Party
    supplier: Party
    currency: str
    programme: str
    programme_version: int
    direct_price_hidden: bool
    version: int
    total_minor: int
    valid_until: str
    due_at: str
    document: documents.OfferDocument
    digest: str
    protection: ProtectionBought
    waits_for: str | None
    contract_id: str | None
    decline_reason: str | None
    end_note: str | None
    external_id: str | None
    metadata: dict[str, str]
    offered_at: str
    changed_at: str
    ended_at: str | None
    acts: list[ActOut]


class QuotationInList(Schema):
    """A quotation in a list; `side` is the reader's own."""

    id: str
    number: str
    state: str
    side: str
    buyer_name: str
    supplier_name: str
    product: str
    currency: str
    total_minor: int
    version: int
    due_at: str
    waits_for: str | None
    contract_id: str | None
    external_id: str | None


class QuotationChange(Schema):
    """One place in which a version differs from the one before; null where it is not there."""

    path: str
    before: Any
    after: Any


class QuotationVersion(Schema):
    """One version, with what it changed."""

    number: int
    side: str
    document: documents.OfferDocument
    digest: str
    total_minor: int
    valid_until: str
    at: str
    changes: list[QuotationChange]


class LandedCost(Schema):
    """What the goods cost once they are here."""

    units: int
    goods_minor: int
    charges_minor: int
    freight_minor: int
    insurance_minor: int
    duty_minor: int
    total_minor: int


class ComparedProtection(Schema):
    """What stands behind a quotation; `covered_percent` of what is paid is covered beyond what is held."""

    cap_minor: int
    cover_minor: int
    covered_percent: str
    uncovered_minor: int
    fee_minor: int
    claim_days: int


class SupplierRecord(Schema):
    """What is known of a supplier. `on_time_percent` is null where there is no record yet; `line_left_minor` is what
    another order could take of its line now."""

    tier: str
    standing: str
    country: str
    line_left_minor: int | None
    shipments: int
    shipments_on_time: int
    on_time_percent: str | None


class ComparedQuotation(Schema):
    """One quotation in a comparison. `claimability_percent` is the share of the goods' value that would rest on
    enforceable terms. `landed` is null, and `least_quantity` says why, where the quantity is below the
    smallest quoted; `protection` is null where the programme covers no such supplier or currency."""

    quotation_id: str
    number: str
    supplier: Party
    product: str
    incoterm: str
    place: str
    lead_time_days: int
    valid_until: str
    state: str
    programme: str
    is_lowest: bool
    least_quantity: int | None
    claimability_percent: str
    landed: LandedCost | None
    protection: ComparedProtection | None
    gap: PriceGap | None
    record: SupplierRecord


class QuotationComparison(Schema):
    """Quotations side by side, the lowest landed cost first."""

    currency: str
    quantity: int | None
    duty_percent: str
    insurance_percent: str
    freight_minor: int
    quotations: list[ComparedQuotation]


class CoveringSupplier(Schema):
    """A supplier with enough cover; `cover_minor` is the most that one order could get now."""

    id: str
    name: str
    country: str
    tier: str
    currency: str
    cap_minor: int
    cover_minor: int
    line_left_minor: int | None
    shipments: int
    shipments_on_time: int
    on_time_percent: str | None


def _party(view: Trader) -> dict[str, Any]:
    return {"id": public("org", view.id), "name": view.name, "country": view.country}


def percent(tenths: int | None) -> str | None:
    """Tenths of a per cent as a decimal with one place: 87 is `8.7`."""
    if tenths is None:
        return None
    whole, rest = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole}.{rest}"


def _gap(found: rules.Gap | None, line: int | None = None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "line": line,
        "quantity": found.quantity,
        "protected_minor": found.protected_minor,
        "direct_minor": found.direct_minor,
        "difference_minor": found.difference_minor,
        "percent": percent(found.tenths),
    }


def _bought(buys: Buys) -> dict[str, Any]:
    return {
        "held_minor": buys.held_minor,
        "cover_minor": buys.cover_minor,
        "fee_minor": buys.fee_minor,
        "claim_days": buys.claim_days,
        "gap": _gap(buys.whole),
        "gaps": [_gap(one.gap, one.line) for one in buys.lines],
    }


def quotation(page: QuotationPage) -> dict[str, Any]:
    """A quotation, for one of its sides."""
    return {
        "id": public("quo", page.id),
        "number": page.number,
        "state": page.state,
        "role": page.role,
        "buyer": _party(page.buyer),
        "supplier": _party(page.supplier),
        "currency": page.currency,
        "programme": page.programme,
        "programme_version": page.programme_version,
        "direct_price_hidden": page.direct_hidden,
        "version": page.version,
        "total_minor": page.total_minor,
        "valid_until": page.valid_until.isoformat(),
        "due_at": rfc3339(page.due_at),
        "document": page.document,
        "digest": page.digest,
        "protection": _bought(page.buys),
        "waits_for": page.waits_for,
        "contract_id": name("con", page.contract_id),
        "decline_reason": page.decline_reason,
        "end_note": page.end_note,
        "external_id": page.external_id,
        "metadata": page.metadata,
        "offered_at": rfc3339(page.offered_at),
        "changed_at": rfc3339(page.changed_at),
        "ended_at": moment(page.ended_at),
        "acts": [{"verb": act.verb, "due_at": moment(act.due_at)} for act in page.acts],
    }


def quotation_line(line: QuotationLine) -> dict[str, Any]:
    """A quotation in a list."""
    return {
        "id": public("quo", line.id),
        "number": line.number,
        "state": line.state,
        "side": line.side,
        "buyer_name": line.buyer_name,
        "supplier_name": line.supplier_name,
        "product": line.product,
        "currency": line.currency,
        "total_minor": line.total_minor,
        "version": line.version,
        "due_at": rfc3339(line.due_at),
        "waits_for": line.waits_for,
        "contract_id": name("con", line.contract_id),
        "external_id": line.external_id,
    }


def version(view: VersionView) -> dict[str, Any]:
    """One version."""
    return {
        "number": view.number,
        "side": view.side,
        "document": view.document,
        "digest": view.digest,
        "total_minor": view.total_minor,
        "valid_until": view.valid_until.isoformat(),
        "at": rfc3339(view.at),
        "changes": [{"path": one.path, "before": one.before, "after": one.after} for one in view.changes],
    }


def _on_time(record: rules.Record) -> dict[str, Any]:
    kept = rules.tenths_of(part_minor=record.on_time, whole_minor=record.shipments) if record.shipments else None
    return {
        "shipments": record.shipments,
        "shipments_on_time": record.on_time,
        "on_time_percent": percent(kept),
    }


def _landed(found: rules.Landed) -> dict[str, Any]:
    return {
        "units": found.units,
        "goods_minor": found.goods_minor,
        "charges_minor": found.charges_minor,
        "freight_minor": found.freight_minor,
        "insurance_minor": found.insurance_minor,
        "duty_minor": found.duty_minor,
        "total_minor": found.total_minor,
    }


def _protection(found: rules.Protection) -> dict[str, Any]:
    return {
        "cap_minor": found.cap_minor,
        "cover_minor": found.cover_minor,
        "covered_percent": percent(found.covered_tenths),
        "uncovered_minor": found.uncovered_minor,
        "fee_minor": found.fee_minor,
        "claim_days": found.claim_days,
    }


def _column(column: Column) -> dict[str, Any]:
    figures = column.figures
    record = figures.record
    return {
        "quotation_id": public("quo", column.id),
        "number": column.number,
        "supplier": _party(column.supplier),
        "product": column.product,
        "incoterm": column.incoterm,
        "place": column.place,
        "lead_time_days": column.lead_time_days,
        "valid_until": column.valid_until.isoformat(),
        "state": column.state,
        "programme": column.programme,
        "is_lowest": figures.is_lowest,
        "least_quantity": figures.least,
        "claimability_percent": percent(column.claimability_tenths),
        "landed": _landed(figures.landed) if figures.landed else None,
        "protection": _protection(figures.protection) if figures.protection else None,
        "gap": _gap(figures.gap),
        "record": {
            "tier": record.tier,
            "standing": record.standing,
            "country": record.country,
            "line_left_minor": record.line_left_minor,
            **_on_time(record),
        },
    }


def comparison(found: Comparison) -> dict[str, Any]:
    """Quotations side by side."""
    return {
        "currency": found.currency,
        "quantity": found.rates.quantity,
        "duty_percent": plain(found.rates.duty_percent),
        "insurance_percent": plain(found.rates.insurance_percent),
        "freight_minor": found.rates.freight_minor,
        "quotations": [_column(column) for column in found.columns],
    }


def covering(found: Covering, *, currency: str) -> dict[str, Any]:
    """A supplier with enough cover."""
    return {
        "id": public("org", found.id),
        "name": found.name,
        "country": found.country,
        "tier": found.record.tier,
        "currency": currency,
        "cap_minor": found.cap_minor,
        "cover_minor": found.cover_minor,
        "line_left_minor": found.record.line_left_minor,
        **_on_time(found.record),
    }
