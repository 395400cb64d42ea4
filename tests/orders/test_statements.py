"""Bank statements become money where it belongs, once, however often and in whatever pieces they are sent."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.contracts import programmes
from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState
from holdfast.ledger import audit as ledger_audit
from holdfast.ledger import book
from holdfast.ledger.chart import of_operator, of_supplier
from holdfast.orders import audit as order_audit
from holdfast.orders.operations import by_hand, explaining, incoming, paying
from holdfast.parties.operations import guarantee
from holdfast.rails import models, queries
from holdfast.rails.bank import StatementUnreadable, matching
from holdfast.rails.models import StatementFile, StatementLine
from holdfast.rails.operations import statements
from holdfast.rails.operations.bank_accounts import BankAccountKnown, add_bank_account
from holdfast.rails.operations.statements import BankAccountUnknown
from holdfast.record import deadlines
from tests.rails.bank import making
from tests.rails.bank.making import IBAN, Made
from tests.world import World, refuses


@pytest.fixture
def bank(world: World, tmp_path: Path, settings: object) -> Bank:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    return Bank(world, tmp_path)


class Bank:
    """Our bank: it keeps an account in dollars and writes statements of it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder, self.written = world, folder, 0
        add_bank_account(act=world.operator(), name="Clients USD", number=IBAN, currency="USD", bic="ABNANL2A")

    def write(self, *lines: Made, **more: object) -> Path:
        self.written += 1
        given = {"currency": "USD", "number": self.written, **more}
        return making.camt(self.folder / f"{self.written}.xml", list(lines), **given)  # type: ignore[arg-type]

    def takes(self, path: Path) -> incoming.Imported:
        return incoming.import_statement(act=self.world.operator(self.world.fin), path=path, name=path.name)

    def sends(self, *lines: Made, **more: object) -> StatementFile:
        return StatementFile.objects.get(id=self.takes(self.write(*lines, **more)).file_id)


def made(amount_minor: int, **more: object) -> Made:
    return Made(amount_minor, currency="USD", **more)  # type: ignore[arg-type]


def asked(world: World, order_id: UUID, part_minor: int | None = None) -> paying.PaymentRow:
    return paying.request_payment(act=world.buyer(), order_id=order_id, tranche=1, rail="wire", amount_minor=part_minor)


def sound() -> None:
    assert [*order_audit.findings(), *ledger_audit.findings()] == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM rails_statement_line WHERE state = 'entered'")
        assert cursor.fetchone() == (0,)


def states() -> list[tuple[str, str]]:
    return list(StatementLine.objects.order_by("id").values_list("state", "kind"))


def test_a_file_is_placed_line_by_line_and_sent_again_changes_nothing(bank: Bank) -> None:
    world = bank.world
    order_id = world.signed_order()
    payment = asked(world, order_id)
    spaced = " ".join(payment.reference[place : place + 4] for place in range(0, 21, 4)).lower()
    path = bank.write(
        made(400_000, reference=payment.reference, bank_ref="B1", charge_minor=2_500),
        made(600_000, text=f"order {spaced} rest", bank_ref="B2"),
        made(70_000, text="who knows", bank_ref="B3"),
        made(900, bank_ref="B4", debit=True, code=("ACMT", "MDOP", "CHRG")),
        made(5_000, bank_ref="B5", debit=True, text="what is this"),
        made(1, bank_ref="B6", status="PDNG"),
    )
    first = bank.takes(path)
    file = StatementFile.objects.get(id=first.file_id)
    assert (file.state, file.lines, file.not_booked, file.known) == ("entered", 5, 1, 0)
    assert world.order(order_id).escrow_minor == 1_000_000
    assert states() == [
        ("matched", "payment_in"),
        ("matched", "payment_in"),
        ("suspense", ""),
        ("explained", "bank_charge"),
        ("unexplained", ""),
    ]
    assert [stray.amount_minor for stray in queries.open_strays()] == [70_000]
    assert book.balance(account=of_operator("suspense", "USD")) == 70_000
    assert book.balance(account=of_operator("processing_cost", "USD")) == -900
    assert StatementLine.objects.get(bank_ref="B1").charges == [[2_500, "USD", True]]
    unknown = StatementLine.objects.get(bank_ref="B5")
    assert [row.kind for row in deadlines.of_subject(subject_id=unknown.id)] == ["line.explain"]
    before = list(StatementLine.objects.values_list("key", "state"))
    again = bank.takes(path)
    assert (again.file_id, again.again) == (first.file_id, True)
    assert list(StatementLine.objects.values_list("key", "state")) == before


