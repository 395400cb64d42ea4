"""Statements, printed papers, the journal and totals: what stands on them is what the ledger has, in forms that others'
programs read and no spreadsheet computes.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid
from holdfast.ledger import book, days
from holdfast.ledger.chart import ACCOUNTS, MOVEMENTS, of_supplier
from holdfast.treasury.operations import invoices, rates
from holdfast.treasury.operations.bookkeeping import set_account_number
from holdfast.treasury.papers import printing, words
from holdfast.treasury.papers.books import default_chart
from holdfast.treasury.papers.rates import Quote, RatesUnreadable, convert, read
from holdfast.treasury.papers.statement import BOM, Row, Section, Statement, StatementTooLong, as_csv, safe, table
from holdfast.treasury.queries import exports, statements, totals
from holdfast.treasury.queries.invoices import papers
from tests.treasury.papers.stage import closed, dutch, fee, on, sells
from tests.world import World, refuses

MARCH, LAST = date(2026, 3, 1), date(2026, 3, 31)
NAME = "宁波海港贸易有限公司"
CUBES = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><Cube>
<Cube time="2026-03-27"><Cube currency="USD" rate="1.0800"/><Cube currency="JPY" rate="160.00"/></Cube>
<Cube time="2026-03-26"><Cube currency="USD" rate="1.0750"/><Cube currency="CNY" rate="7.8123"/></Cube>
</Cube></gesmes:Envelope>"""


def text_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


# --- printed ---------------------------------------------------------------------------------------------------------


def test_an_invoice_is_printed_with_its_lines_and_a_chinese_name(world: World) -> None:
    sells(world)
    dutch(world, world.boris.organisation_id)
    fee(date(2026, 3, 10), supplier=world.boris.organisation_id, order=new_id(), amount=123_456)
    closed(LAST)
    (paper,) = papers(paper_ids=invoices.issue_month(act=on(date(2026, 4, 1)), month=MARCH).papers)
    pdf = printing.invoice(paper.document, digest=paper.digest, language="en")
    (page,) = text_of(pdf)
    for said in (
        NAME,
        "Invoice HM-2026-000001",
        "NL004495445B01",
        "1,020.30",
        "214.26",
        "1,234.56",
        paper.digest,
        "Page 1 of 1",
    ):
        assert said in page, said
    assert printing.invoice(paper.document, digest=paper.digest, language="en") == pdf, "the same data, the same bytes"
    for language in ("zh-hans", "es"):
        assert NAME in text_of(printing.invoice(paper.document, digest=paper.digest, language=language))[0]


def statement(*, lines: int) -> Statement:
    at = datetime(2026, 3, 5, tzinfo=UTC)
    rows = tuple(Row(new_id(), at.date(), at, "released", "H-1", 1, 100, 100 * (n + 1)) for n in range(lines))
    return Statement(
        f'=HYPERLINK("x") {NAME}', "Harbour", "", "USD", MARCH, LAST, False, (Section("balance", 0, rows),)
    )


def test_a_long_statement_goes_on_over_pages_with_its_heads() -> None:
    pages = text_of(printing.statement(statement(lines=120), language="en"))
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Balance" in page
    assert sum(page.count("Released") for page in pages) == 121, "each line, and the sum of them"
    assert "120.00" in pages[-1]


def test_nobody_leafs_through_more_than_a_table_holds_better() -> None:
    with pytest.raises(StatementTooLong):
        printing.statement(statement(lines=printing.MOST_LINES + 1), language="en")


def test_every_movement_and_account_has_its_words() -> None:
    assert set(words.MOVEMENT) == set(MOVEMENTS)
    assert set(default_chart()) == set(ACCOUNTS)
    assert len({one.number for one in default_chart().values()}) == len(ACCOUNTS)


# --- tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-", "+1.2.3"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.50", "+3", "12.50", "plain", "", NAME, "2026-03-01"])
def test_figures_and_words_stay_what_they_are(cell: str) -> None:
    assert safe(cell) == cell


def test_a_table_is_rfc_4180_and_its_balances_run() -> None:
    sent = "".join(as_csv(table(statement(lines=3)), bom=True))
    assert sent.startswith(BOM)
    assert sent.count("\r\n") == sent.count("\n") == 6
    rows = list(csv.DictReader(io.StringIO(sent.removeprefix(BOM))))
    assert [row["balance"] for row in rows] == ["0.00", "1.00", "2.00", "3.00", "3.00"]
    assert [row["movement"] for row in rows] == ["opening", "released", "released", "released", "closing"]


# --- statements ------------------------------------------------------------------------------------------------------


