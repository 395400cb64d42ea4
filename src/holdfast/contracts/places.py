"""Where the parties of a contract and the operator are, for limits that holidays have a say in.

Asked only where the programme says that they have; the parties of a contract never change, so they are read once.
"""

from functools import lru_cache
from uuid import UUID

from holdfast.contracts import models
from holdfast.kernel import calendars
from holdfast.parties.queries import operator_country
from holdfast.programme import Programme
from holdfast.programme.rules import Places, needs_places


@lru_cache(maxsize=10_000)
def _countries(contract_id: UUID) -> tuple[str, str]:
    buyer, supplier = models.Contract.objects.values_list("buyer__country", "supplier__country").get(id=contract_id)
    return buyer, supplier


def places_for(*, programme: Programme, contract_id: UUID, key: str) -> Places | None:
    """Where everybody is, if holidays have a say in a limit; None, and nothing is read, if not."""
    if not needs_places(programme=programme, key=key):
        return None
    return Places(*_countries(contract_id), operator_country())


def check_countries(*, programme: Programme, buyer_country: str, supplier_country: str) -> None:
    """Under a programme in which holidays have a say they must be known for both parties.

    Refusal: `PlaceUnknown`.
    """
    if programme.calendar.working or programme.calendar.next_working_day:
        calendars.check_place(buyer_country, field="buyer")
        calendars.check_place(supplier_country, field="supplier")
