"""Operations on programmes. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import cast

from holdfast_client.core import Core
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import ProgrammeInList, ProgrammeShown


class ProgrammesOperations(Core):
    """What may be asked and done about programmes."""

    def list_programmes(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[ProgrammeInList]:
        """The newest version of each programme, by name: what new contracts can follow."""
        return Listing(
            lambda query: self._json("GET", "/v1/programmes", query=query), {"limit": limit, "cursor": cursor}
        )

    def get_programme(self, name: str) -> ProgrammeShown:
        """The newest version of a programme with all its rules."""
        return cast("ProgrammeShown", self._json("GET", f"/v1/programmes/{_in_path(name)}"))

    def get_programme_version(self, name: str, version: int) -> ProgrammeShown:
        """One version of a programme; a version once published never changes."""
        return cast(
            "ProgrammeShown", self._json("GET", f"/v1/programmes/{_in_path(name)}/versions/{_in_path(version)}")
        )
