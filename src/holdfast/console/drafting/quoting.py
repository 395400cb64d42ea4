"""The form of a quotation, and the document it means, both ways; a counter-offer is the same without direct prices.

It shares its fields with the draft of a contract, so that what is offered is asked for in the words in which it will be
agreed. Whether it can be offered is for sourcing to say.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.console.drafting import terms
from holdfast.console.drafting.document import (
    amount_text,
    by_aql,
    charge_of,
    charge_row,
    criterion_of,
    late_of,
    line_row,
    minor_of,
    terms_of,
)
from holdfast.console.drafting.rows import SECTIONS, Agreement, ChargeRow, LineRow, PlanRow, Row, TermRow
from holdfast.console.drafting.sheet import Sheet
from holdfast.console.fields import DayField, countries
from holdfast.kernel.refusals import Invalid
from holdfast.terms.documents import number, plain

SHIP_TO = ("name", "street", "city", "region", "postcode", "country")
LATE = ("percent_per_day", "grace_days", "cap_percent", "cancel_after_days")


class QuotedRow(LineRow):
    """A line of goods, whose prices stand in rows of their own."""

    title = _("Line")
    unit_price = None  # type: ignore[assignment]  # Django's way to leave out what a form inherits


class CounterPriceRow(Row):
    """The price of one unit from a quantity on."""

    section, title = "prices", _("Price break")
    line = forms.IntegerField(label=_("Of line"), min_value=1, initial=1, widget=forms.NumberInput({"class": "units"}))
    start = forms.IntegerField(
        label=_("From"),
        required=False,
        min_value=1,
        widget=forms.NumberInput({"class": "units"}),
        help_text=_("Left empty: from the quantity of the line on."),
    )
    unit_price = forms.CharField(
        label=_("Protected price of one"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "class": "amount"}),
    )


class PriceRow(CounterPriceRow):
    """The same with what it would be by direct transfer."""

    direct_price = forms.CharField(
        label=_("By direct transfer, no protection"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "class": "amount"}),
        help_text=_("Information for the buyer. Payment details have no place here."),
    )


class Quoting(Agreement):
    """Everything that is there once in a quotation."""

    ship_on = None  # type: ignore[assignment]
    ship_days = None  # type: ignore[assignment]
    latest_delivery_on = None  # type: ignore[assignment]
    inspection = None  # type: ignore[assignment]
    inspection_by = None  # type: ignore[assignment]
    inspection_payer = None  # type: ignore[assignment]
    inspection_blocks = None  # type: ignore[assignment]
    buyer_default_percent = None  # type: ignore[assignment]
    lead_time_days = forms.IntegerField(
        label=_("Ships so many days after payment"), min_value=0, widget=forms.NumberInput({"class": "units"})
    )
    valid_until = DayField(label=_("Valid until"), help_text=_("To the end of that day where the other side is."))
    payment = forms.ChoiceField(
        label=_("Payment schedule"),
        choices=[
            ("full", _("All of it at signature, released on receipt")),
            ("deposit_balance", _("A deposit, the balance when the goods are ready")),
        ],
        widget=forms.RadioSelect,
        initial="full",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in SHIP_TO:
            # The buyer may say it when it accepts.
            self.fields[f"ship_to_{key}"].required = False
        self.fields["ship_to_country"].choices = [("", "–"), *countries()]  # type: ignore[attr-defined]


class QuotationSheet(Sheet):
    """The quotation as the supplier writes it."""

    once: ClassVar[type[forms.Form]] = Quoting
    kinds: ClassVar[tuple[type[Row], ...]] = (QuotedRow, PriceRow, ChargeRow, TermRow, PlanRow)
    blank_rows: ClassVar[Mapping[str, int]] = {"lines": 1, "prices": 1, "charges": 0, "specification": 1, "plans": 0}
    layout: ClassVar[tuple[tuple[Any, tuple[str, ...], str], ...]] = (
        (_("Goods"), ("currency", "category"), "lines"),
        (_("Prices"), (), "prices"),
        (_("Charges"), (), "charges"),
        *(section for section in SECTIONS if section[2] == "specification"),
        (_("Packaging and documents"), ("packaging", "documents"), ""),
        (
            _("Delivery"),
            ("incoterm", "place", "mode", "lead_time_days", "transit_days", "partial_shipments"),
            "",
        ),
        (_("Ship to, if it is known"), tuple(f"ship_to_{key}" for key in SHIP_TO), ""),
        (_("Payment"), ("payment", "deposit_percent"), ""),
        (_("If something goes wrong"), ("late_percent", "late_grace", "late_cap", "late_cancel"), ""),
        (_("Validity and remarks"), ("valid_until", "remarks"), ""),
    )

    def _place(self, path: str) -> tuple[forms.Form, str | None]:
        """A price of a line stands in a row of its own: the one that was written as this line's so-and-so-manieth."""
        parts = path.split(".")
        if len(parts) == 5 and (parts[0], parts[2]) == ("lines", "prices"):
            named = {"from": "start", "unit_price_minor": "unit_price", "direct_price_minor": "direct_price"}
            own = [row for row in self.rows["prices"] if str(row["line"].value()) == str(int(parts[1]) + 1)]
            own.sort(key=lambda row: start_of(self, row))
            if parts[3].isdigit() and int(parts[3]) < len(own):
                row = own[int(parts[3])]
                name = named.get(parts[4])
                return row, name if name in row.fields else None
        return super()._place(path)


class CounterSheet(QuotationSheet):
    """The same as the buyer writes it back."""

    kinds: ClassVar[tuple[type[Row], ...]] = (QuotedRow, CounterPriceRow, ChargeRow, TermRow, PlanRow)


