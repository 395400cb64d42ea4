"""The books beside the bank's own statements: what is on one side only is named, and a gap is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.orders.operations import incoming, paying
from holdfast.rails.operations import bank_accounts
from holdfast.treasury.queries import books
from holdfast.treasury.rules.document import Bank
from tests.rails.bank.making import IBAN, Made, camt
from tests.world import World

pytestmark = pytest.mark.database


def takes_in(world: World, folder: Path, lines: Sequence[Made], *, number: int, opening_minor: int) -> None:
    """A statement of today, imported."""
    on = world.now.date()
    dated = [replace(line, on=on, currency="USD") for line in lines]
    path = camt(folder / f"{number}.xml", dated, currency="USD", number=number, on=on, opening_minor=opening_minor)
    incoming.import_statement(act=world.operator(world.fin), path=path, name=path.name)


def stands(world: World) -> tuple[Bank, dict[str, int]]:
    found = books.today(now=world.now).found
    (bank,) = found.banks
    return bank, {one.kind: one.amount_minor for one in found.breaks}


def wanted(world: World) -> Made:
    """The wire that pays an order."""
    payment = paying.request_payment(act=world.buyer(), order_id=world.signed_order(), tranche=1, rail="wire")
    return Made(payment.amount_minor, reference=payment.reference, bank_ref=f"BK{payment.reference}")


def test_what_is_on_one_side_only_is_named_and_the_rest_agrees(world: World, tmp_path: Path) -> None:
    bank_accounts.add_bank_account(act=world.operator(), name="Clients", number=IBAN, currency="USD")
    first, second = wanted(world), wanted(world)
    takes_in(world, tmp_path, [first], number=1, opening_minor=0)
    bank, breaks = stands(world)
    assert (bank.ledger_minor, bank.statement_minor) == (first.amount_minor, first.amount_minor)
    assert (bank.explained_minor, breaks) == (0, {})

    # A debit that nobody can explain.
    world.days_pass(1)
    odd = Made(700, bank_ref="BK-ODD", text="standing order", debit=True, payer="Nobody", payer_account="")
    takes_in(world, tmp_path, [second, odd], number=2, opening_minor=first.amount_minor)
    bank, breaks = stands(world)
    assert breaks == {"line_unexplained": -700}
    assert bank.statement_minor == bank.ledger_minor + bank.explained_minor

    # A card's money that the books have at the bank, and the bank has not said anything of.
    world.pays(world.signed_order(), settle=True)
    bank, breaks = stands(world)
    assert breaks["not_on_statement"] > 0
    assert bank.statement_minor == bank.ledger_minor + bank.explained_minor

    # A statement in between is missing, and then nothing comes for long.
    world.days_pass(1)
    takes_in(world, tmp_path, [], number=4, opening_minor=1)
    _bank, breaks = stands(world)
    assert "bank_difference" in breaks
    world.days_pass(9)
    _bank, breaks = stands(world)
    assert "no_statement" in breaks
