"""Operations on sandbox. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.types import Clock, Shipment, WireOutcome


class SandboxOperations(Core):
    """What may be asked and done about sandbox."""

    def get_clock(
        self,
    ) -> Clock:
        """What time it is here."""
        return cast("Clock", self._json("GET", "/v1/sandbox/clock"))

    def advance_clock(
        self, *, advance_seconds: int | None = None, until: str | None = None, idempotency_key: str | None = None
    ) -> Clock:
        """Move the clock forward. Whatever comes due on the way has happened, each thing at its own moment, when
        this is answered."""
        return cast(
            "Clock",
            self._json(
                "POST",
                "/v1/sandbox/clock",
                body=given(advance_seconds=advance_seconds, until=until),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def simulate_wire(
        self,
        *,
        source_ref: str,
        amount_minor: int,
        currency: str,
        reference: str | None = None,
        payer_name: str | None = None,
        idempotency_key: str | None = None,
    ) -> WireOutcome:
        """Let a wire arrive on the designated account: matched by its reference, or put into suspense with a
        reason."""
        return cast(
            "WireOutcome",
            self._json(
                "POST",
                "/v1/sandbox/wires",
                body=given(
                    source_ref=source_ref,
                    reference=reference,
                    amount_minor=amount_minor,
                    currency=currency,
                    payer_name=payer_name,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def simulate_carrier(
        self,
        *,
        shipment_id: str,
        code: Literal["ACCEPTED", "GTIN", "LOAD", "DEPA", "ARRI", "DISC", "GTOT", "OFD", "DELIVERED", "EXCEPTION"],
        at: str | None = None,
        place: str | None = None,
        idempotency_key: str | None = None,
    ) -> Shipment:
        """Let the simulated carrier say something of a shipment."""
        return cast(
            "Shipment",
            self._json(
                "POST",
                "/v1/sandbox/carrier",
                body=given(shipment_id=shipment_id, code=code, at=at, place=place),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