def start_of(sheet: QuotationSheet, row: forms.Form) -> int:
    """From which quantity on a price holds: as its row says, else from what its line is quoted for."""
    if not row.is_valid():
        return 0
    lines, place = sheet.rows["lines"], row.cleaned_data["line"] - 1
    quoted = lines[place].cleaned_data.get("quantity") if place < len(lines) and lines[place].is_valid() else None
    return int(row.cleaned_data["start"] or quoted or 0)


def write(sheet: QuotationSheet) -> dict[str, Any]:
    """The document that a valid sheet means. Refusal: `Invalid` for an amount that is none, or a price of no line."""
    data = sheet.agreement.cleaned_data
    currency = data["currency"]
    document: dict[str, Any] = {
        "currency": currency,
        "category": data["category"],
        "lines": [_line(sheet, place, row.cleaned_data, currency) for place, row in enumerate(sheet.rows["lines"])],
        "charges": [charge_of(place, row.cleaned_data, currency) for place, row in enumerate(sheet.rows["charges"])],
        "specification": terms_of([row.cleaned_data for row in sheet.rows["specification"]]),
        "criterion": criterion_of(sheet),
        "packaging": data["packaging"],
        "documents": data["documents"],
        "incoterm": data["incoterm"],
        "place": data["place"],
        "mode": data["mode"],
        "lead_time_days": data["lead_time_days"],
        "transit_days": data["transit_days"],
        "partial_shipments": data["partial_shipments"],
        "payment": {"kind": data["payment"]},
        "valid_until": data["valid_until"].isoformat(),
        "remarks": data["remarks"],
    }
    _check_lines_of_prices(sheet)
    if data["payment"] == "deposit_balance":
        document["payment"]["deposit_percent"] = data["deposit_percent"] or "30"
    if any(data[f"ship_to_{key}"] for key in SHIP_TO):
        document["ship_to"] = {key: data[f"ship_to_{key}"] for key in SHIP_TO}
    if late := late_of(data):
        document["late"] = late
    return document


def _check_lines_of_prices(sheet: QuotationSheet) -> None:
    count = len(sheet.rows["lines"])
    for place, row in enumerate(sheet.rows["prices"]):
        if row.cleaned_data["line"] > count:
            raise Invalid(field=f"prices.{place}.line", found=row.cleaned_data["line"], accepted=f"1 to {count}")


def _line(sheet: QuotationSheet, place: int, row: dict[str, Any], currency: str) -> dict[str, Any]:
    line: dict[str, Any] = {
        **(row["kept"] if isinstance(row["kept"], dict) else {}),
        "number": place + 1,
        **{key: row[key] for key in ("product", "quantity", "unit", "sku", "variant", "size")},
        "prices": _prices(sheet, place + 1, currency),
    }
    if row["tolerance_percent"]:
        line["tolerance"] = {"percent": row["tolerance_percent"]}
    if row["weight_grams"]:
        line["weight_grams"] = row["weight_grams"]
    return line


def _prices(sheet: QuotationSheet, number: int, currency: str) -> list[dict[str, Any]]:
    """The breaks of one line, in the order of their quantities."""
    found = []
    for place, row in enumerate(sheet.rows["prices"]):
        given = row.cleaned_data
        if given["line"] != number:
            continue
        price = {
            "from": start_of(sheet, row),
            "unit_price_minor": minor_of(given["unit_price"], currency, f"prices.{place}.unit_price"),
        }
        if given.get("direct_price"):
            price["direct_price_minor"] = minor_of(given["direct_price"], currency, f"prices.{place}.direct_price")
        found.append(price)
    return sorted(found, key=lambda price: int(price["from"]))


def read(
    document: dict[str, Any], *, kind: type[QuotationSheet], programme: str, external_id: str | None
) -> QuotationSheet:
    """The sheet as it was when this version was written."""
    currency, late = document["currency"], document.get("late") or {}
    criterion, payment = document.get("criterion") or {"kind": "every_unit"}, document["payment"]
    same = ("currency", "category", "packaging", "incoterm", "place", "mode", "lead_time_days", "transit_days")
    initial = {key: document.get(key) for key in (*same, "partial_shipments", "remarks", "valid_until")}
    initial |= {f"ship_to_{key}": (document.get("ship_to") or {}).get(key, "") for key in SHIP_TO}
    initial |= {
        "programme": programme,
        "external_id": external_id or "",
        "documents": "\n".join(document.get("documents") or []),
        "criterion": criterion["kind"],
        "fraction": _hundredfold(criterion.get("fraction")),
        "sample_size": criterion.get("sample_size"),
        **by_aql(criterion, programme),
        "payment": payment["kind"],
        "deposit_percent": payment.get("deposit_percent") or "",
        **{f"late_{name.partition('_')[0]}": late.get(name, "") for name in LATE},
    }
    rows = {
        "lines": [line_row(line) for line in document["lines"]],
        "prices": [_price_row(line["number"], one, currency) for line in document["lines"] for one in line["prices"]],
        "charges": [charge_row(charge, currency) for charge in document.get("charges") or []],
        "specification": [terms.read(term) for term in document.get("specification") or []],
        "plans": [{**plan, "severity": plan["class"]} for plan in criterion.get("plans") or []],
    }
    return kind.filled(initial, rows)


def _hundredfold(fraction: str | None) -> str:
    """A fraction of one as per cent."""
    return plain(number(fraction) * 100) if fraction else ""


def _price_row(line: int, price: dict[str, Any], currency: str) -> dict[str, Any]:
    direct = price.get("direct_price_minor")
    return {
        "line": line,
        "start": price["from"],
        "unit_price": amount_text(price["unit_price_minor"], currency),
        "direct_price": "" if direct is None else amount_text(direct, currency),
    }
