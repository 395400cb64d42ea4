"""Operations on programmes. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import cast

from holdfast_client.core import Core
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import ContractTerms, ProgrammeInList, ProgrammeShown, ProgrammeTerms, TermsAcceptance


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

    def get_programme_terms(
        self, name: str, version: int, *, language: str | None = None, digest: str | None = None
    ) -> ProgrammeTerms:
        """The terms of a version of a programme in plain language, with the digest that is accepted with a
        signature."""
        return cast(
            "ProgrammeTerms",
            self._json(
                "GET",
                f"/v1/programmes/{_in_path(name)}/versions/{_in_path(version)}/terms",
                query={"language": language, "digest": digest},
            ),
        )

    def get_contract_terms(self, contract_id: str, *, language: str | None = None) -> ContractTerms:
        """The terms of the contract's programme, to be accepted with the signature; and what changed in them
        since one's own side accepted an earlier version."""
        return cast(
            "ContractTerms",
            self._json("GET", f"/v1/contracts/{_in_path(contract_id)}/terms", query={"language": language}),
        )

    def list_terms_acceptances(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[TermsAcceptance]:
        """The register of the terms that one's own organisation accepted, newest first."""
        return Listing(
            lambda query: self._json("GET", "/v1/terms-acceptances", query=query), {"limit": limit, "cursor": cursor}
        )
