"""The sections and rows of the draft form, field by field, in the words of people who trade.

It knows fields. How they become a document, and come back from one, is in the modules beside it.
"""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.console import words
from holdfast.console.fields import DayField, FigureField, LinesField, area, countries
from holdfast.contracts import shape
from holdfast.contracts.programmes import published
from holdfast.kernel.money import currencies
from holdfast.programme.rules import INCOTERMS
from holdfast.terms import specification
from holdfast.terms.sampling import LEVELS, NONE_ACCEPTED, tables

USUAL = ("USD", "EUR", "CNY", "GBP", "JPY", "HKD")
KIND_WORDS = {
    "dimension": _("Dimension"),
    "weight": _("Weight"),
    "fabric_weight": _("Fabric weight"),
    "composition": _("Composition in %"),
    "performance": _("Performance"),
    "count": _("Count"),
    "packaging": _("Packaging"),
    "fastness": _("Fastness grade"),
    "component": _("Component, exact model"),
    "version": _("Version"),
    "label": _("Label or logo"),
    "logo": _("Logo, like its reference image"),
    "function": _("Passes a test"),
    "sample": _("Like the sealed sample"),
    "document": _("Document"),
    "certificate": _("Certificate"),
    "colour": _("Colour"),
}
SEVERITIES = ("normal", "tightened")
"""Reduced inspection is not agreed on: it is earned."""
CLASS_WORDS = {"critical": _("Critical"), "major": _("Major"), "minor": _("Minor")}


def _units() -> list[tuple[str, str]]:
    known = sorted({unit for kind in specification.KINDS.values() for unit in kind.units})
    return [("", "–"), *((unit, unit) for unit in known)]


def currency_choices() -> list[tuple[str, str]]:
    """Every currency in use, the usual ones first."""
    rest = sorted(currencies() - set(USUAL))
    return [(code, code) for code in (*USUAL, *rest)]


def _choices(kind: str, names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, words.word(kind, name)) for name in names]


def _short(label: Any, *, required: bool = True, most: int = 200, help_text: Any = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, help_text=help_text)


