"""Money out by the bank: who lets it out, the file, what the bank says of it, and that nothing is paid twice."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from lxml import etree

from holdfast.database.connection import Access
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import FourEyes, Invalid, NotAllowed, NotFound, OutOfState, Refusal
from holdfast.ledger.chart import of_operator, of_supplier
from holdfast.rails import models, operations, rules
from holdfast.rails.bank import pain
from holdfast.rails.models.statements import BankAccount
from holdfast.rails.operations import Destination
from holdfast.record.act import Act
from holdfast.record.models import Deadline, Event
from tests.rails import stage
from tests.rails.stage import ALMA, BORIS, NOW, balance, chain_of

PAYABLE = of_supplier("payable", BORIS, "USD")
OUT, BANK = of_operator("payouts_in_transit", "USD"), of_operator("client_bank", "USD")
BORIS_BANK = Destination(
    beneficiary_id=new_id(), name="Börse & Söhne Łódź", iban="DE75512108001245126199", bic="COBADEFFXXX"
)
FAY, GUS = new_id(), new_id()
SCHEMA = Path(__file__).parents[1] / "data" / "iso20022" / "pain.001.001.09.xsd"
"""The official schema of the message, as the ISO 20022 registration authority publishes it for everybody's use."""


def everyone(accounts: Collection[UUID]) -> Collection[UUID]:
    return accounts


def nobody(accounts: Collection[UUID]) -> Collection[UUID]:
    return ()


def by(person: UUID = FAY, *, now: datetime = NOW, kind: str = "person") -> Act:
    return Act(now, kind, person, None, "operator")


def refused(kind: type[Refusal], verb: Callable[[], object]) -> None:
    before = stage.everything()
    with pytest.raises(kind):
        verb()
    assert stage.everything() == before


@pytest.fixture
def bank(db: None, settings: Any) -> BankAccount:
    """The bank is told by files."""
    settings.WIRE = "bank"
    return account()


def account(currency: str = "USD", holds: str = "clients") -> BankAccount:
    return BankAccount.objects.create(
        id=new_id(),
        name="Harbour Market, clients' money",
        number="DE89370400440532013000",
        bic="COBADEFFXXX",
        currency=currency,
        holds=holds,
        added_at=NOW,
    )


def asked(amount_minor: int | None = None, **more: Any) -> Any:
    return operations.request_payout(
        **{
            "act": stage.act(role="supplier"),
            "organisation_id": BORIS,
            "currency": "USD",
            "destination": BORIS_BANK,
            "amount_minor": amount_minor,
            **more,
        }
    )


def gathered(bank: BankAccount, **more: Any) -> Any:
    return operations.make_batch(
        **{
            "act": by(),
            "currency": "USD",
            "account_id": bank.id,
            "execution_on": NOW.date(),
            "usable": everyone,
            "chain_of": chain_of,
            **more,
        }
    )


def released(bank: BankAccount, *amounts: int) -> tuple[Any, list[Any]]:
    stage.earned(amount_minor=sum(amounts))
    payouts = [asked(amount) for amount in amounts]
    batch = gathered(bank)
    return operations.release_batch(act=by(), batch_id=batch.id, usable=everyone), payouts


def states(*payouts: Any) -> list[str]:
    found = dict(models.Payout.objects.values_list("id", "state"))
    return [found[payout.id] for payout in payouts]


def debit(reference: str, amount_minor: int, **more: Any) -> Any:
    found = operations.line_confirms(
        **{
            "act": Act(NOW, "rail", None, None, "rail"),
            "reference": reference,
            "amount_minor": amount_minor,
            "currency": "USD",
            "booked_on": NOW.date(),
            "chain_of": chain_of,
            **more,
        }
    )
    if found is not None and found.kind == "batch":
        operations.carry_booked(batch_id=found.id, now=NOW, chain_of=chain_of)
    return found


# --- approval ----------------------------------------------------------------------------------------------------


def test_above_the_limit_a_second_person_lets_it_out(db: None) -> None:
    operations.set_limit(act=by(), currency="USD", amount_minor=30_000)
    stage.earned(amount_minor=100_000)
    small, big = asked(30_000), asked(30_001)
    assert [small.state, big.state] == ["approved", "requested"]
    assert list(Deadline.objects.filter(subject_id=big.id).values_list("kind", flat=True)) == ["payout.approve"]
    operations.send_payouts(now=NOW, usable=everyone)
    assert states(small, big) == ["confirmed", "requested"]
    refused(NotAllowed, lambda: operations.approve_payout(act=stage.act(), payout_id=big.id, usable=everyone))
    refused(rules.NoBeneficiary, lambda: operations.approve_payout(act=by(), payout_id=big.id, usable=nobody))
    refused(FourEyes, lambda: operations.approve_payout(act=by(BORIS), payout_id=big.id, usable=everyone))
    done = operations.approve_payout(act=by(), payout_id=big.id, usable=everyone)
    assert (done.state, done.approved_by) == ("approved", FAY)
    refused(OutOfState, lambda: operations.approve_payout(act=by(), payout_id=big.id, usable=everyone))
    operations.send_payouts(now=NOW, usable=everyone)
    assert (states(big), balance(BANK), balance(OUT)) == (["confirmed"], 60_001, 0)
    assert stage.findings() == []


