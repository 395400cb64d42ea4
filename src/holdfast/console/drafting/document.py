"""Between the draft form and the document of a contract, both ways; nothing is lost on the way there and back.

It knows names and shapes. Whether the document can be agreed is for the contracts' room to say.
"""

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from holdfast.console.drafting import terms
from holdfast.console.drafting.rows import LineRow
from holdfast.console.drafting.sheet import Sheet
from holdfast.console.fields import read_amount
from holdfast.contracts import programmes
from holdfast.kernel.money import Money
from holdfast.kernel.refusals import Invalid
from holdfast.programme import Programme
from holdfast.terms.documents import plain
from holdfast.terms.specification import CLASSES

LINE_FIELDS = frozenset(LineRow.base_fields) | {"number", "unit_price_minor", "prices", "tolerance"}


def write(sheet: Sheet) -> dict[str, Any]:
    """The document that a valid sheet means. Refusal: `Invalid` for an amount that is none, at its place."""
    data = sheet.agreement.cleaned_data
    currency = data["currency"]
    document: dict[str, Any] = {
        "currency": currency,
        "category": data["category"],
        "lines": [_line(place, row.cleaned_data, currency) for place, row in enumerate(sheet.rows["lines"])],
        "charges": [charge_of(place, row.cleaned_data, currency) for place, row in enumerate(sheet.rows["charges"])],
        "specification": terms_of([row.cleaned_data for row in sheet.rows["specification"]]),
        "criterion": criterion_of(sheet),
        "packaging": data["packaging"],
        "documents": data["documents"],
        "incoterm": data["incoterm"],
        "place": data["place"],
        "mode": data["mode"],
        "ship_to": {key: data[f"ship_to_{key}"] for key in ("name", "street", "city", "region", "postcode")}
        | {"country": data["ship_to_country"]},
        "ship": _ship(data),
        "transit_days": data["transit_days"],
        "partial_shipments": data["partial_shipments"],
        "payment": _payment(sheet),
        "buyer_default_percent": data["buyer_default_percent"] or "0",
        "remarks": data["remarks"],
    }
    if data["latest_delivery_on"]:
        document["latest_delivery_on"] = data["latest_delivery_on"].isoformat()
    if data["inspection"]:
        document["inspection"] = _inspection(data)
    if late := late_of(data):
        document["late"] = late
    return document


def late_of(data: dict[str, Any]) -> dict[str, Any]:
    """The clause about lateness, of which nothing may stand alone; empty if the programme's own rule is to hold."""
    given = (data["late_percent"], data["late_grace"], data["late_cap"], data["late_cancel"])
    if all(one in ("", None) for one in given):
        return {}
    late = {
        "percent_per_day": data["late_percent"] or "",
        "grace_days": data["late_grace"] or 0,
        "cap_percent": data["late_cap"] or "100",
    }
    return late if data["late_cancel"] is None else late | {"cancel_after_days": data["late_cancel"]}


def minor_of(text: str, currency: str, field: str) -> int:
    """Minor units of an amount as people write it. Refusal: `Invalid`, at `field`."""
    try:
        return read_amount(text, currency)
    except ValueError as error:
        raise Invalid(field=field, accepted=f"an amount in {currency}, like 1250.00") from error


def _line(place: int, row: dict[str, Any], currency: str) -> dict[str, Any]:
    line = {
        # A row that was just put in keeps nothing yet.
        **(row["kept"] if isinstance(row["kept"], dict) else {}),
        "number": place + 1,
        "product": row["product"],
        "quantity": row["quantity"],
        "unit": row["unit"],
        "unit_price_minor": minor_of(row["unit_price"], currency, f"lines.{place}.unit_price"),
        "sku": row["sku"],
        "variant": row["variant"],
        "size": row["size"],
    }
    if row["tolerance_percent"]:
        line["tolerance"] = {"percent": row["tolerance_percent"]}
    if row["weight_grams"]:
        line["weight_grams"] = row["weight_grams"]
    return line


def charge_of(place: int, row: dict[str, Any], currency: str) -> dict[str, Any]:
    """A charge from its row."""
    return {
        "kind": row["kind"],
        "amount_minor": minor_of(row["amount"], currency, f"charges.{place}.amount"),
        "basis": row["basis"],
        "label": row["label"],
    }


