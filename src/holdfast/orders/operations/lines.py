"""What an order takes of its supplier's line: with the second signature, and more or less with an amendment.

The line's row is taken when the act is written, before everything else of it, and not before: no signature waits for
another of the same supplier while it is being thought about.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError

from holdfast.parties import cover
from holdfast.parties.rules import LineExhausted
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.record.recording import Recording

_LINE_FULL = "HF005"


@dataclass(frozen=True, slots=True)
class Need:
    """So much more cover, in minor units, of a supplier of a tier; less than nothing is freed."""

    programme: Programme
    supplier_id: UUID
    tier: str
    currency: str
    minor: int
    individual_minor: int | None = None
    """The supplier's own cap of one order, if it has one."""


def check(need: Need) -> None:
    """That the line has so much left, as far as can be seen without waiting for anybody.

    Refusals: `LineExhausted`, `TierNotCovered`, `CurrencyNotCovered`.
    """
    programme_rules.cover_cap(programme=need.programme, tier=need.tier, currency=need.currency)
    line = cover.cover_left(organisation_id=need.supplier_id, currency=need.currency, programme=need.programme)
    if line is not None and need.minor > line.left_minor:
        raise LineExhausted(
            line_minor=line.line_minor,
            reserved_minor=line.reserved_minor,
            left_minor=line.left_minor,
            needed_minor=need.minor,
            currency=need.currency,
        )


def take(recording: Recording, need: Need) -> None:
    """Reserve it, or free what is no longer needed, when the act is written."""
    if need.minor < 0:
        freed = cover.freed(organisation_id=need.supplier_id, currency=need.currency, minor=-need.minor)
        recording.call(cover.WRITE, freed)
    if need.minor > 0:
        most = programme_rules.line_limit(
            programme=need.programme, tier=need.tier, currency=need.currency, individual_minor=need.individual_minor
        )
        row = cover.reserved(
            organisation_id=need.supplier_id, currency=need.currency, minor=need.minor, most_minor=most
        )
        recording.call(cover.WRITE, row)


@contextmanager
def told() -> Iterator[None]:
    """Say that others were faster: by now the line does not have so much left. Refusal: `LineExhausted`."""
    try:
        yield
    except DatabaseError as error:
        cause = error.__cause__
        if getattr(cause, "sqlstate", None) != _LINE_FULL:
            raise
        raise LineExhausted(**json.loads(cause.diag.message_detail)) from error  # type: ignore[union-attr]
