"""Operations on guarantee. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Balance, Debt, Guarantee, Reserve, ReserveChange


class GuaranteeOperations(Core):
    """What may be asked and done about guarantee."""

    def list_reserves(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[Reserve]:
        """The reserve by currency. The operator's."""
        return Listing(lambda query: self._json("GET", "/v1/reserve", query=query), {"limit": limit, "cursor": cursor})

    def list_reserve_changes(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[ReserveChange]:
        """What was set aside or given up, and what waits for a second person; newest first. The operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/reserve/changes", query=query), {"limit": limit, "cursor": cursor}
        )

    def propose_reserve_change(
        self,
        *,
        currency: str,
        kind: Literal["set_aside", "give_up"],
        amount_minor: int,
        reason: str,
        idempotency_key: str | None = None,
    ) -> ReserveChange:
        """Say how much more or less is to be set aside; it counts once another person confirms. The operator's."""
        return cast(
            "ReserveChange",
            self._json(
                "POST",
                "/v1/reserve/changes",
                body=given(currency=currency, kind=kind, amount_minor=amount_minor, reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def confirm_reserve_change(self, change_id: str, *, idempotency_key: str | None = None) -> ReserveChange:
        """A second person agrees. The operator's."""
        return cast(
            "ReserveChange",
            self._json(
                "POST",
                f"/v1/reserve/changes/{_in_path(change_id)}/confirm",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def withdraw_reserve_change(self, change_id: str, *, idempotency_key: str | None = None) -> ReserveChange:
        """It is not done after all. The operator's."""
        return cast(
            "ReserveChange",
            self._json(
                "POST",
                f"/v1/reserve/changes/{_in_path(change_id)}/withdraw",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def fund_advance(
        self, *, currency: str, amount_minor: int, reference: str | None = None, idempotency_key: str | None = None
    ) -> Reserve:
        """Say that own money was sent to the clients' bank account for what was advanced. The operator's."""
        return cast(
            "Reserve",
            self._json(
                "POST",
                "/v1/reserve/fund",
                body=given(currency=currency, amount_minor=amount_minor, reference=reference),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def take_back_advance(
        self, *, currency: str, amount_minor: int, reference: str | None = None, idempotency_key: str | None = None
    ) -> Reserve:
        """Say that own money was taken back, since what it was brought for has come in. The operator's."""
        return cast(
            "Reserve",
            self._json(
                "POST",
                "/v1/reserve/take-back",
                body=given(currency=currency, amount_minor=amount_minor, reference=reference),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def get_balance(self, *, currency: str) -> Balance:
        """What one's own organisation can have paid out."""
        return cast("Balance", self._json("GET", "/v1/balance", query={"currency": currency}))

    def list_debts(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["open", "collected", "written_off"] | None = None,
        currency: str | None = None,
    ) -> Listing[Debt]:
        """What one's own organisation owes, newest first; for the operator every supplier's."""
        return Listing(
            lambda query: self._json("GET", "/v1/debts", query=query),
            {"limit": limit, "cursor": cursor, "state": state, "currency": currency},
        )

    def get_debt(self, debt_id: str) -> Debt:
        """One debt, for who owes it."""
        return cast("Debt", self._json("GET", f"/v1/debts/{_in_path(debt_id)}"))

    def ask_write_off(self, debt_id: str, *, reason: str, idempotency_key: str | None = None) -> Debt:
        """Give a debt up, with a reason; it stays until another person agrees. The operator's."""
        return cast(
            "Debt",
            self._json(
                "POST",
                f"/v1/debts/{_in_path(debt_id)}/write-off",
                body=given(reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def confirm_write_off(self, debt_id: str, *, idempotency_key: str | None = None) -> Debt:
        """A second person agrees: what was paid ahead is the operator's loss. The operator's."""
        return cast(
            "Debt",
            self._json(
                "POST",
                f"/v1/debts/{_in_path(debt_id)}/write-off/confirm",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def refuse_write_off(self, debt_id: str, *, idempotency_key: str | None = None) -> Debt:
        """The debt is not given up. The operator's."""
        return cast(
            "Debt",
            self._json(
                "POST",
                f"/v1/debts/{_in_path(debt_id)}/write-off/refuse",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_guarantees(
        self, organisation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[Guarantee]:
        """A supplier's lines and what stands behind them, by currency."""
        return Listing(
            lambda query: self._json("GET", f"/v1/organisations/{_in_path(organisation_id)}/guarantees", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def set_line(
        self,
        organisation_id: str,
        *,
        currency: str,
        line_minor: int,
        reason: str,
        programme: str | None = None,
        idempotency_key: str | None = None,
    ) -> Guarantee:
        """Say for how much open cover a supplier is good. The operator's."""
        return cast(
            "Guarantee",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/line",
                body=given(currency=currency, line_minor=line_minor, programme=programme, reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def pay_in_guarantee(
        self, organisation_id: str, *, currency: str, amount_minor: int, idempotency_key: str | None = None
    ) -> Guarantee:
        """Put a part of one's balance into one's guarantee; money from outside comes by wire under its reference."""
        return cast(
            "Guarantee",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/guarantee/pay-in",
                body=given(currency=currency, amount_minor=amount_minor),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def withdraw_guarantee(
        self, organisation_id: str, *, currency: str, amount_minor: int, idempotency_key: str | None = None
    ) -> Guarantee:
        """Take back what is above the requirement, onto one's balance."""
        return cast(
            "Guarantee",
            self._json(
                "POST",
                f"/v1/organisations/{_in_path(organisation_id)}/guarantee/withdraw",
                body=given(currency=currency, amount_minor=amount_minor),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