def test_what_both_sides_see_is_what_the_ledger_has(world: World) -> None:
    order_id = world.delivered()
    world.receives(order_id)
    today = world.now.date()
    whole: dict[str, Any] = {"currency": "USD", "from_on": MARCH, "to_on": today}
    supplier = statements.of_organisation(organisation_id=world.boris.organisation_id, **whole)
    (balance,) = supplier.sections
    assert [(row.kind, row.amount_minor) for row in balance.rows] == [("released", 1_000_000), ("fee_taken", -25_000)]
    assert balance.closing_minor == book.balance(account=of_supplier("payable", world.boris.organisation_id, "USD"))
    buyer = statements.of_organisation(organisation_id=world.alma.organisation_id, **whole)
    held, processing = buyer.sections
    assert held.sums["captured"] == 1_000_000
    assert held.closing_minor == 0
    assert processing.closing_minor > 0
    assert statements.of_order(order_id=order_id, from_on=MARCH, to_on=today).sections == buyer.sections
    later = statements.of_organisation(
        organisation_id=world.boris.organisation_id,
        currency="USD",
        from_on=today + timedelta(days=1),
        to_on=today + timedelta(days=2),
    )
    assert (later.sections[0].opening_minor, later.sections[0].rows) == (975_000, ())
    income = statements.of_account(code="fee_income", owner="operator", **whole)
    assert income.sections[0].closing_minor == 25_000
    assert not income.is_final


def test_a_statement_that_cannot_be_is_refused(world: World) -> None:
    whole: dict[str, Any] = {"from_on": MARCH, "to_on": LAST}
    with refuses(Invalid, field="to"):
        statements.of_account(code="escrow", owner="x", currency="USD", from_on=LAST, to_on=MARCH)
    with refuses(Invalid, field="account"):
        statements.of_account(code="none", owner="x", currency="USD", **whole)
    with refuses(Invalid, field="currency"):
        statements.of_organisation(organisation_id=world.alma.organisation_id, currency="XXX", **whole)


# --- the journal -----------------------------------------------------------------------------------------------------


def _booked(world: World) -> date:
    world.receives(world.delivered())
    fee(date(2026, 3, 4), supplier=world.boris.organisation_id, order=new_id(), amount=333, currency="JPY")
    closed(date(2026, 3, 5))
    set_account_number(act=world.operator(world.fin), code="escrow", number="0420", name="Held, for others")
    return world.now.date()


def test_the_journal_balances_each_day_in_each_currency(world: World) -> None:
    last = _booked(world)
    sent = "".join(exports.exported(first=MARCH, last=last, form="csv"))
    rows = list(csv.DictReader(io.StringIO(sent)))
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["booked_on"], row["currency"]] += Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
    assert set(sums.values()) == {Decimal(0)}
    assert {currency for _day, currency in sums} == {"USD", "JPY"}
    assert {row["final"] for row in rows if row["booked_on"] <= "2026-03-05"} == {"yes"}
    assert {row["final"] for row in rows if row["booked_on"] > "2026-03-05"} == {"no"}
    assert {row["account_number"] for row in rows if row["account"] == "escrow"} == {"0420"}
    whole: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        whole[row["account"], row["currency"]] += Decimal(row["credit"] or 0) - Decimal(row["debit"] or 0)
    stands = {(one.code, one.currency): one.balance_minor for one in days.totals(days.standings_now())}
    assert {key: int(value * (1 if key[1] == "JPY" else 100)) for key, value in whole.items() if value} == stands


@pytest.mark.parametrize("form", ["beancount", "hledger"])
def test_the_journal_is_plain_text_that_ledger_programs_read(world: World, form: str) -> None:
    sent = "".join(exports.exported(first=MARCH, last=_booked(world), form=form))
    opened = set(re.findall(r"^(?:\S+ open|account) (\S+)", sent, re.MULTILINE))
    postings = re.findall(r"^    ([A-Z]\S+)  (-?[0-9.]+) ([A-Z]{3})$", sent, re.MULTILINE)
    assert {account for account, _figure, _currency in postings} == opened
    assert "Liabilities:0420-Held-for-others" in opened
    for debit, credit in zip(postings[::2], postings[1::2], strict=True):
        assert (Decimal(debit[1]), debit[2]) == (-Decimal(credit[1]), credit[2])
    assert len(re.findall(r"^[0-9-]{10} [*!] ", sent, re.MULTILINE)) == len(postings) // 2


