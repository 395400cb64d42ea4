"""Operations on protection. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import IncotermTable, LargeOrderPlan, ProtectionComparison


class ProtectionOperations(Core):
    """What may be asked and done about protection."""

    def compare_protection(
        self,
        name: str,
        *,
        amount_minor: int,
        currency: str | None = None,
        tier: Literal["enrolled", "verified", "gold"] | None = None,
        incoterm: Literal["EXW", "FCA", "CPT", "CIP", "FAS", "FOB", "CFR", "CIF", "DAP", "DPU", "DDP"] | None = None,
        individual_cap_minor: int | None = None,
        paid_on: str | None = None,
        expected_delivery_on: str | None = None,
    ) -> ProtectionComparison:
        """What protects an order of this amount: the programme, PayPal, a direct transfer; each outside figure
        dated."""
        return cast(
            "ProtectionComparison",
            self._json(
                "GET",
                f"/v1/programmes/{_in_path(name)}/comparison",
                query={
                    "amount_minor": amount_minor,
                    "currency": currency,
                    "tier": tier,
                    "incoterm": incoterm,
                    "individual_cap_minor": individual_cap_minor,
                    "paid_on": paid_on,
                    "expected_delivery_on": expected_delivery_on,
                },
            ),
        )

    def plan_large_order(
        self,
        name: str,
        *,
        total_minor: int,
        currency: str | None = None,
        tier: Literal["enrolled", "verified", "gold"] | None = None,
        individual_cap_minor: int | None = None,
        linked_reserved_minor: int | None = None,
        line_left_minor: int | None = None,
        parts: int | None = None,
        days_apart: int | None = None,
        freight_together_minor: int | None = None,
        freight_each_minor: int | None = None,
        handling_each_minor: int | None = None,
    ) -> LargeOrderPlan:
        """A large order in one contract beside several: cover, uncovered rest, costs."""
        return cast(
            "LargeOrderPlan",
            self._json(
                "GET",
                f"/v1/programmes/{_in_path(name)}/large-order",
                query={
                    "total_minor": total_minor,
                    "currency": currency,
                    "tier": tier,
                    "individual_cap_minor": individual_cap_minor,
                    "linked_reserved_minor": linked_reserved_minor,
                    "line_left_minor": line_left_minor,
                    "parts": parts,
                    "days_apart": days_apart,
                    "freight_together_minor": freight_together_minor,
                    "freight_each_minor": freight_each_minor,
                    "handling_each_minor": handling_each_minor,
                },
            ),
        )

    def list_incoterms(self, name: str) -> IncotermTable:
        """Who carries the way, export and import under each Incoterm 2020, and what of it the programme covers."""
        return cast("IncotermTable", self._json("GET", f"/v1/programmes/{_in_path(name)}/incoterms"))