def test_a_file_that_is_wrong_at_its_end_leaves_nothing(bank: Bank) -> None:
    path = bank.write(*(made(100_000, bank_ref=f"X{place}") for place in range(700)))
    head, _, last = path.read_text().rpartition("<Ntry>")
    path.write_text(f"{head}<Ntry>{last.replace('1000.00', '1000.001')}")
    with refuses(StatementUnreadable, field="statement S1, entry 700.Amt"):
        bank.takes(path)
    with refuses(BankAccountUnknown, accepted=[f"{IBAN} USD"], found="DE89370400440532013000 USD"):
        bank.takes(bank.write(made(5), iban="DE89370400440532013000"))
    with refuses(BankAccountUnknown):
        bank.takes(bank.write(made(5), currency="EUR"))
    assert [one for one in (bank.folder / "files").rglob("*") if one.is_file()] == []


def test_accounts_are_known_once_and_by_numbers_that_can_be(bank: Bank) -> None:
    act = bank.world.operator()
    with refuses(BankAccountKnown):
        add_bank_account(act=act, name="again", number=f" {IBAN.lower()} ", currency="USD")
    given = {"name": "x", "number": IBAN, "currency": "EUR"}
    for wrong in (
        {"number": "NL91ABNA0417164301"},
        {"number": "!!"},
        {"currency": "XXX"},
        {"bic": "NO"},
        {"name": " "},
    ):
        with refuses(Invalid, field=next(iter(wrong))):
            add_bank_account(act=act, **{**given, **wrong})
    assert add_bank_account(act=act, **given).holds == "clients"


# --- matching --------------------------------------------------------------------------------------------------------


def test_amount_and_payer_find_the_one_payment_that_fits(bank: Bank) -> None:
    world = bank.world
    first, second = world.signed_order(), world.signed_order()
    by_name, part = asked(world, first, 123_400), asked(world, second, 55_500)
    bank.sends(
        made(123_400, payer="ALMA IMPORTS, INC.", bank_ref="B1"),
        made(55_500, payer="Somebody else", payer_account="DE89370400440532013000", bank_ref="B2"),
    )
    assert world.order(first).escrow_minor == 123_400
    assert [one.reason for one in queries.open_strays()] == ["unknown_reference"]
    # Alma has paid from her account before: that is a name too. Two that fit are none.
    again, twin = asked(world, second, 77_700), asked(world, second, 77_700)
    bank.sends(made(77_700, payer="A. I.", bank_ref="B3"))
    assert len(queries.open_strays()) == 2
    other = asked(world, second, 88_800)
    bank.sends(made(88_800, payer="A. I.", bank_ref="B4"))
    assert queries.payments_of(order_id=second)[-1].state == "captured"
    assert {row.state for row in queries.payments_of(order_id=second) if row.id in {again.id, twin.id}} == {"requested"}
    assert (by_name.id, part.id) != (other.id, other.id)
    sound()


def test_money_that_is_too_early_or_in_another_currency_waits_with_its_reason(bank: Bank) -> None:
    from holdfast.contracts.queries import page

    world = bank.world
    add_bank_account(act=world.operator(), name="Clients EUR", number=IBAN, currency="EUR")
    number = page(contract_id=world.proposed(), role="buyer").number
    payment = asked(world, world.signed_order())
    bank.sends(made(1_000_000, text=f"deposit for {number.lower()}", bank_ref="B1"))
    bank.sends(Made(1_000_000, reference=payment.reference, bank_ref="B2"), currency="EUR")
    assert [(one.reason, one.currency) for one in queries.open_strays()] == [
        ("not_signed", "USD"),
        ("wrong_currency", "EUR"),
    ]
    sound()


def test_short_money_on_two_statements_and_a_bank_s_fee(bank: Bank) -> None:
    world = bank.world
    order_id = world.signed_order()
    payment = asked(world, order_id)
    bank.sends(made(300_000, reference=payment.reference, bank_ref="B1"))
    assert states() == [("suspense", "payment_in")]
    bank.sends(made(697_500, text=f"RF {payment.reference[2:]}", bank_ref="B2"), opening_minor=300_000)
    assert states() == [("matched", "payment_in")] * 2
    assert world.order(order_id).tranches[0].state == "held"
    assert book.balance(account=of_operator("operator_loss", "USD")) == -2_500
    sound()