def terms_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The terms from their rows, each under its ID."""
    named = zip(terms.ids([row["code"] for row in rows]), rows, strict=True)
    return [terms.write(term_id, row) for term_id, row in named]


def criterion_of(sheet: Sheet) -> dict[str, Any]:
    """How units decide the lot."""
    data = sheet.agreement.cleaned_data
    match data["criterion"]:
        case "fraction":
            share = {"kind": "fraction", "sample_size": data["sample_size"]}
            return share | ({"fraction": _hundredth(data["fraction"])} if data["fraction"] else {})
        case "aql":
            limits = [(name, data[f"aql_{name}"]) for name in CLASSES if data[f"aql_{name}"]]
            return {
                "kind": "aql",
                "level": data["level"],
                "inspection": data["severity_of_inspection"] or "normal",
                "aql": [{"class": name, "aql": limit} for name, limit in limits],
                **({"switching": True} if data["switching"] else {}),
            }
        case "plan":
            rows = [row.cleaned_data for row in sheet.rows["plans"]]
            plans = [{"class": row["severity"], "n": row["n"], "ac": row["ac"], "re": row["ac"] + 1} for row in rows]
            return {"kind": "plan", "plans": plans}
        case _:
            return {"kind": "every_unit"}


def _hundredth(text: str) -> str:
    """Per cent as a fraction of one."""
    try:
        return plain(Fraction(Decimal(text)) / 100)
    except InvalidOperation as error:
        raise Invalid(field="fraction", accepted="a percentage, like 2.5") from error


def _ship(data: dict[str, Any]) -> dict[str, Any]:
    ship: dict[str, Any] = {}
    if data["ship_on"]:
        ship["on"] = data["ship_on"].isoformat()
    if data["ship_days"] is not None:
        ship["days_after_payment"] = data["ship_days"]
    return ship


def _payment(sheet: Sheet) -> dict[str, Any]:
    data = sheet.agreement.cleaned_data
    payment: dict[str, Any] = {"kind": data["payment"]}
    if data["payment"] == "deposit_balance":
        payment["deposit_percent"] = data["deposit_percent"] or "30"
    if data["payment"] == "milestones":
        payment["tranches"] = [
            {"number": place + 1, **row.cleaned_data} for place, row in enumerate(sheet.rows["tranches"])
        ]
    return payment


def _inspection(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": data["inspection"],
        "by": data["inspection_by"],
        "payer": data["inspection_payer"],
        "blocks": ["shipment"] if data["inspection_blocks"] else [],
    }


def read(document: dict[str, Any], *, programme: str, external_id: str | None) -> Sheet:
    """The sheet as it was when this document was written."""
    currency, ship, ship_to = document["currency"], document["ship"], document["ship_to"]
    inspection, late = document.get("inspection") or {}, document.get("late") or {}
    criterion, payment = document.get("criterion") or {"kind": "every_unit"}, document["payment"]
    initial = {key: document.get(key) for key in ("currency", "category", "packaging", "incoterm", "place", "mode")}
    initial |= {
        key: document.get(key) for key in ("transit_days", "latest_delivery_on", "partial_shipments", "remarks")
    }
    initial |= {f"ship_to_{key}": value for key, value in ship_to.items()}
    initial |= {
        "programme": programme,
        "external_id": external_id or "",
        "documents": "\n".join(document.get("documents") or []),
        "criterion": criterion["kind"],
        "fraction": plain(Fraction(criterion["fraction"]) * 100) if criterion.get("fraction") else "",
        "sample_size": criterion.get("sample_size"),
        **by_aql(criterion, programme),
        "ship_on": ship.get("on"),
        "ship_days": ship.get("days_after_payment"),
        "payment": payment["kind"],
        "deposit_percent": payment.get("deposit_percent") or "",
        "inspection": inspection.get("type", ""),
        "inspection_by": inspection.get("by", ""),
        "inspection_payer": inspection.get("payer", "party_at_fault"),
        "inspection_blocks": "shipment" in (inspection.get("blocks") or []),
        "late_percent": late.get("percent_per_day", ""),
        "late_grace": late.get("grace_days"),
        "late_cap": late.get("cap_percent", ""),
        "late_cancel": late.get("cancel_after_days"),
        "buyer_default_percent": document.get("buyer_default_percent") or "",
    }
    rows = {
        "lines": [_line_row(line, currency) for line in document["lines"]],
        "charges": [charge_row(charge, currency) for charge in document.get("charges") or []],
        "specification": [terms.read(term) for term in document.get("specification") or []],
        "tranches": list(payment.get("tranches") or []) if payment["kind"] == "milestones" else [],
        "plans": [{**plan, "severity": plan["class"]} for plan in criterion.get("plans") or []],
    }
    return Sheet.filled(initial, rows)


def _kept(found: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """What has no field of its own, where there is something to keep."""
    return {key: inner for key, inner in found.items() if key not in fields and inner not in (None, "", [], {}, False)}


def default_sampling(programme: Programme) -> dict[str, Any]:
    """The programme's own level and limits, as the form has them: what a plan by AQL begins with."""
    inspection = programme.inspection
    limits = (inspection.aql_critical, inspection.aql_major, inspection.aql_minor)
    return {
        "level": inspection.level,
        "severity_of_inspection": "normal",
        **{f"aql_{name}": limit for name, limit in zip(CLASSES, limits, strict=True)},
    }


def by_aql(criterion: dict[str, Any], programme: str) -> dict[str, Any]:
    """The level and limits as the form has them: those agreed, else the programme's own."""
    if criterion["kind"] != "aql":
        return default_sampling(programmes.read_row(programmes.latest(name=programme)))
    agreed = {row["class"]: row["aql"] for row in criterion["aql"]}
    return {
        "level": criterion["level"],
        "severity_of_inspection": criterion.get("inspection") or "normal",
        "switching": bool(criterion.get("switching")),
        **{f"aql_{name}": agreed.get(name, "") for name in CLASSES},
    }


def amount_text(minor: int, currency: str) -> str:
    """The digits of an amount, to be filled into a field."""
    return format(Money(minor, currency).decimal, "f")


def charge_row(charge: dict[str, Any], currency: str) -> dict[str, Any]:
    """The row from which a charge is written again."""
    return {**charge, "amount": amount_text(charge["amount_minor"], currency)}


def _line_row(line: dict[str, Any], currency: str) -> dict[str, Any]:
    return {**line_row(line), "unit_price": amount_text(line["unit_price_minor"], currency)}


def line_row(line: dict[str, Any]) -> dict[str, Any]:
    """The row from which a line is written again, but for its price."""
    tolerance = line.get("tolerance") or {}
    kept = _kept(line, LINE_FIELDS)
    if tolerance.get("units") is not None:
        kept["tolerance"] = tolerance
    return {**line, "tolerance_percent": tolerance.get("percent") or "", "kept": kept}
