"""Operations on problems. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import cast

from holdfast_client.core import Core
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import ProblemKind


class ProblemsOperations(Core):
    """What may be asked and done about problems."""

    def list_problems(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[ProblemKind]:
        """Every code a problem can have, with its status and what it means."""
        return Listing(lambda query: self._json("GET", "/v1/problems", query=query), {"limit": limit, "cursor": cursor})

    def get_problem(self, code: str) -> ProblemKind:
        """What one code means: where a problem's `type` leads."""
        return cast("ProblemKind", self._json("GET", f"/v1/problems/{_in_path(code)}"))