def test_what_the_bank_takes_back_leaves_suspense_or_the_order(bank: Bank) -> None:
    world = bank.world
    order_id = world.signed_order()
    payment = asked(world, order_id)
    bank.sends(made(70_000, text="lost", bank_ref="B1"), made(1_000_000, reference=payment.reference, bank_ref="B2"))
    world.days_pass(1)
    bank.sends(
        made(70_000, text="lost", debit=True, reversal=True, bank_ref="B3"),
        made(1_000_000, reference=payment.reference, debit=True, reversal=True, bank_ref="B4"),
        made(123, debit=True, reversal=True, bank_ref="B5"),
    )
    assert states()[2:] == [("explained", "payment_taken_back")] * 2 + [("unexplained", "")]
    assert queries.open_strays() == []
    assert world.order(order_id).escrow_minor == 0
    assert models.Dispute.objects.get().state == "lost"
    sound()


def test_finance_says_what_a_debit_was(bank: Bank) -> None:
    bank.sends(made(5_000, debit=True, text="?", bank_ref="B1"))
    line = StatementLine.objects.get()
    fin = bank.world.operator(bank.world.fin)
    for wrong in ({"kind": "payment_in"}, {"reason": ""}):
        with refuses(Invalid, field=next(iter(wrong))):
            explaining.explain_line(act=fin, line_id=line.id, **{"kind": "own_money", "reason": "rent", **wrong})
    with refuses(NotAllowed):
        explaining.explain_line(act=bank.world.buyer(), line_id=line.id, kind="own_money", reason="mine")
    after = explaining.explain_line(act=fin, line_id=line.id, kind="own_money", reason="fees of May, taken out")
    assert (after.state, after.kind, after.note) == ("explained", "own_money", "fees of May, taken out")
    assert deadlines.of_subject(subject_id=line.id) == []
    with refuses(OutOfState):
        explaining.explain_line(act=fin, line_id=line.id, kind="own_money", reason="again")


def test_what_was_sent_back_is_found_again_when_the_bank_books_it(bank: Bank) -> None:
    from holdfast.rails import operations as rails

    bank.sends(made(70_000, text="lost", bank_ref="B1"))
    stray = queries.open_strays()[0]
    rails.return_stray(act=bank.world.operator(), stray_id=stray.id, reason="unknown here")
    assert StatementLine.objects.get().state == "returned"
    bank.sends(made(70_000, debit=True, text="return", bank_ref="B2"))
    assert states() == [("returned", ""), ("explained", "wire_returned")]
    sound()


