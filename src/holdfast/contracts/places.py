"""Where the parties of a contract and the operator are, for limits that holidays have a say in.

A party is where the text that both sign says: in its country, or in the part of it that stands beside the country.
Asked only where the programme says that holidays count. A text that was signed never changes, so it is read once.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from holdfast.contracts import models
from holdfast.kernel import calendars
from holdfast.parties.queries import operator_place
from holdfast.programme import Programme
from holdfast.programme.rules import Places, needs_places


def place_of(party: Mapping[str, Any]) -> str:
    """Where a party of a text is: the part of its country if one is named, else the country."""
    found: str = party.get("subdivision") or party["country"]
    return found


@lru_cache(maxsize=10_000)
def _signed(contract_id: UUID) -> tuple[str, str]:
    parties = models.Contract.objects.values_list("document__buyer", "document__supplier").get(id=contract_id)
    buyer, supplier = map(place_of, parties)
    return buyer, supplier


def places_for(
    *, programme: Programme, contract_id: UUID, key: str, text: Mapping[str, Any] | None = None
) -> Places | None:
    """Where everybody is, if holidays have a say in a limit; None, and nothing is read, if not. `text` is that of a
    contract which is not signed yet, and may still be another."""
    if not needs_places(programme=programme, key=key):
        return None
    where = _signed(contract_id) if text is None else (place_of(text["buyer"]), place_of(text["supplier"]))
    return Places(*where, operator_place())


def check_places(*, programme: Programme, buyer: str, supplier: str) -> None:
    """Under a programme in which holidays have a say they must be known for both parties.

    Refusal: `PlaceUnknown`.
    """
    if programme.calendar.working or programme.calendar.next_working_day:
        calendars.check_place(buyer, field="buyer")
        calendars.check_place(supplier, field="supplier")
