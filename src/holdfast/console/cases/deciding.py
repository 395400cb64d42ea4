"""The mediator's decision: the computed lines, each with the amount it is given, lines of the mediator's own, reasons.

It knows how a decision is written down. A line whose amount is changed stays visible, with the difference and its
reason beneath it, so that everybody sees what was computed and what was decided.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from holdfast.claims import queries, remedy
from holdfast.claims.engines import Assessment
from holdfast.claims.operations import deciding
from holdfast.console import words
from holdfast.console.cases.base import ClaimAct
from holdfast.console.fields import MoneyField, area
from holdfast.kernel.money import Money
from holdfast.record.act import Act

OWN_LINES = 3


class Determine(ClaimAct):
    """Decide, line by line."""

    title = _("Decide")
    says = _(
        "Start from what the rules compute. Change a line's amount or add lines of your own, each with its reason; "
        "both sides read all of it."
    )
    submit = _("Publish the decision")
    roles = ()
    template = "holdfast/decision.html"
    assessment: Assessment

    def build(self) -> None:
        """A field for each computed line, some of one's own, the share, the reasons."""
        currency = self.page.currency
        self.assessment = queries.assessment(act=self.act, claim_id=self.page.id)
        self.fields["outcome"] = forms.ChoiceField(
            label=_("Outcome"),
            choices=[
                ("full", _("The claim is upheld")),
                ("partial", _("Upheld in part")),
                ("shared", _("Both are responsible")),
                ("denied", _("The claim is denied")),
            ],
            widget=forms.RadioSelect,
            initial="full" if self.assessment.total_minor else "denied",
        )
        for place, line in enumerate(self.assessment.lines):
            self.fields[f"line_{place}"] = MoneyField(
                currency=currency,
                label=words.word("award", line.label),
                initial=format(Money(line.amount_minor, currency).decimal, "f"),
                help_text=line.formula,
            )
            self.fields[f"why_{place}"] = forms.CharField(
                label=gettext("Why another amount than computed"), required=False, max_length=2000
            )
        for place in range(OWN_LINES):
            self.fields[f"own_amount_{place}"] = MoneyField(currency=currency, label=_("Amount"), required=False)
            self.fields[f"own_head_{place}"] = forms.ChoiceField(
                label=_("It is a"), choices=[("refund", _("refund")), ("cost", _("cost"))], required=False
            )
            self.fields[f"own_reason_{place}"] = forms.CharField(label=_("Reason"), required=False, max_length=2000)
        self.fields["supplier_percent"] = forms.IntegerField(
            label=_("Supplier's share of the responsibility, %"), min_value=0, max_value=100, initial=100
        )
        self.fields["goods_back"] = forms.ChoiceField(
            label=_("The goods"),
            choices=[("", _("as the rules say")), ("yes", _("go back first")), ("no", _("stay"))],
            required=False,
        )
        self.fields["reasons"] = forms.CharField(label=_("Reasons for both sides"), max_length=10_000, widget=area(6))
        self.fields["departure"] = forms.CharField(
            label=_("Where you depart from what the rules compute: why"),
            required=False,
            max_length=5000,
            widget=area(3),
        )

    @property
    def computed(self) -> list[dict[str, Any]]:
        """The computed lines, each with its two fields."""
        return [
            {"line": line, "amount": self[f"line_{place}"], "why": self[f"why_{place}"]}
            for place, line in enumerate(self.assessment.lines)
        ]

    @property
    def own(self) -> list[list[forms.BoundField]]:
        """The fields of the mediator's own lines."""
        return [[self[f"own_{part}_{place}"] for part in ("amount", "head", "reason")] for place in range(OWN_LINES)]

    def lines(self) -> tuple[remedy.Line, ...]:
        """What is awarded: a computed line as it is; with its difference beneath it; or not at all, where it is 0."""
        data, lines = self.cleaned_data, []
        for place, line in enumerate(self.assessment.lines):
            wanted = data[f"line_{place}"]
            if wanted == 0 and line.amount_minor != 0:
                continue
            lines.append(line)
            if wanted != line.amount_minor:
                lines.append(
                    remedy.adjustment(
                        exact_minor=wanted - line.amount_minor, reason=data[f"why_{place}"], head=line.head
                    )
                )
        own = [
            remedy.adjustment(
                exact_minor=data[f"own_amount_{place}"],
                reason=data[f"own_reason_{place}"],
                head=data[f"own_head_{place}"] or "refund",
            )
            for place in range(OWN_LINES)
            if data[f"own_amount_{place}"]
        ]
        return (*lines, *own)

    def operation(self) -> Callable[[Act], Any]:
        """Determines."""
        data = self.cleaned_data
        decision = deciding.Decision(
            outcome=data["outcome"],
            lines=self.lines(),
            reasons=data["reasons"],
            supplier_percent=data["supplier_percent"],
            departure=data["departure"],
            goods_back={"yes": True, "no": False}.get(data["goods_back"]),
        )
        return lambda act: deciding.determine(act=act, decision=decision, **self.case)
