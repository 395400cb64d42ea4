"""Operations on parties. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import ConsentTerms, Me, Member, Organisation, Subdivision


class PartiesOperations(Core):
    """What may be asked and done about parties."""

    def get_me(
        self,
    ) -> Me:
        """Who this key is, for whom, what it may do, and what time it is here."""
        return cast("Me", self._json("GET", "/v1/me"))

    def list_organisations(
        self, *, limit: int | None = None, cursor: str | None = None, external_id: str | None = None
    ) -> Listing[Organisation]:
        """One's own organisation; for a marketplace those it serves too, for the operator all of them, newest
        first."""
        return Listing(
            lambda query: self._json("GET", "/v1/organisations", query=query),
            {"limit": limit, "cursor": cursor, "external_id": external_id},
        )

    def create_organisation(
        self,
        *,
        name: str,
        kind: Literal["buyer", "supplier", "agent", "inspector", "marketplace"],
        country: str,
        time_zone: str,
        subdivision: str | None = None,
        language: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        consent: ConsentTerms | None = None,
        idempotency_key: str | None = None,
    ) -> Organisation:
        """Found an organisation. The operator's; and a marketplace's, which says in `consent` what it may do for
        it."""
        return cast(
            "Organisation",
            self._json(
                "POST",
                "/v1/organisations",
                body=given(
                    name=name,
                    kind=kind,
                    country=country,
                    subdivision=subdivision,
                    time_zone=time_zone,
                    language=language,
                    external_id=external_id,
                    metadata=metadata,
                    consent=consent,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def get_organisation(self, organisation_id: str) -> Organisation:
        """One organisation."""
        return cast("Organisation", self._json("GET", f"/v1/organisations/{_in_path(organisation_id)}"))

    def set_organisation_tier(
        self,
        organisation_id: str,
        *,
        tier: Literal["none", "enrolled", "verified", "gold"],
        reason: str,
        idempotency_key: str | None = None,
    ) -> Organisation:
        """Say how far an organisation was looked into. The operator's."""
        return cast(
            "Organisation",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/tier",
                body=given(tier=tier, reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def set_organisation_cap(
        self,
        organisation_id: str,
        *,
        individual_cap_minor: int | None,
        individual_cap_currency: str | None,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Organisation:
        """Give a supplier a cover per order of its own. The operator's."""
        return cast(
            "Organisation",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/cap",
                body=given(
                    individual_cap_minor=individual_cap_minor,
                    individual_cap_currency=individual_cap_currency,
                    reason=reason,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def set_organisation_standing(
        self,
        organisation_id: str,
        *,
        standing: Literal["good", "suspended", "ended"],
        reason: str,
        idempotency_key: str | None = None,
    ) -> Organisation:
        """Suspend an organisation or take it back. The operator's."""
        return cast(
            "Organisation",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/standing",
                body=given(standing=standing, reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def set_organisation_subdivision(
        self, organisation_id: str, *, subdivision: str | None, idempotency_key: str | None = None
    ) -> Organisation:
        """Say in which part of its country an organisation is: the holidays there count in deadlines of contracts
        that are proposed from now on. The organisation's own, by a key with `organisation:write`, or the
        operator's."""
        return cast(
            "Organisation",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/subdivision",
                body=given(subdivision=subdivision),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_subdivisions(
        self, *, country: str, limit: int | None = None, cursor: str | None = None
    ) -> Listing[Subdivision]:
        """The parts of a country that have holidays of their own, by name; none where all of it has the same."""
        return Listing(
            lambda query: self._json("GET", "/v1/subdivisions", query=query),
            {"country": country, "limit": limit, "cursor": cursor},
        )

    def list_members(
        self, organisation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[Member]:
        """Everybody in an organisation, oldest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/organisations/{_in_path(organisation_id)}/members", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def add_member(
        self,
        organisation_id: str,
        *,
        email: str,
        name: str,
        role: Literal["owner", "trader", "finance", "viewer"],
        idempotency_key: str | None = None,
    ) -> Member:
        """Make a person a member; an account is made if there is none, its password set by a reset. The
        operator's."""
        return cast(
            "Member",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/members",
                body=given(email=email, name=name, role=role),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def change_member_role(
        self,
        member_id: str,
        *,
        role: Literal["owner", "trader", "finance", "viewer"],
        idempotency_key: str | None = None,
    ) -> Member:
        """Give a member another role. The operator's."""
        return cast(
            "Member",
            self._json(
                "POST",
                f"/v1/members/{_in_path(member_id)}/change-role",
                body=given(role=role),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def remove_member(self, member_id: str, *, idempotency_key: str | None = None) -> Member:
        """End a membership; one owner always stays. The operator's."""
        return cast(
            "Member",
            self._json(
                "POST", f"/v1/members/{_in_path(member_id)}/remove", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )
