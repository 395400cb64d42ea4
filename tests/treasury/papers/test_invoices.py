"""Invoices and credit notes: their sum is the ledger's fees whatever happened, their numbers have no gap, tax is split
to the cent, and nothing of it can be changed.
"""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from holdfast.claims.operations import answering, opening
from holdfast.contracts.queries import page as contract_page
from holdfast.database.connection import Access
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid
from holdfast.ledger import book
from holdfast.ledger.chart import of_operator
from holdfast.orders.models import Order
from holdfast.record.models import Event
from holdfast.treasury import papers_audit
from holdfast.treasury.models import Paper, PaperLine
from holdfast.treasury.operations import bookkeeping, invoices
from holdfast.treasury.papers import rules
from holdfast.treasury.papers.rules import Tax
from holdfast.treasury.queries.invoices import papers
from tests.tampering import as_owner
from tests.treasury.papers.stage import closed, dutch, fee, on, random_fees, sells
from tests.world import World, refuses

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
NL = Tax("NL", "standard", Decimal("21.00"), date(2026, 1, 1))


def net_of(papers_: list[Paper]) -> int:
    return sum(row.gross_minor if row.kind == "invoice" else -row.gross_minor for row in papers_)


def ledger_fees(organisation_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(sum(CASE t.kind WHEN 'fee_taken' THEN t.amount_minor ELSE -t.amount_minor END), 0)
               FROM ledger_transfer t JOIN ledger_account a
                 ON a.id = CASE t.kind WHEN 'fee_taken' THEN t.debit_id ELSE t.credit_id END
               WHERE t.kind IN ('fee_taken', 'fee_given_back') AND a.owner = %s""",
            [organisation_id.hex],
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("seed", range(4))
def test_papers_are_the_fees_of_the_ledger_whatever_happened(world: World, seed: int) -> None:
    sells(world)
    dutch(world, world.boris.organisation_id)
    random_ = random.Random(seed)
    for month in (MARCH, APRIL, MAY):
        for party in (world.boris, world.chen):
            random_fees(random_, supplier=party.organisation_id, first=month, length=9)
        closed(invoices.month_end(month))
        invoices.issue_month(act=on(month + timedelta(days=35)), month=month)
        for party in (world.boris, world.chen):
            issued = list(Paper.objects.filter(organisation_id=party.organisation_id))
            assert net_of(issued) == ledger_fees(party.organisation_id)
    assert not list(papers_audit.findings())
    notes = Paper.objects.filter(kind="credit_note")
    assert all(row.corrects is not None and row.corrects.kind == "invoice" for row in notes)
    assert set(
        PaperLine.objects.filter(paper__organisation_id=world.chen.organisation_id).values_list("tax_minor")
    ) == {(0,)}
    owed = book.balance(account=of_operator("tax_payable", "USD"))
    assert owed == sum(row.tax_minor if row.kind == "invoice" else -row.tax_minor for row in Paper.objects.all()) > 0


def test_a_fee_given_back_later_is_credited_and_names_its_invoice(world: World) -> None:
    sells(world)
    dutch(world, world.boris.organisation_id)
    order = new_id()
    fee(date(2026, 3, 10), supplier=world.boris.organisation_id, order=order, amount=10_000)
    closed(date(2026, 3, 31))
    (first,) = papers(paper_ids=invoices.issue_month(act=on(date(2026, 4, 1)), month=MARCH).papers)
    assert (first.number, first.gross_minor, first.tax_minor) == ("HM-2026-000001", 10_000, 1_736)
    assert first.document["lines"][0]["net_minor"] == 8_264
    for day, part in ((2, 3_333), (3, 3_333), (4, 3_334)):
        fee(date(2026, 4, day), supplier=world.boris.organisation_id, order=order, amount=-part)
        invoices.issue_order_of(
            act=on(date(2026, 4, day)), supplier_id=world.boris.organisation_id, currency="USD", order_id=order
        )
    back = [
        row for row in papers(paper_ids=list(Paper.objects.values_list("id", flat=True))) if row.kind == "credit_note"
    ]
    assert [row.number for row in back] == ["HMC-2026-000001", "HMC-2026-000002", "HMC-2026-000003"]
    assert {row.document["corrects"]["number"] for row in back} == {"HM-2026-000001"}
    assert sum(row.tax_minor for row in back) == 1_736, "credited to its end, a line has given back exactly its tax"
    assert book.balance(account=of_operator("tax_payable", "USD")) == 0
    assert book.balance(account=of_operator("fee_income", "USD")) == 0
    assert not list(papers_audit.findings())


def test_a_month_is_invoiced_once_when_it_is_closed(world: World) -> None:
    with refuses(rules.MonthNotClosed):
        invoices.issue_month(act=on(date(2026, 4, 1)), month=MARCH)
    fee(date(2026, 3, 10), supplier=world.boris.organisation_id, order=new_id(), amount=500)
    closed(date(2026, 3, 31))
    assert invoices.issue_due(act=on(date(2026, 4, 1))) == 0, "nobody has said yet who invoices"
    with refuses(rules.SellerNotSet):
        invoices.issue_month(act=on(date(2026, 4, 1)), month=MARCH)
    sells(world)
    assert invoices.issue_due(act=on(date(2026, 4, 1))) == 1
    assert invoices.issue_due(act=on(date(2026, 4, 1))) == 0
    with refuses(rules.MonthIssued, last="2026-03"):
        invoices.issue_month(act=on(date(2026, 4, 1)), month=MARCH)


def test_what_was_taken_and_given_back_before_any_paper_stands_on_none(world: World) -> None:
    sells(world)
    order = new_id()
    for amount in (700, -700):
        fee(date(2026, 3, 10), supplier=world.boris.organisation_id, order=order, amount=amount)
    closed(date(2026, 3, 31))
    assert invoices.issue_month(act=on(date(2026, 4, 1)), month=MARCH).papers == ()
    assert not list(papers_audit.findings())


def test_an_order_of_a_real_trade_is_invoiced_on_request(world: World) -> None:
    sells(world)
    order_id = world.delivered()
    with refuses(rules.NothingToInvoice):
        invoices.issue_order(act=world.supplier(), order_id=order_id)
    world.receives(order_id)
    issued = invoices.issue_order(act=world.supplier(), order_id=order_id)
    (paper,) = papers(paper_ids=issued.papers)
    line = paper.document["lines"][0]
    assert (line["released_minor"], line["gross_minor"], line["bands"]) == (1_000_000, 25_000, ["2.5"])
    assert (line["treatment"], paper.tax_minor) == ("export", 0)
    contract_id = Order.objects.values_list("contract_id", flat=True).get(id=order_id)
    assert contract_page(contract_id=contract_id, role="supplier").fee_minor == paper.gross_minor, (
        "as shown to be signed"
    )
    told = Event.objects.get(name="invoice.issued")
    assert told.chain_id == world.boris.organisation_id
    assert told.payload["data"]["sha256"] == paper.digest
    assert not list(papers_audit.findings())


def test_a_claim_after_the_release_is_credited(world: World) -> None:
    sells(world)
    dutch(world, world.boris.organisation_id)
    order_id = world.delivered()
    world.receives(order_id)
    (first,) = papers(paper_ids=invoices.issue_order(act=world.supplier(), order_id=order_id).papers)
    complaint = opening.Complaint(reason="quality", terms=("T1",), statement="not felt", amount_minor=400_000)
    claim = opening.open_claim(act=world.buyer(), order_id=order_id, complaint=complaint)
    answering.accept(act=world.supplier(), order_id=order_id, claim_id=claim.claim_id)
    (note,) = papers(paper_ids=invoices.issue_order(act=world.supplier(), order_id=order_id).papers)
    assert (note.kind, note.corrects_id, note.gross_minor) == ("credit_note", first.id, 10_000)
    assert note.tax_minor == 1_736
    assert not list(papers_audit.findings())


def test_what_the_database_refuses(world: World) -> None:
    sells(world)
    fee(date(2026, 3, 10), supplier=world.boris.organisation_id, order=new_id(), amount=500)
    closed(date(2026, 3, 31))
    invoices.issue_month(act=on(date(2026, 4, 1)), month=MARCH)
    paper = Paper.objects.get()
    for table in ("treasury_paper", "treasury_paper_line", "treasury_fee_on_paper", "treasury_paper_run"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.update(gross_minor=1)
    values = {field.attname: getattr(paper, field.attname) for field in Paper._meta.fields}
    for number in (paper.number, paper.number + 2):
        with pytest.raises(IntegrityError), transaction.atomic():
            Paper.objects.create(**{**values, "id": new_id(), "number": number})


@pytest.mark.own_database
def test_numbers_have_no_gap_when_everybody_issues_at_once(own_database: Access) -> None:
    world = World()
    sells(world)
    suppliers = [world._party(f"S{number} Trading", "supplier", "CN", "Asia/Shanghai") for number in range(4)]
    orders = [(party.organisation_id, new_id()) for party in suppliers for _ in range(5)]
    for supplier, order in orders:
        fee(date(2026, 3, 10), supplier=supplier, order=order, amount=500)
    start, errors = threading.Barrier(4), []

    def issue(mine: list[tuple[UUID, UUID]]) -> None:
        try:
            start.wait()
            for place, (supplier, order) in enumerate(mine):
                with transaction.atomic():
                    invoices.issue_order_of(
                        act=on(date(2026, 3, 11)), supplier_id=supplier, currency="USD", order_id=order
                    )
                    if place == 2:
                        raise InterruptedError
        except InterruptedError:
            for supplier, order in mine[2:]:
                invoices.issue_order_of(act=on(date(2026, 3, 11)), supplier_id=supplier, currency="USD", order_id=order)
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=issue, args=(orders[place::4],)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(Paper.objects.values_list("number", flat=True)) == list(range(1, len(orders) + 1))
    assert not list(papers_audit.findings())


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=30), st.integers(1, 9_999))
def test_tax_is_split_to_the_cent(gross: list[int], hundredths: int) -> None:
    tax = replace(NL, percent=Decimal(hundredths) / 100)
    parts = rules.split(gross=gross, tax=tax)
    assert sum(parts) == rules.contained(gross_minor=sum(gross), tax=tax)
    for part, whole in zip(parts, gross, strict=True):
        # Half a unit at most for the rounding of the sum, less than one for whom the remainder falls to.
        assert 2 * abs(part * (10_000 + hundredths) - whole * hundredths) < 3 * (10_000 + hundredths)
        assert 0 <= part <= whole


def test_which_tax_holds() -> None:
    table = [
        NL,
        replace(NL, percent=Decimal(19), valid_from=date(2026, 7, 1)),
        Tax("DE", "reverse_charge", Decimal(0), date(2026, 1, 1)),
        Tax("*", "export", Decimal(0), date(2026, 1, 1)),
    ]

    def treatment(customer: str, *, number: bool = False, day: date = date(2026, 3, 1)) -> tuple[str, int]:
        found = rules.tax_for(rules=table, seller="NL", customer=customer, has_number=number, on=day)
        return found.treatment, int(found.percent)

    assert treatment("NL", number=True) == ("standard", 21)
    assert treatment("NL", day=date(2026, 7, 1)) == ("standard", 19)
    assert treatment("DE", number=True) == ("reverse_charge", 0)
    assert treatment("DE") == ("standard", 21), "who names no number pays the seller's tax"
    assert treatment("CN") == ("export", 0)
    with pytest.raises(rules.TaxNotSet):
        treatment("CN", day=date(2025, 12, 31))


@pytest.mark.parametrize(
    ("country", "number", "kept"),
    [
        ("NL", "NL 0044.95445.B01", "NL004495445B01"),
        ("DE", "136695976", "DE136695976"),
        ("US", "12-3456789", "123456789"),
    ],
)
def test_a_tax_number_is_checked_and_kept_in_one_spelling(country: str, number: str, kept: str) -> None:
    assert rules.check_tax_number(country=country, number=number) == kept
    for wrong in ("NL004495446B01", "1"):
        with pytest.raises(Invalid):
            rules.check_tax_number(country="NL" if len(wrong) > 1 else country, number=wrong)


def test_a_rule_that_says_two_things_is_refused(world: World) -> None:
    act = world.operator(world.fin)
    for treatment, percent in (("export", "21"), ("standard", "0"), ("standard", "21.005"), ("none", "0")):
        with refuses(Invalid):
            bookkeeping.set_tax_rule(
                act=act, country="NL", treatment=treatment, percent=Decimal(percent), valid_from=MARCH
            )
    with refuses(Invalid, field="prefix"):
        bookkeeping.set_seller(act=act, legal=bookkeeping.Legal("A", "B", "NL"), prefix="a-b")


@pytest.mark.own_database
def test_the_audit_sees_what_was_tampered_with(own_database: Access) -> None:
    world = World()
    sells(world)
    dutch(world, world.boris.organisation_id)
    fee(date(2026, 3, 10), supplier=world.boris.organisation_id, order=new_id(), amount=500)
    closed(date(2026, 3, 31))
    invoices.issue_month(act=on(APRIL), month=MARCH)
    with as_owner(own_database) as owner:
        owner.execute("ALTER TABLE treasury_paper DISABLE TRIGGER USER")
        owner.execute("ALTER TABLE treasury_fee_on_paper DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE treasury_paper SET tax_minor = tax_minor - 1, document = document || '{\"gross_minor\": 1}'"
        )
        owner.execute("DELETE FROM treasury_fee_on_paper")
    assert {finding.what for finding in papers_audit.findings()} == {
        "the papers of a supplier's orders are the fees taken and not given back",
        "the papers of a period are the fees of that period",
        "no fee of an invoiced month is without a paper",
        "a paper is the sum of its lines",
        "the tax on papers is what the ledger put apart",
        "a paper's digest is that of its document",
    }
