"""Money out under attack: what leaves leaves once, to whom it may, and nobody who lets it out waits in a circle."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import OutOfState
from holdfast.rails import models, operations, rules
from holdfast.rails.models.statements import BankAccount
from holdfast.rails.operations import Destination
from tests.rails import stage
from tests.rails.stage import NOW, chain_of
from tests.rails.test_payouts import account, asked, by, everyone, gathered, nobody, refused

ALMA_BANK = Destination(new_id(), "Alma GmbH", iban="DE89370400440532013000")


@pytest.fixture
def bank(db: None, settings: Any) -> BankAccount:
    """The bank is told by files."""
    settings.WIRE = "bank"
    return account()


def test_a_file_is_not_let_out_for_an_account_that_was_withdrawn_since(bank: BankAccount) -> None:
    """Stopping an account stops what is gathered for it, up to the moment the file is written."""
    stage.earned(amount_minor=20_000)
    asked(20_000)
    batch = gathered(bank)
    refused(rules.NoBeneficiary, lambda: operations.release_batch(act=by(), batch_id=batch.id, usable=nobody))
    operations.drop_batch(act=by(), batch_id=batch.id, chain_of=chain_of)
    operations.send_payouts(now=NOW, usable=nobody)
    assert models.Payout.objects.get().state == "cancelled"
    asked(20_000)
    again = gathered(bank)
    assert operations.release_batch(act=by(), batch_id=again.id, usable=everyone).state == "released"


def test_a_refund_on_its_way_to_the_instrument_is_not_routed_to_an_account_as_well(db: None) -> None:
    """Its provider may have been told a moment ago."""
    order_id = new_id()
    stage.captured(stage.requested(order_id=order_id))
    (refund,) = stage.refunded(order_id=order_id, amount_minor=4_000)
    refused(
        OutOfState,
        lambda: operations.route_refund(act=by(), refund_id=refund.id, destination=ALMA_BANK, chain_of=chain_of),
    )
