"""Operations on bank. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import BankAccount, BankLine, BankStatementFile, Stray, StrayWithCandidates, WireOutcome


class BankOperations(Core):
    """What may be asked and done about bank."""

    def list_bank_accounts(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[BankAccount]:
        """The operator's accounts at banks."""
        return Listing(
            lambda query: self._json("GET", "/v1/bank-accounts", query=query), {"limit": limit, "cursor": cursor}
        )

    def add_bank_account(
        self,
        *,
        name: str,
        number: str,
        currency: str,
        bic: str | None = None,
        holds: Literal["clients", "own"] | None = None,
        idempotency_key: str | None = None,
    ) -> BankAccount:
        """Make an account known, so that its statements can be taken in."""
        return cast(
            "BankAccount",
            self._json(
                "POST",
                "/v1/bank-accounts",
                body=given(name=name, number=number, currency=currency, bic=bic, holds=holds),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def import_bank_statement(
        self, content: bytes, *, name: str | None = None, idempotency_key: str | None = None
    ) -> BankStatementFile:
        """Take in a bank's file as the body: camt.052, camt.053, camt.054 or MT940. Known by its content: sent
        again, it is answered with what it did the first time."""
        return cast(
            "BankStatementFile",
            self._json(
                "POST",
                "/v1/bank-statements",
                query={"name": name},
                content=content,
                content_type="application/octet-stream",
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_bank_statements(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[BankStatementFile]:
        """The files that were taken in, newest first."""
        return Listing(
            lambda query: self._json("GET", "/v1/bank-statements", query=query), {"limit": limit, "cursor": cursor}
        )

    def get_bank_statement(self, file_id: str) -> BankStatementFile:
        """One file: its statements, what does not fit between them, and what became of its lines."""
        return cast("BankStatementFile", self._json("GET", f"/v1/bank-statements/{_in_path(file_id)}"))

    def list_bank_lines(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["entered", "matched", "suspense", "explained", "unexplained", "returned"] | None = None,
        file_id: str | None = None,
    ) -> Listing[BankLine]:
        """Lines, newest first: of one state, or of one file."""
        return Listing(
            lambda query: self._json("GET", "/v1/bank-lines", query=query),
            {"limit": limit, "cursor": cursor, "state": state, "file_id": file_id},
        )

    def explain_bank_line(
        self,
        line_id: str,
        *,
        kind: Literal["bank_charge", "own_money", "by_hand"],
        reason: str,
        idempotency_key: str | None = None,
    ) -> BankLine:
        """Say what a debit is that nobody knew."""
        return cast(
            "BankLine",
            self._json(
                "POST",
                f"/v1/bank-lines/{_in_path(line_id)}/explain",
                body=given(kind=kind, reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_strays(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[StrayWithCandidates]:
        """Money in suspense, the most urgent first, with the payments it may be for. The operator's."""
        return Listing(lambda query: self._json("GET", "/v1/strays", query=query), {"limit": limit, "cursor": cursor})

    def match_stray(
        self,
        stray_id: str,
        *,
        reason: str,
        payment_id: str | None = None,
        reference: str | None = None,
        order_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> WireOutcome:
        """Say for what money in suspense came. It goes into escrow when it is enough, with what waits already;
        else it waits for the rest."""
        return cast(
            "WireOutcome",
            self._json(
                "POST",
                f"/v1/strays/{_in_path(stray_id)}/match",
                body=given(payment_id=payment_id, reference=reference, order_id=order_id, reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def return_stray(self, stray_id: str, *, reason: str | None = None, idempotency_key: str | None = None) -> Stray:
        """Send money back that nobody could place. The operator's."""
        return cast(
            "Stray",
            self._json(
                "POST",
                f"/v1/strays/{_in_path(stray_id)}/return",
                body=given(reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