def _figure(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return FigureField(label=label, required=required, help_text=help_text)


def _amount(label: Any) -> forms.CharField:
    """Read once the currency is known."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "amount"})
    return forms.CharField(label=label, max_length=40, widget=widget)


def _whole(label: Any, *, required: bool = True, least: int = 0) -> forms.IntegerField:
    field = forms.IntegerField(label=label, required=required, min_value=least)
    field.widget.attrs["class"] = "units"
    return field


def _aql(label: Any) -> forms.ChoiceField:
    """An acceptance quality limit of the tables; none: the class does not decide the lot."""
    limits = (NONE_ACCEPTED, *tables().masters["normal"].aql)
    return forms.ChoiceField(label=label, required=False, choices=[("", "–"), *((one, one) for one in limits)])


class Row(forms.Form):
    """One row of a section; a row left empty is no row."""

    section: ClassVar[str] = ""
    title: ClassVar[Any] = ""


class KeepingRow(Row):
    """A row that carries along, as JSON, what the form has no field for: values by size, reference files."""

    kept = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_kept(self) -> dict[str, Any]:
        """An object, or nothing kept."""
        kept = self.cleaned_data.get("kept")
        return kept if isinstance(kept, dict) else {}


class LineRow(KeepingRow):
    """A line of goods."""

    section, title = "lines", _("Line")
    product = _short(_("Product"))
    quantity = _whole(_("Quantity"), least=1)
    unit = _short(_("Unit"), most=20)
    unit_price = _amount(_("Price of one"))
    variant = _short(_("Variant"), required=False)
    size = _short(_("Size"), required=False, most=40)
    sku = _short(_("SKU"), required=False, most=80)
    tolerance_percent = _figure(_("Quantity may differ by %"), required=False)
    weight_grams = _whole(_("Weight of one, grams"), required=False, least=1)


class ChargeRow(Row):
    """A cost beside the goods."""

    section, title = "charges", _("Charge")
    kind = forms.ChoiceField(label=_("What for"), choices=lambda: _choices("charge", shape.CHARGES))
    amount = _amount(_("Amount"))
    basis = forms.ChoiceField(label=_("Shared out"), choices=lambda: _choices("basis", shape.BASES))
    label = _short(_("Label"), required=False)


class TermRow(Row):
    """A measurable property."""

    section, title = "specification", _("Term")
    subject = _short(_("Property"))
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KIND_WORDS.items()))
    severity = forms.ChoiceField(label=_("A breach is"), choices=list(CLASS_WORDS.items()), initial="major")
    nominal = _short(_("Agreed value"), required=False, most=500)
    unit = forms.ChoiceField(label=_("Unit"), required=False, choices=_units)
    limit = forms.ChoiceField(
        label=_("It must be"),
        required=False,
        choices=[
            ("", "–"),
            ("within", _("within the tolerance")),
            ("at_least", _("at least")),
            ("at_most", _("at most")),
        ],
    )
    minus = _figure(_("Tolerance below"), required=False)
    plus = _figure(_("Tolerance above"), required=False)
    percent = forms.BooleanField(label=_("Tolerance in % of the value"), required=False)
    system = forms.ChoiceField(
        label=_("Colour system"),
        required=False,
        choices=[("", "–"), ("pantone", "Pantone"), ("ral", "RAL"), ("lab", "CIELAB")],
    )
    lab = _short(_("Measured L, a, b of the approved swatch"), required=False, most=60)
    delta_e = _figure(_("CIEDE2000 limit"), required=False)
    accepted = forms.CharField(label=_("Also accepted, with commas between"), required=False, max_length=500)
    method = _short(_("How it is tested"), required=False, most=500)
    by_size = _short(
        _("Value in each size"), required=False, most=2000, help_text=_("As S: 48; M: 50. Instead of one agreed value.")
    )
    number = _short(
        _("Number"), required=False, most=120, help_text=_("Of the certificate, or of the seal on the sample.")
    )
    held_by = _short(_("Who holds the sealed sample"), required=False)
    valid_until = DayField(label=_("Certificate valid until at least"), required=False)
    references = LinesField(
        label=_("Reference files"), required=False, widget=area(1), help_text=_("Their SHA-256 digests, one a line.")
    )
    for_lines = _short(_("Only for lines"), required=False, help_text=_("Their numbers; empty for all."))
    for_sizes = _short(_("Only for sizes"), required=False)
    edges = forms.ChoiceField(
        label=_("A value at the edge of the tolerance"),
        required=False,
        choices=[("", "–"), ("inclusive", _("is permitted")), ("exclusive", _("is a breach"))],
    )
    code = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    decides_lot = forms.BooleanField(label=_("One breach decides the lot"), required=False)
    refund_trigger = forms.BooleanField(label=_("A breach may bring a refund"), required=False, initial=True)


class TrancheRow(Row):
    """A milestone of the payment schedule."""

    section, title = "tranches", _("Milestone")
    percent = _figure(_("% of the total"))
    payable = forms.ChoiceField(label=_("Payable"), choices=lambda: _choices("payable", shape.PAYABLE))
    release = forms.ChoiceField(
        label=_("Released"), choices=lambda: _choices("release", shape.RELEASE), initial="receipt"
    )


class PlanRow(Row):
    """The sampling plan of one class of defect."""

    section, title = "plans", _("Plan")
    severity = forms.ChoiceField(label=_("For defects that are"), choices=list(CLASS_WORDS.items()))
    n = _whole(_("Sample size"), least=1)
    ac = _whole(_("Accept up to"))


ROWS: tuple[type[Row], ...] = (LineRow, ChargeRow, TermRow, TrancheRow, PlanRow)


class Agreement(forms.Form):
    """Everything that is there once."""

    external_id = _short(_("Your own reference"), required=False, most=128)
    programme = forms.ChoiceField(label=_("Protection programme"), choices=lambda: [(one, one) for one in published()])
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    category = _short(_("Category"), required=False, most=80)
    criterion = forms.ChoiceField(
        label=_("How units decide the lot"),
        choices=[
            ("every_unit", _("Every unit for itself")),
            ("fraction", _("The lot fails above a share of bad units")),
            ("aql", _("A sampling plan by level and AQL: the lot gives its figures")),
            ("plan", _("A sampling plan: accept up to so many in a sample")),
        ],
        widget=forms.RadioSelect,
        initial="every_unit",
    )
    fraction = _figure(_("Share of bad units, %"), required=False)
    sample_size = _whole(_("Units examined"), required=False, least=1)
    level = forms.ChoiceField(label=_("Inspection level"), required=False, choices=[(one, one) for one in LEVELS])
    aql_critical = _aql(_("AQL of critical defects"))
    aql_major = _aql(_("AQL of major defects"))
    aql_minor = _aql(_("AQL of minor defects"))
    severity_of_inspection = forms.ChoiceField(
        label=_("Severity"),
        required=False,
        choices=lambda: [(one, words.word("sampling", one)) for one in SEVERITIES],
    )
    switching = forms.BooleanField(
        label=_("The severity follows the supplier's record, by ISO 2859-1"),
        required=False,
        help_text=_(
            "It begins as normal: tightened after two of five lots were rejected, reduced after a long good run."
        ),
    )
    packaging = forms.CharField(label=_("Packaging"), required=False, max_length=4000, widget=area(2))
    documents = LinesField(
        label=_("Documents and certificates"), required=False, widget=area(2), help_text=_("One a line.")
    )
    incoterm = forms.ChoiceField(label=_("Incoterm 2020"), choices=[(one, one) for one in INCOTERMS], initial="FOB")
    place = _short(_("Named place"))
    mode = forms.ChoiceField(label=_("Shipment by"), choices=lambda: _choices("mode", shape.MODES), initial="sea")
    ship_to_name = _short(_("Consignee"), autocomplete="organization")
    ship_to_street = _short(_("Street"), autocomplete="street-address")
    ship_to_city = _short(_("City"), autocomplete="address-level2")
    ship_to_region = _short(_("Region"), required=False, autocomplete="address-level1")
    ship_to_postcode = _short(_("Postcode"), required=False, most=20, autocomplete="postal-code")
    ship_to_country = forms.ChoiceField(label=_("Country"), choices=countries)
    ship_on = DayField(
        label=_("Ship date"), required=False, help_text=_("A day, or days after payment: one of the two.")
    )
    ship_days = _whole(_("Days after payment"), required=False)
    transit_days = _whole(_("Days in transit"))
    latest_delivery_on = DayField(
        label=_("Latest delivery"), required=False, help_text=_("Only if the day of arrival itself is promised.")
    )
    partial_shipments = forms.BooleanField(label=_("Several shipments are allowed"), required=False)
    payment = forms.ChoiceField(
        label=_("Payment schedule"),
        choices=[
            ("full", _("All of it at signature, released on receipt")),
            ("deposit_balance", _("A deposit, the balance when the goods are ready")),
            ("milestones", _("Milestones")),
        ],
        widget=forms.RadioSelect,
        initial="full",
    )
    deposit_percent = _figure(_("Deposit, %"), required=False)
    inspection = forms.ChoiceField(
        label=_("Inspection"),
        required=False,
        choices=[
            ("", _("None")),
            ("pre_shipment", _("Before shipment")),
            ("during_production", _("During production")),
            ("loading", _("At loading")),
            ("after_delivery", _("After delivery")),
        ],
    )
    inspection_by = _short(_("By whom"), required=False)
    inspection_payer = forms.ChoiceField(
        label=_("Paid by"),
        choices=[
            ("party_at_fault", _("whoever is at fault")),
            ("buyer", _("the buyer")),
            ("supplier", _("the supplier")),
        ],
    )
    inspection_blocks = forms.BooleanField(label=_("Nothing ships before it is passed"), required=False)
    late_percent = _figure(_("Late: % a day"), required=False, help_text=_("Leave empty for the programme's own rule."))
    late_grace = _whole(_("Days of grace"), required=False)
    late_cap = _figure(_("At most %"), required=False)
    late_cancel = _whole(_("The buyer may cancel after so many days late"), required=False)
    buyer_default_percent = _figure(_("If the buyer defaults: at most % for the supplier's cost"), required=False)
    remarks = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=20_000,
        widget=area(3),
        help_text=_("The terms above prevail over remarks."),
    )


SECTIONS: tuple[tuple[Any, tuple[str, ...], str], ...] = (
    (_("Goods"), ("currency", "category"), "lines"),
    (_("Charges"), (), "charges"),
    (
        _("Specification"),
        (
            *("criterion", "fraction", "sample_size"),
            *("level", "severity_of_inspection", "aql_critical", "aql_major", "aql_minor", "switching"),
        ),
        "specification",
    ),
    (_("Packaging and documents"), ("packaging", "documents"), ""),
    (
        _("Delivery"),
        (
            "incoterm",
            "place",
            "mode",
            "ship_on",
            "ship_days",
            "transit_days",
            "latest_delivery_on",
            "partial_shipments",
        ),
        "",
    ),
    (
        _("Ship to"),
        ("ship_to_name", "ship_to_street", "ship_to_city", "ship_to_region", "ship_to_postcode", "ship_to_country"),
        "",
    ),
    (_("Payment"), ("payment", "deposit_percent"), "tranches"),
    (_("Inspection"), ("inspection", "inspection_by", "inspection_payer", "inspection_blocks"), ""),
    (
        _("If something goes wrong"),
        ("late_percent", "late_grace", "late_cap", "late_cancel", "buyer_default_percent"),
        "",
    ),
    (_("Remarks"), ("remarks", "external_id"), ""),
)
"""The page from top to bottom: a heading, its fields, and the rows that follow them."""
