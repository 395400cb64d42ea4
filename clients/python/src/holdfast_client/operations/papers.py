"""Operations on papers. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Billing, Paper, PapersIssued, PeriodStatement


class PapersOperations(Core):
    """What may be asked and done about papers."""

    def list_invoices(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[Paper]:
        """One's own invoices and credit notes, newest first; for finance all of them."""
        return Listing(lambda query: self._json("GET", "/v1/invoices", query=query), {"limit": limit, "cursor": cursor})

    def issue_invoices(self, *, month: str, idempotency_key: str | None = None) -> PapersIssued:
        """Issue the invoices and credit notes of a month whose books are closed. The operator's; else it happens
        by itself within the hour."""
        return cast(
            "PapersIssued",
            self._json("POST", "/v1/invoices", body=given(month=month), acts=True, idempotency_key=idempotency_key),
        )

    def get_invoice(self, invoice_id: str) -> Paper:
        """An invoice or a credit note, with its document."""
        return cast("Paper", self._json("GET", f"/v1/invoices/{_in_path(invoice_id)}"))

    def print_invoice(self, invoice_id: str) -> bytes:
        """The same as PDF, in the language of whom it is made out to; the same bytes each time."""
        return self._bytes("GET", f"/v1/invoices/{_in_path(invoice_id)}/pdf")

    def issue_order_invoice(self, order_id: str, *, idempotency_key: str | None = None) -> PapersIssued:
        """Have the fee of one order put on a paper now, for its supplier."""
        return cast(
            "PapersIssued",
            self._json(
                "POST", f"/v1/orders/{_in_path(order_id)}/invoices", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )

    def get_billing(
        self,
    ) -> Billing:
        """Whom one's own invoices are made out to. Not found: to the organisation's name alone."""
        return cast("Billing", self._json("GET", "/v1/billing"))

    def set_billing(
        self,
        *,
        legal_name: str,
        address: str,
        country: str,
        registration_number: str | None = None,
        vat_number: str | None = None,
        idempotency_key: str | None = None,
    ) -> Billing:
        """Say whom one's own invoices are made out to from now on."""
        return cast(
            "Billing",
            self._json(
                "POST",
                "/v1/billing",
                body=given(
                    legal_name=legal_name,
                    address=address,
                    country=country,
                    registration_number=registration_number,
                    vat_number=vat_number,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def get_statement(
        self,
        *,
        from_: str,
        to: str,
        currency: str | None = None,
        format: Literal["json", "csv", "pdf"] | None = None,
        bom: bool | None = None,
        order_id: str | None = None,
        organisation_id: str | None = None,
        account: str | None = None,
        owner: str | None = None,
    ) -> PeriodStatement | bytes:
        """What stood, what moved and what stands: of one's own organisation, or of an order of one's own
        (`order_id`). Finance may ask for any organisation (`organisation_id`) or account (`account` and its
        `owner`: the bare hex of an order or organisation, a rail, or `operator`)."""
        return cast(
            "PeriodStatement | bytes",
            self._either(
                "GET",
                "/v1/statements",
                query={
                    "from": from_,
                    "to": to,
                    "currency": currency,
                    "format": format,
                    "bom": bom,
                    "order_id": order_id,
                    "organisation_id": organisation_id,
                    "account": account,
                    "owner": owner,
                },
            ),
        )
