"""Operations on sampling. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import ContractSampling, SamplingPlanShown


class SamplingOperations(Core):
    """What may be asked and done about sampling."""

    def get_sampling_plan(
        self,
        *,
        lot_size: int,
        level: Literal["I", "II", "III", "S-1", "S-2", "S-3", "S-4"] | None = None,
        aql: str | None = None,
        inspection: Literal["normal", "tightened", "reduced"] | None = None,
    ) -> SamplingPlanShown:
        """The single sampling plan of ISO 2859-1 for a lot, and how likely it accepts one with 5, 10 or 15%
        defective."""
        return cast(
            "SamplingPlanShown",
            self._json(
                "GET",
                "/v1/sampling/plan",
                query={"lot_size": lot_size, "level": level, "aql": aql, "inspection": inspection},
            ),
        )

    def get_contract_sampling(self, contract_id: str, *, lot_size: int | None = None) -> ContractSampling:
        """What the contract's quality criterion lets pass, in one lot of all its units or of the size asked."""
        return cast(
            "ContractSampling",
            self._json("GET", f"/v1/contracts/{_in_path(contract_id)}/sampling", query={"lot_size": lot_size}),
        )