def test_in_production_a_key_is_nobody_and_no_limit_means_two_people(bank: BankAccount, settings: Any) -> None:
    stage.earned(amount_minor=50_000)
    settings.SANDBOX = False
    payout = asked()
    assert payout.state == "requested"
    refused(FourEyes, lambda: operations.approve_payout(act=by(kind="key"), payout_id=payout.id, usable=everyone))
    operations.approve_payout(act=by(), payout_id=payout.id, usable=everyone)
    batch = gathered(bank)
    assert batch.needs_second
    refused(FourEyes, lambda: operations.release_batch(act=by(), batch_id=batch.id, usable=everyone))
    refused(FourEyes, lambda: operations.release_batch(act=by(GUS, kind="key"), batch_id=batch.id, usable=everyone))
    assert operations.release_batch(act=by(GUS), batch_id=batch.id, usable=everyone).state == "released"


def test_a_payout_is_cancelled_before_the_bank_was_told(bank: BankAccount) -> None:
    stage.earned(amount_minor=50_000)
    payout = asked(20_000)
    refused(NotAllowed, lambda: operations.cancel_payout(act=stage.act(), payout_id=payout.id))
    assert operations.cancel_payout(act=stage.act(role="supplier"), payout_id=payout.id).state == "cancelled"
    assert (balance(PAYABLE), balance(OUT)) == (50_000, 0)
    other = asked(20_000)
    gathered(bank)
    refused(OutOfState, lambda: operations.cancel_payout(act=stage.act(role="supplier"), payout_id=other.id))
    assert not Deadline.objects.filter(subject_id=payout.id, state="open").exists()


def test_a_payout_to_an_account_that_was_withdrawn_goes_nowhere(db: None) -> None:
    operations.set_limit(act=by(), currency="USD", amount_minor=30_000)
    stage.earned(amount_minor=90_000)
    small, big = asked(10_000), asked(40_000)
    operations.send_payouts(now=NOW, usable=nobody)
    assert states(small, big) == ["cancelled", "cancelled"]
    assert (balance(PAYABLE), balance(OUT), balance(BANK)) == (90_000, 0, 0)
    assert set(models.Payout.objects.values_list("reason", flat=True)) == {"account_withdrawn"}


# --- the batch and its file --------------------------------------------------------------------------------------


def test_a_file_is_written_once_and_says_what_the_ledger_says(bank: BankAccount) -> None:
    batch, payouts = released(bank, 10_000, 20_050, 1)
    assert (batch.count, batch.total_minor, balance(OUT)) == (3, 30_051, 30_051)
    assert states(*payouts) == ["instructed"] * 3
    content = b"".join(operations.file_of(batch_id=batch.id))
    assert hashlib.sha256(content).hexdigest() == batch.sha256
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(content))
    said = etree.fromstring(content)
    assert said.findtext(".//{*}GrpHdr/{*}CtrlSum") == said.findtext(".//{*}PmtInf/{*}CtrlSum") == "300.51"
    assert said.findtext(".//{*}NbOfTxs") == "3"
    names = [element.text for element in said.iterfind(".//{*}EndToEndId")]
    assert names == [pain.compact("pot", payout.id) for payout in payouts]
    assert all(len(name or "") <= 35 for name in names)
    assert set(Deadline.objects.filter(state="open").values_list("kind", flat=True)) == {"payout.confirm"}
    refused(OutOfState, lambda: operations.release_batch(act=by(), batch_id=batch.id, usable=everyone))
    refused(OutOfState, lambda: operations.drop_batch(act=by(), batch_id=batch.id, chain_of=chain_of))


def test_the_file_is_the_same_byte_for_byte() -> None:
    instruction = pain.Instruction(
        reference="BAT0190",
        initiator="Harbour Märkt",
        debtor=pain.Party("Harbour Märkt", iban="DE89370400440532013000", bic="COBADEFFXXX"),
        currency="EUR",
        execution_on=date(2026, 3, 3),
        made_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
    )
    orders = [
        pain.Order("POT1", 1, pain.Party("Søren & Łukasz ☃", iban="DE75512108001245126199"), "RF18539007547034"),
        pain.Order(
            "POT2", 123_456_789, pain.Party("深圳光明", account="6222020200112233", bic="ICBKCNBJ"), "RF18539007547034"
        ),
        pain.Order("RFD3", 250, pain.Party("深圳光明", iban="FR1420041010050500013M02606"), "RF18539007547034"),
    ]
    content = pain.written(instruction=instruction, orders=orders)
    golden = Path(__file__).parents[1] / "data" / "iso20022" / "payouts.xml"
    assert content.decode() == golden.read_text()
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(content))


def test_what_is_in_a_batch(bank: BankAccount) -> None:
    refused(rules.NothingToInstruct, lambda: gathered(bank))
    stage.earned(amount_minor=60_000)
    one, two = asked(20_000), asked(20_000)
    refused(NotFound, lambda: gathered(bank, account_id=new_id()))
    refused(NotFound, lambda: gathered(bank, payout_ids=[new_id()]))
    refused(rules.ExecutionDay, lambda: gathered(bank, execution_on=NOW.date() - timedelta(days=1)))
    euros, own = account("EUR"), account("GBP", holds="own")
    refused(Invalid, lambda: gathered(bank, account_id=euros.id))
    refused(Invalid, lambda: gathered(bank, account_id=own.id, currency="GBP"))
    refused(rules.NoBeneficiary, lambda: gathered(bank, payout_ids=[one.id], usable=nobody))
    refused(rules.NothingToInstruct, lambda: gathered(bank, usable=nobody))
    first = gathered(bank, payout_ids=[one.id])
    refused(OutOfState, lambda: gathered(bank, payout_ids=[one.id, two.id]))
    refused(OutOfState, lambda: operations.file_of(batch_id=first.id))
    assert gathered(bank).count == 1
    assert operations.drop_batch(act=by(), batch_id=first.id, chain_of=chain_of).state == "dropped"
    assert states(one, two) == ["approved", "instructed"]
    assert balance(OUT) == 40_000
    operations.send_payouts(now=NOW, usable=everyone)
    assert states(one, two) == ["approved", "instructed"]
    assert stage.findings() == []


# --- what the bank says ------------------------------------------------------------------------------------------


def test_a_debit_confirms_one_payment_once(bank: BankAccount) -> None:
    batch, (one, two) = released(bank, 10_000, 20_000)
    name = pain.compact("pot", one.id)
    for wrong in (debit(name, 10_001), debit(name, 10_000, currency="EUR"), debit("POT" + "0" * 32, 10_000)):
        assert wrong is None
    assert debit("invoice 12", 10_000) is None
    found = debit(name.lower(), 10_000)
    assert (found.kind, found.id, states(one, two)) == ("payout", one.id, ["confirmed", "instructed"])
    assert debit(name, 10_000) is None
    assert (balance(BANK), balance(OUT)) == (10_000, 20_000)
    # What is left of the file may come in one sum.
    assert debit(pain.compact("bat", batch.id), 30_000) is None
    assert debit(pain.compact("bat", batch.id), 20_000).kind == "batch"
    assert (states(one, two), balance(BANK), balance(OUT)) == (["confirmed"] * 2, 30_000, 0)
    assert debit(pain.compact("bat", batch.id), 20_000) is None
    assert not Deadline.objects.filter(state="open").exists()
    assert stage.findings() == []


def test_no_debit_confirms_what_the_bank_was_never_told(bank: BankAccount) -> None:
    stage.earned(amount_minor=10_000)
    payout = asked()
    assert debit(pain.compact("pot", payout.id), 10_000) is None
    batch = gathered(bank)
    assert debit(pain.compact("pot", payout.id), 10_000) is None
    assert debit(pain.compact("bat", batch.id), 10_000) is None
    assert states(payout) == ["instructed"]


def test_a_payment_that_comes_back_is_in_the_balance_again(bank: BankAccount) -> None:
    _batch, (one,) = released(bank, 10_000)
    name = pain.compact("pot", one.id)
    back = {"act": by(), "reference": name, "currency": "USD", "reason": "AC04", "chain_of": chain_of}
    assert operations.line_returns(**back, amount_minor=10_000) is None
    debit(name, 10_000)
    assert operations.line_returns(**back, amount_minor=9_000) is None
    assert operations.line_returns(**back, amount_minor=10_000).id == one.id
    assert operations.line_returns(**back, amount_minor=10_000) is None
    assert (states(one), balance(PAYABLE), balance(BANK), balance(OUT)) == (["returned"], 10_000, 0, 0)
    assert Event.objects.filter(name="payout.returned").count() == 1
    assert stage.findings() == []