def test_what_cannot_be_exported_is_refused(world: World) -> None:
    with refuses(Invalid, field="format"):
        exports.exported(first=MARCH, last=LAST, form="xlsx")
    with refuses(Invalid, field="to"):
        exports.exported(first=LAST, last=MARCH, form="csv")


# --- rates and totals ------------------------------------------------------------------------------------------------


def test_reference_rates_are_read_from_xml_and_csv() -> None:
    assert read(CUBES)[0] == Quote("USD", date(2026, 3, 27), Decimal("1.0800"))
    listed = read(b"Date,USD,JPY,ROL,\r\n2026-03-27,1.0800,160.00,N/A,\r\n2026-03-26,1.0750,N/A,5.1,\r\n")
    assert [(quote.currency, quote.on.day) for quote in listed] == [("USD", 27), ("JPY", 27), ("USD", 26)]
    assert read("\ufeffDate, USD, \n27 March 2026, 1.0800, \n".encode()) == [
        Quote("USD", date(2026, 3, 27), Decimal("1.08"))
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<Cube",
        b'<!DOCTYPE a [<!ENTITY b "c">]><Cube time="2026-03-27"><Cube currency="USD" rate="1"/></Cube>',
        b'<Cube time="soon"><Cube currency="USD" rate="1"/></Cube>',
        b'<a><Cube time="2026-03-27"><Cube currency="USD" rate="-1"/></Cube></a>',
        b'<a><Cube time="2026-03-27"><Cube currency="USD" rate="1e9"/></Cube></a>',
        b"Date,USD\n2026-03-27,nan\n",
        b"\xff\xfe",
        b"Currency,Rate\nUSD,1\n",
    ],
)
def test_what_is_no_file_of_rates_is_refused(content: bytes) -> None:
    with pytest.raises(RatesUnreadable):
        read(content)


def test_a_rate_is_used_with_its_day_and_never_guessed() -> None:
    quotes = read(CUBES)

    def to_yen(minor: int, day: date) -> tuple[int | None, date | None]:
        found = convert(minor=minor, currency="USD", to="JPY", base="EUR", quotes=quotes, on=day)
        return found.minor, found.on

    assert to_yen(10_800, date(2026, 3, 30)) == (16_000, date(2026, 3, 27))
    assert to_yen(10_800, date(2026, 3, 26)) == (None, None), "both sides need a rate of the same day"
    assert to_yen(10_800, date(2026, 4, 10)) == (None, None), "a rate of two weeks ago says nothing"
    same = convert(minor=5, currency="USD", to="USD", base="EUR", quotes=[], on=MARCH)
    assert (same.minor, same.rate) == (5, Decimal(1))


def test_totals_say_which_rate_was_used_and_which_is_missing(world: World) -> None:
    order = new_id()
    fee(date(2026, 3, 4), supplier=world.boris.organisation_id, order=order, amount=108)
    fee(date(2026, 3, 4), supplier=world.boris.organisation_id, order=order, amount=333, currency="CHF")
    act = world.operator(world.fin)
    taken = rates.take_in(act=act, content=CUBES)
    assert (taken.found, taken.added) == (4, 4)
    assert rates.take_in(act=act, content=CUBES).added == 0
    found = totals.totals(today=date(2026, 3, 28), report_currency="EUR")
    payable = {total.currency: total for total in found.totals if total.group == "payable"}
    usd, chf = payable["USD"], payable["CHF"]
    assert (usd.minor, usd.report_minor, usd.rate, usd.rate_on) == (
        10_692,
        9_900,
        Decimal("0.92592593"),
        date(2026, 3, 27),
    )
    assert (chf.report_minor, chf.rate, chf.rate_on) == (None, None, None)
    (summed,) = [one for one in found.sums if one.group == "payable"]
    assert (summed.report_minor, summed.is_complete) == (9_900, False)
    rates.set_rate(act=act, currency="CHF", on=date(2026, 3, 27), per_base="0.95")
    (summed,) = [
        one for one in totals.totals(today=date(2026, 3, 28), report_currency="EUR").sums if one.group == "payable"
    ]
    assert summed.is_complete
    with refuses(Invalid, field="on"):
        totals.totals(today=date(2026, 3, 28), report_currency="EUR", on=date(2026, 3, 10))
    closed(date(2026, 3, 10))
    then = totals.totals(today=date(2026, 3, 28), report_currency="EUR", on=date(2026, 3, 10))
    assert then.is_closed
    assert {total.report_minor for total in then.totals} == {None}, "of that day there is no rate"
    for text in ("0", "-1", "1e5", "1.123456789"):
        with refuses(Invalid, field="per_base"):
            rates.set_rate(act=act, currency="CHF", on=MARCH, per_base=text)
