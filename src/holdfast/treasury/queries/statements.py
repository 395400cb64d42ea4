"""Statements: of an organisation, of one order, of any account. Reads only; who may ask is decided before.

A buyer's money is its orders' escrow, frozen and refundable accounts looked at as one; a supplier's, its balance, its
guarantee and its debts.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from holdfast.kernel.money import currencies
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.ledger import days, journal
from holdfast.ledger.chart import ACCOUNTS
from holdfast.ledger.journal import Moved, Pot
from holdfast.orders.models import Order
from holdfast.parties.models import Organisation
from holdfast.parties.queries import organisation
from holdfast.treasury.papers.statement import Row, Section, Statement, StatementTooLong
from holdfast.treasury.queries.invoices import seller

MOST_LINES = 20_000
OF_SUPPLIER = {"balance": ("payable",), "deposit": ("deposit",), "debt": ("supplier_debt",)}
OF_ORDER = ("escrow", "frozen", "refundable")


def of_organisation(*, organisation_id: UUID, currency: str, from_on: date, to_on: date) -> Statement:
    """Everything of an organisation in a currency, as a supplier and as a buyer. Refusals: `Invalid`,
    `StatementTooLong`."""
    _check(currency, from_on, to_on)
    owner = organisation_id.hex
    sections = [_section(key, Pot(codes, (owner,), currency), from_on, to_on) for key, codes in OF_SUPPLIER.items()]
    bought = list(Order.objects.filter(buyer_id=organisation_id, currency=currency).values_list("id", flat=True))
    if bought:
        sections += _of_orders(bought, currency, from_on, to_on)
    named = organisation(organisation_id=organisation_id)
    return _statement((named.name, ""), currency, (from_on, to_on), sections)


def of_order(*, order_id: UUID, from_on: date, to_on: date) -> Statement:
    """What came for an order, where it went, and what is still held."""
    row = Order.objects.filter(id=order_id).first()
    if row is None:
        raise NotFound
    _check(row.currency, from_on, to_on)
    buyer = organisation(organisation_id=row.buyer_id)
    sections = _of_orders([order_id], row.currency, from_on, to_on)
    return _statement((buyer.name, row.number), row.currency, (from_on, to_on), sections)


def of_account(*, code: str, owner: str, currency: str, from_on: date, to_on: date) -> Statement:
    """Any one account, for the operator."""
    if code not in ACCOUNTS:
        raise Invalid(field="account", found=code, accepted=sorted(ACCOUNTS))
    _check(currency, from_on, to_on)
    section = _section("account", Pot((code,), (owner,), currency), from_on, to_on)
    return _statement((f"{code} {owner}", ACCOUNTS[code].purpose), currency, (from_on, to_on), [section])


def currencies_of(*, organisation_id: UUID) -> list[str]:
    """In which currencies an organisation has traded, for a form's choices."""
    rows = Order.objects.filter(buyer_id=organisation_id) | Order.objects.filter(supplier_id=organisation_id)
    return sorted(set(rows.values_list("currency", flat=True)))


def _check(currency: str, from_on: date, to_on: date) -> None:
    if currency not in currencies():
        raise Invalid(field="currency", found=currency, accepted="an ISO 4217 currency in use")
    if from_on > to_on:
        raise Invalid(field="to", found=to_on.isoformat(), accepted=f"{from_on.isoformat()} or later")


def _of_orders(order_ids: Sequence[UUID], currency: str, from_on: date, to_on: date) -> list[Section]:
    held = Pot(OF_ORDER, tuple(order.hex for order in order_ids), currency)
    processing = journal.of_orders(
        order_ids=order_ids, kind="processing_paid", currency=currency, first=from_on, last=to_on
    )
    return [
        _section("held", held, from_on, to_on),
        Section("processing", 0, _rows(processing, 0)),
    ]


def _section(key: str, pot: Pot, from_on: date, to_on: date) -> Section:
    moved = journal.moved(pot=pot, first=from_on, last=to_on, limit=MOST_LINES + 1)
    if len(moved) > MOST_LINES:
        raise StatementTooLong(accepted={"at_most_lines": MOST_LINES})
    opening = journal.opening(pot=pot, before=from_on)
    return Section(key, opening, _rows(moved, opening))


def _rows(moved: Iterable[Moved], opening: int) -> tuple[Row, ...]:
    found = list(moved)
    wanted = {row.order_id for row in found if row.order_id is not None}
    numbers = dict(Order.objects.filter(id__among=wanted).values_list("id", "number"))
    rows, balance = [], opening
    for row in found:
        balance += row.amount_minor
        number = numbers.get(row.order_id) if row.order_id is not None else None
        rows.append(
            Row(
                row.transfer_id,
                row.booked_on,
                row.happened_at,
                row.kind,
                number,
                row.lot,
                row.amount_minor,
                balance,
            )
        )
    return tuple(rows)


def _statement(
    holder: tuple[str, str], currency: str, period: tuple[date, date], sections: Sequence[Section]
) -> Statement:
    """`holder` is the name and what more is to be said of it. Sections in which nothing is and moved are left out."""
    known = seller()
    issuer = known.legal_name if known else Organisation.objects.values_list("name", flat=True).get(kind="operator")
    closed = days.calendar().closed_through
    return Statement(
        holder=holder[0],
        issuer=issuer,
        subject=holder[1],
        currency=currency,
        from_on=period[0],
        to_on=period[1],
        is_final=closed is not None and closed >= period[1],
        sections=tuple(section for section in sections if section.rows or section.opening_minor),
    )
