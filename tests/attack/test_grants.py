"""What whoever takes the application over could still make disappear: nothing that was agreed, paid or signed."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.world import World


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM orders_order",
        "DELETE FROM rails_payment",
        "DELETE FROM rails_payout",
        "DELETE FROM contracts_contract",
        "DELETE FROM claims_claim",
        "DELETE FROM record_deadline",
        "DELETE FROM record_file",
        "DELETE FROM parties_apikey",
        "DELETE FROM record_signing_key",
        "UPDATE record_signing_key SET public_key = 'x'",
    ],
)
def test_the_application_deletes_nothing_that_was_done(world: World, statement: str) -> None:
    world.pays(world.signed_order())
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
