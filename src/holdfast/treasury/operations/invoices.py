"""Issue invoices and credit notes for fees: for all suppliers when a month is closed, or for one order on request.

Each paper is a transaction of its own: paper, lines, which fees stand on it, the tax it contains as a transfer, and the
event with its digest become true together. What is on a paper is decided by the rules; nothing is ever issued twice.
"""

import logging
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from holdfast.contracts.programmes import programme_of
from holdfast.kernel.clock import local_day
from holdfast.kernel.identifiers import new_id, public
from holdfast.kernel.refusals import Refusal
from holdfast.ledger import days, journal
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import of_operator
from holdfast.orders.models import Order
from holdfast.parties.queries import organisation
from holdfast.programme.writing import plain
from holdfast.record.act import Act
from holdfast.record.chains import Chain, chain_head, operator_chain
from holdfast.record.recording import Recording
from holdfast.treasury.models import FeeOnPaper, Paper, PaperLine, PaperRun, Seller
from holdfast.treasury.papers import documents, rules
from holdfast.treasury.papers.documents import Head, OrderOnPaper, Party
from holdfast.treasury.papers.rules import Fee, Line, Plan
from holdfast.treasury.queries import invoices as queries

log = logging.getLogger(__name__)
EVENTS = {"invoice": "invoice.issued", "credit_note": "credit_note.issued"}


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued: the month (its first day) or None for one order, and the papers by ID."""

    month: date | None
    papers: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """One supplier's fees of one currency being put on papers."""

    act: Act
    seller: Seller
    organisation_id: UUID
    currency: str
    first: date
    last: date
    order_id: UUID | None
    issued_on: date
    recording: Recording
    chain: Chain