def test_a_supplier_pays_its_guarantee_by_wire(bank: Bank) -> None:
    world = bank.world
    standard = programmes.latest(name="standard")
    view = guarantee.set_line(
        act=world.operator(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        line_minor=1_000_000,
        programme=programmes.programme_of(name="standard", version=standard.version),
        reason="looked at",
    )
    bank.sends(
        made(30_000, reference=view.reference, payer="Boris", bank_ref="B1"),
        made(20_000, text="our guarantee", payer="Boris", bank_ref="B2"),
    )
    deposit = of_supplier("deposit", world.boris.organisation_id, "USD")
    assert book.balance(account=deposit) == 30_000
    (stray,) = queries.open_strays()
    fin = world.operator(world.fin)
    for wrong in ({"reference": "RF18539007547034"}, {"reason": ""}):
        with refuses(Invalid, field=next(iter(wrong))):
            given = {"reference": view.reference, "reason": "his mail", **wrong}
            by_hand.match_reference(act=fin, stray_id=stray.id, **given)
    by_hand.match_reference(act=fin, stray_id=stray.id, reference=view.reference, reason="his mail")
    assert (book.balance(account=deposit), ledger_sum(), queries.open_strays()) == (50_000, 0, [])
    assert states() == [("explained", "deposit_in"), ("matched", "deposit_in")]
    with refuses(OutOfState):
        by_hand.match_reference(act=fin, stray_id=stray.id, reference=view.reference, reason="again")
    sound()


# --- once, whatever the pieces ---------------------------------------------------------------------------------------


def ledger_sum() -> int:
    return book.balance(account=of_operator("suspense", "USD"))


LINES = [
    *(made(1_000 + place, bank_ref=f"R{place}", text="with a name") for place in range(6)),
    *(made(500, end_to_end=f"E{place}") for place in range(3)),
    *(made(700, text=f"words {place}", payer=f"Payer {place}") for place in range(3)),
]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_split_overlap_and_repetition_enters_each_line_once(bank: Bank, data: st.DataObject) -> None:
    """The same lines, cut into files anyhow, each of them in any order, twice or more, as reports and statements."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT one_example")
    try:
        cuts = data.draw(st.lists(st.sets(st.integers(0, len(LINES) - 1)), min_size=1, max_size=5))
        everything = set(range(len(LINES)))
        for chosen in [*cuts, everything, *cuts[:2]]:
            order = data.draw(st.permutations(sorted(chosen)))
            kind = data.draw(st.sampled_from(["camt.052", "camt.053", "camt.054"]))
            bank.sends(*(LINES[place] for place in order), kind=kind)
        assert StatementLine.objects.count() == len(LINES)
        assert ledger_sum() == sum(line.amount_minor for line in LINES)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT one_example")


def test_entries_alike_in_everything_are_counted(bank: Bank) -> None:
    twins = [made(500, text="the same")] * 3
    bank.sends(*twins)
    bank.sends(*twins)
    bank.sends(*twins, kind="camt.054")
    assert StatementLine.objects.count() == 3


def test_a_batch_told_in_one_sum_is_not_entered_again_in_its_parts(bank: Bank) -> None:
    whole = made(1_000, bank_ref="BATCH")
    parts = [made(400, text="a"), made(600, text="b")]
    bank.sends(whole)
    path = bank.write(whole, kind="camt.054")
    path.write_text(path.read_text().replace(making.entry(whole), making.entry(whole, 8, parts)))
    bank.takes(path)
    assert list(StatementLine.objects.values_list("amount_minor", flat=True)) == [1_000]


def test_an_import_that_was_cut_off_is_carried_on(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [made(1_000 + place, bank_ref=f"C{place}") for place in range(40)]
    monkeypatch.setattr(statements, "BATCH", 10)
    entered, real = 0, statements._enter_batch

    def dies(*args: object) -> None:
        nonlocal entered
        entered += 1
        if entered == 3:
            raise KeyboardInterrupt
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(statements, "_enter_batch", dies)
    with pytest.raises(KeyboardInterrupt):
        bank.sends(*lines)
    assert StatementLine.objects.count() == 20
    assert StatementFile.objects.get().state == "entering"
    assert incoming.carry_on(now=bank.world.now + timedelta(minutes=1)) > 0
    file = StatementFile.objects.get()
    assert (file.state, file.known, StatementLine.objects.count()) == ("entered", 0, 40)
    assert ledger_sum() == sum(line.amount_minor for line in lines)
    sound()


def test_names_of_lines_do_not_hang_on_the_file() -> None:
    from holdfast.rails.bank import Line, read

    def keys(path: Path) -> list[str]:
        naming = matching.Naming(account="A", currency="USD")
        return [one.key for one in naming.named(event for event in read(path) if isinstance(event, Line))]

    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        shuffled: Sequence[Made] = random.Random(1).sample(LINES, len(LINES))
        first = keys(making.camt(Path(folder) / "a.xml", list(LINES), currency="USD"))
        second = keys(making.camt(Path(folder) / "b.xml", list(shuffled), currency="USD", kind="camt.054", version=4))
    assert (set(first), len(set(first))) == (set(second), len(LINES))


@pytest.mark.own_database
def test_two_imports_of_one_file_at_once_enter_each_line_once(
    own_database: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings as django_settings

    monkeypatch.setattr(django_settings, "MEDIA_ROOT", tmp_path / "files")
    monkeypatch.setattr(statements, "BATCH", 7)
    world = World()
    bank = Bank(world, tmp_path)
    order_id = world.signed_order()
    payment = asked(world, order_id)
    lines = [made(1_000 + place, bank_ref=f"D{place}") for place in range(30)]
    path = bank.write(*lines, made(payment.amount_minor, reference=payment.reference, bank_ref="PAY"))
    faults: list[Exception] = []

    def take() -> None:
        try:
            bank.takes(path)
        except Exception as fault:  # noqa: BLE001  (told to the test's own thread)
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert (StatementFile.objects.count(), StatementLine.objects.count()) == (1, 31)
    assert world.order(order_id).escrow_minor == payment.amount_minor
    assert ledger_sum() == sum(line.amount_minor for line in lines)
    sound()
