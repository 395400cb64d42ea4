"""Questions about suppliers' lines: how much cover of open orders may stand, how much does, and how much is left.

What a line is where no verifier has given one, the programme says. Nothing is locked here, so nothing may be decided on
an answer: that is done where a signature is written (`sql/cover_v1.sql`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Least

from holdfast.database.calls import Function
from holdfast.kernel.identifiers import new_id
from holdfast.parties.models import CoverLine, Organisation
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.programme.refusals import CurrencyNotCovered, TierNotCovered
from holdfast.programme.rules.limits import known_currency


@dataclass(frozen=True, slots=True)
class CoverView:
    """A supplier's line in one currency, minor units. `set_minor` is a verifier's word, None where the programme's most
    for the tier counts; `line_minor` the lesser of both; `reserved_minor` stands behind open orders; `left_minor` may
    still be signed for, and of it `one_order_minor` at most for one order. A suspended supplier has nothing left."""

    organisation_id: UUID
    organisation_name: str
    currency: str
    tier: str
    set_minor: int | None
    line_minor: int
    reserved_minor: int
    left_minor: int
    one_order_minor: int
    is_suspended: bool


def cover_of(*, organisation_id: UUID, programme: Programme) -> list[CoverView]:
    """A supplier's lines in every currency of the programme, and in those where something stands from before."""
    found = Organisation.objects.filter(id=organisation_id, kind="supplier").first()
    if found is None:
        return []
    rows = {row.currency: row for row in CoverLine.objects.filter(organisation_id=organisation_id)}
    currencies = [*programme.currencies, *sorted(set(rows) - set(programme.currencies))]
    return [_view(found, currency, rows.get(currency), programme) for currency in currencies]


def cover_left(*, organisation_id: UUID, currency: str, programme: Programme) -> CoverView | None:
    """A supplier's line in one currency; None for nobody."""
    found = Organisation.objects.filter(id=organisation_id).first()
    if found is None:
        return None
    return _view(found, currency, CoverLine.objects.filter(organisation=found, currency=currency).first(), programme)


def lines_of(*, organisation_ids: Collection[UUID], currency: str, programme: Programme) -> dict[UUID, CoverView]:
    """The lines of several suppliers in one currency."""
    rows = {
        row.organisation_id: row
        for row in CoverLine.objects.filter(organisation_id__in=organisation_ids, currency=currency)
    }
    found = Organisation.objects.filter(id__in=organisation_ids)
    return {one.id: _view(one, currency, rows.get(one.id), programme) for one in found}


def lines_in_use(*, programme: Programme, limit: int = 500) -> list[CoverView]:
    """Every line on which something stands or a verifier has spoken; the fullest first."""
    rows = CoverLine.objects.select_related("organisation").filter(
        Q(reserved_minor__gt=0) | Q(line_minor__isnull=False)
    )
    views = [_view(row.organisation, row.currency, row, programme) for row in rows.order_by("-reserved_minor")[:limit]]
    return sorted(views, key=lambda view: (view.left_minor > 0, view.organisation_name, view.currency))


def newest_with_cover(
    *, currency: str, least_minor: int, programme: Programme, before: UUID | None = None, limit: int = 50
) -> list[CoverView]:
    """Suppliers in good standing who could sign an order with so much cover now, the newest first, from `before` on.

    Refusal: `CurrencyNotCovered`.
    """
    rows = _covering(currency, least_minor, programme)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return _views(list(rows.order_by("-id")[:limit]), currency, programme)


def _covering(currency: str, least_minor: int, programme: Programme) -> QuerySet[Any, Any]:
    known_currency(programme=programme, currency=currency)
    tiers = [When(tier=tier, then=Value(amounts[currency])) for tier, amounts in programme.cover.tiers.items()]
    own = Q(individual_cap_currency=currency, individual_cap_minor__isnull=False)
    cap = Case(When(own, then=F("individual_cap_minor")), *tiers, output_field=models.BigIntegerField())
    lines = CoverLine.objects.filter(organisation=OuterRef("id"), currency=currency)
    most = F("cap") * programme.cover.line_times
    found: QuerySet[Any, Any] = (
        Organisation.objects.filter(kind="supplier", programme_standing="good", tier__in=list(programme.cover.tiers))
        .annotate(cap=cap, set_minor=Subquery(lines.values("line_minor")))
        .annotate(reserved=Coalesce(Subquery(lines.values("reserved_minor")), 0))
        .annotate(left=Greatest(Least(Coalesce("set_minor", most), most) - F("reserved"), 0))
        .annotate(one_order=Least("cap", "left"))
        .filter(one_order__gte=least_minor, left__gt=0)
    )
    return found


def _views(rows: list[Organisation], currency: str, programme: Programme) -> list[CoverView]:
    found = {row.organisation_id: row for row in CoverLine.objects.filter(organisation__in=rows, currency=currency)}
    return [_view(row, currency, found.get(row.id), programme) for row in rows]


def _view(organisation: Organisation, currency: str, row: CoverLine | None, programme: Programme) -> CoverView:
    own = organisation.individual_cap_minor if organisation.individual_cap_currency == currency else None
    given: dict[str, Any] = {"programme": programme, "currency": currency, "tier": organisation.tier}
    try:
        cap = programme_rules.cover_cap(**given, individual_minor=own)
        most = programme_rules.line_limit(**given, individual_minor=own)
    except (TierNotCovered, CurrencyNotCovered):
        cap = most = 0
    set_minor = row.line_minor if row is not None else None
    line = most if set_minor is None else min(set_minor, most)
    reserved = row.reserved_minor if row is not None else 0
    is_suspended = organisation.programme_standing != "good"
    left = 0 if is_suspended else max(0, line - reserved)
    return CoverView(
        organisation.id,
        organisation.name,
        currency,
        organisation.tier,
        set_minor,
        line,
        reserved,
        left,
        min(cap, left),
        is_suspended,
    )


# --- rows for `parties_cover`, which other rooms hand to their recordings --------------------------------------------

WRITE = Function("parties_cover")
"""The function that writes these rows: `recording.call(cover.WRITE, cover.reserved(...))`, before any other call."""


def reserved(*, organisation_id: UUID, currency: str, minor: int, most_minor: int) -> dict[str, Any]:
    """So much more stands behind an order; `most_minor` is the programme's longest line for the supplier as it is."""
    return {"reserved": [{"id": str(new_id()), **_of(organisation_id, currency, minor), "most_minor": most_minor}]}


def freed(*, organisation_id: UUID, currency: str, minor: int) -> dict[str, Any]:
    """So much stands behind an order no longer."""
    return {"freed": [_of(organisation_id, currency, minor)]}


def line_set(*, organisation_id: UUID, currency: str, line_minor: int, most_minor: int) -> dict[str, Any]:
    """A verifier's word."""
    row = {"id": str(new_id()), "organisation_id": str(organisation_id), "currency": currency}
    return {"lines": [{**row, "line_minor": line_minor, "most_minor": most_minor}]}


def _of(organisation_id: UUID, currency: str, minor: int) -> dict[str, Any]:
    return {"organisation_id": str(organisation_id), "currency": currency, "minor": minor}