def month_end(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def issue_month(*, act: Act, month: date) -> Issued:
    """Issue what every supplier is due for a month and before it, once the month's last day is closed.

    Refusals: `MonthNotClosed`, `MonthIssued`, `SellerNotSet`, `TaxNotSet`. Cut off half-way, it goes on where it was.
    """
    first, last = month.replace(day=1), month_end(month)
    closed = days.calendar().closed_through
    if closed is None or closed < last:
        raise rules.MonthNotClosed(field="month", closed_through=closed.isoformat() if closed else None)
    _check_not_issued(first)
    _seller()
    issued: list[UUID] = []
    for row in queries.waiting(through=last):
        with transaction.atomic():
            who = row.organisation_id, row.currency
            issued += _issue(act=act.as_role(act.role), who=who, first=first, last=last)
    with transaction.atomic():
        chain = operator_chain()
        _check_not_issued(first)
        PaperRun.objects.create(month=first, papers=len(issued), issued_at=act.now)
        recording = Recording(act)
        data = {"month": first.isoformat()[:7], "papers": len(issued)}
        recording.event(chain, "invoices.issued", about={}, data=data)
        result: Issued = recording.write(Issued(first, tuple(issued)))
        return result


def _check_not_issued(first: date) -> None:
    before = queries.last_run()
    if before is not None and before >= first:
        raise rules.MonthIssued(field="month", found=first.isoformat()[:7], last=before.isoformat()[:7])


def issue_order(*, act: Act, order_id: UUID) -> Issued:
    """Issue what waits of one order's fee now. Refusals: `NothingToInvoice`, `SellerNotSet`, `TaxNotSet`."""
    supplier_id = queries.supplier_of_order(order_id=order_id)
    currency = Order.objects.values_list("currency", flat=True).get(id=order_id)
    return issue_order_of(act=act, supplier_id=supplier_id, currency=currency, order_id=order_id)


def issue_order_of(*, act: Act, supplier_id: UUID, currency: str, order_id: UUID) -> Issued:
    """The same, where supplier and currency are known."""
    _seller()
    last = local_day(act.now, days.calendar().zone)
    with transaction.atomic():
        recording = Recording(act)
        who = supplier_id, currency
        papers = _issue(act=act, who=who, first=last, last=last, order_id=order_id, into=recording)
        if not papers:
            raise rules.NothingToInvoice(order=public("ord", order_id))
        result: Issued = recording.write(Issued(None, tuple(papers)))
        return result


def issue_due(*, act: Act) -> int:
    """Issue every month whose books are closed and that was not issued; answers how many papers.

    A seller or a tax rule that is not recorded yet is told in the log and on the desk, and tried again.
    """
    closed = days.calendar().closed_through
    if closed is None or queries.seller() is None:
        return 0
    before = queries.last_run()
    start = _next_month(before) if before is not None else queries.first_waiting()
    count = 0
    while start is not None and month_end(start) <= closed:
        try:
            count += len(issue_month(act=act, month=start).papers)
        except Refusal as refusal:
            log.warning("invoices of %s wait: %s %s", start.isoformat()[:7], refusal.message(), refusal.facts)
            return count
        start = _next_month(start)
    return count


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _seller() -> Seller:
    found = queries.seller()
    if found is None:
        raise rules.SellerNotSet(field="seller")
    return found


def _issue(
    *,
    act: Act,
    who: tuple[UUID, str],
    first: date,
    last: date,
    order_id: UUID | None = None,
    into: Recording | None = None,
) -> list[UUID]:
    """Put the waiting fees of a supplier in a currency on papers, under the lock of its chain; answers the papers.

    `into` is a recording that the caller writes.
    """
    organisation_id, currency = who
    seller = _seller()
    chain = chain_head(kind="organisation", chain_id=organisation_id)
    fees = queries.waiting_fees(organisation_id=organisation_id, currency=currency, through=last, order_id=order_id)
    if not fees:
        return []
    issued_on = local_day(act.now, days.calendar().zone)
    start = min([fee.booked_on for fee in fees] + ([] if order_id is not None else [first]))
    case = _Case(
        act, seller, organisation_id, currency, start, last, order_id, issued_on, into or Recording(act), chain
    )
    plan = _plan(case, fees)
    papers = []
    if plan.invoice:
        papers.append(_write(case, "invoice", plan.invoice, plan.on_invoice))
    for corrected, lines in plan.credits.items():
        papers.append(_write(case, "credit_note", lines, plan.on_credit.get(corrected, ()), corrected))
    FeeOnPaper.objects.bulk_create(FeeOnPaper(transfer_id=one, paper=None) for one in plan.nowhere)
    if into is None and papers:
        case.recording.write(None)
    return papers


def _plan(case: _Case, fees: Sequence[Fee]) -> Plan:
    orders = list(dict.fromkeys(fee.order_id for fee in fees))
    customer = _customer(case.organisation_id)
    table = queries.tax_rules()
    taxes = {
        day: rules.tax_for(
            rules=table,
            seller=case.seller.country,
            customer=customer.country,
            has_number=bool(customer.vat_number),
            on=day,
        )
        for day in {fee.booked_on for fee in fees if fee.amount_minor > 0}
    }
    standing = queries.standing(organisation_id=case.organisation_id, currency=case.currency, order_ids=orders)
    return rules.plan(fees=fees, standing=standing, taxes=taxes)


def _write(case: _Case, kind: str, lines: Sequence[Line], fees: Sequence[UUID], corrected: UUID | None = None) -> UUID:
    """One paper with the next number of its series."""
    series = documents.series_of(prefix=case.seller.prefix, kind=kind, year=case.issued_on.year)
    number = _next_number(series)
    document = documents.document(
        head=_head(case, kind, documents.display_number(series=series, number=number), corrected),
        lines=lines,
        orders=_orders(lines, case.last),
    )
    digest = documents.digest_of(document)
    paper = Paper.objects.create(
        id=new_id(),
        kind=kind,
        series=series,
        number=number,
        organisation_id=case.organisation_id,
        order_id=case.order_id,
        corrects_id=corrected,
        currency=case.currency,
        period_from=case.first,
        period_to=case.last,
        issued_on=case.issued_on,
        issued_at=case.act.now,
        gross_minor=document["gross_minor"],
        tax_minor=document["tax_minor"],
        document=document,
        digest=digest,
    )
    PaperLine.objects.bulk_create(_line(paper, place, line) for place, line in enumerate(lines, start=1))
    FeeOnPaper.objects.bulk_create(FeeOnPaper(transfer_id=one, paper=paper) for one in fees)
    _tell(case, paper, digest)
    return paper.id


def _tell(case: _Case, paper: Paper, digest: bytes) -> None:
    """The event with the paper's digest, and the tax that it contains put apart (or back)."""
    case.recording.event(
        case.chain,
        EVENTS[paper.kind],
        about={"organisation": case.organisation_id, "paper": paper.id, "order": case.order_id},
        data={
            "number": documents.display_number(series=paper.series, number=paper.number),
            "currency": case.currency,
            "gross_minor": paper.gross_minor,
            "tax_minor": paper.tax_minor,
            "sha256": digest.hex(),
        },
    )
    if paper.tax_minor:
        income, owed = of_operator("fee_income", case.currency), of_operator("tax_payable", case.currency)
        split = ("tax_split", income, owed) if paper.kind == "invoice" else ("tax_split_back", owed, income)
        case.recording.transfer(Transfer(*split, paper.tax_minor, subject_id=paper.id))


def _next_number(series: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT treasury_next_number(%s)", [series])
        return int(cursor.fetchone()[0])


def _line(paper: Paper, place: int, line: Line) -> PaperLine:
    return PaperLine(
        id=new_id(),
        paper=paper,
        position=place,
        order_id=line.order_id,
        corrects_id=line.corrects.line_id if line.corrects else None,
        percent=line.tax.percent,
        treatment=line.tax.treatment,
        gross_minor=line.gross_minor,
        tax_minor=line.tax_minor,
    )


def _head(case: _Case, kind: str, number: str, corrected: UUID | None) -> Head:
    corrects = None
    if corrected is not None:
        row = Paper.objects.only("series", "number", "issued_on").get(id=corrected)
        corrects = (documents.display_number(series=row.series, number=row.number), row.issued_on)
    seller = case.seller
    return Head(
        kind=kind,
        number=number,
        issued_on=case.issued_on,
        period_from=case.first,
        period_to=case.last,
        currency=case.currency,
        seller=Party(seller.legal_name, seller.address, seller.country, seller.registration_number, seller.vat_number),
        customer=_customer(case.organisation_id),
        customer_id=case.organisation_id,
        corrects=corrects,
    )


def _customer(organisation_id: UUID) -> Party:
    """As it told us for its invoices, or by its name."""
    told = queries.billing_of(organisation_id=organisation_id)
    if told is not None:
        return Party(told.legal_name, told.address, told.country, told.registration_number, told.vat_number)
    known = organisation(organisation_id=organisation_id)
    return Party(known.name, "", known.country, "", "")


def _orders(lines: Sequence[Line], through: date) -> dict[UUID, OrderOnPaper]:
    wanted = [line.order_id for line in lines if line.order_id is not None]
    released = journal.released(order_ids=wanted, through=through)
    rows = Order.objects.filter(id__among=wanted).only("id", "number", "programme_name", "programme_version", "tier")
    return {row.id: OrderOnPaper(row.number, released.get(row.id, 0), _bands(row)) for row in rows}


def _bands(row: Order) -> tuple[str, ...]:
    programme = programme_of(name=row.programme_name, version=row.programme_version)
    found = [band.percent for band in programme.fees.bands if row.tier in band.tiers]
    return tuple(plain(part) for part in found)
