"""The finance desk's doors: what an address or a form can say that is no account, no day and no text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import FourEyes
from holdfast.ledger.models import Transfer
from holdfast.orders.operations import reserve
from holdfast.parties import operations as parties
from holdfast.parties.hands import behind
from holdfast.parties.operations.beneficiaries import Account
from holdfast.rails import operations as rails
from holdfast.rails.models import StatementFile, StatementLine
from holdfast.record.act import Act
from holdfast.treasury.models import Entry
from holdfast.treasury.operations import entries
from holdfast.treasury.queries import books
from tests.console.test_incoming import sends
from tests.parties.test_guarantee import pays_in, sets_line
from tests.rails import stage
from tests.rails.bank.making import IBAN
from tests.rails.stage import NOW
from tests.rails.test_payouts import asked, everyone
from tests.treasury.test_desk import browser
from tests.treasury.test_entries import proposed
from tests.world import World, refuses

DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "%00")
MT940 = (
    b":20:X1\r\n:25:NL91ABNA0417164300\r\n:28C:1/1\r\n:60F:C260301USD100,00\r\n"
    b":61:2603020302C50,00NTRFREF1//BANK1\r\n:86:/EREF/A_B/NAME/J_D/IBAN/DE12_345/REMI/te_xt\r\n"
    b":62F:C260302USD150,00\r\n-\r\n"
)


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose clock the pages read."""
    settings.MEDIA_ROOT = tmp_path / "kept"
    made = World()
    monkeypatch.setattr("holdfast.kernel.clock.read", lambda **_: made.now)
    return made


