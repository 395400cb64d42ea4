"""Operations on treasury. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import (
    AccountShown,
    AccountStatement,
    CloseFile,
    CloseInList,
    CloseMade,
    DocumentBrought,
    EntryShown,
    HoldInRegister,
    HoldSummary,
    Leaf,
    ProviderSettlement,
    Reconciliation,
    RoutineShown,
    SettlementWithLines,
)


class TreasuryOperations(Core):
    """What may be asked and done about treasury."""

    def list_settlements(
        self, *, limit: int | None = None, cursor: str | None = None, state: str | None = None
    ) -> Listing[ProviderSettlement]:
        """What providers sent to our bank, newest first."""
        return Listing(
            lambda query: self._json("GET", "/v1/settlements", query=query),
            {"limit": limit, "cursor": cursor, "state": state},
        )

    def get_settlement(self, settlement_id: str) -> SettlementWithLines:
        """One of them, with all it consists of."""
        return cast("SettlementWithLines", self._json("GET", f"/v1/settlements/{_in_path(settlement_id)}"))

    def list_register(
        self,
        *,
        account: str | None = None,
        why: str | None = None,
        who: str | None = None,
        late: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Listing[HoldInRegister]:
        """Every amount that has not reached its end, the most urgent first. The operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/holds", query=query),
            {"account": account, "why": why, "who": who, "late": late, "limit": limit, "cursor": cursor},
        )

    def get_holds_summary(
        self,
    ) -> HoldSummary:
        """What waits by reason and age, and how long money takes from condition to payout. The operator's."""
        return cast("HoldSummary", self._json("GET", "/v1/holds/summary"))

    def get_reconciliation(
        self,
    ) -> Reconciliation:
        """The books against providers and banks as they are now, with every break. The operator's."""
        return cast("Reconciliation", self._json("GET", "/v1/reconciliation"))

    def list_closes(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[CloseInList]:
        """The closes, the newest first."""
        return Listing(lambda query: self._json("GET", "/v1/closes", query=query), {"limit": limit, "cursor": cursor})

    def close_day(self, *, day: str, idempotency_key: str | None = None) -> CloseMade:
        """Close the books through a day that is over. The operator's."""
        return cast(
            "CloseMade",
            self._json("POST", "/v1/closes", body=given(day=day), acts=True, idempotency_key=idempotency_key),
        )

    def get_close_routine(
        self,
    ) -> RoutineShown:
        """When days are closed by themselves. The operator's."""
        return cast("RoutineShown", self._json("GET", "/v1/closes/routine"))

    def set_close_routine(self, *, close_hour: int | None, idempotency_key: str | None = None) -> RoutineShown:
        """Have days closed by themselves from an hour on, or not. The operator's."""
        return cast(
            "RoutineShown",
            self._json(
                "POST",
                "/v1/closes/routine",
                body=given(close_hour=close_hour),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def get_close(self, day: str) -> CloseFile:
        """A close as a file that anybody can verify (`holdfast close verify`); with the books for the operator."""
        return cast("CloseFile", self._json("GET", f"/v1/closes/{_in_path(day)}"))

    def list_own_leaves(self, day: str, *, limit: int | None = None, cursor: str | None = None) -> Listing[Leaf]:
        """What was owed to one's own organisation, and on its orders, at a close: each with the path to the
        signed root."""
        return Listing(
            lambda query: self._json("GET", f"/v1/closes/{_in_path(day)}/leaves", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def bring_document(self, content: bytes, *, name: str, idempotency_key: str | None = None) -> DocumentBrought:
        """Bring in the document that an entry is to be proposed on: at most 10 MiB. The operator's."""
        return cast(
            "DocumentBrought",
            self._json(
                "POST",
                "/v1/entry-documents",
                query={"name": name},
                content=content,
                content_type="application/octet-stream",
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def download_document(self, document_id: str) -> bytes:
        """The bytes of a document, as an attachment. The operator's."""
        return self._bytes("GET", f"/v1/entry-documents/{_in_path(document_id)}")

    def list_entries(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["proposed", "posted", "declined", "withdrawn"] | None = None,
    ) -> Listing[EntryShown]:
        """Entries by hand, the newest first. The operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/entries", query=query),
            {"limit": limit, "cursor": cursor, "state": state},
        )

    def propose_entry(
        self,
        *,
        debit: str,
        credit: str,
        currency: str,
        amount_minor: int,
        value_on: str,
        reason: str,
        document_id: str,
        organisation_id: str | None = None,
        rail: str | None = None,
        idempotency_key: str | None = None,
    ) -> EntryShown:
        """Propose to move money by hand; a second person decides. The operator's."""
        return cast(
            "EntryShown",
            self._json(
                "POST",
                "/v1/entries",
                body=given(
                    debit=debit,
                    credit=credit,
                    currency=currency,
                    amount_minor=amount_minor,
                    value_on=value_on,
                    reason=reason,
                    document_id=document_id,
                    organisation_id=organisation_id,
                    rail=rail,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def get_entry(self, entry_id: str) -> EntryShown:
        """One entry by hand. The operator's."""
        return cast("EntryShown", self._json("GET", f"/v1/entries/{_in_path(entry_id)}"))

    def approve_entry(self, entry_id: str, *, idempotency_key: str | None = None) -> EntryShown:
        """Post an entry that somebody else proposed. The operator's."""
        return cast(
            "EntryShown",
            self._json(
                "POST", f"/v1/entries/{_in_path(entry_id)}/approve", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )

    def decline_entry(self, entry_id: str, *, idempotency_key: str | None = None) -> EntryShown:
        """Turn down an entry. The operator's."""
        return cast(
            "EntryShown",
            self._json(
                "POST", f"/v1/entries/{_in_path(entry_id)}/decline", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )

    def withdraw_entry(self, entry_id: str, *, idempotency_key: str | None = None) -> EntryShown:
        """Take a proposal back. The operator's."""
        return cast(
            "EntryShown",
            self._json(
                "POST",
                f"/v1/entries/{_in_path(entry_id)}/withdraw",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def reverse_entry(self, entry_id: str, *, reason: str, idempotency_key: str | None = None) -> EntryShown:
        """Propose the opposite of an entry that was posted. The operator's."""
        return cast(
            "EntryShown",
            self._json(
                "POST",
                f"/v1/entries/{_in_path(entry_id)}/reverse",
                body=given(reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_accounts(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        code: str | None = None,
        owner: str | None = None,
        currency: str | None = None,
    ) -> Listing[AccountShown]:
        """The accounts of the ledger with what stands on them. The operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/accounts", query=query),
            {"limit": limit, "cursor": cursor, "code": code, "owner": owner, "currency": currency},
        )

    def list_account_lines(
        self, account_id: str, *, first: str, last: str, limit: int | None = None, cursor: str | None = None
    ) -> AccountStatement:
        """An account's lines of a period with the balance after each. The operator's."""
        return cast(
            "AccountStatement",
            self._json(
                "GET",
                f"/v1/accounts/{_in_path(account_id)}/lines",
                query={"limit": limit, "cursor": cursor, "first": first, "last": last},
            ),
        )