def report(
    batch: Any, *payments: tuple[Any, str, str], group: str = "", version: str = "10", reason: str = ""
) -> bytes:
    name = pain.compact("bat", batch.id)
    lines = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{pain.compact('pot', payout.id)}</OrgnlEndToEndId><TxSts>{code}</TxSts>"
        f"<StsRsnInf><Rsn><Cd>{why}</Cd></Rsn><AddtlInf>see there</AddtlInf></StsRsnInf></TxInfAndSts>"
        for payout, code, why in payments
    )
    status = f"<GrpSts>{group}</GrpSts><StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if group else ""
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{name}</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId>{status}"
        f"</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>{name}</OrgnlPmtInfId>{lines}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def taken(content: bytes) -> Any:
    return operations.take_report(act=by(), content=content, chain_of=chain_of)


def test_a_report_accepts_some_and_rejects_others(bank: BankAccount) -> None:
    batch, (one, two, three) = released(bank, 10_000, 20_000, 30_000)
    content = report(batch, (one, "ACSC", ""), (two, "RJCT", "AC04"), (three, "PDNG", ""), group="PART", version="03")
    done = taken(content)
    assert (done.accepted, done.rejected, done.unknown) == (1, 1, ())
    assert states(one, two, three) == ["sent", "bounced", "instructed"]
    assert models.Payout.objects.get(id=two.id).reason == "AC04"
    assert (balance(PAYABLE), balance(OUT)) == (20_000, 40_000)
    before = stage.everything()
    again = taken(content)
    assert (again.accepted, again.rejected) == (0, 0)
    after = stage.everything()
    assert {name for name in after if after[name] != before[name]} <= {"record_event", "record_outbox"}
    # A rejected payment was never debited, and a sum without it is what the bank books.
    assert debit(pain.compact("pot", two.id), 20_000) is None
    assert debit(pain.compact("bat", batch.id), 40_000) is not None
    assert (states(one, two, three), balance(OUT)) == (["confirmed", "bounced", "confirmed"], 0)
    assert stage.findings() == []


@pytest.mark.parametrize(("code", "state"), [("ACCP", "sent"), ("ACTC", "instructed"), ("RJCT", "bounced")])
def test_a_report_on_the_whole_file(bank: BankAccount, code: str, state: str) -> None:
    batch, payouts = released(bank, 10_000, 20_000)
    stranger = replace(payouts[0], id=new_id())
    done = taken(report(batch, (stranger, "RJCT", "AC01"), group=code, reason="AM04"))
    assert done.unknown == (pain.compact("pot", stranger.id),)
    assert states(*payouts) == [state] * 2
    assert balance(PAYABLE) == (30_000 if state == "bounced" else 0)
    assert done.batch.reason == ("AM04" if state == "bounced" else None)


def test_a_large_batch_is_carried_on_by_the_clock(bank: BankAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.rails.operations.answers.INLINE", 1)
    batch, payouts = released(bank, 10_000, 20_000)
    taken(report(batch, group="ACSP"))
    assert states(*payouts) == ["instructed"] * 2
    assert operations.carry_batches(now=NOW, chain_of=chain_of) == 2
    assert states(*payouts) == ["sent"] * 2
    assert debit(pain.compact("bat", batch.id), 30_000) is not None
    assert operations.carry_batches(now=NOW, chain_of=chain_of) == 2
    assert operations.carry_batches(now=NOW, chain_of=chain_of) == 0
    assert (states(*payouts), balance(OUT)) == (["confirmed"] * 2, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no XML",
        b"<Document/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"/>',
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>',
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"/>',
    ],
)
def test_what_is_no_report(bank: BankAccount, content: bytes) -> None:
    refused(pain.AnswerUnreadable, lambda: taken(content))


def test_a_report_on_a_file_that_is_not_ours(bank: BankAccount) -> None:
    stage.earned(amount_minor=10_000)
    asked()
    batch = gathered(bank)
    refused(NotFound, lambda: taken(report(batch, group="ACCP")))
    refused(NotFound, lambda: taken(report(replace(batch, id=new_id()), group="ACCP")))


# --- refunds by the bank -----------------------------------------------------------------------------------------


