"""What an examiner reads, as a form: groups of units that are alike, with a reading for each agreed term.

It knows how readings are written down. What they mean for the lot is computed by the inspection's room.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from holdfast.console import words
from holdfast.contracts import shape
from holdfast.inspection.operations import Examination
from holdfast.inspection.queries import Brief
from holdfast.kernel.refusals import Invalid
from holdfast.terms.specification import KINDS, Shape

MOST_GROUPS = 100
ALWAYS = 3


class Heading(forms.Form):
    """What was examined, and when."""

    def __init__(self, brief: Brief, zone: str, now: Any, data: Any = None) -> None:
        super().__init__(data)
        self.zone = zone
        kinds = [(kind, words.word("examination", kind)) for kind in shape.INSPECTIONS]
        self.fields["kind"] = forms.ChoiceField(label=_("Kind of inspection"), choices=kinds, initial=_usual(brief))
        lots = [("", gettext("Before shipment: what is left"))]
        lots += [(str(lot.number), words.lot(lot.number)) for lot in brief.lots]
        self.fields["lot"] = forms.ChoiceField(
            label=_("What was examined"),
            choices=lots,
            required=False,
            initial="" if brief.lot is None else str(brief.lot),
        )
        self.fields["examined_at"] = forms.DateTimeField(
            label=_("When"),
            initial=now.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            help_text=_("As the clocks read in %(zone)s.") % {"zone": zone},
        )


def _usual(brief: Brief) -> str:
    clause = brief.clause or {}
    return "after_delivery" if brief.lots else str(clause.get("type", "pre_shipment"))


class Group(forms.Form):
    """So many units of a line that read alike; left empty it says nothing."""

    def __init__(self, brief: Brief, place: int, data: Any = None) -> None:
        super().__init__(data, prefix=f"units-{place}")
        self.brief, self.place = brief, place
        lines = [(str(line.number), f"{line.number}: {line.product}") for line in brief.lines]
        self.fields["line"] = forms.ChoiceField(label=_("Line"), choices=lines)
        self.fields["count"] = forms.IntegerField(label=_("How many alike"), min_value=1, required=False)
        self.fields["count"].widget.attrs["class"] = "units"
        for number, term in enumerate(brief.specification):
            self.fields[f"term_{number}"] = _reading_field(term)

    def unit(self) -> dict[str, Any] | None:
        """The unit as readings are kept; None if nothing was filled in."""
        data = self.cleaned_data
        if not data["count"]:
            return None
        readings = [
            _reading(term, data[f"term_{number}"])
            for number, term in enumerate(self.brief.specification)
            if data[f"term_{number}"]
        ]
        return {"id": f"u{self.place + 1}", "line": int(data["line"]), "count": data["count"], "readings": readings}


def _reading_field(term: Mapping[str, Any]) -> forms.Field:
    label = f"{term['id']}: {term['property']}"
    match _shape(term):
        case Shape.PASSED:
            choices = [("", "–"), ("yes", _("passed")), ("no", _("failed"))]
            return forms.ChoiceField(label=label, choices=choices, required=False)
        case Shape.COLOUR:
            said = _("L, a, b as measured; after them those of the approved swatch, if the term has none")
            return forms.CharField(label=label, required=False, max_length=120, help_text=said)
        case Shape.CERTIFIED:
            said = _("The number on the certificate, then its last day: 22.HCN.31, 2027-03-01")
            return forms.CharField(label=label, required=False, max_length=200, help_text=said)
        case _:
            unit = term.get("unit") or ""
            return forms.CharField(label=f"{label} {unit}".strip(), required=False, max_length=200)


def _shape(term: Mapping[str, Any]) -> Shape:
    return KINDS[term["kind"]].shape


def _reading(term: Mapping[str, Any], text: str) -> dict[str, Any]:
    match _shape(term):
        case Shape.PASSED:
            return {"term": term["id"], "passed": text == "yes"}
        case Shape.COLOUR:
            parts = text.replace(",", " ").replace(";", " ").split()
            swatch = {"swatch_lab": parts[3:]} if len(parts) > 3 else {}
            return {"term": term["id"], "lab": parts[:3], **swatch}
        case Shape.CERTIFIED:
            number, _comma, day = text.rpartition(",") if "," in text else (text, "", "")
            return {"term": term["id"], "value": number.strip()} | ({"valid_until": day.strip()} if day.strip() else {})
        case _:
            return {"term": term["id"], "value": text} | ({"unit": term["unit"]} if term.get("unit") else {})


class Sheet:
    """The whole report being filled in."""

    def __init__(self, brief: Brief, zone: str, now: Any, data: QueryDict | None = None) -> None:
        count = ALWAYS
        sent = str(data.get("units-count", "")) if data is not None else ""
        if data is not None and sent.isdigit():
            count = min(int(sent) + ("row_in" in data), MOST_GROUPS)
        is_bound = data if data is not None else None
        self.brief = brief
        self.heading = Heading(brief, zone, now, is_bound)
        self.groups = [Group(brief, place, is_bound) for place in range(count)]

    def is_valid(self) -> bool:
        """Whether every field can be read."""
        return [form.is_valid() for form in (self.heading, *self.groups)].count(False) == 0

    def examination(self) -> Examination:
        """What was examined. Refusal: `Invalid` if no unit was read."""
        data = self.heading.cleaned_data
        units = [unit for group in self.groups if (unit := group.unit()) is not None]
        if not units:
            raise Invalid(field="kind", accepted="at least one group of units")
        return Examination(
            kind=data["kind"],
            examined_at=data["examined_at"].replace(tzinfo=ZoneInfo(self.heading.zone)),
            readings={"units": units},
            lot=int(data["lot"]) if data["lot"] else None,
        )