def test_an_address_of_the_desk_that_names_nothing_is_no_fault(world: World) -> None:
    """NUL is in no owner of an account, and there is no day before the first one."""
    world.funded_order()
    fin = browser(world.fin)
    account = public("acc", books.accounts(code="escrow", owner=None, currency=None)[0].id)
    wrong = []
    for path in (
        "accounts/?owner=%00",
        "accounts/?owner=org_%00&code=payable%00",
        f"accounts/{account}/?last=0001-01-01",
        f"accounts/{account}/?last=9999-12-31",
        f"accounts/{account}/?first=0001-01-01&last=9999-12-31&from=99999999999",
        *(f"closes/?before={day}" for day in DAYS),
        *(f"entries/?before={day}" for day in DAYS),
        *(f"holds/?account={day}&why={day}&from=99999999999" for day in DAYS),
        "papers/journal/?from_on=0001-01-01&to_on=9999-12-31&format=beancount",
        "papers/?report_currency=%00",
    ):
        try:
            answer = fin.get(f"/desk/{path}")
            b"".join(answer.streaming_content) if answer.streaming else None
        except Exception as error:  # noqa: BLE001 - whatever it is, the page broke
            wrong.append(f"{path}: {error!r}")
        else:
            if answer.status_code != (404 if "%00" in path else 200):
                wrong.append(f"{path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_reason_that_no_database_keeps_is_refused(world: World) -> None:
    world.funded_order()
    entry = proposed(world)
    entries.decide(act=world.operator(world.ada), entry_id=entry.id, verb="approve")
    fin, page = browser(world.fin), f"/desk/entries/{public('ent', entry.id)}/acts/reverse/"
    assert sends(fin, page, {"reason": "a\x00b"}).status_code == 422
    assert Entry.objects.count() == 1
    assert sends(fin, page, {"reason": "booked twice"}).status_code == 303


def test_a_statement_with_nul_in_it_is_taken_in_whole(world: World) -> None:
    """What no database keeps must not stop a file half way: it would stand there, entering, for good."""
    fin = browser(world.fin)
    account = {"name": "Clients", "number": IBAN, "currency": "USD", "bic": "", "holds": "clients"}
    assert sends(fin, "/desk/incoming/acts/account/", account).status_code == 303
    upload = SimpleUploadedFile("a.sta", MT940.replace(b"_", b"\x00"))
    assert sends(fin, "/desk/incoming/", {"file": upload}).status_code == 303
    assert StatementFile.objects.get().state == "entered"
    line = StatementLine.objects.get()
    assert (line.counterparty_account, line.counterparty_name) == ("DE12345", "J D")


def test_a_person_and_a_key_of_theirs_are_no_two_people(db: None, settings: Any) -> None:
    """Who makes a key knows its secret: what the key asked for, they do not let out themselves."""
    founded = parties.found_installation(
        now=NOW,
        sandbox=False,
        operator_name="Harbour Market",
        country="NL",
        time_zone="Europe/Amsterdam",
        programme="standard",
        admin_email="ada@example.com",
        admin_name="Ada",
        password="a long enough pass phrase",
    )
    house = founded.operator_organisation_id
    ada = Act(NOW, "person", founded.administrator_id, house, "operator")
    key = parties.create_key(act=ada, organisation_id=house, name="k", scopes=["operator"])
    asks = Act(NOW, "key", key.id, house, "operator")
    # A key made by a key is still hers.
    second = parties.create_key(act=asks, organisation_id=house, name="k2", scopes=["operator"])
    fin_id = parties.grant_staff(act=ada, email="fin@example.com", name="Fin", role="finance").person_id
    fin = replace(ada, actor_id=fin_id)
    document = entries.bring_document(act=asks, name="statement.txt", content=b"the bank's own words")
    brought = entries.Proposal("client_bank", "own_bank", "USD", 1200, NOW.date(), "an advance is paid for")
    for act in (asks, replace(asks, actor_id=second.id)):
        entry = entries.propose(act=act, proposal=brought, document_id=document)
        with refuses(FourEyes):
            entries.decide(act=ada, entry_id=entry.id, verb="approve")
        change = reserve.propose_change(act=act, currency="USD", kind="set_aside", amount_minor=500, reason="more")
        with refuses(FourEyes):
            reserve.confirm_change(act=ada, change_id=change.id)
        chen = parties.create_organisation(act=ada, name="Chen", kind="supplier", country="CN", time_zone="UTC")
        where = Account(iban="DE89370400440532013000")
        bank = parties.add_beneficiary(act=act, organisation_id=chen.id, name="Chen", currency="EUR", account=where)
        with refuses(FourEyes):
            parties.verify_beneficiary(act=ada, beneficiary_id=bank.id)
        assert parties.verify_beneficiary(act=fin, beneficiary_id=bank.id).state == "verified"
        assert reserve.confirm_change(act=fin, change_id=change.id).state == "confirmed"
        assert entries.decide(act=fin, entry_id=entry.id, verb="approve").state == "posted"
    rails.set_limit(act=ada, currency="USD", amount_minor=0)
    stage.earned(amount_minor=50_000)
    payout = asked(act=replace(asks, role="supplier"))
    settings.SANDBOX = False
    with refuses(FourEyes):
        rails.approve_payout(act=ada, payout_id=payout.id, usable=everyone, behind=behind)
    assert rails.approve_payout(act=fin, payout_id=payout.id, usable=everyone, behind=behind).state == "approved"


def test_an_amount_that_is_none_goes_into_no_guarantee(world: World) -> None:
    """A form takes a minus; less than nothing into a guarantee would be something out of it."""
    sets_line(world, 1_000_000)
    pays_in(world, 120_000)
    owner = browser(world.boris.person_id)
    for verb in ("fill_guarantee", "take_from_guarantee"):
        for amount in ("0", "-5", "-0.01", "1e3", "9999999999999999", "\u0661"):
            with nothing_moves():
                answer = sends(owner, f"/organisation/acts/{verb}/USD/", {"amount_minor": amount})
            assert answer.status_code in {409, 422}, (verb, amount)


@contextmanager
def nothing_moves() -> Iterator[None]:
    before = Transfer.objects.count()
    yield
    assert Transfer.objects.count() == before