def test_what_no_instrument_takes_is_placed_on_an_account_and_leaves_by_file(bank: BankAccount) -> None:
    order_id = new_id()
    payment = stage.captured(stage.requested(order_id=order_id))
    models.Payment.objects.filter(id=payment.id).update(captured_at=NOW - timedelta(days=400))
    assert stage.refunded(order_id=order_id, amount_minor=4_000) == ()
    assert stage.refunded(order_id=order_id, amount_minor=1_000) == ()
    waiting = Deadline.objects.get(kind="refund.place", state="open")
    assert waiting.basis["amount_minor"] == 5_000
    place = {"order_id": order_id, "currency": "USD", "destination": BORIS_BANK, "due_at": NOW, "chain_of": chain_of}
    refused(NotAllowed, lambda: operations.place_refund(act=stage.act(), **place))
    refused(rules.NotPlaceable, lambda: operations.place_refund(act=by(), **place, amount_minor=5_001))
    refund = operations.place_refund(act=by(), **place, amount_minor=3_000)
    assert Deadline.objects.get(kind="refund.place", state="open").basis["amount_minor"] == 2_000
    rest = operations.place_refund(act=by(), **place)
    refused(rules.NotPlaceable, lambda: operations.place_refund(act=by(), **place))
    operations.send_refunds(now=NOW, chain_of=chain_of)
    assert set(models.Refund.objects.values_list("state", flat=True)) == {"requested"}
    batch = gathered(bank)
    in_transit = of_operator("refunds_in_transit", "USD")
    assert (batch.count, batch.total_minor, balance(in_transit)) == (2, 5_000, 5_000)
    operations.release_batch(act=by(), batch_id=batch.id, usable=everyone)
    assert debit(pain.compact("rfd", refund.id), 3_000).kind == "refund"
    taken(report(batch, group="RJCT", reason="AC04"))
    found = dict(models.Refund.objects.values_list("id", "state"))
    assert found == {refund.id: "confirmed", rest.id: "bounced"}
    assert (balance(in_transit), stage.refundable(order_id), balance(BANK)) == (0, 2_000, 3_000)
    again = operations.route_refund(act=by(), refund_id=rest.id, destination=BORIS_BANK, chain_of=chain_of)
    assert (again.state, again.batch_id) == ("requested", None)
    second = gathered(bank)
    operations.drop_batch(act=by(), batch_id=second.id, chain_of=chain_of)
    assert stage.refundable(order_id) == 2_000
    assert stage.findings() == []


def test_a_placed_refund_is_sent_by_itself_where_rails_are_simulated(db: None) -> None:
    order_id = new_id()
    stage.captured(stage.requested(order_id=order_id, instrument={"number": "4000000000005126"}))
    (refund,) = stage.refunded(order_id=order_id, amount_minor=4_000)
    operations.send_refunds(now=NOW, chain_of=chain_of)
    assert models.Refund.objects.get().state == "bounced"
    operations.route_refund(act=by(), refund_id=refund.id, destination=BORIS_BANK, chain_of=chain_of)
    operations.send_refunds(now=NOW, chain_of=chain_of)
    assert models.Refund.objects.get().state == "confirmed"
    assert (stage.refundable(order_id), balance(BANK)) == (0, 4_000)
    assert stage.findings() == []


# --- at once -----------------------------------------------------------------------------------------------------


def at_once(*verbs: Callable[[], object]) -> list[str]:
    ready, outcomes = threading.Barrier(len(verbs)), []

    def run(verb: Callable[[], object]) -> None:
        try:
            ready.wait()
            verb()
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(refusal.code())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.own_database
def test_two_batches_at_once_never_take_the_same_payout(own_database: Access, settings: Any) -> None:
    settings.WIRE = "bank"
    bank = account()
    stage.earned(amount_minor=50_000)
    payouts = [asked(10_000) for _ in range(5)]
    assert at_once(lambda: gathered(bank), lambda: gathered(bank, act=by(GUS))) == ["done", "nothing_to_instruct"]
    assert models.PayoutBatch.objects.get().count == 5
    assert states(*payouts) == ["instructed"] * 5


@pytest.mark.own_database
def test_approving_and_cancelling_at_once_does_one_of_them(own_database: Access) -> None:
    operations.set_limit(act=by(), currency="USD", amount_minor=0)
    stage.earned(amount_minor=50_000)
    payout = asked()
    outcomes = at_once(
        lambda: operations.approve_payout(act=by(), payout_id=payout.id, usable=everyone),
        lambda: operations.cancel_payout(act=by(GUS), payout_id=payout.id),
    )
    # An approved payout may still be cancelled; a cancelled one is never approved.
    assert outcomes in (["done", "done"], ["done", "out_of_state"])
    assert states(payout) == ["cancelled"]
    assert (balance(PAYABLE), balance(OUT)) == (50_000, 0)
    assert ALMA != BORIS
