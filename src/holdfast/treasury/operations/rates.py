"""Take in dated rates, by hand or from a file of reference rates: how much of a currency is one euro.

A rate corrected later is a new row, and the last holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.money import currencies
from holdfast.kernel.refusals import Invalid
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording
from holdfast.treasury.models import Rate
from holdfast.treasury.papers import rates as rules
from holdfast.treasury.papers.rates import Quote

BY_HAND = "by hand"
BANK = "European Central Bank"


@dataclass(frozen=True, slots=True)
class Taken:
    """How many rates were new, of how many there were, and over which days."""

    source: str
    found: int
    added: int
    from_on: date
    to_on: date


def set_rate(*, act: Act, currency: str, on: date, per_base: str) -> Rate:
    """Record one rate by hand. Refusal: `Invalid`."""
    if currency not in currencies() or currency == rules.EURO:
        raise Invalid(field="currency", found=currency, accepted="an ISO 4217 currency in use, not EUR")
    quote = Quote(currency, on, rules.check_rate(per_base))
    with transaction.atomic():
        recording = Recording(act)
        recording.event(operator_chain(), "rates.taken_in", about={}, data=_data(Taken(BY_HAND, 1, 1, on, on)))
        (row,) = _write(act, BY_HAND, [quote])
        result: Rate = recording.write(row)
        return result


def take_in(*, act: Act, content: bytes) -> Taken:
    """Take in a file of reference rates; what is known already is not written again. Refusal: `RatesUnreadable`."""
    quotes = rules.read(content)
    with transaction.atomic():
        # The chain's lock comes first: of two that bring the same file, the second finds it there.
        recording = Recording(act)
        chain = operator_chain()
        known = _known(quotes)
        new = [quote for quote in quotes if known.get((quote.currency, quote.on)) != quote.per_base]
        _write(act, BANK, new)
        taken = Taken(BANK, len(quotes), len(new), min(row.on for row in quotes), max(row.on for row in quotes))
        recording.event(chain, "rates.taken_in", about={}, data=_data(taken))
        result: Taken = recording.write(taken)
        return result


def _known(quotes: Sequence[Quote]) -> dict[tuple[str, date], Decimal]:
    days = [quote.on for quote in quotes]
    rows = Rate.objects.filter(base=rules.EURO, on__gte=min(days), on__lte=max(days)).order_by("recorded_at", "id")
    return {(row.currency, row.on): row.per_base for row in rows}


def _write(act: Act, source: str, quotes: Sequence[Quote]) -> list[Rate]:
    rows = [
        Rate(
            id=new_id(),
            base=rules.EURO,
            currency=quote.currency,
            on=quote.on,
            per_base=quote.per_base,
            source=source,
            recorded_at=act.now,
            recorded_by=act.actor_id,
        )
        for quote in quotes
    ]
    return Rate.objects.bulk_create(rows, batch_size=2000)


def _data(taken: Taken) -> dict[str, str | int]:
    return {
        "source": taken.source,
        "found": taken.found,
        "added": taken.added,
        "from_on": taken.from_on.isoformat(),
        "to_on": taken.to_on.isoformat(),
    }
