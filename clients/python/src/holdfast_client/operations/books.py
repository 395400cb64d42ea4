"""Operations on books. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.types import AccountNumber, ExchangeRate, RatesTaken, Seller, TaxRule, Totals


class BooksOperations(Core):
    """What may be asked and done about books."""

    def get_seller(
        self,
    ) -> Seller:
        """Who invoices."""
        return cast("Seller", self._json("GET", "/v1/seller"))

    def set_seller(
        self,
        *,
        legal_name: str,
        address: str,
        country: str,
        prefix: str,
        registration_number: str | None = None,
        vat_number: str | None = None,
        idempotency_key: str | None = None,
    ) -> Seller:
        """Record who invoices from now on. An administrator's."""
        return cast(
            "Seller",
            self._json(
                "POST",
                "/v1/seller",
                body=given(
                    legal_name=legal_name,
                    address=address,
                    country=country,
                    registration_number=registration_number,
                    vat_number=vat_number,
                    prefix=prefix,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_tax_rules(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[TaxRule]:
        """Every tax rule in the order recorded: of a country's rules the youngest day holds, then the last
        recorded."""
        return Listing(
            lambda query: self._json("GET", "/v1/tax-rules", query=query), {"limit": limit, "cursor": cursor}
        )

    def set_tax_rule(
        self, *, country: str, treatment: str, percent: str, valid_from: str, idempotency_key: str | None = None
    ) -> TaxRule:
        """Record how fees are taxed for a country's customers from a day on. An administrator's."""
        return cast(
            "TaxRule",
            self._json(
                "POST",
                "/v1/tax-rules",
                body=given(country=country, treatment=treatment, percent=percent, valid_from=valid_from),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_account_numbers(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[AccountNumber]:
        """Under which number and name each account is exported."""
        return Listing(
            lambda query: self._json("GET", "/v1/account-numbers", query=query), {"limit": limit, "cursor": cursor}
        )

    def set_account_number(
        self, *, code: str, number: str, name: str, idempotency_key: str | None = None
    ) -> AccountNumber:
        """Record an account's number and name."""
        return cast(
            "AccountNumber",
            self._json(
                "POST",
                "/v1/account-numbers",
                body=given(code=code, number=number, name=name),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def export_journal(
        self,
        *,
        from_: str,
        to: str,
        format: Literal["csv", "beancount", "hledger"] | None = None,
        bom: bool | None = None,
    ) -> bytes:
        """The double entries of a period: a table, or the text that beancount or hledger reads. Days whose books
        are not closed are marked."""
        return self._bytes("GET", "/v1/journal", query={"from": from_, "to": to, "format": format, "bom": bom})

    def list_rates(
        self, *, on: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Listing[ExchangeRate]:
        """The rates of a day, or the youngest 200."""
        return Listing(
            lambda query: self._json("GET", "/v1/rates", query=query), {"on": on, "limit": limit, "cursor": cursor}
        )

    def set_rate(self, *, currency: str, on: str, per_base: str, idempotency_key: str | None = None) -> ExchangeRate:
        """Record one rate by hand."""
        return cast(
            "ExchangeRate",
            self._json(
                "POST",
                "/v1/rates",
                body=given(currency=currency, on=on, per_base=per_base),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def import_rates(self, content: bytes, *, idempotency_key: str | None = None) -> RatesTaken:
        """Take in a file of reference rates as the European Central Bank publishes them, XML or CSV, at most 2
        MiB."""
        return cast(
            "RatesTaken",
            self._json(
                "POST",
                "/v1/rates/file",
                content=content,
                content_type="application/octet-stream",
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def get_totals(self, *, report_currency: str, on: str | None = None) -> Totals:
        """What is held, payable, deposited, in suspense, in transit and in reserve, by currency and in the report
        currency. Beside each amount stand the rate and its day; a missing rate is said."""
        return cast("Totals", self._json("GET", "/v1/totals", query={"report_currency": report_currency, "on": on}))
